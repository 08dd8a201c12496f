//! Which messages were counted already, as far as the stream told: the message keys of the last day.
//!
//! ```text
//! headers of the stream, in order ──▶ note ──▶ shards ◀── find ── append, before it publishes
//!                                       │
//!                                     times: what was stored when, so that old keys go
//! ```
//!
//! A key is remembered as a hash of 48 bits and its event's position: 16 bits choose one of 65,536 shards, 32
//! are kept, beside the last 32 bits of the position. Two keys may have one hash, so whatever is found is
//! only a candidate, and is read from the stream before it is believed (`counted.rs`); among a hundred
//! million keys one new one in three million is read in vain.
//!
//! # Cost
//!
//! 8 bytes a key and up to as much again for growth (8.6 to 13.4 bytes were measured), and 2 MB for the
//! shards. A shard holds its keys in the order of their positions: to note one is to push it, to let old ones
//! go is to pop them, and to find one is to look through its shard. On two busy cores a new key took 0.4 µs to
//! look for among a million, 1.2 µs among ten million and 6 µs among a hundred million, and about 1 µs to
//! note. Nothing is ever rebuilt, so nobody waits for that.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{MessageKey, Position, Span, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Options;

/// How many bits of a hash choose the shard.
const SHARD_BITS: u32 = 16;
/// Into how many parts the remembered time is divided, by which keys go.
const PARTS: i64 = 1_024;
/// A shard that is emptier than one of so many gives memory back.
const SLACK: usize = 4;

/// The message keys of the last day, and how far the stream was followed.
pub(crate) struct Messages {
    index: Mutex<Index>,
    /// The last position that is noted, with all before it.
    noted: watch::Sender<Position>,
    /// Everything that was stored before this moment is noted.
    complete: Mutex<Option<Instant>>,
}

impl Messages {
    /// Knows nothing yet, and need not know what is at or before `noted`.
    pub(crate) fn new(noted: Position, options: &Options) -> Messages {
        Messages {
            index: Mutex::new(Index::new(noted, options, hash)),
            noted: watch::Sender::new(noted),
            complete: Mutex::new(None),
        }
    }

    /// Notes what is stored at `position` since `stored`, by the server's clock; without a key, that there
    /// is something. What is noted already is left as it is.
    pub(crate) fn note(&self, key: Option<MessageKey>, position: Position, stored: Timestamp) {
        if self.index().note(key, position, stored) {
            self.noted.send_modify(|it| *it = (*it).max(position));
        }
    }

    /// There is nothing to be noted up to `position` any more.
    pub(crate) fn skip(&self, position: Position) {
        let mut index = self.index();
        index.last = index.last.max(position);
        self.noted.send_modify(|it| *it = (*it).max(position));
    }

    /// Where an event with this key may be kept, the latest first.
    pub(crate) fn find(&self, key: MessageKey) -> Vec<Position> {
        self.index().find(key)
    }

    /// How many message keys are to be remembered now.
    pub(crate) fn n_due(&self) -> u64 {
        let index = self.index();
        index.last.next().get() - index.due().get()
    }

    /// The first position whose message key is to be remembered.
    pub(crate) fn due(&self) -> Position {
        self.index().due()
    }

    /// The last position that is noted.
    pub(crate) fn noted(&self) -> Position {
        *self.noted.borrow()
    }

    /// Waits until everything up to `position` is noted.
    pub(crate) async fn wait_for(&self, position: Position) {
        let mut noted = self.noted.subscribe();
        // The sender lives as long as `self`.
        drop(noted.wait_for(|it| position <= *it).await);
    }

    /// Everything that was stored before `moment` is noted.
    pub(crate) fn complete(&self, moment: Instant) {
        let mut complete = self.complete.lock().unwrap_or_else(PoisonError::into_inner);
        *complete = (*complete).max(Some(moment));
    }

