//! The switch of personalization for the whole shop.

use std::sync::Arc;

use api::administration::{SwitchForm, SwitchView};
use axum::Json;
use axum::extract::State;

use crate::access::SecretKey;
use crate::extract::JsonBody;
use crate::failure::Failure;
use crate::state::Shared;

/// Answers whether personalization is on.
#[utoipa::path(
    get, path = "/v1/personalization", tag = "administration",
    responses(
        (status = 200, body = SwitchView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn get_personalization(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
) -> Json<SwitchView> {
    Json(shared.app.personalization().into())
}

/// Switches personalization on or off for the whole shop, from the next decision on.
#[utoipa::path(
    put, path = "/v1/personalization", tag = "administration", request_body = SwitchForm,
    responses(
        (status = 200, body = SwitchView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn set_personalization(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<SwitchForm>,
) -> Result<Json<SwitchView>, Failure> {
    let switch = shared.app.set_personalization(&caller, form.personalization.into()).await?;
    Ok(Json(switch.into()))
}
