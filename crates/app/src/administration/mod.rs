//! What people decide: keys, placements, the switch of personalization; and the trail of it.
//!
//! Each is held in memory as records have it, changed there first and here at once, so that a change
//! holds for the very next request; what other processes change is taken over by `refresh`.

mod keys;
mod placements;
mod refresh;
mod switch;

pub use keys::NewKey;
pub use placements::PlacementError;

pub(crate) use keys::Keys;
pub(crate) use placements::{Placements, ReadyPlacement};
pub(crate) use refresh::Known;
pub(crate) use switch::SwitchState;

use ports::{AuditEntry, PortError};

use crate::{App, Caller, Replicas};

/// The fact that says who shows a new shop's first keys.
const FIRST_KEYS: &str = "first_keys";

impl App {
    /// Whether it falls to this process to make and show the first keys of a shop that has none: of replicas
    /// that begin together, to one.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be written.
    pub async fn shows_first_keys(&self) -> Result<bool, PortError> {
        if self.has_keys() {
            return Ok(false);
        }
        if self.settings.replicas == Replicas::One {
            return Ok(true);
        }
        let name = crate::pseudonyms::hex(&self.random::<8>());
        Ok(self.backends.records.give_fact(FIRST_KEYS, &name).await? == name)
    }

    /// The newest `n_max` entries of the audit trail with ids below `before`, of all when that is
    /// `None`; newest first.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be read.
    pub async fn audit_trail(
        &self,
        before: Option<i64>,
        n_max: u32,
    ) -> Result<Vec<AuditEntry>, PortError> {
        self.backends.records.audit_trail(before, n_max).await
    }

    pub(crate) async fn audit(
        &self,
        caller: &Caller,
        action: &str,
        subject: &str,
    ) -> Result<(), PortError> {
        let entry = AuditEntry {
            id: 0,
            time: self.now(),
            actor: caller.key_id.clone(),
            action: action.to_owned(),
            subject: subject.to_owned(),
        };
        self.backends.records.audit(entry).await
    }
}
