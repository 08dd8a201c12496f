//! Many replicas: each follows its own shares of the shoppers, and those of one that died.

use std::sync::Arc;

use app::{App, Backends, Decision, DecisionRequest, Replicas};
use domain::{Fallback, Span};
use ports::Table;
use testkit::TestShop;
use testkit::shop::phrases::{clicks_from, consents, product, request, views};
use testkit::shop::{browser, server};

const VISITORS: std::ops::Range<u32> = 0..24;

/// A shop of three replicas, of which the first takes events in.
struct Site {
    shop: TestShop,
    backends: Backends,
    others: Vec<Arc<App>>,
}

impl Site {
    async fn new() -> Site {
        let mut backends = None;
        let shop = TestShop::with_backends(
            |settings| {
                settings.replicas = Replicas::Many;
                settings.whole_up_to = 1;
            },
            |it| backends = Some(it.clone()),
        )
        .await;
        shop.stock(["A", "B", "C", "D"].map(product)).await;
        shop.app.announce("http://replica-0");
        let mut site = Site { shop, backends: backends.unwrap(), others: Vec::new() };
        for number in 1..3 {
            site.begin(number).await;
        }
        // They have to be many for a while; nobody's lease ends meanwhile.
        for _ in 0..2 {
            site.settle().await;
            site.shop.clock.advance(Span::SECOND.times(8));
        }
        site
    }

    async fn begin(&mut self, number: u32) {
        let other = self.shop.replica(self.backends.clone()).await;
        other.announce(&format!("http://replica-{number}"));
        self.others.push(other);
    }

    fn replicas(&self) -> impl Iterator<Item = &App> {
        std::iter::once(&self.shop.app).chain(&self.others).map(|it| &**it)
    }

    /// Everybody folds what there is and looks after their shares, until they are divided.
    async fn settle(&self) {
        for _ in 0..3 {
            for app in self.replicas() {
                app.fold_all().await.unwrap();
                app.look_after_tables().await.unwrap();
            }
        }
    }

    /// Each visitor is decided for where they are followed, and clicks; then looks at a product.
    async fn shop_around(&self) {
        for visitor in VISITORS {
            let visitor = format!("visitor {visitor}");
            let decision = self.shop.decide(request(&visitor, "home")).await.id;
            self.shop
                .ingest(vec![clicks_from(&visitor, "A", decision), views(&visitor, "B")])
                .await;
        }
        self.settle().await;
    }

    /// What each replica answers to each visitor.
    async fn decisions(&self) -> Vec<Vec<Decision>> {
        let mut all = Vec::new();
        for visitor in VISITORS {
            let mut of_visitor = Vec::new();
            for app in self.replicas() {
                of_visitor.push(app.decide(&browser(), question(visitor)).await.unwrap());
            }
            all.push(of_visitor);
        }
        all
    }

    async fn n_entries(&self) -> [usize; 2] {
        let mut n_entries = [0; 2];
        for (n, table) in n_entries.iter_mut().zip([Table::Decisions, Table::Outcomes]) {
            let entries = self.backends.projections.scan(table, b"", usize::MAX).await;
            *n = entries.unwrap().len();
        }
        n_entries
    }

    /// That each visitor is known to exactly one replica, to which the others send them.
    #[track_caller]
    fn check_owners(&self, decisions: &[Vec<Decision>], elsewhere: &[Vec<Option<Arc<str>>>]) {
        let addresses: Vec<_> = (0..).map(|it| format!("http://replica-{it}")).take(4).collect();
        for (of_visitor, elsewhere) in decisions.iter().zip(elsewhere) {
            let owners: Vec<usize> =
                (0..of_visitor.len()).filter(|it| is_personal(&of_visitor[*it])).collect();
            assert_eq!(owners.len(), 1, "{of_visitor:?}");
            for (at, elsewhere) in elsewhere.iter().enumerate() {
                let expected = (at != owners[0]).then_some(&*addresses[owners[0]]);
                assert_eq!(elsewhere.as_deref(), expected);
            }
        }
    }

    async fn elsewhere(&self) -> Vec<Vec<Option<Arc<str>>>> {
        let mut all = Vec::new();
        for visitor in VISITORS {
            let mut of_visitor = Vec::new();
            for app in self.replicas() {
                of_visitor.push(app.better_decided_at(&browser(), &question(visitor)).await);
            }
            all.push(of_visitor);
        }
        all
    }
}

fn question(visitor: u32) -> DecisionRequest {
    request(&format!("visitor {visitor}"), "home")
}

