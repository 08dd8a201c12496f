//! What was learned, by product.

use domain::ProductIdx;

use super::Config;

/// Which products go with which, how often each is had again, and how many have it.
///
/// See the [module](super) for how it is made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemNeighbors {
    pub(super) config: Config,
    /// Where each product's neighbors begin; one more than there are products.
    pub(super) starts: Vec<u32>,
    /// The neighbors of one product after the other, the nearest first.
    pub(super) neighbors: Vec<Neighbor>,
    /// By product.
    pub(super) facts: Vec<Facts>,
    /// The products that anybody has, the most popular first.
    pub(super) by_reach: Vec<u32>,
}

/// A product near another.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Neighbor {
    pub(super) product: u32,
    /// How near: above 0.
    pub(super) near: f32,
}

/// What is known of one product.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Facts {
    /// How often it is had again, 1 being usual.
    pub(super) again: f32,
    /// How many have it by now, 1 being the most; 0 for a product that nobody has.
    pub(super) reach: f32,
}

impl ItemNeighbors {
    /// How it is configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How many products it knows.
    pub fn n_products(&self) -> usize {
        self.by_reach.len()
    }

    /// How many neighbors it knows, over all products.
    pub fn n_neighbors(&self) -> usize {
        self.neighbors.len()
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.starts.capacity() * size_of::<u32>()
            + self.neighbors.capacity() * size_of::<Neighbor>()
            + self.facts.capacity() * size_of::<Facts>()
            + self.by_reach.capacity() * size_of::<u32>()
    }

    /// Puts the parts together: the neighbors of each product and its facts, by product.
    pub(super) fn of_parts(
        config: Config,
        lists: impl Iterator<Item = Vec<Neighbor>>,
        facts: Vec<Facts>,
    ) -> ItemNeighbors {
        let mut starts = Vec::with_capacity(facts.len() + 1);
        let mut neighbors = Vec::new();
        for list in lists {
            starts.push(place(neighbors.len()));
            neighbors.extend(list);
        }
        starts.push(place(neighbors.len()));
        neighbors.shrink_to_fit();
        let is_had = |it: &u32| facts[*it as usize].reach > 0.0;
        let mut by_reach: Vec<u32> = (0..place(facts.len())).filter(is_had).collect();
        // By what is scored: two reaches may round to one score, whose ties are broken by product.
        let scored = |product: u32| popular_part(&config, facts[product as usize]);
        by_reach.sort_by(|&a, &b| scored(b).total_cmp(&scored(a)).then(a.cmp(&b)));
        ItemNeighbors { config, starts, neighbors, facts, by_reach }
    }

    /// The neighbors of a product, the nearest first; none for one that is not known.
    pub(super) fn neighbors_of(&self, product: ProductIdx) -> &[Neighbor] {
        let at = product.as_usize();
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        bounds
            .and_then(|(&start, &end)| self.neighbors.get(start as usize..end as usize))
            .unwrap_or_default()
    }
}

/// What everybody's liking adds to the score of a product.
pub(super) fn popular_part(config: &Config, facts: Facts) -> f32 {
    config.weights.popularity_weight * facts.reach
}

fn place(at: usize) -> u32 {
    u32::try_from(at).expect("four billion neighbors take more memory than there is")
}
