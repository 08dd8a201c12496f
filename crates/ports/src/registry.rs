//! The registry: which models there are, where they came from, and which of them decide.

use async_trait::async_trait;
use domain::Timestamp;

use crate::PortError;

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Trained and not yet judged.
    Candidate,
    /// Judged, and not good enough.
    Refused,
    /// Decides for a share of the shoppers.
    Canary,
    /// Decides for everybody else.
    Live,
    /// Decided once; can be gone back to.
    Retired,
}

/// A model, as the registry knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelRecord {
    /// Its name: that of its generator and a number that grows, such as `item_neighbors-7`.
    pub id: String,
    /// What it is a model for: the name of a generator.
    pub generator: String,
    /// Where it stands.
    pub stage: Stage,
    /// The share of shoppers it decides for as a canary, in percent.
    pub canary_percent: u8,
    /// When it was trained.
    pub create_time: Timestamp,
    /// When its stage changed last.
    pub change_time: Timestamp,
    /// Why it stands where it stands, in words.
    pub reason: String,
    /// The name of its artifact.
    pub artifact: String,
    /// The BLAKE3 checksum of the artifact, in hexadecimal.
    pub checksum: String,
    /// How many bytes the artifact has.
    pub n_bytes: u64,
    /// Where it came from and what it measured, as a JSON document that its owner reads.
    pub lineage: String,
}

/// A change of a model's stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageChange {
    /// The model.
    pub id: String,
    /// Its stage from now on.
    pub stage: Stage,
    /// Its share as a canary, in percent.
    pub canary_percent: u8,
    /// When.
    pub time: Timestamp,
    /// Why, in words.
    pub reason: String,
}

/// Which models there are and which decide.
///
/// # Contract
///
/// `conformance::check_registry` verifies every line below.
///
/// - An answered write is durable.
/// - `change_stages` makes all of its changes or none; an unknown model refuses all.
/// - `add_model` refuses an id that exists.
/// - `models` answers the newest first.
#[async_trait]
pub trait Registry: Send + Sync {
    /// All models.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the registry cannot be read; so for every method below.
    async fn models(&self) -> Result<Vec<ModelRecord>, PortError>;

    /// Adds a model.
    async fn add_model(&self, model: ModelRecord) -> Result<(), PortError>;

    /// Changes stages, together.
    async fn change_stages(&self, changes: Vec<StageChange>) -> Result<(), PortError>;

    /// Forgets models; the artifacts are removed by the caller.
    async fn remove_models(&self, ids: Vec<String>) -> Result<(), PortError>;
}
