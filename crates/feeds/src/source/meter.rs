//! How far reading a file has come.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far reading a file has come, in bytes of the file as it lies on the disk. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    n_read: AtomicU64,
    n_bytes: AtomicU64,
}

impl Meter {
    /// How many bytes have been read.
    pub fn n_read(&self) -> u64 {
        self.0.n_read.load(Ordering::Relaxed)
    }

    /// How many bytes there are.
    pub fn n_bytes(&self) -> u64 {
        self.0.n_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn begin(&self, n_bytes: u64) {
        self.0.n_bytes.store(n_bytes, Ordering::Relaxed);
        self.rewind();
    }

    pub(crate) fn rewind(&self) {
        self.0.n_read.store(0, Ordering::Relaxed);
    }

    /// Says that `n_done` of `n_all` things are read.
    pub(crate) fn share(&self, n_done: u64, n_all: u64) {
        let n_read = u128::from(self.n_bytes()) * u128::from(n_done) / u128::from(n_all.max(1));
        self.0.n_read.store(u64::try_from(n_read).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Counts what is read from `inner`.
    pub(crate) fn counting<R: Read>(&self, inner: R) -> Counting<R> {
        Counting { inner, meter: self.clone() }
    }
}

/// Counts what is read.
#[derive(Debug)]
pub(crate) struct Counting<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.inner.read(buffer)?;
        self.meter.0.n_read.fetch_add(n_read as u64, Ordering::Relaxed);
        Ok(n_read)
    }
}
