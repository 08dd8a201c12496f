//! Records: what people decide, and the map from outside ids to shopper keys.

use std::fmt;

use async_trait::async_trait;
use domain::{Placement, PlacementId, Position, ShopId, ShopperKey, Timestamp};

use crate::{Pool, PortError, Row, Rows};

/// What an outside id is an id of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdKind {
    /// A visitor's anonymous id: one browser, one app.
    Visitor,
    /// A shopper's id in the shop: one account.
    User,
}

/// A keyed fingerprint of an outside id.
///
/// Only who holds the root key can compute it, so the map tells nobody whose ids are in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlindId {
    /// What it is an id of.
    pub kind: IdKind,
    /// The fingerprint.
    pub fingerprint: [u8; 16],
}

impl fmt::Debug for BlindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}:{:032x}", self.kind, u128::from_be_bytes(self.fingerprint))
    }
}

/// A shopper, as the map knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct ShopperRecord {
    /// The pseudonym.
    pub key: ShopperKey,
    /// The key under which the shopper's sealed fields are, itself wrapped by the root key.
    pub wrapped_seal_key: Vec<u8>,
}

impl fmt::Debug for ShopperRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShopperRecord").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What a key of the interface may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyScope {
    /// Send events and ask decisions for anonymous visitors, from a browser.
    Publishable,
    /// Everything of its shop, from a server.
    Secret,
}

/// A key of the interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its public name, such as `key_4f1c`.
    pub id: String,
    /// The shop it belongs to.
    pub shop: ShopId,
    /// What it may do.
    pub scope: KeyScope,
    /// The SHA-256 of the key itself, which is shown once and never kept.
    pub hash: [u8; 32],
    /// Web origins from which a publishable key is accepted; empty for any.
    pub allowed_origins: Vec<String>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was revoked, if it was.
    pub revoke_time: Option<Timestamp>,
}

/// Whether personalization is on, for the whole shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// On or off.
    pub personalization: domain::Personalization,
    /// Since when.
    pub change_time: Timestamp,
}

/// Something that a person or a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// A number that grows.
    pub id: i64,
    /// When.
    pub time: Timestamp,
    /// Who: a key's id, or `command`.
    pub actor: String,
    /// What, as `noun.verb`, such as `placement.put`.
    pub action: String,
    /// To what, such as a placement's id.
    pub subject: String,
}

/// An event that was refused, kept so that it can be mended and sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// A number that grows.
    pub id: i64,
    /// The id of the key it came with.
    pub key_id: String,
    /// When it was refused.
    pub time: Timestamp,
    /// The stable code of the reason.
    pub code: String,
    /// The field at fault, what is wrong with it, what to do, the event as it was sent and how, sealed
    /// under the installation's key.
    pub sealed: Vec<u8>,
    /// Where the history ended when it was refused; `None` in rows of earlier versions.
    pub replay_begun: Option<Position>,
}

/// How often something was changed that processes hold in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Changes of keys, placements and the switch.
    pub decided: u64,
    /// Ids that were moved to another shopper: the number of the last one.
    pub moved: u64,
}

/// An id that was moved to another shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedId {
    /// The how manieth it was.
    pub number: u64,
    /// The id.
    pub id: BlindId,
}

/// What people decide, and who is who.
///
/// # Contract
///
/// `conformance::check_records` verifies every line below.
///
/// - An answered write is durable.
/// - `resolve` and `assign` take many ids at once and cost one transaction.
/// - `assign` never changes whose an id already is: of two callers the first wins, and both are told.
/// - A change raises its count at once with itself: whoever has read a count reads everything that it counts.
/// - `quarantine` keeps at most the given number of events a key, dropping the oldest. An event stays
///   what it is until it is replaced, and keeps its id; one that was released never comes back, nor
///   does its id.
/// - `dump` answers all that was written before it was called, as it is at one moment, whatever is written
///   while it is read; so what refers to something has it in the same dump. The registry that is kept
///   with the records is part of it, leases are not.
/// - A store that was empty and took all rows of a dump in, in their order, has the same dump; taking some
///   of them in again changes nothing.
/// - `clear` leaves one fact and nothing else, or everything; what is taken in afterwards is as if nothing
///   had been there, but for ids of the trail and of refused events: none is given twice.
#[async_trait]
pub trait Records: Send + Sync {
    /// How busy the connections to it are; empty where there are none.
    fn pools(&self) -> Vec<Pool> {
        Vec::new()
    }

    /// Looks ids up; one answer an id, in order.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be read; so for every method below.
    async fn resolve(&self, ids: &[BlindId]) -> Result<Vec<Option<ShopperRecord>>, PortError>;

