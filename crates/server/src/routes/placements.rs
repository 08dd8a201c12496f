//! Placements: where something is decided, and out of what.

use std::sync::Arc;

use api::administration::{PlacementForm, PlacementView, PlacementsView};
use api::{ErrorCode, List, Page, PageQuery};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::PlacementId;

use crate::access::SecretKey;
use crate::extract::{JsonBody, Params, PathId};
use crate::failure::Failure;
use crate::state::Shared;

/// Lists the placements, by id.
#[utoipa::path(
    get, path = "/v1/placements", tag = "administration", params(PageQuery),
    responses(
        (status = 200, body = PlacementsView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn list_placements(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    Params(query): Params<PageQuery>,
) -> Result<Json<PlacementsView>, Failure> {
    let page: Page<PlacementId> = Page::of(List::Placements, &query)?;
    let mut placements = shared.app.placements();
    placements.retain(|it| page.after().is_none_or(|after| it.id > *after));
    let next_page_token = page.cut(&mut placements, |it| it.id.clone());
    let placements = placements.into_iter().map(PlacementView::from).collect();
    Ok(Json(PlacementsView { placements, next_page_token }))
}

/// Answers a placement.
#[utoipa::path(
    get, path = "/v1/placements/{id}", tag = "administration", params(("id" = String, Path)),
    responses(
        (status = 200, body = PlacementView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn get_placement(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    PathId(id): PathId<PlacementId>,
) -> Result<Json<PlacementView>, Failure> {
    let found = shared.app.placements().into_iter().find(|it| it.id == id);
    found.map(|it| Json(it.into())).ok_or_else(|| unknown(&id))
}

/// Creates a placement, or replaces it. It holds from the next decision on.
#[utoipa::path(
    put, path = "/v1/placements/{id}", tag = "administration", params(("id" = String, Path)),
    request_body = PlacementForm,
    responses(
        (status = 200, body = PlacementView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn put_placement(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    PathId(id): PathId<PlacementId>,
    JsonBody(form): JsonBody<PlacementForm>,
) -> Result<Json<PlacementView>, Failure> {
    let placement = form.read(id)?;
    shared.app.put_placement(&caller, placement.clone()).await?;
    Ok(Json(placement.into()))
}

/// Removes a placement.
#[utoipa::path(
    delete, path = "/v1/placements/{id}", tag = "administration", params(("id" = String, Path)),
    responses(
        (status = 204, description = "It is removed."),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn delete_placement(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    PathId(id): PathId<PlacementId>,
) -> Result<StatusCode, Failure> {
    match shared.app.delete_placement(&caller, &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(unknown(&id)),
    }
}

fn unknown(id: &PlacementId) -> Failure {
    Failure::new(ErrorCode::UnknownPlacement, format!("there is no placement `{id}`"))
}
