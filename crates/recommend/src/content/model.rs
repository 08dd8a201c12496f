//! What was learned: a vector for each product that anything is known of.

use domain::ProductIdx;
use linalg::Dense;
use linalg::top_k::Shelf;

use super::Config;

/// Vectors of products, of which those of like products lie near one another.
///
/// See the [module](super) for how they are made and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub(super) config: Config,
    /// By today's numbers of products.
    pub(super) shelf: Shelf,
    /// By product: where its vector stands, or [`NOWHERE`].
    pub(super) places: Vec<u32>,
}

pub(super) const NOWHERE: u32 = u32::MAX;

impl Content {
    /// How it is configured.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// How many products it knows.
    pub fn n_products(&self) -> usize {
        self.shelf.ids().len()
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        self.places.capacity() * size_of::<u32>() + self.shelf.heap_bytes()
    }

    /// How alike two products are, 1 being the same; nothing where one of them is not known.
    pub fn likeness(&self, a: ProductIdx, b: ProductIdx) -> Option<f32> {
        Some(linalg::vectors::dot(self.vector(a)?, self.vector(b)?))
    }

    /// Puts rows together with the numbers of their products; rows of zeros are of products that are not known.
    pub(super) fn of_parts(
        config: Config,
        rows: &Dense,
        products: impl IntoIterator<Item = u32>,
    ) -> Content {
        let (mut n_numbered, mut ids, mut values) = (0, Vec::new(), Vec::new());
        for (row, product) in (0..rows.n_rows()).zip(products) {
            let vector = rows.row(row);
            n_numbered = n_numbered.max(product as usize + 1);
            if vector.iter().any(|it| *it != 0.0) {
                ids.push(product);
                values.extend_from_slice(vector);
            }
        }
        let known = Dense::from_values(ids.len(), rows.n_columns(), values)
            .expect("each product has as many numbers");
        let shelf = Shelf::new(&known, &ids);
        let mut places = vec![NOWHERE; n_numbered];
        for (place, product) in (0..).zip(shelf.ids()) {
            places[*product as usize] = place;
        }
        Content { config, shelf, places }
    }

    /// Where a product's vector stands, if it has one.
    pub(super) fn place(&self, product: ProductIdx) -> Option<u32> {
        self.places.get(product.as_usize()).copied().filter(|it| *it != NOWHERE)
    }

    /// A product's vector, if it has one.
    pub(super) fn vector(&self, product: ProductIdx) -> Option<&[f32]> {
        self.place(product).map(|it| self.shelf.rows().row(it as usize))
    }
}
