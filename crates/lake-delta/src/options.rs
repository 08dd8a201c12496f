//! The limits of a lake, each with a default that suits a small machine.

use domain::Span;

use crate::Scheduler;

/// The limits of a [`DeltaLake`](crate::DeltaLake).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Into how many buckets shoppers are divided, from 1 to 256. Fixed when a table is made: a lake that
    /// exists keeps its own.
    pub buckets: u16,
    /// How many events one call of `archive` may bring.
    pub archive_events_max: usize,
    /// How many neighbouring small files of one folder are merged into one.
    pub merge_files: usize,
    /// How large a merged file should become; one that is larger is left alone.
    pub file_bytes: u64,
    /// After how many commits a checkpoint is written.
    pub checkpoint_commits: u64,
    /// How long a file that is no longer part of a table, and old commits, stay for readers elsewhere.
    pub vacuum_after: Span,
    /// How much memory a data set or a question in SQL may take; beyond it they use the disk, or fail.
    pub memory_bytes: usize,
    /// How much disk they may take then.
    pub spill_bytes: u64,
    /// Who runs data sets and questions instead of this process.
    pub scheduler: Option<Scheduler>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            buckets: 4,
            archive_events_max: 1_000_000,
            merge_files: 8,
            file_bytes: 128 << 20,
            checkpoint_commits: 20,
            vacuum_after: Span::DAY.times(7),
            memory_bytes: 1 << 30,
            spill_bytes: 64 << 30,
            scheduler: None,
        }
    }
}
