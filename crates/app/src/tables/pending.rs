//! What is to be written, until every share contains it.

use std::collections::VecDeque;

use domain::Position;
use ports::{Batch, Share, Write};

use crate::Replicas;

/// How many writes a replica holds at the most, some 200 bytes each: this is what a share can lack and
/// still be taken over without folding again. Where one process writes, they go at once.
pub(super) const WRITES_MAX: usize = 200_000;
/// How many writes are written at once, give or take those of one event: gathering them keeps folding
/// waiting.
const BATCH_WRITES_MAX: usize = 10_000;

/// A write, and where it comes from.
#[derive(Clone, Debug)]
struct Entry {
    position: Position,
    share: Share,
    write: Write,
}

/// The writes of a stretch of the history, in order.
#[derive(Debug)]
pub(crate) struct Pending {
    /// How many there may be; beyond it the oldest go.
    n_max: usize,
    /// Everything that was written after this event...
    after: Position,
    /// ...up to this one is here.
    through: Position,
    entries: VecDeque<Entry>,
}

impl Default for Pending {
    fn default() -> Pending {
        Pending::after(Position::START, Replicas::One)
    }
}

impl Pending {
    /// Nothing, of a state that begins after `after`.
    pub(crate) fn after(after: Position, replicas: Replicas) -> Pending {
        let n_max = match replicas {
            Replicas::One => usize::MAX,
            Replicas::Many => WRITES_MAX,
        };
        Pending { n_max, after, through: after, entries: VecDeque::new() }
    }

    /// Adds what the next event wrote, and lets go of the oldest when there is too much.
    pub(crate) fn add(
        &mut self,
        position: Position,
        share: Share,
        writes: impl Iterator<Item = Write>,
    ) {
        self.through = position;
        self.entries.extend(writes.map(|write| Entry { position, share, write }));
        while self.n_max < self.entries.len() {
            if let Some(oldest) = self.entries.pop_front() {
                self.after = oldest.position;
            }
        }
    }

    /// Notes that everything up to `through` is here.
    pub(super) fn reach(&mut self, through: Position) {
        self.through = self.through.max(through);
    }

    /// Whether there is so much that no more should be asked for before some of it is written.
    pub(super) fn is_filling_up(&self) -> bool {
        WRITES_MAX / 2 <= self.entries.len()
    }

    /// What there is of one share.
    pub(super) fn of_share(&self, share: Share) -> Pending {
        let of_share = self.entries.iter().filter(|it| it.share == share).cloned();
        let Pending { n_max, after, through, .. } = *self;
        Pending { n_max, after, through, entries: of_share.collect() }
    }

    /// Lets go of everything up to `through`.
    pub(crate) fn settle(&mut self, through: Position) {
        while self.entries.front().is_some_and(|it| it.position <= through) {
            self.entries.pop_front();
        }
        self.after = self.after.max(through.min(self.through));
    }

    /// What is next to be written to `shares`, which contain everything up to `after`; `None` when not all
    /// of it is here.
    pub(crate) fn batch(&self, shares: &[Share], after: Position) -> Option<Batch> {
        if after < self.after {
            return None;
        }
        let mut writes = Vec::new();
        let mut last = after;
        for it in self.entries.iter().filter(|it| after < it.position && shares.contains(&it.share))
        {
            // An event's writes are not parted.
            if BATCH_WRITES_MAX <= writes.len() && last < it.position {
                return Some(Batch { shares: shares.to_vec(), after, through: last, writes });
            }
            last = it.position;
            writes.push(it.write.clone());
        }
        let through = self.through.max(after);
        Some(Batch { shares: shares.to_vec(), after, through, writes })
    }

    /// The last event whose writes are here.
    pub(crate) const fn through(&self) -> Position {
        self.through
    }

    /// The first event whose writes may be here.
    pub(crate) const fn begins_after(&self) -> Position {
        self.after
    }
}

