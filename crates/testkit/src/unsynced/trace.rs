//! A run of a program, as the sequence of its system calls' beginnings and ends.

use std::collections::BTreeMap;

use super::call::Call;

/// Why a trace cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {n_line} of the trace: {why}: {line}")]
pub struct TraceError {
    n_line: usize,
    why: &'static str,
    line: String,
}

/// A moment of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The call of that number begins; what is not complete by now is not covered by it.
    Begin(usize),
    /// The call of that number has succeeded.
    End(usize),
}

/// A run of a program.
#[derive(Debug, Default)]
pub struct Trace {
    pub(super) calls: Vec<Call>,
    pub(super) steps: Vec<Step>,
}

impl Trace {
    /// Reads what `strace -f -xx` wrote.
    ///
    /// # Errors
    ///
    /// [`TraceError`] at the first line that makes no sense.
    pub fn parse(text: &str) -> Result<Trace, TraceError> {
        let mut reader = Reader::default();
        for (n_line, line) in text.lines().enumerate() {
            reader.read(line).map_err(|why| TraceError {
                n_line: n_line + 1,
                why,
                line: line.chars().take(120).collect(),
            })?;
        }
        Ok(reader.finish())
    }

    /// How many steps the run has; a [`Replay`](super::Replay) stops before any of them.
    pub fn n_steps(&self) -> usize {
        self.steps.len()
    }

    /// What the program wrote to the file of number `fd`, such as 1 for its output, each with the step
    /// after which it was written.
    pub fn written_to(&self, fd: i64) -> impl Iterator<Item = (usize, &[u8])> {
        self.steps.iter().enumerate().filter_map(move |(n, step)| match step {
            Step::End(call) => match &self.calls[*call] {
                Call::Write { fd: written, bytes, .. } if *written == fd => {
                    Some((n + 1, bytes.as_slice()))
                }
                _ => None,
            },
            Step::Begin(_) => None,
        })
    }
}

/// A step whose call is not known yet.
enum Draft {
    /// The call of this thread that was interrupted by others, as the trace tells it.
    Begin(usize),
    End(usize, Call),
}

#[derive(Default)]
struct Reader<'t> {
    drafts: Vec<Draft>,
    n_begun: usize,
    /// By thread: the call's number and how its line began.
    unfinished: BTreeMap<&'t str, (usize, &'t str)>,
}

impl<'t> Reader<'t> {
    fn read(&mut self, line: &'t str) -> Result<(), &'static str> {
        let Some((thread, call)) = line.split_once(' ') else { return Ok(()) };
        let call = call.trim_start();
        // Signals and exits.
        if call.starts_with("---") || call.starts_with("+++") || call.is_empty() {
            return Ok(());
        }
        if let Some(begun) = call.strip_suffix("<unfinished ...>") {
            let number = self.begin();
            self.unfinished.insert(thread, (number, begun));
            return Ok(());
        }
        let (number, call) = match call.strip_prefix("<... ") {
            Some(resumed) => {
                let (_, rest) = resumed.split_once(" resumed>").ok_or("nothing is resumed")?;
                let Some((number, begun)) = self.unfinished.remove(thread) else {
                    return Err("what is resumed was not begun");
                };
                (number, Call::parse(&format!("{begun}{rest}"))?)
            }
            // At the kill even a call that nothing interrupted has no end.
            None if call.ends_with("<unfinished ...>) = ?") => return Ok(()),
            None => (self.begin(), Call::parse(call)?),
        };
        self.drafts.extend(call.map(|it| Draft::End(number, it)));
        Ok(())
    }

    fn begin(&mut self) -> usize {
        self.drafts.push(Draft::Begin(self.n_begun));
        self.n_begun += 1;
        self.n_begun - 1
    }

    /// Numbers the calls that succeeded.
    fn finish(self) -> Trace {
        let ended: Vec<usize> = self
            .drafts
            .iter()
            .filter_map(|it| match it {
                Draft::End(number, _) => Some(*number),
                Draft::Begin(_) => None,
            })
            .collect();
        let numbers: BTreeMap<usize, usize> = ended.into_iter().zip(0..).collect();
        let mut trace = Trace::default();
        for draft in self.drafts {
            match draft {
                Draft::Begin(number) => {
                    trace.steps.extend(numbers.get(&number).map(|it| Step::Begin(*it)));
                }
                Draft::End(_, call) => {
                    trace.steps.push(Step::End(trace.calls.len()));
                    trace.calls.push(call);
                }
            }
        }
        trace
    }
}
