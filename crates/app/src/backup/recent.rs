//! How much of a history a new log is begun with, so that what is sent again counts once after a restore
//! as it did before.

use std::collections::HashSet;

use domain::{Position, Timestamp};
use ports::DUPLICATE_WINDOW;
use rustc_hash::FxBuildHasher;

use domain::{MessageKey, Recorded};

/// How many events a new log is begun with at most: a shop with more of them in a day counts once over
/// less than a day, just after a restore.
pub(super) const EVENTS_MAX: usize = 4_000_000;

/// Looks at a history from its end backwards, for as long as events belong into the log.
///
/// They do as long as they were received within the window, and no later one has the same message key:
/// else the log would take that for a repeat.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    first: Option<Position>,
    latest: Option<Timestamp>,
    keys: HashSet<MessageKey, FxBuildHasher>,
    is_over: bool,
}

impl Recent {
    /// Takes the events before those that it has seen.
    pub(crate) fn look_back(&mut self, events: &[Recorded]) {
        for event in events.iter().rev() {
            let received = event.envelope.received_time;
            let latest = *self.latest.get_or_insert(received);
            self.is_over |= latest.since(received) > DUPLICATE_WINDOW
                || self.keys.len() >= EVENTS_MAX
                || !self.keys.insert(event.envelope.message);
            if self.is_over {
                return;
            }
            self.first = Some(event.position);
        }
    }

    /// Whether no earlier event belongs into the log.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Where the log begins, of a history that ends at `position`.
    pub(crate) fn first(&self, position: Position) -> Position {
        self.first.unwrap_or(position.next())
    }
}

#[cfg(test)]
mod tests {
    use domain::Span;
    use ports::conformance::any_event;

    use super::*;

    /// Events by message and the hours at which they were received; where the log begins.
    #[track_caller]
    fn check(told: &[(u64, i64)], expected: u64) {
        let events: Vec<Recorded> = (1..)
            .zip(told)
            .map(|(n, (message, hours))| {
                let mut envelope = any_event(*message);
                envelope.received_time = envelope.received_time.plus(Span::HOUR.times(*hours));
                Recorded { position: Position::new(n), envelope }
            })
            .collect();
        for split in 0..=events.len() {
            let mut recent = Recent::default();
            let (early, late) = events.split_at(split);
            recent.look_back(late);
            if !recent.is_over() {
                recent.look_back(early);
            }
            let last = Position::new(events.len() as u64);
            assert_eq!(recent.first(last), Position::new(expected), "{told:?} at {split}");
        }
    }

    #[test]
    fn a_log_begins_with_the_last_day_of_different_messages() {
        check(&[], 1);
        check(&[(1, 0), (2, 1), (3, 24)], 1);
        check(&[(1, 0), (2, 1), (3, 25)], 2);
        check(&[(1, 0), (2, 1), (1, 2), (3, 3)], 2);
        check(&[(1, 0), (1, 90)], 2);
    }
}
