//! What a refusal looks like on the wire.

use app::Rejection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ErrorCode;

/// Why a whole request was refused (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// A name of the kind of problem, for machines that know RFC 9457 only.
    #[serde(rename = "type")]
    #[schema(example = "urn:tastemaker:problem:UNKNOWN_PLACEMENT")]
    pub kind: String,
    /// The kind of problem, in words.
    pub title: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// What is wrong with this very request.
    pub detail: String,
    /// The stable code.
    #[schema(example = "UNKNOWN_PLACEMENT")]
    pub code: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// The id to tell the operator.
    pub request_id: String,
    /// The fields at fault, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<RejectionView>,
}

impl Problem {
    /// The problem of that code. The request's id is filled in when it is answered.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Problem {
        Problem {
            kind: format!("urn:tastemaker:problem:{}", code.name()),
            title: code.when(),
            status: code.status(),
            detail: detail.into(),
            code: code.name(),
            remedy: code.remedy(),
            request_id: String::new(),
            errors: Vec::new(),
        }
    }

    /// The problem of a request about one thing that was rejected.
    pub fn rejected(rejection: &Rejection) -> Problem {
        let mut problem = Problem::new(ErrorCode::InvalidField, rejection.to_string());
        problem.errors.push(RejectionView::of(None, rejection));
        problem
    }
}

/// One event, row or field that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RejectionView {
    /// Its place in the request, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// Its line in the body, counted from 1, where the body has lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The stable code.
    #[schema(example = "INVALID_PRICE")]
    pub code: &'static str,
    /// The field at fault, as a path.
    #[schema(example = "properties.price")]
    pub field: String,
    /// Its value, shortened.
    #[schema(example = "19.999")]
    pub value: String,
    /// What is wrong with it and what to do.
    pub remedy: String,
}

impl RejectionView {
    /// What is told of a rejection at that place.
    pub fn of(index: Option<usize>, rejection: &Rejection) -> RejectionView {
        RejectionView {
            index,
            line: None,
            code: rejection.code,
            field: rejection.field.clone(),
            value: rejection.value.clone(),
            remedy: rejection.remedy.clone(),
        }
    }
}
