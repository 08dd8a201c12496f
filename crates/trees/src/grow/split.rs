//! The best way to divide a leaf by one feature.
//!
//! With `G` and `H` the sums of gradients and hessians on a side and `λ` what is added to the latter,
//!
//! ```text
//! value(side) = −G / (H + λ), held within the leaf's bounds
//! worth(side) = −(2·G·value + (H + λ)·value²), which is G² / (H + λ) where no bound holds
//! gain        = worth(left) + worth(right) − worth(leaf)
//! ```
//!
//! A number is divided after each of its bins, with what is missing tried on either side. The categories
//! of a leaf are put in order by `G / (H + smoothing)` and divided at each place of that order, which for
//! squared loss without smoothing is the best of all divisions.
//!
//! # Source
//!
//! T. Chen and C. Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016 (gain, missing values).
//! W. Fisher, "On Grouping for Maximum Homogeneity", JASA 1958 (categories). G. Ke et al., "LightGBM: A
//! Highly Efficient Gradient Boosting Decision Tree", NeurIPS 2017 (histograms, smoothed categories).

use crate::bins::FeatureKind;
use crate::config::{Growth, Monotone};
use crate::grow::histogram::FeatureSums;
use crate::model::{Side, Test};
use crate::sums::{Cell, Scale, Sums};

/// Between which values a leaf's own has to stay, so that features above it stay monotone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// A way to divide a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Split {
    pub(crate) feature: u16,
    pub(crate) test: Test,
    /// How much it lowers the loss, twice.
    pub(crate) gain: f64,
    /// The sums of the left side.
    pub(crate) left: Cell,
}

/// What is known of a leaf that is to be divided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<'a> {
    growth: &'a Growth,
    scale: Scale,
    total: Cell,
    bounds: Bounds,
    /// What both sides together have to be worth more than.
    worth_min: f64,
    /// What the leaf is worth as it is.
    worth: f64,
}

/// A feature of the leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feature {
    pub(crate) number: u16,
    pub(crate) kind: FeatureKind,
    pub(crate) n_bins: usize,
    pub(crate) monotone: Monotone,
}

impl Bounds {
    pub(crate) const NONE: Bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// The value of a leaf with such sums.
    pub(crate) fn value(self, sums: Sums, lambda: f64) -> f64 {
        let hessian = sums.hessian + lambda;
        let value = if hessian > 0.0 { -sums.gradient / hessian } else { 0.0 };
        value.clamp(self.low, self.high)
    }

    fn worth(self, sums: Sums, lambda: f64) -> f64 {
        let value = self.value(sums, lambda);
        -value * (2.0 * sums.gradient + (sums.hessian + lambda) * value)
    }
}

impl<'a> Search<'a> {
    pub(crate) fn new(growth: &'a Growth, scale: Scale, total: Cell, bounds: Bounds) -> Self {
        let worth = bounds.worth(scale.sums(total), growth.lambda);
        Search { growth, scale, total, bounds, worth, worth_min: worth + growth.gain_min }
    }

    /// The best way to divide the leaf by a feature with such sums, if any is allowed.
    pub(crate) fn best(&self, feature: Feature, sums: &FeatureSums) -> Option<Split> {
        match feature.kind {
            FeatureKind::Number => self.best_of_number(feature, sums),
            FeatureKind::Category => self.best_of_category(feature, sums),
        }
    }

    fn best_of_number(&self, feature: Feature, sums: &FeatureSums) -> Option<Split> {
        let missing = sums[0];
        let is_any_missing = missing.n_rows() > 0;
        let mut best = None;
        let mut left = missing;
        // After the last bin nothing is on the right.
        for (last, &cell) in (0..=u8::MAX).zip(&sums[..feature.n_bins - 1]) {
            let is_first = last == 0;
            if !is_first {
                left += cell;
            }
            // What divides the rows as the bin before did is no other division.
            if cell.n_rows() == 0 {
                continue;
            }
            let monotone = if is_first { Monotone::Open } else { feature.monotone };
            let mut consider = |left: Cell, missing: Side| {
                if let Some(gain) = self.gain(left, self.growth.lambda, monotone) {
                    let test = Test::Number { last, missing };
                    keep_better(&mut best, Split { feature: feature.number, test, gain, left });
                }
            };
            if is_any_missing {
                consider(left, Side::Left);
                if !is_first {
                    consider(left - missing, Side::Right);
                }
            } else {
                let is_left_larger = left.n_rows() > self.total.n_rows() - left.n_rows();
                consider(left, if is_left_larger { Side::Left } else { Side::Right });
            }
        }
        best
    }

    fn best_of_category(&self, feature: Feature, sums: &FeatureSums) -> Option<Split> {
        let slope = |cell: Cell| {
            let sums = self.scale.sums(cell);
            let hessian = sums.hessian + self.growth.category_smoothing;
            if hessian > 0.0 { sums.gradient / hessian } else { 0.0 }
        };
        let mut present: Vec<(f64, usize)> = (0..feature.n_bins)
            .filter(|it| sums[*it].n_rows() > 0)
            .map(|it| (slope(sums[it]), it))
            .collect();
        present.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let lambda = self.growth.lambda + self.growth.category_lambda;
        let (mut best, mut n_best) = (None, 0);
        let mut left = Cell::ZERO;
        for (n, &(_, bin)) in (1..).zip(&present) {
            left += sums[bin];
            if let Some(gain) = self.gain(left, lambda, Monotone::Open) {
                let test = Test::Category([0; 4]);
                if keep_better(&mut best, Split { feature: feature.number, test, gain, left }) {
                    n_best = n;
                }
            }
        }
        let mut split = best?;
        // Categories that are not in this leaf go where most of its rows go.
        let is_left_larger = split.left.n_rows() > self.total.n_rows() - split.left.n_rows();
        let mut bins = if is_left_larger { [u64::MAX; 4] } else { [0; 4] };
        for (n, &(_, bin)) in present.iter().enumerate() {
            let bit = 1 << (bin % 64);
            if n < n_best {
                bins[bin / 64] |= bit;
            } else {
                bins[bin / 64] &= !bit;
            }
        }
        split.test = Test::Category(bins);
        Some(split)
    }

    /// What is gained by putting `left` on one side and the rest on the other, if that is allowed.
    fn gain(&self, left: Cell, lambda: f64, monotone: Monotone) -> Option<f64> {
        let right = self.total - left;
        let rows_min = self.growth.rows_per_leaf.max(1);
        if left.n_rows() < rows_min || right.n_rows() < rows_min {
            return None;
        }
        let (left, right) = (self.scale.sums(left), self.scale.sums(right));
        if left.hessian.min(right.hessian) < self.growth.hessian_per_leaf {
            return None;
        }
        let worth = self.bounds.worth(left, lambda) + self.bounds.worth(right, lambda);
        let is_allowed = || {
            let rise = self.bounds.value(right, lambda) - self.bounds.value(left, lambda);
            match monotone {
                Monotone::Open => true,
                Monotone::Rising => rise >= 0.0,
                Monotone::Falling => rise <= 0.0,
            }
        };
        (worth > self.worth_min && is_allowed()).then_some(worth - self.worth)
    }
}

/// Keeps the better of two; of two as good, the earlier. Says whether it is the new one.
fn keep_better(best: &mut Option<Split>, split: Split) -> bool {
    let is_better = best.is_none_or(|it| split.gain > it.gain);
    if is_better {
        *best = Some(split);
    }
    is_better
}
