//! What was learned: a vector for each product.

use domain::ProductIdx;
use linalg::Dense;
use linalg::top_k::Shelf;

use super::Config;
use super::factorization::{Beside, Objective};

/// Vectors of products, from which a shopper's own is made when they are answered.
///
/// See the [module](super) for how they are made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Als {
    pub(super) config: Config,
    /// How far all vectors together stretch along each of their numbers.
    pub(super) stretch: Vec<f32>,
    /// How many products had a vector when they were learned.
    pub(super) n_learned: u32,
    /// By today's numbers of products.
    pub(super) shelf: Shelf,
    /// By product: where its vector stands, or [`NOWHERE`].
    pub(super) places: Vec<u32>,
}

pub(super) const NOWHERE: u32 = u32::MAX;

impl Als {
    /// How it is configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How many products it knows.
    pub fn n_products(&self) -> usize {
        self.shelf.ids().len()
    }

    /// How many numbers a vector has.
    pub(crate) fn n_factors(&self) -> usize {
        self.stretch.len()
    }

    /// A product's vector, if it has one.
    pub(crate) fn vector(&self, product: ProductIdx) -> Option<&[f32]> {
        self.place(product).map(|it| self.shelf.rows().row(it as usize))
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        (self.stretch.capacity() + self.places.capacity()) * size_of::<u32>()
            + self.shelf.heap_bytes()
    }

    /// Puts the parts together: vectors in their own directions, and which of so many products' they are.
    pub(super) fn of_parts(
        config: Config,
        (stretch, n_learned): (Vec<f32>, u32),
        (vectors, products): (&Dense, &[u32]),
        n_products: usize,
    ) -> Als {
        let shelf = Shelf::new(vectors, products);
        let mut places = vec![NOWHERE; n_products];
        for (place, product) in (0..).zip(shelf.ids()) {
            places[*product as usize] = place;
        }
        Als { config, stretch, n_learned, shelf, places }
    }

    /// Where a product's vector stands, if it has one.
    pub(super) fn place(&self, product: ProductIdx) -> Option<u32> {
        self.places.get(product.as_usize()).copied().filter(|it| *it != NOWHERE)
    }

    /// What all products ask of a shopper's vector.
    pub(super) fn beside(&self) -> Beside<'_> {
        Beside { stretch: &self.stretch, n_others: self.n_learned as usize }
    }
}

impl Config {
    /// What vectors are learned towards, and a shopper's is made by.
    pub(super) const fn objective(&self) -> Objective {
        let weights = &self.weights;
        Objective {
            unobserved: weights.unobserved,
            regularization: weights.regularization,
            nu: weights.nu,
            pull_beside: 0.0,
        }
    }
}
