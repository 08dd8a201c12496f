//! Appending: one message an event, published in order, acknowledged one by one.
//!
//! ```text
//! events ─▶ encode, find twins ─▶ chunk ─▶ places ─▶ counted? ─▶ publish … ─▶ await every acknowledgement
//!                                   ▲                   │                              │
//!                                   └── the next chunk ◀┴──────────────────────────────┘
//! ```
//!
//! The messages of a chunk are under way together, so that a call costs one round trip a chunk and not
//! one an event. The server takes the messages of one connection in their order.
//!
//! # When a call fails
//!
//! Any part of it may be kept: when the connection breaks, or a stream fills up, in the middle, later
//! events may even be kept without earlier ones. Sent again, what is there is found by its message key,
//! and what is missing is appended behind it.
//!
//! # What a repeat costs
//!
//! A new event costs a look into memory. A repeat costs reading the event that it repeats, whose received
//! time decides; those of a call that is sent again stand together and are read together.
//!
//! # Why not the server's atomic batches
//!
//! They would keep a call whole. They were measured (server 2.15, one replica, the same machine) at 13 ms
//! and more a call where this takes 1.5 ms, and at a third of the events a second in calls of a thousand,
//! since the server stages each batch in a folder of its own; and they refuse a batch that holds a single
//! repeat, without saying which.

use async_nats::Subject;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::publish::PublishAck;
use bytes::Bytes;
use domain::{Envelope, MessageKey, Position, Timestamp};
use ports::{Counted, PortError, Receipt};
use rustc_hash::FxHashMap;
use tokio::task;
use tokio::time::Instant;

use crate::counted;
use crate::error::{from_publish, refused, unavailable};
use crate::nats_log::Shared;

/// How many events are under way together for one call.
const CHUNK: usize = 1_024;
/// How many events are encoded before other tasks of the thread have their turn.
const ENCODED_AT_ONCE: usize = 256;
/// More than the headers of a message take.
const HEADER_BYTES: usize = 128;
/// How many times an event is published at most, each time because another one with its message key was
/// kept meanwhile that was received more than a day before it.
const ATTEMPTS: usize = 4;

/// An event on its way.
struct Message {
    subject: Subject,
    key: MessageKey,
    received: Timestamp,
    body: Bytes,
}

impl Message {
    /// The receipt for a repeat of what was counted.
    fn repeat(&self, before: Option<Counted>) -> Option<Receipt> {
        let before = before.filter(|it| it.covers(self.received))?;
        Some(Receipt::Duplicate(before.position))
    }
}

/// One call of `append`.
#[derive(Default)]
struct Call {
    /// Each message key's event, once.
    messages: Vec<Message>,
    /// For each event which message stands for it, and whether it is its twin.
    events: Vec<(usize, IsTwin)>,
}

/// Whether an event has the message key of an earlier one of its call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum IsTwin {
    No,
    Yes,
}

/// Appends events; see [`Log::append`](ports::Log::append).
pub(crate) async fn append(
    shared: &Shared,
    events: Vec<Envelope>,
) -> Result<Vec<Receipt>, PortError> {
    shared.seen.check()?;
    let call = prepare(shared, events).await?;
    let mut receipts = Vec::with_capacity(call.messages.len());
    let chunk = CHUNK.min(shared.options.queue_events as usize).max(1);
    for messages in call.messages.chunks(chunk) {
        receipts.extend(append_chunk(shared, messages).await?);
    }
    let receipt = |(message, is_twin): &(usize, IsTwin)| match (receipts[*message], is_twin) {
        (receipt, IsTwin::No) => receipt,
        (receipt, IsTwin::Yes) => Receipt::Duplicate(receipt.position()),
    };
    Ok(call.events.iter().map(receipt).collect())
}

/// Encodes the events. Twins are found here, since a cluster refuses a message while another of its id is
/// under way.
async fn prepare(shared: &Shared, events: Vec<Envelope>) -> Result<Call, PortError> {
    let body_bytes_max =
        shared.connection.context().client().max_payload().saturating_sub(HEADER_BYTES);
    let mut call = Call::default();
    let mut by_key = FxHashMap::<MessageKey, usize>::default();
    for (n, event) in (1..).zip(events) {
        let next = call.messages.len();
        let message = *by_key.entry(event.message).or_insert(next);
        if message < next {
            call.events.push((message, IsTwin::Yes));
            continue;
        }
        let body = Bytes::from(event.encode());
        if body.len() > body_bytes_max {
            return Err(refused(format!(
                "an event has {} bytes, but its server takes {body_bytes_max}; raise `max_payload` in \
                 the server's configuration",
                body.len()
            )));
        }
        let subject = Subject::from(shared.names.subject(event.partition()));
        let (key, received) = (event.message, event.received_time);
        call.messages.push(Message { subject, key, received, body });
        call.events.push((message, IsTwin::No));
        if n % ENCODED_AT_ONCE == 0 {
            task::yield_now().await;
        }
    }
    Ok(call)
}

