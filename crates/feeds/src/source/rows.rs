//! Rows that have no length of their own: one that never ends is given up before it fills memory.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes that are read for one row. No row of sense comes near, and what is read ahead counts.
const ROW_READ_MAX: u64 = 16 << 20;

/// Counts what is read since a row began. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowLimit(Arc<AtomicU64>);

impl RowLimit {
    /// Says that the row before is over.
    pub(crate) fn begin_row(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(super) fn limiting<R: Read>(&self, inner: R) -> Limited<R> {
        Limited { inner, limit: self.clone() }
    }
}

/// Reads until a row is too long.
#[derive(Debug)]
pub(super) struct Limited<R> {
    inner: R,
    limit: RowLimit,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if ROW_READ_MAX < self.limit.0.load(Ordering::Relaxed) {
            return Err(io::Error::other(format!(
                "a row is longer than {ROW_READ_MAX} bytes; is a quote or an end missing?"
            )));
        }
        let n_read = self.inner.read(buffer)?;
        self.limit.0.fetch_add(n_read as u64, Ordering::Relaxed);
        Ok(n_read)
    }
}
