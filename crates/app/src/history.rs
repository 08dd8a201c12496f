//! History: lake and log as one sequence.
//!
//! ```text
//!  1                    log.tail     lake.archived           log.head
//!  ├──────────── lake ──────┼──────────────┤                    │
//!                           ├────────────── log ────────────────┤
//! ```
//!
//! The log is read wherever it still has the events, since it is nearer; the lake has everything before.
//! So whoever follows, rebuilds, explains or exports need not know how much the log was allowed to forget.
//!
//! # Invariants
//!
//! - What is read has no gap: where one would be, reading fails and says which events are missing.
//! - The log lets go only of what is archived, also while somebody reads: what it no longer has when it is
//!   asked is in the lake then.

use std::sync::Arc;

use domain::{Position, Recorded};
use ports::{Lake, Log, PortError};

use crate::App;

/// The words for both of them in a message.
const BACKEND: &str = "the history";

/// Everything that happened, in order.
#[derive(Clone)]
pub struct History {
    lake: Arc<dyn Lake>,
    log: Arc<dyn Log>,
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("History")
            .field("archived", &self.lake.archived())
            .field("head", &self.log.head())
            .finish_non_exhaustive()
    }
}

/// Why lake and log are not one history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The log has let go of events that the lake does not have.
    #[error(
        "the lake ends at {archived} and the log begins at {tail}: the events between them are lost; \
         restore the folders `lake` and `log` from one backup"
    )]
    Gap {
        /// The last event of the lake.
        archived: Position,
        /// The first event of the log.
        tail: Position,
    },
    /// The lake knows events that the log would give out a second time.
    #[error(
        "the lake ends at {archived}, but the log ends at {head} already: one of them was put back to \
         an earlier state; restore the folders `lake` and `log` from one backup"
    )]
    LakeAhead {
        /// The last event of the lake.
        archived: Position,
        /// The last event of the log.
        head: Position,
    },
}

impl History {
    /// The history that is kept in both.
    pub fn new(lake: Arc<dyn Lake>, log: Arc<dyn Log>) -> History {
        History { lake, log }
    }

    /// Looks whether lake and log belong together.
    ///
    /// # Errors
    ///
    /// [`HistoryError`] when they do not; the message says what to do.
    pub fn check(&self) -> Result<(), HistoryError> {
        let (archived, tail, head) = (self.lake.archived(), self.log.tail(), self.log.head());
        if head < archived {
            return Err(HistoryError::LakeAhead { archived, head });
        }
        if archived.next() < tail {
            return Err(HistoryError::Gap { archived, tail });
        }
        Ok(())
    }

    /// The last event.
    pub fn head(&self) -> Position {
        self.log.head()
    }

    /// Reads at most `n_max` events after `after`, in order; fewer only at the end of the history.
    ///
    /// # Errors
    ///
    /// [`PortError`] when lake or log cannot be read, or events are in neither.
    pub async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let mut events = Vec::new();
        let mut last = after;
        while events.len() < n_max && last < self.head() {
            let n_left = n_max - events.len();
            let mut next = self.read_log(last, n_left).await?;
            if next.is_empty() {
                if self.lake.archived() <= last {
                    // Another process archived it.
                    self.lake.refresh().await?;
                }
                next = self.lake.read(last, n_left).await?;
            }
            last = end_of_run(last, &next)?;
            match events.is_empty() {
                true => events = next,
                false => events.append(&mut next),
            }
        }
        Ok(events)
    }

    /// What the log still has right after `after`; nothing when it has let go of that.
    async fn read_log(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        if after.next() < self.log.tail() {
            return Ok(Vec::new());
        }
        let events = self.log.read(after, n_max).await?;
        // It may have let go of them since it was asked where it begins.
        let begins_there = events.first().is_some_and(|it| it.position == after.next());
        Ok(if begins_there { events } else { Vec::new() })
    }
}

/// The last of events that must follow `after` without a gap.
pub(crate) fn end_of_run(after: Position, events: &[Recorded]) -> Result<Position, PortError> {
    let mut last = after;
    for event in events {
        if event.position != last.next() {
            return Err(missing(last.next()));
        }
        last = event.position;
    }
    if last == after { Err(missing(after.next())) } else { Ok(last) }
}

fn missing(position: Position) -> PortError {
    PortError::Unreadable {
        backend: BACKEND,
        what: format!(
            "the event at {position} is neither in the lake nor in the log; restore the folders \
             `lake` and `log` from one backup"
        ),
        source: None,
    }
}

impl App {
    /// Everything that happened.
    pub fn history(&self) -> History {
        History::new(Arc::clone(&self.backends.lake), Arc::clone(&self.backends.log))
    }
}

#[cfg(test)]
mod tests;
