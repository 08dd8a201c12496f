//! The limits of projections, each with a default that suits a small machine.

/// The limits of [`LocalProjections`](crate::LocalProjections).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How much memory a table's entries that are not yet on disk may take.
    pub memtable_bytes: u64,
    /// How much memory blocks read from disk may take.
    pub cache_bytes: u64,
    /// How many bytes of journal are kept before what holds them back is flushed.
    pub journal_bytes: u64,
}

const MIB: u64 = 1 << 20;

impl Default for Options {
    fn default() -> Options {
        Options { memtable_bytes: 16 * MIB, cache_bytes: 16 * MIB, journal_bytes: 128 * MIB }
    }
}
