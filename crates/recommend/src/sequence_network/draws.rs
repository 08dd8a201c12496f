//! Which products compete in a step.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Draws a fixed number of products, each at most once and with a chance of its own.
///
/// The chances are proportional to a power of how often a product is seen, none above 1; together they make
/// up the number drawn. Marks are set one apart on a line along which each product is as long as its chance,
/// from a place that is drawn, and products that hold a mark are taken.
///
/// Source: W. G. Madow, "On the Theory of Systematic Sampling, II", Annals of Mathematical Statistics 1949.
#[derive(Clone, Debug)]
pub(super) struct Draws {
    shares: Vec<f32>,
    log_shares: Vec<f32>,
}

impl Draws {
    pub(super) fn new(counts: &[u32], exponent: f32, n_drawn: usize) -> Draws {
        let weights: Vec<f32> =
            counts.iter().map(|&it| (it.max(1) as f32).powf(exponent)).collect();
        let shares = shares(&weights, n_drawn);
        let log_shares = shares.iter().map(|it| it.ln()).collect();
        Draws { shares, log_shares }
    }

    /// Makes `products` those that are drawn, ascending, and `log_shares` the logarithms of their chances.
    pub(super) fn draw(
        &self,
        rng: &mut ChaCha8Rng,
        products: &mut Vec<u32>,
        log_shares: &mut Vec<f32>,
    ) {
        products.clear();
        log_shares.clear();
        let mut mark = rng.random_range(0.0..1.0);
        let mut end = 0.0_f64;
        for (product, (&share, &log_share)) in
            (0_u32..).zip(self.shares.iter().zip(&self.log_shares))
        {
            end += f64::from(share);
            // What is sure to be drawn is drawn whatever rounding does to the line.
            if end > mark || share >= 1.0 {
                mark += 1.0;
                products.push(product);
                log_shares.push(log_share);
            }
        }
    }
}

/// Chances proportional to weights, but none above 1, that add up to `n_drawn`.
fn shares(weights: &[f32], n_drawn: usize) -> Vec<f32> {
    if weights.len() <= n_drawn {
        return vec![1.0; weights.len()];
    }
    let mut shares = vec![0.0; weights.len()];
    // Each round sets those that would be above 1 to 1 and leaves less to the others.
    loop {
        let n_sure = shares.iter().filter(|it| **it >= 1.0).count();
        let open = |share: f32| share < 1.0;
        let sum: f64 = weights
            .iter()
            .zip(&shares)
            .filter(|it| open(*it.1))
            .map(|(weight, _)| f64::from(*weight))
            .sum();
        let factor = super::narrowed((n_drawn - n_sure) as f64 / sum);
        for (share, weight) in shares.iter_mut().zip(weights).filter(|it| open(*it.0)) {
            *share = (weight * factor).min(1.0);
        }
        if shares.iter().filter(|it| **it >= 1.0).count() == n_sure {
            return shares;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    proptest! {
        #[test]
        fn as_many_are_drawn_as_asked_for_each_as_often_as_its_share(
            counts in prop::collection::vec(0_u32..1_000, 1..60), n_drawn in 1_usize..40, seed: u64
        ) {
            let draws = Draws::new(&counts, 0.5, n_drawn);
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (mut products, mut log_shares) = (Vec::new(), Vec::new());
            let mut n_times = vec![0_u32; counts.len()];
            for _ in 0..2_000 {
                draws.draw(&mut rng, &mut products, &mut log_shares);
                prop_assert!(products.len().abs_diff(n_drawn.min(counts.len())) <= 1);
                prop_assert!(products.is_sorted_by(|a, b| a < b));
                for (&it, log_share) in products.iter().zip(&log_shares) {
                    n_times[it as usize] += 1;
                    prop_assert!((log_share.exp() - draws.shares[it as usize]).abs() < 1e-5);
                }
            }
            for (n, share) in n_times.into_iter().zip(&draws.shares) {
                prop_assert!((n as f32 / 2_000.0 - share).abs() < 0.06, "{n} for {share}");
            }
        }
    }
}
