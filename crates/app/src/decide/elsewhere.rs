//! Decisions for shoppers whom another replica follows: they are passed on to it, once.
//!
//! Who passes a request on shows a proof that only a replica can make, so that nobody else can keep a
//! request from being passed on. The caller's key goes along and is looked at again.

use std::sync::Arc;
use std::time::Duration;

use ports::Share;

use super::{DecisionRequest, Knowledge, patience};
use crate::{App, Caller};

impl App {
    /// Where this would be better decided: at the replica that follows the shopper, if that is another one and
    /// what is known of the shopper may be used.
    pub async fn better_decided_at(
        &self,
        caller: &Caller,
        request: &DecisionRequest,
    ) -> Option<Arc<str>> {
        // Where everybody is followed, nobody is elsewhere.
        self.live().shares()?;
        let placement = self.placement(request).ok()?;
        let who = self.who(caller, request).ok()??;
        let deadline = request.deadline.unwrap_or(self.settings.deadline);
        let found = self.find(who, patience(deadline)).await;
        let purposes = self.purposes(request, found);
        let shopper = self.knowledge(&placement, purposes, found).shopper()?;
        let is_followed = self.live().follows(&shopper);
        if is_followed {
            None
        } else {
            self.tables.sharing.elsewhere(Share::of(shopper.partition()))
        }
    }

    /// A text that shows the replica that gets this request that another one passed it on: only they have the
    /// root key.
    pub fn proof_of_passing(&self, request: &[u8]) -> String {
        self.directory.root().passed_on(self.shop_id(), request).to_hex().to_string()
    }

    /// Whether such a text proves that a replica passed the request on.
    pub fn was_passed_on(&self, request: &[u8], proof: &str) -> bool {
        let shown = blake3::Hash::from_hex(proof);
        shown.is_ok_and(|it| it == self.directory.root().passed_on(self.shop_id(), request))
    }

    /// How long a decision may take.
    pub fn deadline(&self, request: &DecisionRequest) -> Duration {
        let deadline = request.deadline.unwrap_or(self.settings.deadline);
        Duration::from_micros(u64::try_from(deadline.as_micros()).unwrap_or(0))
    }

    /// What of it is known here, where only some shoppers are followed.
    pub(super) fn known_here(&self, knowledge: Knowledge) -> Knowledge {
        match knowledge.shopper() {
            Some(shopper) if !self.live().follows(&shopper) => Knowledge::ShopperUnavailable,
            _ => knowledge,
        }
    }
}
