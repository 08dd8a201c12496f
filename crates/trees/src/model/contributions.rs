//! What each feature had to do with a score, for reasons that are shown.
//!
//! Every node of a tree has the value that it would have as a leaf. Where a row goes from a node to one of
//! its children, the difference of their values is counted for the feature that the node tests. So
//!
//! ```text
//! score = start + Σ values of the trees' roots + Σ contributions
//! ```
//!
//! This costs no more than the score itself, some microseconds. It is not fair between features that
//! only matter together, where the one tested last is given more; Shapley values would be, at a cost some
//! hundred times as high.
//!
//! # Source
//!
//! A. Saabas, "Interpreting random forests", 2014, <https://blog.datadive.net/interpreting-random-forests/>.

use super::Model;

/// What one feature added to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// Which feature, as its place in the row.
    pub feature: u16,
    /// What it added.
    pub amount: f32,
}

impl Model {
    /// What each feature added to the score of a row of bytes, the most in either direction first; features
    /// that did nothing are left out.
    ///
    /// # Panics
    ///
    /// If the row does not have a byte for every feature.
    pub fn contributions(&self, row: &[u8]) -> Vec<Contribution> {
        assert_eq!(row.len(), self.bins.n_features(), "a byte for every feature");
        let mut amounts = vec![0.0; row.len()];
        for tree in &self.trees {
            let mut at = 0;
            while !tree.is_leaf(at) {
                let next = tree.next(at, row);
                let feature = tree.nodes[usize::from(at)].feature;
                amounts[usize::from(feature)] += tree.value(next) - tree.value(at);
                at = next;
            }
        }
        let mut contributions: Vec<Contribution> = (0..)
            .zip(amounts)
            .map(|(feature, amount)| Contribution { feature, amount })
            .filter(|it| it.amount.abs() > 0.0)
            .collect();
        contributions.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()));
        contributions
    }

    /// The score of a row of which nothing is known: what [`contributions`](Model::contributions) add to.
    pub fn unexplained(&self) -> f32 {
        self.trees.iter().fold(self.start, |sum, tree| sum + tree.value(0))
    }
}
