//! How item neighbors are learned from histories.

use domain::Timestamp;
use features::Habit;
use linalg::Csr;
use rayon::prelude::*;

use super::model::{Facts, Neighbor};
use super::{Config, ItemNeighbors, Weights};
use crate::buy_again::age_days;
use crate::interactions::{narrowed, shoppers_by_products};
use crate::{FitError, Lesson};

/// With how many shoppers a product's own rate of being had again weighs as much as everybody's.
const AGAIN_PRIOR: f64 = 5.0;

/// How many products are looked at before their neighbors are put where they stay, so that no second copy
/// of the whole model is ever held.
const PRODUCTS_AT_ONCE: u32 = 16_384;

/// What shoppers have, weighed for fitting, both ways.
struct Matrix {
    rows: Csr,
    columns: Csr,
}

/// What is counted of each product on the way.
#[derive(Clone, Copy, Debug, Default)]
struct Tallies {
    n_shoppers: u32,
    /// How many of them had it more than once.
    n_again: u32,
    /// How many have it by now.
    reach: f64,
}

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
        let (rows, tallies) = weighed(lesson, &config.weights);
        if is_stopped() {
            return Err(FitError::Stopped);
        }
        let norms = Norms::of(&squares(&rows), config.weights.balance);
        let n_products = rows.n_columns();
        let matrix = Matrix { columns: rows.transposed(), rows };
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

/// Shoppers × products, and what is counted of each product.
fn weighed(lesson: &Lesson<'_>, weights: &Weights) -> (Csr, Vec<Tallies>) {
    let mut tallies = vec![Tallies::default(); lesson.histories.n_products()];
    let mut lengths = Vec::with_capacity(lesson.histories.n_shoppers());
    let each = |habits: &[Habit]| {
        lengths.push((habits.len().max(1) as f32).powf(-weights.length_exponent));
        for it in habits {
            tally(&mut tallies[it.product().as_usize()], it, lesson.until, weights);
        }
    };
    let mut rows = shoppers_by_products(lesson.histories, lesson.until, &weights.teaching(), each);
    weights.bm25().weigh(&mut rows);
    rows.scale(&lengths, &vec![1.0; tallies.len()]);
    (rows, tallies)
}

fn tally(tally: &mut Tallies, habit: &Habit, until: Timestamp, weights: &Weights) {
    let n_orders = habit.orders().map_or(0, |it| it.n);
    let n_times = if n_orders > 0 { n_orders } else { habit.n_touches() };
    tally.n_shoppers += 1;
    tally.n_again += u32::from(n_times > 1);
    let share = if n_orders > 0 { 1.0 } else { weights.touch_weight.min(1.0) };
    let halvings = age_days(habit.last(), until) / weights.popularity_half_life_days;
    tally.reach += f64::from(share * (-halvings).exp2());
}

/// The sum of squares of each product's weights.
fn squares(rows: &Csr) -> Vec<f32> {
    let mut squares = vec![0.0_f64; rows.n_columns()];
    for (&product, &weight) in rows.columns().iter().zip(rows.values()) {
        squares[product as usize] += f64::from(weight) * f64::from(weight);
    }
    squares.into_iter().map(narrowed).collect()
}

/// The nearest products of one, the nearest first.
fn nearest(
    product: u32,
    matrix: &Matrix,
    norms: &Norms,
    config: &Config,
    Scratch { shared, touched }: &mut Scratch,
) -> Vec<Neighbor> {
    let (shoppers, weights) = matrix.columns.row(product as usize);
    for (&shopper, own) in shoppers.iter().zip(weights) {
        let (others, weights) = matrix.rows.row(shopper as usize);
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
