//! Trials: who a canary decides for, and how its time ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use app::{Backends, Decision, DecisionRequest, Incoming, ModelInUse};
use async_trait::async_trait;
use domain::{Span, Timestamp};
use ports::{Lease, Leases, PortError, Stage};
use testkit::TestShop;
use testkit::shop::phrases::{clicks_from, request};

use super::{
    PLACEMENT, decide, decided_by, shop_on, shop_with_orders, shop_with_two_models, stages, train,
};

/// A click on the first product of a slate.
fn click(visitor: &str, decision: &Decision) -> Incoming {
    clicks_from(visitor, decision.slate[0].product.as_str(), decision.id)
}

/// Takes clicks in, after the decisions that they are on.
async fn take_in(shop: &TestShop, clicks: Vec<Incoming>) {
    shop.app.flush_decisions().await;
    shop.ingest(clicks).await;
}

/// Decides for each of the shoppers, so many times.
async fn decide_for_all(shop: &TestShop, n_times: usize) {
    for _ in 0..n_times {
        for n in 0..60 {
            decide(shop, &format!("shopper-{n}")).await;
        }
    }
}

#[tokio::test]
async fn a_second_model_is_on_trial_for_exactly_its_share() {
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 30).await;
    train(&shop).await;
    let second = train(&shop).await;
    assert_eq!((second.model.stage, second.model.canary_percent), (Stage::Canary, 30));

    let mut by_canary = Vec::new();
    for n in 0..60 {
        let visitor = format!("shopper-{n}");
        let version = decided_by(&decide(&shop, &visitor).await).to_owned();
        if version == "item_neighbors-2" {
            by_canary.push(n);
        } else {
            assert_eq!(version, "item_neighbors-1");
        }
    }
    assert!((8..=30).contains(&by_canary.len()), "{} of 60", by_canary.len());
    // Nobody in particular is in no share.
    let nobody = DecisionRequest { visitor: None, ..request("x", PLACEMENT) };
    assert_eq!(decided_by(&shop.decide(nobody).await), "item_neighbors-1");

    let shop = shop.restart().await;
    for n in 0..60 {
        let decision = decide(&shop, &format!("shopper-{n}")).await;
        let is_canary = decided_by(&decision) == "item_neighbors-2";
        assert_eq!(is_canary, by_canary.contains(&n), "a restart moves nobody");
    }
}

#[tokio::test]
async fn a_trial_that_is_over_ends_in_promotion_where_nothing_speaks_against_it() {
    let shop = shop_with_two_models(|_| {}).await;
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Canary, item_neighbors-1 Live");
    shop.clock.advance(Span::DAY);
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
}

#[tokio::test]
async fn a_canary_that_is_clicked_less_is_taken_back() {
    let shop = shop_with_two_models(|it| it.training.canary_percent = 50).await;
    // Only what the live model shows is clicked.
    for round in 0..20 {
        let mut clicks = Vec::new();
        for n in 0..60 {
            let visitor = format!("shopper-{n}");
            let decision = decide(&shop, &visitor).await;
            if decided_by(&decision) == "item_neighbors-1" && (n + round) % 2 == 0 {
                clicks.push(click(&visitor, &decision));
            }
        }
        take_in(&shop, clicks).await;
    }
    shop.clock.advance(Span::DAY);
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Refused, item_neighbors-1 Live");
    let failed = shop.app.model("item_neighbors-2").await.unwrap();
    assert!(failed.record.reason.contains("its trial failed: 0.00 %"), "{}", failed.record.reason);
    assert_eq!(failed.in_use, ModelInUse::No);
}

