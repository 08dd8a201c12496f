//! Extractors whose refusals are problems like all others.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::body::{BodyLimits, read_all};
use crate::failure::Failure;
use crate::state::Shared;

/// The largest JSON body of a request about one thing.
const JSON_BYTES_MAX: usize = 256 * 1024;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Shared>> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<JsonBody<T>, Failure> {
        let TextBody(bytes) = TextBody::from_request(request, shared).await?;
        Ok(JsonBody(api::read_body(&bytes)?))
    }
}

/// A small body, as it came.
#[derive(Debug)]
pub(crate) struct TextBody(pub(crate) bytes::Bytes);

impl FromRequest<Arc<Shared>> for TextBody {
    type Rejection = Failure;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<TextBody, Failure> {
        let (parts, body) = request.into_parts();
        let limits =
            BodyLimits { n_bytes_max: JSON_BYTES_MAX, timeout: shared.limits.body_timeout };
        read_all(&parts, body, limits).await.map(TextBody)
    }
}

/// The parameters after the question mark.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Shared>> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Shared>) -> Result<Params<T>, Failure> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Params(params)),
            Err(err) => {
                Err(Failure::field("the query", "", format!("does not fit: {}", err.body_text())))
            }
        }
    }
}

/// The id in the path.
#[derive(Debug)]
pub(crate) struct PathId<T>(pub(crate) T);

impl<T: FromStr<Err: Display>> FromRequestParts<Arc<Shared>> for PathId<T> {
    type Rejection = Failure;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<PathId<T>, Failure> {
        let path = Path::<String>::from_request_parts(parts, shared).await;
        let Path(text) = path.map_err(|err| Failure::field("id", "", err.body_text()))?;
        let id = text.parse().map_err(|err: T::Err| Failure::field("id", &text, err.to_string()));
        id.map(PathId)
    }
}
