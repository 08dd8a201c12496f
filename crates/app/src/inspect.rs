//! Looking at a shop from outside: is it ready, and what state is it in.

use domain::{Position, Recorded};
use ports::{LakeTable, Pool, PortError, Report};

use crate::App;
use crate::live::Live;

/// Whether a shop can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// The last event that decisions see.
    pub applied: Position,
    /// The last event of the log.
    pub head: Position,
    /// The first event that the log still has.
    pub tail: Position,
    /// The last event that is archived.
    pub archived: Position,
    /// Free bytes where the log is kept, as far as is known.
    pub room_bytes: Option<u64>,
    /// Whether intake has room: below the watermark it refuses, while decisions go on.
    pub has_room: bool,
    /// How many decisions wait to be logged.
    pub n_decisions_waiting: usize,
    /// How many visitors' recent behaviour is held in memory.
    pub n_live_visitors: usize,
    /// How many products the catalogue has.
    pub n_products: usize,
}

/// A part of the live state and the BLAKE3 digest of its canonical bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateDigest {
    /// The part.
    pub name: &'static str,
    /// The digest, in hexadecimal.
    pub digest: String,
    /// How many bytes it has.
    pub n_bytes: usize,
}

/// How many events are read at once.
const READ_MAX: usize = 32_768;

impl App {
    /// How the shop stands.
    pub fn readiness(&self) -> Readiness {
        let (n_live_visitors, n_products) = {
            let live = self.live();
            (live.n_visitors(), live.catalogue().n_products())
        };
        Readiness {
            applied: self.applied(),
            head: self.backends.log.head(),
            tail: self.backends.log.tail(),
            archived: self.backends.lake.archived(),
            room_bytes: self.backends.log.room_bytes(),
            has_room: self.ensure_room().is_ok(),
            n_decisions_waiting: self.journal.n_waiting(),
            n_live_visitors,
            n_products,
        }
    }

    /// How many leases of each kind of work this process holds.
    pub fn leases_held(&self) -> Vec<(String, usize)> {
        self.held_leases.by_kind(self.now())
    }

    /// How busy the connections to the backends are.
    pub fn pools(&self) -> Vec<Pool> {
        let mut pools = self.backends.records.pools();
        pools.extend(self.backends.projections.pools());
        pools
    }

    /// Digests of the parts of the live state.
    pub fn state_digests(&self) -> Vec<StateDigest> {
        self.live_state().1
    }

    /// The last event that the live state contains, and digests of its parts.
    pub fn live_state(&self) -> (Position, Vec<StateDigest>) {
        let live = self.live();
        (live.position(), digests(&live))
    }

    /// Digests of the state that the whole history gives when it is folded from its beginning.
    ///
    /// # Errors
    ///
    /// [`PortError`] when lake or log cannot be read.
    pub async fn state_digests_from_history(&self) -> Result<Vec<StateDigest>, PortError> {
        let mut live = self.empty_live();
        let mut writes = Vec::new();
        loop {
            let events = self.events(live.position(), READ_MAX).await?;
            if events.is_empty() {
                return Ok(digests(&live));
            }
            for event in &events {
                live.fold(event, &mut writes);
            }
            writes.clear();
        }
    }

    /// At most `n_max` events after `after`, in order.
    ///
    /// # Errors
    ///
    /// [`PortError`] when lake or log cannot be read.
    pub async fn events(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        self.history().read(after, n_max).await
    }

    /// At most `n_max` archived events after `after`, in order, from the lake whatever the log has.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the lake cannot be read; so for what follows.
    pub async fn archived_events(
        &self,
        after: Position,
        n_max: usize,
    ) -> Result<Vec<Recorded>, PortError> {
        self.backends.lake.read(after, n_max).await
    }

    /// How the tables of the lake stand.
    pub async fn lake_tables(&self) -> Result<Vec<LakeTable>, PortError> {
        self.backends.lake.tables().await
    }

    /// Answers a question in SQL about the tables of the lake, which only reads; at most `n_rows_max` rows.
    pub async fn query_lake(&self, sql: &str, n_rows_max: usize) -> Result<Report, PortError> {
        self.backends.lake.query(sql, n_rows_max).await
    }
}

pub(crate) fn digests(live: &Live) -> Vec<StateDigest> {
    let sections = live.sections().into_iter();
    sections
        .map(|it| StateDigest {
            name: it.name,
            digest: blake3::hash(&it.bytes).to_hex().to_string(),
            n_bytes: it.bytes.len(),
        })
        .collect()
}
