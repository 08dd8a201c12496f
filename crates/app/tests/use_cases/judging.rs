//! Judging on a shop's own history: what is asked, what may not be used, and what a search gets to see.

use std::time::Duration;

use app::judging::{
    AskedActs, Beginning, Budget, EvaluateOptions, EvaluationReport, JudgedData, LeftOutFact,
    Split, TuneOptions, TunedParams, evaluate, tune,
};
use domain::{Purpose, Span};
use ports::Clock;
use testkit::TestShop;
use testkit::shop::browser;
use testkit::shop::phrases::{consents, orders, product, views};

/// What every shopper of a row orders on one day after the other.
const ROWS: [[&str; 3]; 3] =
    [["tent", "bag", "stove"], ["pan", "pot", "knife"], ["pen", "ink", "book"]];
/// How many days the shops of these tests are old.
const N_DAYS: usize = 40;
/// How many days are held out.
const HELD_OUT: Split = Split::LastDays(10);

/// A shop in which each of nine shoppers orders something of their row every fifth day.
async fn shop_with_habits() -> TestShop {
    let shop = TestShop::new().await;
    shop.stock(ROWS.iter().flatten().map(|id| product(id))).await;
    for day in 0..N_DAYS {
        let due = (0..9).filter(|n| (day + n) % 5 == 0);
        let order = |n: usize| {
            let id = ROWS[n % 3][(day / 5 + n) % 3];
            orders(&format!("shopper-{n}"), &format!("order-{n}-{day}"), id)
        };
        shop.ingest(due.map(order).collect()).await;
        shop.clock.advance(Span::DAY);
    }
    shop
}

async fn judged(shop: &TestShop) -> JudgedData {
    shop.app.judged_data(HELD_OUT, AskedActs::Ordered).await.unwrap()
}

async fn searched(shop: &TestShop) -> JudgedData {
    shop.app.searched_data(HELD_OUT, AskedActs::Ordered).await.unwrap()
}

fn report(data: &JudgedData, params: Vec<TunedParams>) -> EvaluationReport {
    let generators = vec!["buy_again".to_owned()];
    let options = EvaluateOptions { generators, ks: vec![3], params, ..EvaluateOptions::default() };
    evaluate(data, &options).unwrap()
}

fn search(shop: &TestShop, data: JudgedData) -> TunedParams {
    let clock = &*shop.clock;
    let options = TuneOptions {
        generator: "buy_again".to_owned(),
        seed: 1,
        beginning: Beginning::Defaults,
        budget: Budget::until(clock.now(), Duration::from_secs(60), Some(4)),
    };
    tune(data, &options, clock, &mut |_| {}).unwrap()
}

fn recall(report: &EvaluationReport, method: &str) -> f64 {
    report.result(method, "all", 3).unwrap().recall.mean
}

#[tokio::test]
async fn who_orders_by_habit_is_foretold_by_habit_and_not_by_what_is_popular() {
    let shop = shop_with_habits().await;
    let data = judged(&shop).await;
    let report = report(&data, Vec::new());

    assert_eq!((report.split.n_cases, report.split.n_known), (9, 9));
    assert_eq!((report.data.n_shoppers, report.data.n_products, report.data.n_acts), (9, 9, 72));
    assert!(report.split.held_out.starts_with("the last 10 days"), "{}", report.split.held_out);
    assert!(
        (recall(&report, "most_frequent") - 1.0).abs() < 1e-9,
        "three products are all they buy"
    );
    assert!(recall(&report, "popular") < 0.5);
    let buy_again = report.result("buy_again", "known", 3).unwrap();
    assert!(buy_again.over_popular.unwrap().recall.low > 0.0);
}

#[tokio::test]
async fn who_refused_since_is_neither_learned_from_nor_asked_about() {
    let shop = shop_with_habits().await;
    let before = judged(&shop).await;
    shop.ingest(vec![consents("shopper-0", &[], &[Purpose::Personalization])]).await;
    let after = judged(&shop).await;

    let facts = |data: &JudgedData| report(data, Vec::new());
    assert_eq!(facts(&before).data.n_shoppers, 9);
    assert_eq!(facts(&after).data.n_shoppers, 8);
    let reason = "their shopper does not allow it".to_owned();
    assert!(after.left_out.contains(&LeftOutFact { reason, n_acts: 8 }), "{:?}", after.left_out);
    assert_ne!(before.material.checksum(), after.material.checksum());
}

#[tokio::test]
async fn orders_that_only_a_browser_told_of_are_left_out_and_counted() {
    let shop = shop_with_habits().await;
    shop.ingest_as(&browser(), vec![orders("shopper-1", "made-up", "tent pan pen")]).await;
    let data = judged(&shop).await;

    assert_eq!(report(&data, Vec::new()).data.n_acts, 72);
    let reason = "only a browser told of these orders".to_owned();
    assert!(data.left_out.contains(&LeftOutFact { reason, n_acts: 3 }), "{:?}", data.left_out);
}

#[tokio::test]
async fn a_search_gets_what_is_learned_from_and_nothing_of_the_held_out_days() {
    let shop = shop_with_habits().await;
    // Somebody who comes in the held-out days only.
    shop.ingest(vec![orders("newcomer", "order-new", "tent")]).await;
    let (judged, searched) = (judged(&shop).await, searched(&shop).await);
    assert_eq!(searched.material.checksum(), judged.material.checksum());
    assert!(searched.material.cases().is_empty(), "there is nothing left to ask");

    let params = search(&shop, searched);
    let report = report(&judged, vec![params.clone()]);
    let method = report.methods.iter().find(|it| it.name == "buy_again").unwrap();
    assert_eq!(method.params, Some(params.checksum()));
    assert!(params.validation_cut.starts_with("the last 10 days"), "{}", params.validation_cut);
}

#[tokio::test]
async fn parameters_found_before_somebody_refused_are_refused_too() {
    let shop = shop_with_habits().await;
    let params = search(&shop, searched(&shop).await);
    shop.ingest(vec![consents("shopper-0", &[], &[Purpose::Personalization])]).await;
    let options = EvaluateOptions { params: vec![params], ..EvaluateOptions::default() };
    let refusal = evaluate(&judged(&shop).await, &options).unwrap_err().to_string();
    assert!(refusal.contains("searched on other data"), "{refusal}");
}

#[tokio::test]
async fn what_was_done_last_can_be_asked_of_views_as_well() {
    let shop = shop_with_habits().await;
    for (visitor, id) in [("shopper-0", "tent"), ("shopper-0", "bag"), ("guest", "pen")] {
        shop.clock.advance(Span::MINUTE);
        shop.ingest(vec![views(visitor, id)]).await;
    }
    let data = shop.app.judged_data(Split::LeaveOneOut, AskedActs::Viewed).await.unwrap();
    let report = report(&data, Vec::new());
    assert_eq!((report.split.n_cases, report.split.n_known), (2, 1));
    assert_eq!(report.split.asked_acts, "viewed");
}

#[tokio::test]
async fn an_empty_shop_says_that_there_is_nothing_to_foretell() {
    let shop = TestShop::new().await;
    let refusal = evaluate(&judged(&shop).await, &EvaluateOptions::default()).unwrap_err();
    assert!(refusal.to_string().contains("there is nothing to foretell"), "{refusal}");
}
