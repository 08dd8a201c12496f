//! Who shoppers are stays where it was put: no text that could identify one is found in the clear in
//! any file, event, log line or metric.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use app::{Circumstances, Incoming, RefusedEvent, Rejection};
use domain::event::person::{Custom, Identified};
use domain::event::shopping::{PageViewed, ProductReviewed, ProductsSearched};
use domain::{Event, Purpose, Span};
use testkit::TestShop;
use testkit::shop::phrases::{
    consents, event, orders, product, product_id, request, sees, user, views,
};
use testkit::shop::{browser, server};
use tracing_subscriber::fmt::MakeWriter;

use crate::metrics::recorder;

/// Texts that identify somebody, each recognizable wherever it turns up.
const MARKERS: [&str; 11] = [
    "visitor-Qx81rT",
    "user-Zk42pL",
    "qx81rt@mail.example",
    "+49-171-5550142",
    "Annegret Musterfrau",
    "Musterallee 99",
    "203.0.113.177",
    "gift for my late aunt",
    "fits my prosthesis",
    "https://shop.example/account/zk42pl",
    "message-Hj73",
];

/// Everything that a storefront would send beside the typed event.
const PRIVATE: &[u8] = br#"{
    "traits": {"email": "qx81rt@mail.example", "phone": "+49-171-5550142",
        "name": "Annegret Musterfrau", "address": {"street": "Musterallee 99"}},
    "context": {"ip": "203.0.113.177", "page": "https://shop.example/account/zk42pl"},
    "query": "gift for my late aunt", "review": "fits my prosthesis"
}"#;

/// Where log lines are kept for the test.
#[derive(Clone, Debug, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

/// Fails if any marker is in `bytes`.
#[track_caller]
fn check(place: &str, bytes: &[u8]) {
    for marker in MARKERS {
        let is_there =
            bytes.windows(marker.len()).any(|it| it.eq_ignore_ascii_case(marker.as_bytes()));
        assert!(!is_there, "`{marker}` stands in the clear in {place}");
    }
}

fn check_files(folder: &Path) -> usize {
    let mut n_files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            n_files += check_files(&path);
        } else {
            check(&path.display().to_string(), &fs::read(&path).unwrap());
            n_files += 1;
        }
    }
    n_files
}

/// An event of the shopper with everything about them.
fn telling(what: impl Into<Event>) -> Incoming {
    Incoming {
        user: Some(user("user-Zk42pL")),
        private: PRIVATE.to_vec(),
        address: Some([203, 0, 113, 177].into()),
        ..event("visitor-Qx81rT", what)
    }
}

/// A day in which the shopper does everything that can be done.
async fn live_a_day(shop: &TestShop) {
    let day = vec![
        telling(Identified {}),
        telling(PageViewed { category: None }),
        telling(ProductsSearched { n_found: Some(3) }),
        telling(ProductReviewed { product: product_id("lamp"), rating_hundredths: Some(500) }),
        telling(Custom { name: "Quiz Finished".to_owned() }),
        Incoming {
            message_id: Some("message-Hj73".to_owned()),
            ..telling(views("", "lamp").event)
        },
        telling(orders("", "order-1", "lamp").event),
    ];
    for event in day {
        let report = shop.ingest_as(&server(), vec![event]).await;
        assert_eq!(report.rejected, []);
        shop.clock.advance(Span::HOUR);
    }
    let mut asked = request("visitor-Qx81rT", "home");
    asked.user = Some(user("user-Zk42pL"));
    let decision = shop.decide_as(&server(), asked).await;
    shop.ingest_as(
        &browser(),
        vec![
            sees("visitor-Qx81rT", decision.id, ""),
            consents("visitor-Qx81rT", &[Purpose::Marketing], &[]),
            views("visitor-Qx81rT", "lamp"),
        ],
    )
    .await;
}

/// Events that are refused, in every way that can repeat what was sent.
async fn be_refused(shop: &TestShop) {
    let too_long = "qx81rt@mail.example ".repeat(20);
    let long_id = Incoming { message_id: Some(too_long.clone()), ..telling(Identified {}) };
    let report = shop.ingest_as(&browser(), vec![long_id]).await;
    let mut refused: Vec<(Rejection, Vec<u8>)> =
        report.rejected.into_iter().map(|(_, why)| (why, PRIVATE.to_vec())).collect();
    assert_eq!(refused.len(), 1);
    let not_an_id = too_long.parse::<domain::ProductId>().unwrap_err().to_string();
    let of_edge = Rejection::new("INVALID_ID", "properties.product_id", &too_long, not_an_id);
    refused.push((of_edge, PRIVATE.to_vec()));
    let named_by_sender = "properties.purposes.qx81rt@mail.example";
    let of_name = Rejection::new("UNKNOWN_NAME", named_by_sender, "true", "is no purpose");
    refused.push((of_name, PRIVATE.to_vec()));
    let refused = refused.into_iter().map(|(rejection, body)| RefusedEvent {
        rejection,
        body,
        circumstances: Circumstances {
            context: Some(String::from_utf8_lossy(PRIVATE).into_owned()),
            address: Some("203.0.113.9".to_owned()),
            ..Circumstances::default()
        },
    });
    shop.app.quarantine(&browser(), refused.collect()).await;

    let kept = shop.app.quarantined(0, 10).await.unwrap();
    assert!(kept.iter().all(|it| it.body == PRIVATE), "whoever may read it still can");
    assert!(kept.iter().any(|it| it.remedy.contains("qx81rt@mail.example")));
    assert!(kept.iter().any(|it| it.field == named_by_sender));
}

#[tokio::test]
async fn nothing_that_identifies_a_shopper_is_ever_in_the_clear() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(lines.clone())
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .finish();
    let _tracing = tracing::subscriber::set_default(subscriber);
    let recorder = recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);

    let shop = TestShop::new().await;
    shop.stock(["lamp", "vase"].map(product)).await;
    live_a_day(&shop).await;
    be_refused(&shop).await;
    let shop = shop.restart().await;
    live_a_day(&shop).await;

    assert!(check_files(shop.folder()) > 5, "log, records and projections are files");
    let log = shop.log().await;
    assert!(log.iter().any(|it| it.envelope.sealed.len() > PRIVATE.len()), "it is kept, sealed");
    for event in &log {
        check("an event as it is printed", format!("{event:?}").as_bytes());
    }
    check("the log lines", lines.text().as_bytes());
    let metrics = recorder.handle().render();
    assert!(metrics.contains("events_folded_total"), "metrics were recorded");
    check("the metrics", metrics.as_bytes());
}

#[tokio::test]
async fn equal_texts_do_not_look_equal_when_they_are_sealed() {
    let shop = TestShop::new().await;
    shop.ingest(vec![telling(Identified {}), telling(Identified {})]).await;
    let [first, second] = &shop.log().await[..] else { panic!("two events were sent") };
    assert_eq!(first.envelope.shopper, second.envelope.shopper);
    assert_ne!(first.envelope.sealed, second.envelope.sealed);
}
