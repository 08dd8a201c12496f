//! What happened moves from the log into the lake, the log forgets it, and nobody notices.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::{AppSettings, ArchiveError, ArchiveSettings};
use async_trait::async_trait;
use domain::{Position, Recorded, Span, Timestamp};
use ports::{Acts, ActsWanted, Lake, LakeTable, Leases, PortError, Report, Tended};
use testkit::TestShop;
use testkit::shop::phrases::{product, request, views};
use tokio::sync::Notify;

use crate::metrics::{counter, recorder};

/// Archives at once, a few events at a time, keeps little in the log and tends all the time.
fn busily(settings: &mut AppSettings) {
    settings.archive = ArchiveSettings {
        commit_events: 7,
        commit_every: Span::ZERO,
        log_keep_events: 5,
        tend_every_commits: 2,
        tend_every: Span::DAY,
        retry_after: Span::ZERO,
        ..ArchiveSettings::default()
    };
}

/// Fills a shop with some history, decisions among it.
async fn live_through(shop: &TestShop) {
    shop.stock(["lamp", "vase", "mug"].map(product)).await;
    for n in 0..20 {
        let visitor = format!("ada-{n}");
        shop.ingest(vec![views(&visitor, "lamp"), views(&visitor, "vase")]).await;
        shop.decide(request(&visitor, "home")).await;
    }
    shop.settle().await;
}

async fn archived(shop: &TestShop) -> Vec<Recorded> {
    shop.app.archived_events(Position::START, usize::MAX).await.unwrap()
}

#[tokio::test]
async fn everything_is_archived_and_forgotten_and_the_history_stays_what_it_was() {
    let shop = TestShop::with(busily).await;
    live_through(&shop).await;
    let before = shop.log().await;
    let state = shop.app.state_digests();

    shop.app.archive_through(Position::new(u64::MAX)).await.unwrap();
    let ready = shop.app.readiness();
    assert_eq!(ready.archived, ready.head, "there is no more to archive than there is");
    assert_eq!(ready.tail.get(), ready.head.get() - 5 + 1, "the log keeps what it is told to");
    assert_eq!(archived(&shop).await, before, "the lake has it to the byte");
    assert_eq!(shop.log().await, before, "lake and log are one history");
    assert_eq!(shop.app.state_digests_from_history().await.unwrap(), state);

    let lose = |folder: &Path| std::fs::remove_dir_all(folder.join("projections")).unwrap();
    let shop = shop.crash_and(lose).await;
    assert_eq!(shop.app.state_digests(), state, "it is computed anew from the lake");
    shop.ingest(vec![views("bo", "mug")]).await;
    shop.app.archive_through(shop.app.readiness().head).await.unwrap();
    assert_eq!(archived(&shop).await, shop.log().await, "positions go on");
}

#[tokio::test]
async fn a_decision_is_explained_when_the_log_has_forgotten_it() {
    let shop = TestShop::with(busily).await;
    shop.stock(["lamp"].map(product)).await;
    let decision = shop.decide(request("ada", "home")).await;
    live_through(&shop).await;
    let before = shop.app.explain_decision(decision.id).await.unwrap();
    shop.app.archive_through(shop.app.readiness().head).await.unwrap();
    assert!(before.is_some());
    assert_eq!(shop.app.explain_decision(decision.id).await.unwrap(), before);
}