/// Whether the visit was known: then the two products of it are not shown for themselves.
fn is_personal(decision: &Decision) -> bool {
    decision.fallback != Some(Fallback::ShopperUnavailable)
}

#[tokio::test]
async fn each_shopper_is_known_to_one_replica_and_the_others_send_them_there() {
    let site = Site::new().await;
    site.settle().await;
    site.shop_around().await;
    site.check_owners(&site.decisions().await, &site.elsewhere().await);
    assert_eq!(site.n_entries().await, [24, 24]);
}

#[tokio::test]
async fn who_takes_shares_over_knows_their_shoppers_as_the_one_before_did() {
    let mut site = Site::new().await;
    site.settle().await;
    site.shop_around().await;
    let before = site.decisions().await;
    // One saves its shares, and leaves nothing of what comes then in the tables.
    for app in site.replicas() {
        app.save_live().await.unwrap();
    }
    for visitor in VISITORS {
        let visitor = format!("visitor {visitor}");
        let decision = site.shop.decide(request(&visitor, "home")).await.id;
        site.shop.ingest(vec![clicks_from(&visitor, "C", decision)]).await;
    }
    drop(site.others.pop());
    site.shop.clock.advance(Span::SECOND.times(11));
    site.settle().await;
    site.check_owners(&site.decisions().await, &site.elsewhere().await);
    assert_eq!(site.n_entries().await[1], 48, "outcomes of the one that died are there, once");

    // The same shoppers, from whoever: a replica that begins now, and the last one alone.
    site.begin(2).await;
    site.settle().await;
    site.check_owners(&site.decisions().await, &site.elsewhere().await);
    assert_eq!(before.len(), VISITORS.len());
}

#[tokio::test]
async fn when_there_are_few_again_each_follows_everybody_as_ever() {
    let mut site = Site::new().await;
    site.settle().await;
    site.shop_around().await;
    site.others.clear();
    site.shop.clock.advance(Span::SECOND.times(11));
    site.settle().await;
    let decisions = site.decisions().await;
    assert!(decisions.iter().flatten().all(is_personal), "all shares are its own");
    site.shop.clock.advance(Span::MINUTE);
    site.settle().await;
    let app = &site.shop.app;
    assert_eq!(app.state_digests(), app.state_digests_from_history().await.unwrap());
    site.shop_around().await;
    assert_eq!(site.n_entries().await[0], 24 + 24 + 24);
    assert_eq!(app.state_digests(), app.state_digests_from_history().await.unwrap());
}

#[tokio::test]
async fn a_refusal_holds_wherever_the_shopper_is_asked_for() {
    let site = Site::new().await;
    site.settle().await;
    site.shop_around().await;
    let refused = consents("visitor 3", &[], &[domain::Purpose::Personalization]);
    site.shop.ingest_as(&server(), vec![refused]).await;
    site.settle().await;
    for app in site.replicas() {
        let decision = app.decide(&browser(), question(3)).await.unwrap();
        assert_eq!(decision.fallback, Some(Fallback::NoConsent));
        assert_eq!(app.better_decided_at(&browser(), &question(3)).await, None);
    }
}

#[tokio::test]
async fn a_replica_that_begins_among_many_knows_what_products_have_in_common() {
    let mut site = Site::new().await;
    site.settle().await;
    site.shop_around().await;
    for app in site.replicas() {
        app.save_live().await.unwrap();
    }
    site.begin(3).await;
    let begun = site.others.last().unwrap();
    assert_eq!(begun.readiness().n_products, 4);
    assert_eq!(begun.readiness().n_live_visitors, 0, "its shares are not known yet");
    assert_eq!(begun.readiness().applied, site.shop.app.readiness().applied);
    site.settle().await;
    site.check_owners(&site.decisions().await, &site.elsewhere().await);
    let n_visitors = site.replicas().map(|it| it.readiness().n_live_visitors).sum::<usize>();
    assert_eq!(n_visitors, VISITORS.len());
}

#[tokio::test]
async fn only_a_replica_proves_that_it_passed_a_request_on_and_of_that_request() {
    let site = Site::new().await;
    let (one, other) = (&site.shop.app, &site.others[0]);
    let proof = one.proof_of_passing(b"a request");
    assert!(other.was_passed_on(b"a request", &proof));
    assert!(!other.was_passed_on(b"another request", &proof));
    for forged in ["", "1", "not hexadecimal", &"0".repeat(64)] {
        assert!(!other.was_passed_on(b"a request", forged));
    }
}
