//! Mends the end of the store's own journal after a power failure.
//!
//! The store cuts off a last batch that is incomplete, but refuses to open when the batch has all its
//! parts and a wrong checksum, as when the disk wrote the pages of an unfinished sync out of order; and
//! it takes damage in the middle for the end, which would silently drop what was acknowledged. So the
//! journal is checked before the store sees it: a damaged end is cut off, because only the last batch
//! can be without its sync; a damaged middle is reported.
//!
//! ```text
//! journal = batch* zero*
//! batch   = 1 n_items:u32 seqno:u64  (item | clear){n_items}  3 xxh3(items):u64 "FJL" 3
//! item    = 2 kind:u8 compression:u8 keyspace:u64 key:u16 value:u32 stored:u32 <key> <stored value>
//! clear   = 4 keyspace:u64
//! ```
//!
//! This is format 3 of the store, little-endian; of another format nothing is touched. Takes one read of
//! at most the journals' size, at the speed of the disk.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use ports::PortError;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{from_io, unreadable};

/// What the file `version` of a store begins with, if it is of the format known here.
const FORMAT: [u8; 4] = *b"FJL\x03";
const START_BYTES: usize = 13;
const ITEM_BYTES: usize = 21;
const CLEAR_BYTES: usize = 9;

/// Checks every journal in the store's folder and cuts off a damaged end of the last one.
pub(crate) fn mend(folder: &Path) -> Result<(), PortError> {
    let reading = |err| from_io("reading the store's journal", err);
    let version = match fs::read(folder.join("version")) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
        version => version.map_err(reading)?,
    };
    if version != FORMAT {
        return Ok(());
    }
    let mut journals = journals(folder).map_err(reading)?;
    journals.sort();
    let Some((_, active)) = journals.pop() else { return Ok(()) };

    for (_, sealed) in &journals {
        let bytes = fs::read(sealed).map_err(reading)?;
        match Damage::find(&bytes) {
            None => {}
            Some(damage) => return Err(damaged(sealed, damage.start)),
        }
    }
    let bytes = fs::read(&active).map_err(reading)?;
    match Damage::find(&bytes) {
        None => Ok(()),
        Some(Damage { start, followed: Followed::ByBatches }) => Err(damaged(&active, start)),
        Some(Damage { start, followed: Followed::ByNothing }) => {
            tracing::warn!(
                kept_bytes = start,
                cut_bytes = bytes.len() - start,
                "the last write before the stop was not finished; it was never acknowledged"
            );
            cut(&active, start).map_err(|err| from_io("mending the store's journal", err))
        }
    }
}

fn damaged(journal: &Path, start: usize) -> PortError {
    unreadable(format!(
        "its journal {} is damaged at byte {start}, before events that were acknowledged; restore \
         the log's folder from a backup",
        journal.display()
    ))
}

fn journals(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut journals = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path.file_stem().and_then(|it| it.to_str()).and_then(|it| it.parse().ok());
        if path.extension().is_some_and(|it| it == "jnl") {
            journals.extend(number.map(|number: u64| (number, path)));
        }
    }
    Ok(journals)
}

fn cut(journal: &Path, n_bytes: usize) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(journal)?;
    file.set_len(n_bytes as u64)?;
    file.sync_all()
}

/// What comes behind a damaged place.
#[derive(Debug, PartialEq, Eq)]
enum Followed {
    /// Nothing whole: it is the end.
    ByNothing,
    /// Whole batches.
    ByBatches,
}

/// A place where a journal stops making sense.
#[derive(Debug, PartialEq, Eq)]
struct Damage {
    start: usize,
    followed: Followed,
}

impl Damage {
    fn find(journal: &[u8]) -> Option<Damage> {
        let n_written = n_written(journal);
        let mut start = 0;
        while let Some(end) = batch_end(journal, start) {
            start = end;
        }
        if n_written <= start {
            return None;
        }
        let is_followed = (start + 1..n_written).any(|at| batch_end(journal, at).is_some());
        let followed = if is_followed { Followed::ByBatches } else { Followed::ByNothing };
        Some(Damage { start, followed })
    }
}

/// Where the batch that begins at `start` ends, if it is whole and its checksum is right.
fn batch_end(journal: &[u8], start: usize) -> Option<usize> {
    let n_items = match journal.get(start)? {
        1 => u32_at(journal, start + 1)?,
        _ => return None,
    };
    let items = start + START_BYTES;
    let mut at = items;
    for _ in 0..n_items {
        at += match journal.get(at)? {
            2 => {
                let n_key = u16::from_le_bytes(array_at(journal, at + 11)?);
                ITEM_BYTES + usize::from(n_key) + u32_at(journal, at + 17)? as usize
            }
            4 => CLEAR_BYTES,
            _ => return None,
        };
    }
    let checksum = match journal.get(at)? {
        3 => u64::from_le_bytes(array_at(journal, at + 1)?),
        _ => return None,
    };
    let is_whole =
        array_at(journal, at + 9)? == FORMAT && xxh3_64(journal.get(items..at)?) == checksum;
    is_whole.then_some(at + 9 + FORMAT.len())
}

/// How long the journal is without the zeros that the store puts there in advance.
fn n_written(journal: &[u8]) -> usize {
    // Whole pages are compared at once: there are up to 64 MiB of zeros.
    const PAGE: [u8; 4_096] = [0; 4_096];
    let pages = journal.rchunks(PAGE.len());
    let n_zeros: usize = pages.take_while(|it| **it == PAGE[..it.len()]).map(<[u8]>::len).sum();
    let rest = &journal[..journal.len() - n_zeros];
    rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
}

fn array_at<const N: usize>(bytes: &[u8], start: usize) -> Option<[u8; N]> {
    bytes.get(start..start.checked_add(N)?)?.try_into().ok()
}

fn u32_at(bytes: &[u8], start: usize) -> Option<u32> {
    array_at(bytes, start).map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests;
