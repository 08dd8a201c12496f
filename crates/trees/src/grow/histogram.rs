//! The sums of a leaf's rows by feature and bin, from which splits are chosen.
//!
//! A histogram takes 4 KiB a feature, and is exact: it is the same whoever adds up what. The rows of a leaf
//! lie far apart, so some hundred of them are copied together first, when the processor can wait for many
//! at once. Then they are added to eight features at a time, whose sums stay in the nearest cache.

use rayon::prelude::*;

use crate::bins::BINS_MAX;
use crate::sums::Cell;

/// The sums of one feature by bin.
pub(crate) type FeatureSums = [Cell; BINS_MAX];

/// How many rows are copied side by side before they are added.
const ROWS_AT_ONCE: usize = 512;
/// How many features are added to at once: their sums take 32 KiB.
const FEATURES_AT_ONCE: usize = 8;
/// How many rows are worth a thread of their own.
const ROWS_PER_THREAD_MIN: usize = 8_192;

/// The bins of some rows in a block of features.
type Block = [[u8; FEATURES_AT_ONCE]; ROWS_AT_ONCE];

/// The sums of some rows, for some of the features, filled up to whole blocks of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Histogram(Vec<FeatureSums>);

/// Rows of bytes, and which of their features are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'a> {
    /// One row after the other.
    pub(crate) rows: &'a [u8],
    pub(crate) n_features: usize,
    /// Ascending.
    pub(crate) used: &'a [u16],
}

/// Histograms that are not in use, so that memory is asked for once.
#[derive(Debug, Default)]
pub(crate) struct Spare(Vec<Histogram>);

impl Spare {
    /// A histogram of zeros.
    fn take(&mut self, n_features: usize) -> Histogram {
        let n_features = n_features.next_multiple_of(FEATURES_AT_ONCE);
        match self.0.pop().filter(|it| it.0.len() == n_features) {
            Some(mut used) => {
                used.0.fill([Cell::ZERO; BINS_MAX]);
                used
            }
            None => Histogram(vec![[Cell::ZERO; BINS_MAX]; n_features]),
        }
    }

    pub(crate) fn give(&mut self, histogram: Histogram) {
        self.0.push(histogram);
    }
}

impl Histogram {
    /// The sums of `rows`, of which `cells` has one for each row of the table.
    pub(crate) fn of(
        table: Table<'_>,
        rows: &[u32],
        cells: &[Cell],
        spare: &mut Spare,
    ) -> Histogram {
        let n_pieces = (rows.len() / ROWS_PER_THREAD_MIN).clamp(1, rayon::current_num_threads());
        let piece = rows.len().div_ceil(n_pieces).max(1);
        let mut parts: Vec<Histogram> =
            (0..n_pieces).map(|_| spare.take(table.used.len())).collect();
        parts
            .par_iter_mut()
            .zip(rows.par_chunks(piece))
            .for_each(|(part, rows)| part.add_rows(table, rows, cells));
        let mut sum = parts.swap_remove(0);
        for part in parts {
            let pairs = sum.0.par_iter_mut().zip(&part.0);
            pairs.for_each(|(sum, part)| sum.iter_mut().zip(part).for_each(|(a, b)| *a += *b));
            spare.give(part);
        }
        sum
    }

    /// Takes away the rows of `other`, which are some of these.
    pub(crate) fn subtract(&mut self, other: &Histogram) {
        let pairs = self.0.par_iter_mut().with_min_len(FEATURES_AT_ONCE).zip(&other.0);
        pairs.for_each(|(own, other)| own.iter_mut().zip(other).for_each(|(a, b)| *a -= *b));
    }

    /// The sums by bin: first of the features in [`Table::used`], in their order.
    pub(crate) fn features(&self) -> &[FeatureSums] {
        &self.0
    }

    fn add_rows(&mut self, table: Table<'_>, rows: &[u32], cells: &[Cell]) {
        let (blocks, _) = self.0.as_chunks_mut::<FEATURES_AT_ONCE>();
        let mut bins: Vec<Block> = vec![[[0; FEATURES_AT_ONCE]; ROWS_AT_ONCE]; blocks.len()];
        let mut gathered = Vec::with_capacity(ROWS_AT_ONCE);
        for rows in rows.chunks(ROWS_AT_ONCE) {
            gathered.clear();
            gathered.extend(rows.iter().map(|it| cells[*it as usize]));
            rows.iter().enumerate().for_each(|(at, row)| table.copy_row(*row, at, &mut bins));
            for (sums, bins) in blocks.iter_mut().zip(&bins) {
                add_block(sums, bins, &gathered);
            }
        }
    }
}

impl Table<'_> {
    /// Copies the bins of one row in its used features to the place `at` of each block.
    fn copy_row(self, row: u32, at: usize, blocks: &mut [Block]) {
        let row = &self.rows[row as usize * self.n_features..][..self.n_features];
        if self.used.len() == self.n_features {
            let (whole, rest) = row.as_chunks();
            blocks.iter_mut().zip(whole).for_each(|(block, bins)| block[at] = *bins);
            if let Some(last) = blocks.get_mut(whole.len()) {
                last[at][..rest.len()].copy_from_slice(rest);
            }
        } else {
            for (block, used) in blocks.iter_mut().zip(self.used.chunks(FEATURES_AT_ONCE)) {
                let bins = block[at].iter_mut().zip(used);
                bins.for_each(|(bin, feature)| *bin = row[usize::from(*feature)]);
            }
        }
    }
}

/// Adds rows, of which there are as many as `cells`, to the sums of a block of features.
fn add_block(sums: &mut [FeatureSums; FEATURES_AT_ONCE], bins: &Block, cells: &[Cell]) {
    for (bins, &cell) in bins.iter().zip(cells) {
        for (sums, &bin) in sums.iter_mut().zip(bins) {
            sums[usize::from(bin)] += cell;
        }
    }
}
