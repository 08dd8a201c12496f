//! How sure a mean is: the bootstrap over shoppers.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;

/// A mean and the interval in which it would lie, were other shoppers drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl Estimate {
    /// Whether all of the interval lies above 0: a difference that is not chance.
    pub fn is_above_zero(&self) -> bool {
        self.low > 0.0
    }

    /// Whether all of the interval lies below 0.
    pub fn is_below_zero(&self) -> bool {
        self.high < 0.0
    }
}

/// How intervals are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// How often shoppers are drawn again, at least 1; a thousand is usual.
    pub n_resamples: usize,
    /// The chance that an interval holds the true mean, above 0 and below 1.
    pub confidence: f64,
    /// The seed of the drawing.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Bootstrap {
        Bootstrap { n_resamples: 1_000, confidence: 0.95, seed: 1 }
    }
}

/// What one shopper adds to the means of `N` measures: sums over their cases, and how many these are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cluster<const N: usize> {
    pub(crate) sums: [f64; N],
    pub(crate) n: f64,
}

impl Bootstrap {
    /// The mean of each measure over all cases, with its percentile interval.
    ///
    /// Shoppers are drawn with replacement, each with all of their cases, so that many questions about one
    /// shopper do not pass for many shoppers. Takes O(resamples · shoppers); zeros without any shopper.
    ///
    /// # Source
    ///
    /// B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 6 and 13; clusters
    /// drawn whole: A. Davison and D. Hinkley, "Bootstrap Methods and their Application", 1997, 3.8.
    pub(crate) fn estimate<const N: usize>(&self, clusters: &[Cluster<N>]) -> [Estimate; N] {
        let whole = mean(clusters.iter());
        if clusters.is_empty() {
            return [Estimate::default(); N];
        }
        let draws: Vec<[f64; N]> = (0..self.n_resamples)
            .into_par_iter()
            .map(|resample| {
                let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
                rng.set_stream(resample as u64);
                mean((0..clusters.len()).map(|_| &clusters[rng.random_range(0..clusters.len())]))
            })
            .collect();
        std::array::from_fn(|at| {
            let mut values: Vec<f64> = draws.iter().map(|it| it[at]).collect();
            values.sort_unstable_by(f64::total_cmp);
            let beyond = (1.0 - self.confidence) / 2.0;
            let (low, high) = (quantile(&values, beyond), quantile(&values, 1.0 - beyond));
            Estimate { mean: whole[at], low, high }
        })
    }
}

fn mean<'a, const N: usize>(clusters: impl Iterator<Item = &'a Cluster<N>>) -> [f64; N] {
    let (mut sums, mut n) = ([0.0; N], 0.0);
    for cluster in clusters {
        n += cluster.n;
        for (sum, it) in sums.iter_mut().zip(cluster.sums) {
            *sum += it;
        }
    }
    if n > 0.0 { sums.map(|it| it / n) } else { sums }
}

/// The value below which a share of the sorted values lies, between two of them by proportion.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let at = |place: usize| sorted.get(place).or(sorted.last()).copied().unwrap_or_default();
    at(below) * (1.0 - part) + at(below + 1) * part
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn singles(values: &[f64]) -> Vec<Cluster<1>> {
        values.iter().map(|&it| Cluster { sums: [it], n: 1.0 }).collect()
    }

    #[test]
    fn the_interval_of_a_coin_is_that_of_the_normal_approximation() {
        // 400 throws, half of them heads: 0.5 ± 1.96 · 0.5 / 20.
        let values: Vec<f64> = (0..400).map(|it| f64::from(it % 2)).collect();
        let bootstrap = Bootstrap { n_resamples: 4_000, ..Bootstrap::default() };
        let [it] = bootstrap.estimate(&singles(&values));
        assert!((it.mean - 0.5).abs() < 1e-12);
        assert!((it.low - 0.451).abs() < 0.004 && (it.high - 0.549).abs() < 0.004, "{it:?}");
    }

    #[test]
    fn many_questions_about_one_shopper_make_nothing_surer() {
        let few = singles(&[0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
        let many: Vec<Cluster<1>> =
            few.iter().map(|it| Cluster { sums: [it.sums[0] * 50.0], n: 50.0 }).collect();
        let bootstrap = Bootstrap::default();
        assert_eq!(bootstrap.estimate(&few), bootstrap.estimate(&many));
    }

    #[test]
    fn nobody_has_a_mean_of_zero() {
        assert_eq!(Bootstrap::default().estimate::<1>(&[]), [Estimate::default()]);
    }

    #[test]
    fn quantiles_lie_between_values_by_proportion() {
        assert!((quantile(&[1.0, 2.0, 4.0], 0.75) - 3.0).abs() < 1e-12);
        assert!((quantile(&[1.0, 2.0, 4.0], 1.0) - 4.0).abs() < 1e-12);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn an_interval_lies_among_the_values_and_comes_out_alike_each_time(
            values in prop::collection::vec(0.0..1.0_f64, 1..40), seed: u64,
        ) {
            let bootstrap = Bootstrap { n_resamples: 50, seed, ..Bootstrap::default() };
            let [it] = bootstrap.estimate(&singles(&values));
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(0.0, f64::max);
            prop_assert!(it.low >= least - 1e-9 && it.high <= most + 1e-9 && it.low <= it.high);
            prop_assert_eq!([it], bootstrap.estimate(&singles(&values)));
        }

        #[test]
        fn a_constant_is_certain(value in 0.0..1.0_f64, n in 1..40_usize) {
            let [it] = Bootstrap::default().estimate(&singles(&vec![value; n]));
            prop_assert!((it.high - it.low).abs() < 1e-12);
        }
    }
}
