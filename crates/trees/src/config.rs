//! How trees are grown.

use crate::bins::FEATURES_MAX;

/// How many leaves a tree can have.
pub const LEAVES_MAX: u16 = 256;
/// How many trees a model can have.
pub const TREES_MAX: usize = 10_000;

/// How trees are grown.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How many trees are added, up to [`TREES_MAX`] in all.
    pub n_trees: usize,
    /// What each tree counts, above 0 and up to 1.
    pub learning_rate: f32,
    /// When leaves are split.
    pub growth: Growth,
    /// What each tree sees.
    pub sampling: Sampling,
    /// How the score may change with each feature; empty if that is open for all.
    pub monotone: Vec<Monotone>,
}

/// When leaves are split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// How many leaves a tree has at most, 2 to [`LEAVES_MAX`].
    pub n_leaves: u16,
    /// How many splits lie above a leaf at most, from 1.
    pub depth_max: u16,
    /// How many rows a leaf holds at least.
    pub rows_per_leaf: u32,
    /// How much hessian a leaf holds at least.
    pub hessian_per_leaf: f64,
    /// What is added to every leaf's hessian: the larger, the nearer to 0 its value.
    pub lambda: f64,
    /// How much a split lowers the loss at least, twice.
    pub gain_min: f64,
    /// What is added beside to the hessian of both sides when the values of a category are divided.
    pub category_lambda: f64,
    /// What is added to the hessian of each category before they are put in order.
    pub category_smoothing: f64,
}

/// What each tree sees, drawn anew for every tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// The share of rows, or of lists where there are any, above 0 and up to 1.
    pub rows: f32,
    /// The share of features, above 0 and up to 1.
    pub features: f32,
    /// What is drawn from.
    pub seed: u64,
}

/// How the score may change when a feature grows; missing values are exempt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Monotone {
    /// In any way.
    #[default]
    Open,
    /// It never falls.
    Rising,
    /// It never rises.
    Falling,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            n_trees: 100,
            learning_rate: 0.1,
            growth: Growth::default(),
            sampling: Sampling::default(),
            monotone: Vec::new(),
        }
    }
}

impl Default for Growth {
    fn default() -> Growth {
        Growth {
            n_leaves: 31,
            depth_max: LEAVES_MAX,
            rows_per_leaf: 20,
            hessian_per_leaf: 1e-3,
            lambda: 0.0,
            gain_min: 0.0,
            category_lambda: 10.0,
            category_smoothing: 10.0,
        }
    }
}

impl Default for Sampling {
    fn default() -> Sampling {
        Sampling { rows: 1.0, features: 1.0, seed: 0 }
    }
}

impl Config {
    /// What is wrong with it, if anything.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let is_share = |it: f32| it > 0.0 && it <= 1.0;
        let growth = &self.growth;
        let amounts = [
            growth.hessian_per_leaf,
            growth.lambda,
            growth.gain_min,
            growth.category_lambda,
            growth.category_smoothing,
        ];
        let checks = [
            ((1..=TREES_MAX).contains(&self.n_trees), "1 to 10,000 trees can be grown"),
            (is_share(self.learning_rate), "the learning rate is above 0 and up to 1"),
            ((2..=LEAVES_MAX).contains(&growth.n_leaves), "a tree has 2 to 256 leaves"),
            (growth.depth_max >= 1, "a tree has a depth of 1 or more"),
            (amounts.iter().all(|it| *it >= 0.0), "an amount in the growth of trees is below 0"),
            (is_share(self.sampling.rows), "the share of rows is above 0 and up to 1"),
            (is_share(self.sampling.features), "the share of features is above 0 and up to 1"),
            (self.monotone.len() <= FEATURES_MAX, "more features are monotone than there can be"),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map(|(_, problem)| problem)
    }
}
