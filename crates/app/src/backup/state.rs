//! The state that a history gives, folded aside from the one that is served.

use std::num::NonZeroU32;

use domain::{Currency, Position, Recorded};
use ports::Write;

use super::{BackupError, StateAt, StatePart};
use crate::inspect::digests;
use crate::live::Live;

/// A live state that is folded anew.
pub(super) struct Folded {
    live: Live,
    /// What folding tells of decisions; the state does not need it.
    writes: Vec<Write>,
    currency: Currency,
    visitors_max: NonZeroU32,
}

impl Folded {
    pub(super) fn new(currency: Currency, visitors_max: NonZeroU32) -> Folded {
        let live = Live::new(currency, visitors_max);
        Folded { live, writes: Vec::new(), currency, visitors_max }
    }

    /// One that is folded as that of a backup was.
    pub(super) fn like(state: &StateAt) -> Result<Folded, BackupError> {
        let foreign =
            || BackupError::damaged(super::MANIFEST, "says nothing sensible of the state");
        let currency = state.currency.parse().map_err(|_| foreign())?;
        let visitors_max = NonZeroU32::new(state.visitors_max).ok_or_else(foreign)?;
        Ok(Folded::new(currency, visitors_max))
    }

    pub(super) fn fold(&mut self, events: &[Recorded]) {
        for event in events {
            self.live.fold(event, &mut self.writes);
        }
        self.writes.clear();
    }

    pub(super) fn position(&self) -> Position {
        self.live.position()
    }

    /// How many decisions of a journal the history knows of.
    pub(super) fn last_serial(&self, journal: Option<u64>) -> u64 {
        self.live.last_serial(journal)
    }

    pub(super) fn state(&self) -> StateAt {
        let parts: Vec<StatePart> = digests(&self.live).into_iter().map(StatePart::from).collect();
        let (currency, visitors_max) = (self.currency.to_string(), self.visitors_max.get());
        StateAt { currency, visitors_max, parts }
    }
}
