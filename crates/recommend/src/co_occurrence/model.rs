//! What is counted of products in groups, and how a group is learned.

use domain::ProductIdx;

use super::Config;
use crate::lists::{List, Lists};

/// Which products are found together, with bounded memory for each.
///
/// See the [module](super) for what is kept and what it costs.
#[derive(Clone, Debug)]
pub struct CoOccurrence {
    pub(super) config: Config,
    pub(super) n_groups: u32,
    pub(super) products: Vec<Neighborhood>,
    pub(super) neighbors: Lists<Neighbor>,
}

/// What is known of one product.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Neighborhood {
    /// How many groups hold it.
    pub(super) n_groups: u32,
    /// What it was found with, in the order in which places were taken.
    pub(super) neighbors: List,
}

/// A product that another was found with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Neighbor {
    pub(super) product: u32,
    /// How many groups hold both, at most.
    pub(super) n_at_most: u32,
    /// How many of those it may owe to whom it took the place from.
    pub(super) n_inherited: u32,
}

impl Neighbor {
    /// How many groups hold both, at least.
    pub(super) const fn n_together(self) -> u32 {
        self.n_at_most - self.n_inherited
    }
}

impl CoOccurrence {
    /// An empty model.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn new(config: Config) -> CoOccurrence {
        if let Some(problem) = config.problem() {
            panic!("co-occurrence cannot be configured so: {problem}");
        }
        CoOccurrence { config, n_groups: 0, products: Vec::new(), neighbors: Lists::default() }
    }

    /// How it is configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Learns a whole group, such as the lines of an order; repeats count once.
    ///
    /// Takes O(n · min(n, window)) list walks for `n` products.
    pub fn append_group(&mut self, group: &[ProductIdx]) {
        for (at, &product) in group.iter().enumerate() {
            self.append(&group[..at], product);
        }
    }

    /// Learns that `product` came to a group that already holds `before`, oldest first.
    ///
    /// A group that grows while a visit goes on is learned touch by touch; the result is the same as
    /// learning it whole. Nothing happens if `before` holds `product` already.
    pub fn append(&mut self, before: &[ProductIdx], product: ProductIdx) {
        if before.contains(&product) {
            return;
        }
        if before.is_empty() {
            self.n_groups = self.n_groups.saturating_add(1);
        }
        let neighborhood = self.neighborhood(product);
        neighborhood.n_groups = neighborhood.n_groups.saturating_add(1);
        for (at, &other) in before.iter().enumerate().rev().take(usize::from(self.config.window)) {
            if !before[at + 1..].contains(&other) {
                self.count(product, other);
                self.count(other, product);
            }
        }
    }

    /// How many groups were learned.
    pub fn n_groups(&self) -> u32 {
        self.n_groups
    }

    /// Memory held for what was learned, in bytes, what is reserved for more included.
    pub fn heap_bytes(&self) -> usize {
        self.neighbors.heap_bytes() + self.products.capacity() * size_of::<Neighborhood>()
    }

    fn neighborhood(&mut self, product: ProductIdx) -> &mut Neighborhood {
        let at = product.as_usize();
        if self.products.len() <= at {
            self.products.resize(at + 1, Neighborhood::default());
        }
        &mut self.products[at]
    }

    /// Counts `other` beside `product`; with all places taken, the least frequent gives up its own.
    fn count(&mut self, product: ProductIdx, other: ProductIdx) {
        let other = other.get();
        let len_max = usize::from(self.config.neighbors_per_product);
        let mut list = self.neighborhood(product).neighbors;
        let neighbors = self.neighbors.get_mut(list);
        if let Some(found) = neighbors.iter_mut().find(|it| it.product == other) {
            found.n_at_most = found.n_at_most.saturating_add(1);
        } else if neighbors.len() < len_max {
            let neighbor = Neighbor { product: other, n_at_most: 1, n_inherited: 0 };
            self.neighbors.push(&mut list, neighbor, len_max);
            self.neighborhood(product).neighbors = list;
        } else if let Some(least) = neighbors.iter_mut().min_by_key(|it| it.n_at_most) {
            let n_inherited = least.n_at_most;
            let n_at_most = n_inherited.saturating_add(1);
            *least = Neighbor { product: other, n_at_most, n_inherited };
        }
    }
}
