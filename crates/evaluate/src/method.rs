//! What is judged, and how it is asked.

use std::num::NonZeroUsize;

use domain::ProductIdx;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::judgement::{Asked, Judgement};
use crate::measures::measure;
use crate::{Case, Reading};

/// Anything that ranks products for a case.
///
/// # Contract
///
/// - `rank` appends at most `n` products, the best first, none twice, drawn from all there are.
/// - A smaller `n` gives the beginning of a larger one's list.
/// - The same case gives the same list, whatever was asked before, on any thread.
pub trait Method<T>: Sync {
    /// The name shown in reports, unique among the methods of a judgement.
    fn name(&self) -> &str;

    /// Appends the `n` best products for `case`, whose truth it does not look at.
    fn rank(&self, case: &Case<'_, T>, n: usize, out: &mut Vec<ProductIdx>);
}

/// What becomes of products that the shopper has had to do with before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// They may be proposed and found, as in a shop where people buy again.
    Keep,
    /// They are taken out of lists and truths, as where everything is met only once.
    Remove,
}

/// How methods are asked.
#[derive(Clone, Debug)]
pub struct Protocol<T> {
    /// The lengths of list that are looked at, each at least 1.
    pub ks: Vec<NonZeroUsize>,
    /// What becomes of products of the past.
    pub seen: Seen,
    /// How acts are read.
    pub reading: Reading<T>,
}

/// Asks every method every case.
///
/// Cases whose truth is empty once what was seen is removed are left out. Asks on all threads of the
/// current pool; the result does not depend on how many there are.
///
/// # Panics
///
/// If no length of list is looked at, which is a bug in the caller.
pub fn judge<T: Sync>(
    cases: &[Case<'_, T>],
    methods: &[&dyn Method<T>],
    protocol: &Protocol<T>,
) -> Judgement {
    let k_max =
        protocol.ks.iter().copied().max().expect("lists of some length are looked at").get();
    let answer = |case: &Case<'_, T>| {
        let seen: FxHashSet<ProductIdx> = match protocol.seen {
            Seen::Keep => FxHashSet::default(),
            Seen::Remove => case.past.iter().map(protocol.reading.product).collect(),
        };
        let truth: Vec<ProductIdx> =
            case.truth.iter().copied().filter(|it| !seen.contains(it)).collect();
        if truth.is_empty() {
            return None;
        }
        let mut asked = Asked::new(case.shopper, case.n_days);
        let mut list = Vec::new();
        for method in methods {
            list.clear();
            method.rank(case, k_max + seen.len(), &mut list);
            list.retain(|it| !seen.contains(it));
            list.truncate(k_max);
            asked.measured.extend(protocol.ks.iter().map(|k| measure(&list, &truth, k.get())));
            asked.lists.push(list.as_slice().into());
        }
        Some(asked)
    };
    let asked = cases.par_iter().filter_map(answer).collect();
    let names = methods.iter().map(|it| it.name().to_owned()).collect();
    Judgement::new(names, protocol.ks.clone(), asked)
}
