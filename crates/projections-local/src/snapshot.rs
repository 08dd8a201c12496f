//! Snapshots in files: a header that says what must follow, and the state.
//!
//! ```text
//! "tmsnap\r\n"  format:u16  position:u64  length:u64  blake3(the four before, state):32  state
//! ```
//!
//! Numbers are little-endian. A file is written beside its place, synced and then renamed into it, so
//! that a stop at any moment leaves the old one or the new one, whole.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use domain::Position;
use ports::{PortError, Snapshot};

use crate::error::{from_io, newer, unreadable};

/// The version of the file's layout, and the newest that this program reads.
const FORMAT: u16 = 1;
/// The line ending tells when a file was copied as text.
const MAGIC: &[u8; 8] = b"tmsnap\r\n";
const SUFFIX: &str = ".snapshot";
const FACTS_BYTES: usize = MAGIC.len() + 2 + 8 + 8;
const HEADER_BYTES: usize = FACTS_BYTES + blake3::OUT_LEN;

/// The file of the snapshot `name`.
pub(crate) fn path(folder: &Path, name: &str) -> PathBuf {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    assert!(
        !name.is_empty() && name.bytes().all(is_plain),
        "a snapshot's name is of a-z, 0-9, `_` and `-`, not `{name}`"
    );
    folder.join(format!("{name}{SUFFIX}"))
}

/// Reads the snapshot in `file`, if there is one.
pub(crate) fn load(file: &Path) -> Result<Option<Snapshot>, PortError> {
    let reading = |err| from_io("reading a snapshot", err);
    let mut open = match File::open(file) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(None),
        open => open.map_err(reading)?,
    };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    Read::by_ref(&mut open).take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(reading)?;
    let header = Header::parse(file, &header)?;

    let n_left = open.metadata().map_err(reading)?.len().saturating_sub(HEADER_BYTES as u64);
    if n_left != header.n_bytes {
        return Err(unreadable(file, "is cut off"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(n_left).unwrap_or(0));
    open.read_to_end(&mut bytes).map_err(reading)?;
    if checksum(&facts(header.position, header.n_bytes), &bytes) != header.checksum {
        return Err(unreadable(file, "is damaged"));
    }
    Ok(Some(Snapshot { position: header.position, bytes }))
}

/// Replaces the snapshot in `file`.
pub(crate) fn save(file: &Path, snapshot: &Snapshot) -> io::Result<()> {
    let facts = facts(snapshot.position, snapshot.bytes.len() as u64);
    let beside = file.with_extension("new");
    let mut open = File::create(&beside)?;
    open.write_all(&facts)?;
    open.write_all(checksum(&facts, &snapshot.bytes).as_bytes())?;
    open.write_all(&snapshot.bytes)?;
    open.sync_all()?;
    fs::rename(&beside, file)?;
    sync_folder(file)
}

/// Deletes every snapshot in `folder`.
pub(crate) fn delete_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "snapshot" || it == "new") {
            fs::remove_file(&path)?;
        }
    }
    File::open(folder)?.sync_all()
}

fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

struct Header {
    position: Position,
    n_bytes: u64,
    checksum: blake3::Hash,
}

impl Header {
    fn parse(file: &Path, bytes: &[u8]) -> Result<Header, PortError> {
        let cut_off = || unreadable(file, "is cut off");
        let (magic, rest) = bytes.split_first_chunk().ok_or_else(cut_off)?;
        if magic != MAGIC {
            return Err(unreadable(file, "is no snapshot"));
        }
        let (format, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
        let format = u16::from_le_bytes(*format);
        if FORMAT < format {
            return Err(newer(file, format, FORMAT));
        }
        let (position, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
        let (n_bytes, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
        let checksum = rest.first_chunk().ok_or_else(cut_off)?;
        Ok(Header {
            position: Position::new(u64::from_le_bytes(*position)),
            n_bytes: u64::from_le_bytes(*n_bytes),
            checksum: blake3::Hash::from_bytes(*checksum),
        })
    }
}

fn facts(position: Position, n_bytes: u64) -> Vec<u8> {
    let mut facts = Vec::with_capacity(FACTS_BYTES);
    facts.extend_from_slice(MAGIC);
    facts.extend_from_slice(&FORMAT.to_le_bytes());
    facts.extend_from_slice(&position.get().to_le_bytes());
    facts.extend_from_slice(&n_bytes.to_le_bytes());
    facts
}

fn checksum(facts: &[u8], bytes: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(facts).update(bytes).finalize()
}
