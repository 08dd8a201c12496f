//! One tree, leaf by leaf: the leaf whose division gains most is divided next.
//!
//! ```text
//! rows of a leaf ──▶ Histogram ──▶ best Split ──▶ rows of two leaves
//!                        ▲                              │ the smaller is added up,
//!                        └──────────────────────────────┘ the larger is what remains
//! ```

mod histogram;
mod rows;
mod split;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use crate::bins::Bins;
use crate::config::{Config, Growth, Monotone};
use crate::model::{Test, Tree};
use crate::sums::{Cell, Scale};
use histogram::{Histogram, Spare, Table};
use rows::LeafRows;
use split::{Bounds, Feature, Search, Split};

/// How many features are looked through by one thread at least.
const FEATURES_AT_ONCE: usize = 8;
/// How many features are transposed at once.
const COLUMNS_AT_ONCE: usize = 16;

/// What grows trees on the rows of one data set.
#[derive(Debug)]
pub(crate) struct Grower<'a> {
    bins: &'a Bins,
    config: &'a Config,
    /// One row after the other.
    rows: &'a [u8],
    n_rows: usize,
    /// The same, one feature after the other.
    columns: Vec<u8>,
    leaf_rows: LeafRows,
    spare: Spare,
}

/// What one tree is grown on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    /// Of every row of the data set.
    pub(crate) cells: &'a [Cell],
    pub(crate) scale: Scale,
    /// Ascending.
    pub(crate) rows: &'a [u32],
    /// Ascending.
    pub(crate) features: &'a [u16],
}

/// A tree, and what came of growing it.
#[derive(Debug)]
pub(crate) struct Grown {
    pub(crate) tree: Tree,
    /// The feature and gain of every split.
    pub(crate) gains: Vec<(u16, f64)>,
    /// The rows of every leaf, for [`Grower::leaf_rows`], with its value.
    pub(crate) leaves: Vec<(Range<usize>, f32)>,
}

struct Leaf {
    node: u16,
    rows: Range<usize>,
    total: Cell,
    bounds: Bounds,
    depth: u16,
    histogram: Option<Histogram>,
    split: Option<Split>,
}

