//! Events, as Segment's libraries send them.

use std::sync::Arc;

use api::segment::{BatchShape, IngestView, MessageKind, MessageShape, Sender, Submission};
use app::{Caller, Incoming, IngestReport, RefusedEvent, Rejection};
use axum::Json;
use axum::extract::{Request, State};
use domain::KeyKind;

use crate::access::{Need, authorize, has_key, privacy_control};
use crate::body::{BodyLimits, read_all, text};
use crate::failure::Failure;
use crate::state::Shared;
use crate::traffic::Work;

/// How many events are read before other work gets its turn: well under half a millisecond.
const EVENTS_A_TURN: usize = 64;

/// What the path says the body is.
#[derive(Clone, Copy, Debug)]
enum Call {
    Message(MessageKind),
    Batch,
}

type Answer = Result<Json<IngestView>, Failure>;

macro_rules! message_routes {
    ($($(#[$doc:meta])* $name:ident $path:literal $kind:ident;)*) => {$(
        $(#[$doc])*
        #[utoipa::path(
            post, path = $path, tag = "events",
            request_body(content(
                (MessageShape = "application/json"),
                (MessageShape = "text/plain"),
            )),
            responses(
                (status = 200, body = IngestView),
                (status = "default", body = api::Problem, content_type = "application/problem+json"),
            ),
            security(("any_key" = []), ("basic" = [])),
        )]
        pub(crate) async fn $name(State(shared): State<Arc<Shared>>, request: Request) -> Answer {
            take_in(&shared, request, Call::Message(MessageKind::$kind)).await
        }
    )*};
}

message_routes! {
    /// Takes something that happened.
    track "/v1/track" Track;
    /// Takes who a shopper is.
    identify "/v1/identify" Identify;
    /// Takes a page that was looked at.
    page "/v1/page" Page;
    /// Takes a screen of an app that was looked at.
    screen "/v1/screen" Screen;
    /// Takes the group a shopper belongs to.
    group "/v1/group" Group;
    /// Takes two ids of one shopper.
    alias "/v1/alias" Alias;
}

/// Takes a batch of events. A bad event is refused alone, and named in `rejected`.
#[utoipa::path(
    post, path = "/v1/batch", tag = "events",
    request_body(content((BatchShape = "application/json"), (BatchShape = "text/plain"))),
    responses(
        (status = 200, body = IngestView),
        (status = "default", body = api::Problem, content_type = "application/problem+json"),
    ),
    security(("any_key" = []), ("basic" = [])),
)]
pub(crate) async fn batch(State(shared): State<Arc<Shared>>, request: Request) -> Answer {
    take_in(&shared, request, Call::Batch).await
}

/// The way of every event. The content type is not looked at: `sendBeacon` sends JSON as plain text.
async fn take_in(shared: &Shared, request: Request, call: Call) -> Answer {
    let (parts, body) = request.into_parts();
    // A key in the headers is checked before a byte of the body is read.
    let known = if has_key(&parts.headers) {
        Some(authorize(shared, &parts, None, Need::AnyKey)?)
    } else {
        None
    };
    let limits = BodyLimits {
        n_bytes_max: shared.limits.body_bytes_max,
        timeout: shared.limits.body_timeout,
    };
    let bytes = read_all(&parts, body, limits).await?;
    let submission = match call {
        Call::Message(kind) => Submission::single(kind, text(&bytes)?),
        Call::Batch => Submission::batch(text(&bytes)?, &shared.rules),
    };
    let submission = submission.map_err(|err| Failure::new(err.code(), err.to_string()))?;
    let caller = match known {
        Some(caller) => caller,
        None => authorize(shared, &parts, submission.write_key(), Need::AnyKey)?,
    };
    let sender = Sender {
        kind: caller.kind,
        address: Work::of(&parts.extensions).address(),
        privacy_control: privacy_control(&parts.headers),
    };

    let Read { events, indexes, mut refused } = read(shared, &submission, sender).await;
    let report = shared.app.ingest(&caller, events).await?;
    let at = |position: usize| indexes.get(position).copied().unwrap_or(position);
    refused.extend(report.rejected.iter().map(|(position, it)| (at(*position), it.clone())));
    count(&caller, &report, &refused);
    let circumstances = submission.circumstances(sender);
    let kept = refused.iter().map(|(index, it)| RefusedEvent {
        rejection: it.clone(),
        body: raw(shared, &submission, *index),
        circumstances: circumstances.clone(),
    });
    shared.app.quarantine(&caller, kept.collect()).await;
    Ok(Json(IngestView::new(&report, refused)))
}

/// Counts what became of a submission.
fn count(caller: &Caller, report: &IngestReport, refused: &[(usize, Rejection)]) {
    let key_kind = match caller.kind {
        KeyKind::Publishable => "publishable",
        KeyKind::Secret => "secret",
        KeyKind::Own => "own",
    };
    metrics::counter!("events_accepted_total", "key_kind" => key_kind)
        .increment(report.n_accepted as u64);
    metrics::counter!("events_duplicate_total").increment(report.n_duplicate as u64);
    for (_, rejection) in refused {
        metrics::counter!("events_refused_total", "code" => rejection.code).increment(1);
    }
}

/// What reading a submission gave: events with their indexes, and what was refused.
#[derive(Default)]
struct Read {
    events: Vec<Incoming>,
    indexes: Vec<usize>,
    refused: Vec<(usize, Rejection)>,
}

async fn read(shared: &Shared, submission: &Submission<'_>, sender: Sender) -> Read {
    let mut read = Read::default();
    for index in 0..submission.len() {
        if index > 0 && index % EVENTS_A_TURN == 0 {
            tokio::task::yield_now().await;
        }
        match submission.read(index, &shared.rules, sender) {
            Ok(event) => {
                read.events.push(event);
                read.indexes.push(index);
            }
            Err(rejection) => read.refused.push((index, rejection)),
        }
    }
    read
}

/// An event as it was sent; of one that is too large, the beginning.
fn raw(shared: &Shared, submission: &Submission<'_>, index: usize) -> Vec<u8> {
    let bytes = submission.raw(index).as_bytes();
    bytes.iter().take(shared.rules.event_bytes_max).copied().collect()
}
