//! A whole shop on the real adapters, in a folder of its own, for tests.
//!
//! Its clock stands still and its random numbers are seeded, so that a test's outcome is its own.

use std::path::Path;
use std::sync::Arc;

use app::{App, AppSettings, Backends, Caller, Incoming, RootKey, ShopProfile};
use domain::{Currency, Event, KeyKind, Position, Timestamp};
use log_local::LocalLog;
use projections_local::{FileTally, LocalProjections};
use records_sql::SqlRecords;
use tempfile::TempDir;

use crate::{ManualClock, SeededEntropy};

/// When tests begin: 2026-01-05T12:00:00Z, a Monday.
pub const NOON: Timestamp = Timestamp::from_secs(1_767_614_400);

/// The root key of every test.
const ROOT_KEY: [u8; app::ROOT_KEY_BYTES] = [42; app::ROOT_KEY_BYTES];

/// A shop for tests.
#[derive(Debug)]
pub struct TestShop {
    /// The shop itself.
    pub app: Arc<App>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
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
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut settings = settings();
        change(&mut settings);
        let clock = Arc::new(ManualClock::at(NOON));
        let app = open(folder.path(), settings, Arc::clone(&clock), 1).await;
        TestShop { app, clock, folder }
    }

    /// Closes the shop in order and opens it again, as a restart does.
    pub async fn restart(self) -> TestShop {
        self.app.flush_decisions().await;
        self.app.save_live().await.expect("the live state can be saved");
        self.crash().await
    }

    /// Opens the shop again without having closed it, as after a crash of the process.
    pub async fn crash(self) -> TestShop {
        let TestShop { app, clock, folder } = self;
        drop(app);
        let app = open(folder.path(), settings(), Arc::clone(&clock), 2).await;
        TestShop { app, clock, folder }
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
        let report = self.app.ingest(caller, events).await.expect("the log takes events");
        self.settle().await;
        report
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

/// An event of a visitor, at the present moment, with a message id of its own.
pub fn event(visitor: &str, event: impl Into<Event>) -> Incoming {
    Incoming {
        message_id: None,
        visitor: Some(visitor.to_owned()),
        user: None,
        original_time: None,
        sent_time: None,
        event: event.into(),
        signals: consent::Signals::default(),
        open: Vec::new(),
        private: Vec::new(),
        address: None,
        market: None,
    }
}

fn settings() -> AppSettings {
    AppSettings {
        // The machine that runs tests may have little room, which is not what they test.
        disk_watermark_bytes: 0,
        ..AppSettings::new(ShopProfile {
            id: "shop".parse().expect("a slug"),
            currency: Currency::EUR,
            language: "en".to_owned(),
            markets: Vec::new(),
        })
    }
}

async fn open(
    folder: &Path,
    settings: AppSettings,
    clock: Arc<ManualClock>,
    seed: u64,
) -> Arc<App> {
    let log = LocalLog::open(&folder.join("log"), log_local::Options::default());
    let options = projections_local::Options::default();
    let projections = LocalProjections::open(&folder.join("projections"), options);
    let records_url = SqlRecords::sqlite_url(&folder.join("records.sqlite"));
    let records = SqlRecords::connect(&records_url).await.expect("records can be opened");
    let tally = FileTally::open(&folder.join("decisions.issued"));
    let backends = Backends {
        log: log.expect("the log can be opened"),
        projections: projections.expect("projections can be opened"),
        records: Arc::new(records),
        tally: Arc::new(tally.expect("the tally can be opened")),
        clock,
        entropy: Arc::new(SeededEntropy::new(seed)),
    };
    let opened = App::open(settings, backends, RootKey::new(&ROOT_KEY)).await;
    opened.expect("the shop can be opened")
}
