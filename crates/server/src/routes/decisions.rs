//! Decisions: what to show, and why it was shown.

use std::sync::Arc;

use api::ErrorCode;
use api::decisions::{DecisionForm, DecisionView, ExplainedView, Language, Wording};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::{DecisionId, MarketId, ProductId};

use crate::access::{AnyKey, SecretKey, privacy_control};
use crate::extract::{PathId, TextBody};
use crate::failure::Failure;
use crate::passing::{Original, pass_on};
use crate::state::Shared;
use crate::traffic::Work;

/// Decides what to show to a visitor in a placement.
#[utoipa::path(
    post, path = "/v1/decisions", tag = "decisions", request_body = DecisionForm,
    responses(
        (status = 200, body = DecisionView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("any_key" = []), ("basic" = [])),
)]
pub(crate) async fn decide(
    State(shared): State<Arc<Shared>>,
    AnyKey(caller): AnyKey,
    Extension(work): Extension<Arc<Work>>,
    headers: HeaderMap,
    TextBody(body): TextBody,
) -> Result<Response, Failure> {
    let form: DecisionForm = api::read_body(&body)?;
    let request = form.read(privacy_control(&headers))?;
    let original = Original { headers: &headers, body: &body, address: work.address() };
    if let Some(answer) = pass_on(&shared, &caller, &request, original).await {
        return Ok(answer);
    }
    let language = language(&shared, request.market.as_ref());
    let decision = shared.app.decide(&caller, request).await?;
    let title = |id: &ProductId| shared.app.product(id).map(|it| it.title);
    Ok(Json(DecisionView::new(&decision, &Wording { language, title: &title })).into_response())
}

/// Answers why something was shown, and what became of it.
#[utoipa::path(
    get, path = "/v1/decisions/{id}", tag = "decisions", params(("id" = String, Path)),
    responses(
        (status = 200, body = ExplainedView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn explain_decision(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    PathId(id): PathId<DecisionId>,
) -> Result<Json<ExplainedView>, Failure> {
    let explained = shared.app.explain_decision(id).await?;
    let explained = explained.ok_or_else(|| {
        Failure::new(ErrorCode::UnknownDecision, format!("there is no decision `{id}`"))
    })?;
    let title = |id: &ProductId| shared.app.product(id).map(|it| it.title);
    let wording = Wording { language: language(&shared, None), title: &title };
    Ok(Json(ExplainedView::new(&explained, &wording)))
}

/// The language of the market, else that of the shop.
fn language(shared: &Shared, market: Option<&MarketId>) -> Language {
    let shop = shared.app.shop();
    let market = market.and_then(|id| shop.markets.iter().find(|it| it.id == *id));
    Language::of_tag(market.map_or(&shop.language, |it| &it.language))
}
