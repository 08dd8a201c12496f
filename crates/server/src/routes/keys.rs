//! Keys of the interface.

use std::sync::Arc;

use api::administration::{KeyForm, KeyView, KeysView, NewKeyView};
use api::{ErrorCode, List, Page, PageQuery};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::access::SecretKey;
use crate::extract::{JsonBody, Params, PathId};
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
    let page: Page<usize> = Page::of(List::Keys, &query)?;
    let start = page.after().map_or(0, |it| it.saturating_add(1));
    let keys = shared.app.keys().await?;
    let mut keys: Vec<_> = keys.into_iter().enumerate().skip(start).collect();
    let next_page_token = page.cut(&mut keys, |(place, _)| *place);
    let keys = keys.into_iter().map(|(_, key)| KeyView::from(key)).collect();
    Ok(Json(KeysView { keys, next_page_token }))
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
    PathId(id): PathId<String>,
) -> Result<StatusCode, Failure> {
    match shared.app.revoke_key(&caller, &id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => {
            let detail = format!("there is no key `{id}` in force");
            Err(Failure::new(ErrorCode::UnknownKeyId, detail))
        }
    }
}
