//! Refusals: every error of the product becomes an answer here and nowhere else.
//!
//! A [`Failure`] travels through the layers as an empty response that carries it; the envelope, which
//! knows the request's id, writes the problem document.

use std::time::Duration;

use api::{ErrorCode, Problem};
use app::{DecideError, IngestError, ModelError, PlacementError, Rejection, WhoError};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ports::PortError;

/// How long to wait while the disk is full: somebody has to make room.
const FULL_RETRY: Duration = Duration::from_secs(30);
/// How long to wait for anything else that passes by itself.
const RETRY: Duration = Duration::from_secs(1);

/// Why a request was refused.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) problem: Box<Problem>,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A refusal with that code, and words about this very request.
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Failure {
        let retry_after = match code {
            ErrorCode::StorageFull => Some(FULL_RETRY),
            ErrorCode::Overloaded | ErrorCode::BackendUnavailable | ErrorCode::TimedOut => {
                Some(RETRY)
            }
            _ => None,
        };
        Failure { problem: Box::new(Problem::new(code, detail)), retry_after }
    }

    /// A refusal of one field.
    pub(crate) fn rejected(rejection: &Rejection) -> Failure {
        if rejection.code == ErrorCode::UnknownProduct.name() {
            return Failure::new(ErrorCode::UnknownProduct, rejection.to_string());
        }
        Problem::rejected(rejection).into()
    }

    /// A refusal of the field `name`, in words that begin after it.
    pub(crate) fn field(name: &str, value: &str, remedy: impl Into<String>) -> Failure {
        let code = api::RejectionCode::WrongType.name();
        Failure::rejected(&Rejection::new(code, name, value, remedy))
    }

    /// A refusal of somebody who sent too much, until `wait` is over.
    pub(crate) fn rate_limited(who: &str, wait: Duration) -> Failure {
        let detail = format!("{who} may send again in {} ms", wait.as_millis());
        Failure { retry_after: Some(wait), ..Failure::new(ErrorCode::RateLimited, detail) }
    }

    /// Something failed that should not: the cause goes to the log, not to the caller.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Failure {
        tracing::error!(error, "a request failed");
        Failure::new(ErrorCode::Internal, "the cause is in the log, under this request's id")
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        Failure { problem: Box::new(problem), retry_after: None }
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Failure {
        Failure::rejected(&rejection)
    }
}

impl From<PortError> for Failure {
    fn from(error: PortError) -> Failure {
        match error {
            PortError::Full { .. } => {
                Failure::new(ErrorCode::StorageFull, "there is no room left to write")
            }
            error if error.is_transient() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a backend is unavailable"
                );
                Failure::new(ErrorCode::BackendUnavailable, "a backend is not available just now")
            }
            error => Failure::internal(&error),
        }
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Failure {
        match error {
            IngestError::Full { .. } => Failure::new(ErrorCode::StorageFull, error.to_string()),
            IngestError::Backend(error) => error.into(),
            error => Failure::internal(&error),
        }
    }
}

impl From<DecideError> for Failure {
    fn from(error: DecideError) -> Failure {
        let words = error.to_string();
        match error {
            DecideError::UnknownPlacement { .. } => {
                Failure::new(ErrorCode::UnknownPlacement, words)
            }
            DecideError::Filter(_) => Failure::new(ErrorCode::InvalidFilter, words),
            DecideError::Who(WhoError::Forged) => {
                Failure::new(ErrorCode::ForgedShopperId, format!("`user_id` {words}"))
            }
            DecideError::Who(WhoError::Nobody) => {
                Failure::new(ErrorCode::NoVisitor, format!("the request {words}"))
            }
            error => Failure::internal(&error),
        }
    }
}

impl From<PlacementError> for Failure {
    fn from(error: PlacementError) -> Failure {
        match error {
            PlacementError::Backend(error) => error.into(),
            PlacementError::Filter(_) => Failure::new(ErrorCode::InvalidFilter, error.to_string()),
            error => Failure::new(ErrorCode::InvalidField, error.to_string()),
        }
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Failure {
        let code = match error {
            ModelError::Backend(error) => return error.into(),
            ModelError::UnknownModel { .. } => ErrorCode::UnknownModel,
            ModelError::NothingToGoBackTo { .. } => ErrorCode::NoEarlierModel,
            ModelError::Refused { .. } => ErrorCode::ModelRefused,
            _ => ErrorCode::InvalidField,
        };
        Failure::new(code, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status)
            .expect("the table of codes holds statuses of HTTP only");
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after {
            // Whole seconds, rounded up: nobody should come back too early.
            let wait_s = wait.as_millis().div_ceil(1_000).max(1);
            let value = wait_s.to_string().parse().expect("digits are a valid header");
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        if status == StatusCode::UNAUTHORIZED {
            let value = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response.extensions_mut().insert(self);
        response
    }
}
