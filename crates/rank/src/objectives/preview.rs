//! What other weights would do to the lists of sample shoppers, before anybody is shown them.

use domain::ProductIdx;

use super::{Combined, Objective, Scales, Valued, Weights, combine};

/// What would change for one shopper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListChange {
    /// Products that come into the list, by their places there.
    pub entered: Vec<ProductIdx>,
    /// Products that leave it, by the places they had.
    pub left: Vec<ProductIdx>,
    /// How many stay and stand in another place.
    pub n_moved: usize,
}

/// The mean of something over all places of all lists, before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanChange {
    /// The mean before, of those places where it is known; `None` where it is known of none.
    pub before: Option<f64>,
    /// The mean after.
    pub after: Option<f64>,
    /// Of how many places it is not known before.
    pub n_unknown_before: usize,
    /// Of how many after.
    pub n_unknown_after: usize,
}

/// What other weights would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// For each shopper.
    pub lists: Vec<ListChange>,
    /// The mean relevance, from 0 to 1 within each list.
    pub relevance: MeanChange,
    /// The means of the facts, in their own units, by the order of objectives.
    pub facts: [MeanChange; Objective::N],
}

/// What the first `n` places of the lists would be with weights `after` instead of `before`.
///
/// Each of `samples` is the candidates of one shopper.
pub fn preview(
    samples: &[&[Valued]],
    n: usize,
    before: &Weights,
    after: &Weights,
    scales: &Scales,
) -> Preview {
    let placed = |weights: &Weights| -> Vec<Vec<Combined>> {
        let list = |candidates: &&[Valued]| {
            let mut list = combine(candidates, weights, scales);
            list.truncate(n);
            list
        };
        samples.iter().map(list).collect()
    };
    let (before, after) = (placed(before), placed(after));
    let lists = samples.iter().zip(before.iter().zip(&after));
    let of_all = |fact: &dyn Fn(&Valued, &Combined) -> Option<f64>| {
        let (mut sums, mut counts, mut unknown) = ([0.0; 2], [0_usize; 2], [0; 2]);
        for (candidates, (before, after)) in lists.clone() {
            for (side, list) in [before, after].into_iter().enumerate() {
                for it in list {
                    match fact(&candidates[it.candidate], it) {
                        Some(fact) => {
                            sums[side] += fact;
                            counts[side] += 1;
                        }
                        None => unknown[side] += 1,
                    }
                }
            }
        }
        let mean = |side: usize| (counts[side] > 0).then(|| sums[side] / counts[side] as f64);
        let [n_unknown_before, n_unknown_after] = unknown;
        MeanChange { before: mean(0), after: mean(1), n_unknown_before, n_unknown_after }
    };
    Preview {
        relevance: of_all(&|_, it| Some(it.relevance.into())),
        facts: Objective::ALL.map(|it| of_all(&|valued, _| valued.facts.get(it).map(f64::from))),
        lists: lists.clone().map(|(candidates, (a, b))| change(candidates, a, b)).collect(),
    }
}

fn change(candidates: &[Valued], before: &[Combined], after: &[Combined]) -> ListChange {
    let place = |list: &[Combined], it: &Combined| {
        list.iter().position(|other| other.candidate == it.candidate)
    };
    let missing_from = |other: &[Combined], list: &[Combined]| -> Vec<ProductIdx> {
        let missing = list.iter().filter(|it| place(other, it).is_none());
        missing.map(|it| candidates[it.candidate].product).collect()
    };
    let moved =
        after.iter().enumerate().filter(|(at, it)| place(before, it).is_some_and(|was| was != *at));
    ListChange {
        entered: missing_from(before, after),
        left: missing_from(after, before),
        n_moved: moved.count(),
    }
}
