//! From settings to an open shop; which adapters it stands on is chosen in `backends`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use app::{
    App, AppSettings, ArchiveSettings, Backends, Caller, Replicas, ShopProfile, TrainingSettings,
};
use clap::Args;
use domain::{Position, Span};
use log_local::LocalLog;
use ports::{KeyScope, PortError};
use records_sql::SqlRecords;
use settings::Settings;
use tokio::sync::{oneshot, watch};

use crate::ambient::SystemEntropy;
use crate::backends::{FIRST, Opened, open_backends};
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
        let Sources { file, variables } = self.sources();
        Ok(Settings::load(file.as_deref(), variables.into_iter())?)
    }

    /// What the settings are read from.
    pub(crate) fn sources(&self) -> Sources {
        let default_file = Path::new(SETTINGS_FILE);
        let file = self.config.as_deref().or(default_file.exists().then_some(default_file));
        let data = self.data.iter().map(|folder| {
            ("TASTEMAKER_DATA__FOLDER".to_owned(), folder.to_string_lossy().into_owned())
        });
        let variables = std::env::vars().chain(data).collect();
        Sources { file: file.map(Path::to_path_buf), variables }
    }
}

/// What settings are read from.
pub(crate) struct Sources {
    pub(crate) file: Option<PathBuf>,
    /// They overrule the file.
    pub(crate) variables: Vec<(String, String)>,
}

/// How far a shop is that is being opened: the last event of its state, and of its history; and which
/// backend it waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opening {
    pub(crate) applied: watch::Sender<Position>,
    pub(crate) head: watch::Sender<Position>,
    pub(crate) waits_for: watch::Sender<Option<&'static str>>,
}

/// How long a replica rests before it looks again whether its backends are there.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// An open shop.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) app: Arc<App>,
    pub(crate) settings: Arc<Settings>,
    records: Arc<SqlRecords>,
    local_log: Option<Arc<LocalLog>>,
    /// Held for as long as anybody has the shop.
    _folder_lock: Option<Arc<File>>,
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
        Shop::open_watched(settings, &Opening::default()).await
    }

    /// The same, as soon as its backends are there, if they are elsewhere: a replica that starts while one of
    /// them is away begins when that is back. `opening` tells how far it is.
    ///
    /// # Errors
    ///
    /// As [`Shop::open`], where waiting would not help.
    pub(crate) async fn open_when_it_can_be(
        settings: Settings,
        opening: &Opening,
    ) -> anyhow::Result<Shop> {
        let mut told = String::new();
        loop {
            let refused = match Shop::open_watched(settings.clone(), opening).await {
                Ok(shop) => return Ok(shop),
                Err(refused) => refused,
            };
            let is_replica = settings.backends.log_url.is_some();
            let Some(backend) = backend_away(&refused).filter(|_| is_replica) else {
                return Err(refused);
            };
            opening.waits_for.send_replace(Some(backend));
            let error = format!("{refused:#}");
            if told != error {
                tracing::warn!(error, "the shop opens when {backend} is there");
                told = error;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn open_watched(settings: Settings, opening: &Opening) -> anyhow::Result<Shop> {
        let opened = open_backends(&settings, FIRST).await?;
        let Opened { backends, records, local_log, replicas, folder_lock } = opened;
        opening.waits_for.send_replace(None);
        opening.head.send_replace(backends.log.head());
        let opened = open_app(&settings, backends, replicas, opening.applied.clone()).await;
        let (app, root_key_made) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                // What is refused is left as it was found.
                records.close().await?;
                return Err(error);
            }
        };
        let (settings, _folder_lock) = (Arc::new(settings), folder_lock.map(Arc::new));
        let shop = Shop { app, settings, records, local_log, _folder_lock, root_key_made };
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
    pub(crate) fn follow_beside(&self) -> anyhow::Result<Beside> {
        let app = Arc::clone(&self.app);
        Beside::start("follower", async move { app.follow().await })
    }

    /// Archives the log on a thread of its own, which decisions do not share.
    ///
    /// # Errors
    ///
    /// When the operating system gives no thread.
    pub(crate) fn archive_beside(&self) -> anyhow::Result<Beside> {
        let app = Arc::clone(&self.app);
        Beside::start("archivist", async move { app.keep_archive().await })
    }

    /// Whether this start made the root key.
    pub(crate) fn made_root_key(&self) -> bool {
        self.root_key_made == Made::Now
    }

    /// The log in the data folder, if it is there.
    pub(crate) fn local_log(&self) -> Option<&LocalLog> {
        self.local_log.as_deref()
    }

    /// Ends in order: the follower has folded what is logged, and the live state is saved.
    ///
    /// # Errors
    ///
    /// When the follower died, or something cannot be written.
    pub(crate) async fn close_with(
        &self,
        follower: Beside,
        archivist: Beside,
    ) -> anyhow::Result<()> {
        self.app.stop_archiving();
        self.app.stop_following();
        if archivist.join().await.is_err() {
            tracing::error!("the archivist had died; the next start archives what it left");
        }
        follower.join().await.context("the state is not saved; start again to fold it anew")?;
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
        self.app.end_tables().await?;
        self.app.end_archiving().await;
        self.records.close().await?;
        Ok(())
    }
}

/// The backend whose being away is why something failed, if that is why.
fn backend_away(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|it| match it.downcast_ref::<PortError>()? {
        PortError::Unavailable { backend, .. } => Some(*backend),
        _ => None,
    })
}