#[cfg(test)]
mod tests {
    use domain::Partition;
    use ports::Table;

    use super::*;

    const ONE: Share = Share::of(Partition::new(0));
    const OTHER: Share = Share::of(Partition::new(255));

    fn write(n: u64) -> Write {
        Write { table: Table::Outcomes, key: n.to_be_bytes().to_vec(), value: Vec::new() }
    }

    fn add(pending: &mut Pending, position: u64, share: Share) {
        pending.add(Position::new(position), share, std::iter::once(write(position)));
    }

    fn keys(pending: &Pending, shares: &[Share], after: u64) -> Option<Vec<u64>> {
        let batch = pending.batch(shares, Position::new(after))?;
        let key = |it: &Write| u64::from_be_bytes(it.key.as_slice().try_into().unwrap());
        Some(batch.writes.iter().map(key).collect())
    }

    #[test]
    fn a_batch_has_what_its_shares_lack() {
        let mut pending = Pending::after(Position::new(2), Replicas::Many);
        for (position, share) in [(3, ONE), (4, OTHER), (5, ONE)] {
            add(&mut pending, position, share);
        }
        pending.add(Position::new(6), ONE, std::iter::empty());
        assert_eq!(keys(&pending, &[ONE], 2), Some(vec![3, 5]));
        assert_eq!(keys(&pending, &[ONE, OTHER], 3), Some(vec![4, 5]));
        assert_eq!(keys(&pending, &[ONE], 1), None, "what event 2 wrote is not here");
        let batch = pending.batch(&[OTHER], Position::new(4)).unwrap();
        assert_eq!((batch.through, batch.writes.len()), (Position::new(6), 0));
        let ahead = pending.batch(&[OTHER], Position::new(9)).unwrap();
        assert_eq!(ahead.through, Position::new(9), "a share that is ahead is not put back");
    }

    #[test]
    fn what_every_share_contains_is_let_go_of() {
        let mut pending = Pending::after(Position::START, Replicas::Many);
        for position in 1..=9 {
            add(&mut pending, position, ONE);
        }
        pending.settle(Position::new(6));
        assert_eq!(keys(&pending, &[ONE], 6), Some(vec![7, 8, 9]));
        assert_eq!(keys(&pending, &[ONE], 5), None);
        pending.settle(Position::new(50));
        assert_eq!(pending.begins_after(), Position::new(9), "no further than was folded");
    }

    #[test]
    fn there_is_a_limit_where_others_write_too() {
        let mut pending = Pending::after(Position::START, Replicas::Many);
        let mut alone = Pending::after(Position::START, Replicas::One);
        let n_writes = WRITES_MAX as u64 + 10;
        for position in 1..=n_writes {
            add(&mut pending, position, ONE);
            add(&mut alone, position, ONE);
        }
        assert_eq!(pending.begins_after(), Position::new(10));
        assert_eq!(keys(&pending, &[ONE], 9), None, "it has to be folded again");
        assert_eq!(keys(&pending, &[ONE], 10).map(|it| it[0]), Some(11));
        assert_eq!(keys(&alone, &[ONE], 0).map(|it| it[0]), Some(1), "nobody else would write it");
    }

    #[test]
    fn a_batch_is_bounded_and_parts_no_event() {
        let mut pending = Pending::after(Position::START, Replicas::One);
        for position in 1..=3 {
            let writes = (0..BATCH_WRITES_MAX as u64 * 2 / 3).map(|it| write(position << 32 | it));
            pending.add(Position::new(position), ONE, writes);
        }
        let mut after = Position::START;
        let mut lengths = Vec::new();
        while after < pending.through() {
            let batch = pending.batch(&[ONE], after).unwrap();
            lengths.push((batch.through.get(), batch.writes.len()));
            after = batch.through;
        }
        let third = BATCH_WRITES_MAX * 2 / 3;
        assert_eq!(lengths, [(2, 2 * third), (3, third)]);
    }
}
