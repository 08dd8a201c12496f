//! How sequences of unequal length lie in one block of rows, with nothing between them.

/// The places of sequences' acts in a block of rows: all first acts, then all second ones, and so on.
///
/// ```text
/// lengths   3 3 2 1                        the longest sequence first
/// rows      0 1 2 3 │ 4 5 6 │ 7 8          first, second, third acts
/// ```
///
/// So the rows of one moment stand together, those of a sequence `s` are the `s`-th of each moment, and no
/// row is padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    /// Where each moment's rows begin, and where the last one's end.
    starts: Vec<usize>,
}

impl Packed {
    /// The places for sequences of these lengths, which do not rise.
    pub(super) fn of_lengths(lengths: &[usize]) -> Packed {
        debug_assert!(lengths.is_sorted_by(|a, b| a >= b), "the longest sequence stands first");
        let mut starts = vec![0];
        let mut end = 0;
        for moment in 0..lengths.first().copied().unwrap_or(0) {
            end += lengths.partition_point(|&it| it > moment);
            starts.push(end);
        }
        Packed { starts }
    }

    pub(super) fn n_rows(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    pub(super) fn n_moments(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of a moment.
    pub(super) fn rows_at(&self, moment: usize) -> std::ops::Range<usize> {
        self.starts[moment]..self.starts[moment + 1]
    }

    /// The row of a sequence at a moment that it reaches.
    #[inline]
    pub(super) fn row(&self, sequence: usize, moment: usize) -> usize {
        self.starts[moment] + sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_row_of_its_own_and_moments_stand_together() {
        let lengths = [3, 3, 2, 1];
        let packed = Packed::of_lengths(&lengths);
        assert_eq!((packed.n_rows(), packed.n_moments()), (9, 3));
        assert_eq!((packed.rows_at(0), packed.rows_at(1), packed.rows_at(2)), (0..4, 4..7, 7..9));
        let mut rows: Vec<usize> = lengths
            .iter()
            .enumerate()
            .flat_map(|(sequence, &n)| (0..n).map(move |moment| (sequence, moment)))
            .map(|(sequence, moment)| packed.row(sequence, moment))
            .collect();
        rows.sort_unstable();
        assert_eq!(rows, (0..9).collect::<Vec<usize>>());
        assert_eq!(Packed::of_lengths(&[]).n_rows(), 0);
    }
}
