//! Which events were counted already: found among the message keys, and believed when they are read.
//!
//! # Exactness
//!
//! Of one message key the stream must not take two events that were received within a day of each other,
//! whoever appends them. Two memories see to that, and neither may have a hole where they meet:
//!
//! ```text
//! a day ago ◀───── noted here, from what was followed ─────▶│
//!                                │◀── remembered by the server: its duplicate window ──▶ now
//!                                            complete
//! ```
//!
//! What is noted here is complete up to a moment: the server was asked then where the stream ends, and what
//! was followed has come past that. When an event is published, that moment must be younger than a quarter
//! of the server's window, or the server is asked again; and what cannot be sent before half of the window
//! is over is not sent. The other half is for the way to the server. All of this is counted in this
//! machine's time since that moment, so clocks need not agree. The server's clock says which keys are old.
//!
//! A stream that is not followed, for whatever reason, thus stops what is appended, and nothing else.
//!
//! # Repeats after a day
//!
//! To publish a message key again, whose last event is older than a day, a message id is needed that differs:
//! it names the position of that last event. Whoever publishes the same at the same time uses the same id,
//! and the server takes one of them.

use std::time::Duration;

use async_nats::jetstream::stream::Info;
use domain::{Envelope, MessageKey, Position};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use ports::{Counted, PortError};
use rustc_hash::FxHashMap;
use tokio::time::{Instant, timeout};

use crate::connect::no_answer;
use crate::error::unavailable;
use crate::nats_log::Shared;
use crate::read;

/// What parts the message key from the position of the event that it repeats, in a message id.
const AGAIN: char = '@';
/// Events this near to each other are read together.
const NEAR: u64 = 16;
/// How many reads are under way together for one call.
const READS: usize = 16;

/// The message id of an event, whose message key was last counted as told.
pub(crate) fn message_id(key: MessageKey, before: Option<Counted>) -> String {
    match before {
        None => key.to_string(),
        Some(before) => format!("{key}{AGAIN}{}", before.position),
    }
}

/// The message key in a message id.
pub(crate) fn message_key(id: &str) -> Option<MessageKey> {
    id.split(AGAIN).next()?.parse().ok()
}

/// Makes sure that what is noted is complete up to a moment that is young enough, and answers that moment.
pub(crate) async fn be_complete(shared: &Shared) -> Result<Instant, PortError> {
    let is_young = |it: &Instant| it.elapsed() < window(shared) / 4;
    if let Some(moment) = shared.messages.complete_until().filter(is_young) {
        return Ok(moment);
    }
    // One asks for all.
    let _turn = shared.completing.lock().await;
    if let Some(moment) = shared.messages.complete_until().filter(is_young) {
        return Ok(moment);
    }
    let moment = Instant::now();
    let mut losses = shared.connection.losses();
    let stream = shared.stream().await?;
    let info = losses.unless_lost(stream.get_info()).await?;
    let end = note_end(shared, &info.map_err(|err| no_answer("asked for its stream's end", err))?);
    let noted = timeout(shared.options.timeout, shared.messages.wait_for(end)).await;
    noted.map_err(|_| {
        let noted = shared.messages.noted();
        unavailable(format!(
            "its stream ends at {end}, but what was appended after {noted} has not come to this program, \
             which can thus not tell repeats; nothing was kept, and sending it again is safe. If it lasts, \
             look whether the server is busy or lets this user have no consumers"
        ))
    })?;
    shared.messages.complete(moment);
    Ok(moment)
}

/// Notes where the stream ends, and that there is nothing to follow if it is empty.
pub(crate) fn note_end(shared: &Shared, info: &Info) -> Position {
    let end = Position::new(info.state.last_sequence);
    if info.state.messages == 0 {
        shared.messages.skip(end);
    }
    end
}

