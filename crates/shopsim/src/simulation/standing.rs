//! What is between a shopper and the shop from one visit to the next.

use crate::client::events::{self, Consent, Happening};
use crate::shoppers::Shopper;
use crate::shoppers::belongings::Belongings;
use crate::shoppers::habits::Attitude;

/// What a shopper's earlier visits left behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing<'a> {
    /// What they bought.
    pub(crate) belongings: Belongings<'a>,
    /// How many visits they made before.
    pub(crate) n_visits: u32,
    /// The devices on which they logged in, by number.
    pub(crate) logged_in_on: Vec<usize>,
}

impl Standing<'_> {
    /// What they say about consent as this visit begins, if anything.
    pub(crate) fn says(&self, shopper: &Shopper) -> Option<Happening> {
        // Everybody is asked once, by the banner of the first visit.
        let at_banner = self.n_visits == 0;
        let answer = match shopper.habits.attitude {
            Attitude::Accepts if at_banner => Consent::Given,
            Attitude::Refuses if at_banner => Consent::Denied,
            Attitude::Withdraws { at_visit } if at_visit == self.n_visits => Consent::Denied,
            Attitude::Withdraws { .. } if at_banner => Consent::Given,
            _ => return None,
        };
        Some(events::consent_changed(answer))
    }
}
