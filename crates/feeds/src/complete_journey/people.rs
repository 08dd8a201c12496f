//! Households: who they are, which campaigns reached them, which coupons they used.

use app::import::{ImportRow, Unreadable};
use domain::Timestamp;
use domain::event::person::{Custom, Identified};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::columns::{Columns, text_in, time_in};
use super::{CAMPAIGNS, DEMOGRAPHICS, REDEMPTIONS, event, event_row};
use crate::table::ArrowBatches;
use crate::{Facts, FeedError, Source};

type Row = Result<ImportRow, Unreadable>;

/// The first moment of the year: since when households are known.
const YEAR_BEGIN: Timestamp = Timestamp::from_secs(1_483_228_800);

/// What is known of a household, beside its number.
const TRAITS: [&str; 7] = [
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
];

/// Reads every batch of a file of a few thousand rows.
fn each(
    source: &Source,
    mut read: impl FnMut(&Columns<'_>, u64) -> Result<(), FeedError>,
) -> Result<u64, FeedError> {
    let mut n_read = 0;
    for batch in ArrowBatches::open(source, None)? {
        let batch = batch?;
        read(&Columns { source, batch: &batch }, n_read)?;
        n_read += batch.num_rows() as u64;
    }
    Ok(n_read)
}

fn in_order(rows: Vec<ImportRow>) -> impl Iterator<Item = Row> + Send {
    rows.into_iter().map(Ok)
}

fn sealed(fields: Map<String, Value>, name: &str) -> Vec<u8> {
    json!({ name: fields }).to_string().into_bytes()
}

/// Who households are.
pub(super) fn households(
    source: &Source,
    facts: &Facts,
) -> Result<impl Iterator<Item = Row> + Send + use<>, FeedError> {
    let mut rows = Vec::new();
    let n_known = each(source, |columns, n_before| {
        let household = columns.whole("household_id")?;
        let traits: Result<Vec<_>, FeedError> =
            TRAITS.iter().map(|it| Ok((*it, columns.text(it)?))).collect();
        let traits = traits?;
        for row in 0..columns.batch.num_rows() {
            let told = traits.iter().map(|(name, column)| (*name, text_in(column, row)));
            let told = told.filter(|(_, value)| !value.is_empty());
            let told = told.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
            let private = sealed(told, "traits");
            let who = event(household.value(row), YEAR_BEGIN, Identified {}.into(), private);
            rows.push(event_row(DEMOGRAPHICS, n_before + row as u64 + 1, who));
        }
        Ok(())
    })?;
    facts.set("households_described", n_known);
    Ok(in_order(rows))
}

/// Which campaigns reached households.
pub(super) fn campaigns(
    source: &Source,
    descriptions: &Source,
    facts: &Facts,
) -> Result<impl Iterator<Item = Row> + Send + use<>, FeedError> {
    let mut begins: FxHashMap<i64, (Timestamp, String)> = FxHashMap::default();
    each(descriptions, |columns, _| {
        let campaign = columns.whole("campaign_id")?;
        let (kind, begin) = (columns.text("campaign_type")?, columns.time("start_date")?);
        for row in 0..columns.batch.num_rows() {
            let told = (time_in(&begin, row), text_in(&kind, row).to_owned());
            begins.insert(campaign.value(row), told);
        }
        Ok(())
    })?;
    let mut rows = Vec::new();
    each(source, |columns, n_before| {
        let (campaign, household) = (columns.whole("campaign_id")?, columns.whole("household_id")?);
        for row in 0..columns.batch.num_rows() {
            let number = campaign.value(row);
            let Some((begin, kind)) = begins.get(&number) else { continue };
            let told = Map::from_iter([
                ("campaign_id".to_owned(), Value::from(number)),
                ("campaign_type".to_owned(), Value::from(kind.as_str())),
            ]);
            let received = Custom { name: "Campaign Received".to_owned() }.into();
            let private = sealed(told, "properties");
            let incoming = event(household.value(row), *begin, received, private);
            rows.push(event_row(CAMPAIGNS, n_before + row as u64 + 1, incoming));
        }
        Ok(())
    })?;
    facts.set("campaigns", begins.len());
    facts.set("campaigns_received", rows.len());
    Ok(in_order(rows))
}

/// Which coupons households used.
pub(super) fn redemptions(
    source: &Source,
    facts: &Facts,
) -> Result<impl Iterator<Item = Row> + Send + use<>, FeedError> {
    let mut rows = Vec::new();
    each(source, |columns, n_before| {
        let household = columns.whole("household_id")?;
        let (coupon, campaign) = (columns.whole("coupon_upc")?, columns.whole("campaign_id")?);
        let time = columns.time("redemption_date")?;
        for row in 0..columns.batch.num_rows() {
            let told = Map::from_iter([
                ("coupon_upc".to_owned(), Value::from(coupon.value(row))),
                ("campaign_id".to_owned(), Value::from(campaign.value(row))),
            ]);
            let redeemed = Custom { name: "Coupon Redeemed".to_owned() }.into();
            let private = sealed(told, "properties");
            let incoming = event(household.value(row), time_in(&time, row), redeemed, private);
            rows.push(event_row(REDEMPTIONS, n_before + row as u64 + 1, incoming));
        }
        Ok(())
    })?;
    facts.set("redemptions", rows.len());
    Ok(in_order(rows))
}
