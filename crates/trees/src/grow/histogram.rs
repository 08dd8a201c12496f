//! The sums of a leaf's rows by feature and bin, from which splits are chosen.
//!
//! A histogram takes 4 KiB a feature, and is exact: it is the same whoever adds up what. Rows are read a few thousand at a time and features eight at a
//! time, so that the rows' bytes and the sums that they go to both stay in the nearest caches.

use rayon::prelude::*;

use crate::bins::BINS_MAX;
use crate::sums::Cell;

/// The sums of one feature by bin.
pub(crate) type FeatureSums = [Cell; BINS_MAX];

/// How many rows are added to one block of features before the next one's turn.
const ROWS_AT_ONCE: usize = 1_024;
/// How many features are added to at once: their sums take 32 KiB.
const FEATURES_AT_ONCE: usize = 8;
/// How many rows are worth a thread of their own.
const ROWS_PER_THREAD_MIN: usize = 8_192;

/// The sums of some rows, for some of the features.
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
    pub(crate) fn take(&mut self, n_features: usize) -> Histogram {
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

    /// The sums by bin, of the features in the order of [`Table::used`].
    pub(crate) fn features(&self) -> &[FeatureSums] {
        &self.0
    }

    fn add_rows(&mut self, table: Table<'_>, rows: &[u32], cells: &[Cell]) {
        let is_whole = table.used.len() == table.n_features;
        let mut gathered = Vec::with_capacity(ROWS_AT_ONCE);
        for rows in rows.chunks(ROWS_AT_ONCE) {
            gathered.clear();
            gathered.extend(rows.iter().map(|it| cells[*it as usize]));
            for (block, sums) in self.0.chunks_mut(FEATURES_AT_ONCE).enumerate() {
                let first = block * FEATURES_AT_ONCE;
                match sums.try_into() {
                    Ok(sums) if is_whole => add_block(sums, table, first, rows, &gathered),
                    _ => add_some(sums, table, &table.used[first..], rows, &gathered),
                }
            }
        }
    }
}

/// Adds rows to the sums of neighboring features.
#[inline(never)]
fn add_block(
    sums: &mut [FeatureSums; FEATURES_AT_ONCE],
    table: Table<'_>,
    first: usize,
    rows: &[u32],
    cells: &[Cell],
) {
    for (&row, &cell) in rows.iter().zip(cells) {
        let at = row as usize * table.n_features + first;
        let bins = table.rows[at..].first_chunk::<FEATURES_AT_ONCE>();
        let bins = bins.expect("a row has a byte for every feature");
        for (sums, &bin) in sums.iter_mut().zip(bins) {
            sums[bin as usize] += cell;
        }
    }
}

/// Adds rows to the sums of any features.
fn add_some(
    sums: &mut [FeatureSums],
    table: Table<'_>,
    used: &[u16],
    rows: &[u32],
    cells: &[Cell],
) {
    for (&row, &cell) in rows.iter().zip(cells) {
        let bins = &table.rows[row as usize * table.n_features..][..table.n_features];
        for (sums, &feature) in sums.iter_mut().zip(used) {
            sums[bins[feature as usize] as usize] += cell;
        }
    }
}
