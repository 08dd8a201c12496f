//! A whole shop on the real adapters, in a folder of its own, for tests.
//!
//! Its clock stands still and its random numbers are seeded, so that a test's outcome is its own.
//! Nothing follows the log by itself: what is taken in is folded when the test says so, by
//! [`TestShop::settle`] or by the functions that end in it.
//!
//! What is said to a shop is in [`phrases`]; how it moves elsewhere by a backup, in [`elsewhere`].

pub mod elsewhere;
pub mod phrases;

use std::path::Path;
use std::sync::Arc;

use app::{
    App, AppSettings, Backends, Caller, CatalogueChange, CatalogueReport, Decision,
    DecisionRequest, Incoming, OpenError, RootKey, ShopProfile,
};
use domain::{Currency, KeyKind, Position, Product, Span, Timestamp};
use lake_delta::{DeltaLake, Place, StoredArtifacts};
use log_local::LocalLog;
use projections_local::{FileTally, LocalProjections};
use records_sql::SqlRecords;
use tempfile::TempDir;

use crate::{ManualClock, SeededEntropy};

/// When tests begin: 2026-01-05T12:00:00Z, a Monday.
pub const NOON: Timestamp = Timestamp::from_secs(1_767_614_400);

/// The root key of every test.
const ROOT_KEY: [u8; app::ROOT_KEY_BYTES] = [42; app::ROOT_KEY_BYTES];

/// Where a log begins.
const FIRST: Position = Position::new(1);

/// A shop for tests.
#[derive(Debug)]
pub struct TestShop {
    /// The shop itself.
    pub app: Arc<App>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    settings: AppSettings,
    /// How many times it was opened: each time is random in its own way.
    n_openings: u64,
    folder: TempDir,
}

impl TestShop {
    /// A new shop, with the usual settings.
    ///
    /// # Panics
    ///
    /// If it cannot be opened, as does every function here: a test has nothing to recover.
    pub async fn new() -> TestShop {
        TestShop::with(|_| {}).await
    }

    /// A new shop, with settings of the test's own.
    pub async fn with(change: impl FnOnce(&mut AppSettings)) -> TestShop {
        TestShop::with_backends(change, |_| {}).await
    }

    /// A new shop, with settings and backends of the test's own: the latter until it is closed.
    pub async fn with_backends(
        change: impl FnOnce(&mut AppSettings),
        replace: impl FnOnce(&mut Backends),
    ) -> TestShop {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut settings = settings();
        change(&mut settings);
        let clock = Arc::new(ManualClock::at(NOON));
        let mut backends = backends(folder.path(), &settings, Arc::clone(&clock), (1, FIRST)).await;
        replace(&mut backends);
        let app = open(backends, settings.clone()).await;
        TestShop { app, clock, settings, n_openings: 1, folder }
    }

    /// Another process that is the same shop, on these backends.
    pub async fn replica(&self, backends: Backends) -> Arc<App> {
        open(backends, self.settings.clone()).await
    }

    /// Closes the shop in order and opens it again, as a restart does.
    pub async fn restart(self) -> TestShop {
        self.app.flush_decisions().await;
        self.app.save_live().await.expect("the live state can be saved");
        self.crash().await
    }

    /// Opens the shop again without having closed it, as after a crash of the process.
    pub async fn crash(self) -> TestShop {
        self.crash_and(|_| {}).await
    }

    /// Does something to the shop's folder while it is closed, as after a crash, and opens it again.
    pub async fn crash_and(self, meanwhile: impl FnOnce(&Path)) -> TestShop {
        let TestShop { app, clock, settings, n_openings, folder } = self;
        assert_eq!(Arc::strong_count(&app), 1, "somebody still holds the shop that is to crash");
        drop(app);
        meanwhile(folder.path());
        let n_openings = n_openings + 1;
        let seed = (n_openings, FIRST);
        let backends = backends(folder.path(), &settings, Arc::clone(&clock), seed).await;
        let app = open(backends, settings.clone()).await;
        TestShop { app, clock, settings, n_openings, folder }
    }

    /// The shop's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Folds everything that is in the log, decisions included.
    pub async fn settle(&self) {
        self.app.flush_decisions().await;
        self.app.fold_all().await.expect("the log can be folded");
    }

    /// Takes events in as the shop's server sends them, and folds them.
    pub async fn ingest(&self, events: Vec<Incoming>) -> app::IngestReport {
        self.ingest_as(&server(), events).await
    }

    /// Takes events in as somebody sends them, and folds them.
    pub async fn ingest_as(&self, caller: &Caller, events: Vec<Incoming>) -> app::IngestReport {
        let ingesting = self.app.ingest(caller, events);
        let report = self.while_following(ingesting).await.expect("the log takes events");
        self.settle().await;
        report
    }

