//! Trained models: looking at them, promoting them, going back, having one trained.

use std::sync::Arc;

use api::administration::{ModelView, ModelsView, PromotionForm, RollbackForm, TrainingForm};
use api::{List, Page, PageQuery};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::access::SecretKey;
use crate::extract::{JsonBody, Params, PathId};
use crate::failure::Failure;
use crate::state::Shared;

/// Lists the models, the newest first.
#[utoipa::path(
    get, path = "/v1/models", tag = "administration", params(PageQuery),
    responses(
        (status = 200, body = ModelsView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn list_models(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    Params(query): Params<PageQuery>,
) -> Result<Json<ModelsView>, Failure> {
    // The oldest go first, so a place is how many are newer or the same: at worst one is seen twice.
    let page: Page<usize> = Page::of(List::Models, &query)?;
    let n_before = page.after().copied().unwrap_or_default();
    let all = shared.app.models().await?;
    let mut models: Vec<_> = all.into_iter().enumerate().skip(n_before).collect();
    let next_page_token = page.cut(&mut models, |(at, _)| at + 1);
    let models = models.into_iter().map(|(_, it)| ModelView::from(it)).collect();
    Ok(Json(ModelsView { models, next_page_token }))
}

/// Answers a model, with where it came from and what was measured.
#[utoipa::path(
    get, path = "/v1/models/{id}", tag = "administration", params(("id" = String, Path)),
    responses(
        (status = 200, body = ModelView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn get_model(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    PathId(id): PathId<String>,
) -> Result<Json<ModelView>, Failure> {
    Ok(Json(shared.app.model(&id).await?.into()))
}

/// Lets a model decide, for everybody or for a share of the shoppers, from the next decision on.
#[utoipa::path(
    post, path = "/v1/models:promote", tag = "administration", request_body = PromotionForm,
    responses(
        (status = 200, body = ModelView, description = "How it stands now."),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn promote_model(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<PromotionForm>,
) -> Result<Json<ModelView>, Failure> {
    let promoted = shared.app.promote_model(&caller, &form.id, form.canary_percent).await?;
    Ok(Json(promoted.into()))
}

/// Goes back: takes a generator's canary from its share or, where there is none, lets the model decide
/// that was live before.
#[utoipa::path(
    post, path = "/v1/models:rollback", tag = "administration", request_body = RollbackForm,
    responses(
        (status = 200, body = ModelView, description = "The model that decides now; where none does, the one that was taken back."),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn roll_back_models(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<RollbackForm>,
) -> Result<Json<ModelView>, Failure> {
    Ok(Json(shared.app.roll_back_models(&caller, &form.generator).await?.into()))
}

/// Has a model trained, beside everything else. What comes of it is in the list of models, once it is done.
#[utoipa::path(
    post, path = "/v1/models:train", tag = "administration", request_body = TrainingForm,
    responses(
        (status = 202, description = "It will be trained."),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn train_model(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<TrainingForm>,
) -> Result<StatusCode, Failure> {
    shared.app.ask_for_training(&caller, &form.generator).await?;
    Ok(StatusCode::ACCEPTED)
}
