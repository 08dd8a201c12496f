//! The limits of a log, each with a default that suits a small machine; and where a new one begins.

use domain::Position;

/// The limits of a [`LocalLog`](crate::LocalLog).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where a log that does not exist yet begins: the position of its first event, as if those before it
    /// had been forgotten. One that exists goes on where it is.
    pub first: Position,
    /// How many events may wait for the writer; beyond it, `append` waits for its turn.
    pub queue_events: u32,
    /// How many events share one sync at most.
    pub group_events: usize,
    /// How many of the latest events are kept decoded for followers.
    pub tail_events: usize,
    /// How many encoded bytes the events kept decoded may have had together.
    pub tail_bytes: usize,
    /// How many positions one segment spans: the unit in which the log forgets.
    pub segment_events: u64,
    /// How many bytes of disk the log leaves free: it refuses events rather than touch them, so that
    /// the store always has room to tidy up.
    pub reserve_bytes: u64,
    /// How much memory the events that are not yet in tables may take, before they are flushed.
    pub memtable_bytes: u64,
    /// How much memory blocks read from disk may take.
    pub cache_bytes: u64,
    /// How many bytes of journal the store keeps before it flushes what holds them back.
    pub journal_bytes: u64,
}

const MIB: u64 = 1 << 20;

impl Default for Options {
    fn default() -> Options {
        Options {
            first: Position::new(1),
            queue_events: 65_536,
            group_events: 8_192,
            tail_events: 32_768,
            tail_bytes: 16 << 20,
            segment_events: 1 << 22,
            reserve_bytes: 256 * MIB,
            memtable_bytes: 32 * MIB,
            cache_bytes: 16 * MIB,
            journal_bytes: 256 * MIB,
        }
    }
}
