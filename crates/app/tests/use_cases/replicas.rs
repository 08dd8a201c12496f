//! Several processes keep one shop's tables: each its part, and the part of one that died.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::{App, Backends, Replicas};
use domain::Span;
use ports::{Projections, Table};
use testkit::TestShop;
use testkit::shop::phrases::{clicks_from, product, request};

/// A shop of several replicas, of which one is open.
struct Site {
    shop: TestShop,
    backends: Backends,
}

impl Site {
    async fn new() -> Site {
        let mut backends = None;
        let shop = TestShop::with_backends(
            |settings| settings.replicas = Replicas::Many,
            |it| backends = Some(it.clone()),
        )
        .await;
        shop.stock(["A", "B", "C"].map(product)).await;
        Site { shop, backends: backends.unwrap() }
    }

    async fn replica(&self) -> Arc<App> {
        self.shop.replica(self.backends.clone()).await
    }

    fn projections(&self) -> &dyn Projections {
        &*self.backends.projections
    }

    /// Each of `visitors` is decided for, by the first replica, and clicks.
    async fn shop_around(&self, visitors: std::ops::Range<u32>) {
        for visitor in visitors {
            let visitor = format!("visitor {visitor}");
            let decision = self.shop.decide(request(&visitor, "home")).await.id;
            self.shop.ingest(vec![clicks_from(&visitor, "A", decision)]).await;
        }
    }

    /// How many entries the tables have.
    async fn n_entries(&self) -> [usize; 2] {
        let mut n_entries = [0; 2];
        for (n, table) in n_entries.iter_mut().zip([Table::Decisions, Table::Outcomes]) {
            *n = self.projections().scan(table, b"", usize::MAX).await.unwrap().len();
        }
        n_entries
    }
}

async fn look(app: &App) {
    app.look_after_tables().await.unwrap();
}

#[tokio::test]
async fn each_replica_writes_its_part_and_then_that_of_one_that_died() {
    let site = Site::new().await;
    look(&site.shop.app).await;
    site.shop_around(0..40).await;
    assert_eq!(site.n_entries().await, [40, 40], "who is alone keeps everything");

    let other = site.replica().await;
    for app in [&other, &site.shop.app, &other] {
        look(app).await;
    }
    site.shop_around(40..80).await;
    let [n_decisions, n_outcomes] = site.n_entries().await;
    assert!((41..80).contains(&n_decisions) && n_outcomes < 80, "{n_decisions}, {n_outcomes}");
    other.fold_all().await.unwrap();
    assert_eq!(site.n_entries().await, [80, 80], "both together keep everything");

    drop(other);
    site.shop_around(80..120).await;
    look(&site.shop.app).await;
    assert!(site.n_entries().await[0] < 120, "it is not known yet that the other one died");
    site.shop.clock.advance(Span::SECOND.times(11));
    look(&site.shop.app).await;
    assert_eq!(site.n_entries().await, [120, 120], "nothing of what it did not write is missing");
}

#[tokio::test]
async fn each_replica_tells_which_leases_it_holds() {
    let site = Site::new().await;
    let held = |app: &App| app.leases_held().into_iter().collect::<BTreeMap<_, _>>();
    let expected = |n: usize| BTreeMap::from([("replica", 1), ("tables", n)].map(named));
    look(&site.shop.app).await;
    assert_eq!(held(&site.shop.app), expected(16));

    let other = site.replica().await;
    for app in [&other, &site.shop.app, &other] {
        look(app).await;
    }
    assert_eq!([held(&site.shop.app), held(&other)], [expected(8), expected(8)]);

    site.shop.clock.advance(Span::SECOND.times(11));
    assert_eq!(
        held(&other),
        BTreeMap::from([("replica", 0), ("tables", 0)].map(named)),
        "they ended"
    );
}

fn named((kind, n): (&str, usize)) -> (String, usize) {
    (kind.to_owned(), n)
}

#[tokio::test]
async fn who_takes_a_share_over_writes_also_what_was_missed_before_it_began() {
    let site = Site::new().await;
    look(&site.shop.app).await;
    site.shop_around(0..40).await;
    site.shop.app.save_live().await.unwrap();
    // A database that lost its last moments has a state that its tables lack.
    let saved = site.projections().load_snapshot("live").await.unwrap().unwrap();
    site.projections().clear().await.unwrap();
    site.projections().save_snapshot("live", saved).await.unwrap();

    let other = site.replica().await;
    site.shop.clock.advance(Span::SECOND.times(11));
    look(&other).await;
    assert_eq!(site.n_entries().await, [40, 40]);
    let positions = site.projections().positions().await.unwrap();
    assert!(positions.iter().all(|it| *it == positions[0]), "{positions:?}");
    assert_eq!(other.state_digests(), other.state_digests_from_history().await.unwrap());
}

#[tokio::test]
async fn no_state_is_saved_that_is_ahead_of_a_share() {
    let site = Site::new().await;
    let other = site.replica().await;
    for app in [&site.shop.app, &other, &site.shop.app, &other] {
        look(app).await;
    }
    site.shop_around(0..40).await;
    site.shop.app.save_live().await.unwrap();
    let saved = site.projections().load_snapshot("live").await.unwrap();
    assert_eq!(saved, None, "half of the tables lack what the other one did not write yet");
    other.fold_all().await.unwrap();
    other.save_live().await.unwrap();
    let saved = site.projections().load_snapshot("live").await.unwrap();
    assert_eq!(saved, None, "it is not this one's to save");
    look(&other).await;
    site.shop.app.save_live().await.unwrap();
    assert!(site.projections().load_snapshot("live").await.unwrap().is_some());
}

#[tokio::test]
async fn who_leaves_gives_its_part_to_the_others_at_once() {
    let site = Site::new().await;
    let other = site.replica().await;
    for app in [&site.shop.app, &other, &site.shop.app, &other] {
        look(app).await;
    }
    site.shop_around(0..20).await;
    other.fold_all().await.unwrap();
    other.end_tables().await.unwrap();
    site.shop_around(20..40).await;
    look(&site.shop.app).await;
    assert_eq!(site.n_entries().await, [40, 40]);
}

#[tokio::test]
async fn what_is_changed_through_one_replica_is_in_force_at_another_when_it_looks() {
    use domain::{KeyKind, Personalization};

    let site = Site::new().await;
    let other = site.replica().await;
    let caller = app::Caller { key_id: "test".to_owned(), kind: KeyKind::Secret };
    let one = &site.shop.app;
    let made = one.create_key(&caller, ports::KeyScope::Secret, Vec::new()).await.unwrap();
    one.set_personalization(&caller, Personalization::Off).await.unwrap();
    let home = one.placements().into_iter().find(|it| it.id.as_str() == "home").unwrap();
    one.delete_placement(&caller, &home.id).await.unwrap();
    assert!(other.authenticate(&made.text).is_none(), "it has not looked yet");
    other.refresh_records().await.unwrap();
    assert!(other.authenticate(&made.text).is_some());
    assert_eq!(other.personalization().personalization, Personalization::Off);
    assert!(other.placements().iter().all(|it| it.id != home.id));

    one.revoke_key(&caller, &made.record.id).await.unwrap();
    one.put_placement(&caller, home.clone()).await.unwrap();
    other.refresh_records().await.unwrap();
    assert!(other.authenticate(&made.text).is_none());
    assert!(other.placements().contains(&home));
}
