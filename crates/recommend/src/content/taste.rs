//! Vectors of taste for all products, of which some are known and all are foretold from content.

use domain::ProductIdx;
use embed::to_unit_rows;
use features::{Action, Histories};
use linalg::Dense;
use linalg::few_equations::solve;
use linalg::spectrum::gram;

use super::parts::beside;
use crate::als::Als;

/// How strongly the regression is kept small.
const RIDGE: f32 = 1.0;

/// A row of length one for each product; zero where neither anybody has it nor anything is said of it.
pub(super) fn tastes(als: &Als, content: &Dense, n_shoppers: &[u32], prior: f32) -> Dense {
    let n_products = content.n_rows();
    let mut known = known(als, n_products);
    to_unit_rows(&mut known);
    let trust = |product: usize| {
        let n = n_shoppers[product] as f32;
        n / (n + prior)
    };
    let Some(map) = regression(content, &known, trust) else { return known };
    let mut tastes = content.times(&map);
    for product in 0..n_products {
        let trust = trust(product);
        let both = tastes.row_mut(product).iter_mut().zip(known.row(product));
        both.for_each(|(foretold, known)| *foretold = trust * known + (1.0 - trust) * *foretold);
    }
    to_unit_rows(&mut tastes);
    tastes
}

/// By product: how many shoppers have it.
pub(super) fn n_shoppers(histories: &Histories, n_products: usize) -> Vec<u32> {
    let mut counts = vec![0; n_products];
    let mut own: Vec<ProductIdx> = Vec::new();
    for acts in histories.iter() {
        own.clear();
        own.extend(acts.iter().filter(|it| it.action() > Action::Removed).map(|it| it.product()));
        own.sort_unstable();
        own.dedup();
        own.iter().for_each(|it| counts[it.as_usize()] += 1);
    }
    counts
}

fn known(als: &Als, n_products: usize) -> Dense {
    let mut rows = Dense::zeros(n_products, als.n_factors());
    for (product, number) in (0..n_products).zip(0..) {
        if let Some(vector) = als.vector(ProductIdx::new(number)) {
            rows.row_mut(product).copy_from_slice(vector);
        }
    }
    rows
}

/// The matrix that foretells `to` from `from` with the least squares, each row counting as much as is trusted.
fn regression(from: &Dense, to: &Dense, trust: impl Fn(usize) -> f32) -> Option<Dense> {
    let mut rows = beside(&[(from, 1.0), (to, 1.0)], from.n_rows());
    for row in 0..rows.n_rows() {
        let root = trust(row).sqrt();
        rows.row_mut(row).iter_mut().for_each(|it| *it *= root);
    }
    let products = gram(&rows);
    let (n, width) = (from.n_columns(), to.n_columns());
    let mut matrix = Vec::with_capacity(n * n);
    let mut sides = Vec::with_capacity(n * width);
    for row in 0..n {
        let (own, others) = products.row(row).split_at(n);
        matrix.extend_from_slice(own);
        matrix[row * n + row] += RIDGE;
        sides.extend_from_slice(others);
    }
    solve(n, &mut matrix, &mut sides).then(|| Dense::from_values(n, width, sides)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_rows(n_columns: usize) -> impl Strategy<Value = Dense> {
        prop::collection::vec(-1.0_f32..1.0, 12 * n_columns)
            .prop_map(move |it| Dense::from_values(12, n_columns, it).unwrap())
    }

    /// What is minimized, as the module states it.
    fn loss(from: &Dense, to: &Dense, trust: &[f32], map: &Dense) -> f32 {
        let foretold = from.times(map);
        let squares = |row: usize| -> f32 {
            let both = foretold.row(row).iter().zip(to.row(row));
            trust[row] * both.map(|(a, b)| (a - b).powi(2)).sum::<f32>()
        };
        (0..from.n_rows()).map(squares).sum::<f32>()
            + RIDGE * map.values().iter().map(|it| it * it).sum::<f32>()
    }

    proptest! {
        #[test]
        fn no_other_matrix_foretells_with_less_loss(
            from in any_rows(3), to in any_rows(2),
            trust in prop::collection::vec(0.0_f32..1.0, 12), at in 0_usize..6, by in -0.5_f32..0.5,
        ) {
            let map = regression(&from, &to, |row| trust[row]).unwrap();
            let mut other = map.clone();
            other.values_mut()[at] += by;
            let (least, more) = (loss(&from, &to, &trust, &map), loss(&from, &to, &trust, &other));
            prop_assert!(least <= more + 1e-4, "{least} is more than {more}");
        }
    }
}
