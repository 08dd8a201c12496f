//! How much of the disk is taken and how much is left.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ports::PortError;

use crate::error::from_io;

/// The unit in which the system counts what a file occupies.
const BLOCK_BYTES: u64 = 512;

/// Bytes that this program may still write on the disk of `folder`.
pub(crate) fn free_bytes(folder: &Path) -> Result<u64, PortError> {
    let stats = rustix::fs::statvfs(folder)
        .map_err(|errno| from_io("asking how much room the disk has", errno.into()))?;
    Ok(stats.f_bavail.saturating_mul(stats.f_frsize))
}

/// Bytes that `folder` occupies; a file's reserved but unwritten part does not count.
pub(crate) fn taken_bytes(folder: &Path) -> io::Result<u64> {
    let mut taken = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // The store deletes files while they are being counted; what is gone takes nothing.
        let metadata = match fs::symlink_metadata(&path) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        if metadata.is_dir() {
            taken += match taken_bytes(&path) {
                Err(err) if err.kind() == io::ErrorKind::NotFound => 0,
                taken => taken?,
            };
        } else {
            taken += metadata.blocks() * BLOCK_BYTES;
        }
    }
    Ok(taken)
}

/// Makes `folder`, and makes sure that it is still there after a power failure.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = match folder.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Ok(()),
    };
    make_folder(parent)?;
    match fs::create_dir(folder) {
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    fs::File::open(parent)?.sync_all()
}
