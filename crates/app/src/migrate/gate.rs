//! The gate before log, records and registry: closed, it lets nothing be written, while all is still read.
//!
//! ```text
//! whoever writes ──▶ Gated ── open ────▶ the backend
//!                      └── closed ──▶ not available: come again, the new place will be open
//! ```
//!
//! Every use case writes through it, so none can be forgotten. Who moves the shop has the backends without it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use domain::{Envelope, Placement, PlacementId, Position, Recorded, ShopperKey, Timestamp};
use ports::{
    AuditEntry, BlindId, Changes, KeyRecord, Log, ModelRecord, MovedId, Pool, PortError,
    Quarantined, Receipt, Records, Registry, Row, Rows, ShopperRecord, StageChange, Switch,
};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::Backends;

/// Whether anything may be written.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    is_closed: AtomicBool,
    /// Read by everybody who writes; written by whoever waits for all of them.
    writing: RwLock<()>,
}

/// A gate that is closed, and opens again when this is dropped.
#[derive(Debug)]
pub(super) struct Closed {
    gate: Arc<Gate>,
    stays: bool,
}

impl Gate {
    /// The same backends behind the gate.
    pub(super) fn before(self: &Arc<Gate>, backends: &Backends) -> Backends {
        let gate = || Arc::clone(self);
        Backends {
            log: Arc::new(Gated { gate: gate(), port: Arc::clone(&backends.log) }),
            records: Arc::new(Gated { gate: gate(), port: Arc::clone(&backends.records) }),
            registry: Arc::new(Gated { gate: gate(), port: Arc::clone(&backends.registry) }),
            ..backends.clone()
        }
    }

    /// Closes the gate; what was being written is written when this returns.
    pub(super) async fn close(self: &Arc<Gate>) -> Closed {
        let closed = Closed { gate: Arc::clone(self), stays: false };
        self.is_closed.store(true, Ordering::Release);
        drop(self.writing.write().await);
        closed
    }

    /// Lets somebody write for as long as they hold the answer.
    ///
    /// # Errors
    ///
    /// [`PortError::Unavailable`] when the gate is closed.
    pub(crate) async fn pass(&self) -> Result<RwLockReadGuard<'_, ()>, PortError> {
        let writing = self.writing.read().await;
        if self.is_closed.load(Ordering::Acquire) {
            return Err(PortError::Unavailable {
                backend: "the shop",
                what: "it is being carried over to another place, or was; try again in a moment"
                    .to_owned(),
                source: None,
            });
        }
        Ok(writing)
    }
}

impl Closed {
    /// Leaves it closed for as long as the process lives.
    pub(super) fn for_good(mut self) {
        self.stays = true;
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        if !self.stays {
            self.gate.is_closed.store(false, Ordering::Release);
        }
    }
}

/// A backend behind the gate.
struct Gated<P: ?Sized> {
    gate: Arc<Gate>,
    port: Arc<P>,
}

/// A call that writes: only through the open gate.
macro_rules! through {
    ($self:ident, $call:ident($($argument:expr),*)) => {{
        let _writing = $self.gate.pass().await?;
        $self.port.$call($($argument),*).await
    }};
}

#[async_trait]
impl Log for Gated<dyn Log> {
    async fn append(&self, events: Vec<Envelope>) -> Result<Vec<Receipt>, PortError> {
        through!(self, append(events))
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        self.port.read(after, n_max).await
    }

    fn head(&self) -> Position {
        self.port.head()
    }

    async fn wait_past(&self, after: Position) -> Position {
        self.port.wait_past(after).await
    }

    /// What is archived may go at any time.
    async fn forget(&self, through: Position) -> Result<(), PortError> {
        self.port.forget(through).await
    }

    fn tail(&self) -> Position {
        self.port.tail()
    }

    fn room_bytes(&self) -> Option<u64> {
        self.port.room_bytes()
    }
}

#[async_trait]
impl Records for Gated<dyn Records> {
    fn pools(&self) -> Vec<Pool> {
        self.port.pools()
    }

    async fn resolve(&self, ids: &[BlindId]) -> Result<Vec<Option<ShopperRecord>>, PortError> {
        self.port.resolve(ids).await
    }

    async fn assign(
        &self,
        ids: Vec<(BlindId, ShopperRecord)>,
    ) -> Result<Vec<ShopperRecord>, PortError> {
        through!(self, assign(ids))
    }

