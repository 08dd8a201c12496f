//! Models in use: looked at, promoted, gone back from, swapped under way, and those that are damaged.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::{App, Backends, DecisionRequest, Incoming, ModelError, ModelInUse, RootKey};
use domain::Span;
use ports::{Stage, StageChange};
use testkit::TestShop;
use testkit::shop::phrases::{orders, product, request};
use testkit::shop::{browser, server};

use super::{
    GENERATOR, PLACEMENT, decide, decided_by, order_on, shop_and_backends, shop_with_orders,
    shop_with_two_models, stages, train,
};

#[tokio::test]
async fn a_model_is_there_again_after_a_restart() {
    let shop = shop_with_orders(60, |_| {}).await;
    train(&shop).await;
    let shop = shop.restart().await;
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
}

#[tokio::test]
async fn models_are_promoted_and_gone_back_from_and_the_trail_knows_who_did_it() {
    let shop = shop_with_two_models(|it| it.training.canary_percent = 0).await;
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
    let shop = shop_with_two_models(|it| it.training.canary_percent = 0).await;
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
    let shop = shop_with_two_models(|it| it.training.canary_percent = 0).await;
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
async fn models_are_swapped_under_way_without_a_decision_that_fails() {
    let shop = shop_with_two_models(|it| it.training.canary_percent = 0).await;
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
    let (shop, backends) = shop_and_backends(|it| it.training.canary_percent = 0).await;
    train(&shop).await;
    train(&shop).await;
    let stages = [("item_neighbors-1", Stage::Live, 0), ("item_neighbors-2", Stage::Retired, 0)];
    change_elsewhere(&shop, &backends, &stages).await;
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
}

/// Another process changes the stages of models, and shares in percent.
async fn change_elsewhere(shop: &TestShop, backends: &Backends, stages: &[(&str, Stage, u8)]) {
    let change = |&(id, stage, canary_percent): &(&str, Stage, u8)| StageChange {
        id: id.to_owned(),
        stage,
        canary_percent,
        time: shop.app.now(),
        reason: "by another process".to_owned(),
    };
    backends.registry.change_stages(stages.iter().map(change).collect()).await.unwrap();
    shop.app.refresh_models().await.unwrap();
}

#[tokio::test]
async fn a_canary_without_a_live_model_can_be_rolled_back() {
    let (shop, backends) = shop_and_backends(|_| {}).await;
    train(&shop).await;
    change_elsewhere(&shop, &backends, &[("item_neighbors-1", Stage::Canary, 99)]).await;

    let back = shop.app.roll_back_models(&server(), GENERATOR).await.unwrap();
    assert_eq!((back.record.id.as_str(), back.in_use), ("item_neighbors-1", ModelInUse::No));
    assert_eq!((back.record.stage, back.record.canary_percent), (Stage::Refused, 0));
    let says = "rolled back by key_server; no model of `item_neighbors` decides now: promote one";
    assert_eq!(back.record.reason, says);
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors@none");
    let nothing = shop.app.roll_back_models(&server(), GENERATOR).await.unwrap_err();
    assert!(matches!(nothing, ModelError::NothingToGoBackTo { .. }), "{nothing}");

    shop.app.promote_model(&server(), "item_neighbors-1", None).await.unwrap();
    assert_eq!(decided_by(&decide(&shop, "shopper-0").await), "item_neighbors-1");
}

#[tokio::test]
async fn a_product_that_came_after_the_model_was_loaded_is_picked_up() {
    let mut settings = None;
    let (shop, backends) = shop_and_backends(|it| settings = Some(it.clone())).await;
    // Another process, whose catalogue is behind: the model knows a product that it does not know yet.
    let root_key = RootKey::new(&[42; app::ROOT_KEY_BYTES]);
    let behind = App::open(settings.unwrap(), backends, root_key).await.unwrap();
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
