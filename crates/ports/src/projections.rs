//! Projections: state computed from the log, kept so that it need not be computed again.

use async_trait::async_trait;
use domain::{Partition, Position};

use crate::{Pool, PortError};

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

/// How many shares the tables are kept in.
pub const N_SHARES: usize = LAST_SHARE as usize + 1;
/// The number of the last one.
const LAST_SHARE: u8 = 15;
/// How many partitions write to one share.
const PARTITIONS_A_SHARE: u8 = 16;

/// A part of the tables that one process keeps: what comes of the events of a sixteenth of the partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Share(u8);

impl Share {
    /// The share that a partition's events write to.
    pub const fn of(partition: Partition) -> Share {
        Share(partition.get() / PARTITIONS_A_SHARE)
    }

    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = Share> {
        (0..=LAST_SHARE).map(Share)
    }

    /// Its number, from 0.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its place in an array of all shares.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
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

/// What some events wrote to some shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The shares that the entries are of, each once.
    pub shares: Vec<Share>,
    /// What these shares have to contain before.
    pub after: Position,
    /// What they contain then.
    pub through: Position,
    /// All that the events between wrote to these shares, in order.
    pub writes: Vec<Write>,
}

/// State that can be computed again from the log.
///
/// Durability is a convenience here: after a crash the last moments may be missing, and are computed
/// again. What must hold is that tables and their positions never disagree.
///
/// The tables are kept in [shares](Share), each with a position of its own, so that several processes can
/// divide the work. Entries are found whatever share wrote them.
///
/// # Contract
///
/// `conformance::check_projections` verifies every line below.
///
/// - `apply` is atomic: all its writes and positions are there, or none.
/// - A share has no gap: an `apply` that goes on `after` more than a share contains writes nothing. One
///   that goes on after less writes the same entries again; no position is moved back.
/// - After a crash, `positions` and the tables are as after some earlier `apply`.
/// - `scan` answers in ascending order of keys.
/// - A snapshot is replaced whole or not at all.
#[async_trait]
pub trait Projections: Send + Sync {
    /// How busy the connections to it are; empty where there are none.
    fn pools(&self) -> Vec<Pool> {
        Vec::new()
    }

    /// The positions up to which the shares contain the log, in order.
    ///
    /// # Errors
    ///
    /// [`PortError`] when they cannot be read; so for every method below.
    async fn positions(&self) -> Result<[Position; N_SHARES], PortError>;

    /// Writes entries, replacing those under the same key, and moves the positions of their shares;
    /// `false`, and nothing is written, when one of those shares lacks something up to `after`.
    async fn apply(&self, batch: Batch) -> Result<bool, PortError>;

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
