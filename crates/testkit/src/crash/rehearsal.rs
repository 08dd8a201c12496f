//! Replicas on shared backends, and everything that can befall them: what they acknowledged is there, once.
//!
//! ```text
//!  senders, askers ──▶ any replica that answers ──▶ PostgreSQL, NATS, object storage
//!                            ▲                            ▲
//!                   killed, paused, started again    killed, started again, refusing
//! ```
//!
//! A sender tries replica after replica until what it says is acknowledged, as a client behind a balancer
//! does; so most things are said more than once. What happens and when follows from the seed, up to the
//! timing of processes.
//!
//! # What is checked at the end
//!
//! What [`crash`](super::crash) checks: nothing acknowledged is lost, doubled or changed in history and lake,
//! and each visitor is one shopper. Also:
//!
//! - All replicas show the same live state, and a process that folds the whole history undisturbed shows it
//!   too.
//! - The tables of decisions and outcomes hold what they hold when they are computed anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ports::{Projections, Table};
use projections_sql::SqlProjections;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use test_backends::{NatsServer, Postgres, S3Server};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::inspect::{self, Books, Lines};
use super::reach::Reach;
use super::server::{Client, Server, Site};
use super::{CrashError, CrashReport};

/// How long it may take at the end until everything that was told is seen everywhere.
const SETTLE_WITHIN: Duration = Duration::from_secs(60);
/// How often a replica is started that does not come up, because a backend is away.
const START_TRIES: u32 = 20;
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What to rehearse.
#[derive(Clone, Debug)]
pub struct RehearsalPlan {
    /// The product's binary.
    pub binary: PathBuf,
    /// How many replicas there are.
    pub n_replicas: usize,
    /// How long the troubles last.
    pub length: Duration,
    /// How often a replica is killed.
    pub kill_every: Duration,
    /// How long object storage refuses.
    pub refuse_for: Duration,
    /// How long a replica that holds leases is paused: longer than any lease.
    pub pause_for: Duration,
    /// The seed of the load and of who is struck.
    pub seed: u64,
}

