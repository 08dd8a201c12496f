//! Products of blocks of numbers that lie in somebody else's memory, on the calling thread.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

/// Rows of equal length, or such rows turned about, so that they are columns.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a>(MatRef<'a, f32>);

impl<'a> Block<'a> {
    /// The rows of `n_columns` numbers each that stand one after the other in `values`.
    ///
    /// # Panics
    ///
    /// If `values` holds no whole number of rows.
    pub fn of_rows(values: &'a [f32], n_columns: usize) -> Block<'a> {
        let n_rows = values.len() / n_columns;
        Block(MatRef::from_row_major_slice(values, n_rows, n_columns))
    }

    /// The same with rows for columns.
    pub fn turned(self) -> Block<'a> {
        Block(self.0.transpose())
    }
}

/// Makes `to`, row after row, the product of `a` and `b`.
///
/// # Panics
///
/// If the three do not fit together.
pub fn set_product(to: &mut [f32], a: Block<'_>, b: Block<'_>) {
    product(to, Accum::Replace, a, b);
}

/// Adds the product of `a` and `b` to `to`, row after row.
///
/// # Panics
///
/// If the three do not fit together.
pub fn add_product(to: &mut [f32], a: Block<'_>, b: Block<'_>) {
    product(to, Accum::Add, a, b);
}

fn product(to: &mut [f32], accum: Accum, a: Block<'_>, b: Block<'_>) {
    let to = MatMut::from_row_major_slice_mut(to, a.0.nrows(), b.0.ncols());
    matmul(to, accum, a.0, b.0, 1.0, Par::Seq);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_values(n: usize) -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.0_f32..1.0, n)
    }

    proptest! {
        #[test]
        fn products_of_blocks_are_plain_sums(
            (n, k, m, a, b) in (0_usize..20, 1_usize..20, 1_usize..20).prop_flat_map(
                |(n, k, m)| (Just(n), Just(k), Just(m), any_values(n * k), any_values(k * m)),
            )
        ) {
            let mut product = vec![f32::NAN; n * m];
            set_product(&mut product, Block::of_rows(&a, k), Block::of_rows(&b, m));
            add_product(&mut product, Block::of_rows(&a, k), Block::of_rows(&b, m));
            let mut turned = vec![f32::NAN; n * m];
            set_product(
                &mut turned,
                Block::of_rows(&b, m).turned(),
                Block::of_rows(&a, k).turned(),
            );
            for row in 0..n {
                for column in 0..m {
                    let plain: f32 = (0..k).map(|it| a[row * k + it] * b[it * m + column]).sum();
                    prop_assert!((product[row * m + column] - 2.0 * plain).abs() < 1e-4);
                    prop_assert!((turned[column * n + row] - plain).abs() < 1e-4);
                }
            }
        }
    }
}
