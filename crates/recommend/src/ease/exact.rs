//! All products at once, by the inverse over whichever side is smaller.

use linalg::inverse::{self, InverseError};
use linalg::vectors::add_scaled;
use linalg::{Csr, Dense};
use rayon::prelude::*;

use super::Config;
use super::fit::Regression;
use crate::FitError;
use crate::knobs::counted;
use crate::links::{keep_strongest, link_all};

/// What is left unexplained of a product, at least: below is nothing but rounding.
const LEFT_MIN: f32 = 1e-6;

/// The bytes that [`links`] takes at most.
pub(super) fn memory_bytes(regression: &Regression, config: &Config) -> u64 {
    let n = side(regression) as u64;
    let n_links = regression.n_products() as u64 * counted(config.links_per_product) as u64;
    let by_thread = (regression.n_products() * 12 + side(regression) * 4) as u64;
    inverse::memory_bytes(n) + 8 * n_links + by_thread * rayon::current_num_threads() as u64
}

fn side(regression: &Regression) -> usize {
    regression.rows.n_rows().min(regression.n_products())
}

/// The strongest links from each product.
pub(super) fn links(
    regression: &Regression,
    config: &Config,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Csr, FitError> {
    let n_max = counted(config.links_per_product);
    let links = if regression.n_products() <= regression.rows.n_rows() {
        over_products(regression, n_max, is_stopped)
    } else {
        over_shoppers(regression, n_max, is_stopped)
    };
    links.map_err(|error| match error {
        InverseError::Stopped => FitError::Stopped,
        InverseError::NotPositive => FitError::NothingToLearn {
            reason: "the ridge is too small for what is to be told apart",
        },
    })
}

fn over_products(
    regression: &Regression,
    n_max: usize,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Csr, InverseError> {
    let Regression { rows, columns, penalties, from, to, .. } = regression;
    let mut inverse = products_of_rows(columns, rows, penalties);
    inverse::invert(&mut inverse, is_stopped)?;
    let factors: Vec<f32> = (0..to.len()).map(|p| -to[p] / inverse.row(p)[p]).collect();
    let links = link_all(
        to.len(),
        is_stopped,
        || (),
        |product, ()| {
            let at = product as usize;
            let of_others = (0..).zip(inverse.row(at).iter().zip(&factors));
            let link = |(to, (value, factor)): (u32, (&f32, &f32))| (to, from[at] * value * factor);
            let mut links: Vec<_> = of_others.filter(|it| it.0 != product).map(link).collect();
            keep_strongest(&mut links, n_max);
            links.shrink_to_fit();
            links
        },
    );
    links.ok_or(InverseError::Stopped)
}

fn over_shoppers(
    regression: &Regression,
    n_max: usize,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Csr, InverseError> {
    let Regression { penalties, from, to, .. } = regression;
    let roots: Vec<f32> = penalties.iter().map(|it| it.sqrt()).collect();
    let of_columns: Vec<f32> = roots.iter().map(|it| it.recip()).collect();
    let mut rows = regression.rows.clone();
    rows.scale(&vec![1.0; rows.n_rows()], &of_columns);
    let columns = rows.transposed();
    let mut inverse = products_of_rows(&rows, &columns, &vec![1.0; rows.n_rows()]);
    inverse::invert(&mut inverse, is_stopped)?;
    let left: Vec<f32> =
        (0..to.len()).into_par_iter().map(|p| 1.0 - told(columns.row(p), &inverse)).collect();
    let factors: Vec<f32> =
        (0..to.len()).map(|p| to[p] * roots[p] / left[p].max(LEFT_MIN)).collect();
    let scratch = || (vec![0.0; rows.n_rows()], vec![0.0; to.len()]);
    let links = link_all(to.len(), is_stopped, scratch, |product, (by_shopper, by_product)| {
        let at = product as usize;
        by_shopper.fill(0.0);
        by_product.fill(0.0_f32);
        let (shoppers, weights) = columns.row(at);
        for (&shopper, &weight) in shoppers.iter().zip(weights) {
            add_scaled(by_shopper, weight, inverse.row(shopper as usize));
        }
        if !shoppers.is_empty() {
            for ((products, weights), value) in rows.rows().zip(by_shopper.iter()) {
                for (&other, weight) in products.iter().zip(weights) {
                    by_product[other as usize] += value * weight;
                }
            }
        }
        let factor = from[at] / roots[at];
        let others = (0..).zip(by_product.iter().zip(&factors));
        let link = |(to, (value, of_other)): (u32, (&f32, &f32))| (to, factor * value * of_other);
        let mut links: Vec<_> = others.filter(|it| it.0 != product).map(link).collect();
        keep_strongest(&mut links, n_max);
        links.shrink_to_fit();
        links
    });
    links.ok_or(InverseError::Stopped)
}

/// `M·Mᵀ` with `added` on its diagonal, where `turned` is `M` turned about; only on and below the diagonal.
fn products_of_rows(matrix: &Csr, turned: &Csr, added: &[f32]) -> Dense {
    let n = matrix.n_rows();
    let mut products = Dense::zeros(n, n);
    products.values_mut().par_chunks_mut(n.max(1)).enumerate().for_each(|(row, to)| {
        let (columns, weights) = matrix.row(row);
        for (&column, own) in columns.iter().zip(weights) {
            let (others, weights) = turned.row(column as usize);
            for (&other, weight) in
                others.iter().zip(weights).take_while(|it| *it.0 as usize <= row)
            {
                to[other as usize] += own * weight;
            }
        }
        to[row] += added[row];
    });
    products
}

/// How much of a product is told by all shoppers' products, its own among them: `zᵀ·K·z`.
fn told((shoppers, weights): (&[u32], &[f32]), inverse: &Dense) -> f32 {
    let mut sum = 0.0_f64;
    for (&shopper, &weight) in shoppers.iter().zip(weights) {
        let row = inverse.row(shopper as usize);
        let others = shoppers.iter().zip(weights).map(|(&it, weight)| row[it as usize] * weight);
        sum += f64::from(weight) * f64::from(others.sum::<f32>());
    }
    crate::interactions::narrowed(sum)
}
