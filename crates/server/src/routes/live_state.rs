//! The state that decisions are made from, to be compared.

use std::sync::Arc;

use api::administration::LiveStateView;
use axum::Json;
use axum::extract::State;

use crate::access::SecretKey;
use crate::failure::Failure;
use crate::state::Shared;

/// Shows digests of the state that decisions are made from. Processes that show the same position show the
/// same digests; folding waits while they are made, some seconds in a large shop.
#[utoipa::path(
    get, path = "/v1/state", tag = "administration",
    responses(
        (status = 200, body = LiveStateView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn get_state(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
) -> Result<Json<LiveStateView>, Failure> {
    let app = Arc::clone(&shared.app);
    let digested = tokio::task::spawn_blocking(move || app.live_state()).await;
    let (position, parts) = digested.map_err(|error| Failure::internal(&error))?;
    Ok(Json(LiveStateView::new(position, parts)))
}