#[tokio::test]
async fn decisions_at_first_contact_weigh_on_both_sides_of_a_trial() {
    let shop = shop_with_two_models(|it| it.training.canary_percent = 50).await;
    // Of those who are known nobody clicks, of strangers everybody: the live model is asked for all of them.
    decide_for_all(&shop, 8).await;
    let mut clicks = Vec::new();
    for n in 0..200 {
        let visitor = format!("stranger-{n}");
        let decision = decide(&shop, &visitor).await;
        assert_eq!(decided_by(&decision), "item_neighbors-1");
        clicks.push(click(&visitor, &decision));
    }
    take_in(&shop, clicks).await;
    shop.clock.advance(Span::DAY);
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
    let promoted = shop.app.model("item_neighbors-2").await.unwrap().record.reason;
    assert!(promoted.contains("decisions were clicked"), "{promoted}");
}

/// Leases of which somebody else is after that of trials, whenever it is renewed.
struct Contested {
    leases: Arc<dyn Leases>,
    n_renewed: AtomicU64,
    /// At which renewal it is lost to them.
    lost_at: u64,
}

#[async_trait]
impl Leases for Contested {
    async fn take(
        &self,
        work: &str,
        holder: &str,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError> {
        self.leases.take(work, holder, now, term).await
    }

    async fn renew(
        &self,
        lease: &Lease,
        now: Timestamp,
        term: Span,
    ) -> Result<Option<Lease>, PortError> {
        if lease.work == "model_trials" {
            let is_lost = self.n_renewed.fetch_add(1, Ordering::Relaxed) + 1 == self.lost_at;
            if is_lost {
                self.leases.give_back(lease).await?;
            }
            let taken = self.leases.take(&lease.work, "somebody", now, Span::DAY).await?;
            assert_eq!(taken.is_some(), is_lost, "it is renewed before it ends");
        }
        self.leases.renew(lease, now, term).await
    }

    async fn give_back(&self, lease: &Lease) -> Result<(), PortError> {
        self.leases.give_back(lease).await
    }

    async fn forget(&self, prefix: &str, now: Timestamp) -> Result<(), PortError> {
        self.leases.forget(prefix, now).await
    }

    async fn held(&self, prefix: &str, now: Timestamp) -> Result<Vec<Lease>, PortError> {
        self.leases.held(prefix, now).await
    }
}

/// A shop with a canary and 240 decisions, and its leases.
async fn contested_shop(lost_at: u64) -> (TestShop, Arc<Contested>) {
    let mut contested = None;
    let replace = |backends: &mut Backends| {
        let leases = Arc::clone(&backends.leases);
        let all = Arc::new(Contested { leases, n_renewed: AtomicU64::new(0), lost_at });
        backends.leases = Arc::clone(&all) as Arc<dyn Leases>;
        contested = Some(all);
    };
    let shop = shop_on(60, |_| {}, replace).await;
    train(&shop).await;
    train(&shop).await;
    decide_for_all(&shop, 4).await;
    shop.settle().await;
    shop.clock.advance(Span::DAY);
    (shop, contested.unwrap())
}

/// Ends trials while each decision takes ten seconds to be counted.
async fn end_trials_slowly(shop: &TestShop) {
    shop.clock.tick(Span::SECOND.times(10));
    shop.app.end_trials().await.unwrap();
    shop.clock.tick(Span::ZERO);
}

#[tokio::test]
async fn a_trial_that_takes_long_to_count_stays_leased() {
    let (shop, leases) = contested_shop(u64::MAX).await;
    end_trials_slowly(&shop).await;
    let n_renewed = leases.n_renewed.load(Ordering::Relaxed);
    assert!(n_renewed > 20, "{n_renewed} times in forty minutes");
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
}

#[tokio::test]
async fn who_loses_the_lease_of_a_trial_changes_nothing() {
    let (shop, leases) = contested_shop(3).await;
    let on_trial = "item_neighbors-2 Canary, item_neighbors-1 Live";
    end_trials_slowly(&shop).await;
    assert_eq!(stages(&shop).await, on_trial);
    let n_renewed = leases.n_renewed.load(Ordering::Relaxed);
    assert!(n_renewed <= 4, "{n_renewed} times: it stopped counting");
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, on_trial, "somebody else looks at it");
    shop.clock.advance(Span::DAY);
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
}
