//! The composition root: from settings to an open shop.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use app::{App, AppSettings, Backends, Caller, ShopProfile};
use clap::Args;
use domain::Span;
use log_local::LocalLog;
use ports::KeyScope;
use projections_local::{FileTally, LocalProjections};
use records_sql::SqlRecords;
use settings::Settings;
use tokio::sync::oneshot;

use crate::ambient::{SystemClock, SystemEntropy};
use crate::root_key::{self, Made};

/// Where a command finds its shop: the options that all of them share.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ShopOptions {
    /// The settings file; `tastemaker.toml` is read where there is one.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data folder, in place of the setting `data.folder`.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// The settings file that is read when it exists and no other is named.
const SETTINGS_FILE: &str = "tastemaker.toml";

impl ShopOptions {
    /// Reads the settings: the file, the environment, then these options.
    ///
    /// # Errors
    ///
    /// When a setting is unknown or has a bad value.
    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let default_file = Path::new(SETTINGS_FILE);
        let file = self.config.as_deref().or(default_file.exists().then_some(default_file));
        let data = self.data.iter().map(|folder| {
            ("TASTEMAKER_DATA__FOLDER".to_owned(), folder.to_string_lossy().into_owned())
        });
        Ok(Settings::load(file, std::env::vars().chain(data))?)
    }
}

/// An open shop.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) app: Arc<App>,
    pub(crate) settings: Arc<Settings>,
    records: Arc<SqlRecords>,
    log: Arc<LocalLog>,
    root_key_made: Made,
}

impl std::fmt::Debug for Shop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shop").field("app", &self.app).finish_non_exhaustive()
    }
}

impl Shop {
    /// Opens the shop that the settings describe, making what does not exist yet.
    ///
    /// # Errors
    ///
    /// When the folder is in use, holds something unreadable, or cannot be written.
    pub(crate) async fn open(settings: Settings) -> anyhow::Result<Shop> {
        let folder = &settings.data.folder;
        std::fs::create_dir_all(folder)
            .with_context(|| format!("making the data folder {}", folder.display()))?;
        let records_file = folder.join("records.sqlite");
        let (root_key, root_key_made) = match records_file.exists() {
            // A new key would open nothing of what is there.
            true => (root_key::read(&settings.data.root_key_file)?, Made::Before),
            false => root_key::read_or_make(&settings.data.root_key_file, &SystemEntropy)?,
        };
        // The log comes first: its lock keeps a second process out of everything else.
        let log = LocalLog::open(&folder.join("log"), log_local::Options::default())?;
        let projections = LocalProjections::open(
            &folder.join("projections"),
            projections_local::Options::default(),
        )?;
        let tally = FileTally::open(&folder.join("decisions.issued"))?;
        let records_url = SqlRecords::sqlite_url(&records_file);
        let records = Arc::new(SqlRecords::connect(&records_url).await?);
        let backends = Backends {
            log: Arc::clone(&log) as Arc<dyn ports::Log>,
            projections,
            records: Arc::clone(&records) as Arc<dyn ports::Records>,
            tally: Arc::new(tally),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        };
        let app = match App::open(app_settings(&settings), backends, root_key).await {
            Ok(app) => app,
            Err(error) => {
                // What is refused is left as it was found.
                records.close().await?;
                return Err(error.into());
            }
        };
        let shop = Shop { app, settings: Arc::new(settings), records, log, root_key_made };
        shop.adopt_given_keys().await?;
        Ok(shop)
    }

    /// Adds the keys that the environment gave.
    async fn adopt_given_keys(&self) -> anyhow::Result<()> {
        let bootstrap = &self.settings.bootstrap;
        let given = [
            (KeyScope::Secret, &bootstrap.secret_key),
            (KeyScope::Publishable, &bootstrap.publishable_key),
        ];
        for (scope, key) in given {
            if let Some(key) = key {
                let text = key.reveal().to_owned();
                self.app.adopt_key(&Caller::command(), scope, Vec::new(), text).await?;
            }
        }
        Ok(())
    }

    /// Follows the log on a thread of its own: folding is work for the processor.
    ///
    /// # Errors
    ///
    /// When the operating system gives no thread.
    pub(crate) fn follow_beside(&self) -> anyhow::Result<Follower> {
        let (app, runtime) = (Arc::clone(&self.app), tokio::runtime::Handle::current());
        let (alive, ended) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new()
            .name("follower".to_owned())
            .spawn(move || {
                // Dropped when the thread ends, however it ends.
                let _alive = alive;
                runtime.block_on(app.follow());
            })
            .context("starting the follower")?;
        Ok(Follower { thread, ended })
    }

    /// Whether this start made the root key.
    pub(crate) fn made_root_key(&self) -> bool {
        self.root_key_made == Made::Now
    }

    /// The log, for commands that look at it.
    pub(crate) fn log(&self) -> &LocalLog {
        &self.log
    }

    /// Ends in order: the follower has folded what is logged, and the live state is saved.
    ///
    /// # Errors
    ///
    /// When the follower died, or something cannot be written.
    pub(crate) async fn close_with(&self, follower: Follower) -> anyhow::Result<()> {
        self.app.stop_following();
        follower.join().await?;
        self.close().await
    }

    /// Ends in order, where no follower runs.
    ///
    /// # Errors
    ///
    /// When something cannot be written.
    pub(crate) async fn close(&self) -> anyhow::Result<()> {
        self.app.flush_decisions().await;
        self.app.fold_all().await?;
        self.app.save_live().await?;
        self.records.close().await?;
        Ok(())
    }
}

/// The thread that keeps the live state in step with the log.
#[derive(Debug)]
pub(crate) struct Follower {
    thread: std::thread::JoinHandle<()>,
    ended: oneshot::Receiver<()>,
}

impl Follower {
    /// Waits until the thread has ended.
    pub(crate) async fn ended(&mut self) {
        // Nothing is ever sent: the other half goes when the thread does.
        drop((&mut self.ended).await);
    }

    async fn join(self) -> anyhow::Result<()> {
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await?;
        joined.map_err(|_| {
            anyhow::anyhow!(
                "the follower died; its state is not saved, start again to fold it anew"
            )
        })
    }
}

fn app_settings(settings: &Settings) -> AppSettings {
    let days = i64::from(settings.intake.publishable_past_max_days);
    let shop = ShopProfile {
        id: settings.shop.id.clone(),
        currency: settings.shop.currency,
        language: settings.shop.language.as_str().to_owned(),
        markets: settings.shop.markets.clone(),
    };
    AppSettings {
        consent_default: settings.consent.default,
        future_skew_max: Span::SECOND.times(settings.intake.future_skew_max_secs.into()),
        past_max_publishable: Span::DAY.times(days),
        quarantine_per_key_max: settings.intake.quarantine_events_per_key_max,
        disk_watermark_bytes: settings.limits.disk_watermark_bytes,
        candidates: settings
            .decisions
            .per_generator_candidates
            .try_into()
            .expect("the setting is at least 1"),
        deadline: Span::MILLISECOND.times(settings.decisions.deadline_ms.into()),
        snapshot_every_events: settings.snapshots.every_events,
        snapshot_every: Span::SECOND.times(settings.snapshots.every_secs.into()),
        visitors_max: settings.live.visitors_max.try_into().expect("the setting is at least 1000"),
        ..AppSettings::new(shop)
    }
}