    async fn claim(
        &self,
        user: BlindId,
        shopper: ShopperKey,
        otherwise: ShopperRecord,
    ) -> Result<ShopperRecord, PortError> {
        through!(self, claim(user, shopper, otherwise))
    }

    async fn reassign(&self, id: BlindId, to: ShopperKey) -> Result<(), PortError> {
        through!(self, reassign(id, to))
    }

    async fn shopper(&self, key: ShopperKey) -> Result<Option<ShopperRecord>, PortError> {
        self.port.shopper(key).await
    }

    async fn keys(&self) -> Result<Vec<KeyRecord>, PortError> {
        self.port.keys().await
    }

    async fn add_key(&self, key: KeyRecord) -> Result<(), PortError> {
        through!(self, add_key(key))
    }

    async fn revoke_key(&self, id: &str, time: Timestamp) -> Result<bool, PortError> {
        through!(self, revoke_key(id, time))
    }

    async fn placements(&self) -> Result<Vec<Placement>, PortError> {
        self.port.placements().await
    }

    async fn put_placement(&self, placement: Placement) -> Result<(), PortError> {
        through!(self, put_placement(placement))
    }

    async fn delete_placement(&self, id: &PlacementId) -> Result<bool, PortError> {
        through!(self, delete_placement(id))
    }

    async fn switch(&self) -> Result<Option<Switch>, PortError> {
        self.port.switch().await
    }

    async fn set_switch(&self, switch: Switch) -> Result<(), PortError> {
        through!(self, set_switch(switch))
    }

    async fn audit(&self, entry: AuditEntry) -> Result<(), PortError> {
        through!(self, audit(entry))
    }

    async fn audit_trail(
        &self,
        before: Option<i64>,
        n_max: u32,
    ) -> Result<Vec<AuditEntry>, PortError> {
        self.port.audit_trail(before, n_max).await
    }

    async fn quarantine(
        &self,
        events: Vec<Quarantined>,
        n_max_a_key: u32,
    ) -> Result<u64, PortError> {
        through!(self, quarantine(events, n_max_a_key))
    }

    async fn quarantined(&self, after: i64, n_max: u32) -> Result<Vec<Quarantined>, PortError> {
        self.port.quarantined(after, n_max).await
    }

    async fn quarantined_event(&self, id: i64) -> Result<Option<Quarantined>, PortError> {
        self.port.quarantined_event(id).await
    }

    async fn replace_quarantined(&self, events: Vec<Quarantined>) -> Result<(), PortError> {
        through!(self, replace_quarantined(events))
    }

    async fn release_quarantined(&self, ids: &[i64]) -> Result<(), PortError> {
        through!(self, release_quarantined(ids))
    }

    async fn fact(&self, name: &str) -> Result<Option<String>, PortError> {
        self.port.fact(name).await
    }

    async fn set_fact(&self, name: &str, value: &str) -> Result<(), PortError> {
        through!(self, set_fact(name, value))
    }

    async fn give_fact(&self, name: &str, value: &str) -> Result<String, PortError> {
        through!(self, give_fact(name, value))
    }

    async fn changes(&self) -> Result<Changes, PortError> {
        self.port.changes().await
    }

    async fn moves(&self, after: u64, n_max: u32) -> Result<Vec<MovedId>, PortError> {
        self.port.moves(after, n_max).await
    }

    async fn dump(&self) -> Result<Box<dyn Rows>, PortError> {
        self.port.dump().await
    }

    async fn load(&self, rows: Vec<Row>) -> Result<(), PortError> {
        through!(self, load(rows))
    }

    async fn clear(&self, kept: &str) -> Result<(), PortError> {
        through!(self, clear(kept))
    }
}

#[async_trait]
impl Registry for Gated<dyn Registry> {
    async fn models(&self) -> Result<Vec<ModelRecord>, PortError> {
        self.port.models().await
    }

    async fn add_model(&self, model: ModelRecord) -> Result<(), PortError> {
        through!(self, add_model(model))
    }

    async fn change_stages(&self, changes: Vec<StageChange>) -> Result<(), PortError> {
        through!(self, change_stages(changes))
    }

    async fn remove_models(&self, ids: Vec<String>) -> Result<(), PortError> {
        through!(self, remove_models(ids))
    }
}
