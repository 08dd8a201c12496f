//! The chance of a product to stand in a place of a Plackett-Luce order, whatever stands elsewhere.
//!
//! The order is that of independent arrivals: product `i` arrives at a time that is exponential with rate
//! `w(i)`. So it stands in place `k`, counted from 0, if exactly `k` others came before it:
//!
//! ```text
//! P(i in place k) = ∫ w(i)·e^(−w(i)·t) · P( k of the others arrived by t ) dt
//! ```
//!
//! where the number of the others is a sum of independent yes-or-no's with chances `1 − e^(−w·t)`, which is
//! counted up product by product. Over the logarithm of time the integrand is smooth and falls off quickly on
//! either side, so plain sums at equal steps converge exponentially: the result is exact to about 1e-7, with
//! no chance in it, where adding up orders would take `n!` of them and sampling could miss what is rare.
//!
//! Takes O(steps · products · places): about 170 steps for weights that are not far apart.
//!
//! # Source
//!
//! The arrivals: R. Luce, "Individual Choice Behavior", 1959. The sums: L. Trefethen and J. Weideman, "The
//! Exponentially Convergent Trapezoidal Rule", SIAM Review 2014.

/// The distance of two looks, in the logarithm of time.
const STEP: f64 = 0.125;
/// How long before the first arrival is expected the sum begins: of two or more arrivals, none is as early.
const BEFORE: f64 = 8.0;
/// By how many of its own mean times each of the first has arrived, but for a chance of e^−40.
const MEAN_TIMES: f64 = 40.0;

/// The chance of each of `order` to stand in its own place, by the weights of all products.
///
/// `order` names products by their numbers, each once, and at least one.
pub(super) fn of_places(weights: &[f64], order: &[usize]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let others: Vec<f64> =
        (0..weights.len()).filter(|it| !order.contains(it)).map(|it| weights[it]).collect();
    let mut sorted = weights.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let begin = -total.ln() - BEFORE;
    let end = (MEAN_TIMES / sorted[order.len() - 1]).ln();

    let mut sums = vec![0.0; order.len()];
    let mut arrivals = Arrivals::new(order.len());
    for step in (0_u32..).take_while(|step| f64::from(*step) * STEP < end - begin) {
        let time = (begin + f64::from(step) * STEP).exp();
        arrivals.look(time, &others, order.iter().map(|it| weights[*it]), &mut sums);
    }
    let mut chances: Vec<f64> = sums.into_iter().map(|it| it * STEP).collect();
    // Who comes first is known without any sum, and too soon for this one.
    chances[0] = weights[order[0]] / total;
    chances
}

/// How many arrived by some time, for several groups of products: the chance of each number below that of
/// places.
struct Arrivals {
    n_places: usize,
    /// Of the products of the order, from each of them on; the last row is that of none.
    later: Vec<Vec<f64>>,
    /// Of the products beside the order and those of the order looked at so far.
    earlier: Vec<f64>,
}

impl Arrivals {
    fn new(n_places: usize) -> Arrivals {
        let later = vec![vec![0.0; n_places]; n_places + 1];
        Arrivals { n_places, later, earlier: vec![0.0; n_places] }
    }

    /// Adds to each sum what the integral over the logarithm of time has at `time`.
    fn look(
        &mut self,
        time: f64,
        others: &[f64],
        order: impl DoubleEndedIterator<Item = f64> + ExactSizeIterator + Clone,
        sums: &mut [f64],
    ) {
        nobody(&mut self.later[self.n_places]);
        for (at, weight) in (0..self.n_places).zip(order.clone()).rev() {
            let (here, after) = self.later.split_at_mut(at + 1);
            here[at].copy_from_slice(&after[0]);
            add(&mut here[at], weight, time);
        }
        nobody(&mut self.earlier);
        others.iter().for_each(|weight| add(&mut self.earlier, *weight, time));
        for (place, weight) in order.enumerate() {
            let later = self.later[place + 1][..=place].iter().rev();
            let before: f64 = self.earlier.iter().zip(later).map(|(a, b)| a * b).sum();
            sums[place] += weight * time * (-weight * time).exp() * before;
            add(&mut self.earlier, weight, time);
        }
    }
}

fn nobody(chances: &mut [f64]) {
    chances.fill(0.0);
    chances[0] = 1.0;
}

/// Takes one more product into the group.
fn add(chances: &mut [f64], weight: f64, time: f64) {
    let waits = (-weight * time).exp();
    let arrived = -(-weight * time).exp_m1();
    for at in (1..chances.len()).rev() {
        chances[at] = chances[at] * waits + chances[at - 1] * arrived;
    }
    chances[0] *= waits;
}
