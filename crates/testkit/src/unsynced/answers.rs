//! Finds answers that were given before the sync that covers what they acknowledge.

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::FxHashSet;

use super::call::Call;
use super::disk::Replay;
use super::trace::{Step, Trace};

/// What tells on disk that an event is there: its message key.
type Marker = [u8; 16];

/// How a successful answer begins.
const SUCCESS: &[u8] = b"HTTP/1.1 200";

/// A successful answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The step of the run at which it began to be written.
    pub begins: usize,
    /// How many steps were done when it was written: whoever asked may know it from now on.
    pub done: usize,
    /// What it acknowledges.
    pub markers: Vec<Marker>,
    /// The first of them that was not yet on disk when the answer began to be written.
    pub early: Option<Marker>,
}

/// Checks every successful HTTP answer of a run: each marker in its request must have been in a file under
/// `root`, and synced, before the answer was written. Requests without markers are passed over.
///
/// `markers` finds the markers in the bytes of a request.
pub fn check_answers(
    trace: &Trace,
    root: &Path,
    markers: impl Fn(&[u8]) -> Vec<Marker>,
) -> Vec<Answer> {
    let mut answers = answers(trace, root, markers);
    let known: FxHashSet<Marker> = answers.iter().flat_map(|it| &it.markers).copied().collect();
    let mut durable = FxHashSet::default();
    let mut replay = Replay::new(trace, root);
    let mut n_done = 0;
    // Answers are in the order of their ends; what an earlier one lacked may have come by the next.
    answers.sort_by_key(|it| it.begins);
    for answer in &mut answers {
        while n_done < answer.begins {
            for synced in replay.step().unwrap_or_default() {
                // A marker may have been written in two parts.
                let bytes = replay.synced_bytes(&synced, size_of::<Marker>() - 1);
                let found = bytes.array_windows().filter(|it: &&Marker| known.contains(*it));
                durable.extend(found.copied());
            }
            n_done += 1;
        }
        answer.early = answer.markers.iter().find(|it| !durable.contains(*it)).copied();
    }
    answers.sort_by_key(|it| it.done);
    answers
}

/// The successful answers to requests with markers.
fn answers(trace: &Trace, root: &Path, markers: impl Fn(&[u8]) -> Vec<Marker>) -> Vec<Answer> {
    let mut replay = Replay::new(trace, root);
    let mut received = BTreeMap::<i64, Vec<u8>>::new();
    let mut begun = BTreeMap::new();
    let mut answers = Vec::new();
    for (n_step, step) in trace.steps.iter().enumerate() {
        match step {
            Step::Begin(call) => {
                begun.insert(*call, n_step);
            }
            Step::End(call) => match &trace.calls[*call] {
                Call::Connection { fd } => {
                    received.remove(fd);
                }
                Call::Receive { fd, bytes } => {
                    received.entry(*fd).or_default().extend_from_slice(bytes);
                }
                Call::Write { fd, bytes, .. }
                    if replay.is_connection(*fd) && bytes.starts_with(b"HTTP/1.1 ") =>
                {
                    let request = received.remove(fd).unwrap_or_default();
                    let markers = markers(&request);
                    if bytes.starts_with(SUCCESS) && !markers.is_empty() {
                        let begins = begun.get(call).copied().unwrap_or(n_step);
                        answers.push(Answer { begins, done: n_step + 1, markers, early: None });
                    }
                }
                _ => {}
            },
        }
        replay.step();
    }
    answers
}
