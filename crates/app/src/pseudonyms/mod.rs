//! Pseudonyms: who a shopper is to Tastemaker, and how what identifies them is put away.
//!
//! ```text
//! visitor id ┐  keyed fingerprint  ┌───────────┐
//! user id    ┴────────────────────▶│ the map   │──▶ shopper key (random), seal key (wrapped)
//!                                  │ (records) │
//!                                  └───────────┘
//! traits, context, free text ──── seal key ────▶ sealed field of the envelope
//! ```
//!
//! # Where to start
//!
//! Read [`directory`]: it decides which shopper an event belongs to.
//!
//! # Invariants
//!
//! - Outside ids leave this module as fingerprints only, and every secret is derived from one root
//!   key that lies outside the data folder.
//! - To forget a shopper is to delete their row: without the seal key the sealed fields are noise.

mod cipher;
pub(crate) mod directory;
mod known_ids;
mod root_key;
mod signature;

pub use directory::WhoError;
pub(crate) use root_key::{MessageNamespace, message_key};
pub use root_key::{ROOT_KEY_BYTES, RootKey};
pub(crate) use signature::hex;
