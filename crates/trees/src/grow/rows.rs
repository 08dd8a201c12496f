//! Which rows lie in which leaf: every leaf has a range of one list, in which its rows ascend.

use std::ops::Range;

use rayon::prelude::*;

use crate::model::Test;

/// How many rows are divided in one piece.
const AT_ONCE: usize = 2_048;

/// The rows that a tree is grown on, leaf by leaf.
#[derive(Debug, Default)]
pub(crate) struct LeafRows {
    rows: Vec<u32>,
    divided: Vec<u32>,
}

impl LeafRows {
    /// Begins a tree with these rows, ascending, in one leaf.
    pub(crate) fn begin(&mut self, rows: &[u32]) {
        self.rows.clear();
        self.rows.extend_from_slice(rows);
        self.divided.resize(rows.len(), 0);
    }

    pub(crate) fn of(&self, leaf: Range<usize>) -> &[u32] {
        &self.rows[leaf]
    }

    /// Divides a leaf's rows by a test of their bins in `column`; gives where the right side begins.
    pub(crate) fn divide(&mut self, leaf: Range<usize>, test: Test, column: &[u8]) -> usize {
        let rows = &self.rows[leaf.clone()];
        let n_left: Vec<usize> = rows
            .par_chunks(AT_ONCE)
            .map(|rows| rows.iter().filter(|it| test.is_left(column[**it as usize])).count())
            .collect();
        let n_left_in_all: usize = n_left.iter().sum();
        let (mut left, mut right) = self.divided[leaf.clone()].split_at_mut(n_left_in_all);
        let mut pieces = Vec::with_capacity(n_left.len());
        for (rows, n_left) in rows.chunks(AT_ONCE).zip(n_left) {
            let to_left = left.split_off_mut(..n_left).expect("as many as were counted");
            let n_right = rows.len() - n_left;
            let to_right = right.split_off_mut(..n_right).expect("as many as were counted");
            pieces.push((rows, to_left, to_right));
        }
        pieces
            .into_par_iter()
            .for_each(|(rows, left, right)| fill(rows, test, column, left, right));
        self.rows[leaf.clone()].copy_from_slice(&self.divided[leaf.clone()]);
        leaf.start + n_left_in_all
    }
}

/// Writes every row to its side. Both sides are written always: guessing which would fail half the time.
fn fill(rows: &[u32], test: Test, column: &[u8], left: &mut [u32], right: &mut [u32]) {
    let (mut to_left, mut to_right) = ([0; AT_ONCE], [0; AT_ONCE]);
    let (mut n_left, mut n_right) = (0, 0);
    for &row in rows {
        let is_left = usize::from(test.is_left(column[row as usize]));
        to_left[n_left] = row;
        to_right[n_right] = row;
        n_left += is_left;
        n_right += 1 - is_left;
    }
    left.copy_from_slice(&to_left[..n_left]);
    right.copy_from_slice(&to_right[..n_right]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_sides_keep_their_order(
            column in prop::collection::vec(0..4_u8, 1..9_000), last in 0..4_u8,
        ) {
            let test = Test::Number { last, missing: crate::model::Side::Left };
            let all: Vec<u32> = (0..u32::try_from(column.len()).unwrap()).collect();
            let mut rows = LeafRows::default();
            rows.begin(&all);
            let middle = rows.divide(0..all.len(), test, &column);
            let (left, right): (Vec<u32>, Vec<u32>) =
                all.iter().partition(|it| column[**it as usize] <= last);
            prop_assert_eq!(rows.of(0..middle), left);
            prop_assert_eq!(rows.of(middle..all.len()), right);
        }
    }
}
