//! Dumps: everything that records hold, in rows that any adapter writes and takes in.

use async_trait::async_trait;
use domain::{Placement, ShopperKey};

use crate::{
    AuditEntry, BlindId, KeyRecord, ModelRecord, PortError, Quarantined, ShopperRecord, Switch,
};

/// One thing that records hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A shopper.
    Shopper(ShopperRecord),
    /// Whose an outside id is; the shopper's own row comes before.
    Id {
        /// The id.
        id: BlindId,
        /// Whose it is.
        shopper: ShopperKey,
    },
    /// A key of the interface.
    Key(KeyRecord),
    /// A placement.
    Placement(Placement),
    /// The switch of personalization.
    Switch(Switch),
    /// An entry of the audit trail, under its id.
    Audit(AuditEntry),
    /// A refused event, under its id.
    Quarantined(Quarantined),
    /// A small fact.
    Fact {
        /// Its name.
        name: String,
        /// What is said.
        value: String,
    },
    /// A model.
    Model(ModelRecord),
    /// The last ids that were given, whether or not what they were given to is still there: those that
    /// are given later are above them.
    LastIds {
        /// To an entry of the audit trail.
        audit: i64,
        /// To a refused event.
        quarantined: i64,
    },
}

/// The rows of a dump, a batch at a time. Dropped before its end, it lets go of what it holds.
#[async_trait]
pub trait Rows: Send {
    /// The next rows, at least one; none at the end.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be read; the dump is over then.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, PortError>;
}