impl RehearsalPlan {
    /// A minute with three replicas, one of which is killed every five seconds; storage is away for half of
    /// it, and a replica is paused for longer than its longest lease lasts.
    pub fn of(binary: PathBuf) -> RehearsalPlan {
        RehearsalPlan {
            binary,
            n_replicas: 3,
            length: Duration::from_secs(60),
            kill_every: Duration::from_secs(5),
            refuse_for: Duration::from_secs(30),
            pause_for: Duration::from_secs(31),
            seed: 1,
        }
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RehearsalReport {
    /// What history, lake and states showed, in the words of the other experiment.
    pub found: CrashReport,
    /// Replicas that were killed.
    pub n_replicas_killed: u32,
    /// Servers of backends that were killed.
    pub n_backends_killed: u32,
    /// How many decisions were asked for.
    pub n_decisions: u64,
    /// How many of them no replica answered before the question was given up.
    pub n_decisions_missing: u64,
    /// How many of the answers said that something was fallen back to.
    pub n_decisions_degraded: u64,
    /// Replicas whose live state was another one than that of the whole history.
    pub n_replicas_unequal: u64,
    /// Entries of the tables of decisions and outcomes.
    pub n_entries: u64,
    /// Entries of the tables that were other ones than those computed anew.
    pub n_entries_unequal: u64,
}

/// Real servers, one of each.
struct Backends {
    postgres: Postgres,
    nats: NatsServer,
    s3: S3Server,
    records_url: String,
}

/// Rehearses; `None` where the servers' programs are absent.
///
/// # Errors
///
/// [`CrashError`] when the experiment itself fails; what it is meant to find is in the report.
pub async fn rehearse(plan: &RehearsalPlan) -> Result<Option<RehearsalReport>, CrashError> {
    let Some(backends) = Backends::start() else { return Ok(None) };
    let site = Site::with(plan.binary.clone(), backends.settings())?;
    let mut stage = Stage::begin(plan, site, backends)?;
    let senders = stage.reach.start(plan.seed);
    stage.troubles(plan).await?;
    stage.reach.is_over.store(true, Ordering::Release);
    let mut books = Books::default();
    for acknowledged in senders.join_all().await {
        acknowledged.iter().for_each(|it| books.acknowledge(it));
    }
    stage.judge(&books).await.map(Some)
}

impl Backends {
    fn start() -> Option<Backends> {
        let (postgres, nats) = (Postgres::start()?, NatsServer::start()?);
        let records_url = postgres.database();
        Some(Backends { postgres, nats, s3: S3Server::start(), records_url })
    }

    /// The settings of a replica on them.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let (id, key) = (S3Server::ACCESS_KEY_ID, S3Server::SECRET_ACCESS_KEY);
        vec![
            // Those that were killed count until their leases end; here all follow everybody.
            ("TASTEMAKER_REPLICAS__WHOLE_UP_TO", "100".to_owned()),
            ("TASTEMAKER_BACKENDS__LOG_URL", self.nats.url()),
            ("TASTEMAKER_BACKENDS__RECORDS_URL", self.records_url.clone()),
            ("TASTEMAKER_BACKENDS__LAKE_URL", self.s3.url("shop")),
            ("TASTEMAKER_S3__ENDPOINT", self.s3.endpoint()),
            // Less is refused where others may be reading.
            ("TASTEMAKER_LAKE__VACUUM_AFTER_SECS", "3600".to_owned()),
            ("TASTEMAKER_S3__REGION", "us-east-1".to_owned()),
            ("TASTEMAKER_S3__ACCESS_KEY_ID", id.to_owned()),
            ("TASTEMAKER_S3__SECRET_ACCESS_KEY", key.to_owned()),
        ]
    }
}

/// The replicas and what they stand on.
struct Stage {
    site: Arc<Site>,
    backends: Backends,
    replicas: Arc<Mutex<Vec<Slot>>>,
    reach: Arc<Reach>,
    /// Those who start again what was killed.
    supervisors: JoinSet<Result<(), CrashError>>,
    report: RehearsalReport,
}

/// A replica's place.
struct Slot {
    data: PathBuf,
    /// `None` while it is dead.
    server: Option<Server>,
}

/// The replicas that serve.
fn serving(replicas: &[Slot]) -> Vec<Client> {
    replicas.iter().filter_map(|it| Some(it.server.as_ref()?.client.clone())).collect()
}

impl Stage {
    fn begin(plan: &RehearsalPlan, site: Site, backends: Backends) -> Result<Stage, CrashError> {
        let mut replicas = Vec::new();
        for number in 0..plan.n_replicas {
            let data = site.replica(number)?;
            let server = Some(Server::start_on(&site, &data)?);
            replicas.push(Slot { data, server });
        }
        let stage = Stage {
            site: Arc::new(site),
            backends,
            replicas: Arc::new(Mutex::new(replicas)),
            reach: Arc::new(Reach::default()),
            supervisors: JoinSet::new(),
            report: RehearsalReport::default(),
        };
        stage.reach.know(serving(&stage.replicas()));
        Ok(stage)
    }

