//! The part of training that only computes: cut, fit, judge.

use std::num::NonZeroU16;

use super::*;
use crate::training::LeftOut;

const DAY: i64 = 86_400;
const BEGIN: i64 = 1_000 * DAY;

struct Stopwatch;

impl Clock for Stopwatch {
    fn now(&self) -> Timestamp {
        Timestamp::default()
    }
}

/// Shoppers who order, day after day, one product after the other out of a row of five; there are twelve
/// rows, so that no list names all products.
fn set(n_shoppers: u32, n_days: i64) -> DataSet {
    let mut histories = Histories::new();
    for shopper in 0..n_shoppers {
        let row = 10 * (shopper % 12);
        histories.push_shopper((0..n_days).map(|day| {
            let product = row + (shopper + u32::try_from(day).unwrap()) % 5;
            let time = Timestamp::from_secs(BEGIN + day * DAY);
            Interaction::new(ProductIdx::new(product), Action::Ordered, time, NonZeroU16::MIN)
        }));
    }
    DataSet {
        untouched: Vec::new(),
        facts: features::ProductFacts::new(),
        histories,
        products: (0..120).map(|it| format!("p{it:03}").parse().unwrap()).collect(),
        left_out: LeftOut::default(),
        one_shopper_of: 1,
        first: Timestamp::from_secs(BEGIN),
        last: Timestamp::from_secs(BEGIN + (n_days - 1) * DAY),
        through: Position::new(7),
    }
}

fn kind() -> &'static TrainedKind {
    TrainedKind::of_name("item_neighbors").unwrap()
}

fn work_on(set: DataSet, rival: Option<Rival>) -> Outcome {
    work(work_for(set, rival)).unwrap()
}

#[test]
fn what_is_given_up_comes_to_nothing() {
    let given_up = work_for(set(60, 40), None);
    given_up.is_given_up.store(true, Ordering::Relaxed);
    assert!(matches!(work(given_up), Err(FitError::Stopped)));
}

fn work_for(set: DataSet, rival: Option<Rival>) -> Work {
    Work {
        kind: kind(),
        values: kind().knobs.iter().map(|it| it.default).collect(),
        set: Arc::new(set),
        rival,
        params: None,
        seed: 1,
        limits: Limits {
            holdout_days: 30,
            coverage_min: 0.0,
            latency_max: Span::SECOND,
            memory_bytes_max: u64::MAX,
            candidates: NonZeroU32::new(50).unwrap(),
        },
        clock: Arc::new(Stopwatch),
        is_given_up: Arc::default(),
    }
}

/// A live model that was trained on this, with one knob at the end of its range where `turned`.
fn rival(set: DataSet, turned: bool) -> Rival {
    let mut outcome = work_on(set, None);
    if turned {
        let knob = &kind().knobs[0];
        let value = if knob.default < knob.range.1 { knob.range.1 } else { knob.range.0 };
        outcome.parameters.insert(knob.name.to_owned(), value);
    }
    Rival {
        parameters: outcome.parameters,
        parameters_from: "defaults".to_owned(),
        last: outcome.data.last,
        products: outcome.products,
        payload: outcome.payload,
    }
}

#[test]
fn the_last_days_are_held_out_and_of_a_short_history_a_quarter() {
    let long = set(150, 200);
    let cut_long = cut(&long, 30);
    assert_eq!(cut_long.learned.n_interactions(), 150 * 170);
    assert_eq!((cut_long.cases.len(), cut_long.asked), (150, AskedActs::Ordered));
    let short = set(150, 21);
    assert_eq!(cut(&short, 30).learned.n_interactions(), 150 * 16, "five of twenty days");
}

#[test]
fn where_there_are_no_days_what_each_shopper_did_last_is_held_out() {
    let set = set(20, 3);
    let cut = cut(&set, 30);
    assert_eq!((cut.learned.n_interactions(), cut.cases.len()), (40, 20));
    assert_eq!(cut.asked, AskedActs::All, "too few ordered");
}

#[test]
fn what_is_judged_has_not_seen_what_is_asked_and_what_passes_learns_everything() {
    let outcome = work_on(set(150, 40), None);
    let Lineage { holdout, measured, gate, refitted, data, .. } = outcome.lineage;
    assert_eq!((holdout.cases, holdout.live.as_str()), (150, "none"));
    let names: Vec<&str> = measured.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(names, ["candidate", "popular", "most_frequent"]);
    assert!(refitted && gate.iter().all(|it| it.passed), "{gate:?}");
    assert_eq!((data.acts, data.shoppers), (6_000, 150));
}

