//! Lake and log are read as one, however they share the events and whatever the log forgets meanwhile.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::{Envelope, Position, Timestamp};
use ports::conformance::any_event;
use ports::{Acts, ActsWanted, LakeTable, Receipt, Report, Tended};
use proptest::prelude::*;

use super::*;

fn events(from: u64, through: u64) -> Vec<Recorded> {
    let event = |n| Recorded { position: Position::new(n), envelope: any_event(n) };
    (from..=through).map(event).collect()
}

/// A lake that is there to be read.
struct Archived(Vec<Recorded>);

#[async_trait]
impl Lake for Archived {
    fn archived(&self) -> Position {
        self.0.last().map_or(Position::START, |it| it.position)
    }

    async fn refresh(&self) -> Result<Position, PortError> {
        Ok(self.archived())
    }

    async fn archive(&self, _: Vec<Recorded>) -> Result<Position, PortError> {
        unreachable!("nobody archives here")
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let after = self.0.iter().filter(|it| after < it.position);
        Ok(after.take(n_max).cloned().collect())
    }

    async fn acts(&self, _: ActsWanted) -> Result<Box<dyn Acts>, PortError> {
        unreachable!("nobody trains here")
    }

    async fn query(&self, _: &str, _: usize) -> Result<Report, PortError> {
        unreachable!("nobody asks here")
    }

    async fn tend(&self, _: Timestamp) -> Result<Tended, PortError> {
        unreachable!("nobody tends here")
    }

    async fn tables(&self) -> Result<Vec<LakeTable>, PortError> {
        unreachable!("nobody looks here")
    }
}

/// A log that forgets some more each time it was asked where it begins.
struct Forgetful {
    events: Vec<Recorded>,
    n_forgotten: AtomicU64,
    n_more: u64,
    forgotten_max: u64,
}

#[async_trait]
impl Log for Forgetful {
    async fn append(&self, _: Vec<Envelope>) -> Result<Vec<Receipt>, PortError> {
        unreachable!("nobody appends here")
    }

    async fn read(&self, after: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
        let after = after.get().max(self.n_forgotten.load(Ordering::Relaxed));
        let kept = self.events.iter().filter(|it| after < it.position.get());
        Ok(kept.take(n_max).cloned().collect())
    }

    fn head(&self) -> Position {
        self.events.last().map_or(Position::START, |it| it.position)
    }

    async fn wait_past(&self, _: Position) -> Position {
        self.head()
    }

    async fn forget(&self, _: Position) -> Result<(), PortError> {
        unreachable!("it forgets by itself")
    }

    fn tail(&self) -> Position {
        let n_forgotten = self.n_forgotten.load(Ordering::Relaxed);
        let more = (n_forgotten + self.n_more).min(self.forgotten_max);
        self.n_forgotten.store(more.max(n_forgotten), Ordering::Relaxed);
        Position::new(n_forgotten).next()
    }

    fn room_bytes(&self) -> Option<u64> {
        None
    }
}

/// A history of `n_events` of which so many are archived and so many forgotten.
fn history(n_events: u64, n_archived: u64, n_forgotten: u64, n_more: u64) -> History {
    let lake = Archived(events(1, n_archived));
    let log = Forgetful {
        events: events(1, n_events),
        n_forgotten: AtomicU64::new(n_forgotten),
        n_more,
        forgotten_max: n_archived,
    };
    History::new(Arc::new(lake), Arc::new(log))
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime can be made").block_on(work)
}

proptest! {
    #[test]
    fn lake_and_log_are_one_sequence_wherever_one_ends_and_the_other_begins(
        n_events in 0..60u64,
        archived in 0.0..=1.0,
        forgotten in 0.0..=1.0,
        n_more in 0..9u64,
        n_max in 1..25usize,
    ) {
        let part = |whole: u64, share: f64| {
            (0..=whole).rev().find(|it| *it as f64 <= whole as f64 * share).unwrap_or(0)
        };
        let n_archived = part(n_events, archived);
        let history = history(n_events, n_archived, part(n_archived, forgotten), n_more);
        prop_assert_eq!(history.check(), Ok(()));
        let mut found = Vec::new();
        let mut after = Position::START;
        loop {
            let some = block_on(history.read(after, n_max)).unwrap();
            let Some(last) = some.last() else { break };
            prop_assert!(some.len() == n_max || last.position == history.head());
            after = last.position;
            found.extend(some);
        }
        prop_assert_eq!(found, events(1, n_events));
    }
}

#[test]
fn what_is_in_neither_is_named() {
    let history = history(9, 3, 5, 0);
    let gap = HistoryError::Gap { archived: Position::new(3), tail: Position::new(6) };
    assert_eq!(history.check(), Err(gap));
    let error = block_on(history.read(Position::new(1), 9)).unwrap_err();
    assert!(error.to_string().contains("the event at 4 is neither in the lake nor"), "{error}");
    // What comes after the gap is there.
    assert_eq!(block_on(history.read(Position::new(5), 9)).unwrap(), events(6, 9));
}

#[test]
fn a_lake_that_knows_more_than_the_log_is_refused() {
    let lake = Archived(events(1, 7));
    let log = Forgetful {
        events: events(1, 4),
        n_forgotten: AtomicU64::new(0),
        n_more: 0,
        forgotten_max: 0,
    };
    let history = History::new(Arc::new(lake), Arc::new(log));
    let ahead = HistoryError::LakeAhead { archived: Position::new(7), head: Position::new(4) };
    assert_eq!(history.check(), Err(ahead));
}
