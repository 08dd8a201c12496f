//! The file of the root key.
//!
//! It lies outside the data folder, so that a copy of the data alone opens nothing, and only its owner
//! may read it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use app::{ROOT_KEY_BYTES, RootKey};
use ports::Entropy;

/// Only the owner reads and writes.
const OWNER_ONLY: u32 = 0o600;

/// Reads the root key, making it when there is none. Says whether it was made.
///
/// # Errors
///
/// When the file cannot be read or made, others may read it, or it holds no key.
pub(crate) fn read_or_make(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<(RootKey, Made)> {
    if path.exists() {
        Ok((read(path)?, Made::Before))
    } else {
        Ok((make(path, entropy)?, Made::Now))
    }
}

/// Reads the root key of a shop that exists.
///
/// # Errors
///
/// When there is none, others may read it, or it is no key.
pub(crate) fn read(path: &Path) -> anyhow::Result<RootKey> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| {
        format!("reading the root key {shown}, without which nothing of this shop can be opened")
    })?;
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        let mode = mode & 0o777;
        bail!("the root key {shown} may be read by others (mode {mode:o}); run `chmod 600` on it");
    }
    parse(&text).with_context(|| format!("in {shown}"))
}

/// When the root key was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// It was there.
    Before,
    /// It was made by this start.
    Now,
}

fn parse(text: &str) -> anyhow::Result<RootKey> {
    let digits = text.trim();
    let mut bytes = [0; ROOT_KEY_BYTES];
    if digits.len() != 2 * ROOT_KEY_BYTES || !digits.is_ascii() {
        bail!("this is no root key: it must be {} hexadecimal digits", 2 * ROOT_KEY_BYTES);
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair)?, 16)
            .context("this is no root key: it must be hexadecimal")?;
    }
    Ok(RootKey::new(&bytes))
}

fn make(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<RootKey> {
    let mut bytes = [0; ROOT_KEY_BYTES];
    entropy.fill(&mut bytes);
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    // Written aside and then linked: a crash in between leaves no half of a key, and a key that appears
    // meanwhile is never overwritten.
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(OWNER_ONLY)
        .open(&aside)
        .with_context(|| format!("making the root key {}", path.display()))?;
    file.write_all(digits.as_bytes())?;
    file.sync_all()?;
    fs::hard_link(&aside, path)
        .with_context(|| format!("making the root key {}", path.display()))?;
    fs::remove_file(&aside)?;
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(RootKey::new(&bytes))
}
