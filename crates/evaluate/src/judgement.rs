//! What came of asking: every measure of every list, from which figures with intervals are made.

use std::num::NonZeroUsize;

use domain::ProductIdx;

use crate::Group;
use crate::interval::{Bootstrap, Cluster, Estimate};
use crate::measures::{Measure, Measured, N_MEASURES};
use crate::spread::{Reach, Spread};

/// What all methods answered to one case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    shopper: usize,
    n_days: usize,
    /// By method, then by length of list.
    pub(crate) measured: Vec<Measured>,
    /// By method, of the longest length.
    pub(crate) lists: Vec<Box<[ProductIdx]>>,
}

impl Asked {
    pub(crate) fn new(shopper: usize, n_days: usize) -> Asked {
        Asked { shopper, n_days, measured: Vec::new(), lists: Vec::new() }
    }
}

/// How one method did at one length of list, for one group of shoppers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// How many cases it is of.
    pub n_cases: usize,
    /// How many shoppers these are of.
    pub n_shoppers: usize,
    /// The mean of each measure with its interval, in the order of [`Measure::ALL`].
    pub measures: [Estimate; N_MEASURES],
    /// How the lists spread.
    pub spread: Spread,
}

impl Summary {
    /// One measure.
    pub const fn get(&self, measure: Measure) -> Estimate {
        self.measures[measure as usize]
    }
}

/// What came of asking methods about cases.
///
/// Takes 48 bytes a case, method and length of list, and 4 for each place of the longest lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    methods: Vec<String>,
    ks: Vec<NonZeroUsize>,
    asked: Vec<Asked>,
}

impl Judgement {
    pub(crate) fn new(methods: Vec<String>, ks: Vec<NonZeroUsize>, asked: Vec<Asked>) -> Judgement {
        Judgement { methods, ks, asked }
    }

    /// The names of the methods, in the order in which they were given.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// The lengths of list that were looked at.
    pub fn ks(&self) -> &[NonZeroUsize] {
        &self.ks
    }

    /// How many cases were asked of a group.
    pub fn n_cases(&self, group: Group) -> usize {
        self.of_group(group).count()
    }

    /// The plain mean of a measure, without an interval: what a search turns knobs by. `None` for a method
    /// or a length of list that was not judged.
    pub fn mean(
        &self,
        method: &str,
        k: NonZeroUsize,
        measure: Measure,
        group: Group,
    ) -> Option<f64> {
        let at = self.place(method, k)?;
        let (mut sum, mut n) = (0.0, 0_usize);
        for asked in self.of_group(group) {
            sum += asked.measured[at].get(measure);
            n += 1;
        }
        Some(sum / n.max(1) as f64)
    }

    /// How a method did, with intervals; `reach` tells what is new and what is expected.
    ///
    /// `None` for a method or a length of list that was not judged.
    pub fn summary(
        &self,
        (method, k): (&str, NonZeroUsize),
        group: Group,
        reach: &Reach,
        bootstrap: Bootstrap,
    ) -> Option<Summary> {
        let at = self.place(method, k)?;
        let method = self.methods.iter().position(|it| it == method)?;
        let clusters = self.clusters(group, |it| it.measured[at].0);
        let lists = self.of_group(group).map(|it| &*it.lists[method]);
        Some(Summary {
            n_cases: self.n_cases(group),
            n_shoppers: clusters.len(),
            measures: bootstrap.estimate(&clusters),
            spread: reach.spread(lists, k.get()),
        })
    }

    /// How far `method` is above `other`, case by case, in each measure, in the order of [`Measure::ALL`].
    ///
    /// Both were asked the same, so the interval is of the differences and much narrower than theirs.
    /// `None` for a method or a length of list that was not judged.
    pub fn differences(
        &self,
        (method, other): (&str, &str),
        k: NonZeroUsize,
        group: Group,
        bootstrap: Bootstrap,
    ) -> Option<[Estimate; N_MEASURES]> {
        let (at, than) = (self.place(method, k)?, self.place(other, k)?);
        let clusters = self.clusters(group, |it| {
            std::array::from_fn(|i| it.measured[at].0[i] - it.measured[than].0[i])
        });
        Some(bootstrap.estimate(&clusters))
    }

    /// Sums over the cases of each shopper, in the order in which shoppers come first.
    fn clusters(
        &self,
        group: Group,
        values: impl Fn(&Asked) -> [f64; N_MEASURES],
    ) -> Vec<Cluster<N_MEASURES>> {
        let mut clusters: Vec<Cluster<N_MEASURES>> = Vec::new();
        let mut last = None;
        for asked in self.of_group(group) {
            if last != Some(asked.shopper) {
                last = Some(asked.shopper);
                clusters.push(Cluster { sums: [0.0; N_MEASURES], n: 0.0 });
            }
            let cluster = clusters.last_mut().expect("one was pushed for the first shopper");
            cluster.n += 1.0;
            for (sum, value) in cluster.sums.iter_mut().zip(values(asked)) {
                *sum += value;
            }
        }
        clusters
    }

    fn of_group(&self, group: Group) -> impl Iterator<Item = &Asked> {
        self.asked.iter().filter(move |it| group.contains(it.n_days))
    }

    /// Where the measures of a method at a length stand within a case.
    fn place(&self, method: &str, k: NonZeroUsize) -> Option<usize> {
        let method = self.methods.iter().position(|it| it == method)?;
        let k = self.ks.iter().position(|&it| it == k)?;
        Some(method * self.ks.len() + k)
    }
}