#[test]
fn where_anything_is_to_be_foretold_what_was_done_most_often_is_not_only_orders() {
    let mut set = set(60, 40);
    let mut viewed = Histories::new();
    for acts in set.histories.iter() {
        viewed
            .push_shopper(acts.iter().map(|it| {
                Interaction::new(it.product(), Action::Viewed, it.time(), it.quantity())
            }));
    }
    set.histories = viewed;
    let Lineage { holdout, measured, .. } = work_on(set, None).lineage;
    assert_eq!(holdout.asked, "everything");
    let own = measured.iter().find(|it| it.method == MOST_FREQUENT).unwrap();
    assert!(own.recall_at_20[0] > 0.99, "{:?}", own.recall_at_20);
}

#[test]
fn the_same_history_gives_the_same_model_to_the_bit() {
    let (one, other) = (work_on(set(60, 30), None), work_on(set(60, 30), None));
    assert_eq!(one.payload, other.payload);
    assert_eq!(one.lineage.measured, other.lineage.measured);
}

#[test]
fn the_live_model_stands_for_itself_only_where_it_has_not_seen_what_is_asked() {
    let stands = |rival| work_on(set(60, 40), Some(rival)).lineage.holdout.live;
    assert_eq!(stands(rival(set(60, 20), false)), "itself");
    assert_eq!(stands(rival(set(60, 40), false)), "the same");
    assert_eq!(stands(rival(set(60, 40), true)), "fitted anew");
}

#[test]
fn a_model_that_is_no_better_than_what_is_popular_is_refused_and_not_fitted_again() {
    // Everybody buys the same single product: popularity knows all there is to know.
    let mut same = set(150, 40);
    same.histories.renumber(&[ProductIdx::new(0); 120]);
    let lineage = work_on(same, None).lineage;
    let quality = lineage.gate.iter().find(|it| it.check == "quality").unwrap();
    assert!(!quality.passed && !lineage.refitted, "{}", quality.says);
}

#[test]
fn a_refused_model_can_be_read_although_it_does_not_know_the_newest_products() {
    let mut set = set(150, 40);
    // The product with the last number came yesterday.
    let last = Interaction::new(
        ProductIdx::new(119),
        Action::Ordered,
        Timestamp::from_secs(BEGIN + 39 * DAY),
        NonZeroU16::MIN,
    );
    set.histories.push_shopper([last]);
    let mut refused = set.clone();
    refused.histories.renumber(&{
        let mut all = [ProductIdx::new(0); 120];
        all[119] = ProductIdx::new(119);
        all
    });
    for (set, n_products) in [(set, 120), (refused, 1)] {
        let outcome = work_on(set, None);
        assert_eq!(outcome.products.len(), n_products);
        let numbers: Vec<_> = (0..).take(n_products).map(|it| Some(ProductIdx::new(it))).collect();
        let read = TrainedModel::decode(kind().name, &outcome.payload, &numbers);
        assert!(matches!(read, Some(Ok(_))), "{read:?}");
    }
}

#[test]
fn a_model_of_content_knows_products_that_nobody_touched() {
    let mut set = set(150, 40);
    set.untouched = vec!["new".parse().unwrap()];
    for number in 0..=set.products.len() {
        // The new one is told of in the words of the first row.
        let text = format!("row {}", if number < 120 { number / 10 } else { 0 });
        set.facts.push(features::ProductFact { text, ..features::ProductFact::default() });
    }
    let kind = TrainedKind::of_name("content").unwrap();
    let values = kind.knobs.iter().map(|it| it.default).collect();
    let outcome = work(Work { kind, values, ..work_for(set, None) }).unwrap();
    assert_eq!(outcome.products.last().map(ProductId::as_str), Some("new"));
    let numbers: Vec<_> = (0..=120).map(|it| Some(ProductIdx::new(it))).collect();
    let read = TrainedModel::decode(kind.name, &outcome.payload, &numbers).unwrap().unwrap();
    let visit = [recommend::Touch { product: ProductIdx::new(3), time: Timestamp::default() }];
    let context = Context { visit: &visit, ..Context::at(Timestamp::default()) };
    let proposed = read.generate(&context, NonZeroU32::new(20).unwrap());
    assert!(proposed.iter().any(|it| it.product.get() == 120), "{proposed:?}");
}
