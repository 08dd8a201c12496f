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
const N_HELD_OUT: usize = 10;
const HELD_OUT: Split = Split::LastDays(10);

/// A shop in which each of nine shoppers orders something of their row every fifth day.
async fn shop_with_habits() -> TestShop {
    with_habits(TestShop::new().await, |n| n).await
}

/// The same in a given shop. In the held-out days they order of the row of somebody else.
async fn with_habits(shop: TestShop, at_last_like: fn(usize) -> usize) -> TestShop {
    shop.stock(ROWS.iter().flatten().map(|id| product(id))).await;
    for day in 0..N_DAYS {
        let due = (0..9).filter(|n| (day + n) % 5 == 0);
        let order = |n: usize| {
            let like = if day <= N_DAYS - N_HELD_OUT { n } else { at_last_like(n) };
            let id = ROWS[like % 3][(day / 5 + n) % 3];
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
    let (shop, other) =
        (shop_with_habits().await, with_habits(TestShop::new().await, |n| n + 1).await);
    // In one of them somebody comes in the held-out days only, at the moment at which both end.
    other.ingest(vec![orders("newcomer", "order-new", "tent")]).await;
    shop.ingest(vec![orders("shopper-0", "order-new", "tent")]).await;
    let (data, other_data) = (judged(&shop).await, judged(&other).await);
    let params = search(&shop, data.clone());
    assert_eq!(search(&other, other_data.clone()), params);
    assert!(params.validation_cut.starts_with("the last 10 days"), "{}", params.validation_cut);

    let recalls = [data, other_data].map(|data| {
        let report = report(&data, vec![params.clone()]);
        let method = report.methods.iter().find(|it| it.name == "buy_again").unwrap();
        assert_eq!(method.params, Some(params.checksum()));
        recall(&report, "buy_again")
    });
    assert!(recalls[1] < recalls[0], "{recalls:?}");
}

#[tokio::test]
async fn what_was_searched_is_judged_where_memory_does_not_hold_every_shopper() {
    // So much that what is learned from would fit whole, but not all that there is.
    let shop = TestShop::with(|it| it.training.memory_bytes = 2_600).await;
    let shop = with_habits(shop, |n| n).await;
    let params = search(&shop, judged(&shop).await);
    let data = judged(&shop).await;
    let report = report(&data, vec![params]);
    assert!((1..9).contains(&report.data.n_shoppers), "{}", report.data.n_shoppers);
    let sampled = "only one of 2 shoppers fits the memory";
    assert!(data.left_out.iter().any(|it| it.reason == sampled), "{:?}", data.left_out);
}

#[tokio::test]
async fn parameters_found_before_somebody_refused_are_refused_too() {
    let shop = shop_with_habits().await;
    let params = search(&shop, judged(&shop).await);
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
async fn a_shop_without_acts_says_so_and_why() {
    let shop = TestShop::new().await;
    let refusal = async |shop: &TestShop| {
        evaluate(&judged(shop).await, &EvaluateOptions::default()).unwrap_err().to_string()
    };
    let empty = refusal(&shop).await;
    assert!(empty.contains("there is nothing to foretell"), "{empty}");
    assert!(empty.ends_with("take in some history first"), "{empty}");

    shop.ingest(vec![orders("shopper-0", "order-0", "tent bag")]).await;
    let unknown = refusal(&shop).await;
    let why =
        "2 acts are left out: products that the catalogue never knew; import the catalogue first";
    assert!(unknown.contains(why) && !unknown.contains("1969"), "{unknown}");
}
