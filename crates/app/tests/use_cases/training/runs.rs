//! Training runs: what they learn from, what comes of them, who may run and when.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::ThreadId;

use app::{Backends, Incoming, Lineage, TrainError, TrainOptions, Trained};
use domain::{Purpose, Span, Timestamp};
use ports::{Clock, Records, Stage};
use testkit::TestShop;
use testkit::shop::phrases::{consents, orders, views};
use testkit::shop::{browser, server};

use super::{
    GENERATOR, decide, decided_by, shop_and_backends, shop_on, shop_with_orders, stages, train,
};

#[tokio::test]
async fn a_shop_without_a_model_falls_back_and_a_trained_one_decides() {
    let shop = shop_with_orders(60, |_| {}).await;
    let before = decide(&shop, "shopper-0").await;
    assert_eq!(decided_by(&before), "item_neighbors@none");
    assert_eq!(before.slate.len(), 5, "what is popular fills the slate");

    let trained = train(&shop).await;
    assert_eq!(trained.model.stage, Stage::Live, "{}", trained.model.reason);
    let after = decide(&shop, "shopper-0").await;
    assert_eq!(decided_by(&after), "item_neighbors-1");
    assert!(after.slate.iter().any(|it| it.generator == GENERATOR), "{after:?}");

    let lineage = Lineage::read(&trained.model.lineage).unwrap();
    assert_eq!((lineage.data.acts, lineage.data.shoppers, lineage.data.products), (360, 60, 72));
    assert!(lineage.gate.iter().all(|it| it.passed) && lineage.refitted);
    shop.settle().await;
    let kept = shop.app.explain_decision(after.id).await.unwrap().unwrap();
    assert_eq!(kept.made.versions, ["item_neighbors-1"], "the journal knows who decided");
}

#[tokio::test]
async fn who_refused_after_the_fact_and_orders_without_proof_teach_nothing() {
    let shop = shop_with_orders(60, |_| {}).await;
    let acts_of = |trained: &Trained| trained.lineage.data.clone();
    let before = acts_of(&train(&shop).await);
    assert_eq!((before.acts, before.left_out_no_consent, before.left_out_unverified), (360, 0, 0));

    let refusal = consents("shopper-7", &[], &[Purpose::Personalization]);
    let unproven: Vec<Incoming> =
        (0..5).map(|n| orders("forger", &format!("forged-{n}"), "r0-0")).collect();
    let invented: Vec<Incoming> =
        (0..50).map(|n| views("forger", &format!("invented-{n}"))).collect();
    shop.ingest(vec![refusal]).await;
    shop.ingest_as(&browser(), invented).await;
    shop.ingest_as(&browser(), unproven).await;
    let after = acts_of(&train(&shop).await);
    assert_eq!(
        after.acts, 354,
        "of shopper 7 all six orders are gone, and none of the forger's came"
    );
    assert_eq!((after.left_out_no_consent, after.left_out_unverified), (6, 5));
    assert_eq!(
        (after.products, after.left_out_other),
        (72, 50),
        "nor did what the forger invented"
    );
    assert_eq!(after.shoppers, 59);
}

#[tokio::test]
async fn with_too_little_to_learn_from_nothing_is_trained() {
    let shop = shop_with_orders(3, |it| it.training.interactions_min = 100).await;
    let refused = shop.app.train(&server(), TrainOptions::of(GENERATOR)).await.unwrap_err();
    assert!(matches!(refused, TrainError::TooLittle { n_acts: 18, wanted: 100 }), "{refused}");
    let unknown = shop.app.train(&server(), TrainOptions::of("popular")).await.unwrap_err();
    let told = unknown.to_string();
    let begins = "`popular` is no generator that is trained; there are item_neighbors, ";
    assert!(told.starts_with(begins), "{told}");
    assert_eq!(stages(&shop).await, "");
}

#[tokio::test]
async fn a_model_that_takes_too_much_is_refused_and_stays_on_the_list_with_its_reason() {
    let shop = shop_with_orders(60, |it| it.training.model_bytes_max = 1).await;
    let trained = train(&shop).await;
    assert_eq!(trained.model.stage, Stage::Refused);
    assert!(
        trained.model.reason.contains("bytes of memory; 1 are allowed"),
        "{}",
        trained.model.reason
    );
    assert!(!trained.lineage.refitted);
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors@none");
}

#[tokio::test]
async fn two_do_not_train_at_once_and_a_lease_of_somebody_dead_ends() {
    let (shop, Backends { leases, .. }) = shop_and_backends(|_| {}).await;
    let now = shop.app.now();
    let lease = leases.take("training", "somebody", now, Span::MINUTE).await.unwrap();
    assert!(lease.is_some());
    let refused = shop.app.train(&server(), TrainOptions::of(GENERATOR)).await.unwrap_err();
    assert!(matches!(refused, TrainError::Elsewhere), "{refused}");
    shop.clock.advance(Span::MINUTE);
    assert_eq!(train(&shop).await.model.id, "item_neighbors-1");
    assert_eq!(train(&shop).await.model.id, "item_neighbors-2", "it was given back");
}