#[tokio::test]
async fn an_event_sent_again_counts_once_also_when_the_log_has_forgotten_it() {
    let shop = TestShop::with(busily).await;
    live_through(&shop).await;
    let order = || {
        let mut event = views("ada", "lamp");
        event.message_id = Some("one".to_owned());
        vec![event]
    };
    shop.ingest(order()).await;
    live_through(&shop).await;
    shop.app.archive_through(shop.app.readiness().head).await.unwrap();
    let shop = shop.crash().await;
    assert_eq!(shop.ingest(order()).await.n_duplicate, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_archivist_keeps_up_while_the_shop_lives_and_ends_when_told() {
    let shop = TestShop::with(busily).await;
    let app = Arc::clone(&shop.app);
    let archivist = tokio::spawn(async move { app.keep_archive().await });
    live_through(&shop).await;
    let head = shop.app.readiness().head;
    shop.app.archive_through(head).await.unwrap();
    shop.app.stop_archiving();
    archivist.await.unwrap();
    assert!(head <= shop.app.readiness().archived);
    assert_eq!(archived(&shop).await, shop.log().await);
    // Whoever comes next is not kept waiting by a lease.
    let shop = shop.crash().await;
    shop.ingest(vec![views("bo", "mug")]).await;
    shop.app.archive_through(shop.app.readiness().head).await.unwrap();
}

/// A lake that does not take what it is given some times.
pub(crate) struct Moody {
    lake: Arc<dyn Lake>,
    n_failures: AtomicU64,
    /// Up to which event it says to have everything, when it has less.
    archived: Position,
    /// Until when it is tended.
    tend_until: Option<Arc<Notify>>,
}

impl Moody {
    pub(crate) fn failing(lake: Arc<dyn Lake>, n_failures: u64, archived: Position) -> Moody {
        Moody { lake, n_failures: AtomicU64::new(n_failures), archived, tend_until: None }
    }

    fn tended_until(lake: Arc<dyn Lake>, end: Arc<Notify>) -> Moody {
        Moody { tend_until: Some(end), ..Moody::failing(lake, 0, Position::START) }
    }
}

#[async_trait]
impl Lake for Moody {
    fn archived(&self) -> Position {
        self.lake.archived().max(self.archived)
    }

    async fn refresh(&self) -> Result<Position, PortError> {
        self.lake.refresh().await
    }

    async fn archive(&self, events: Vec<Recorded>) -> Result<Position, PortError> {
        let less = |it: u64| it.checked_sub(1);
        if self.n_failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok() {
            let what = "writing to it".to_owned();
            return Err(PortError::Unavailable { backend: "the lake", what, source: None });
        }
        self.lake.archive(events).await
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        self.lake.read(after, n_max).await
    }

    async fn acts(&self, wanted: ActsWanted) -> Result<Box<dyn Acts>, PortError> {
        self.lake.acts(wanted).await
    }

    async fn query(&self, sql: &str, n_rows_max: usize) -> Result<Report, PortError> {
        self.lake.query(sql, n_rows_max).await
    }

    async fn tend(&self, now: Timestamp) -> Result<Tended, PortError> {
        if let Some(end) = &self.tend_until {
            end.notified().await;
        }
        self.lake.tend(now).await
    }

    async fn tables(&self) -> Result<Vec<LakeTable>, PortError> {
        self.lake.tables().await
    }
}

#[test]
fn a_lake_that_fails_is_tried_again_and_the_log_keeps_what_it_did_not_take() {
    let recorder = recorder();
    metrics::with_local_recorder(&recorder, || {
        crate::runtime().block_on(async {
            let moody = |backends: &mut app::Backends| {
                let lake = Arc::clone(&backends.lake);
                backends.lake = Arc::new(Moody::failing(lake, 3, Position::START));
            };
            let shop = TestShop::with_backends(busily, moody).await;
            shop.stock(["lamp", "vase", "mug"].map(product)).await;
            let head = shop.app.readiness().head;
            tokio::join!(shop.app.keep_archive(), async {
                while shop.app.readiness().archived < head {
                    tokio::task::yield_now().await;
                }
                shop.app.stop_archiving();
            });
            assert_eq!(archived(&shop).await, shop.log().await);
        });
    });
    assert_eq!(counter(&recorder, "archive_failures_total"), 3);
    assert_eq!(counter(&recorder, "events_archived_total"), 3);
}

#[tokio::test]
async fn nobody_archives_while_another_process_does() {
    let mut leases: Option<Arc<dyn Leases>> = None;
    let keep = |backends: &mut app::Backends| leases = Some(Arc::clone(&backends.leases));
    let shop = TestShop::with_backends(busily, keep).await;
    let leases = leases.expect("the shop was opened");
    shop.stock(["lamp"].map(product)).await;
    let now = shop.app.now();
    leases.take("archive", "somebody else", now, Span::HOUR).await.unwrap().unwrap();
    let head = shop.app.readiness().head;
    let refused = shop.app.archive_through(head).await.unwrap_err();
    assert!(matches!(refused, ArchiveError::Elsewhere), "{refused}");
    shop.clock.advance(Span::HOUR);
    shop.app.archive_through(head).await.unwrap();
    assert_eq!(shop.app.readiness().archived, head);
}

#[tokio::test]
async fn a_long_tending_holds_its_lease_and_is_given_up_when_somebody_else_has_it() {
    let end = Arc::new(Notify::new());
    let mut leases: Option<Arc<dyn Leases>> = None;
    let often = |settings: &mut AppSettings| {
        busily(settings);
        settings.archive.renew_every = Span::MILLISECOND;
    };
    let shop = TestShop::with_backends(often, |backends| {
        let lake = Moody::tended_until(Arc::clone(&backends.lake), Arc::clone(&end));
        backends.lake = Arc::new(lake);
        leases = Some(Arc::clone(&backends.leases));
    })
    .await;
    let leases = leases.expect("the shop was opened");
    let meanwhile = async {
        while leases.held("archive", shop.app.now()).await.unwrap().is_empty() {}
        // Longer than the lease was taken for, a little at a time.
        for _ in 0..6 {
            shop.clock.advance(Span::SECOND.times(10));
            let now = shop.app.now();
            let is_renewed = async || {
                let held = leases.held("archive", now).await.unwrap();
                now.plus(Span::SECOND.times(20)) < held.first().expect("it is held").until
            };
            while !is_renewed().await {}
        }
        end.notify_one();
    };
    let (tended, ()) = tokio::join!(shop.app.tend_lake(), meanwhile);
    tended.unwrap();

    let taken_away = async {
        shop.clock.advance(Span::HOUR);
        let term = Span::HOUR;
        while leases.take("archive", "else", shop.app.now(), term).await.unwrap().is_none() {
            shop.clock.advance(Span::HOUR);
        }
    };
    let (tended, ()) = tokio::join!(shop.app.tend_lake(), taken_away);
    assert!(matches!(tended, Err(ArchiveError::Elsewhere)), "{tended:?}");
}

#[tokio::test]
#[should_panic(expected = "Gap { archived: Position(0)")]
async fn a_shop_whose_lake_is_gone_is_not_opened_as_if_nothing_were_missing() {
    let shop = TestShop::with(busily).await;
    live_through(&shop).await;
    shop.app.archive_through(shop.app.readiness().head).await.unwrap();
    let lose = |folder: &Path| std::fs::remove_dir_all(folder.join("lake")).unwrap();
    shop.crash_and(lose).await;
}
