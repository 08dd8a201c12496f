//! How far a file was taken in: a fact in records, written after every chunk.
//!
//! A crash between a chunk and its fact leaves events in the log that the fact does not know of. The
//! fact therefore says where the log ended when it was written, and who goes on looks at everything
//! behind that place.

use domain::{MessageKey, Position};
use ports::PortError;
use rustc_hash::FxHashSet;

use crate::App;

/// How many events are read at once.
const READ_MAX: usize = 4_096;
/// What the fact of a file that was read to its end ends in.
const COMPLETE: &str = "!";

/// How far a file was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many of its rows are done.
    pub(super) n_done: u64,
    /// The last event of the log at that moment.
    head: Position,
    /// Whether those are all of them.
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    UnderWay,
    Complete,
}

impl Progress {
    /// Reads how far the file of that checksum was taken in, or notes that it is begun.
    pub(super) async fn begin(app: &App, checksum: &str) -> Result<Progress, PortError> {
        let fact = app.backends.records.fact(&name(checksum)).await?;
        if let Some(progress) = fact.as_deref().and_then(parse) {
            return Ok(progress);
        }
        let mut progress = Progress::default();
        progress.note(app, checksum, 0).await?;
        Ok(progress)
    }

    /// The events that were kept since, where the file was begun and not finished.
    pub(super) async fn keys_kept_since(
        &self,
        app: &App,
    ) -> Result<FxHashSet<MessageKey>, PortError> {
        let mut keys = FxHashSet::default();
        if self.state == State::Complete {
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

    /// Notes that so many rows are done. One that is complete stays so.
    pub(super) async fn note(
        &mut self,
        app: &App,
        checksum: &str,
        n_done: u64,
    ) -> Result<(), PortError> {
        if self.state == State::Complete {
            return Ok(());
        }
        *self = Progress { n_done, head: app.backends.log.head(), state: State::UnderWay };
        self.write(app, checksum).await
    }

    /// Notes that all rows are done.
    pub(super) async fn finish(
        &mut self,
        app: &App,
        checksum: &str,
        n_done: u64,
    ) -> Result<(), PortError> {
        *self = Progress { n_done, head: app.backends.log.head(), state: State::Complete };
        self.write(app, checksum).await
    }

    async fn write(&self, app: &App, checksum: &str) -> Result<(), PortError> {
        let end = if self.state == State::Complete { COMPLETE } else { "" };
        let fact = format!("{}@{}{end}", self.n_done, self.head);
        app.backends.records.set_fact(&name(checksum), &fact).await
    }
}

fn name(checksum: &str) -> String {
    format!("import:{checksum}")
}

fn parse(fact: &str) -> Option<Progress> {
    let (fact, state) = match fact.strip_suffix(COMPLETE) {
        Some(fact) => (fact, State::Complete),
        None => (fact, State::UnderWay),
    };
    let (n_done, head) = fact.split_once('@')?;
    Some(Progress { n_done: n_done.parse().ok()?, head: head.parse().ok()?, state })
}
