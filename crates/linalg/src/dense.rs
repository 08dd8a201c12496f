//! Rows of equal length.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

/// How many rows of a product are made at a time: one thread's work.
const ROWS_AT_ONCE: usize = 128;

/// A matrix of `f32`, row after row in one block of memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dense {
    n_rows: usize,
    n_columns: usize,
    values: Vec<f32>,
}

impl Dense {
    /// A matrix of zeros.
    pub fn zeros(n_rows: usize, n_columns: usize) -> Dense {
        Dense { n_rows, n_columns, values: vec![0.0; n_rows * n_columns] }
    }

    /// A matrix of these values, row after row; none unless there are `n_rows · n_columns` of them.
    pub fn from_values(n_rows: usize, n_columns: usize, values: Vec<f32>) -> Option<Dense> {
        let n_values = n_rows.checked_mul(n_columns)?;
        (values.len() == n_values).then_some(Dense { n_rows, n_columns, values })
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// How long each is.
    pub fn n_columns(&self) -> usize {
        self.n_columns
    }

    /// One row.
    #[inline]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.n_columns..][..self.n_columns]
    }

    /// One row, to be changed.
    #[inline]
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.values[row * self.n_columns..][..self.n_columns]
    }

    /// All values, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values, to be changed.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.values.capacity() * size_of::<f32>()
    }

    /// The matrix as `faer` reads it.
    pub fn as_faer(&self) -> MatRef<'_, f32> {
        MatRef::from_row_major_slice(&self.values, self.n_rows, self.n_columns)
    }

    /// The matrix as `faer` changes it.
    pub fn as_faer_mut(&mut self) -> MatMut<'_, f32> {
        MatMut::from_row_major_slice_mut(&mut self.values, self.n_rows, self.n_columns)
    }

    /// This matrix times `other`, on all threads of the current pool.
    ///
    /// # Panics
    ///
    /// If this one's rows are not as long as the other has rows.
    pub fn times(&self, other: &Dense) -> Dense {
        self.times_faer(other.as_faer())
    }

    /// This matrix times `other` turned about: the products of all rows of the one with all of the other.
    ///
    /// # Panics
    ///
    /// If the rows of both are not of one length.
    pub fn times_transposed(&self, other: &Dense) -> Dense {
        self.times_faer(other.as_faer().transpose())
    }

    fn times_faer(&self, other: MatRef<'_, f32>) -> Dense {
        assert_eq!(self.n_columns, other.nrows(), "rows are as long as the columns they meet");
        let mut product = Dense::zeros(self.n_rows, other.ncols());
        let n_columns = product.n_columns;
        if n_columns == 0 {
            return product;
        }
        let blocks = product.values.par_chunks_mut(ROWS_AT_ONCE * n_columns).enumerate();
        blocks.for_each(|(block, values)| {
            let (first, n_rows) = (block * ROWS_AT_ONCE, values.len() / n_columns);
            let to = MatMut::from_row_major_slice_mut(values, n_rows, n_columns);
            let rows = self.as_faer().subrows(first, n_rows);
            matmul(to, Accum::Replace, rows, other, 1.0, Par::Seq);
        });
        product
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_matrix(n_rows: usize, n_columns: usize) -> impl Strategy<Value = Dense> {
        prop::collection::vec(-1.0_f32..1.0, n_rows * n_columns)
            .prop_map(move |it| Dense::from_values(n_rows, n_columns, it).unwrap())
    }

    proptest! {
        #[test]
        fn a_product_is_the_plain_sum(
            (a, b) in (1_usize..300, 1_usize..9, 1_usize..9)
                .prop_flat_map(|(n, k, m)| (any_matrix(n, k), any_matrix(m, k)))
        ) {
            let product = a.times_transposed(&b);
            prop_assert_eq!((product.n_rows(), product.n_columns()), (a.n_rows(), b.n_rows()));
            for row in 0..a.n_rows() {
                for column in 0..b.n_rows() {
                    let plain: f32 =
                        a.row(row).iter().zip(b.row(column)).map(|(x, y)| x * y).sum();
                    prop_assert!((product.row(row)[column] - plain).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn values_have_to_fill_the_rows() {
        assert!(Dense::from_values(2, 3, vec![0.0; 5]).is_none());
        assert_eq!(Dense::zeros(0, 4).times(&Dense::zeros(4, 2)), Dense::zeros(0, 2));
    }
}
