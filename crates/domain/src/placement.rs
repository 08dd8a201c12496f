//! Placements: where something is decided, and out of what.

use crate::PlacementId;

/// A generator that a placement draws on, and how much it counts for.
#[derive(Clone, Debug, PartialEq)]
pub struct GeneratorShare {
    /// The generator's name, such as `session_neighbors`.
    pub generator: String,
    /// How much its ranking counts for in the blend; positive.
    pub weight: f32,
}

/// Whether a placement may be personal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Personalization {
    /// It may.
    #[default]
    On,
    /// It may not: everybody sees the same.
    Off,
}

/// A place where something is decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Its id.
    pub id: PlacementId,
    /// What it is called in the console.
    pub title: String,
    /// What it draws on, most telling first.
    pub generators: Vec<GeneratorShare>,
    /// What may be shown there at all, in the filter language; `None` for whatever can be sold.
    pub filter: Option<String>,
    /// Whether it may be personal.
    pub personalization: Personalization,
    /// How what it draws on becomes a list.
    pub steering: Steering,
}

/// How what generators propose becomes the list of a placement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// By what products are put in order.
    pub order: ListOrder,
}

/// By what products are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// By what shoppers went on to, as soon as that was learned; by weights until then.
    #[default]
    Learned,
    /// By the weights of the generators.
    Weights,
}
