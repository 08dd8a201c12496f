//! Shoppers × products, sparse, both ways.

use domain::Timestamp;
use features::{Habit, Histories, habits_of};
use rayon::prelude::*;

use super::{Config, Weights};
use crate::buy_again::age_days;

/// How many shoppers' habits are folded at once.
const SHOPPERS_AT_ONCE: usize = 4_096;

/// What shoppers have, weighed for fitting.
///
/// Rows hold products in ascending order; columns say in which rows a product stands, ascending.
#[derive(Debug)]
pub(super) struct Matrix {
    row_starts: Vec<usize>,
    products: Vec<u32>,
    weights: Vec<f32>,
    column_starts: Vec<usize>,
    /// The rows in which products stand, with the product's weight there.
    entries: Vec<(u32, f32)>,
}

/// What is counted of each product on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tallies {
    pub(super) n_shoppers: u32,
    /// How many of them had it more than once.
    pub(super) n_again: u32,
    /// How many have it by now.
    pub(super) reach: f64,
}

impl Matrix {
    /// Folds the habits of all shoppers as they stood at `until`.
    pub(super) fn of(
        histories: &Histories,
        until: Timestamp,
        config: &Config,
    ) -> (Matrix, Vec<Tallies>) {
        let n_products = histories.n_products();
        let mut tallies = vec![Tallies::default(); n_products];
        let (mut row_starts, mut products, mut weights) = (vec![0], Vec::new(), Vec::new());
        let shoppers: Vec<usize> = (0..histories.n_shoppers()).collect();
        for some in shoppers.chunks(SHOPPERS_AT_ONCE) {
            let folded: Vec<Vec<Habit>> =
                some.par_iter().map(|&it| habits_of(histories.of(it))).collect();
            for habits in &folded {
                let length = (habits.len().max(1) as f32).powf(-config.weights.length_exponent);
                for habit in habits {
                    let at = habit.product().as_usize();
                    tally(&mut tallies[at], habit, until, &config.weights);
                    let weight = fit_weight(habit, until, &config.weights) * length;
                    if weight > 0.0 {
                        products.push(habit.product().get());
                        weights.push(weight);
                    }
                }
                row_starts.push(products.len());
            }
        }
        let (column_starts, entries) = columns(n_products, &row_starts, &products, &weights);
        (Matrix { row_starts, products, weights, column_starts, entries }, tallies)
    }

    pub(super) fn n_products(&self) -> usize {
        self.column_starts.len() - 1
    }

    /// What a shopper has, with its weights.
    pub(super) fn row(&self, row: u32) -> (&[u32], &[f32]) {
        let range = self.row_starts[row as usize]..self.row_starts[row as usize + 1];
        (&self.products[range.clone()], &self.weights[range])
    }

    /// The rows in which a product stands, with its weight there.
    pub(super) fn column(&self, product: u32) -> &[(u32, f32)] {
        let starts = &self.column_starts[product as usize..];
        &self.entries[starts[0]..starts[1]]
    }

    /// The sum of squares of each product's weights.
    pub(super) fn squares(&self) -> Vec<f32> {
        let mut squares = vec![0.0_f64; self.n_products()];
        for (&product, &weight) in self.products.iter().zip(&self.weights) {
            squares[product as usize] += f64::from(weight) * f64::from(weight);
        }
        squares.into_iter().map(super::model::narrowed).collect()
    }
}

/// Where each product stands: a counting sort.
fn columns(
    n_products: usize,
    row_starts: &[usize],
    products: &[u32],
    weights: &[f32],
) -> (Vec<usize>, Vec<(u32, f32)>) {
    let mut starts = vec![0_usize; n_products + 1];
    for &product in products {
        starts[product as usize + 1] += 1;
    }
    for at in 0..n_products {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut entries = vec![(0, 0.0); products.len()];
    for (row, bounds) in (0_u32..).zip(row_starts.windows(2)) {
        let range = bounds[0]..bounds[1];
        for (&product, &weight) in products[range.clone()].iter().zip(&weights[range]) {
            let place = &mut next[product as usize];
            entries[*place] = (row, weight);
            *place += 1;
        }
    }
    (starts, entries)
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

fn fit_weight(habit: &Habit, until: Timestamp, weights: &Weights) -> f32 {
    let halvings = age_days(habit.last(), until) / weights.fit_half_life_days;
    let count = super::count(habit, weights);
    if count > 0.0 { count.powf(weights.fit_count_exponent) * (-halvings).exp2() } else { 0.0 }
}