    fn replicas(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.replicas.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pause(&self, number: usize, is_paused: bool) -> Result<(), CrashError> {
        match &self.replicas()[number].server {
            Some(server) => server.pause(is_paused),
            None => Ok(()),
        }
    }

    /// Kills a replica, unless it is dead; whoever supervises it starts it again and again until it serves.
    fn kill_replica(&mut self, number: usize) -> Result<(), CrashError> {
        let (server, data) = {
            let mut replicas = self.replicas();
            let slot = &mut replicas[number];
            (slot.server.take(), slot.data.clone())
        };
        let Some(server) = server else { return Ok(()) };
        self.reach.know(serving(&self.replicas()));
        server.kill()?;
        self.report.n_replicas_killed += 1;
        let (site, replicas) = (Arc::clone(&self.site), Arc::clone(&self.replicas));
        let reach = Arc::clone(&self.reach);
        self.supervisors.spawn_blocking(move || {
            let mut n_tries = 0;
            let server = loop {
                match Server::start_on(&site, &data) {
                    Ok(server) => break server,
                    Err(error) if n_tries == START_TRIES => return Err(error),
                    Err(_) => n_tries += 1,
                }
            };
            let mut replicas = replicas.lock().unwrap_or_else(PoisonError::into_inner);
            replicas[number].server = Some(server);
            reach.know(serving(&replicas));
            Ok(())
        });
        Ok(())
    }

    /// Waits until every replica lives.
    async fn recover(&mut self) -> Result<(), CrashError> {
        while let Some(started) = self.supervisors.join_next().await {
            let failed = |err| CrashError::io("supervising a replica")(std::io::Error::other(err));
            started.map_err(failed)??;
        }
        Ok(())
    }

    /// Lets everything happen, one after the other and over each other.
    async fn troubles(&mut self, plan: &RehearsalPlan) -> Result<(), CrashError> {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        let begin = Instant::now();
        let at = |share: f64| begin + plan.length.mul_f64(share);
        let mut due: Vec<(Instant, Trouble)> = vec![
            (at(0.15), Trouble::KillPostgres),
            (at(0.3), Trouble::KillNats),
            (at(0.4), Trouble::Refuse),
            (at(0.4) + plan.refuse_for, Trouble::Accept),
            (at(0.45), Trouble::Pause(0)),
            (at(0.45) + plan.pause_for, Trouble::GoOn(0)),
        ];
        let kills = (1..).map(|it| begin + plan.kill_every * it);
        let kills = kills.take_while(|it| *it < begin + plan.length);
        due.extend(kills.map(|it| (it, Trouble::KillReplica)));
        due.sort_by_key(|(time, _)| *time);
        let mut paused = None;
        let n_replicas = self.replicas().len();
        for (time, trouble) in due {
            tokio::time::sleep_until(time).await;
            match trouble {
                Trouble::KillPostgres => {
                    self.backends.postgres.crash();
                    self.backends.postgres.resume();
                    self.report.n_backends_killed += 1;
                }
                Trouble::KillNats => {
                    self.backends.nats.start_again();
                    self.report.n_backends_killed += 1;
                }
                Trouble::Refuse => self.backends.s3.refuse(),
                Trouble::Accept => self.backends.s3.accept(),
                Trouble::Pause(number) => {
                    self.pause(number, true)?;
                    paused = Some(number);
                }
                Trouble::GoOn(number) => {
                    self.pause(number, false)?;
                    paused = None;
                }
                Trouble::KillReplica => {
                    let number = rng.random_range(0..n_replicas);
                    let n_serving = self.reach.clients().len() - usize::from(paused.is_some());
                    // One that starts needs all its backends: one that serves is left.
                    if Some(number) != paused && 1 < n_serving {
                        self.kill_replica(number)?;
                    }
                }
            }
        }
        tokio::time::sleep_until(begin + plan.length).await;
        self.recover().await
    }

    /// Compares everything with everything.
    async fn judge(mut self, books: &Books) -> Result<RehearsalReport, CrashError> {
        let (position, states) = self.settled_states().await?;
        let tables = self.tables_at(position).await?;
        let data = self.site.replica(0)?;
        let n_replicas = self.replicas().len();
        let servers: Vec<Server> = self.replicas().drain(..).filter_map(|it| it.server).collect();
        for server in servers {
            server.kill()?;
        }
        let findings = inspect::inspect(&self.site, &data, books, &mut Lines::default())?;
        let from_history = self.site.run(&["state", "digest", "--from-history"], &data)?;
        let expected = digests(from_history.lines())?;
        // One that shows nothing is not equal either.
        let n_equal = states.iter().filter(|it| **it == expected).count();
        self.report.n_replicas_unequal = (n_replicas - n_equal) as u64;
        self.report.n_entries = tables.len() as u64;
        self.report.found.take(&findings);
        self.report.found.n_acknowledged = books.n_acknowledged();
        let lake = self.lake_unequal(&data)?;
        self.report.found.n_lake_unequal = lake;
        self.report.n_entries_unequal = self.tables_anew(position, &tables).await?;
        let count = |it: &AtomicU64| it.load(Ordering::Relaxed);
        self.report.n_decisions = count(&self.reach.n_asked);
        self.report.n_decisions_missing = count(&self.reach.n_missing);
        self.report.n_decisions_degraded = count(&self.reach.n_degraded);
        Ok(self.report)
    }

    /// The live states of all replicas, once they are at one position, and that.
    async fn settled_states(&self) -> Result<(u64, Vec<Digests>), CrashError> {
        let until = Instant::now() + SETTLE_WITHIN;
        loop {
            let clients = self.reach.clients();
            let mut pages = Vec::new();
            for client in &clients {
                pages.extend(client.get("/v1/state").await);
            }
            let pages: Vec<serde_json::Value> =
                pages.iter().map(|it| serde_json::from_str(it)).collect::<Result<_, _>>()?;
            let is_level = pages.iter().all(|it| it["position"] == pages[0]["position"]);
            if pages.len() == clients.len() && is_level || until < Instant::now() {
                let position = pages.first().map_or(0, |it| number(&it["position"]));
                return Ok((position, pages.iter().map(parts).collect()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn projections(&self) -> Result<Arc<SqlProjections>, CrashError> {
        SqlProjections::open(&self.backends.records_url).await.map_err(CrashError::port)
    }

    /// All entries of the tables, once every share contains everything up to `position`.
    async fn tables_at(&self, position: u64) -> Result<Vec<Entry>, CrashError> {
        let projections = self.projections().await?;
        let until = Instant::now() + SETTLE_WITHIN;
        loop {
            let positions = projections.positions().await.map_err(CrashError::port)?;
            if positions.iter().all(|it| position <= it.get()) || until < Instant::now() {
                return entries(&projections).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Throws everything away that can be computed again, and counts the entries that then differ.
    async fn tables_anew(&self, position: u64, before: &[Entry]) -> Result<u64, CrashError> {
        self.projections().await?.clear().await.map_err(CrashError::port)?;
        let server = Server::start_on(&self.site, &self.site.replica(0)?)?;
        let after = self.tables_at(position).await?;
        server.kill()?;
        let (before, after): (BTreeSet<&Entry>, BTreeSet<&Entry>) =
            (before.iter().collect(), after.iter().collect());
        Ok(before.symmetric_difference(&after).count() as u64)
    }

    fn lake_unequal(&self, data: &Path) -> Result<u64, CrashError> {
        let history = self.site.run(&["log", "export"], data)?;
        self.site.run(&["lake", "archive"], data)?;
        let lake = self.site.run(&["lake", "export"], data)?;
        Ok(inspect::n_unequal(&history, &lake))
    }
}

/// Something that befalls the stage.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    KillReplica,
    KillPostgres,
    KillNats,
    Refuse,
    Accept,
    Pause(usize),
    GoOn(usize),
}

/// A table's entry: which table, its key and its value.
type Entry = (Table, Vec<u8>, Vec<u8>);

async fn entries(projections: &SqlProjections) -> Result<Vec<Entry>, CrashError> {
    let mut entries = Vec::new();
    for table in [Table::Decisions, Table::Outcomes] {
        let found = projections.scan(table, b"", usize::MAX).await.map_err(CrashError::port)?;
        entries.extend(found.into_iter().map(|(key, value)| (table, key, value)));
    }
    Ok(entries)
}

/// The parts of a state and their digests.
type Digests = Vec<(String, String)>;

fn digests<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Digests, CrashError> {
    let part = |line: &str| -> Result<(String, String), CrashError> {
        let part: serde_json::Value = serde_json::from_str(line)?;
        Ok((text(&part["part"]), text(&part["digest"])))
    };
    lines.map(part).collect()
}

fn parts(page: &serde_json::Value) -> Digests {
    let parts = page["parts"].as_array().into_iter().flatten();
    parts.map(|it| (text(&it["name"]), text(&it["digest"]))).collect()
}

fn number(value: &serde_json::Value) -> u64 {
    value.as_str().and_then(|it| it.parse().ok()).unwrap_or(0)
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