    /// Does something while the shop follows its log, as it does when it is served, and goes on
    /// until all of the log is folded.
    pub async fn while_following<T>(&self, work: impl Future<Output = T>) -> T {
        let work = async {
            let done = work.await;
            self.app.wait_until_seen(self.app.readiness().head).await;
            done
        };
        tokio::select! {
            done = work => done,
            () = self.app.follow() => unreachable!("a shop follows its log for as long as it is open"),
        }
    }

    /// Makes changes to the catalogue as the shop's server does; they are seen when this returns.
    pub async fn change(&self, changes: Vec<CatalogueChange>) -> CatalogueReport {
        let caller = server();
        let changing = self.app.change_catalogue(&caller, None, changes);
        let report = self.while_following(changing).await.expect("the log takes changes");
        self.settle().await;
        report
    }

    /// Takes products into the catalogue.
    pub async fn stock(&self, products: impl IntoIterator<Item = Product>) {
        let upsert = |it| CatalogueChange::Upsert(Box::new(it));
        let report = self.change(products.into_iter().map(upsert).collect()).await;
        assert_eq!(report.rejected, [], "products of tests are good ones");
    }

    /// Decides as a browser asks for it.
    pub async fn decide(&self, request: DecisionRequest) -> Decision {
        self.decide_as(&browser(), request).await
    }

    /// Decides as somebody asks for it.
    pub async fn decide_as(&self, caller: &Caller, request: DecisionRequest) -> Decision {
        self.app.decide(caller, request).await.expect("the request is a good one")
    }

    /// The records, opened beside the shop.
    pub async fn records(&self) -> SqlRecords {
        records(self.folder.path()).await
    }

    /// Every event of the log.
    pub async fn log(&self) -> Vec<domain::Recorded> {
        self.app.events(Position::START, usize::MAX).await.expect("the log can be read")
    }
}

/// The shop's server, with its secret key.
pub fn server() -> Caller {
    Caller { key_id: "key_server".to_owned(), kind: KeyKind::Secret }
}

/// A browser, with the publishable key.
pub fn browser() -> Caller {
    Caller { key_id: "key_browser".to_owned(), kind: KeyKind::Publishable }
}

fn settings() -> AppSettings {
    AppSettings {
        // The machine that runs tests may have little room, which is not what they test.
        disk_watermark_bytes: 0,
        // Tests say when the live state is saved.
        snapshot_every_events: u64::MAX,
        snapshot_every: Span::DAY.times(100_000),
        ..AppSettings::new(ShopProfile {
            id: "shop".parse().expect("a slug"),
            currency: Currency::EUR,
            language: "en".to_owned(),
            markets: Vec::new(),
        })
    }
}

async fn open(backends: Backends, settings: AppSettings) -> Arc<App> {
    try_open(backends, settings).await.expect("the shop can be opened")
}

async fn try_open(backends: Backends, settings: AppSettings) -> Result<Arc<App>, OpenError> {
    App::open(settings, backends, RootKey::new(&ROOT_KEY)).await
}

async fn records(folder: &Path) -> SqlRecords {
    let url = SqlRecords::sqlite_url(&folder.join("records.sqlite"));
    SqlRecords::connect(&url).await.expect("records can be opened")
}

async fn backends(
    folder: &Path,
    settings: &AppSettings,
    clock: Arc<ManualClock>,
    (seed, log_first): (u64, Position),
) -> Backends {
    let options = log_local::Options { first: log_first, ..log_local::Options::default() };
    let log = LocalLog::open(&folder.join("log"), options);
    let options = projections_local::Options::default();
    let projections = LocalProjections::open(&folder.join("projections"), options);
    let options = lake_delta::Options {
        // The clock of tests stands still, and what nobody needs is to go while they run.
        vacuum_after: Span::ZERO,
        ..lake_delta::Options::default()
    };
    let (place, scratch) = (Place::Folder(folder.join("lake")), folder.join("lake/tmp"));
    let lake = DeltaLake::open(&place, &scratch, &settings.shop.id, options).await;
    let artifacts = StoredArtifacts::open(&Place::Folder(folder.join("artifacts"))).await;
    let records = records(folder).await;
    records.end_leases().await.expect("records can be written");
    let records = Arc::new(records);
    let tally = FileTally::open(&folder.join("decisions.issued"));
    Backends {
        log: log.expect("the log can be opened"),
        lake: lake.expect("the lake can be opened"),
        artifacts: Arc::new(artifacts.expect("artifacts can be opened")),
        registry: Arc::clone(&records) as Arc<dyn ports::Registry>,
        leases: Arc::clone(&records) as Arc<dyn ports::Leases>,
        projections: projections.expect("projections can be opened"),
        records,
        tally: Arc::new(tally.expect("the tally can be opened")),
        clock,
        entropy: Arc::new(SeededEntropy::new(seed)),
    }
}
