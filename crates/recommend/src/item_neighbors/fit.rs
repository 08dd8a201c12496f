//! How item neighbors are learned from histories.

use rayon::prelude::*;

use super::matrix::{Matrix, Tallies};
use super::model::{Facts, Neighbor, narrowed};
use super::{Config, ItemNeighbors};
use crate::{FitError, Lesson};

/// With how many shoppers a product's own rate of being had again weighs as much as everybody's.
const AGAIN_PRIOR: f64 = 5.0;

/// How many products are looked at before their neighbors are put where they stay, so that no second copy
/// of the whole model is ever held.
const PRODUCTS_AT_ONCE: u32 = 16_384;

/// What shared weights are divided by, for each product as the one that is had and as the one that is
/// proposed.
struct Norms {
    from: Vec<f32>,
    to: Vec<f32>,
}

impl Norms {
    fn of(squares: &[f32], balance: f32) -> Norms {
        Norms {
            from: squares.iter().map(|it| it.powf(balance)).collect(),
            to: squares.iter().map(|it| it.powf(1.0 - balance)).collect(),
        }
    }
}

/// What a thread needs to look at one product after the other.
struct Scratch {
    /// By product: what it shares with the one looked at; zero in between.
    shared: Vec<f32>,
    touched: Vec<u32>,
}

impl ItemNeighbors {
    /// Learns from what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError::Stopped`] when the lesson says so.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<ItemNeighbors, FitError> {
        let is_stopped = lesson.is_stopped;
        if let Some(problem) = config.problem() {
            panic!("item neighbors cannot be configured so: {problem}");
        }
        let (matrix, tallies) = Matrix::of(lesson.histories, lesson.until, config);
        if is_stopped() {
            return Err(FitError::Stopped);
        }
        let norms = Norms::of(&matrix.squares(), config.weights.balance);
        let n_products = matrix.n_products();
        let product_max = u32::try_from(n_products).expect("products are numbered by a u32");
        let scratch = || Scratch { shared: vec![0.0; n_products], touched: Vec::new() };
        let firsts = (0..product_max).step_by(PRODUCTS_AT_ONCE as usize);
        let lists = firsts.take_while(|_| !is_stopped()).flat_map(|first| {
            let some = first..first.saturating_add(PRODUCTS_AT_ONCE).min(product_max);
            some.into_par_iter()
                .map_init(scratch, |scratch, it| nearest(it, &matrix, &norms, config, scratch))
                .collect::<Vec<Vec<Neighbor>>>()
        });
        let (mut n_left, facts) = (n_products, facts(&tallies));
        let lists = lists.inspect(|_| n_left -= 1);
        let model = ItemNeighbors::of_parts(*config, lists, facts);
        if n_left == 0 { Ok(model) } else { Err(FitError::Stopped) }
    }
}

/// The nearest products of one, the nearest first.
fn nearest(
    product: u32,
    matrix: &Matrix,
    norms: &Norms,
    config: &Config,
    Scratch { shared, touched }: &mut Scratch,
) -> Vec<Neighbor> {
    for &(row, own) in matrix.column(product) {
        let (others, weights) = matrix.row(row);
        for (&other, weight) in others.iter().zip(weights) {
            let entry = &mut shared[other as usize];
            if *entry <= 0.0 {
                touched.push(other);
            }
            *entry += own * weight;
        }
    }
    let from = norms.from[product as usize];
    let mut neighbors = Vec::with_capacity(touched.len());
    for other in touched.drain(..) {
        let together = std::mem::take(&mut shared[other as usize]);
        let near = together / (from * norms.to[other as usize] + config.weights.shrinkage);
        if other != product && near > 0.0 && near.is_finite() {
            neighbors.push(Neighbor { product: other, near });
        }
    }
    let order =
        |a: &Neighbor, b: &Neighbor| b.near.total_cmp(&a.near).then(a.product.cmp(&b.product));
    let n_max = usize::from(config.limits.neighbors_per_product);
    if neighbors.len() > n_max {
        neighbors.select_nth_unstable_by(n_max - 1, order);
        neighbors.truncate(n_max);
    }
    neighbors.sort_unstable_by(order);
    neighbors.shrink_to_fit();
    neighbors
}

fn facts(tallies: &[Tallies]) -> Vec<Facts> {
    let n_shoppers: u64 = tallies.iter().map(|it| u64::from(it.n_shoppers)).sum();
    let n_again: u64 = tallies.iter().map(|it| u64::from(it.n_again)).sum();
    let usual = n_again as f64 / n_shoppers.max(1) as f64;
    let again = |it: &Tallies| {
        if usual <= 0.0 {
            return 1.0;
        }
        let rate = (f64::from(it.n_again) + AGAIN_PRIOR * usual)
            / (f64::from(it.n_shoppers) + AGAIN_PRIOR);
        rate / usual
    };
    let most = tallies.iter().map(|it| it.reach).fold(0.0, f64::max);
    // What was touched so long ago that nothing is left of it is still known.
    let least = f64::from(f32::MIN_POSITIVE);
    let reach = |it: &Tallies| {
        if it.n_shoppers > 0 && most > 0.0 { (it.reach / most).max(least) } else { 0.0 }
    };
    let facts = |it: &Tallies| Facts { again: narrowed(again(it)), reach: narrowed(reach(it)) };
    tallies.iter().map(facts).collect()
}
