//! Why settings were refused.

use std::io;
use std::path::PathBuf;

use crate::Origin;

/// Why settings were refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings file {} cannot be read", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{origin}: not TOML: {what}")]
    NotToml {
        /// Where.
        origin: Origin,
        /// What was expected there.
        what: String,
    },
    /// There is no such setting.
    #[error("{origin}: there is no setting `{given}`; the nearest is `{nearest}`")]
    Unknown {
        /// Where it was given.
        origin: Origin,
        /// Its name.
        given: String,
        /// The nearest name that there is.
        nearest: String,
    },
    /// A value cannot be understood.
    #[error("{origin}: `{name}` {what}")]
    Value {
        /// Where it was given.
        origin: Origin,
        /// The setting.
        name: String,
        /// What is wrong with it and what would be right.
        what: String,
    },
    /// A secret stands in the file.
    #[error("{origin}: `{name}` is taken from the environment only; remove it and set {variable}")]
    EnvironmentOnly {
        /// Where it was given.
        origin: Origin,
        /// The setting.
        name: String,
        /// The variable to set instead.
        variable: String,
    },
    /// The root key would be copied with the data.
    #[error(
        "data.root_key_file ({}) lies inside data.folder ({}); whoever copies the folder would \
         have the key to it: move it elsewhere",
        root_key_file.display(),
        folder.display()
    )]
    RootKeyInFolder {
        /// The root key.
        root_key_file: PathBuf,
        /// The data folder.
        folder: PathBuf,
    },
    /// Only some of what processes have to share is where they can.
    #[error(
        "backends.log_url lets several processes be the shop, but {missing} is empty; set it as well, or \
         leave backends.log_url empty"
    )]
    BackendMissing {
        /// What is not.
        missing: &'static str,
    },
    /// A path begins with `~` and nobody knows where that is.
    #[error("`{name}` is {}, and HOME is not set; give a path from the root", path.display())]
    NoHome {
        /// The setting.
        name: &'static str,
        /// Its value.
        path: PathBuf,
    },
}
