//! Models: trained from events, judged, swapped under way, gone back from; and what must not teach them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::{
    App, AppSettings, Decision, DecisionRequest, Incoming, Lineage, ModelError, ModelInUse,
    RootKey, TrainError, TrainOptions, Trained, TrainingSettings,
};
use domain::{GeneratorShare, Personalization, Placement, Purpose, Span};
use ports::{Records, Stage};
use testkit::TestShop;
use testkit::shop::phrases::{consents, orders, product, request, views};
use testkit::shop::{browser, server};

const GENERATOR: &str = "item_neighbors";
const PLACEMENT: &str = "trained";
/// How many rows of products there are: who orders one of a row goes on to the others of it. They are so
/// many that no list names all products.
const N_ROWS: usize = 12;
/// How many products a row has.
const ROW_LEN: usize = 6;

fn id(row: usize, at: usize) -> String {
    format!("r{}-{}", row % N_ROWS, at % ROW_LEN)
}

/// A shop in which `n_shoppers` ordered from one row each, on several days.
async fn shop_with_orders(n_shoppers: usize, change: impl FnOnce(&mut AppSettings)) -> TestShop {
    let shop = TestShop::with(|settings| {
        settings.training.interactions_min = 10;
        change(settings);
    })
    .await;
    fill(&shop, n_shoppers).await;
    shop
}

/// Six days of orders.
async fn fill(shop: &TestShop, n_shoppers: usize) {
    let rows = (0..N_ROWS).flat_map(|row| (0..ROW_LEN).map(move |at| id(row, at)));
    shop.stock(rows.map(|id| product(&id))).await;
    shop.app.put_placement(&server(), placement()).await.unwrap();
    for day in 0..6 {
        order_on(shop, n_shoppers, day).await;
    }
}

fn placement() -> Placement {
    Placement {
        id: PLACEMENT.parse().unwrap(),
        title: "Trained".to_owned(),
        generators: vec![GeneratorShare { generator: GENERATOR.to_owned(), weight: 1.0 }],
        filter: None,
        personalization: Personalization::On,
    }
}

/// A day on which every shopper orders the next product of their row.
async fn order_on(shop: &TestShop, n_shoppers: usize, day: usize) {
    let order = |n: usize| {
        orders(&format!("shopper-{n}"), &format!("order-{n}-{day}"), &id(n, n / N_ROWS + day))
    };
    shop.ingest((0..n_shoppers).map(order).collect()).await;
    shop.clock.advance(Span::DAY);
}

async fn train(shop: &TestShop) -> Trained {
    shop.app.train(&server(), TrainOptions::of(GENERATOR)).await.unwrap()
}

fn decided_by(decision: &Decision) -> &str {
    &decision.versions[0]
}

async fn decide(shop: &TestShop, visitor: &str) -> Decision {
    shop.decide(request(visitor, PLACEMENT)).await
}

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
async fn a_model_is_there_again_after_a_restart() {
    let shop = shop_with_orders(60, |_| {}).await;
    train(&shop).await;
    let shop = shop.restart().await;
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
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
    let shop = shop_with_orders(60, |_| {}).await;
    train(&shop).await;
    train(&shop).await;
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Canary, item_neighbors-1 Live");
    shop.clock.advance(Span::DAY);
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
}

#[tokio::test]
async fn a_canary_that_is_clicked_less_is_taken_back() {
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 50).await;
    train(&shop).await;
    train(&shop).await;
    // Only what the live model shows is clicked.
    for round in 0..20 {
        let mut clicks = Vec::new();
        for n in 0..60 {
            let visitor = format!("shopper-{n}");
            let decision = decide(&shop, &visitor).await;
            if decided_by(&decision) == "item_neighbors-1" && (n + round) % 2 == 0 {
                let id = decision.slate[0].product.as_str();
                clicks.push(testkit::shop::phrases::clicks_from(&visitor, id, decision.id));
            }
        }
        shop.app.flush_decisions().await;
        shop.ingest(clicks).await;
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
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 50).await;
    train(&shop).await;
    train(&shop).await;
    // Of those who are known nobody clicks, of strangers everybody: the live model is asked for all of them.
    for _ in 0..8 {
        for n in 0..60 {
            decide(&shop, &format!("shopper-{n}")).await;
        }
    }
    let mut clicks = Vec::new();
    for n in 0..200 {
        let visitor = format!("stranger-{n}");
        let decision = decide(&shop, &visitor).await;
        assert_eq!(decided_by(&decision), "item_neighbors-1");
        let id = decision.slate[0].product.as_str();
        clicks.push(testkit::shop::phrases::clicks_from(&visitor, id, decision.id));
    }
    shop.app.flush_decisions().await;
    shop.ingest(clicks).await;
    shop.clock.advance(Span::DAY);
    shop.app.end_trials().await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
    let promoted = shop.app.model("item_neighbors-2").await.unwrap().record.reason;
    assert!(promoted.contains("decisions were clicked"), "{promoted}");
}