/// A clock at which all but the test's own thread wait until it is let go.
struct Gate {
    clock: Arc<dyn Clock>,
    test: ThreadId,
    state: Mutex<GateState>,
    opened: Condvar,
}

#[derive(Default)]
struct GateState {
    n_waiting: usize,
    is_open: bool,
}

impl Clock for Gate {
    fn now(&self) -> Timestamp {
        if std::thread::current().id() != self.test {
            let mut state = self.state.lock().unwrap();
            state.n_waiting += 1;
            let opened = self.opened.wait_while(state, |it| !it.is_open);
            drop(opened.unwrap());
        }
        self.clock.now()
    }
}

impl Gate {
    fn before(clock: &Arc<dyn Clock>) -> Arc<Gate> {
        let (test, state) = (std::thread::current().id(), Mutex::default());
        Arc::new(Gate { clock: Arc::clone(clock), test, state, opened: Condvar::new() })
    }

    fn open(&self) {
        self.state.lock().unwrap().is_open = true;
        self.opened.notify_all();
    }

    async fn until_waiting(&self, n: usize) {
        while self.state.lock().unwrap().n_waiting < n {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn training_that_was_given_up_has_ended_before_another_fits() {
    let mut gate = None;
    let shop = shop_on(
        60,
        |_| {},
        |backends| {
            let before = Gate::before(&backends.clock);
            backends.clock = Arc::clone(&before) as Arc<dyn Clock>;
            gate = Some(before);
        },
    )
    .await;
    let gate = gate.unwrap();
    let caller = server();
    let training = || shop.app.train(&caller, TrainOptions::of(GENERATOR));
    tokio::select! {
        trained = training() => panic!("nothing holds it up: {trained:?}"),
        () = gate.until_waiting(1) => {}
    }
    // The lease of whom nobody waits for any more has ended, and the thread goes on.
    shop.clock.advance(Span::HOUR);
    let refused = tokio::select! {
        trained = training() => trained.unwrap_err(),
        () = gate.until_waiting(2) => panic!("two fit at once"),
    };
    assert!(matches!(refused, TrainError::Elsewhere), "{refused}");
    gate.open();
    let trained = loop {
        match training().await {
            Err(TrainError::Elsewhere) => tokio::task::yield_now().await,
            trained => break trained.unwrap(),
        }
    };
    assert_eq!(trained.model.id, "item_neighbors-1", "nothing was kept of what was given up");
}

#[tokio::test]
async fn the_schedule_trains_once_and_a_restart_does_not_repeat_it() {
    // Nothing else of the backends is held, so that the shop can be opened again.
    let (shop, Backends { records, .. }) = shop_and_backends(|_| {}).await;
    until_trained(&shop, &*records, "ranker").await;
    let first = "ranker-1 Live, item_neighbors-1 Live";
    assert_eq!(stages(&shop).await, first);

    let shop = shop.restart().await;
    shop.clock.advance(Span::HOUR);
    look_once(&shop).await;
    assert_eq!(stages(&shop).await, first, "it is not due");
    let shop = shop.restart().await;
    shop.clock.advance(Span::DAY);
    until_trained(&shop, &*records, "ranker").await;
    let second = "ranker-2 Canary, item_neighbors-2 Canary";
    assert_eq!(stages(&shop).await, format!("{second}, {first}"));

    let shop = shop.restart().await;
    shop.clock.advance(Span::HOUR);
    shop.app.ask_for_training(&server(), GENERATOR).await.unwrap();
    until_trained(&shop, &*records, GENERATOR).await;
    let asked_for = "item_neighbors-3 Canary, ranker-2 Canary, item_neighbors-2 Candidate";
    assert_eq!(stages(&shop).await, format!("{asked_for}, {first}"));
}

/// Lets the schedule work until it has taken note that it trained, and ends it with the shop: a schedule
/// that is merely dropped may leave a thread behind that still reads the folder.
async fn until_trained(shop: &TestShop, records: &dyn Records, what: &str) {
    let fact = format!("trained_last:{what}");
    let note = async || records.fact(&fact).await.unwrap();
    let before = note().await;
    let stop = async {
        while note().await == before {
            tokio::task::yield_now().await;
        }
        shop.app.stop_following();
    };
    tokio::join!(shop.app.keep_training(), stop);
}

/// Lets the schedule look whether anything is due: it has looked when it ends with the shop.
async fn look_once(shop: &TestShop) {
    let stop = async {
        for _ in 0..100 {
            shop.app.models().await.unwrap();
        }
        shop.app.stop_following();
    };
    tokio::join!(shop.app.keep_training(), stop);
}
