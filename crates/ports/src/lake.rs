//! The lake: what happened since the beginning, in tables that other programs read as well.

use async_trait::async_trait;
use domain::{
    MarketId, Position, ProductId, Purposes, Recorded, ShopperKey, Timestamp, Verification,
};

use crate::PortError;

/// What a shopper did with a product, as data sets tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActKind {
    /// Followed a link to it.
    Clicked,
    /// Looked at its page.
    Viewed,
    /// Put it on a wish list.
    Wished,
    /// Put it into the cart.
    Added,
    /// Took it out of the cart.
    Removed,
    /// Ordered it: one act for each line of an order.
    Ordered,
}

impl ActKind {
    /// All of them.
    pub const ALL: [ActKind; 6] = [
        ActKind::Clicked,
        ActKind::Viewed,
        ActKind::Wished,
        ActKind::Added,
        ActKind::Removed,
        ActKind::Ordered,
    ];
}

/// One thing that a shopper did with a product.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Who.
    pub shopper: ShopperKey,
    /// With what.
    pub product: ProductId,
    /// What.
    pub kind: ActKind,
    /// How many pieces; 1 where the event does not say.
    pub quantity: i32,
    /// When it happened.
    pub time: Timestamp,
    /// The event that tells it; several acts of one order share it.
    pub position: Position,
    /// What the event may be used for, as far as was known when it came in.
    pub purposes: Purposes,
    /// Whether it may be taken for a fact.
    pub verification: Verification,
    /// Where it happened.
    pub market: Option<MarketId>,
}

/// Which acts a data set is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct ActsWanted {
    /// Of these kinds.
    pub kinds: Vec<ActKind>,
    /// Not before.
    pub from: Timestamp,
    /// Before.
    pub until: Timestamp,
    /// Of events up to this one, all of which must be archived.
    pub through: Position,
}

/// The rows of a data set, a batch at a time.
#[async_trait]
pub trait Acts: Send {
    /// The next acts, at least one; none at the end.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the lake cannot be read.
    async fn next(&mut self) -> Result<Option<Vec<Act>>, PortError>;
}

/// What a question in SQL was answered: a small table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, a text for each column; `None` where there is no value.
    pub rows: Vec<Vec<Option<String>>>,
}

/// What tending did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Small files that were merged.
    pub n_files_merged: u64,
    /// Files that came of it.
    pub n_files_written: u64,
    /// Files that nobody needs any more and that are gone.
    pub n_files_removed: u64,
}

/// How the lake stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LakeTable {
    /// The table's name.
    pub name: &'static str,
    /// The version of the table: how many commits it has seen.
    pub version: u64,
    /// The last event that it knows of.
    pub through: Position,
    /// Its rows.
    pub n_rows: u64,
    /// The files that it consists of.
    pub n_files: u64,
    /// Their bytes.
    pub n_bytes: u64,
}

/// The long memory: every event since the beginning.
///
/// # Contract
///
/// `conformance::check_lake` verifies every line below.
///
/// - **Exactly once.** Each event is there once, whatever was tried, and whenever the process died
///   while it archived or tended. Events that are archived already are passed over; a gap after the
///   last archived one is refused.
/// - **Acknowledged is durable.** What `archive` answered survives, also in the eyes of other readers.
/// - **Unchanged.** What is read is what was archived, to the byte, unknown fields included.
/// - **In order.** `read` answers by ascending position without a gap.
/// - Tending changes no answer of any other method.
/// - **Shared.** Other programs may use the same lake at the same time. What they archived is known here
///   after [`Lake::refresh`]; where two archive or tend at once, one gives way, and nothing is doubled.
/// - A lake that another shop or a newer program wrote is refused when it is opened, and left as it is.
#[async_trait]
pub trait Lake: Send + Sync {
    /// The last event that is archived, as far as this program knows: it and all before it are.
    fn archived(&self) -> Position;

    /// Learns what other programs archived and tended; answers [`Lake::archived`] then. Cheap where they
    /// did nothing.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the lake cannot be reached; what was known before still is.
    async fn refresh(&self) -> Result<Position, PortError>;

    /// Archives events that follow each other without a gap; answers [`Lake::archived`] then. That may be
    /// less than the last of them where another program was archiving meanwhile: go on from there.
    ///
    /// A program has one archivist: its calls do not overlap each other or [`Lake::tend`].
    ///
    /// # Errors
    ///
    /// [`PortError`] when it is not known whether they are archived; archiving them again is safe.
    async fn archive(&self, events: Vec<Recorded>) -> Result<Position, PortError>;

    /// Reads at most `n_max` events after `after`, in order; fewer only at the end of the archive.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the lake cannot be read; so for every method below.
    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError>;

    /// The acts of a data set: all of one shopper's together, in the order of their time and, at one
    /// time, of their position. Takes no more memory than the adapter was given.
    async fn acts(&self, wanted: ActsWanted) -> Result<Box<dyn Acts>, PortError>;

    /// Answers a question in SQL about the tables; at most `n_rows_max` rows. Reading only.
    async fn query(&self, sql: &str, n_rows_max: usize) -> Result<Report, PortError>;

    /// Merges small files, writes checkpoints and removes what nobody needs any more.
    async fn tend(&self, now: Timestamp) -> Result<Tended, PortError>;

    /// How its tables stand.
    async fn tables(&self) -> Result<Vec<LakeTable>, PortError>;
}