#[tokio::test]
async fn models_are_promoted_and_gone_back_from_and_the_trail_knows_who_did_it() {
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 0).await;
    train(&shop).await;
    train(&shop).await;
    assert_eq!(stages(&shop).await, "item_neighbors-2 Live, item_neighbors-1 Retired");
    let decides = shop.app.roll_back_models(&server(), GENERATOR).await.unwrap();
    assert_eq!((decides.record.id.as_str(), decides.in_use), ("item_neighbors-1", ModelInUse::Yes));
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
    let nothing = shop.app.roll_back_models(&server(), GENERATOR).await.unwrap_err();
    assert!(matches!(nothing, ModelError::NothingToGoBackTo { .. }), "{nothing}");

    let alone = shop.app.promote_model(&server(), "item_neighbors-1", Some(5)).await.unwrap_err();
    assert!(alone.to_string().contains("no other model of `item_neighbors` is live"), "{alone}");
    assert_eq!(stages(&shop).await, "item_neighbors-2 Retired, item_neighbors-1 Live");
    shop.app.promote_model(&server(), "item_neighbors-2", Some(5)).await.unwrap();
    assert_eq!(stages(&shop).await, "item_neighbors-2 Canary, item_neighbors-1 Live");
    let back = shop.app.roll_back_models(&server(), GENERATOR).await.unwrap();
    assert_eq!(back.record.id, "item_neighbors-1", "the canary is taken from its share first");
    assert_eq!(stages(&shop).await, "item_neighbors-2 Candidate, item_neighbors-1 Live");

    let trail = shop.app.audit_trail(None, 4).await.unwrap();
    let told: Vec<String> =
        trail.iter().map(|it| format!("{} {}", it.action, it.subject)).collect();
    assert_eq!(
        told,
        [
            "model.rollback item_neighbors",
            "model.promote item_neighbors-2",
            "model.rollback item_neighbors",
            "model.train item_neighbors-2",
        ]
    );
    for (id, share) in [("item_neighbors-9", None), ("item_neighbors-2", Some(0)), ("x", Some(100))]
    {
        shop.app.promote_model(&server(), id, share).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_model_of_which_something_is_wrong_is_refused_and_the_old_one_goes_on_deciding() {
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 0).await;
    train(&shop).await;
    train(&shop).await;
    shop.app.roll_back_models(&server(), GENERATOR).await.unwrap();
    let file = shop.folder().join("artifacts/models/item_neighbors-2.model");
    let whole = std::fs::read(&file).unwrap();
    let first = std::fs::read(file.with_file_name("item_neighbors-1.model")).unwrap();
    let with = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at] ^= byte;
        Some(bytes)
    };
    for (bytes, says) in [
        (with(whole.len() / 2, 1), "is damaged: its checksum does not fit; restore it"),
        (Some(whole[..whole.len() / 2].to_vec()), "is cut off"),
        (with(8, 3), "start the newer tastemaker"),
        (with(0, 3), "is no model of Tastemaker"),
        (Some(first), "whole but not the one that was registered"),
        (None, "`models/item_neighbors-2.model` is missing; restore the folder `artifacts`"),
    ] {
        match bytes {
            Some(bytes) => std::fs::write(&file, bytes).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let refused =
            shop.app.promote_model(&server(), "item_neighbors-2", None).await.unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
        assert_eq!(stages(&shop).await, "item_neighbors-2 Retired, item_neighbors-1 Live");
        assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
    }
    std::fs::write(&file, whole).unwrap();
    shop.app.promote_model(&server(), "item_neighbors-2", None).await.unwrap();
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-2");
}

