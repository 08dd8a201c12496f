//! The quarantine over HTTP: refused events are looked at, mended, and taken in again once.

use domain::{Event, Recorded, Span, Verification};
use serde_json::{Value, json};

use crate::harness::{Answer, Shop, request};

fn added(visitor: &str, price: &str) -> Value {
    json!({"type": "track", "event": "Product Added", "anonymousId": visitor,
           "properties": {"product_id": "A", "price": price}})
}

/// The ids of the events that wait, oldest first.
async fn waiting(shop: &Shop) -> Vec<String> {
    let listed = shop.call("GET", "/v1/quarantine", Value::Null).await;
    let events = listed.json["events"].as_array().unwrap().clone();
    events.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

async fn replay(shop: &Shop, form: Value) -> Answer {
    shop.call("POST", "/v1/quarantine:replay", form).await
}

async fn mend(shop: &Shop, id: &str, event: Value) -> Answer {
    shop.call("POST", "/v1/quarantine:mend", json!({"id": id, "event": event})).await
}

/// Accepted, duplicate and refused.
#[track_caller]
fn counts(answer: &Answer) -> (u64, u64, u64) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let count = |name: &str| answer.json[name].as_u64().unwrap();
    (count("accepted"), count("duplicates"), count("refused"))
}

async fn kept(shop: &Shop) -> Vec<Recorded> {
    let log = shop.test.log().await;
    log.into_iter().filter(|it| matches!(it.envelope.event, Event::ProductAdded(_))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_event_is_mended_and_taken_in_once_as_what_it_was() {
    let shop = Shop::open().await;
    shop.batch_from_page(json!([added("v", "cheap")])).await;
    let [id] = &waiting(&shop).await[..] else { panic!("one event waits") };
    let shown = shop.call("GET", &format!("/v1/quarantine/{id}"), Value::Null).await;
    assert_eq!(shown.json["code"], "INVALID_PRICE", "{}", shown.text);

    // As it is, it is refused again, and waits on.
    let again = replay(&shop, json!({"ids": [id]})).await;
    assert_eq!(counts(&again), (0, 0, 1));
    assert_eq!(again.json["rejected"][0]["code"], "INVALID_PRICE");

    // What cannot be read either changes nothing.
    let worse = mend(&shop, id, json!({"type": "track"})).await;
    assert_eq!(worse.summary(), "400 `INVALID_FIELD`", "{}", worse.text);
    let mended = mend(&shop, id, added("v", "19.90")).await;
    assert_eq!(mended.status, 200, "{}", mended.text);
    assert!(mended.json["body"].as_str().unwrap().contains("19.90"));

    // It came from a page, and ten days later that is still all it is worth.
    let before = shop.test.app.now();
    shop.test.clock.advance(Span::DAY.times(10));
    assert_eq!(counts(&replay(&shop, json!({"all": true})).await), (1, 0, 0));
    assert_eq!(waiting(&shop).await, Vec::<String>::new());
    let [event] = &kept(&shop).await[..] else { panic!("it is kept once") };
    assert_eq!(event.envelope.source.verification, Verification::Unverified);
    assert_eq!(event.envelope.event_time, before, "it happened when it was refused");
    assert_eq!(counts(&replay(&shop, json!({"all": true})).await), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_its_sender_mended_meanwhile_does_not_count_twice() {
    let shop = Shop::open().await;
    let with_id = |price: &str| {
        let mut event = added("v", price);
        event["messageId"] = json!("m1");
        event
    };
    shop.batch(json!([with_id("cheap")])).await;
    shop.batch(json!([with_id("19.90")])).await;
    let [id] = &waiting(&shop).await[..] else { panic!("one event waits") };
    mend(&shop, id, with_id("19.90")).await;
    // The log forgets which messages it has seen after a day; a replay must not.
    shop.test.clock.advance(Span::DAY.times(3));
    assert_eq!(counts(&replay(&shop, json!({"code": "INVALID_PRICE"})).await), (0, 1, 0));
    assert_eq!(kept(&shop).await.len(), 1);
    assert_eq!(waiting(&shop).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_consent_beside_an_event_is_still_said_when_it_is_replayed() {
    let shop = Shop::open().await;
    let no = json!({"consent": {"categoryPreferences": {"personalization": false, "measurement": false,
                                                       "marketing": false, "sharing": false}}});
    let body = json!({"batch": [added("v", "cheap")], "context": no});
    shop.call_with(&shop.publishable, "POST", "/v1/batch", body).await;
    // The same, from a path that says what it is.
    let mut alone = added("w", "cheap");
    alone.as_object_mut().unwrap().remove("type");
    shop.call_with(&shop.publishable, "POST", "/v1/track", alone.clone()).await;
    // The same, from a browser that asks for privacy.
    let private = json!({"batch": [added("x", "cheap")]}).to_string();
    let mut request = request("POST", "/v1/batch", &shop.publishable, private);
    request.headers_mut().insert("sec-gpc", "1".parse().unwrap());
    shop.send(request).await;

    let ids = waiting(&shop).await;
    assert_eq!(ids.len(), 3);
    alone["properties"]["price"] = json!("5");
    for (id, event) in ids.iter().zip([added("v", "5"), alone, added("x", "5")]) {
        assert_eq!(mend(&shop, id, event).await.status, 200);
    }
    assert_eq!(counts(&replay(&shop, json!({"ids": ids})).await), (3, 0, 0));
    let kept = kept(&shop).await;
    let purposes: Vec<usize> = kept.iter().map(|it| it.envelope.purposes.iter().count()).collect();
    assert_eq!(purposes[0], 1, "only operation is left of a no to everything else");
    assert!(purposes[1] > 1);
    assert!(
        !kept[2].envelope.purposes.contains(domain::Purpose::Sharing),
        "{:?}",
        kept[2].envelope.purposes
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quarantine_is_the_shops_alone_and_what_is_done_there_is_on_the_trail() {
    let shop = Shop::open().await;
    shop.batch(json!([added("v", "cheap")])).await;
    let [id] = &waiting(&shop).await[..] else { panic!("one event waits") };
    let with_publishable = async |method: &str, path: &str, body: Value| {
        shop.call_with(&shop.publishable, method, path, body).await.summary()
    };
    let needed = "403 `SECRET_KEY_NEEDED`";
    let path = format!("/v1/quarantine/{id}");
    assert_eq!(with_publishable("GET", &path, Value::Null).await, needed);
    let form = json!({"id": id, "event": added("v", "5")});
    assert_eq!(with_publishable("POST", "/v1/quarantine:mend", form).await, needed);
    assert_eq!(
        with_publishable("POST", "/v1/quarantine:replay", json!({"all": true})).await,
        needed
    );

    mend(&shop, id, added("v", "5")).await;
    replay(&shop, json!({"all": true})).await;
    let trail = shop.call("GET", "/v1/audit?page_size=2", Value::Null).await.json;
    let actions: Vec<_> =
        trail["entries"].as_array().unwrap().iter().map(|it| it["action"].clone()).collect();
    assert_eq!(actions, ["quarantine.replay", "quarantine.mend"]);
}
