//! What was learned, ready to answer.

use super::Config;
use super::config::Shape;
use super::encoder::Encoder;
use super::nearest::Coarse;
use super::training::{Learned, Training};
use super::unit::set_unit;
use crate::{FitError, Lesson};

/// A network that foretells the next product.
///
/// See the [module](super) for how it is made and what it costs.
#[derive(Clone, Debug)]
pub struct SequenceNetwork {
    pub(super) shape: Shape,
    pub(super) scale: f32,
    pub(super) encoder: Encoder,
    pub(super) numbers: Vec<f32>,
    /// The products that are known, ascending.
    pub(super) products: Vec<u32>,
    /// By product: its place among those known, or [`UNKNOWN`].
    pub(super) places: Vec<u32>,
    /// A row of length 1 for each product known.
    pub(super) directions: Vec<f32>,
    pub(super) coarse: Coarse,
}

pub(super) const UNKNOWN: u32 = u32::MAX;

impl SequenceNetwork {
    /// Learns from what shoppers did.
    ///
    /// The products' numbers are the histories' own. The result is the same to the bit on any number of
    /// threads of the current pool.
    ///
    /// # Errors
    ///
    /// [`FitError::Stopped`] when the lesson says so, and what [`Training::new`] refuses.
    ///
    /// # Panics
    ///
    /// If `config` lies outside the ranges its fields state.
    pub fn fit(lesson: &Lesson<'_>, config: &Config) -> Result<SequenceNetwork, FitError> {
        let mut training = Training::new(lesson, config)?;
        while !training.is_done() {
            training.advance(lesson.is_stopped).ok_or(FitError::Stopped)?;
        }
        Ok(training.finish())
    }

    /// How many products it knows.
    pub fn n_products(&self) -> usize {
        self.products.len()
    }

    /// How it is shaped.
    pub const fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Bytes of memory held.
    pub fn heap_bytes(&self) -> usize {
        (self.numbers.capacity() + self.directions.capacity()) * size_of::<f32>()
            + (self.products.capacity() + self.places.capacity()) * size_of::<u32>()
            + self.coarse.heap_bytes()
    }

    /// Puts the parts together; `products` ascend, and each has a row.
    pub(super) fn of_parts(
        shape: Shape,
        scale: f32,
        learned: Learned,
        products: Vec<u32>,
    ) -> SequenceNetwork {
        let width = usize::from(shape.width);
        let mut directions = vec![0.0; learned.rows.len()];
        let rows = learned.rows.chunks_exact(width);
        directions.chunks_exact_mut(width).zip(rows).for_each(|(unit, row)| {
            set_unit(unit, row);
        });
        SequenceNetwork::of_directions(shape, scale, (learned.numbers, directions), products)
    }

    /// The same, with rows that are of length 1 already.
    pub(super) fn of_directions(
        shape: Shape,
        scale: f32,
        (numbers, directions): (Vec<f32>, Vec<f32>),
        products: Vec<u32>,
    ) -> SequenceNetwork {
        let n_places = products.last().map_or(0, |&it| it as usize + 1);
        let mut places = vec![UNKNOWN; n_places];
        for (place, &it) in (0_u32..).zip(&products) {
            places[it as usize] = place;
        }
        let encoder = Encoder::new(shape);
        let coarse = Coarse::of(&directions, shape.width.into());
        SequenceNetwork { shape, scale, encoder, numbers, products, places, directions, coarse }
    }

    /// A product's row.
    pub(super) fn direction(&self, place: u32) -> &[f32] {
        let width = usize::from(self.shape.width);
        &self.directions[place as usize * width..][..width]
    }
}
