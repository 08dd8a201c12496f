//! Who did what.

use std::sync::Arc;

use api::administration::{AuditEntryView, AuditTrailView};
use api::{List, Page, PageQuery};
use axum::Json;
use axum::extract::State;

use crate::access::SecretKey;
use crate::extract::Params;
use crate::failure::Failure;
use crate::state::Shared;

/// Lists the audit trail, newest entries first.
#[utoipa::path(
    get, path = "/v1/audit", tag = "administration", params(PageQuery),
    responses(
        (status = 200, body = AuditTrailView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn list_audit_trail(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    Params(query): Params<PageQuery>,
) -> Result<Json<AuditTrailView>, Failure> {
    let page: Page<i64> = Page::of(List::AuditTrail, &query)?;
    let mut entries = shared.app.audit_trail(page.after().copied(), page.n_wanted()).await?;
    let next_page_token = page.cut(&mut entries, |it| it.id);
    let entries = entries.into_iter().map(AuditEntryView::from).collect();
    Ok(Json(AuditTrailView { entries, next_page_token }))
}