    /// The moment before which everything that was stored is noted.
    pub(crate) fn complete_until(&self) -> Option<Instant> {
        *self.complete.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message key in its shard.
#[derive(Clone, Copy)]
struct Entry {
    /// What of the hash the shard does not tell.
    hash: u32,
    /// The last bits of the position. The first follow from the last position that is noted.
    position: u32,
}

struct Index {
    shards: Vec<VecDeque<Entry>>,
    /// The first position of each part of the remembered time, and when it was stored.
    times: VecDeque<(Timestamp, Position)>,
    /// When the latest event was stored. A server's clock that goes back does not make it earlier.
    latest: Timestamp,
    /// The last position that is noted.
    last: Position,
    remembered: Span,
    n_max: u64,
    hash: fn(MessageKey) -> u64,
}

impl Index {
    fn new(noted: Position, options: &Options, hash: fn(MessageKey) -> u64) -> Index {
        Index {
            shards: vec![VecDeque::new(); 1 << SHARD_BITS],
            times: VecDeque::new(),
            latest: Timestamp::from_micros(i64::MIN),
            last: noted,
            remembered: options.remembered,
            n_max: u64::from(options.remembered_events),
            hash,
        }
    }

    /// Answers whether it was new.
    fn note(&mut self, key: Option<MessageKey>, position: Position, stored: Timestamp) -> bool {
        if position <= self.last {
            return false;
        }
        self.last = position;
        self.latest = self.latest.max(stored);
        let part = Span::from_micros(self.remembered.as_micros() / PARTS);
        if self.times.back().is_none_or(|(since, _)| part <= self.latest.since(*since)) {
            self.times.push_back((self.latest, position));
        }
        // A part may go when the next one begins before the remembered time.
        while self.times.get(1).is_some_and(|(s, _)| self.remembered < self.latest.since(*s)) {
            self.times.pop_front();
        }
        if let Some(key) = key {
            let (shard, hash) = self.place(key);
            let first = self.first();
            self.shards[shard].push_back(Entry { hash, position: low(position) });
            self.let_go(shard, first);
        }
        true
    }

    fn find(&self, key: MessageKey) -> Vec<Position> {
        let (shard, hash) = self.place(key);
        let found = self.shards[shard].iter().rev().filter(|it| it.hash == hash);
        let first = self.first();
        found.map(|it| self.position(*it)).filter(|it| first <= *it).collect()
    }

    /// The first position that is remembered: the first that is due, or a later one if those are too many.
    fn first(&self) -> Position {
        let n_before = self.last.get().saturating_sub(self.n_max);
        self.due().max(Position::new(n_before).next())
    }

    fn due(&self) -> Position {
        self.times.front().map_or(self.last.next(), |(_, position)| *position)
    }

    fn let_go(&mut self, shard: usize, first: Position) {
        while let Some(oldest) = self.shards[shard].front()
            && self.position(*oldest) < first
        {
            self.shards[shard].pop_front();
        }
        let shard = &mut self.shards[shard];
        if SLACK * shard.len() < shard.capacity() {
            shard.shrink_to(2 * shard.len());
        }
    }

    fn place(&self, key: MessageKey) -> (usize, u32) {
        let hash = (self.hash)(key);
        let shard = usize::try_from(hash >> (u64::BITS - SHARD_BITS)).unwrap_or(0);
        (shard, u32::try_from(hash & u64::from(u32::MAX)).unwrap_or(0))
    }

    /// The latest noted position with an entry's last bits: fewer are remembered than those bits tell apart.
    fn position(&self, entry: Entry) -> Position {
        let n_back = low(self.last).wrapping_sub(entry.position);
        Position::new(self.last.get() - u64::from(n_back))
    }
}

/// The last bits of a position.
fn low(position: Position) -> u32 {
    u32::try_from(position.get() & u64::from(u32::MAX)).unwrap_or(0)
}

/// Mixes a key, which is random already, so that both ends of the hash depend on all of it.
fn hash(key: MessageKey) -> u64 {
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let mixed = u128::from_be_bytes(*key.as_bytes()).wrapping_mul(ODD);
    let (high, low) = (mixed >> 64, mixed & u128::from(u64::MAX));
    u64::try_from(high ^ low).unwrap_or(0)
}

#[cfg(test)]
mod tests;
