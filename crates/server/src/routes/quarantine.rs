//! Events that were refused.

use std::sync::Arc;

use api::administration::{QuarantineView, QuarantinedEventView};
use api::{PageQuery, page_size};
use axum::Json;
use axum::extract::State;

use crate::access::SecretKey;
use crate::extract::Params;
use crate::failure::Failure;
use crate::state::Shared;

/// Lists events that were refused, oldest first, as they were sent.
#[utoipa::path(
    get, path = "/v1/quarantine", tag = "administration", params(PageQuery),
    responses(
        (status = 200, body = QuarantineView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn list_quarantine(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    Params(query): Params<PageQuery>,
) -> Result<Json<QuarantineView>, Failure> {
    let after = match query.page_token.as_deref() {
        None | Some("") => 0,
        Some(token) => token.parse().map_err(|_| {
            Failure::field("page_token", token, "is no place in this list; begin again without it")
        })?,
    };
    let n_page = page_size(&query);
    let mut events = shared.app.quarantined(after, n_page + 1).await?;
    let has_more = events.len() > n_page as usize;
    events.truncate(n_page as usize);
    let last = events.last().filter(|_| has_more).map(|it| it.id.to_string());
    let events = events.into_iter().map(QuarantinedEventView::from).collect();
    Ok(Json(QuarantineView { events, next_page_token: last }))
}
