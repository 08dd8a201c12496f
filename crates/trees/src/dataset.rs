//! What trees learn from: rows of bytes, each with a label.

use crate::bins::{Bins, FEATURES_MAX};

/// How many rows can be learned from at once.
///
/// Rows are counted in 24 bits while trees grow.
pub const ROWS_MAX: usize = (1 << 24) - 1;
/// How many positions a product can have been shown in.
pub const POSITIONS_MAX: u16 = 1_024;

/// Why rows cannot be learned from.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// There are no rows, or too many.
    #[error("there are {n_rows} rows, but trees learn from 1 to {ROWS_MAX}; take a sample")]
    Rows {
        /// How many there are.
        n_rows: usize,
    },
    /// Something does not have one entry for each row, or a group's rows are not there.
    #[error("{what} cover {n} rows, but there are {n_rows}")]
    Length {
        /// What.
        what: &'static str,
        /// How many rows it speaks of.
        n: usize,
        /// How many there are.
        n_rows: usize,
    },
    /// A label or weight cannot be.
    #[error("the {what} of row {row} is {value}, which is not finite or is a weight below 0")]
    Value {
        /// Label or weight.
        what: &'static str,
        /// Which row.
        row: usize,
        /// What it is.
        value: f32,
    },
    /// A position is too far down.
    #[error("row {row} was shown in position {position}, but positions end at {POSITIONS_MAX}")]
    Position {
        /// Which row.
        row: usize,
        /// Where.
        position: u16,
    },
    /// A byte is no bin of its feature.
    #[error("feature {feature} of row {row} has bin {bin}, which its bins do not know")]
    Bin {
        /// Which row.
        row: usize,
        /// Which feature.
        feature: usize,
        /// What it is.
        bin: u8,
    },
}

/// Rows of bytes with labels, and where they have them with weights, groups and positions.
///
/// A label is what the objective makes of it: a number to predict, 0 or 1, or for ranking the gain of
/// placing a product first, at least 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    n_features: usize,
    /// One row after the other.
    rows: Vec<u8>,
    labels: Vec<f32>,
    /// Empty if all weigh 1.
    weights: Vec<f32>,
    /// Where each group ends; empty if there are none.
    group_ends: Vec<u32>,
    /// Empty if they are not known.
    positions: Vec<u16>,
}

impl Dataset {
    /// Rows of bytes that `bins` made, one row after the other, with a label for each.
    ///
    /// # Errors
    ///
    /// [`DatasetError`] for no rows or too many, bytes that are no bins, and labels that are not finite.
    pub fn new(bins: &Bins, rows: Vec<u8>, labels: Vec<f32>) -> Result<Dataset, DatasetError> {
        let (n_features, n_rows) = (bins.n_features(), labels.len());
        debug_assert!(n_features <= FEATURES_MAX, "bins see to it");
        if !(1..=ROWS_MAX).contains(&n_rows) {
            return Err(DatasetError::Rows { n_rows });
        }
        if rows.len() != n_rows * n_features {
            return Err(DatasetError::Length { what: "bytes", n: rows.len() / n_features, n_rows });
        }
        let n_bins: Vec<usize> = (0..n_features).map(|it| bins.n_bins(it)).collect();
        for (row, bytes) in rows.chunks_exact(n_features).enumerate() {
            if let Some(feature) =
                bytes.iter().zip(&n_bins).position(|(&bin, &n)| bin as usize >= n)
            {
                return Err(DatasetError::Bin { row, feature, bin: bytes[feature] });
            }
        }
        if let Some(row) = labels.iter().position(|it| !it.is_finite()) {
            return Err(DatasetError::Value { what: "label", row, value: labels[row] });
        }
        let (weights, group_ends, positions) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Dataset { n_features, rows, labels, weights, group_ends, positions })
    }

    /// Gives every row a weight.
    ///
    /// # Errors
    ///
    /// [`DatasetError`] for another number of weights than rows, and one that is not finite or below 0.
    pub fn with_weights(mut self, weights: Vec<f32>) -> Result<Dataset, DatasetError> {
        self.check_length("weights", weights.len())?;
        if let Some(row) = weights.iter().position(|it| !it.is_finite() || *it < 0.0) {
            return Err(DatasetError::Value { what: "weight", row, value: weights[row] });
        }
        self.weights = weights;
        Ok(self)
    }

    /// Says which rows stand in one list: the first `sizes[0]` rows, the next `sizes[1]` and so on.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Length`] if the sizes do not add up to the number of rows.
    pub fn with_groups(mut self, sizes: &[u32]) -> Result<Dataset, DatasetError> {
        let n: u64 = sizes.iter().map(|&it| u64::from(it)).sum();
        self.check_length("groups", usize::try_from(n).unwrap_or(usize::MAX))?;
        let mut end = 0;
        let ends = sizes.iter().filter(|it| **it > 0).map(|it| {
            end += it;
            end
        });
        self.group_ends = ends.collect();
        Ok(self)
    }

    /// Says in which position of its list each row was shown, from 0.
    ///
    /// # Errors
    ///
    /// [`DatasetError`] for another number of positions than rows, and one beyond [`POSITIONS_MAX`].
    pub fn with_positions(mut self, positions: Vec<u16>) -> Result<Dataset, DatasetError> {
        self.check_length("positions", positions.len())?;
        if let Some(row) = positions.iter().position(|it| *it >= POSITIONS_MAX) {
            return Err(DatasetError::Position { row, position: positions[row] });
        }
        self.positions = positions;
        Ok(self)
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.labels.len()
    }

    /// How many features a row has.
    pub const fn n_features(&self) -> usize {
        self.n_features
    }

    /// All rows, one after the other.
    pub fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// The label of each row.
    pub fn labels(&self) -> &[f32] {
        &self.labels
    }

    /// The weight of a row, 1 unless it was given one.
    pub fn weight(&self, row: usize) -> f32 {
        self.weights.get(row).copied().unwrap_or(1.0)
    }

    /// The position in which each row was shown; empty if that is not known.
    pub fn positions(&self) -> &[u16] {
        &self.positions
    }

    /// How many lists the rows stand in.
    pub fn n_groups(&self) -> usize {
        self.group_ends.len()
    }

    /// The rows of each list.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = std::ops::Range<usize>> + Clone + '_ {
        (0..self.group_ends.len()).map(|it| self.group(it))
    }

    /// The rows of one list.
    pub(crate) fn group(&self, group: usize) -> std::ops::Range<usize> {
        let start = group.checked_sub(1).map_or(0, |it| self.group_ends[it]);
        start as usize..self.group_ends[group] as usize
    }

    fn check_length(&self, what: &'static str, n: usize) -> Result<(), DatasetError> {
        let n_rows = self.n_rows();
        if n == n_rows { Ok(()) } else { Err(DatasetError::Length { what, n, n_rows }) }
    }
}
