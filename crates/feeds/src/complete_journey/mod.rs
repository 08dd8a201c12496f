//! The recipe for 84.51°'s "Complete Journey": a year of a grocer's baskets, as a folder of Parquet files.
//!
//! Source: 84.51°, "The Complete Journey", in the form of the package `completejourney`. Its times are of
//! 2017, written without a zone, and taken as UTC.
//!
//! | in the folder | here |
//! | --- | --- |
//! | `products` | a product: titled by its type and size, in `department > category > type`, of its brand |
//! | `transactions`: rows of one basket | one order completed by the household, with a line for each row |
//! | a row without pieces and without money | no line: a note of the till |
//! | a row without pieces, with money | one piece |
//! | a basket with money or pieces that cannot be counted | refused |
//! | `coupon_redemptions` | the event `Coupon Redeemed`, the coupon sealed |
//! | `campaigns`, `campaign_descriptions` | the event `Campaign Received` on its first day, its number sealed |
//! | `demographics` | who a household is, sealed |
//! | `coupons` | counted only: which products a coupon is for is no event and no field of a product |
//!
//! A household is a shopper with an account, its number the id. `products` and `transactions` are needed.
//! A line's price is the row's money by its pieces, rounded; the order's total is the money of its rows.
//!
//! Memory: a batch of rows, a basket, and a number for each basket and household.

mod baskets;
mod columns;
mod people;
mod products;

use std::path::Path;

use app::Incoming;
use app::import::ImportRow;
use domain::{Currency, Event, Timestamp};

use crate::source::Meter;
use crate::{Facts, FeedError, Rows, Source};

pub(super) const PRODUCTS: &str = "products.parquet";
pub(super) const TRANSACTIONS: &str = "transactions.parquet";
pub(super) const REDEMPTIONS: &str = "coupon_redemptions.parquet";
pub(super) const CAMPAIGNS: &str = "campaigns.parquet";
pub(super) const DESCRIPTIONS: &str = "campaign_descriptions.parquet";
pub(super) const DEMOGRAPHICS: &str = "demographics.parquet";
pub(super) const COUPONS: &str = "coupons.parquet";

/// Its files, in the order in which they are read.
pub(crate) const FILES: [&str; 7] =
    [PRODUCTS, DEMOGRAPHICS, CAMPAIGNS, DESCRIPTIONS, TRANSACTIONS, REDEMPTIONS, COUPONS];

/// The money of the file.
const CURRENCY: Currency = Currency::USD;

/// Lines are numbered through all files; each file's begin at a multiple of this.
const LINES_A_FILE: u64 = 1_000_000_000;

/// Everything the folder holds: products, who people are, then what happened.
pub(crate) fn rows(folder: &Path, facts: &Facts, meter: &Meter) -> Result<Rows, FeedError> {
    let needed = |name: &str| Source::open(&folder.join(name), meter);
    let optional = |name: &str| match folder.join(name).exists() {
        true => needed(name).map(Some),
        false => Ok(None),
    };
    let mut rows: Rows = Box::new(products::rows(&needed(PRODUCTS)?, facts)?);
    if let Some(source) = optional(DEMOGRAPHICS)? {
        rows = Box::new(rows.chain(people::households(&source, facts)?));
    }
    if let (Some(campaigns), Some(descriptions)) = (optional(CAMPAIGNS)?, optional(DESCRIPTIONS)?) {
        rows = Box::new(rows.chain(people::campaigns(&campaigns, &descriptions, facts)?));
    }
    let transactions = needed(TRANSACTIONS)?;
    rows = Box::new(rows.chain(baskets::rows(&transactions, facts)?));
    if let Some(source) = optional(REDEMPTIONS)? {
        rows = Box::new(rows.chain(people::redemptions(&source, facts)?));
    }
    if let Some(source) = optional(COUPONS)? {
        facts.set("coupons", crate::table::ArrowBatches::open(&source, None)?.n_records());
    }
    Ok(rows)
}

/// The number of a file's record among all lines of the folder.
fn line(file: &str, n_record: u64) -> u64 {
    let index = FILES.iter().position(|it| *it == file).unwrap_or_default();
    index as u64 * LINES_A_FILE + n_record
}

/// Something that a household did.
fn event(household: i64, time: Timestamp, event: Event, private: Vec<u8>) -> Incoming {
    Incoming {
        message_id: None,
        visitor: None,
        user: Some(app::UserClaim { user: household.to_string(), signature: None }),
        original_time: Some(time),
        sent_time: None,
        event,
        signals: consent::Signals::default(),
        open: Vec::new(),
        private,
        address: None,
        market: None,
    }
}

/// A row of an event.
fn event_row(file: &str, n_record: u64, incoming: Incoming) -> ImportRow {
    ImportRow::event(line(file, n_record), Ok(incoming))
}

#[cfg(test)]
mod tests;
