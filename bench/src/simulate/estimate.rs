//! Means with intervals, where one shopper's visits resemble each other.

use std::collections::BTreeMap;

/// The quantile of the normal distribution of which 95 of 100 lie within.
const NORMAL_95: f64 = 1.96;

/// A mean and how far it may be off, with 95 percent confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Estimate {
    pub(super) mean: f64,
    /// Half the width of the interval.
    pub(super) margin: f64,
}

impl Estimate {
    /// The lower end of the interval.
    pub(super) fn low(self) -> f64 {
        self.mean - self.margin
    }

    /// The upper end of the interval.
    pub(super) fn high(self) -> f64 {
        self.mean + self.margin
    }

    /// The mean of values that come in clusters, such as the visits of one shopper: what is within a
    /// cluster may depend on each other in any way.
    ///
    /// # Source
    ///
    /// K.-Y. Liang and S. Zeger, "Longitudinal Data Analysis Using Generalized Linear Models",
    /// Biometrika 73, 1986: the robust variance, for the mean.
    pub(super) fn of(values: impl Iterator<Item = (usize, f64)> + Clone) -> Estimate {
        let n = values.clone().count() as f64;
        if n == 0.0 {
            return Estimate::default();
        }
        let mean = values.clone().map(|it| it.1).sum::<f64>() / n;
        let mut clusters: BTreeMap<usize, f64> = BTreeMap::new();
        for (cluster, value) in values {
            *clusters.entry(cluster).or_default() += value - mean;
        }
        let sum: f64 = clusters.values().map(|it| it * it).sum();
        let n_clusters = clusters.len() as f64;
        let small_sample = if n_clusters > 1.0 { n_clusters / (n_clusters - 1.0) } else { 1.0 };
        Estimate { mean, margin: NORMAL_95 * (sum * small_sample).sqrt() / n }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_clusters_it_is_the_plain_interval_of_a_mean() {
        let values = [(0, 1.0), (1, 2.0), (2, 3.0), (3, 6.0)];
        let estimate = Estimate::of(values.into_iter());

        // The sample variance is (4 + 1 + 0 + 9) / 3.
        assert!((estimate.mean - 3.0).abs() < 1e-12);
        assert!((estimate.margin - 1.96 * (14.0_f64 / 3.0 / 4.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn repeating_each_value_within_its_cluster_tells_nothing_new() {
        let once = [(0, 1.0), (1, 2.0), (2, 6.0)];
        let twice = once.into_iter().flat_map(|it| [it, it]).collect::<Vec<_>>();

        let (once, twice) = (Estimate::of(once.into_iter()), Estimate::of(twice.into_iter()));

        assert!((once.mean - twice.mean).abs() < 1e-12);
        assert!((once.margin - twice.margin).abs() < 1e-12);
    }

    #[test]
    fn of_nothing_there_is_nothing() {
        assert_eq!(Estimate::of(std::iter::empty()), Estimate::default());
    }
}
