//! The generators that are trained: what each needs to be fitted, kept and asked.
//!
//! A new one is a folder of its own and a line in [`TRAINED`]; whoever trains, keeps, judges or searches
//! goes by that table and knows none of them by name.

use domain::{ProductIdx, Timestamp};
use evaluate::Knob;
use features::{Histories, ProductFacts, SnapshotError};

use crate::CandidateGenerator;

/// Every generator that is trained, in the order in which they are told of.
pub const TRAINED: &[&TrainedKind] = &[
    &crate::item_neighbors::TRAINED,
    &crate::transitions::TRAINED,
    &crate::als::TRAINED,
    &crate::sequence_network::TRAINED,
    &crate::ease::TRAINED,
    &crate::low_pass::TRAINED,
    &crate::graph_walk::TRAINED,
    &crate::user_neighbors::TRAINED,
    &crate::content::TRAINED,
];

/// What a model is fitted on, and within which bounds.
#[derive(Clone, Copy)]
pub struct Lesson<'a> {
    /// What shoppers did; products have the histories' numbers.
    pub histories: &'a Histories,
    /// What the catalogue says of products, by the same numbers; those that nobody touched come after those of
    /// the histories. It may say nothing.
    pub products: &'a ProductFacts,
    /// The moment of which all of that is the past.
    pub until: Timestamp,
    /// The seed of whatever is drawn.
    pub seed: u64,
    /// How many bytes fitting may take beside the histories.
    pub memory_bytes_max: u64,
    /// Asked between the parts of the work, of which each takes a second or so: whether to give up.
    pub is_stopped: &'a dyn Fn() -> bool,
}

impl<'a> Lesson<'a> {
    /// A lesson of everything in `histories` that nobody stops, within [`MEMORY_BYTES`]; of products nothing is
    /// said.
    pub fn of(histories: &'a Histories, until: Timestamp) -> Lesson<'a> {
        static NOTHING: ProductFacts = ProductFacts::new();
        Lesson {
            histories,
            products: &NOTHING,
            until,
            seed: 1,
            memory_bytes_max: MEMORY_BYTES,
            is_stopped: &|| false,
        }
    }

    /// One more than the largest number of a product that was touched or that the catalogue tells of.
    pub fn n_products(&self) -> usize {
        self.histories.n_products().max(self.products.n_products())
    }
}

impl core::fmt::Debug for Lesson<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lesson")
            .field("n_shoppers", &self.histories.n_shoppers())
            .field("until", &self.until)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// How many bytes fitting takes at most where nobody says otherwise.
pub const MEMORY_BYTES: u64 = 4 << 30;

/// Why there is no model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// It was given up.
    #[error("fitting was given up")]
    Stopped,
    /// What was done says nothing about it.
    #[error("there is nothing to learn from: {reason}")]
    NothingToLearn {
        /// What is missing.
        reason: &'static str,
    },
    /// It does not fit into the memory allowed.
    #[error("fitting takes {needed} bytes and {allowed} are allowed; allow more or leave it out")]
    TooLarge {
        /// How many bytes it takes.
        needed: u64,
        /// How many it may take.
        allowed: u64,
    },
}

/// A model that was trained.
pub trait TrainedGenerator: CandidateGenerator + core::fmt::Debug {
    /// Appends the whole model to `out`: equal models give equal bytes.
    fn encode(&self, out: &mut Vec<u8>);

    /// Whether its bytes speak of all products of the lesson, and not only of the histories'.
    fn speaks_of_untouched(&self) -> bool {
        false
    }

    /// Bytes of memory that it holds.
    fn heap_bytes(&self) -> usize;
}

/// A kind of generator that is trained.
#[derive(Debug)]
pub struct TrainedKind {
    /// Its name, that of its models' [`CandidateGenerator::name`].
    pub name: &'static str,
    /// What can be searched, in the order of the values.
    pub knobs: &'static [Knob],
    /// Fits a model; `values` are those of the knobs, in their order, and defaults beyond the last.
    ///
    /// The result is the same to the bit on any number of threads of the current pool.
    pub fit: Fit,
    /// Reads what a model encoded; `today[i]` is today's number of the product that was number `i` then,
    /// or nothing if there is none any more, and no two are alike.
    pub decode: Decode,
}

/// How a model is fitted.
pub type Fit = fn(&Lesson<'_>, &[f64]) -> Result<Box<dyn TrainedGenerator>, FitError>;

/// How the bytes of a model are read.
pub type Decode =
    fn(&[u8], &[Option<ProductIdx>]) -> Result<Box<dyn TrainedGenerator>, SnapshotError>;

impl TrainedKind {
    /// The kind of that name.
    pub fn of_name(name: &str) -> Option<&'static TrainedKind> {
        TRAINED.iter().copied().find(|it| it.name == name)
    }
}
