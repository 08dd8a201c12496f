//! Why a file is refused as a whole.

use std::io;
use std::path::PathBuf;

/// Why a file could not be opened, read to its end, or understood.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// The operating system did not give it.
    #[error("reading {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is not packed as its name says, or damaged.
    #[error("unpacking {}", path.display())]
    Unpack {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A `.zip` is damaged.
    #[error("unpacking {}", path.display())]
    Zip {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: zip::result::ZipError,
    },
    /// A `.zip` must hold one file.
    #[error("{} holds {n_files} files; pack one file, or unpack it and name the file", path.display())]
    ManyFiles {
        /// The archive.
        path: PathBuf,
        /// How many files are in it.
        n_files: usize,
    },
    /// What a `.zip` holds cannot be read without a password.
    #[error(
        "{} is encrypted: `{name}` in it needs a password, and none is asked for; pack it without one, or \
         unpack it and name the file",
        path.display()
    )]
    Encrypted {
        /// The archive.
        path: PathBuf,
        /// The file in it.
        name: String,
    },
    /// A `.zip` packs in a way that is not understood.
    #[error("{} is packed by {method}; pack it by deflate, which is usual", path.display())]
    Packing {
        /// The archive.
        path: PathBuf,
        /// How.
        method: String,
    },
    /// It is read twice, and was another one the second time.
    #[error("{} changed while it was read; import it again when nobody writes it", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// It is no table of that kind.
    #[error("{} is not readable as {what}", path.display())]
    NotA {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A column that is needed is missing.
    #[error("{} has no column `{column}`; it has {}", path.display(), columns.join(", "))]
    ColumnMissing {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What there is.
        columns: Vec<String>,
    },
    /// The columns say nothing without a mapping.
    #[error(
        "the columns of {} are not named like fields of products (it has {}); say what they mean in a \
         mapping file, `--mapping FILE`",
        path.display(), columns.join(", ")
    )]
    NoColumns {
        /// The file.
        path: PathBuf,
        /// What there is.
        columns: Vec<String>,
    },
    /// A table of any kind needs a mapping.
    #[error("name the file that says what the columns mean, `--mapping FILE`")]
    MappingMissing,
    /// Other formats know what their columns mean.
    #[error("`--mapping` belongs to `csv` and `parquet`; leave it out here")]
    MappingNotWanted,
    /// The mapping file is not in order.
    #[error("the mapping {}: {what}", path.display())]
    Mapping {
        /// The mapping file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: String,
    },
}
