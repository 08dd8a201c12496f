//! Objectives against the plain formula, and what a preview says.

use expect_test::expect;
use proptest::prelude::*;

use super::*;

fn weights(weights: &[(Objective, f32)]) -> Weights {
    let with = |all: Weights, it: &(Objective, f32)| all.with(it.0, it.1).unwrap();
    weights.iter().fold(Weights::default(), with)
}

fn valued(number: u32, score: f32, margin: Option<f32>) -> Valued {
    let facts = Facts::default().with(Objective::Margin, margin);
    Valued { product: ProductIdx::new(number), score, gladly: 1.0, facts }
}

fn scales(candidates: &[Valued]) -> Scales {
    Scales::fit(&candidates.iter().map(|it| it.facts).collect::<Vec<_>>())
}

#[test]
fn margin_counts_as_much_as_its_weight_and_what_is_unknown_counts_as_the_middle() {
    let candidates = [
        valued(0, 9.0, Some(1.0)),
        valued(1, 8.0, None),
        valued(2, 7.0, Some(2.0)),
        valued(3, 5.0, Some(500.0)),
    ];
    let of = |weight| {
        let combined =
            combine(&candidates, &weights(&[(Objective::Margin, weight)]), &scales(&candidates));
        let line = |it: &Combined| {
            format!("{} {:.3} {:?}\n", it.candidate, it.score, it.added[Objective::Margin as usize])
        };
        combined.iter().map(line).collect::<String>()
    };
    expect![[r#"
        0 0.798 Some(-0.20156251)
        1 0.750 None
        2 0.500 Some(0.0)
        3 0.202 Some(0.20156251)
    "#]]
    .assert_eq(&of(0.6));
}

#[test]
fn a_weight_has_its_limits_and_a_fact_is_a_number() {
    assert_eq!(Weights::default().with(Objective::Margin, 2.1), None);
    assert_eq!(Weights::default().with(Objective::Margin, f32::NAN), None);
    let facts = Facts::default().with(Objective::Revenue, Some(f32::INFINITY));
    assert_eq!(facts, Facts::default());
    let names: Vec<&str> = Objective::ALL.iter().map(|it| it.name()).collect();
    assert_eq!(
        names.join(" "),
        "revenue margin stock_turnover novelty sustainability delivery_speed"
    );
    assert!(Objective::ALL.iter().enumerate().all(|(at, it)| *it as usize == at));
}

#[test]
fn a_preview_says_who_comes_who_goes_and_what_that_brings() {
    let one = [valued(0, 3.0, Some(1.0)), valued(1, 2.0, Some(2.0)), valued(2, 1.0, Some(9.0))];
    let other = [valued(5, 3.0, None), valued(6, 2.0, Some(3.0))];
    let scales = scales(&[one.as_slice(), &other].concat());
    let after = weights(&[(Objective::Margin, 1.5)]);
    let preview = preview(&[&one, &other], 2, &Weights::default(), &after, &scales);
    let (entered, left) = (vec![ProductIdx::new(2)], vec![ProductIdx::new(1)]);
    assert_eq!(preview.lists[0], ListChange { entered, left, n_moved: 1 });
    assert_eq!((preview.lists[1].entered.len(), preview.lists[1].n_moved), (0, 0));
    let margin = preview.facts[Objective::Margin as usize];
    assert_eq!((margin.before, margin.after), (Some(2.0), Some(13.0 / 3.0)));
    assert_eq!((margin.n_unknown_before, margin.n_unknown_after), (1, 1));
    assert_eq!((preview.relevance.before, preview.relevance.after), (Some(0.625), Some(0.5)));
    assert_eq!(preview.facts[Objective::Revenue as usize].before, None);
}

fn any_candidates() -> impl Strategy<Value = Vec<Valued>> {
    let facts = prop::collection::vec(prop::option::weighted(0.8, -50.0..50.0_f32), Objective::N);
    let one = (-3.0..3.0_f32, 0.0..=1.0_f32, facts);
    prop::collection::vec(one, 1..40).prop_map(|all| {
        let numbered = (0..).map(ProductIdx::new).zip(all);
        let valued = numbered.map(|(product, (score, gladly, facts))| {
            let with = |known: Facts, (objective, fact)| known.with(objective, fact);
            let facts = Objective::ALL.into_iter().zip(facts).fold(Facts::default(), with);
            Valued { product, score, gladly, facts }
        });
        valued.collect()
    })
}

fn any_weights() -> impl Strategy<Value = Weights> {
    prop::collection::vec(-WEIGHT_MAX..WEIGHT_MAX, Objective::N)
        .prop_map(|it| weights(&Objective::ALL.into_iter().zip(it).collect::<Vec<_>>()))
}

proptest! {
    #[test]
    fn a_combined_score_is_the_plain_formula_in_order(
        candidates in any_candidates(), weights in any_weights(),
    ) {
        let scales = scales(&candidates);
        let combined = combine(&candidates, &weights, &scales);
        prop_assert_eq!(combined.len(), candidates.len());
        let in_order = |a: &Combined, b: &Combined| {
            a.score > b.score || (a.score.total_cmp(&b.score).is_eq() && a.candidate < b.candidate)
        };
        prop_assert!(combined.is_sorted_by(in_order));
        let least = candidates.iter().map(|it| it.score).fold(f32::INFINITY, f32::min);
        let most = candidates.iter().map(|it| it.score).fold(f32::NEG_INFINITY, f32::max);
        for it in &combined {
            let candidate = &candidates[it.candidate];
            let relevance =
                if least < most { (candidate.score - least) / (most - least) } else { 1.0 };
            let mut plain = candidate.gladly * relevance;
            for objective in Objective::ALL {
                let all = candidates.iter().filter_map(|it| it.facts.get(objective));
                let scale = Scale::fit(all);
                let value = candidate.facts.get(objective).zip(scale).map(|(fact, scale)| {
                    scale.share_below(fact) - 0.5
                });
                plain += weights.get(objective) * value.unwrap_or(0.0);
                prop_assert_eq!(it.added[objective as usize].is_some(), value.is_some());
            }
            prop_assert!((it.score - plain).abs() < 1e-5);
        }
    }

    #[test]
    fn without_weights_nothing_changes(candidates in any_candidates(), n in 0..50_usize) {
        let (none, scales) = (Weights::default(), scales(&candidates));
        let gladly = candidates.iter().map(|it| Valued { gladly: 1.0, ..*it });
        let candidates: Vec<Valued> = gladly.collect();
        let scores: Vec<f32> = candidates.iter().map(|it| it.score).collect();
        let order: Vec<usize> =
            combine(&candidates, &none, &scales).iter().map(|it| it.candidate).collect();
        prop_assert_eq!(order, greatest_first(&scaled(&scores)));
        let preview = preview(&[&candidates], n, &none, &none, &scales);
        let nothing = ListChange { entered: Vec::new(), left: Vec::new(), n_moved: 0 };
        prop_assert_eq!(preview.lists, [nothing]);
        prop_assert_eq!(preview.relevance.before, preview.relevance.after);
    }

    /// What every merchandiser expects of a slider.
    #[test]
    fn a_greater_weight_never_brings_less_of_its_objective(
        candidates in any_candidates(), others in any_weights(), n in 1..20_usize,
        low in 0.0..1.0_f32, more in 0.01..1.0_f32,
    ) {
        let scales = scales(&candidates);
        let brought = |weight: f32| {
            let weights = others.with(Objective::Margin, weight).unwrap();
            let placed = combine(&candidates, &weights, &scales).into_iter().take(n);
            let value = |it: Combined| {
                scales.value(Objective::Margin, candidates[it.candidate].facts.get(Objective::Margin)?)
            };
            placed.filter_map(value).sum::<f32>()
        };
        prop_assert!(brought(low + more) >= brought(low) - 1e-3);
    }

    #[test]
    fn a_share_is_nearly_the_plain_share_and_never_falls(
        facts in prop::collection::vec(-20_i8..20, 1..300), a in -25_i8..25, b in -25_i8..25,
    ) {
        let scale = Scale::fit(facts.iter().map(|it| f32::from(*it))).unwrap();
        let share = |it: i8| scale.share_below(f32::from(it));
        prop_assert!((0.0..=1.0).contains(&share(a)));
        prop_assert!(a >= b || share(a) <= share(b));
        let count = |is_meant: &dyn Fn(i8) -> bool| facts.iter().filter(|it| is_meant(**it)).count() as f32;
        let plain = (count(&|it| it < a) + count(&|it| it == a) / 2.0) / facts.len() as f32;
        // Two parts for the knots on either side, one product for where the ends of the scale are.
        let tolerance = 2.0 / 64.0 + 1.0 / facts.len() as f32;
        prop_assert!((share(a) - plain).abs() <= tolerance, "{} {plain}", share(a));
    }
}