    /// Gives ids to shoppers where they have none yet, creating the shoppers that do not exist;
    /// answers whose each id now is, in order.
    async fn assign(
        &self,
        ids: Vec<(BlindId, ShopperRecord)>,
    ) -> Result<Vec<ShopperRecord>, PortError>;

    /// Gives a user's id to the existing shopper `shopper`, unless the id has one already or another
    /// user's id is that shopper's; in the latter case to `otherwise`. Answers whose the id now is.
    ///
    /// So a visitor's history becomes theirs when they first log in, and never a second person's who
    /// logs in on the same device.
    async fn claim(
        &self,
        user: BlindId,
        shopper: ShopperKey,
        otherwise: ShopperRecord,
    ) -> Result<ShopperRecord, PortError>;

    /// Moves an id to another, existing shopper: a visitor turned out to be somebody known.
    async fn reassign(&self, id: BlindId, to: ShopperKey) -> Result<(), PortError>;

    /// The shopper of that key.
    async fn shopper(&self, key: ShopperKey) -> Result<Option<ShopperRecord>, PortError>;

    /// Every key of the interface, revoked ones included, oldest first.
    async fn keys(&self) -> Result<Vec<KeyRecord>, PortError>;

    /// Adds a key.
    async fn add_key(&self, key: KeyRecord) -> Result<(), PortError>;

    /// Revokes a key; `false` when there is none of that id or it was revoked before.
    async fn revoke_key(&self, id: &str, time: Timestamp) -> Result<bool, PortError>;

    /// Every placement, by id.
    async fn placements(&self) -> Result<Vec<Placement>, PortError>;

    /// Adds a placement or replaces the one of that id.
    async fn put_placement(&self, placement: Placement) -> Result<(), PortError>;

    /// Removes a placement; `false` when there is none of that id.
    async fn delete_placement(&self, id: &PlacementId) -> Result<bool, PortError>;

    /// The switch of personalization; `None` while nobody ever touched it.
    async fn switch(&self) -> Result<Option<Switch>, PortError>;

    /// Sets the switch.
    async fn set_switch(&self, switch: Switch) -> Result<(), PortError>;

    /// Adds to the audit trail; the entry's `id` is given here.
    async fn audit(&self, entry: AuditEntry) -> Result<(), PortError>;

    /// The newest `n_max` entries of the audit trail with ids below `before`, of all when that is
    /// `None`; newest first.
    async fn audit_trail(
        &self,
        before: Option<i64>,
        n_max: u32,
    ) -> Result<Vec<AuditEntry>, PortError>;

    /// Keeps refused events (their `id` is given here), at most `n_max_a_key` for each key; answers how many older ones were dropped.
    async fn quarantine(
        &self,
        events: Vec<Quarantined>,
        n_max_a_key: u32,
    ) -> Result<u64, PortError>;

    /// At most `n_max` refused events with ids above `after`, oldest first.
    async fn quarantined(&self, after: i64, n_max: u32) -> Result<Vec<Quarantined>, PortError>;

    /// The refused event of that id.
    async fn quarantined_event(&self, id: i64) -> Result<Option<Quarantined>, PortError>;

    /// Replaces the refused events of these ids; those that are gone stay so.
    async fn replace_quarantined(&self, events: Vec<Quarantined>) -> Result<(), PortError>;

    /// Lets go of the refused events of these ids.
    async fn release_quarantined(&self, ids: &[i64]) -> Result<(), PortError>;

    /// A small fact of the installation, such as the format version or an import's progress.
    async fn fact(&self, name: &str) -> Result<Option<String>, PortError>;

    /// Sets such a fact.
    async fn set_fact(&self, name: &str, value: &str) -> Result<(), PortError>;

    /// Sets such a fact, unless it is set; what it is then.
    async fn give_fact(&self, name: &str, value: &str) -> Result<String, PortError>;

    /// How often anything changed so far that is held in memory.
    async fn changes(&self) -> Result<Changes, PortError>;

    /// At most `n_max` ids that were moved after the move of that number, in order. The oldest are let go
    /// of: where the numbers do not follow on `after`, others were moved as well.
    async fn moves(&self, after: u64, n_max: u32) -> Result<Vec<MovedId>, PortError>;

    /// Everything that is kept, in an order in which [`load`](Records::load) takes it in.
    async fn dump(&self) -> Result<Box<dyn Rows>, PortError>;

    /// Takes rows of a dump in, all of them or none: for a store that nobody uses yet.
    async fn load(&self, rows: Vec<Row>) -> Result<(), PortError>;

    /// Throws everything away but the fact `kept`: for a store that nobody uses yet, before it is filled
    /// anew.
    async fn clear(&self, kept: &str) -> Result<(), PortError>;
}
