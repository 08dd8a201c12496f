//! A body with its items, still as text.

use std::borrow::Cow;

use app::{Incoming, Rejection};
use domain::Timestamp;
use serde_json::value::RawValue;

use super::message::{Shared, read_message};
use super::{MessageKind, Rules, Sender};
use crate::ErrorCode;
use crate::json::{At, Object};

/// Why a body was refused whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It is no JSON object.
    #[error("the body is not readable as JSON: {0}")]
    NotJson(serde_json::Error),
    /// It is JSON, but not of the right form.
    #[error("{0}")]
    Form(Rejection),
    /// It has too many events.
    #[error("the batch has {n_events} events, but at most {n_max} are taken at once")]
    TooManyEvents {
        /// How many it has.
        n_events: usize,
        /// How many it may have.
        n_max: usize,
    },
}

impl OpenError {
    /// The code of the problem.
    pub const fn code(&self) -> ErrorCode {
        match self {
            OpenError::NotJson(_) => ErrorCode::InvalidJson,
            OpenError::Form(_) => ErrorCode::InvalidField,
            OpenError::TooManyEvents { .. } => ErrorCode::TooManyItems,
        }
    }
}

/// One event or a batch, opened but not yet read.
#[derive(Debug)]
pub struct Submission<'a> {
    items: Vec<&'a str>,
    /// What all items are, where the path says so.
    pub(super) kind: Option<MessageKind>,
    pub(super) shared: Shared<'a>,
    write_key: Option<Cow<'a, str>>,
}

impl<'a> Submission<'a> {
    /// Opens the body of a call that sends one message of that kind.
    ///
    /// # Errors
    ///
    /// [`OpenError::NotJson`]; what is wrong with the message itself is said by [`read`](Self::read).
    pub fn single(kind: MessageKind, body: &'a str) -> Result<Submission<'a>, OpenError> {
        let raw: &RawValue = serde_json::from_str(body).map_err(OpenError::NotJson)?;
        let write_key = match Object::parse(raw.get(), At::ROOT) {
            Ok(mut message) => message.text("writeKey").unwrap_or_default(),
            Err(_) => None,
        };
        let shared = Shared::default();
        Ok(Submission { items: vec![raw.get()], kind: Some(kind), shared, write_key })
    }

    /// Opens the body of a batch.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the body is no JSON, has no list `batch`, or too many events.
    pub fn batch(body: &'a str, rules: &Rules) -> Result<Submission<'a>, OpenError> {
        let raw: &RawValue = serde_json::from_str(body).map_err(OpenError::NotJson)?;
        let mut batch = Object::parse(raw.get(), At::ROOT).map_err(OpenError::Form)?;
        let items = batch.list("batch", usize::MAX).map_err(OpenError::Form)?;
        let items = items.ok_or_else(|| OpenError::Form(batch.missing("batch")))?;
        let (n_events, n_max) = (items.len(), rules.batch_events_max);
        if n_events > n_max {
            return Err(OpenError::TooManyEvents { n_events, n_max });
        }
        let context = batch.object("context", At::field("context")).map_err(OpenError::Form)?;
        // A clock that cannot be read corrects nothing; it is no reason to refuse events.
        let sent_time: Option<Timestamp> = batch.time("sentAt").unwrap_or_default();
        Ok(Submission {
            items: items.into_iter().map(RawValue::get).collect(),
            kind: None,
            shared: Shared { context, sent_time },
            write_key: batch.text("writeKey").map_err(OpenError::Form)?,
        })
    }

    /// The key that came in the body, if one did.
    pub fn write_key(&self) -> Option<&str> {
        self.write_key.as_deref()
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no event at all.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The event at `index` as it was sent; empty when there is none.
    pub fn raw(&self, index: usize) -> &'a str {
        self.items.get(index).copied().unwrap_or_default()
    }

    /// Reads the event at `index`.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] that names the field at fault.
    pub fn read(&self, index: usize, rules: &Rules, sender: Sender) -> Result<Incoming, Rejection> {
        read_message(self.raw(index), self.kind, &self.shared, rules, sender)
    }
}
