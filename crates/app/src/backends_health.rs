//! Which backends answer: each is asked for something small, all at once, and given up after a second.
//!
//! Decisions go on without any of them, so a backend that is away does not make a shop unready. Who sends
//! requests to it may want to know all the same: whoever takes events in needs log and records.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use domain::{Position, Span, Timestamp};
use ports::{PortError, Table};
use tokio::sync::Mutex;

use crate::{App, Backends};

/// How long a backend may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// For how long an answer is good: however many ask, backends are asked no more often.
const GOOD_FOR: Span = Span::SECOND.times(2);
/// The key of a decision that was never made.
const NOBODYS: &[u8] = &[0; 16];
/// The name of an artifact that nobody ever keeps.
const NO_ARTIFACT: &str = "health/none";

/// A backend whose health is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BackendName {
    /// What happened lately: without it no events are taken in.
    Log,
    /// What people decide: without it no new visitor is recognised, and nothing can be changed.
    Records,
    /// What is computed: without it no decision can be explained, and no snapshot saved.
    Projections,
    /// What happened since the beginning: without it history stays in the log.
    Lake,
    /// The files of models: without it no other model can be loaded.
    Artifacts,
}

impl BackendName {
    /// All of them.
    pub const ALL: [BackendName; 5] = [
        BackendName::Log,
        BackendName::Records,
        BackendName::Projections,
        BackendName::Lake,
        BackendName::Artifacts,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            BackendName::Log => "log",
            BackendName::Records => "records",
            BackendName::Projections => "projections",
            BackendName::Lake => "lake",
            BackendName::Artifacts => "artifacts",
        }
    }
}

/// There is no backend of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no backend; name some of log, records, projections, lake, artifacts, with commas")]
pub struct NoSuchBackend;

impl FromStr for BackendName {
    type Err = NoSuchBackend;

    fn from_str(text: &str) -> Result<BackendName, NoSuchBackend> {
        BackendName::ALL.into_iter().find(|it| it.name() == text).ok_or(NoSuchBackend)
    }
}

/// Whether a backend answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendHealth {
    /// Which.
    pub name: BackendName,
    /// What fails, in the backend's words; `None` when it answers.
    pub failure: Option<String>,
}

/// The last answers and when they were given.
#[derive(Default)]
pub(crate) struct LastHealth(Mutex<Option<(Timestamp, Vec<BackendHealth>)>>);

impl fmt::Debug for LastHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LastHealth").finish_non_exhaustive()
    }
}

impl App {
    /// Whether each backend answers, in the order of [`BackendName::ALL`]; takes a second at most.
    pub async fn backends_health(&self) -> Vec<BackendHealth> {
        let mut last = self.last_health.0.lock().await;
        let now = self.now();
        if let Some((time, health)) = &*last
            && now.since(*time) < GOOD_FOR
        {
            return health.clone();
        }
        let health = self.ask_backends().await;
        tell_changes(last.as_ref().map(|(_, before)| before.as_slice()), &health);
        *last = Some((now, health.clone()));
        health
    }

    async fn ask_backends(&self) -> Vec<BackendHealth> {
        let Backends { log, records, projections, lake, artifacts, .. } = &self.backends;
        // The last event of each: that is stored somewhere, where their ends are only remembered.
        let in_log = before(log.head()).max(before(log.tail()));
        let in_lake = before(lake.archived());
        let asked = tokio::join!(
            ask(BackendName::Log, async {
                self.moving.ensure_open().await?;
                log.read(in_log, 1).await.map(drop)
            }),
            ask(BackendName::Records, async { records.switch().await.map(drop) }),
            ask(BackendName::Projections, async {
                projections.get(Table::Decisions, NOBODYS).await.map(drop)
            }),
            ask(BackendName::Lake, async { lake.read(in_lake, 1).await.map(drop) }),
            ask(BackendName::Artifacts, async { artifacts.get(NO_ARTIFACT).await.map(drop) }),
        );
        vec![asked.0, asked.1, asked.2, asked.3, asked.4]
    }
}

fn before(position: Position) -> Position {
    Position::new(position.get().saturating_sub(1))
}

async fn ask(
    name: BackendName,
    question: impl Future<Output = Result<(), PortError>>,
) -> BackendHealth {
    let failure = match tokio::time::timeout(ANSWER_WITHIN, question).await {
        Ok(Ok(())) => None,
        // The causes below it may name machines and users: they are for the log alone.
        Ok(Err(error)) => {
            tracing::debug!(backend = name.name(), error = &error as &dyn Error, "a backend fails");
            Some(error.to_string())
        }
        Err(_) => Some(format!("no answer within {} s", ANSWER_WITHIN.as_secs())),
    };
    if failure.is_some() {
        metrics::counter!("backend_check_failures_total", "backend" => name.name()).increment(1);
    }
    BackendHealth { name, failure }
}

/// One line in the log when a backend goes, and one when it comes back.
fn tell_changes(before: Option<&[BackendHealth]>, now: &[BackendHealth]) {
    for it in now {
        let backend = it.name.name();
        let was_well = before.and_then(|all| all.iter().find(|was| was.name == it.name));
        let was_well = was_well.is_none_or(|was| was.failure.is_none());
        match &it.failure {
            Some(failure) if was_well => tracing::warn!(backend, failure, "a backend is missing"),
            None if !was_well => tracing::info!(backend, "a backend is back"),
            _ => {}
        }
    }
}
