//! Rows of few numbers each.

/// A sparse matrix: each row's columns, ascending, with a value for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Csr {
    n_columns: usize,
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Csr {
    /// A matrix of `n_columns` and no rows yet.
    pub fn new(n_columns: usize) -> Csr {
        Csr { n_columns, starts: vec![0], columns: Vec::new(), values: Vec::new() }
    }

    /// Adds a row of these entries.
    ///
    /// # Panics
    ///
    /// If columns do not ascend or lie beyond the last, which is a bug in the caller.
    pub fn push_row(&mut self, entries: impl IntoIterator<Item = (u32, f32)>) {
        let start = self.columns.len();
        for (column, value) in entries {
            let is_next = self.columns[start..].last().is_none_or(|&last| last < column);
            assert!(is_next && (column as usize) < self.n_columns, "columns ascend: {column}");
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many columns there are.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// How many entries there are.
    pub fn n_entries(&self) -> usize {
        self.columns.len()
    }

    /// The columns and the values of one row.
    #[inline]
    pub fn row(&self, row: usize) -> (&[u32], &[f32]) {
        let range = self.starts[row]..self.starts[row + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (&[u32], &[f32])> {
        (0..self.n_rows()).map(|it| self.row(it))
    }

    /// All values, row after row, to be changed in place.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Where the rows begin among all values, and after the last where it ends.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The columns of all entries, row after row.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The values of all entries, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Multiplies every row and every column by its factor.
    ///
    /// # Panics
    ///
    /// If there is not a factor for each, which is a bug in the caller.
    pub fn scale(&mut self, of_rows: &[f32], of_columns: &[f32]) {
        assert_eq!((of_rows.len(), of_columns.len()), (self.n_rows(), self.n_columns));
        for (bounds, of_row) in self.starts.windows(2).zip(of_rows) {
            let range = bounds[0]..bounds[1];
            for (value, &column) in self.values[range.clone()].iter_mut().zip(&self.columns[range])
            {
                *value *= of_row * of_columns[column as usize];
            }
        }
    }

    /// Rows as columns and columns as rows: a counting sort.
    pub fn transposed(&self) -> Csr {
        let mut starts = vec![0_usize; self.n_columns + 1];
        for &column in &self.columns {
            starts[column as usize + 1] += 1;
        }
        for at in 0..self.n_columns {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let (mut columns, mut values) = (vec![0; self.n_entries()], vec![0.0; self.n_entries()]);
        for (row, (of_row, its_values)) in (0_u32..).zip(self.rows()) {
            for (&column, &value) in of_row.iter().zip(its_values) {
                let place = &mut next[column as usize];
                (columns[*place], values[*place]) = (row, value);
                *place += 1;
            }
        }
        Csr { n_columns: self.n_rows(), starts, columns, values }
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<usize>()
            + self.columns.capacity() * size_of::<u32>()
            + self.values.capacity() * size_of::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn turned_about_twice_is_as_before(
            rows in prop::collection::vec(prop::collection::btree_map(0_u32..9, -1.0_f32..1.0, 0..9), 0..12),
        ) {
            let mut matrix = Csr::new(9);
            for row in &rows {
                matrix.push_row(row.iter().map(|(column, value)| (*column, *value)));
            }
            let turned = matrix.transposed();
            prop_assert_eq!((turned.n_rows(), turned.n_columns()), (9, rows.len()));
            prop_assert_eq!(turned.transposed(), matrix);
        }
    }

    #[test]
    fn rows_and_columns_are_scaled_by_their_factors() {
        let mut matrix = Csr::new(2);
        matrix.push_row([(0, 1.0), (1, 2.0)]);
        matrix.push_row([]);
        matrix.push_row([(1, 3.0)]);
        matrix.scale(&[2.0, 9.0, 0.5], &[10.0, 100.0]);
        assert_eq!(matrix.values(), [20.0, 400.0, 150.0]);
    }

    #[test]
    #[should_panic(expected = "columns ascend")]
    fn columns_out_of_order_are_a_bug() {
        Csr::new(9).push_row([(2, 1.0), (2, 1.0)]);
    }
}
