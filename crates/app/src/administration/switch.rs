//! The switch of personalization: off, and everybody sees the same from the next decision on.

use std::sync::{PoisonError, RwLock};

use domain::{Personalization, Timestamp};
use ports::{PortError, Switch};

use crate::{App, Caller};

/// The switch as it stands.
#[derive(Debug)]
pub(crate) struct SwitchState(RwLock<Switch>);

impl Default for SwitchState {
    /// The switch that nobody ever touched.
    fn default() -> SwitchState {
        let personalization = Personalization::On;
        SwitchState(RwLock::new(Switch { personalization, change_time: Timestamp::default() }))
    }
}

impl SwitchState {
    pub(crate) fn get(&self) -> Switch {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, switch: Switch) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = switch;
    }
}

impl App {
    /// Whether personalization is on for the shop.
    pub fn personalization(&self) -> Switch {
        self.switch.get()
    }

    /// Switches personalization on or off for the whole shop.
    ///
    /// # Errors
    ///
    /// [`PortError`] when records cannot be written; the switch then stays as it was.
    pub async fn set_personalization(
        &self,
        caller: &Caller,
        personalization: Personalization,
    ) -> Result<Switch, PortError> {
        let _alone = self.administering.lock().await;
        let switch = Switch { personalization, change_time: self.now() };
        self.backends.records.set_switch(switch).await?;
        self.switch.set(switch);
        let subject = if personalization == Personalization::On { "on" } else { "off" };
        self.audit(caller, "personalization.set", subject).await?;
        Ok(switch)
    }
}
