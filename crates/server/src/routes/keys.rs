//! Keys of the interface.

use std::sync::Arc;

use api::administration::{KeyForm, KeyView, KeysView, NewKeyView};
use api::{ErrorCode, PageQuery, page_size};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::access::SecretKey;
use crate::extract::{JsonBody, Params};
use crate::failure::Failure;
use crate::state::Shared;

/// Lists the keys, oldest first, revoked ones included.
#[utoipa::path(
    get, path = "/v1/keys", tag = "administration", params(PageQuery),
    responses(
        (status = 200, body = KeysView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn list_keys(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    Params(query): Params<PageQuery>,
) -> Result<Json<KeysView>, Failure> {
    let mut keys = shared.app.keys().await?;
    if let Some(token) = &query.page_token {
        let place = keys.iter().position(|it| it.id == *token).map_or(keys.len(), |it| it + 1);
        keys.drain(..place);
    }
    let n_page = page_size(&query) as usize;
    let has_more = keys.len() > n_page;
    keys.truncate(n_page);
    let last = keys.last().filter(|_| has_more).map(|it| it.id.clone());
    Ok(Json(KeysView {
        keys: keys.into_iter().map(KeyView::from).collect(),
        next_page_token: last,
    }))
}

/// Makes a key. Its text is answered here and never again.
#[utoipa::path(
    post, path = "/v1/keys", tag = "administration", request_body = KeyForm,
    responses(
        (status = 201, body = NewKeyView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn create_key(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<KeyForm>,
) -> Result<(StatusCode, Json<NewKeyView>), Failure> {
    let (scope, allowed_origins) = form.read()?;
    let key = shared.app.create_key(&caller, scope, allowed_origins).await?;
    Ok((StatusCode::CREATED, Json(key.into())))
}

/// Revokes a key. It is refused from the next request on.
#[utoipa::path(
    delete, path = "/v1/keys/{id}", tag = "administration", params(("id" = String, Path)),
    responses(
        (status = 204, description = "It is revoked."),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn revoke_key(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    match shared.app.revoke_key(&caller, &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => {
            let detail = format!("there is no key `{id}` in force");
            Err(Failure::new(ErrorCode::UnknownKeyId, detail))
        }
    }
}
