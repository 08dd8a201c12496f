//! From the client's errors to the port's: what the caller can do about them.

use std::error::Error;

use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::{self, ErrorCode};
use ports::PortError;

/// How operators know this backend.
pub(crate) const BACKEND: &str = "the log";

type Source = Box<dyn Error + Send + Sync>;

/// Something is in the way that may pass.
pub(crate) fn unavailable(what: String) -> PortError {
    PortError::Unavailable { backend: BACKEND, what, source: None }
}

/// Something is in the way that may pass, as `source` says.
pub(crate) fn unavailable_because(what: String, source: impl Into<Source>) -> PortError {
    PortError::Unavailable { backend: BACKEND, what, source: Some(source.into()) }
}

/// What is asked can never be done.
pub(crate) fn refused(what: String) -> PortError {
    PortError::Refused { backend: BACKEND, what, source: None }
}

/// What is asked can never be done, as `source` says.
pub(crate) fn refused_because(what: String, source: impl Into<Source>) -> PortError {
    PortError::Refused { backend: BACKEND, what, source: Some(source.into()) }
}

/// Something stored makes no sense.
pub(crate) fn unreadable(what: String) -> PortError {
    PortError::Unreadable { backend: BACKEND, what, source: None }
}

/// Translates what JetStream answers instead of doing what was asked.
pub(crate) fn from_jetstream(what: &str, error: jetstream::Error) -> PortError {
    if is_full(&error) {
        return PortError::Full {
            backend: BACKEND,
            what: format!(
                "{what}; give the stream more bytes, or let what is older than a day be archived"
            ),
            source: Some(error.into()),
        };
    }
    match error.error_code() {
        ErrorCode::JETSTREAM_NOT_ENABLED | ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT => {
            without_jetstream(error)
        }
        // The server could not do it now.
        _ if error.code() >= 500 => unavailable_because(what.to_owned(), error),
        _ => refused_because(what.to_owned(), error),
    }
}

/// The server keeps nothing.
pub(crate) fn without_jetstream(source: impl Into<Source>) -> PortError {
    let what = "its server has no JetStream for this account; start it with a section `jetstream` in \
                its configuration (or `-js`), and enable it for the account";
    refused_because(what.to_owned(), source)
}

/// Whether the stream, its account or the server has no room.
fn is_full(error: &jetstream::Error) -> bool {
    let full = [
        ErrorCode::ACCOUNT_RESOURCES_EXCEEDED,
        ErrorCode::INSUFFICIENT_RESOURCES,
        ErrorCode::STORAGE_RESOURCES_EXCEEDED,
    ];
    // One code stands for whatever kept the message from being stored; only its words tell.
    let words = error.to_string();
    let store_is_full = error.error_code() == ErrorCode::STREAM_STORE_FAILED
        && ["maximum bytes", "maximum messages", "no space"].iter().any(|it| words.contains(it));
    store_is_full || full.contains(&error.error_code())
}

/// Translates what became of publishing an event.
pub(crate) fn from_publish(stream: &str, error: PublishError) -> PortError {
    let of_jetstream = error.source().and_then(|it| it.downcast_ref::<jetstream::Error>()).cloned();
    if let Some(refusal) = of_jetstream {
        return from_jetstream(&format!("the stream {stream} did not take an event"), refusal);
    }
    match error.kind() {
        PublishErrorKind::StreamNotFound => unavailable_because(
            format!("no server keeps its stream {stream} now; is it being started, or was it deleted?"),
            error,
        ),
        PublishErrorKind::MaxPayloadExceeded => refused_because(
            "an event is larger than the server takes; raise its `max_payload`".to_owned(),
            error,
        ),
        _ => unavailable_because(
            "no acknowledgement came in time; it is not known whether the events were kept, and sending \
             them again is safe"
                .to_owned(),
            error,
        ),
    }
}
