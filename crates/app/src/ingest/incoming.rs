//! What intake takes: events whose form the edge has checked, and its word on each.

use std::net::IpAddr;

use domain::{Event, KeyKind, MarketId, OpenValue, Position, Timestamp};

/// Who calls: which key, and of which kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key's public id; `command` for the command line.
    pub key_id: String,
    /// What kind of key it is.
    pub kind: KeyKind,
}

impl Caller {
    /// A command with access to the data folder.
    pub fn command() -> Caller {
        Caller { key_id: "command".to_owned(), kind: KeyKind::Own }
    }
}

/// A shopper's id in the shop, and whether it is vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserClaim {
    /// The id.
    pub user: String,
    /// The signature that came with it, in hexadecimal; a secret key needs none.
    pub signature: Option<String>,
}

/// An event as it came in, its form checked and its outside ids still in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The sender's id of the message; without one it cannot be counted once.
    pub message_id: Option<String>,
    /// The visitor's anonymous id.
    pub visitor: Option<String>,
    /// The shopper's id in the shop.
    pub user: Option<UserClaim>,
    /// When the sender says it happened.
    pub original_time: Option<Timestamp>,
    /// When the sender says it was sent; corrects a wrong clock.
    pub sent_time: Option<Timestamp>,
    /// What happened.
    pub event: Event,
    /// What the event itself says of consent.
    pub signals: consent::Signals,
    /// Properties that the shop declared open.
    pub open: Vec<(String, OpenValue)>,
    /// Everything else that was sent, as JSON, to be sealed; empty when there is nothing.
    pub private: Vec<u8>,
    /// The network address it came from.
    pub address: Option<IpAddr>,
    /// The market it happened in.
    pub market: Option<MarketId>,
}

/// Why one event was refused, in the words that the sender gets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} `{value}` {remedy}")]
pub struct Rejection {
    /// The stable code.
    pub code: &'static str,
    /// The field at fault, as a path such as `properties.price`.
    pub field: String,
    /// Its value, shortened.
    pub value: String,
    /// What is wrong with it and what to do.
    pub remedy: String,
}

/// The longest value that a rejection repeats, in characters.
const VALUE_CHARS_MAX: usize = 64;

impl Rejection {
    /// A rejection of `field` for its `value`.
    pub fn new(
        code: &'static str,
        field: &str,
        value: &str,
        remedy: impl Into<String>,
    ) -> Rejection {
        let value = match value.char_indices().nth(VALUE_CHARS_MAX) {
            Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
            None => value.to_owned(),
        };
        Rejection { code, field: field.to_owned(), value, remedy: remedy.into() }
    }
}

/// What intake did with a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// How many events are kept that were not kept before.
    pub n_accepted: usize,
    /// How many had been sent before.
    pub n_duplicate: usize,
    /// Which were refused, by their index in the batch, and why.
    pub rejected: Vec<(usize, Rejection)>,
    /// The last position of the batch: a decision asked `after` it has seen the whole batch.
    pub position: Position,
}
