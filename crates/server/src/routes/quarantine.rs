//! Events that were refused: looking at them, mending them, taking them in again.

use std::sync::Arc;

use api::administration::{
    MendForm, QuarantineView, QuarantinedEventView, ReplayForm, ReplayView, quarantine_id,
};
use api::segment::read_again;
use api::{ErrorCode, List, Page, PageQuery};
use app::{Incoming, QuarantinedEvent, Rejection};
use axum::Json;
use axum::extract::State;
use domain::KeyKind;

use crate::access::SecretKey;
use crate::extract::{JsonBody, Params, PathId};
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

/// Answers a refused event.
#[utoipa::path(
    get, path = "/v1/quarantine/{id}", tag = "administration", params(("id" = String, Path)),
    responses(
        (status = 200, body = QuarantinedEventView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn get_quarantined(
    State(shared): State<Arc<Shared>>,
    _: SecretKey,
    PathId(id): PathId<String>,
) -> Result<Json<QuarantinedEventView>, Failure> {
    let event = shared.app.quarantined_event(quarantine_id(&id)?).await?;
    event.map(|it| Json(it.into())).ok_or_else(|| unknown(&id))
}

/// Says what a refused event should have been. It waits on, to be replayed; what cannot be read either
/// is refused and changes nothing.
#[utoipa::path(
    post, path = "/v1/quarantine:mend", tag = "administration", request_body = MendForm,
    responses(
        (status = 200, body = QuarantinedEventView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn mend_quarantined(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<MendForm>,
) -> Result<Json<QuarantinedEventView>, Failure> {
    let id = quarantine_id(&form.id)?;
    let body = form.event.get().as_bytes().to_vec();
    let read = reader(&shared);
    match shared.app.mend_quarantined(&caller, id, body, &read).await? {
        None => Err(unknown(&form.id)),
        Some(Err(rejection)) => Err(Failure::rejected(&rejection)),
        Some(Ok(event)) => Ok(Json(event.into())),
    }
}

/// Takes refused events in again, as they were sent or mended. Each counts once, however often this is
/// called; what is refused again waits on with its new reason.
#[utoipa::path(
    post, path = "/v1/quarantine:replay", tag = "administration", request_body = ReplayForm,
    responses(
        (status = 200, body = ReplayView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("secret_key" = [])),
)]
pub(crate) async fn replay_quarantined(
    State(shared): State<Arc<Shared>>,
    SecretKey(caller): SecretKey,
    JsonBody(form): JsonBody<ReplayForm>,
) -> Result<Json<ReplayView>, Failure> {
    let wanted = form.wanted()?;
    let read = reader(&shared);
    let report = shared.app.replay_quarantined(&caller, &wanted, &read).await?;
    Ok(Json(report.into()))
}

fn reader(
    shared: &Shared,
) -> impl Fn(&QuarantinedEvent, KeyKind) -> Result<Incoming, Rejection> + Sync {
    |event, kind| read_again(event, kind, &shared.rules)
}

fn unknown(id: &str) -> Failure {
    Failure::new(ErrorCode::UnknownRefusedEvent, format!("no refused event `{id}` waits"))
}
