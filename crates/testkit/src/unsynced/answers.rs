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

/// An answer that was given too early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyAnswer {
    /// The step of the run at which it was written.
    pub step: usize,
    /// The first acknowledged marker that was not on disk.
    pub missing: Marker,
}

/// What a run answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// How many requests with markers were answered with success.
    pub n_answers: usize,
    /// How many markers they acknowledged.
    pub n_acknowledged: usize,
    /// The answers that were given too early.
    pub early: Vec<EarlyAnswer>,
}

/// Checks every successful HTTP answer of a run: each marker in its request must have been in a file under
/// `root`, and synced, before the answer was written.
///
/// `markers` finds the markers in the bytes of a request, or of several on one connection.
pub fn check_answers(
    trace: &Trace,
    root: &Path,
    markers: impl Fn(&[u8]) -> Vec<Marker>,
) -> Answers {
    let requests = requests(trace, root, &markers);
    let known: FxHashSet<Marker> = requests.values().flatten().copied().collect();
    let mut durable = FxHashSet::default();
    let mut answers = Answers::default();
    let mut replay = Replay::new(trace, root);
    for step in 0..trace.n_steps() {
        if let Some(acknowledged) = requests.get(&step) {
            answers.n_answers += 1;
            answers.n_acknowledged += acknowledged.len();
            let missing = acknowledged.iter().find(|it| !durable.contains(*it));
            answers.early.extend(missing.map(|it| EarlyAnswer { step, missing: *it }));
        }
        for synced in replay.step().unwrap_or_default() {
            // A marker may have been written in two parts.
            let bytes = replay.synced_bytes(&synced, size_of::<Marker>() - 1);
            let found = bytes.array_windows().filter(|it: &&Marker| known.contains(*it));
            durable.extend(found.copied());
        }
    }
    answers
}

/// The markers that each successful answer acknowledges, by the step at which it begins to be written.
fn requests(
    trace: &Trace,
    root: &Path,
    markers: impl Fn(&[u8]) -> Vec<Marker>,
) -> BTreeMap<usize, Vec<Marker>> {
    let mut replay = Replay::new(trace, root);
    let mut received = BTreeMap::<i64, Vec<u8>>::new();
    let mut begins = BTreeMap::new();
    let mut requests = BTreeMap::new();
    for (n_step, step) in trace.steps.iter().enumerate() {
        match step {
            Step::Begin(call) => {
                begins.insert(*call, n_step);
            }
            Step::End(call) => match &trace.calls[*call] {
                Call::Receive { fd, bytes } => {
                    received.entry(*fd).or_default().extend_from_slice(bytes);
                }
                Call::Write { fd, bytes, .. }
                    if replay.is_connection(*fd) && bytes.starts_with(b"HTTP/1.1 ") =>
                {
                    let request = received.remove(fd).unwrap_or_default();
                    let found = markers(&request);
                    if bytes.starts_with(SUCCESS) && !found.is_empty() {
                        requests.insert(begins.get(call).copied().unwrap_or(n_step), found);
                    }
                }
                _ => {}
            },
        }
        replay.step();
    }
    requests
}
