//! Kills a real server under load, again and again, and looks for what it had acknowledged.
//!
//! ```text
//! start ─▶ resend what was not answered ─▶ load: batches, catalogue, decisions ─▶ kill -9 at a seeded
//!   ▲                                                                             moment ─▶ look at
//!   └──────────────────────────────────────── next round ◀─────────────────── history, lake and state
//! ```
//!
//! The server archives, merges files, removes them and forgets all the time, so that kills meet that too.
//!
//! # Where to start
//!
//! [`rehearse`] lets replicas and their backends meet all that can befall them.
//! [`crash`] kills the process: what the operating system has is kept. [`power_failure`] traces one run
//! and keeps only what was synced, see [`unsynced`](crate::unsynced).
//!
//! # What is checked
//!
//! - Every acknowledged event is in the history exactly once, and so is every one sent again because its
//!   answer never came; and it says what was sent, to the bit the same at every look.
//! - When everything is archived, the lake alone holds exactly the same events.
//! - A visitor is one shopper throughout: what the map of ids said was as durable as the events.
//! - The state after the restart, from snapshot and replay, is the one that the whole history gives, also
//!   after everything was thrown away that can be computed again.

mod inspect;
mod load;
mod power;
mod reach;
mod rehearsal;
mod server;

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use inspect::{Books, Findings, Lines};
use load::{Load, Request};
pub use power::{PowerReport, power_failure};
pub use rehearsal::{RehearsalPlan, RehearsalReport, rehearse};
use server::{Doing, Server, Site};

/// How many requests that change something a round begins before the kill, at least and at most.
const ROUND_REQUESTS: std::ops::Range<u32> = 10..150;
/// How many other things may happen between the request that gives the sign and the kill, at most.
const HESITATION_MAX: u32 = 200;
/// After how many rounds everything is archived and thrown away that can be computed again; between
/// them the lake is left as the kills left it.
const LAKE_ROUNDS: u32 = 4;

