//! What was refused: looking at it, mending it, taking it in again.

use app::{QuarantinedEvent, Rejection, ReplayReport, ReplayWanted};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::json::refuse;
use crate::{RejectionCode, RejectionView};

/// An event that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantinedEventView {
    /// A number that grows.
    #[schema(example = "17")]
    pub id: String,
    /// The key it came with.
    pub key_id: String,
    /// When it was refused, as RFC 3339.
    pub create_time: String,
    /// The stable code of the reason.
    pub code: String,
    /// The field at fault.
    pub field: String,
    /// What is wrong with it and what to do.
    pub remedy: String,
    /// The event as it was sent, or as it was mended.
    pub body: String,
}

impl From<QuarantinedEvent> for QuarantinedEventView {
    fn from(event: QuarantinedEvent) -> QuarantinedEventView {
        QuarantinedEventView {
            id: event.id.to_string(),
            key_id: event.key_id,
            create_time: event.time.to_string(),
            code: event.code,
            field: event.field,
            remedy: event.remedy,
            body: String::from_utf8_lossy(&event.body).into_owned(),
        }
    }
}

/// A page of refused events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantineView {
    /// The events, oldest first.
    pub events: Vec<QuarantinedEventView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// What a refused event should have been.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MendForm {
    /// The id of the refused event.
    #[schema(example = "17")]
    pub id: String,
    /// The event as it should have been sent.
    #[schema(value_type = Object, example = json!({"type": "track", "event": "Product Viewed", "anonymousId": "a7c9e1", "properties": {"product_id": "TENT-2"}}))]
    pub event: Box<RawValue>,
}

/// Which refused events are to be taken in again: give one of the three.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayForm {
    /// Those of these ids, at most 1,000.
    pub ids: Option<Vec<String>>,
    /// Those that were refused for this reason.
    #[schema(example = "INVALID_PRICE")]
    pub code: Option<String>,
    /// `true` for all of them.
    pub all: Option<bool>,
}

/// The most ids that are named at once.
const IDS_MAX: usize = 1_000;

/// Reads the id of a refused event.
///
/// # Errors
///
/// A [`Rejection`] of what is no id.
pub fn quarantine_id(text: &str) -> Result<i64, Rejection> {
    text.parse().map_err(|_| {
        let remedy = "is no id of a refused event; list them with `GET /v1/quarantine`";
        refuse(RejectionCode::InvalidId, "id", text, remedy)
    })
}

impl ReplayForm {
    /// What is wanted.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] when it names none or several of the three, or an id that is none.
    pub fn wanted(&self) -> Result<ReplayWanted, Rejection> {
        match (&self.ids, &self.code, self.all) {
            (Some(ids), None, None) if ids.len() <= IDS_MAX => {
                let ids: Result<Vec<i64>, Rejection> =
                    ids.iter().map(|it| quarantine_id(it)).collect();
                ids.map(ReplayWanted::Ids)
            }
            (Some(ids), None, None) => {
                let remedy = format!("has {} ids; {IDS_MAX} are allowed", ids.len());
                Err(refuse(RejectionCode::OutOfRange, "ids", "", remedy))
            }
            (None, Some(code), None) => Ok(ReplayWanted::Code(code.clone())),
            (None, None, Some(true)) => Ok(ReplayWanted::All),
            _ => {
                let remedy = "does not say which; give `ids`, or `code`, or `all` as true";
                Err(refuse(RejectionCode::MissingField, "it", "", remedy))
            }
        }
    }
}

/// What became of refused events that were taken in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReplayView {
    /// How many are kept now, and gone from the quarantine.
    pub accepted: usize,
    /// How many had been kept already, and are gone from the quarantine.
    pub duplicates: usize,
    /// How many are refused again, and wait on.
    pub refused: usize,
    /// The first 1,000 of those, with their new reasons.
    pub rejected: Vec<RefusedAgainView>,
    /// Ids of which no refused event waits.
    pub unknown: Vec<String>,
    /// Where the last event is in the shop's sequence.
    #[schema(example = "123")]
    pub position: String,
}

/// A refused event that is refused again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RefusedAgainView {
    /// Its id in the quarantine.
    pub id: String,
    /// The reason.
    #[serde(flatten)]
    pub rejection: RejectionView,
}

impl From<ReplayReport> for ReplayView {
    fn from(report: ReplayReport) -> ReplayView {
        let again = |(id, why): &(i64, Rejection)| RefusedAgainView {
            id: id.to_string(),
            rejection: RejectionView::of(None, why),
        };
        ReplayView {
            accepted: report.n_accepted,
            duplicates: report.n_duplicate,
            refused: report.n_refused,
            rejected: report.refused.iter().map(again).collect(),
            unknown: report.unknown.iter().map(ToString::to_string).collect(),
            position: report.position.to_string(),
        }
    }
}
