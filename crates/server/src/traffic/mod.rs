//! How much is let in: how often each key may call, and what is turned away when there is too much.
//!
//! ```text
//! request ─▶ shed ─▶ rates, ranges ─▶ body: arrivals ─▶ work
//!            place    of the key        place aside      place again
//! ```
//!
//! [`Work`] is a request's place among those in work; everything else counts or bounds.

mod arrivals;
mod ranges;
mod rates;
mod shed;
mod work;

pub(crate) use rates::Rates;
pub(crate) use shed::{Class, Shedder, shed};
pub(crate) use work::Work;
