//! Bodies on their way: how many requests may wait for theirs at once.
//!
//! A slow body costs its sender nothing, so a request that waits for one holds no place among those in
//! work. It stands in one of four queues instead, by who vouches for it, so that those that anybody can
//! fill are not those that servers and decisions need; and of the open ones no address range may fill
//! more than a small share. A body that came together with its head waits in none.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::KeyKind;

use super::shed::Class;
use crate::networks::CallerRange;

/// One address range may be this part of a queue that anybody can join.
const RANGE_PART: usize = 16;
/// Requests without a key in their head may wait for this part of what can be worked on at once.
const KEYLESS_PART: usize = 4;

/// Everybody who waits for a body.
#[derive(Debug)]
pub(crate) struct Arrivals {
    /// Events whose key, if any, is in the body.
    keyless: Queue,
    /// Events from pages.
    page_events: Queue,
    /// Questions for decisions from pages.
    page_decisions: Queue,
    /// Whatever the shop's own servers send, often all from one address.
    servers: Queue,
}

impl Arrivals {
    /// Queues for a server that works on `n_max` requests at once.
    pub(crate) fn new(n_max: usize) -> Arrivals {
        let open = |n_max: usize| Queue::new(n_max, (n_max / RANGE_PART).max(1));
        Arrivals {
            keyless: open((n_max / KEYLESS_PART).max(1)),
            page_events: open(n_max),
            page_decisions: open(n_max),
            servers: Queue::new(n_max, n_max),
        }
    }

    /// Joins the queue for what a sender with a key of that kind sends; nothing when it is full.
    pub(crate) fn enter(
        &self,
        class: Class,
        vouched: Option<KeyKind>,
        range: Option<CallerRange>,
    ) -> Option<Arriving<'_>> {
        let queue = match (vouched, class) {
            (None, _) => &self.keyless,
            (Some(KeyKind::Publishable), Class::Decisions) => &self.page_decisions,
            (Some(KeyKind::Publishable), _) => &self.page_events,
            (Some(KeyKind::Secret | KeyKind::Own), _) => &self.servers,
        };
        queue.enter(range)
    }
}

#[derive(Debug)]
struct Queue {
    n_max: usize,
    n_range_max: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    n: usize,
    /// Only ranges from which somebody waits, so no more than wait in all.
    by_range: BTreeMap<Option<CallerRange>, usize>,
}

impl Queue {
    const fn new(n_max: usize, n_range_max: usize) -> Queue {
        let waiting = Mutex::new(Waiting { n: 0, by_range: BTreeMap::new() });
        Queue { n_max, n_range_max, waiting }
    }

    fn enter(&self, range: Option<CallerRange>) -> Option<Arriving<'_>> {
        let mut waiting = self.lock();
        let n_range = waiting.by_range.get(&range).copied().unwrap_or_default();
        if waiting.n >= self.n_max || n_range >= self.n_range_max {
            return None;
        }
        waiting.n += 1;
        waiting.by_range.insert(range, n_range + 1);
        drop(waiting);
        Some(Arriving { queue: self, range })
    }

    /// The counts are right after every statement, whoever panicked elsewhere.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a queue; given back when dropped.
#[derive(Debug)]
pub(crate) struct Arriving<'a> {
    queue: &'a Queue,
    range: Option<CallerRange>,
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        let mut waiting = self.queue.lock();
        waiting.n -= 1;
        match waiting.by_range.get_mut(&self.range) {
            Some(n) if *n > 1 => *n -= 1,
            _ => {
                waiting.by_range.remove(&self.range);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(index: u8) -> Option<CallerRange> {
        Some(CallerRange::around([198, 51, index, 7].into()))
    }

    #[test]
    fn a_range_may_fill_its_share_and_leaves_nothing_behind() {
        let queue = Queue::new(3, 2);
        let mine = [queue.enter(range(1)), queue.enter(range(1))];
        assert!(mine.iter().all(Option::is_some));
        assert!(queue.enter(range(1)).is_none(), "a share is two");
        let other = queue.enter(range(2));
        assert!(other.is_some());
        assert!(queue.enter(range(3)).is_none(), "the queue is three");
        drop(mine);
        assert!(queue.enter(range(1)).is_some());
        drop(other);
        assert!(queue.lock().by_range.is_empty());
    }

    #[test]
    fn those_whom_nobody_vouches_for_leave_room_for_the_others() {
        let arrivals = Arrivals::new(64);
        let enter = |index, vouched| arrivals.enter(Class::Intake, vouched, range(index));
        let keyless: Vec<_> = (0..64).filter_map(|index| enter(index, None)).collect();
        assert_eq!(keyless.len(), 16);
        let pages = (0..=255).filter_map(|index| enter(index, Some(KeyKind::Publishable)));
        let pages: Vec<_> = pages.collect();
        assert_eq!(pages.len(), 64);
        let servers: Vec<_> = (0..64).filter_map(|_| enter(0, Some(KeyKind::Secret))).collect();
        assert_eq!(servers.len(), 64, "the shop's own servers may share one address");
        let decisions = arrivals.enter(Class::Decisions, Some(KeyKind::Publishable), range(1));
        assert!(decisions.is_some());
    }
}
