//! What became of what was shown: decision, exposure and outcome, joined.

use app::ExplainedDecision;
use domain::{DecisionId, Join, OutcomeKind, Span};
use expect_test::{Expect, expect};
use testkit::TestShop;
use testkit::shop::browser;
use testkit::shop::phrases::{adds, clicks_from, orders, request, sees, views, views_from};

use crate::metrics::{counter, recorder};
use crate::past::{shop_with_a_past, shown};

/// Compares what became of a decision, a line an outcome, oldest first.
async fn check(shop: &TestShop, decision: DecisionId, expect: Expect) {
    let mut told = String::new();
    for it in explain(shop, decision).await.outcomes {
        let product = it.product.map_or("the slate".to_owned(), |it| it.to_string());
        let join = match it.join {
            Join::Named => "named",
            Join::Inferred => "inferred",
        };
        told += &format!("{product} {}, {join}\n", it.kind.name());
    }
    expect.assert_eq(&told);
}

async fn explain(shop: &TestShop, decision: DecisionId) -> ExplainedDecision {
    let explained = shop.app.explain_decision(decision).await.unwrap();
    explained.expect("every decision that was logged is explained")
}

/// Shows a visitor the home page and has all of it logged.
async fn decided(shop: &TestShop, visitor: &str) -> DecisionId {
    let decision = shop.decide(request(visitor, "home")).await;
    assert!(shown(&decision).contains("rug"), "the tests below are about the rug");
    shop.settle().await;
    decision.id
}

#[tokio::test]
async fn a_decision_an_exposure_a_click_and_an_order_are_joined() {
    let shop = shop_with_a_past().await;
    let decision = decided(&shop, "phone").await;
    shop.ingest_as(
        &browser(),
        vec![
            sees("phone", decision, ""),
            sees("phone", decision, "rug lamp"),
            clicks_from("phone", "rug", decision),
            views_from("phone", "rug", decision),
            adds("phone", "rug"),
        ],
    )
    .await;
    shop.clock.advance(Span::HOUR);
    shop.ingest(vec![orders("phone", "order-1", "rug lamp")]).await;
    check(
        &shop,
        decision,
        expect![[r#"
        the slate exposed, named
        lamp exposed, named
        rug exposed, named
        rug clicked, named
        rug viewed, named
        rug added, inferred
        lamp ordered, inferred
        rug ordered, inferred
    "#]],
    )
    .await;
}

#[tokio::test]
async fn an_outcome_without_a_decision_belongs_to_the_latest_that_showed_the_product() {
    let shop = shop_with_a_past().await;
    let [first, second] = [decided(&shop, "phone").await, decided(&shop, "phone").await];
    let of_another = decided(&shop, "laptop").await;
    shop.ingest(vec![views("phone", "rug")]).await;
    check(&shop, first, expect![""]).await;
    check(&shop, second, expect!["rug viewed, inferred\n"]).await;
    check(&shop, of_another, expect![""]).await;
}

#[tokio::test]
async fn an_outcome_is_inferred_within_a_day_only() {
    let shop = shop_with_a_past().await;
    let decision = decided(&shop, "phone").await;
    shop.clock.advance(Span::DAY);
    shop.ingest(vec![orders("phone", "order-1", "rug")]).await;
    shop.clock.advance(Span::MINUTE);
    shop.ingest(vec![orders("phone", "order-2", "rug")]).await;
    check(&shop, decision, expect!["rug ordered, inferred\n"]).await;
}

#[tokio::test]
async fn an_order_that_only_a_browser_tells_of_is_no_outcome() {
    let shop = shop_with_a_past().await;
    let decision = decided(&shop, "phone").await;
    shop.ingest_as(&browser(), vec![orders("phone", "order-1", "rug")]).await;
    check(&shop, decision, expect![""]).await;
}

#[tokio::test]
async fn a_decision_is_explained_as_it_was_made() {
    let shop = shop_with_a_past().await;
    shop.ingest(vec![views("phone", "lamp")]).await;
    let decision = shop.decide(request("phone", "home")).await;
    let made_time = shop.app.now();
    shop.clock.advance(Span::MINUTE);
    shop.settle().await;

    let explained = explain(&shop, decision.id).await;
    assert_eq!(explained.time, made_time);
    assert_eq!(explained.made.slate, decision.slate);
    assert_eq!(explained.made.versions, decision.versions);
    assert_eq!(explained.made.seen, decision.seen);
    assert_eq!(explained.made.serial, 1);

    let unknown = DecisionId::from_bytes([7; 16]);
    assert_eq!(shop.app.explain_decision(unknown).await.unwrap(), None);
}

#[tokio::test]
async fn outcomes_are_found_again_when_projections_were_lost() {
    let shop = shop_with_a_past().await;
    let decision = decided(&shop, "phone").await;
    shop.ingest(vec![views("phone", "rug")]).await;
    let before = explain(&shop, decision).await;
    assert_eq!(before.outcomes.first().map(|it| it.kind), Some(OutcomeKind::Viewed));

    let lose = |folder: &std::path::Path| {
        std::fs::remove_dir_all(folder.join("projections")).expect("the folder is there");
    };
    let shop = shop.restart().await.crash_and(lose).await;
    assert_eq!(explain(&shop, decision).await, before);
}

#[tokio::test]
async fn decisions_that_a_crash_lost_are_counted_once() {
    let recorder = recorder();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let lost = || counter(&recorder, "decisions_lost_total");

    let shop = shop_with_a_past().await;
    decided(&shop, "phone").await;
    let gone = shop.decide(request("phone", "home")).await;
    shop.decide(request("phone", "home")).await;
    let shop = shop.crash().await;
    assert_eq!(lost(), 2);
    assert_eq!(shop.app.explain_decision(gone.id).await.unwrap(), None);

    let shop = shop.crash().await;
    assert_eq!(lost(), 2, "what one start counted the next does not count again");
    let serial = explain(&shop, decided(&shop, "phone").await).await.made.serial;
    assert_eq!(serial, 4, "the numbers of lost decisions are not given again");
    let shop = shop.restart().await;
    shop.decide(request("phone", "home")).await;
    drop(shop.crash().await);
    assert_eq!(lost(), 3);
}
