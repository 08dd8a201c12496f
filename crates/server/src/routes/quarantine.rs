//! Events that were refused.

use std::sync::Arc;

use api::administration::{QuarantineView, QuarantinedEventView};
use api::{List, Page, PageQuery};
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
    let page: Page<i64> = Page::of(List::Quarantine, &query)?;
    let after = page.after().copied().unwrap_or_default();
    let mut events = shared.app.quarantined(after, page.n_wanted()).await?;
    let next_page_token = page.cut(&mut events, |it| it.id);
    let events = events.into_iter().map(QuarantinedEventView::from).collect();
    Ok(Json(QuarantineView { events, next_page_token }))
}
