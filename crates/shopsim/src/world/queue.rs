//! What is due when, earliest first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use jiff::Timestamp;

/// Things that are due, in the order of time; what is due at one time, in the order of being put in.
#[derive(Debug)]
pub(super) struct Queue<T> {
    heap: BinaryHeap<Entry<T>>,
    n_pushed: u64,
}

/// One thing, and when it is due.
#[derive(Debug)]
pub(super) struct Due<T> {
    pub(super) time: Timestamp,
    pub(super) what: T,
}

#[derive(Debug)]
struct Entry<T> {
    time: Timestamp,
    nth: u64,
    what: T,
}

impl<T> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue { heap: BinaryHeap::new(), n_pushed: 0 }
    }
}

impl<T> Queue<T> {
    /// Puts something in.
    pub(super) fn push(&mut self, time: Timestamp, what: T) {
        self.heap.push(Entry { time, nth: self.n_pushed, what });
        self.n_pushed += 1;
    }

    /// Takes out what is due first, if that is before `end`.
    pub(super) fn pop_before(&mut self, end: Timestamp) -> Option<Due<T>> {
        if self.heap.peek()?.time >= end {
            return None;
        }
        self.heap.pop().map(|Entry { time, what, .. }| Due { time, what })
    }
}

impl<T> Ord for Entry<T> {
    /// The earliest is the greatest, because the heap gives out the greatest.
    fn cmp(&self, other: &Entry<T>) -> Ordering {
        (other.time, other.nth).cmp(&(self.time, self.nth))
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Entry<T>) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Entry<T>) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Entry<T> {}