/// What to do to a server.
#[derive(Clone, Debug)]
pub struct CrashPlan {
    /// The product's binary.
    pub binary: PathBuf,
    /// How often to kill it.
    pub n_rounds: u32,
    /// The seed of the load and of the moments.
    pub seed: u64,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrashReport {
    /// How often the server was killed.
    pub n_rounds: u32,
    /// How many events and catalogue changes were acknowledged.
    pub n_acknowledged: u64,
    /// How many of those were sent more than once, since the first answer never came.
    pub n_sent_again: u64,
    /// How often it was killed while it moved events into the lake.
    pub n_kills_archiving: u32,
    /// How often it was killed while it merged files of the lake or removed them.
    pub n_kills_tending: u32,
    /// How many of the acknowledged are not in the history.
    pub n_lost: u64,
    /// How many events are in the history more than once.
    pub n_doubled: u64,
    /// How many events say something else than what was sent, or than at an earlier look.
    pub n_changed: u64,
    /// How many events are in the lake and not in the history, or otherwise than there, or the other way
    /// round, when everything is archived.
    pub n_lake_unequal: u64,
    /// How many visitors became more than one shopper.
    pub n_split: u64,
    /// After how many rounds the state was not the one that the whole history gives.
    pub n_states_unequal: u32,
}

/// Why the experiment could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrashError {
    /// A file or a process did not do what it should.
    #[error("{what} failed")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The server did not come up, or a command did not succeed.
    #[error("`tastemaker {command}` failed: {said}")]
    Command {
        /// The command.
        command: String,
        /// What it said.
        said: String,
    },
    /// The server refused what it should have taken.
    #[error("{path} answered {answer}")]
    Refused {
        /// Where it was sent.
        path: &'static str,
        /// The answer.
        answer: String,
    },
    /// A backend could not be looked at.
    #[error("looking at a backend")]
    Backend(#[source] ports::PortError),
    /// The output of a command makes no sense.
    #[error("the output of a command makes no sense")]
    Output(#[from] serde_json::Error),
}

impl CrashError {
    fn port(error: ports::PortError) -> CrashError {
        CrashError::Backend(error)
    }

    fn io(what: &'static str) -> impl FnOnce(io::Error) -> CrashError {
        move |source| CrashError::Io { what, source }
    }
}

/// Kills a server `n_rounds` times under load and reports what was found.
///
/// # Errors
///
/// [`CrashError`] when the experiment itself fails; what it is meant to find is in the report.
pub async fn crash(plan: &CrashPlan) -> Result<CrashReport, CrashError> {
    let site = Site::new(plan.binary.clone())?;
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let mut books = Books::default();
    let mut unanswered = Vec::new();
    let mut report = CrashReport { n_rounds: plan.n_rounds, ..CrashReport::default() };
    let mut seen = Lines::default();
    for round in 0..plan.n_rounds {
        let doing;
        (doing, unanswered) = one_round(&site, round, unanswered, &mut books, &mut rng).await?;
        report.n_kills_archiving += u32::from(doing == Doing::Archiving);
        report.n_kills_tending += u32::from(doing == Doing::Tending);
        report.take(&inspect::inspect(&site, site.data(), &books, &mut seen)?);
        if round % LAKE_ROUNDS == LAKE_ROUNDS - 1 {
            report.take_lake(&site)?;
        }
    }
    // Nobody is left waiting for an answer.
    let server = Server::start(&site)?;
    resend(&server, unanswered, &mut books).await?;
    server.kill()?;
    report.take(&inspect::inspect(&site, site.data(), &books, &mut seen)?);
    report.take_lake(&site)?;
    report.n_acknowledged = books.n_acknowledged();
    report.n_sent_again = books.n_sent_again;
    Ok(report)
}

impl CrashReport {
    /// The history only grows, so the last look at it counts what all looks saw.
    fn take(&mut self, findings: &Findings) {
        self.n_states_unequal += u32::from(!findings.state_is_equal);
        self.n_changed = self.n_changed.max(findings.n_changed);
        self.n_lost = self.n_lost.max(findings.n_lost);
        self.n_doubled = self.n_doubled.max(findings.n_doubled);
        self.n_split = self.n_split.max(findings.n_split);
    }

    fn take_lake(&mut self, site: &Site) -> Result<(), CrashError> {
        let lake = inspect::inspect_lake(site, site.data())?;
        self.n_lake_unequal = self.n_lake_unequal.max(lake.n_unequal);
        self.n_states_unequal += u32::from(!lake.state_is_equal);
        Ok(())
    }
}

/// One life of the server; answers what it was doing at its end, and the requests that it left without
/// an answer.
async fn one_round(
    site: &Site,
    round: u32,
    unanswered: Vec<Request>,
    books: &mut Books,
    rng: &mut ChaCha8Rng,
) -> Result<(Doing, Vec<Request>), CrashError> {
    let server = Server::start(site)?;
    resend(&server, unanswered, books).await?;
    let load = Arc::new(Load::new(rng.random_range(ROUND_REQUESTS)));
    let senders = load.start(&server.client, round, rng.random());
    load.sign().await;
    for _ in 0..rng.random_range(0..HESITATION_MAX) {
        tokio::task::yield_now().await;
    }
    let doing = server.kill()?;
    Ok((doing, load.finish(senders, books).await?))
}

async fn resend(
    server: &Server,
    requests: Vec<Request>,
    books: &mut Books,
) -> Result<(), CrashError> {
    for request in requests {
        let answered = server.client.send(&request).await?;
        if !answered {
            return Err(CrashError::Refused {
                path: request.path,
                answer: "nothing, although nobody killed it".to_owned(),
            });
        }
        books.n_sent_again += request.deeds.len() as u64;
        books.acknowledge(&request);
    }
    Ok(())
}

/// Something that was told: by which visitor, if by one, and what it is in the history, where known.
#[derive(Clone, Debug, Default)]
struct Deed {
    who: Option<String>,
    what: Option<String>,
}

/// What was told, by the key of its message.
type Deeds = BTreeMap<domain::MessageKey, Deed>;
