//! Reading: messages after a position, in batches that the server sends without being asked for each.
//!
//! Any server that keeps the stream may answer, also one that is a little behind. So an answer that ends
//! before the head is asked for again, until the server has caught up or the time is over.

use std::time::Duration;

use async_nats::client::Request;
use async_nats::{Message, StatusCode};
use domain::{Envelope, Position, Recorded};
use futures::StreamExt as _;
use ports::PortError;
use tokio::time::{Instant, sleep, timeout};

use crate::connect::no_answer;
use crate::error::{unavailable, unavailable_because, unreadable};
use crate::follow;
use crate::nats_log::Shared;
use crate::seen::first;

/// The header that tells a message's place in the stream.
const SEQUENCE: &str = "Nats-Sequence";
/// The status that ends a batch.
const END_OF_BATCH: u16 = 204;
/// How long a server that is behind is left to catch up, before it is asked again.
const CATCH_UP: Duration = Duration::from_millis(10);

/// Reads events; see [`Log::read`](ports::Log::read).
pub(crate) async fn read(
    shared: &Shared,
    after: Position,
    n_max: usize,
) -> Result<Vec<Recorded>, PortError> {
    shared.seen.check()?;
    let next = after.next().max(shared.seen.tail());
    range(shared, next, shared.seen.head(), n_max).await
}

/// Reads at most `n_max` events from `next` through `last`, from later on where the first are gone, also
/// those that are forgotten but still kept.
pub(crate) async fn range(
    shared: &Shared,
    mut next: Position,
    last: Position,
    n_max: usize,
) -> Result<Vec<Recorded>, PortError> {
    let mut events: Vec<Recorded> = Vec::new();
    let mut since = None;
    while next <= last && events.len() < n_max {
        let n_left = usize::try_from(last.get() - next.get()).unwrap_or(usize::MAX);
        let n_left = n_left.saturating_add(1).min(n_max - events.len());
        let some = batch(shared, next, n_left.min(shared.options.read_events)).await?;
        match some.first().map(|it| it.position) {
            Some(first) if first == next => {
                check_order(&some)?;
                events.extend(some);
                since = None;
            }
            // What is missing is gone meanwhile, or is not there yet, or is lost.
            _ => {
                let first = first_kept(shared).await?;
                if next < first && events.is_empty() {
                    next = first;
                    continue;
                }
                if next < first {
                    break;
                }
                if !some.is_empty() {
                    return Err(missing(next));
                }
                let since = *since.get_or_insert_with(Instant::now);
                if shared.options.timeout < since.elapsed() {
                    return Err(unavailable(format!(
                        "the servers that keep its stream have not got event {next} yet"
                    )));
                }
                sleep(CATCH_UP).await;
                continue;
            }
        }
        next = events.last().map_or(next, |it| it.position.next());
    }
    Ok(events)
}

/// Asks where the stream begins now.
async fn first_kept(shared: &Shared) -> Result<Position, PortError> {
    let info = follow::info(shared).await?;
    shared.seen.keep(first(&info.state));
    Ok(first(&info.state))
}

/// One batch of messages, the first of which is at `from` unless that is not there.
async fn batch(shared: &Shared, from: Position, n_max: usize) -> Result<Vec<Recorded>, PortError> {
    let context = shared.connection.context();
    let client = context.client();
    let mut losses = shared.connection.losses();
    let inbox = client.new_inbox();
    let mut answers = client
        .subscribe(inbox.clone())
        .await
        .map_err(|err| unavailable_because("asking for events failed".to_owned(), err))?;
    let read_bytes = shared.options.read_bytes;
    let request = format!(r#"{{"seq":{from},"batch":{n_max},"max_bytes":{read_bytes}}}"#);
    let request = Request::new().payload(request.into()).inbox(inbox);
    context
        .send_request(format!("DIRECT.GET.{}", shared.names.stream), request)
        .await
        .map_err(|err| unavailable_because("asking for events failed".to_owned(), err))?;
    let mut events = Vec::new();
    loop {
        let answer = losses.unless_lost(timeout(shared.options.timeout, answers.next())).await?;
        let answer = answer.map_err(|err| no_answer("asked for events", err))?;
        let answer = answer.ok_or_else(|| unavailable("its connection was closed".to_owned()))?;
        match answer.status {
            None => events.push(recorded(&answer)?),
            Some(status) if status.as_u16() == END_OF_BATCH => return Ok(events),
            Some(StatusCode::NOT_FOUND) => return Ok(events),
            Some(StatusCode::NO_RESPONDERS) => {
                return Err(unavailable(format!(
                    "no server keeps its stream {} now; is it being started, or was it deleted?",
                    shared.names.stream
                )));
            }
            Some(status) => {
                let said = answer.description.unwrap_or_default();
                return Err(unavailable(format!("its server answered {status} {said}")));
            }
        }
    }
}

fn recorded(message: &Message) -> Result<Recorded, PortError> {
    let sequence = message.headers.as_ref().and_then(|it| it.get(SEQUENCE));
    let position = sequence
        .and_then(|it| it.as_str().parse().ok())
        .map(Position::new)
        .ok_or_else(|| unavailable("its server sent an event without its place".to_owned()))?;
    let envelope = Envelope::decode(&message.payload).map_err(|err| PortError::Unreadable {
        backend: crate::error::BACKEND,
        what: format!("the event at {position}"),
        source: Some(err.into()),
    })?;
    Ok(Recorded { position, envelope })
}

fn check_order(events: &[Recorded]) -> Result<(), PortError> {
    for pair in events.windows(2) {
        let expected = pair[0].position.next();
        if pair[1].position != expected {
            return Err(missing(expected));
        }
    }
    Ok(())
}

fn missing(position: Position) -> PortError {
    unreadable(format!(
        "the event at {position} is missing from its stream, with later ones still there; restore the \
         stream from a backup"
    ))
}
