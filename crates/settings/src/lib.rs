//! Settings: one file, overridden by the environment, read once.
//!
//! ```text
//!  schema ──┬──▶ the structs of Settings
//!           ├──▶ what `tastemaker config` prints: each setting, its value, where that came from
//!           └──▶ docs/settings.md and docs/tastemaker.toml
//!
//!  default  ◀──  tastemaker.toml  ◀──  TASTEMAKER_SECTION__NAME        what is further right wins
//! ```
//!
//! # Where to start
//!
//! Read `schema`: it is the one table of all settings, and the only place to change for a new one.
//! Then [`Settings::load`].
//!
//! # Invariants
//!
//! - A name that is not in the table is refused, and the nearest one that is gets named: a misspelt
//!   setting is never silently a default.
//! - Every number carries its unit at the end of its name.
//! - Secrets come from the environment only and are never printed.
//!
//! # What does not live here
//!
//! What people change while the shop runs (placements, keys, the switch) is in records.

mod declare;
mod documents;
mod error;
mod given;
mod load;
mod nearest;
mod origin;
mod report;
mod schema;
#[cfg(test)]
mod tests;
mod value;

pub use documents::{example_file, markdown};
pub use error::SettingsError;
pub use origin::Origin;
pub use schema::{
    BackendSettings, BootstrapSettings, ConsentSettings, DataSettings, DecisionSettings,
    IntakeSettings, LakeSettings, LimitSettings, LiveSettings, LogSettings, NatsSettings,
    S3Settings, ServerSettings, Settings, ShopSettings, SnapshotSettings, TrainingSettings,
};
pub use value::{LanguageTag, LogFormat, S3Style, Secret};
