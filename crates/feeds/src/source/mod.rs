//! A file, unpacked on the way, that can be read more than once.
//!
//! What its name ends in says how it is packed: `.gz`, `.zip` (one file in it), anything else not at all.

mod lines;
mod meter;
mod rows;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use crate::FeedError;
pub(crate) use lines::BoundedLines;
pub use meter::Meter;
pub(crate) use rows::RowLimit;

/// How many bytes are read at once.
const BUFFER_BYTES: usize = 1 << 16;

/// A file that can be read from its beginning as often as needed.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    path: PathBuf,
    packing: Packing,
    meter: Meter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    /// Deflated, at that place of an archive.
    Deflated {
        start: u64,
        n_bytes: u64,
    },
    /// As it is, at that place of an archive.
    Stored {
        start: u64,
        n_bytes: u64,
    },
}

/// An unpacked file.
pub(crate) type Reader = Box<dyn Read + Send>;

impl Source {
    pub(crate) fn open(path: &Path, meter: &Meter) -> Result<Source, FeedError> {
        let ending = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let packing = match ending.to_ascii_lowercase().as_str() {
            "gz" => Packing::Gzip,
            "zip" => in_archive(path)?,
            _ => Packing::None,
        };
        let source = Source { path: path.to_owned(), packing, meter: meter.clone() };
        // A file that cannot be read is named before anything else is done.
        let n_bytes = source.file()?.metadata().map_err(|it| source.unreadable(it))?.len();
        meter.begin(n_bytes);
        Ok(source)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Whether it can be read at any place: it is not packed.
    pub(crate) fn is_plain(&self) -> bool {
        self.packing == Packing::None
    }

    pub(crate) fn file(&self) -> Result<File, FeedError> {
        File::open(&self.path).map_err(|it| self.unreadable(it))
    }

    /// The unpacked file from its beginning.
    pub(crate) fn reader(&self) -> Result<Reader, FeedError> {
        let mut file = self.file()?;
        self.meter.rewind();
        let at = |file: &mut File, start| file.seek(SeekFrom::Start(start));
        Ok(match self.packing {
            Packing::None => Box::new(self.meter.counting(file)),
            Packing::Gzip => {
                let packed = BufReader::with_capacity(BUFFER_BYTES, self.meter.counting(file));
                Box::new(MultiGzDecoder::new(packed))
            }
            Packing::Deflated { start, n_bytes } => {
                at(&mut file, start).map_err(|it| self.unreadable(it))?;
                Box::new(DeflateDecoder::new(self.meter.counting(file).take(n_bytes)))
            }
            Packing::Stored { start, n_bytes } => {
                at(&mut file, start).map_err(|it| self.unreadable(it))?;
                Box::new(self.meter.counting(file).take(n_bytes))
            }
        })
    }

    /// The same, for rows that may not go on for ever.
    pub(crate) fn limited(&self, limit: &RowLimit) -> Result<Reader, FeedError> {
        Ok(Box::new(limit.limiting(self.reader()?)))
    }

    pub(crate) fn buffered(&self) -> Result<BufReader<Reader>, FeedError> {
        Ok(BufReader::with_capacity(BUFFER_BYTES, self.reader()?))
    }

    /// The file's lines, of which those above `n_bytes_max` are cut.
    pub(crate) fn lines(&self, n_bytes_max: usize) -> Result<BoundedLines, FeedError> {
        Ok(BoundedLines::new(self.clone(), self.buffered()?, n_bytes_max))
    }

    /// The name of the file by its unpacked content.
    pub(crate) fn checksum(&self) -> Result<String, FeedError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(self.reader()?).map_err(|it| self.unreadable(it))?;
        Ok(name_of(&hasher))
    }

    /// What is said when reading fails.
    pub(crate) fn unreadable(&self, source: io::Error) -> FeedError {
        let path = self.path.clone();
        // A file that is not what its name says shows when its first bytes are unpacked.
        let is_damage = matches!(
            source.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        );
        match self.packing {
            Packing::None => FeedError::Read { path, source },
            _ if is_damage => FeedError::Unpack { path, source },
            _ => FeedError::Read { path, source },
        }
    }
}

/// The name of several files of a folder by their content. Those that are not there count as such.
pub(crate) fn folder_checksum(
    folder: &Path,
    names: &[&str],
    meter: &Meter,
) -> Result<String, FeedError> {
    let mut hasher = blake3::Hasher::new();
    for name in names {
        let path = folder.join(name);
        let checksum = match path.exists() {
            true => Source::open(&path, meter)?.checksum()?,
            false => String::new(),
        };
        hasher.update(format!("{name} {checksum}\n").as_bytes());
    }
    Ok(name_of(&hasher))
}

fn name_of(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// Where the one file of an archive lies in it.
fn in_archive(path: &Path) -> Result<Packing, FeedError> {
    let unreadable = |source| FeedError::Read { path: path.to_owned(), source };
    let damaged = |source| FeedError::Zip { path: path.to_owned(), source };
    let file = File::open(path).map_err(unreadable)?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        // Beside each file some systems pack a second one, which is theirs alone.
        let is_shadow = entry.name().is_ok_and(|it| it.starts_with("__MACOSX/"));
        if entry.is_file() && !is_shadow {
            files.push(index);
        }
    }
    let [index] = files.as_slice() else {
        return Err(FeedError::ManyFiles { path: path.to_owned(), n_files: files.len() });
    };
    let entry = archive.by_index_raw(*index).map_err(damaged)?;
    if entry.encrypted() {
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        return Err(FeedError::Encrypted { path: path.to_owned(), name });
    }
    let start = entry.data_start().unwrap_or_default();
    let n_bytes = entry.compressed_size();
    match entry.compression() {
        zip::CompressionMethod::Stored => Ok(Packing::Stored { start, n_bytes }),
        zip::CompressionMethod::DEFLATE => Ok(Packing::Deflated { start, n_bytes }),
        method => Err(FeedError::Packing { path: path.to_owned(), method: format!("{method:?}") }),
    }
}

#[cfg(test)]
mod tests;
