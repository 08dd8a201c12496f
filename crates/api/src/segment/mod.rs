//! Events as Segment's libraries send them: <https://segment.com/docs/connections/spec/>.
//!
//! ```text
//! body ─▶ Submission ─▶ message ─┬▶ envelope's part: ids, times, consent, market, address
//!         (raw items)            ├▶ track: properties ─▶ typed Event, or Custom
//!                                └▶ private: what nobody took, to be sealed as it stands
//! ```
//!
//! # Where to start
//!
//! Read [`Submission::read`]: it turns one raw item into one [`app::Incoming`].
//!
//! # Invariants
//!
//! - An item is refused alone. Only a body that is no JSON, or too large, is refused whole.
//! - Whatever is not a typed field or declared open is sealed: traits, context, addresses, free text,
//!   properties of the shop's own. Only noise is dropped: `integrations`, `context.library` and what
//!   Segment's servers add.
//! - What stays open of the shop's own words (names of events, categories, ids of lists) is sealed, too,
//!   where it looks personal: [`WITHHELD`] then stands in its place.
//! - Keys in a body (`writeKey`) are never kept.
//!
//! # Cost
//!
//! About three scans of an item's text and a dozen small allocations: a few microseconds an event.

mod again;
mod answer;
mod lines;
mod message;
mod private;
mod shape;
mod signals;
mod submission;
mod track;
mod withheld;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::IpAddr;

use consent::GlobalPrivacyControl;
use domain::{Currency, KeyKind};

pub use again::read_again;
pub use answer::IngestView;
pub use shape::{BatchShape, MessageShape};
pub(crate) use signals::{signals_of, signals_of_answers};
pub use submission::{OpenError, Submission};
pub use track::TYPED_NAMES;
pub use withheld::WITHHELD;

/// The largest event, in bytes, unless the shop says otherwise.
pub const EVENT_BYTES_MAX: usize = 32 * 1024;
/// The most events of a batch, unless the shop says otherwise.
pub const BATCH_EVENTS_MAX: usize = 2_500;
/// The longest message id, in characters.
pub const MESSAGE_ID_CHARS_MAX: usize = 100;
/// The longest text that stays open, in bytes; longer ones are sealed.
const OPEN_TEXT_BYTES_MAX: usize = 64;
/// The longest open property, in bytes; longer ones are sealed.
const OPEN_PROPERTY_BYTES_MAX: usize = 256;

/// What the shop has to say about reading its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The currency of amounts that come without one.
    pub currency: Currency,
    /// Names of properties that hold nothing personal and stay open.
    pub open_properties: BTreeSet<String>,
    /// The largest event, in bytes.
    pub event_bytes_max: usize,
    /// The most events of a batch.
    pub batch_events_max: usize,
}

/// Who sends, as far as reading depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The kind of its key.
    pub kind: KeyKind,
    /// Its network address. A server's is not its shoppers': with a secret key `context.ip` counts.
    pub address: Option<IpAddr>,
    /// What its browser says of privacy.
    pub privacy_control: GlobalPrivacyControl,
}

/// What a message says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Something happened.
    Track,
    /// A shopper said who they are.
    Identify,
    /// A page was looked at.
    Page,
    /// A screen of an app was looked at.
    Screen,
    /// A shopper belongs to a group.
    Group,
    /// Two ids are of one shopper.
    Alias,
}

impl MessageKind {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            MessageKind::Track => "track",
            MessageKind::Identify => "identify",
            MessageKind::Page => "page",
            MessageKind::Screen => "screen",
            MessageKind::Group => "group",
            MessageKind::Alias => "alias",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<MessageKind> {
        Some(match name {
            "track" => MessageKind::Track,
            "identify" => MessageKind::Identify,
            "page" => MessageKind::Page,
            "screen" => MessageKind::Screen,
            "group" => MessageKind::Group,
            "alias" => MessageKind::Alias,
            _ => return None,
        })
    }
}
