//! What a shop and its operator may choose about the use cases.

use std::num::NonZeroU32;

use domain::{Currency, Market, Purposes, ShopId, Span};

/// The shop, as its owner describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShopProfile {
    /// Its id.
    pub id: ShopId,
    /// The currency of prices that name none.
    pub currency: Currency,
    /// The language spoken to its shoppers, as a tag of BCP 47.
    pub language: String,
    /// Its markets.
    pub markets: Vec<Market>,
}

/// How many candidates each generator proposes unless told otherwise.
const CANDIDATES: NonZeroU32 = NonZeroU32::new(300).expect("is not zero");

/// Choices of the operator. The defaults are those of `tastemaker config`.
#[derive(Clone, Debug, PartialEq)]
pub struct AppSettings {
    /// The shop.
    pub shop: ShopProfile,
    /// What visitors allow who said nothing.
    pub consent_default: Purposes,
    /// How far into the future an event's time may lie; up to that it is taken for the time of receipt.
    pub future_skew_max: Span,
    /// How old an event from a browser may be.
    pub past_max_publishable: Span,
    /// How many refused events are kept for each key.
    pub quarantine_per_key_max: u32,
    /// Below this much free disk space intake refuses, so that nothing acknowledged can be lost.
    pub disk_watermark_bytes: u64,
    /// How many candidates each generator of a placement proposes.
    pub candidates: NonZeroU32,
    /// How long a decision may take when the request does not say.
    pub deadline: Span,
    /// How many events may be folded before the live state is saved.
    pub snapshot_every_events: u64,
    /// How long the live state may go unsaved while anything happens.
    pub snapshot_every: Span,
    /// How many shoppers' live profiles are held in memory.
    pub visitors_max: NonZeroU32,
}

impl AppSettings {
    /// The defaults, for a shop.
    pub fn new(shop: ShopProfile) -> AppSettings {
        use domain::Purpose::{Measurement, Operation, Personalization};
        AppSettings {
            shop,
            consent_default: [Operation, Measurement, Personalization].into_iter().collect(),
            future_skew_max: Span::DAY,
            past_max_publishable: Span::DAY.times(7),
            quarantine_per_key_max: 1_000,
            disk_watermark_bytes: 512 << 20,
            candidates: CANDIDATES,
            deadline: Span::MILLISECOND.times(50),
            snapshot_every_events: 2_000_000,
            snapshot_every: Span::MINUTE.times(5),
            visitors_max: features::visits::VISITORS_MAX,
        }
    }
}
