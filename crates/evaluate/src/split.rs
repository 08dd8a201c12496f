//! Divides what happened into what a method may know and what it is asked.
//!
//! | split | the past | the truth | who is asked about |
//! | --- | --- | --- | --- |
//! | [`at_time`] | all before the cut | what is asked for, from the cut on | whoever has a truth |
//! | [`leave_one_out`] | all before the last asked act | that act's product | whoever has such an act |
//!
//! Only the first is free of knowledge from the future: in the other a model is fitted on what some
//! shoppers did after others were asked. It is for histories too short to be cut by time (see Y. Ji, A. Sun,
//! J. Zhang and C. Li, "A Critical Study on Data Leakage in Recommender System Offline Evaluation", TOIS
//! 2023).
//!
//! A case borrows its past from the histories. A model that is judged must be fitted on no more than the
//! pasts, whose lengths say how far each shopper may be read.

use domain::{ProductIdx, Span, Timestamp};

use crate::{Case, Reading};

/// Asks at `cut` what each shopper goes on to before `until`.
///
/// A shopper of whom nothing is known before `cut` is asked about too: that is what a shop meets.
pub fn at_time<'a, T>(
    shoppers: impl IntoIterator<Item = &'a [T]>,
    reading: Reading<T>,
    cut: Timestamp,
    until: Timestamp,
) -> Vec<Case<'a, T>> {
    let case = |(shopper, acts): (usize, &'a [T])| {
        let n_before = acts.partition_point(|it| (reading.time)(it) < cut);
        let n_known = acts.partition_point(|it| (reading.time)(it) < until);
        let (past, asked) = (&acts[..n_before], acts.get(n_before..n_known).unwrap_or_default());
        let truth = distinct(asked.iter().filter(|it| (reading.is_asked)(it)).map(reading.product));
        Case { shopper, now: cut, past, n_days: days(past, reading), truth }
    };
    shoppers.into_iter().enumerate().map(case).filter(|it| !it.truth.is_empty()).collect()
}

/// Asks which product each shopper's last asked act was about, at the moment of that act.
///
/// Other acts of that moment, such as earlier lines of the same order, belong to the past.
pub fn leave_one_out<'a, T>(
    shoppers: impl IntoIterator<Item = &'a [T]>,
    reading: Reading<T>,
) -> Vec<Case<'a, T>> {
    let case = |(shopper, acts): (usize, &'a [T])| {
        let last = acts.iter().rposition(reading.is_asked)?;
        let past = &acts[..last];
        let now = (reading.time)(&acts[last]);
        let truth = vec![(reading.product)(&acts[last])];
        Some(Case { shopper, now, past, n_days: days(past, reading), truth })
    };
    shoppers.into_iter().enumerate().filter_map(case).collect()
}

/// On how many days, in UTC, something was done.
fn days<T>(acts: &[T], reading: Reading<T>) -> usize {
    let day = |it: &T| (reading.time)(it).as_micros().div_euclid(Span::DAY.as_micros());
    acts.chunk_by(|a, b| day(a) == day(b)).count()
}

fn distinct(products: impl Iterator<Item = ProductIdx>) -> Vec<ProductIdx> {
    let mut products: Vec<ProductIdx> = products.collect();
    products.sort_unstable();
    products.dedup();
    products
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A product, a second, and whether it was ordered.
    type Act = (u32, i64, bool);

    const READING: Reading<Act> = Reading {
        product: |it| ProductIdx::new(it.0),
        time: |it| Timestamp::from_secs(it.1),
        is_asked: |it| it.2,
    };

    fn told(cases: &[Case<'_, Act>]) -> Vec<(usize, usize, Vec<u32>)> {
        cases
            .iter()
            .map(|it| (it.shopper, it.past.len(), it.truth.iter().map(|it| it.get()).collect()))
            .collect()
    }

    const DAY: i64 = 24 * 3600;

    fn shoppers() -> Vec<Vec<Act>> {
        vec![
            vec![
                (1, 0, true),
                (2, 5, true),
                (3, DAY, false),
                (4, 2 * DAY, true),
                (1, 3 * DAY, true),
            ],
            vec![(5, 2 * DAY, true), (5, 2 * DAY, true), (6, 9 * DAY, true)],
            vec![(7, 0, true)],
            vec![],
        ]
    }

    #[test]
    fn a_cut_asks_for_what_comes_between_it_and_the_end() {
        let shoppers = shoppers();
        let at = |secs| Timestamp::from_secs(secs);
        let cases = at_time(shoppers.iter().map(Vec::as_slice), READING, at(2 * DAY), at(9 * DAY));
        assert_eq!(told(&cases), [(0, 3, vec![1, 4]), (1, 0, vec![5])]);
        assert_eq!(cases[0].n_days, 2);
    }

    #[test]
    fn the_last_asked_act_is_left_out_and_views_after_it_are_not_known() {
        let acts = [vec![(1, 0, true), (2, 1, true), (3, 2, false)], vec![(4, 0, false)]];
        let cases = leave_one_out(acts.iter().map(Vec::as_slice), READING);
        assert_eq!(told(&cases), [(0, 1, vec![2])]);
    }
}
