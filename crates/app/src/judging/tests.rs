//! Judging and searching on small plain data, where it is known what comes out.

use std::time::Duration;

use domain::{Span, Timestamp};
use expect_test::{Expect, expect};
use features::{Action, Histories, Interaction};
use ports::Clock;

use super::*;

/// Regulars each order the same three products, newcomers what everybody orders.
const TRAIN: &str = "\
ada 1 2 3 1 2 3
bo 4 5 6 4 5 6
cy 7 8 9 7 8 9
di 1 4 7
ed 1 4 7
fe 1 4
";
const TEST: &str = "\
ada 1 2 3
bo 4 5
cy 9
gus 1 4
";

fn file<'a>(name: &'a str, text: &'a str) -> PlainFile<'a> {
    PlainFile { name, text }
}

fn data(material: Material) -> JudgedData {
    JudgedData { material, source: "a test".to_owned(), left_out: Vec::new() }
}

fn fixed(train: &str, test: &str) -> JudgedData {
    data(plain::fixed(file("train", train), file("test", test)).unwrap())
}

fn sessions(prefixes: &str) -> JudgedData {
    sessions_with("1 2 3\n1 2 3\n4 5\n4 5\n", prefixes)
}

fn sessions_with(train: &str, prefixes: &str) -> JudgedData {
    data(plain::sessions(file("sessions", train), file("prefixes", prefixes)).unwrap())
}

/// Judges generators and compares the recall of each by group.
#[track_caller]
fn check(data: &JudgedData, generators: &[&str], k: usize, expect: Expect) {
    let report = evaluate(data, &options(generators, k)).unwrap();
    let mut lines = String::new();
    for method in report.methods.iter().filter(|it| generators.contains(&&*it.name)) {
        let results = method.results.iter();
        let recalls: Vec<String> = results
            .map(|it| format!("{} {:.2} of {}", it.group, it.recall.mean, it.n_cases))
            .collect();
        let why = method.not_judged.clone().unwrap_or_default();
        lines += &format!("{}: {}{why}\n", method.name, recalls.join(", "));
    }
    expect.assert_eq(&lines);
}

fn options(generators: &[&str], k: usize) -> EvaluateOptions {
    let generators = generators.iter().map(ToString::to_string).collect();
    EvaluateOptions {
        generators,
        ks: vec![k],
        seen: Some(Seen::Keep),
        ..EvaluateOptions::default()
    }
}

