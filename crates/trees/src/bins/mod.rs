//! Values as bytes: what trees are grown on, what they are asked with, and what a decision keeps.
//!
//! ```text
//! number    bin 0: missing (NaN) │ bin 1: v ≤ mark 1 │ bin 2: mark 1 < v ≤ mark 2 │ … │ last: the rest
//! category  bin 0: missing, or none of these │ bin i: the i-th category
//! ```
//!
//! The marks of a number lie halfway between values of a sample, so that each bin holds about as many of
//! them as any other; a value that would fill a bin gets one of its own, and where there are no more
//! different values than bins, each has its own. Of a category the most frequent values are kept.
//!
//! Marking sorts the sample once for each feature. Binning a value is a binary search, some 15 ns.
//!
//! # What does not live here
//!
//! What a feature means, and its name, are the caller's: here it is a place in a row.

mod marks;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

/// How many bins a feature can have, the one of missing values among them.
pub const BINS_MAX: usize = 256;
/// How many features a row can have.
pub const FEATURES_MAX: usize = 4_096;

/// How the values of a feature are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureKind {
    /// They have an order: a price, a score, a rank, or 0 and 1.
    Number,
    /// They are names, written as whole numbers below 2^24: a device, a department.
    Category,
}

/// Why no bins can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BinsError {
    /// There are no features, or too many.
    #[error("rows have {n_features} features, but trees take 1 to {FEATURES_MAX}")]
    Features {
        /// How many there are.
        n_features: usize,
    },
    /// The sample is not made of whole rows.
    #[error("{n_values} values are no whole number of rows of {n_features} features")]
    Torn {
        /// How many values there are.
        n_values: usize,
        /// How many a row has.
        n_features: usize,
    },
}

/// How rows of values become rows of bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    pub(crate) features: Vec<FeatureBins>,
}

/// How the values of one feature become bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FeatureBins {
    pub(crate) kind: FeatureKind,
    /// Ascending. Of a number the largest value of every bin but the last; of a category the categories.
    pub(crate) marks: Vec<f32>,
}

impl Bins {
    /// Marks bins by a sample: rows of one value for each of `kinds`, one row after the other.
    ///
    /// The same sample gives the same bins, in whatever order its rows stand.
    ///
    /// # Errors
    ///
    /// [`BinsError`] for no features or too many, and for values that make no whole number of rows.
    pub fn of_sample(kinds: &[FeatureKind], sample: &[f32]) -> Result<Bins, BinsError> {
        let n_features = kinds.len();
        if !(1..=FEATURES_MAX).contains(&n_features) {
            return Err(BinsError::Features { n_features });
        }
        if !sample.len().is_multiple_of(n_features) {
            return Err(BinsError::Torn { n_values: sample.len(), n_features });
        }
        let features = kinds.par_iter().enumerate().map(|(feature, &kind)| {
            let values = sample.iter().skip(feature).step_by(n_features);
            FeatureBins { kind, marks: marks::marks(kind, values.copied()) }
        });
        Ok(Bins { features: features.collect() })
    }

    /// How many features a row has.
    pub fn n_features(&self) -> usize {
        self.features.len()
    }

    /// How a feature is read.
    pub fn kind(&self, feature: usize) -> FeatureKind {
        self.features[feature].kind
    }

    /// How many bins a feature has, the one of missing values among them.
    pub fn n_bins(&self, feature: usize) -> usize {
        self.features[feature].n_bins()
    }

    /// Appends the bytes of a row, or of several, one after the other.
    ///
    /// # Panics
    ///
    /// If `values` is no whole number of rows.
    pub fn bin(&self, values: &[f32], out: &mut Vec<u8>) {
        let is_whole = values.len().is_multiple_of(self.n_features());
        assert!(is_whole, "{} values are no whole number of rows", values.len());
        for row in values.chunks_exact(self.n_features()) {
            out.extend(self.features.iter().zip(row).map(|(it, &value)| it.bin(value)));
        }
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        let marks: usize = self.features.iter().map(|it| it.marks.capacity()).sum();
        self.features.capacity() * size_of::<FeatureBins>() + marks * size_of::<f32>()
    }
}

impl FeatureBins {
    pub(crate) fn n_bins(&self) -> usize {
        match self.kind {
            FeatureKind::Number => self.marks.len() + 2,
            FeatureKind::Category => self.marks.len() + 1,
        }
    }

    fn bin(&self, value: f32) -> u8 {
        if value.is_nan() {
            return 0;
        }
        let bin = match self.kind {
            FeatureKind::Number => self.marks.partition_point(|&mark| mark < value) + 1,
            FeatureKind::Category => {
                let found = self.marks.partition_point(|&mark| mark < value);
                if self.marks.get(found).is_some_and(|&mark| mark <= value) { found + 1 } else { 0 }
            }
        };
        u8::try_from(bin).expect("a feature has at most 256 bins")
    }
}
