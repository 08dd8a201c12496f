//! The choice of adapters: what is not elsewhere is in the data folder.
//!
//! ```text
//! setting          empty: in the data folder          else
//! log_url          log/                               a stream of NATS JetStream
//! records_url      records.sqlite, projections/       PostgreSQL
//! lake_url         lake/, artifacts/                  a bucket of S3
//! ```
//!
//! With a log of its own the process is the shop, alone: the lock of that log keeps a second one out of
//! everything else. With a stream it is one of several replicas, and the data folder holds nothing but the
//! tally of its decisions and what does not fit into memory for a moment; a lock keeps that one's own.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use app::{Backends, Replicas};
use domain::{Position, Span};
use lake_delta::{DeltaLake, Place, S3Access, S3Location, Scheduler, StoredArtifacts};
use log_local::LocalLog;
use log_nats::{Access, Credentials, NatsLog};
use ports::{Entropy, Log, PortError, Projections};
use projections_local::{FileTally, LocalProjections};
use projections_sql::SqlProjections;
use records_sql::SqlRecords;
use settings::{BackendSettings, LakeSettings, NatsSettings, S3Style, Secret, Settings};

use crate::ambient::{SystemClock, SystemEntropy};

/// Where a new log begins, unless something of the history is there before it.
pub(crate) const FIRST: Position = Position::new(1);

/// The backends of a shop, open.
pub(crate) struct Opened {
    pub(crate) backends: Backends,
    pub(crate) records: Arc<SqlRecords>,
    /// The log, where it is in the data folder.
    pub(crate) local_log: Option<Arc<LocalLog>>,
    pub(crate) replicas: Replicas,
    /// Keeps other processes out of the data folder for as long as it lives.
    pub(crate) folder_lock: Option<File>,
}

/// Opens what the settings name, making what does not exist yet: a log, so that it begins at `first`.
///
/// # Errors
///
/// When the folder is in use, or a backend cannot be reached, holds something unreadable, or refuses.
pub(crate) async fn open_backends(settings: &Settings, first: Position) -> anyhow::Result<Opened> {
    let folder = &settings.data.folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("making the data folder {}", folder.display()))?;
    let chosen = &settings.backends;
    check_together(settings)?;
    let folder_lock = chosen.log_url.is_some().then(|| lock(folder)).transpose()?;
    // The log comes first: one in the folder keeps a second process out of everything else.
    let (log, local_log): (Arc<dyn Log>, _) = match &chosen.log_url {
        Some(url) => (open_stream(url, settings, first).await?, None),
        None => {
            let options = log_local::Options { first, ..log_local::Options::default() };
            let log = LocalLog::open(&folder.join("log"), options)?;
            (Arc::clone(&log) as Arc<dyn Log>, Some(log))
        }
    };
    let replicas = if local_log.is_some() { Replicas::One } else { Replicas::Many };
    let shop_id = &settings.shop.id;
    let place = |name| place(settings, name);
    // What does not fit into memory for a moment stays on this machine.
    let scratch = folder.join("lake/tmp");
    let lake = DeltaLake::open(&place("lake")?, &scratch, shop_id, lake_options(settings)?).await?;
    let artifacts = StoredArtifacts::open(&place("artifacts")?).await?;
    let (records, projections) = open_records(chosen, folder).await?;
    if chosen.records_url.is_none() {
        // Who held one is dead: the log's lock says so.
        records.end_leases().await?;
    }
    let backends = Backends {
        log,
        lake,
        artifacts: Arc::new(artifacts),
        registry: Arc::clone(&records) as Arc<dyn ports::Registry>,
        leases: Arc::clone(&records) as Arc<dyn ports::Leases>,
        projections,
        records: Arc::clone(&records) as Arc<dyn ports::Records>,
        tally: Arc::new(open_tally(folder, replicas)?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    Ok(Opened { backends, records, local_log, replicas, folder_lock })
}

/// How long files that others may be reading must stay, where there are others.
const VACUUM_AFTER_MIN_SECS: u32 = 3_600;

/// Refuses settings that are good alone and not together.
fn check_together(settings: &Settings) -> anyhow::Result<()> {
    let (chosen, lake) = (&settings.backends, &settings.lake);
    if chosen.log_url.is_some() && lake.vacuum_after_secs < VACUUM_AFTER_MIN_SECS {
        bail!(
            "lake.vacuum_after_secs is {}, but other replicas may be reading files for longer than that; give \
             {VACUUM_AFTER_MIN_SECS} at least, or empty backends.log_url",
            lake.vacuum_after_secs
        );
    }
    if chosen.records_reports_url.is_some() && chosen.records_url.is_none() {
        bail!(
            "backends.records_reports_url names a standby, but backends.records_url names no PostgreSQL; set \
             both, or empty the former"
        );
    }
    Ok(())
}

/// Makes a folder this process's own.
fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another process uses the data folder {}; give each its own, by `--data` or `data.folder`",
            folder.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("locking {}", path.display()))
        }
    }
}

