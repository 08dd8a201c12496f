//! When an event happened: the sender's word, corrected for its clock and kept within reason.
//!
//! With `sentAt` the sender's clock is measured against ours, as Segment does:
//! `event time = received − (sent − original)`. The difference of two readings of one clock does not
//! care how wrong that clock is.

use domain::{KeyKind, Timestamp};

use super::incoming::{Incoming, Rejection};
use crate::AppSettings;

/// Before this nobody sold anything over the web: 1990-01-01T00:00:00Z.
const EARLIEST: Timestamp = Timestamp::from_secs(631_152_000);

/// The corrected time of an event, or why it cannot be believed.
pub(super) fn event_time(
    incoming: &Incoming,
    key: KeyKind,
    now: Timestamp,
    settings: &AppSettings,
) -> Result<Timestamp, Rejection> {
    let Some(original) = incoming.original_time else { return Ok(now) };
    let time = match incoming.sent_time {
        Some(sent) => now.minus(sent.since(original)),
        None => original,
    };
    let refuse = |code, remedy: String| {
        Err(Rejection::new(code, "timestamp", &original.to_string(), remedy))
    };
    if time > now.plus(settings.future_skew_max) {
        let hours = settings.future_skew_max.as_secs_f64() / 3600.0;
        return refuse(
            "EVENT_TIME_IN_FUTURE",
            format!("lies more than {hours} hours ahead; mend the clock or send `sentAt` with it"),
        );
    }
    if time < EARLIEST {
        return refuse("EVENT_TIME_TOO_OLD", format!("lies before {EARLIEST}; mend it"));
    }
    if key == KeyKind::Publishable && time < now.minus(settings.past_max_publishable) {
        let days = settings.past_max_publishable.as_days_f64();
        return refuse(
            "EVENT_TIME_TOO_OLD",
            format!("is more than {days} days old; send older events with a secret key"),
        );
    }
    Ok(time.min(now))
}

#[cfg(test)]
mod tests;
