//! A small shop and three days: personal slates beat popular ones, and the server learns.

use shopsim::{Faults, Measure, PastPlan, simulate_past, simulate_past_badly};

use super::*;
use crate::simulate::tables::Compared;

/// Few shoppers who come often to a small shop, so that three days have something to learn from.
fn small() -> SimulateArgs {
    SimulateArgs {
        shoppers: 100,
        rush: 4.0,
        per_kind: Some(4),
        days: vec![1, 3],
        seed: 1,
        nightly: Nightly::Nothing,
        truth: None,
        output: Output::default(),
    }
}

#[test]
fn personal_slates_are_worth_more_than_popular_ones_and_regret_falls_with_data() {
    let simulated = block_on(simulate(&small(), 3)).unwrap();
    let share_of_best = |days: Range<i64>| {
        let compared = Compared::of_visits(&simulated.on(&days), Measure::Clicks);
        compared.regret_personal.mean / compared.best.mean
    };
    let all = simulated.on(&(0..3));

    for measure in Measure::ALL {
        let compared = Compared::of_visits(&all, measure);
        assert!(compared.difference.low() > 0.0, "{measure:?}: {compared:?}");
        assert!(compared.regret_personal.mean < compared.regret_popular.mean, "{measure:?}");
        // Judged by the same truth, no slate is better than the best.
        assert!(compared.regret_personal.low() > 0.0 && compared.regret_popular.low() > 0.0);
    }
    let (first, last) = (share_of_best(0..1), share_of_best(2..3));
    assert!(last < first - 0.02, "the share that is missed went from {first} to {last}");
    let gain = |days: Range<i64>| {
        Compared::of_visits(&simulated.on(&days), Measure::Clicks).difference.mean
    };
    assert!(gain(2..3) > gain(0..1) + 0.1, "{} and {}", gain(0..1), gain(2..3));
}

#[test]
fn the_same_seed_gives_the_same_simulation() {
    let args = SimulateArgs { shoppers: 40, ..small() };
    let [one, same] = [(); 2].map(|()| block_on(simulate(&args, 1)).unwrap());
    let lines = |it: &Simulated| -> Vec<String> {
        let judgements = it.visits.iter().flat_map(|it| &it.judgements);
        judgements
            .map(|it| format!("{} {:?} {:?}", it.placement, it.personal, it.popular))
            .collect()
    };

    assert_eq!(one.report, same.report);
    assert_eq!(lines(&one), lines(&same));
}

#[test]
fn a_bad_line_changes_nothing_of_what_the_server_counts() {
    let (shop, people) = (DemoShop::generate(1), Population::generate(1, 60));
    let plan = PastPlan { seed: 1, n_visits: 120, n_days: 3 };
    let kept = |faults: Option<Faults>| {
        let (shop, people) = (&shop, &people);
        let kept = block_on(async move {
            let stage = Stage::open().await?;
            seed_catalogue(&stage.client, shop).await?;
            match faults {
                None => drop(simulate_past(&stage.client, shop, people, plan).await?),
                Some(faults) => {
                    let report =
                        simulate_past_badly(&stage.client, shop, people, plan, faults).await?;
                    assert!(report.n_duplicates > 0, "{report:?}");
                }
            }
            let mut kept: Vec<String> = stage.shop.log().await.iter().map(event_text).collect();
            kept.sort_unstable();
            Ok(kept)
        });
        kept.unwrap()
    };
    let without = kept(None);

    assert!(without.len() > 300, "{} events", without.len());
    for seed in 1..=2 {
        assert!(kept(Some(Faults::all(seed))) == without, "seed {seed}: other events are kept");
    }
}

/// What happened and when, without what is drawn anew for each shop: positions and pseudonyms.
fn event_text(recorded: &domain::Recorded) -> String {
    format!("{} {:?}", recorded.envelope.event_time.as_micros(), recorded.envelope.event)
}