/// Refuses what can no longer be published in time to be told from a repeat.
pub(crate) fn check_in_time(shared: &Shared, complete: Instant) -> Result<(), PortError> {
    if complete.elapsed() < window(shared) / 2 {
        return Ok(());
    }
    Err(unavailable(
        "looking for repeats took too long; sending the events again is safe".to_owned(),
    ))
}

fn window(shared: &Shared) -> Duration {
    let micros = shared.options.duplicate_window.as_micros();
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

/// Finds for each message key the event that counted last, if any.
pub(crate) async fn find(
    shared: &Shared,
    keys: impl Iterator<Item = MessageKey>,
) -> Result<Vec<Option<Counted>>, PortError> {
    let candidates: Vec<_> = keys.map(|key| (key, shared.messages.find(key))).collect();
    let positions = candidates.iter().flat_map(|(_, positions)| positions.iter().copied());
    let events = read_all(shared, positions.collect()).await?;
    Ok(candidates.iter().map(|(key, positions)| latest(*key, positions, &events)).collect())
}

/// The first of the candidates that really has the key: two keys may have one hash, and what is no longer
/// there has none.
fn latest(
    key: MessageKey,
    candidates: &[Position],
    events: &FxHashMap<Position, Envelope>,
) -> Option<Counted> {
    let mut found = candidates.iter().filter_map(|at| Some((*at, events.get(at)?)));
    let (position, event) = found.find(|(_, event)| event.message == key)?;
    Some(Counted { position, received: event.received_time })
}

/// Reads the events at these positions that are still there.
pub(crate) async fn read_all(
    shared: &Shared,
    positions: Vec<Position>,
) -> Result<FxHashMap<Position, Envelope>, PortError> {
    let read = |(first, last)| read::range(shared, first, last, usize::MAX);
    let read: Vec<_> =
        stream::iter(runs(positions)).map(read).buffer_unordered(READS).try_collect().await?;
    Ok(read.into_iter().flatten().map(|it| (it.position, it.envelope)).collect())
}

/// The first and last position of each run of positions that are near to each other.
fn runs(mut positions: Vec<Position>) -> Vec<(Position, Position)> {
    positions.sort();
    let mut runs: Vec<(Position, Position)> = Vec::new();
    for position in positions {
        match runs.last_mut() {
            Some((_, last)) if position.get() - last.get() <= NEAR => *last = position,
            _ => runs.push((position, position)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use ports::conformance::any_event;

    use super::*;

    #[test]
    fn a_message_id_tells_its_key_also_when_it_counts_again() {
        let key = any_event(1).message;
        assert_eq!(message_key(&message_id(key, None)), Some(key));
        let before = Counted { position: Position::new(12), received: Timestamp::from_secs(1) };
        let again = message_id(key, Some(before));
        assert_eq!(
            (again.as_str(), message_key(&again)),
            (format!("{key}@12").as_str(), Some(key))
        );
        assert_eq!(message_key("somebody's"), None);
    }

    #[test]
    fn a_candidate_with_another_key_is_not_believed() {
        let at = Position::new;
        let events = FxHashMap::from_iter([(at(4), any_event(1)), (at(9), any_event(2))]);
        let found = |n, candidates: &[u64]| {
            let candidates: Vec<_> = candidates.iter().copied().map(at).collect();
            latest(any_event(n).message, &candidates, &events).map(|it| it.position)
        };
        assert_eq!(found(1, &[9, 4]), Some(at(4)), "the key's own event is found behind the other");
        assert_eq!(found(3, &[9, 4]), None, "a new key is new");
        assert_eq!(found(2, &[12, 9]), Some(at(9)), "what is gone has no key");
    }

    #[test]
    fn positions_that_are_near_are_read_together() {
        let positions = [40, 3, 1, 19, 41, 100].map(Position::new).to_vec();
        let runs: Vec<_> = runs(positions).iter().map(|(a, b)| (a.get(), b.get())).collect();
        assert_eq!(runs, [(1, 19), (40, 41), (100, 100)]);
    }
}
