//! Who did what.

use std::sync::Arc;

use api::administration::{AuditEntryView, AuditTrailView};
use api::{PageQuery, page_size};
use axum::Json;
use axum::extract::State;

use crate::access::SecretKey;
use crate::extract::Params;
use crate::failure::Failure;
use crate::state::Shared;

/// Lists the newest entries of the audit trail, newest first.
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
    let entries = shared.app.audit_trail(page_size(&query)).await?;
    Ok(Json(AuditTrailView { entries: entries.into_iter().map(AuditEntryView::from).collect() }))
}
