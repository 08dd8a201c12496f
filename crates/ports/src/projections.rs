//! Projections: state computed from the log, kept so that it need not be computed again.

use async_trait::async_trait;
use domain::Position;

use crate::PortError;

/// A whole state in bytes, as of a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The last event that the state contains.
    pub position: Position,
    /// The state. Its owner versions and checks the format.
    pub bytes: Vec<u8>,
}

/// A table of small entries, ordered by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Decision id → position of the event that tells of it.
    Decisions,
    /// Decision id, then position → what became of a shown product.
    Outcomes,
}

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Where.
    pub table: Table,
    /// Under which key.
    pub key: Vec<u8>,
    /// What.
    pub value: Vec<u8>,
}

/// State that can be computed again from the log.
///
/// Durability is a convenience here: after a crash the last moments may be missing, and are computed
/// again. What must hold is that tables and their position never disagree.
///
/// # Contract
///
/// `conformance::check_projections` verifies every line below.
///
/// - `apply` is atomic: all its writes and its position are there, or none.
/// - After a crash, `position` and the tables are as after some earlier `apply`.
/// - `scan` answers in ascending order of keys.
/// - A snapshot is replaced whole or not at all.
#[async_trait]
pub trait Projections: Send + Sync {
    /// The position up to which the tables contain the log.
    ///
    /// # Errors
    ///
    /// [`PortError`] when it cannot be read; so for every method below.
    async fn position(&self) -> Result<Position, PortError>;

    /// Writes entries, replacing those under the same key, and moves the tables' position.
    async fn apply(&self, through: Position, writes: Vec<Write>) -> Result<(), PortError>;

    /// The entry under `key`.
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, PortError>;

    /// At most `n_max` entries whose keys begin with `prefix`, with their keys.
    async fn scan(
        &self,
        table: Table,
        prefix: &[u8],
        n_max: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, PortError>;

    /// The last snapshot of that name.
    async fn load_snapshot(&self, name: &str) -> Result<Option<Snapshot>, PortError>;

    /// Replaces the snapshot of that name.
    async fn save_snapshot(&self, name: &str, snapshot: Snapshot) -> Result<(), PortError>;

    /// Throws everything away: tables, position and snapshots.
    async fn clear(&self) -> Result<(), PortError>;
}