/// Opens the shop on its backends; says whether its root key was made for that.
async fn open_app(
    settings: &Settings,
    backends: Backends,
    replicas: Replicas,
    applied: watch::Sender<Position>,
) -> anyhow::Result<(Arc<App>, Made)> {
    let file = &settings.data.root_key_file;
    let (root_key, made) = match app::has_root_key(&*backends.records).await? {
        // A new key would open nothing of what is there.
        true => (root_key::read(file)?, Made::Before),
        false => root_key::read_or_make(file, &SystemEntropy)?,
    };
    let settings = AppSettings { replicas, ..app_settings(settings) };
    Ok((App::open_watched(settings, backends, root_key, applied).await?, made))
}

/// A thread that does one thing for as long as the shop is open.
#[derive(Debug)]
pub(crate) struct Beside {
    name: &'static str,
    thread: std::thread::JoinHandle<()>,
    ended: oneshot::Receiver<()>,
}

impl Beside {
    fn start(
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> anyhow::Result<Beside> {
        let runtime = tokio::runtime::Handle::current();
        let (alive, ended) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                // Dropped when the thread ends, however it ends.
                let _alive = alive;
                runtime.block_on(work);
            })
            .with_context(|| format!("starting the {name}"))?;
        Ok(Beside { name, thread, ended })
    }

    /// Waits until the thread has ended.
    pub(crate) async fn ended(&mut self) {
        // Nothing is ever sent: the other half goes when the thread does.
        drop((&mut self.ended).await);
    }

    async fn join(self) -> anyhow::Result<()> {
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await?;
        joined.map_err(|_| anyhow::anyhow!("the {} died", self.name))
    }
}

fn training_settings(settings: &Settings) -> TrainingSettings {
    let training = &settings.training;
    let hours = |n: u32| (n > 0).then(|| Span::HOUR.times(n.into()));
    TrainingSettings {
        every: hours(training.every_hours),
        holdout_days: training.holdout_days.try_into().expect("the setting is at most 365"),
        interactions_min: training.interactions_min,
        memory_bytes: training.memory_bytes,
        canary_percent: training.canary_percent.try_into().expect("the setting is at most 99"),
        canary_for: hours(training.canary_hours),
        keep_models: training.keep_models,
        coverage_min: f64::from(training.coverage_min_percent) / 100.0,
        latency_max: Span::MILLISECOND.times(training.latency_max_ms.into()),
        model_bytes_max: training.model_bytes_max,
    }
}

fn archive_settings(settings: &Settings) -> ArchiveSettings {
    let lake = &settings.lake;
    ArchiveSettings {
        commit_events: lake.commit_events.into(),
        commit_every: Span::SECOND.times(lake.commit_secs.into()),
        log_keep_events: lake.log_keep_events,
        tend_every_commits: lake.tend_every_commits.into(),
        tend_every: Span::SECOND.times(lake.tend_every_secs.into()),
        ..ArchiveSettings::default()
    }
}

/// The shop that the settings describe.
pub(crate) fn shop_profile(settings: &Settings) -> ShopProfile {
    ShopProfile {
        id: settings.shop.id.clone(),
        currency: settings.shop.currency,
        language: settings.shop.language.as_str().to_owned(),
        markets: settings.shop.markets.clone(),
    }
}

fn app_settings(settings: &Settings) -> AppSettings {
    let days = i64::from(settings.intake.publishable_past_max_days);
    AppSettings {
        whole_up_to: settings.replicas.whole_up_to,
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
        archive: archive_settings(settings),
        training: training_settings(settings),
        ..AppSettings::new(shop_profile(settings))
    }
}