#[tokio::test]
async fn a_live_model_that_was_damaged_meanwhile_is_stood_in_for_by_the_one_before() {
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 0).await;
    train(&shop).await;
    train(&shop).await;
    let shop = shop
        .crash_and(|folder| {
            let file = folder.join("artifacts/models/item_neighbors-2.model");
            std::fs::write(file, b"TASTEMDL and nothing else").unwrap();
        })
        .await;
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
    let told = shop.app.model("item_neighbors-2").await.unwrap();
    assert!(told.refusal.unwrap().contains("the model `item_neighbors-2` is refused"));
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
async fn models_are_swapped_under_way_without_a_decision_that_fails() {
    let shop = shop_with_orders(60, |it| it.training.canary_percent = 0).await;
    train(&shop).await;
    train(&shop).await;
    let app = Arc::clone(&shop.app);
    let is_over = Arc::new(AtomicBool::new(false));
    let deciding = std::thread::spawn({
        let is_over = Arc::clone(&is_over);
        move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let mut seen = std::collections::BTreeMap::<String, usize>::new();
            while !is_over.load(Ordering::Relaxed) {
                let asked = request("shopper-3", PLACEMENT);
                let decision = runtime.block_on(app.decide(&browser(), asked)).unwrap();
                assert_eq!(decision.slate.len(), 5);
                *seen.entry(decision.versions[0].clone()).or_default() += 1;
            }
            seen
        }
    });
    for _ in 0..20 {
        for id in ["item_neighbors-1", "item_neighbors-2"] {
            shop.app.promote_model(&server(), id, None).await.unwrap();
            assert_eq!(decided_by(&decide(&shop, "shopper-3").await), id, "at once");
        }
    }
    is_over.store(true, Ordering::Relaxed);
    let seen = deciding.join().unwrap();
    let versions: Vec<&str> = seen.keys().map(String::as_str).collect();
    assert!(versions.iter().all(|it| it.starts_with("item_neighbors-")), "{seen:?}");
}

#[tokio::test]
async fn a_model_that_another_process_promoted_comes_into_use_here() {
    let mut elsewhere = None;
    let shop = TestShop::with_backends(
        |it| {
            it.training =
                TrainingSettings { interactions_min: 10, canary_percent: 0, ..it.training }
        },
        |backends| elsewhere = Some(backends.clone()),
    )
    .await;
    let registry = elsewhere.unwrap().registry;
    fill(&shop, 60).await;
    train(&shop).await;
    train(&shop).await;
    let change = |id: &str, stage| ports::StageChange {
        id: id.to_owned(),
        stage,
        canary_percent: 0,
        time: shop.app.now(),
        reason: "by another process".to_owned(),
    };
    let changes =
        vec![change("item_neighbors-1", Stage::Live), change("item_neighbors-2", Stage::Retired)];
    registry.change_stages(changes).await.unwrap();
    shop.app.refresh_models().await.unwrap();
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
}

#[tokio::test]
async fn two_do_not_train_at_once_and_a_lease_of_somebody_dead_ends() {
    let mut elsewhere = None;
    let shop = TestShop::with_backends(
        |it| it.training.interactions_min = 10,
        |backends| elsewhere = Some(backends.clone()),
    )
    .await;
    let leases = elsewhere.unwrap().leases;
    fill(&shop, 60).await;
    let now = shop.app.now();
    let lease = leases.take("training", "somebody", now, Span::MINUTE).await.unwrap();
    assert!(lease.is_some());
    let refused = shop.app.train(&server(), TrainOptions::of(GENERATOR)).await.unwrap_err();
    assert!(matches!(refused, TrainError::Elsewhere), "{refused}");
    shop.clock.advance(Span::MINUTE);
    assert_eq!(train(&shop).await.model.id, "item_neighbors-1");
    assert_eq!(train(&shop).await.model.id, "item_neighbors-2", "it was given back");
}

