//! How far a file was taken in: a fact in records, written after every batch.
//!
//! A crash between a batch and its fact leaves events in the log that the fact does not know of. The
//! fact therefore says where the log ended when it was written, and who goes on looks at everything
//! behind that place.

use domain::{MessageKey, Position};
use ports::PortError;
use rustc_hash::FxHashSet;

use crate::App;

/// How many events are read at once.
const READ_MAX: usize = 4_096;

/// How far a file was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many of its rows are done.
    pub(super) n_done: usize,
    /// The last event of the log at that moment.
    head: Position,
}

impl Progress {
    /// Reads how far the file of that checksum was taken in, or notes that it is begun.
    pub(super) async fn begin(app: &App, file_checksum: &str) -> Result<Progress, PortError> {
        let fact = app.backends.records.fact(&name(file_checksum)).await?;
        if let Some(progress) = fact.as_deref().and_then(parse) {
            return Ok(progress);
        }
        let mut progress = Progress::default();
        progress.note(app, file_checksum, 0).await?;
        Ok(progress)
    }

    /// The events that the log has kept since, where the file was begun and not finished.
    pub(super) async fn keys_kept_since(
        &self,
        app: &App,
        n_rows: usize,
    ) -> Result<FxHashSet<MessageKey>, PortError> {
        let mut keys = FxHashSet::default();
        if self.n_done >= n_rows {
            return Ok(keys);
        }
        let mut position = self.head;
        loop {
            let events = app.events(position, READ_MAX).await?;
            let Some(last) = events.last() else { return Ok(keys) };
            position = last.position;
            keys.extend(events.iter().map(|it| it.envelope.message));
        }
    }

    /// Notes that so many rows are done.
    pub(super) async fn note(
        &mut self,
        app: &App,
        file_checksum: &str,
        n_done: usize,
    ) -> Result<(), PortError> {
        *self = Progress { n_done, head: app.backends.log.head() };
        let fact = format!("{n_done}@{}", self.head);
        app.backends.records.set_fact(&name(file_checksum), &fact).await
    }
}

fn name(file_checksum: &str) -> String {
    format!("import:{file_checksum}")
}

fn parse(fact: &str) -> Option<Progress> {
    let (n_done, head) = fact.split_once('@')?;
    Some(Progress { n_done: n_done.parse().ok()?, head: head.parse().ok()? })
}
