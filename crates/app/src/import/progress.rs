//! How far a file was taken in: a fact in records, written after every chunk.
//!
//! A crash between a chunk and its fact leaves events in the log that the fact does not know of. The
//! fact therefore says where the log ended when it was written, and who goes on looks at everything
//! behind that place.
//!
//! A row that was refused may be taken another time: another mapping or setting reads the same file
//! otherwise. A file of which rows were refused is therefore looked at anew from its first row, and what
//! was kept of it is found behind the place where the log ended when it was first begun.

use domain::{MessageKey, Position};
use ports::PortError;
use rustc_hash::FxHashSet;

use crate::App;

/// How many events are read at once.
const READ_MAX: usize = 4_096;
/// What the fact of a file that was read to its end ends in.
const COMPLETE: &str = "!";
/// What precedes it in the fact of a file of which rows were refused.
const REFUSED: &str = "?";

/// How far a file was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many of its rows are done.
    pub(super) n_done: u64,
    /// The last event of the log at that moment.
    head: Position,
    /// The last event of the log when the file was first begun.
    begun: Position,
    /// Whether rows of it were refused.
    has_refused: bool,
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
            let n_done = if progress.is_anew() { 0 } else { progress.n_done };
            return Ok(Progress { n_done, ..progress });
        }
        let begun = app.backends.log.head();
        let mut progress = Progress { begun, ..Progress::default() };
        progress.note(app, checksum, 0, false).await?;
        Ok(progress)
    }

    /// Whether a file that was read to its end is looked at once more, from its first row.
    fn is_anew(&self) -> bool {
        self.state == State::Complete && self.has_refused
    }

    /// The events that were kept since, where the file was begun and not finished, or is looked at anew.
    pub(super) async fn keys_kept_since(
        &self,
        app: &App,
    ) -> Result<FxHashSet<MessageKey>, PortError> {
        let mut keys = FxHashSet::default();
        let mut position = match self.state {
            State::UnderWay => self.head,
            State::Complete if self.has_refused => self.begun,
            State::Complete => return Ok(keys),
        };
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
        has_refused: bool,
    ) -> Result<(), PortError> {
        if self.state == State::Complete {
            return Ok(());
        }
        *self = Progress {
            n_done,
            head: app.backends.log.head(),
            has_refused: has_refused || self.has_refused,
            ..*self
        };
        self.write(app, checksum).await
    }

    /// Notes that all rows are done.
    pub(super) async fn finish(
        &mut self,
        app: &App,
        checksum: &str,
        n_done: u64,
        has_refused: bool,
    ) -> Result<(), PortError> {
        // Rows that were refused before a crash were not looked at again by who went on.
        let were_refused = self.has_refused && self.state == State::UnderWay;
        *self = Progress {
            n_done,
            head: app.backends.log.head(),
            begun: self.begun,
            has_refused: has_refused || were_refused,
            state: State::Complete,
        };
        self.write(app, checksum).await
    }

    async fn write(&self, app: &App, checksum: &str) -> Result<(), PortError> {
        app.backends.records.set_fact(&name(checksum), &self.fact()).await
    }

    fn fact(&self) -> String {
        let refused = if self.has_refused { REFUSED } else { "" };
        let end = if self.state == State::Complete { COMPLETE } else { "" };
        format!("{}@{}@{}{refused}{end}", self.n_done, self.head, self.begun)
    }
}

/// What the names of these facts begin with.
const PREFIX: &str = "import:";

fn name(checksum: &str) -> String {
    format!("{PREFIX}{checksum}")
}

/// What the fact `name` would say if the history ended at `position`: rows whose events came behind that are
/// to be taken in again. `None` for a file that was begun behind it; other facts say what they say.
pub(crate) fn progress_as_of(name: &str, value: String, position: Position) -> Option<String> {
    let progress = name.strip_prefix(PREFIX).and_then(|_| parse(&value));
    let Some(progress) = progress.filter(|it| position < it.head) else { return Some(value) };
    if position < progress.begun {
        return None;
    }
    let begun = progress.begun;
    Some(Progress { n_done: 0, head: begun, begun, state: State::UnderWay, ..progress }.fact())
}

fn parse(fact: &str) -> Option<Progress> {
    let (fact, state) = match fact.strip_suffix(COMPLETE) {
        Some(fact) => (fact, State::Complete),
        None => (fact, State::UnderWay),
    };
    let (fact, has_refused) = match fact.strip_suffix(REFUSED) {
        Some(fact) => (fact, true),
        None => (fact, false),
    };
    let (n_done, head) = fact.split_once('@')?;
    // Where it begun was not always noted; it was at the log's beginning or behind it.
    let (head, begun) = head.split_once('@').unwrap_or((head, "0"));
    let (n_done, head) = (n_done.parse().ok()?, head.parse().ok()?);
    Some(Progress { n_done, head, begun: begun.parse().ok()?, has_refused, state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_anew_as_far_as_its_events_are_behind_the_end() {
        let as_of = |value: &str, position| {
            progress_as_of("import:00ff", value.to_owned(), Position::new(position))
        };
        assert_eq!(as_of("90@50@10?!", 50).as_deref(), Some("90@50@10?!"));
        assert_eq!(as_of("90@50@10?!", 49).as_deref(), Some("0@10@10?"));
        assert_eq!(as_of("90@50@10", 10).as_deref(), Some("0@10@10"));
        assert_eq!(as_of("90@50@10", 9), None);
        let other = progress_as_of("90@50@10", "90@50@10".to_owned(), Position::START);
        assert_eq!(other.as_deref(), Some("90@50@10"), "another fact is left alone");
    }
}