#[tokio::test]
async fn with_too_little_to_learn_from_nothing_is_trained() {
    let shop = shop_with_orders(3, |it| it.training.interactions_min = 100).await;
    let refused = shop.app.train(&server(), TrainOptions::of(GENERATOR)).await.unwrap_err();
    assert!(matches!(refused, TrainError::TooLittle { n_acts: 18, wanted: 100 }), "{refused}");
    let unknown = shop.app.train(&server(), TrainOptions::of("popular")).await.unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "`popular` is no generator that is trained; there are item_neighbors"
    );
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
async fn old_models_are_forgotten_with_their_files() {
    let shop = shop_with_orders(60, |it| {
        it.training.keep_models = 2;
        it.training.canary_percent = 0;
    })
    .await;
    for _ in 0..4 {
        train(&shop).await;
    }
    assert_eq!(stages(&shop).await, "item_neighbors-4 Live, item_neighbors-3 Retired");
    let files = std::fs::read_dir(shop.folder().join("artifacts/models")).unwrap();
    let mut names: Vec<_> =
        files.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["item_neighbors-3.model", "item_neighbors-4.model"]);
}

#[tokio::test]
async fn a_product_that_came_after_the_model_was_loaded_is_picked_up() {
    let (mut settings, mut backends) = (None, None);
    let shop = TestShop::with_backends(
        |it| {
            it.training.interactions_min = 10;
            settings = Some(it.clone());
        },
        |it| backends = Some(it.clone()),
    )
    .await;
    fill(&shop, 60).await;
    // Another process, whose catalogue is behind: the model knows a product that it does not know yet.
    let root_key = RootKey::new(&[42; app::ROOT_KEY_BYTES]);
    let behind = App::open(settings.unwrap(), backends.unwrap(), root_key).await.unwrap();
    shop.stock([product("novelty")]).await;
    let orders_of_novelty: Vec<Incoming> =
        (0..60).map(|n| orders(&format!("shopper-{n}"), &format!("new-{n}"), "novelty")).collect();
    shop.ingest(orders_of_novelty).await;
    shop.clock.advance(Span::DAY);
    order_on(&shop, 60, 7).await;
    train(&shop).await;
    shop.app.promote_model(&server(), "item_neighbors-1", None).await.unwrap();
    let all = DecisionRequest { count: 100, ..request("shopper-1", PLACEMENT) };
    let shown = async || {
        let decision = behind.decide(&browser(), all.clone()).await.unwrap();
        decision
            .slate
            .iter()
            .any(|it| it.product.as_str() == "novelty" && it.generator == GENERATOR)
    };
    behind.refresh_models().await.unwrap();
    behind.fold_all().await.unwrap();
    assert!(!shown().await, "the model was loaded without it");
    behind.refresh_models().await.unwrap();
    assert!(!shown().await, "models are not loaded anew all the time");
    shop.clock.advance(Span::MINUTE);
    behind.refresh_models().await.unwrap();
    assert!(shown().await);
}

#[tokio::test]
async fn the_schedule_trains_once_and_a_restart_does_not_repeat_it() {
    let mut records = None;
    let shop = TestShop::with_backends(
        |it| it.training.interactions_min = 10,
        |backends| records = Some(Arc::clone(&backends.records)),
    )
    .await;
    let records = records.unwrap();
    fill(&shop, 60).await;
    until_trained(&shop, &*records).await;
    assert_eq!(stages(&shop).await, "item_neighbors-1 Live");

    let shop = shop.restart().await;
    shop.clock.advance(Span::HOUR);
    look_once(&shop).await;
    assert_eq!(stages(&shop).await, "item_neighbors-1 Live", "it is not due");
    let shop = shop.restart().await;
    shop.clock.advance(Span::DAY);
    until_trained(&shop, &*records).await;
    assert_eq!(stages(&shop).await, "item_neighbors-2 Canary, item_neighbors-1 Live");

    shop.clock.advance(Span::HOUR);
    shop.app.ask_for_training(&server(), GENERATOR).await.unwrap();
    until_trained(&shop, &*records).await;
    let asked_for = "item_neighbors-3 Canary, item_neighbors-2 Candidate, item_neighbors-1 Live";
    assert_eq!(stages(&shop).await, asked_for);
}

/// Lets the schedule work until it has taken note that it trained.
async fn until_trained(shop: &TestShop, records: &dyn Records) {
    let note = async || records.fact("trained_last:item_neighbors").await.unwrap();
    let before = note().await;
    let trained = async {
        while note().await == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = shop.app.keep_training() => unreachable!("the schedule ends with the shop"),
        () = trained => {}
    }
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

async fn stages(shop: &TestShop) -> String {
    let models = shop.app.models().await.unwrap();
    let one = |it: &app::ModelStatus| format!("{} {:?}", it.record.id, it.record.stage);
    models.iter().map(one).collect::<Vec<_>>().join(", ")
}
