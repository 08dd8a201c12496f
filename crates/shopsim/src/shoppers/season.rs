//! When in the year things are wanted.
//!
//! A smooth wave with its height in the middle of July for what is for the summer and of January for
//! what is for the winter. It is a northern shop.

use std::f64::consts::TAU;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::catalogue::kind::Season;
use crate::catalogue::product::Product;

/// How much the height of a season adds to liking, and its low takes from it.
const PULL: f64 = 0.9;
/// The day of the year on which summer is at its height.
const HIGH_SUMMER: i16 = 196;
/// The days of a year, near enough for a wave.
const YEAR_DAYS: f64 = 365.25;

/// How much the time of the year adds to the liking of a product, when it is so much summer; below zero
/// out of its season.
pub(crate) fn pull(product: &Product, summer: f64) -> f64 {
    match product.kind.season {
        Season::AllYear => 0.0,
        Season::Summer => PULL * summer,
        Season::Winter => -PULL * summer,
    }
}

/// How much it is summer: 1 at its height, -1 in the middle of winter.
pub(crate) fn summer_of(time: Timestamp) -> f64 {
    let day = time.to_zoned(TimeZone::UTC).day_of_year();
    (TAU * f64::from(day - HIGH_SUMMER) / YEAR_DAYS).cos()
}