/// Appends what was not counted, and answers for each message in its order.
async fn append_chunk(shared: &Shared, messages: &[Message]) -> Result<Vec<Receipt>, PortError> {
    let n_places = u32::try_from(messages.len()).unwrap_or(u32::MAX);
    let places = shared.places.acquire_many(n_places).await;
    let _places = places.map_err(|_| unavailable("it is being closed".to_owned()))?;
    let complete = counted::be_complete(shared).await?;
    check_limit(shared)?;
    let mut before = counted::find(shared, messages.iter().map(|it| it.key)).await?;
    let mut receipts: Vec<Option<Receipt>> =
        messages.iter().zip(&before).map(|(message, before)| message.repeat(*before)).collect();
    for _ in 0..ATTEMPTS {
        let open: Vec<usize> = (0..messages.len()).filter(|it| receipts[*it].is_none()).collect();
        if open.is_empty() {
            break;
        }
        let new = open.iter().map(|it| (&messages[*it], before[*it]));
        let answers = publish(shared, complete, new).await?;
        let is_repeat = |it: &&Receipt| matches!(it, Receipt::Duplicate(_));
        let repeated = answers.iter().filter(is_repeat).map(|it| it.position()).collect();
        let repeated = counted::read_all(shared, repeated).await?;
        for (n, answer) in open.into_iter().zip(answers) {
            // The server knows message ids only; the received time decides.
            let kept = matches!(answer, Receipt::Duplicate(_))
                .then(|| repeated.get(&answer.position()))
                .flatten()
                .map(|it| Counted { position: answer.position(), received: it.received_time });
            match kept {
                Some(kept) if !kept.covers(messages[n].received) => before[n] = Some(kept),
                _ => receipts[n] = Some(answer),
            }
        }
    }
    receipts.into_iter().collect::<Option<Vec<_>>>().ok_or_else(|| {
        unavailable(
            "others append events of the same message keys all the time; sending them again is safe"
                .to_owned(),
        )
    })
}

/// Refuses while more message keys would have to be remembered than may be.
fn check_limit(shared: &Shared) -> Result<(), PortError> {
    let (n_due, n_max) = (shared.messages.n_due(), u64::from(shared.options.remembered_events));
    if n_due < n_max {
        return Ok(());
    }
    Err(unavailable(format!(
        "{n_due} events came within a day, but only of {n_max} are the message keys remembered, by which \
         repeats are told; raise the limit, at up to 16 bytes of memory a key"
    )))
}

/// Publishes events, each with what was counted last for its key, and answers what the server did.
async fn publish(
    shared: &Shared,
    complete: Instant,
    new: impl Iterator<Item = (&Message, Option<Counted>)>,
) -> Result<Vec<Receipt>, PortError> {
    let from_publish = |err| from_publish(&shared.names.stream, err);
    let seen = shared.seen.head();
    let mut losses = shared.connection.losses();
    let context = shared.connection.context();
    let mut acknowledgements = Vec::new();
    for (Message { subject, key, body, .. }, before) in new {
        counted::check_in_time(shared, complete)?;
        let id = counted::message_id(*key, before);
        let message = PublishMessage::build().payload(body.clone()).message_id(id);
        let sent = context.send_publish(subject.clone(), message).await;
        acknowledgements.push(sent.map_err(from_publish)?);
    }
    let mut receipts = Vec::with_capacity(acknowledgements.len());
    for acknowledgement in acknowledgements {
        let answer = losses.unless_lost(acknowledgement).await?;
        let receipt = receipt(&answer.map_err(from_publish)?);
        match receipt {
            Receipt::Appended(position) if position <= seen => {
                return Err(shared.seen.lose(Position::new(position.get() - 1), seen));
            }
            _ => shared.seen.raise(receipt.position()),
        }
        receipts.push(receipt);
    }
    Ok(receipts)
}

fn receipt(acknowledgement: &PublishAck) -> Receipt {
    let position = Position::new(acknowledgement.sequence);
    if acknowledgement.duplicate {
        Receipt::Duplicate(position)
    } else {
        Receipt::Appended(position)
    }
}
