//! The live state is a function of the log: however the shop was stopped and started, it is the same
//! to the bit, the online index of visits included.

use std::path::Path;

use app::StateDigest;
use proptest::prelude::*;
use proptest::test_runner::Config;
use testkit::TestShop;
use testkit::shop::phrases::{product, request, views};

use crate::metrics::{counter, recorder};
use crate::past::{grounds, shop_with_a_past};
use crate::runtime;
use crate::steps::{Step, any_history, happen};

/// How a shop stops.
#[derive(Clone, Copy, Debug)]
enum Stop {
    /// In order, its state saved.
    Restart,
    /// At once; what was saved before is used.
    Crash,
    /// At once, and everything that can be computed again is lost.
    Loss,
}

async fn stop(shop: TestShop, how: Stop) -> TestShop {
    let lose = |folder: &Path| {
        std::fs::remove_dir_all(folder.join("projections")).expect("the folder is there");
    };
    match how {
        Stop::Restart => shop.restart().await,
        Stop::Crash => shop.crash().await,
        Stop::Loss => shop.crash_and(lose).await,
    }
}

/// Holds the state against the one that the whole history gives, and answers it.
async fn check(shop: &TestShop) -> Result<Vec<StateDigest>, TestCaseError> {
    shop.settle().await;
    let digests = shop.app.state_digests();
    prop_assert_eq!(&digests, &shop.app.state_digests_from_history().await.unwrap());
    Ok(digests)
}

fn any_stop() -> impl Strategy<Value = Stop> {
    prop::sample::select(vec![Stop::Restart, Stop::Crash, Stop::Loss])
}

/// Parts of a history, each ended by a stop.
fn any_parts() -> impl Strategy<Value = Vec<(Vec<Step>, Stop)>> {
    prop::collection::vec((any_history(5..15), any_stop()), 1..4)
}

proptest! {
    #![proptest_config(Config {
        cases: 16,
        max_shrink_iters: 100,
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn however_a_shop_stops_it_goes_on_as_if_it_never_had(parts in any_parts()) {
        runtime().block_on(async {
            let mut shop = TestShop::new().await;
            for (steps, how) in parts {
                for step in &steps {
                    happen(&shop, step).await;
                }
                let before = check(&shop).await?;
                shop = stop(shop, how).await;
                prop_assert_eq!(&before, &check(&shop).await?, "after {:?}", how);
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}

#[tokio::test]
async fn every_part_of_the_state_is_compared() {
    let shop = TestShop::new().await;
    shop.stock([product("lamp")]).await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    let names: Vec<&str> = check(&shop).await.unwrap().iter().map(|it| it.name).collect();
    let expected = [
        "log",
        "catalogue",
        "answers",
        "visits",
        "habits",
        "influence",
        "order_influence",
        "counts",
        "sessions",
        "also_viewed",
        "bought_together",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_start_folds_only_what_came_after_the_saved_state() {
    let recorder = recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let folded = || counter(&recorder, "events_folded_total");

    let shop = TestShop::new().await;
    shop.stock(["lamp", "vase"].map(product)).await;
    let shop = shop.restart().await;
    let before = folded();
    let shop = shop.crash().await;
    assert_eq!(folded(), before, "there is nothing to fold");

    shop.app.ingest(&testkit::shop::server(), vec![views("phone", "lamp")]).await.unwrap();
    drop(shop.crash().await);
    assert_eq!(folded(), before + 1);
}

#[tokio::test]
async fn a_visit_goes_on_however_the_shop_stops() {
    for how in [Stop::Restart, Stop::Crash, Stop::Loss] {
        let shop = shop_with_a_past().await;
        shop.ingest(vec![views("phone", "lamp")]).await;
        let before = shop.decide(request("phone", "home")).await;
        assert_eq!(grounds(&before), "because lamp");
        let shop = stop(shop, how).await;
        let after = shop.decide(request("phone", "home")).await;
        assert_eq!(after.slate, before.slate, "{how:?}");
    }
}