async fn open_stream(
    url: &Secret,
    settings: &Settings,
    first: Position,
) -> anyhow::Result<Arc<NatsLog>> {
    let NatsSettings { stream_replicas, stream_bytes_max, remembered_events_max, .. } =
        settings.nats;
    let mut access = Access::parse(url.reveal())?;
    if let Some(file) = &settings.nats.credentials_file {
        access = access.with_credentials(Credentials::File(file.clone()));
    }
    if let Some(file) = &settings.nats.authorities_file {
        access = access.with_ca_file(file.clone());
    }
    let options = log_nats::Options {
        first,
        replicas: usize::try_from(stream_replicas).unwrap_or(usize::MAX),
        max_bytes: (stream_bytes_max > 0).then_some(stream_bytes_max),
        remembered_events: remembered_events_max,
        ..log_nats::Options::default()
    };
    Ok(NatsLog::open(&access, &settings.shop.id, options).await?)
}

/// Where lake or artifacts are.
fn place(settings: &Settings, name: &str) -> anyhow::Result<Place> {
    let Some(url) = &settings.backends.lake_url else {
        return Ok(Place::Folder(settings.data.folder.join(name)));
    };
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let revealed = |secret: &Option<Secret>| secret.as_ref().map(|it| it.reveal().to_owned());
    let access = S3Access {
        endpoint: given(&settings.s3.endpoint),
        region: given(&settings.s3.region),
        access_key_id: revealed(&settings.s3.access_key_id),
        secret_access_key: revealed(&settings.s3.secret_access_key),
        path_style: settings.s3.style == S3Style::Path,
    };
    let url = format!("{}/{name}", url.reveal().trim_end_matches('/'));
    Ok(Place::S3(S3Location::parse(&url, access)?))
}

async fn open_records(
    chosen: &BackendSettings,
    folder: &Path,
) -> anyhow::Result<(Arc<SqlRecords>, Arc<dyn Projections>)> {
    let url = chosen.records_url.as_ref();
    let records_url = match url {
        Some(url) => url.reveal().to_owned(),
        None => SqlRecords::sqlite_url(&folder.join("records.sqlite")),
    };
    let mut records = SqlRecords::connect(&records_url).await?;
    if let Some(standby) = &chosen.records_reports_url {
        records = records.with_standby(standby.reveal())?;
    }
    let records = Arc::new(records);
    let projections: Arc<dyn Projections> = match url {
        Some(url) => SqlProjections::open(url.reveal()).await?,
        None => {
            let options = projections_local::Options::default();
            LocalProjections::open(&folder.join("projections"), options)?
        }
    };
    Ok((records, projections))
}

fn open_tally(folder: &Path, replicas: Replicas) -> anyhow::Result<FileTally> {
    let file = folder.join("decisions.issued");
    let tally = match replicas {
        Replicas::One => FileTally::open(&file),
        Replicas::Many => {
            let mut journal = [0; 8];
            SystemEntropy.fill(&mut journal);
            FileTally::open_for(&file, u64::from_be_bytes(journal))
        }
    };
    Ok(tally?)
}

/// What the operator allows the lake, and who makes data sets and reports.
fn lake_options(settings: &Settings) -> Result<lake_delta::Options, PortError> {
    let LakeSettings { scheduler_url, scheduler_parts, .. } = &settings.lake;
    let scheduler = match scheduler_url.as_str() {
        "" => None,
        url => Some(Scheduler::parse(url, *scheduler_parts)?),
    };
    Ok(lake_delta::Options {
        vacuum_after: Span::SECOND.times(settings.lake.vacuum_after_secs.into()),
        memory_bytes: usize::try_from(settings.lake.memory_bytes).unwrap_or(usize::MAX),
        scheduler,
        ..lake_delta::Options::default()
    })
}
