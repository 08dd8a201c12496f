//! What keeps [`Seen`](crate::seen::Seen) in step with the stream, in the background.
//!
//! Headers of new messages come as soon as they are kept, whoever appended them: some 150 bytes an event,
//! for each program that has the log open. Where the stream begins, and how much room it has, is asked
//! for now and then.

use std::sync::Arc;

use async_nats::jetstream::account::Account;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::push::OrderedConfig;
use async_nats::jetstream::stream::State;
use domain::Position;
use futures::StreamExt as _;
use tokio::time::sleep;

use crate::nats_log::Shared;
use crate::seen::first;

/// How many times in a row the stream must end before what was seen, until that is believed: a server
/// of a cluster that lost its leadership may not know the end for a moment.
const BEHIND_MAX: u32 = 3;

/// Raises the head with every message that anybody appends.
pub(crate) async fn follow_head(shared: Arc<Shared>) {
    loop {
        let start_sequence = shared.seen.head().next().get();
        let config = OrderedConfig {
            deliver_subject: shared.connection.context.client().new_inbox(),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            headers_only: true,
            ..OrderedConfig::default()
        };
        let messages = match shared.stream.create_consumer(config).await {
            Ok(consumer) => consumer.messages().await.map_err(|err| err.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match messages {
            // It mends itself when the connection was lost.
            Ok(mut messages) => {
                while let Some(Ok(message)) = messages.next().await {
                    if let Ok(info) = message.info() {
                        shared.seen.raise(Position::new(info.stream_sequence));
                    }
                }
            }
            Err(error) => {
                tracing::warn!(error, "the log's stream cannot be followed; trying again")
            }
        }
        sleep(shared.options.state_every).await;
    }
}

/// Asks for the stream's state now and then.
pub(crate) async fn keep_state(shared: Arc<Shared>) {
    let mut n_behind = 0;
    loop {
        sleep(shared.options.state_every).await;
        let seen = shared.seen.head();
        let state = match shared.stream.get_info().await {
            Ok(info) => info.state,
            Err(error) => {
                let stream = &shared.names.stream;
                tracing::warn!(%error, stream, "the log's stream does not tell its state");
                continue;
            }
        };
        let end = Position::new(state.last_sequence);
        if end < seen {
            n_behind += 1;
            if n_behind == BEHIND_MAX {
                drop(shared.seen.lose(end, seen));
            }
            continue;
        }
        n_behind = 0;
        shared.seen.raise(end);
        note(&shared, &state).await;
    }
}

/// Notes where the stream begins and how much room it has.
pub(crate) async fn note(shared: &Shared, state: &State) {
    shared.seen.let_go(first(state));
    let room_bytes = match shared.options.max_bytes {
        Some(max_bytes) => Some(max_bytes.saturating_sub(state.bytes)),
        None => {
            let account = shared.connection.context.query_account().await.ok();
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
