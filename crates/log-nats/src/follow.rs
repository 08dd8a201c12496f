//! What keeps [`Seen`](crate::seen::Seen) and [`Messages`](crate::messages::Messages) in step with the
//! stream, in the background.
//!
//! Headers of new messages come as soon as they are kept, whoever appended them: some 150 bytes an event,
//! for each program that has the log open. At first come those of the last day. Where the stream begins,
//! and how much room it has, is asked for now and then.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::Message;
use async_nats::jetstream::account::Account;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::push::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::{Info, State};
use domain::{Position, Timestamp};
use futures::StreamExt as _;
use ports::PortError;
use tokio::time::{sleep, timeout};

use crate::connect::no_answer;
use crate::counted::{be_complete, message_key, note_end};
use crate::error::{unavailable, unavailable_because};
use crate::nats_log::Shared;
use crate::seen::first;
use crate::stream::forgotten;

/// How many times in a row the stream must end before what was seen, until that is believed: a server
/// of a cluster that lost its leadership may not know the end for a moment.
const BEHIND_MAX: u32 = 3;

/// Notes every message that anybody appends, and raises the head, beginning with the messages of the last
/// day before `end`.
pub(crate) async fn follow_head(shared: Arc<Shared>, end: State) {
    let mut losses = shared.connection.losses();
    loop {
        let config = OrderedConfig {
            deliver_subject: shared.connection.context().client().new_inbox(),
            deliver_policy: start(&shared, &end),
            headers_only: true,
            ..OrderedConfig::default()
        };
        match follow(&shared, config).await {
            Ok(mut messages) => loop {
                // When the connection was lost, the library would begin a stream anew that had brought
                // nothing yet.
                let message = tokio::select! {
                    biased;
                    _ = losses.lost() => break,
                    message = messages.next() => message,
                };
                let Some(Ok(message)) = message else { break };
                note_message(&shared, &message);
            },
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "the log's stream cannot be followed; trying again"
                );
                sleep(shared.options.state_every).await;
            }
        }
    }
}

async fn follow(shared: &Shared, config: OrderedConfig) -> Result<Ordered, PortError> {
    let failed = "following its stream failed";
    let consumer = shared.stream().await?.create_consumer(config).await;
    let consumer = consumer.map_err(|err| unavailable_because(failed.to_owned(), err))?;
    consumer.messages().await.map_err(|err| unavailable_because(failed.to_owned(), err))
}

/// Where to begin: after what is noted, or with the first message of the last day before `end`.
fn start(shared: &Shared, end: &State) -> DeliverPolicy {
    let remembered = shared.options.remembered.as_micros();
    match shared.messages.noted() {
        Position::START if end.messages == 0 => DeliverPolicy::All,
        Position::START => DeliverPolicy::ByStartTime {
            start_time: end.last_timestamp
                - Duration::from_micros(u64::try_from(remembered).unwrap_or(0)),
        },
        noted => DeliverPolicy::ByStartSequence { start_sequence: noted.next().get() },
    }
}

fn note_message(shared: &Shared, message: &Message) {
    let Ok(info) = message.info() else { return };
    let position = Position::new(info.stream_sequence);
    let micros = info.published.unix_timestamp_nanos() / 1_000;
    let stored = Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
    let id = message.headers.as_ref().and_then(|it| it.get(NATS_MESSAGE_ID));
    shared.messages.note(id.and_then(|it| message_key(it.as_str())), position, stored);
    shared.seen.raise(position);
}

/// Waits until the message keys of the last day are noted, up to the stream's present end.
pub(crate) async fn catch_up(shared: &Shared, info: &Info) -> Result<(), PortError> {
    let end = note_end(shared, info);
    let mut before = shared.messages.noted();
    while timeout(shared.options.timeout, shared.messages.wait_for(end)).await.is_err() {
        let noted = shared.messages.noted();
        if noted == before {
            return Err(unavailable(format!(
                "its stream's message keys are read up to {noted} of {end}, but no more of them come; look \
                 whether the server is busy or lets this user have no consumers"
            )));
        }
        tracing::info!(%noted, %end, "reading the log's message keys of the last day");
        before = noted;
    }
    be_complete(shared).await.map(drop)
}

/// Asks for the stream's state now and then.
pub(crate) async fn keep_state(shared: Arc<Shared>) {
    let mut n_behind = 0;
    loop {
        sleep(shared.options.state_every).await;
        let seen = shared.seen.head();
        let info = match info(&shared).await {
            Ok(info) => info,
            Err(error) => {
                let stream = &shared.names.stream;
                tracing::warn!(%error, stream, "the log's stream does not tell its state");
                continue;
            }
        };
        let end = Position::new(info.state.last_sequence);
        if end < seen {
            n_behind += 1;
            if n_behind == BEHIND_MAX {
                drop(shared.seen.lose(end, seen));
            }
            continue;
        }
        n_behind = 0;
        shared.seen.raise(end);
        note(&shared, &info).await;
    }
}

/// Asks for the stream's state.
pub(crate) async fn info(shared: &Shared) -> Result<Info, PortError> {
    let info = shared.stream().await?.get_info().await;
    info.map_err(|err| no_answer("asked for its stream's state", err))
}

/// Notes where the stream begins, how far it is forgotten and how much room it has.
pub(crate) async fn note(shared: &Shared, info: &Info) {
    let state = &info.state;
    shared.seen.keep(first(state));
    shared.seen.let_go(forgotten(&info.config).next());
    let room_bytes = match shared.options.max_bytes {
        Some(max_bytes) => Some(max_bytes.saturating_sub(state.bytes)),
        None => {
            let account = shared.connection.context().query_account().await.ok();
            account.and_then(|it| room_of(&it, shared.options.replicas))
        }
    };
    shared.seen.note_room(room_bytes);
}

/// What an account may still store, if it has a limit.
fn room_of(account: &Account, replicas: usize) -> Option<u64> {
    let tier = account.tiers.get(&format!("R{replicas}"));
    let (limits, stored) =
        tier.map_or((&account.limits, account.storage), |it| (&it.limits, it.storage));
    let max_storage = u64::try_from(limits.max_storage?).ok()?;
    Some(max_storage.saturating_sub(stored))
}