#[test]
fn the_baselines_stand_beside_whatever_is_asked_for() {
    let report = evaluate(&fixed(TRAIN, TEST), &options(&["buy_again"], 3)).unwrap();
    let names: Vec<&str> = report.methods.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, [POPULAR, MOST_FREQUENT, "buy_again"]);
    check(
        &fixed(TRAIN, TEST),
        &names,
        3,
        expect![[r#"
            popular: all 0.46 of 4, known 0.28 of 3, 0 1.00 of 1, 5-9 0.28 of 3
            most_frequent: all 0.75 of 4, known 1.00 of 3, 0 0.00 of 1, 5-9 1.00 of 3
            buy_again: all 0.75 of 4, known 1.00 of 3, 0 0.00 of 1, 5-9 1.00 of 3
        "#]],
    );
}

#[test]
fn what_has_nothing_to_learn_from_is_left_out_with_a_reason() {
    let lack = expect![[r#"
        bought_together: no order has two lines
    "#]];
    check(&fixed(TRAIN, TEST), &["bought_together"], 3, lack);
}

#[test]
fn the_last_of_a_sequence_is_foretold_from_those_before() {
    let sequences = plain::sequences(file("beauty", "u 1 2 3 4\nv 2 3 1\nw 3 1 2\n")).unwrap();
    check(
        &data(sequences),
        &[POPULAR, "also_viewed"],
        2,
        expect![[r#"
            popular: all 0.33 of 3, known 0.33 of 3, 2-4 0.33 of 3
            also_viewed: all 0.67 of 3, known 0.67 of 3, 2-4 0.67 of 3
        "#]],
    );
}

#[test]
fn the_next_of_a_visit_is_foretold_from_other_visits() {
    check(
        &sessions("1\t2\n1 2\t3\n4\t5\n"),
        &[POPULAR, "session_neighbors"],
        2,
        expect![[r#"
            popular: all 0.33 of 3, known 0.33 of 3, 1 0.50 of 2, 2-4 0.00 of 1
            session_neighbors: all 1.00 of 3, known 1.00 of 3, 1 1.00 of 2, 2-4 1.00 of 1
        "#]],
    );
}

#[test]
fn prefixes_of_one_session_are_resampled_together() {
    let shoppers = |prefixes: &str| -> Vec<usize> {
        sessions(prefixes).material.cases().iter().map(|it| it.shopper).collect()
    };
    assert_eq!(shoppers("1\t2\n1 2\t3\n1 2 3\t1\n4\t5\n"), [0, 0, 0, 1]);
    assert_eq!(shoppers("1 2 3\t1\n1 2\t3\n1\t2\n4\t5\n4 5\t4\n"), [0, 0, 0, 1, 1]);
    assert_eq!(shoppers("1\t2\n1\t2\n1 3\t2\n"), [0, 1, 2], "the same is not the longer");
    let validation = cases::validation(sessions_with(&"1 2 3\n".repeat(100), "1\t2\n").material);
    let shoppers: Vec<usize> = validation.cases().iter().map(|it| it.shopper).collect();
    assert_eq!(shoppers[..4], [93, 93, 94, 94]);
}

#[test]
fn questions_of_one_session_make_an_interval_no_narrower() {
    // Half of the sessions are foretold wholly and half not at all, however often they are asked.
    let width = |prefixes: &str| {
        let options = options(&["session_neighbors"], 2);
        let report = evaluate(&sessions(&prefixes.repeat(8)), &options).unwrap();
        let recall = report.result("session_neighbors", "all", 2).unwrap().recall;
        assert!((recall.mean - 0.5).abs() < 1e-9, "{recall:?}");
        recall.high - recall.low
    };
    let (once, twice) = ("1\t2\n4\t9\n", "1\t2\n1 2\t3\n4\t9\n4 9\t8\n");
    assert!((width(once) - width(twice)).abs() < 1e-9);
}

#[test]
fn what_a_shopper_had_can_be_taken_out() {
    let kept = evaluate(&fixed(TRAIN, TEST), &options(&[], 3)).unwrap();
    let removed = EvaluateOptions { seen: Some(Seen::Remove), ..options(&[], 3) };
    let removed = evaluate(&fixed(TRAIN, TEST), &removed).unwrap();
    assert_eq!((kept.split.n_cases, removed.split.n_cases), (4, 1), "regulars only order again");
    assert_eq!((kept.split.seen.as_str(), removed.split.seen.as_str()), ("keep", "remove"));
}

#[test]
fn a_report_is_the_same_each_time_and_survives_json() {
    let report = evaluate(&fixed(TRAIN, TEST), &options(&[], 3)).unwrap();
    assert_eq!(evaluate(&fixed(TRAIN, TEST), &options(&[], 3)).unwrap(), report);
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<EvaluationReport>(&json).unwrap(), report);
}

/// Histories of an order a day, the last two days of which are held out.
fn by_days(text: &str) -> Material {
    let sequences = plain::sequences(file("train", text)).unwrap();
    let mut histories = Histories::new();
    for acts in sequences.histories().iter() {
        histories.push_shopper(acts.iter().map(|it| {
            let minutes_left = plain::PLAIN_NOW.since(it.time()).as_micros() / 60_000_000;
            let time = plain::PLAIN_NOW.minus(Span::DAY.times(minutes_left));
            Interaction::new(it.product(), Action::Ordered, time, it.quantity())
        }));
    }
    let products = sequences.products().to_vec();
    Material::cut(&histories, products, Split::LastDays(2), AskedActs::Ordered)
}

#[test]
fn neither_the_order_of_shoppers_nor_the_numbers_of_products_change_a_report() {
    let lines = |text: &str| text.lines().rev().collect::<Vec<_>>().join("\n");
    let cut = |text: &str| data(by_days(text));
    let (one, other) = (cut(TRAIN), cut(&lines(TRAIN)));
    assert_eq!(one.material.checksum(), other.material.checksum());
    let report = |data: &JudgedData| evaluate(data, &options(&[], 3)).unwrap();
    assert_eq!(report(&one), report(&other));
}

#[test]
fn options_that_make_no_sense_are_refused_by_name() {
    let refusal =
        |options: EvaluateOptions| evaluate(&fixed(TRAIN, TEST), &options).unwrap_err().to_string();
    let unknown = refusal(options(&["popularity"], 3));
    assert!(
        unknown.contains("no generator `popularity`") && unknown.contains("popular,"),
        "{unknown}"
    );
    assert!(refusal(options(&[], 0)).contains("give lengths from 1 to 1000"));
    let none = EvaluateOptions { ks: Vec::new(), ..EvaluateOptions::default() };
    assert!(refusal(none).contains("give 1 to 8"));
}

#[test]
fn bad_lines_are_refused_with_file_and_number() {
    let refusal = |train: &str| {
        plain::fixed(file("train.txt", train), file("test.txt", "a 1")).unwrap_err().to_string()
    };
    assert_eq!(
        refusal("a 1\nb\n"),
        "train.txt, line 2: there is no item; a line is `user item item …`"
    );
    assert!(refusal("").contains("train.txt is empty"));
    let prefixes = plain::sessions(file("s", "1 2"), file("p.tsv", "1 2 3")).unwrap_err();
    assert!(prefixes.to_string().starts_with("p.tsv, line 1: there is no tab"), "{prefixes}");
}

/// A clock that a second passes on with every look at it.
#[derive(Debug, Default)]
struct Ticking(std::sync::atomic::AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }
}

fn search(data: JudgedData, beginning: Beginning, rounds: u32) -> Result<TunedParams, TuneError> {
    search_for("buy_again", data, beginning, (3_600, Some(rounds)))
}

/// Searches for so many seconds and, where it says so, rounds.
fn search_for(
    generator: &str,
    data: JudgedData,
    beginning: Beginning,
    (secs, rounds): (u64, Option<u32>),
) -> Result<TunedParams, TuneError> {
    let clock = Ticking::default();
    let budget = Budget::until(clock.now(), Duration::from_secs(secs), rounds);
    let options = TuneOptions { generator: generator.to_owned(), seed: 3, beginning, budget };
    tune(data, &options, &clock, &mut |_| {})
}

/// Shoppers who order again what they ordered last, not what they ordered most.
fn fickle(test_of_ada: &str) -> JudgedData {
    let train =
        "ada 1 1 1 1 1 1 1 2 2 3 3 4 4\nbo 5 5 5 5 5 5 5 6 6 7 7 8 8\ncy 9 9 9 9 9 9 1 1 2 2\n";
    fixed(train, &format!("ada {test_of_ada}\nbo 5\n"))
}

#[test]
fn a_search_ends_with_its_rounds_or_its_time() {
    assert_eq!(search(fickle("1"), Beginning::Defaults, 5).unwrap().rounds, 5);
    let found = search_for("buy_again", fickle("1"), Beginning::Defaults, (4, None)).unwrap();
    assert_eq!((found.rounds, found.budget_secs), (3, 4));
}

#[test]
fn whatever_is_asked_in_the_test_the_search_finds_the_same() {
    let found = |test: &str| search(fickle(test), Beginning::Defaults, 12).unwrap();
    assert_eq!(found("1"), found("8 7 6 11 12"));
}

#[test]
fn a_search_goes_on_from_what_was_found_on_the_same_data_only() {
    let first = search(fickle("1"), Beginning::Defaults, 3).unwrap();
    let beginning = || Beginning::Found(Box::new(first.clone()));
    let second = search(fickle("1"), beginning(), 3).unwrap();
    assert_eq!(second.begun_from, Some(first.checksum()));
    assert!(second.validation >= first.validation);
    let refusal = search(fixed(TRAIN, TEST), beginning(), 3).unwrap_err().to_string();
    assert!(refusal.contains("searched on other data"), "{refusal}");
}

#[test]
fn a_search_begins_with_given_values_within_their_ranges() {
    let values = |value: f64| Beginning::Values([("half_life_days".to_owned(), value)].into());
    let found = search(fickle("1"), values(77.0), 0).unwrap();
    assert!((found.values["half_life_days"] - 77.0).abs() < 1e-9);
    let refusal = search(fickle("1"), values(-1.0), 0).unwrap_err().to_string();
    assert!(refusal.contains("no parameter `half_life_days` that can be -1"), "{refusal}");
}

#[test]
fn what_has_no_parameters_cannot_be_searched() {
    let refusal = search_for(POPULAR, fickle("1"), Beginning::Defaults, (1, None));
    let refusal = refusal.unwrap_err().to_string();
    assert!(refusal.contains("`popular` has no parameters") && refusal.contains("item_neighbors"));
}

#[test]
fn data_without_acts_are_refused_with_what_was_left_out_of_them() {
    let nothing = |n_acts| {
        let nobody = Histories::new();
        let days = Split::LastDays(2);
        let reason = "nobody knows why".to_owned();
        let left_out = vec![LeftOutFact { reason, n_acts }];
        let material = Material::cut(&nobody, Vec::new(), days, AskedActs::Ordered);
        JudgedData { left_out, ..data(material) }
    };
    let judged = evaluate(&nothing(7), &options(&[], 3)).unwrap_err().to_string();
    assert_eq!(
        judged,
        "there is nothing to foretell: a test holds no acts that may be used; 7 acts are left out: nobody \
         knows why"
    );
    let searched = search(nothing(7), Beginning::Defaults, 1).unwrap_err().to_string();
    assert_eq!(searched, judged);
    let new = search(nothing(0), Beginning::Defaults, 1).unwrap_err().to_string();
    assert!(new.ends_with("; take in some history first"), "{new}");
}

#[test]
fn found_parameters_are_judged_on_the_data_they_were_found_on_only() {
    let params = search(fickle("1"), Beginning::Defaults, 3).unwrap();
    let with = EvaluateOptions { params: vec![params.clone()], ..options(&["buy_again"], 3) };
    let report = evaluate(&fickle("1"), &with).unwrap();
    let judged = report.methods.iter().find(|it| it.name == "buy_again").unwrap();
    assert_eq!(judged.params, Some(params.checksum()));
    let refusal = evaluate(&fixed(TRAIN, TEST), &with).unwrap_err().to_string();
    assert!(refusal.contains("search anew with `tastemaker tune` on this data"), "{refusal}");
}

#[test]
fn a_window_is_cut_at_its_days_and_the_validation_window_lies_before_it() {
    let material = || by_days(TRAIN);
    let cut = material().learned_until();
    assert!(material().learned().iter().flatten().all(|it| it.time() < cut));
    let validation = cases::validation(material());
    assert_eq!(validation.learned_until(), cut.minus(Span::DAY.times(2)));
    assert!(validation.histories().iter().flatten().all(|it| it.time() < cut));
    for case in validation.cases() {
        assert!(case.past.iter().all(|it| it.time() < case.now));
    }
}