impl<'a> Grower<'a> {
    pub(crate) fn new(bins: &'a Bins, rows: &'a [u8], config: &'a Config) -> Grower<'a> {
        let n_features = bins.n_features();
        let n_rows = rows.len() / n_features;
        let mut columns = vec![0; rows.len()];
        let blocks = columns.par_chunks_mut(n_rows * COLUMNS_AT_ONCE).enumerate();
        blocks.for_each(|(block, columns)| {
            let first = block * COLUMNS_AT_ONCE;
            for (at, row) in rows.chunks_exact(n_features).enumerate() {
                for (column, &bin) in columns.chunks_exact_mut(n_rows).zip(&row[first..]) {
                    column[at] = bin;
                }
            }
        });
        let (leaf_rows, spare) = (LeafRows::default(), Spare::default());
        Grower { bins, config, rows, n_rows, columns, leaf_rows, spare }
    }

    /// The rows of a leaf of the tree that was grown last.
    pub(crate) fn leaf_rows(&self, leaf: Range<usize>) -> &[u32] {
        self.leaf_rows.of(leaf)
    }

    /// Grows a tree.
    pub(crate) fn grow(&mut self, seen: Seen<'_>) -> Grown {
        let growth = &self.config.growth;
        self.leaf_rows.begin(seen.rows);
        let mut leaves = vec![self.root(seen)];
        let mut tree = Tree::of_leaf(self.value(&leaves[0], seen));
        let mut gains = Vec::new();
        while leaves.len() < usize::from(growth.n_leaves) {
            let Some((next, split)) = best_leaf(&leaves) else { break };
            let is_last = leaves.len() + 1 == usize::from(growth.n_leaves);
            let (mut left, mut right) = self.divide(&mut leaves[next], split, seen);
            let values = [self.value(&left, seen), self.value(&right, seen)];
            [left.node, right.node] = tree.split(left.node, split.feature, split.test, values);
            gains.push((split.feature, split.gain));
            if let Some(parent) = leaves[next].histogram.take() {
                if is_last {
                    self.spare.give(parent);
                } else {
                    self.look(parent, &mut left, &mut right, seen);
                }
            }
            leaves[next] = left;
            leaves.push(right);
        }
        let ranges = leaves.iter().map(|it| (it.rows.clone(), tree.value(it.node))).collect();
        leaves.into_iter().filter_map(|it| it.histogram).for_each(|it| self.spare.give(it));
        Grown { tree, gains, leaves: ranges }
    }

    /// The leaf of all rows, looked at.
    fn root(&mut self, seen: Seen<'_>) -> Leaf {
        let mut total = Cell::ZERO;
        seen.rows.iter().for_each(|it| total += seen.cells[*it as usize]);
        let (rows, bounds) = (0..seen.rows.len(), Bounds::NONE);
        let mut root =
            Leaf { node: 0, rows, total, bounds, depth: 0, histogram: None, split: None };
        if may_split(&root, &self.config.growth) {
            let histogram = self.histogram(&root, seen);
            root.split = self.best_split(&root, &histogram, seen);
            root.histogram = Some(histogram);
        }
        root
    }

    /// The leaves that a split makes of one, not yet looked at, with its node as theirs.
    fn divide(&mut self, leaf: &mut Leaf, split: Split, seen: Seen<'_>) -> (Leaf, Leaf) {
        let column = &self.columns[usize::from(split.feature) * self.n_rows..][..self.n_rows];
        let middle = self.leaf_rows.divide(leaf.rows.clone(), split.test, column);
        let (low, high) = self.child_bounds(leaf, split, seen);
        let child = |rows, total, bounds| {
            let (node, depth) = (leaf.node, leaf.depth + 1);
            Leaf { node, rows, total, bounds, depth, histogram: None, split: None }
        };
        let left = child(leaf.rows.start..middle, split.left, low);
        let right = child(middle..leaf.rows.end, leaf.total - split.left, high);
        (left, right)
    }

    /// The bounds of both sides: what is monotone may not cross the middle between their values.
    fn child_bounds(&self, leaf: &Leaf, split: Split, seen: Seen<'_>) -> (Bounds, Bounds) {
        let (mut left, mut right) = (leaf.bounds, leaf.bounds);
        let is_ordered = matches!(split.test, Test::Number { last: 1.., .. });
        let monotone = if is_ordered { self.monotone(split.feature) } else { Monotone::Open };
        let value = |cell| leaf.bounds.value(seen.scale.sums(cell), self.config.growth.lambda);
        let middle = (value(split.left) + value(leaf.total - split.left)) / 2.0;
        match monotone {
            Monotone::Open => {}
            Monotone::Rising => (left.high, right.low) = (middle, middle),
            Monotone::Falling => (left.low, right.high) = (middle, middle),
        }
        (left, right)
    }

    /// Finds the best splits of two leaves, whose histograms together are `parent`.
    fn look(&mut self, parent: Histogram, left: &mut Leaf, right: &mut Leaf, seen: Seen<'_>) {
        let growth = &self.config.growth;
        if !may_split(left, growth) && !may_split(right, growth) {
            self.spare.give(parent);
            return;
        }
        let is_left_smaller = left.rows.len() <= right.rows.len();
        let (smaller, larger) = if is_left_smaller { (left, right) } else { (right, left) };
        let of_smaller = self.histogram(smaller, seen);
        let mut of_larger = parent;
        of_larger.subtract(&of_smaller);
        (smaller.split, larger.split) = rayon::join(
            || self.best_split(smaller, &of_smaller, seen),
            || self.best_split(larger, &of_larger, seen),
        );
        (smaller.histogram, larger.histogram) = (Some(of_smaller), Some(of_larger));
    }

    fn histogram(&mut self, leaf: &Leaf, seen: Seen<'_>) -> Histogram {
        let n_features = self.bins.n_features();
        let table = Table { rows: self.rows, n_features, used: seen.features };
        Histogram::of(table, self.leaf_rows.of(leaf.rows.clone()), seen.cells, &mut self.spare)
    }

    fn best_split(&self, leaf: &Leaf, histogram: &Histogram, seen: Seen<'_>) -> Option<Split> {
        let growth = &self.config.growth;
        if !may_split(leaf, growth) {
            return None;
        }
        let search = Search::new(growth, seen.scale, leaf.total, leaf.bounds);
        let features = seen.features.par_iter().with_min_len(FEATURES_AT_ONCE);
        let splits = features.zip(histogram.features()).map(|(&number, sums)| {
            let at = usize::from(number);
            let (kind, n_bins) = (self.bins.kind(at), self.bins.n_bins(at));
            let feature = Feature { number, kind, n_bins, monotone: self.monotone(number) };
            search.best(feature, sums)
        });
        let splits: Vec<Option<Split>> = splits.collect();
        splits.into_iter().flatten().reduce(|a, b| if b.gain > a.gain { b } else { a })
    }

    fn monotone(&self, feature: u16) -> Monotone {
        self.config.monotone.get(usize::from(feature)).copied().unwrap_or_default()
    }

    fn value(&self, leaf: &Leaf, seen: Seen<'_>) -> f32 {
        let value = leaf.bounds.value(seen.scale.sums(leaf.total), self.config.growth.lambda);
        #[expect(clippy::cast_possible_truncation, reason = "scores are kept with seven digits")]
        let value = (value * f64::from(self.config.learning_rate)) as f32;
        value.clamp(f32::MIN, f32::MAX)
    }
}

fn may_split(leaf: &Leaf, growth: &Growth) -> bool {
    let rows_min = 2 * growth.rows_per_leaf.max(1) as usize;
    leaf.depth < growth.depth_max && leaf.rows.len() >= rows_min
}

/// The leaf whose split gains most, with that split; of two as good, the earlier.
fn best_leaf(leaves: &[Leaf]) -> Option<(usize, Split)> {
    let splits = leaves.iter().enumerate().filter_map(|(at, it)| it.split.map(|split| (at, split)));
    splits.reduce(|a, b| if b.1.gain > a.1.gain { b } else { a })
}
