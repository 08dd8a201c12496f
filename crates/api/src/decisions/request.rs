//! What may be asked of a decision.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use app::{DecisionRequest, Rejection, UserClaim};
use consent::GlobalPrivacyControl;
use domain::{CategoryName, CategoryPath, ID_BYTES_MAX, ProductId, Span};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::RejectionCode;
use crate::json::refuse;
use crate::segment::signals_of_answers;

/// How many products are decided when the request does not say.
pub const COUNT_DEFAULT: u32 = 12;
/// The most products of one decision.
pub const COUNT_MAX: u32 = 100;
/// The longest time that a decision may be given, in milliseconds.
pub const DEADLINE_MS_MAX: u32 = 1_000;
const EXCLUDED_MAX: usize = 200;
const CONTEXT_PRODUCTS_MAX: usize = 100;
const FILTER_BYTES_MAX: usize = 4_096;

/// A question: what to show to whom, where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionForm {
    /// The visitor's anonymous id, as events carry it in `anonymousId`.
    #[schema(example = "a7c9e1")]
    pub visitor_id: Option<String>,
    /// The shopper's id in the shop. With a publishable key only together with `user_signature`.
    pub user_id: Option<String>,
    /// HMAC-SHA256 of `user_id` under the shop's signing secret, in hexadecimal.
    pub user_signature: Option<String>,
    /// Where it will be shown.
    #[schema(example = "home")]
    pub placement: String,
    /// What the shopper has before them.
    #[serde(default)]
    pub context: ContextForm,
    /// How many products are wanted, from 1 to 100; 12 when not given.
    #[schema(minimum = 1, maximum = 100)]
    pub count: Option<u32>,
    /// What may be shown, in the filter language.
    #[schema(example = "price < 50 AND in_stock")]
    pub filter: Option<String>,
    /// Products that may not be shown; at most 200.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// A `position` from an earlier answer, which this decision must have seen.
    #[schema(example = "123")]
    pub after: Option<String>,
    /// How long the answer may take, from 1 to 1,000 milliseconds.
    #[schema(minimum = 1, maximum = 1000)]
    pub deadline_ms: Option<u32>,
    /// What the shopper allows, by purpose: `given` or `denied`. Only for this decision.
    #[schema(example = json!({"personalization": "given"}))]
    #[serde(default)]
    pub consent: BTreeMap<String, String>,
}

/// What the shopper has before them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContextForm {
    /// Products on the page, the most important first; at most 100, as for the other lists.
    #[serde(default)]
    pub product_ids: Vec<String>,
    /// Products in the cart.
    #[serde(default)]
    pub cart_product_ids: Vec<String>,
    /// Products that the visitor looked at, oldest first: what a visit may rest on when the visitor
    /// allows nothing to be kept.
    #[serde(default)]
    pub recent_product_ids: Vec<String>,
    /// The category on the page, from the widest name to the narrowest.
    #[schema(example = json!(["Outdoor", "Tents"]))]
    #[serde(default)]
    pub category: Vec<String>,
    /// The market the shopper is in.
    pub market: Option<String>,
}

impl DecisionForm {
    /// Checks the question and puts it into the product's own words.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] that names the field at fault.
    pub fn read(self, privacy_control: GlobalPrivacyControl) -> Result<DecisionRequest, Rejection> {
        let context = self.context;
        if let Some(filter) = self.filter.as_deref().filter(|it| it.len() > FILTER_BYTES_MAX) {
            let remedy = format!("is longer than {FILTER_BYTES_MAX} bytes; shorten it");
            return Err(refuse(RejectionCode::OutOfRange, "filter", filter, remedy));
        }
        let signature = self.user_signature;
        let user = outside_id("user_id", self.user_id)?;
        let count = in_range("count", self.count, 1..=COUNT_MAX)?.unwrap_or(COUNT_DEFAULT);
        let deadline_ms = in_range("deadline_ms", self.deadline_ms, 1..=DEADLINE_MS_MAX)?;
        Ok(DecisionRequest {
            visitor: outside_id("visitor_id", self.visitor_id)?,
            user: user.map(|user| UserClaim { user, signature }),
            placement: one("placement", &self.placement)?,
            products: ids("context.product_ids", &context.product_ids, CONTEXT_PRODUCTS_MAX)?,
            cart: ids("context.cart_product_ids", &context.cart_product_ids, CONTEXT_PRODUCTS_MAX)?,
            recent: ids(
                "context.recent_product_ids",
                &context.recent_product_ids,
                CONTEXT_PRODUCTS_MAX,
            )?,
            category: category(&context.category)?,
            market: context.market.map(|it| one("context.market", &it)).transpose()?,
            count: count as usize,
            filter: self.filter.filter(|it| !it.trim().is_empty()),
            exclude: ids("exclude", &self.exclude, EXCLUDED_MAX)?,
            after: self.after.map(|it| position(&it)).transpose()?,
            deadline: deadline_ms.map(|ms| Span::MILLISECOND.times(ms.into())),
            signals: signals_of_answers(&self.consent, privacy_control)?,
        })
    }
}

fn one<T>(field: &str, text: &str) -> Result<T, Rejection>
where
    T: FromStr<Err: fmt::Display>,
{
    text.parse()
        .map_err(|err: T::Err| refuse(RejectionCode::InvalidId, field, text, err.to_string()))
}

fn position(text: &str) -> Result<domain::Position, Rejection> {
    let remedy = "is no position; send the `position` of an earlier answer as it was";
    text.parse().map_err(|_| refuse(RejectionCode::InvalidId, "after", text, remedy))
}

fn ids(field: &str, texts: &[String], n_max: usize) -> Result<Vec<ProductId>, Rejection> {
    if texts.len() > n_max {
        let remedy = format!("has {} entries; {n_max} are allowed", texts.len());
        return Err(refuse(RejectionCode::OutOfRange, field, "", remedy));
    }
    texts.iter().map(|text| one(field, text)).collect()
}

fn category(names: &[String]) -> Result<Option<CategoryPath>, Rejection> {
    if names.is_empty() {
        return Ok(None);
    }
    let field = "context.category";
    let path: Vec<CategoryName> =
        names.iter().map(|name| one(field, name)).collect::<Result<_, _>>()?;
    CategoryPath::new(path).map(Some).ok_or_else(|| {
        refuse(RejectionCode::OutOfRange, field, &names.join(" > "), "is too deep; shorten it")
    })
}

fn outside_id(field: &str, id: Option<String>) -> Result<Option<String>, Rejection> {
    let id = id.filter(|it| !it.is_empty());
    match id.as_deref().filter(|it| it.len() > ID_BYTES_MAX) {
        None => Ok(id),
        Some(long) => {
            let remedy = format!("is {} bytes long; an id has at most {ID_BYTES_MAX}", long.len());
            Err(refuse(RejectionCode::InvalidId, field, long, remedy))
        }
    }
}

fn in_range(
    field: &str,
    number: Option<u32>,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>, Rejection> {
    match number.filter(|it| !range.contains(it)) {
        None => Ok(number),
        Some(outside) => {
            let remedy = format!("is not from {} to {}", range.start(), range.end());
            Err(refuse(RejectionCode::OutOfRange, field, &outside.to_string(), remedy))
        }
    }
}
