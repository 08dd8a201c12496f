//! The use cases: what can be done with a shop, each in a module of its own.
//!
//! ```text
//! ingest ──┐                          ┌── decide ◀── live state, in memory
//! import ──┼──▶ log ──────▶ follow ──▶│
//! catalogue┘    ▲ └─▶ archive ─▶ lake └── explain ◀── projections
//!               └── journal ◀── decisions
//!  records, history, models ─▶ backup or migrate ─▶ an empty place elsewhere
//! ```
//!
//! # Where to start
//!
//! Read [`App`], then the module `ingest` for the way in and `decide` for the way out.
//!
//! # Invariants
//!
//! - Everything that is kept is an event in the log first; all other state follows from it.
//! - Outside ids end at `pseudonyms`; consent is asked at its gates only.
//!
//! # What does not live here
//!
//! JSON, HTTP and files: the edge and the adapters know them. No engine's arithmetic.

mod administration;
mod archive;
mod backends_health;
pub mod backup;
mod catalogue;
mod decide;
mod follow;
mod hand_out;
mod held_leases;
mod history;
pub mod import;
mod ingest;
mod inspect;
pub mod judging;
mod live;
pub mod migrate;
mod models;
mod own_shares;
mod pseudonyms;
mod settings;
mod shares;
mod tables;
mod training;

pub use administration::{NewKey, PlacementError};
pub use archive::ArchiveError;
pub use backends_health::{BackendHealth, BackendName, NoSuchBackend};
pub use catalogue::{CatalogueChange, CatalogueReport};
pub use decide::{DecideError, Decision, DecisionRequest, ExplainedDecision};
pub use follow::FollowError;
pub use hand_out::HandedOut;
pub use history::{History, HistoryError};
pub use ingest::{
    Caller, Circumstances, Incoming, IngestError, IngestReport, QuarantinedEvent, ReadAgain,
    RefusedEvent, Rejection, ReplayReport, ReplayWanted, UserClaim,
};
pub use inspect::{Readiness, StateDigest};
pub use live::SnapshotDamage;
pub use models::{ArtifactError, CanaryShare, ModelError, ModelInUse, ModelStatus};
pub use pseudonyms::{ROOT_KEY_BYTES, RootKey, WhoError};
pub use settings::{AppSettings, ArchiveSettings, Replicas, ShopProfile, TrainingSettings};
pub use training::{
    AgainstLineage, DataLineage, DataSet, DataSetError, GateCheck, HoldoutLineage, LINEAGE_FORMAT,
    LeftOut, Lineage, MethodLineage, TrainError, TrainOptions, Trained,
};

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::{MessageKey, Position, ShopId, ShopperKey, Timestamp};
use ports::{
    Artifacts, Clock, Entropy, Lake, Leases, Log, PortError, Projections, Records, Registry, Tally,
};
use tokio::sync::watch;

use administration::{Keys, Known, Placements, SwitchState};
use archive::Archiving;
use backends_health::LastHealth;
use decide::Journal;
use follow::Saved;
use held_leases::HeldLeases;
use live::Live;
use migrate::Moving;
use models::Models;
use own_shares::Changing;
use pseudonyms::directory::Directory;
use tables::Tables;

/// The backends that a shop runs on.
#[derive(Clone)]
pub struct Backends {
    /// What happened, until it is archived.
    pub log: Arc<dyn Log>,
    /// What happened since the beginning.
    pub lake: Arc<dyn Lake>,
    /// The files of trained models.
    pub artifacts: Arc<dyn Artifacts>,
    /// Which models there are.
    pub registry: Arc<dyn Registry>,
    /// Who does the work that must not be done twice at once.
    pub leases: Arc<dyn Leases>,
    /// What can be computed again.
    pub projections: Arc<dyn Projections>,
    /// What people decide.
    pub records: Arc<dyn Records>,
    /// How many decisions were issued.
    pub tally: Arc<dyn Tally>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Backends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Backends").finish_non_exhaustive()
    }
}

/// One shop, open for business.
pub struct App {
    settings: AppSettings,
    backends: Backends,
    directory: Directory,
    live: RwLock<Live>,
    applied: watch::Sender<Position>,
    /// Whether following, and what runs beside it, is to end.
    stopping: watch::Sender<bool>,
    saved: Mutex<Saved>,
    tables: Tables,
    /// Held by the follower: what it is changing of what it follows.
    changing: tokio::sync::Mutex<Changing>,
    archiving: Archiving,
    models: Models,
    training_wishes: training::Wishes,
    journal: Journal,
    keys: Keys,
    placements: Placements,
    switch: SwitchState,
    known_changes: Known,
    last_health: LastHealth,
    /// The leases among the backends.
    held_leases: Arc<HeldLeases>,
    moving: Moving,
    /// Held by whoever changes keys, placements or the switch, so that records and memory change in
    /// one order.
    administering: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("shop", self.shop_id()).finish_non_exhaustive()
    }
}

/// Why a shop could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A backend failed.
    #[error("the shop could not be opened")]
    Backend(#[from] PortError),
    /// The live state could not be brought up to date.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// Lake and log do not belong together.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The shop was made with another root key.
    #[error(
        "the root key is not the one this shop was made with: its shoppers' ids and sealed fields \
         cannot be read; put the right key in its place"
    )]
    ForeignRootKey,
    /// A backup was begun to be restored here.
    #[error(
        "a backup was begun to be restored here and not finished; run `tastemaker restore` with it again, to \
         its end"
    )]
    RestoreUnfinished,
    /// The shop was carried over to another place.
    #[error(
        "the shop was moved to {place}; serve it there. To have it on this machine again, carry it over from          there by `tastemaker migrate --to` and an empty folder"
    )]
    Moved {
        /// Where to.
        place: String,
    },
    /// A shop is being carried over to here.
    #[error(
        "a shop is being carried over to here, and is served where it was; run `tastemaker migrate` there again,          to its end"
    )]
    CarryingUnfinished,
    /// There is a log but no records that belong to it.
    #[error(
        "the shop has a history but its records are gone, and with them whose events are whose; \
         restore log and records from one backup"
    )]
    RecordsLost,
    /// A stored placement is not valid.
    #[error("the placement `{id}` is not valid: {source}")]
    Placement {
        /// Its id.
        id: domain::PlacementId,
        /// What is wrong with it.
        source: PlacementError,
    },
}

impl App {
    /// Opens a shop: reads what people decided, and brings the live state up to the end of the log.
    ///
    /// Then run [`App::follow`], [`App::keep_journal`] and [`App::keep_archive`].
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the shop cannot be served; the message says what to do.
    pub async fn open(
        settings: AppSettings,
        backends: Backends,
        root_key: RootKey,
    ) -> Result<Arc<App>, OpenError> {
        App::open_watched(settings, backends, root_key, watch::Sender::default()).await
    }

    /// As [`App::open`]; `applied` tells how far the history is folded, also while it is being opened.
    ///
    /// # Errors
    ///
    /// As [`App::open`].
    pub async fn open_watched(
        settings: AppSettings,
        backends: Backends,
        root_key: RootKey,
        applied: watch::Sender<Position>,
    ) -> Result<Arc<App>, OpenError> {
        check_root_key(&backends, &root_key).await?;
        let held_leases = HeldLeases::of(backends.leases);
        let leases: Arc<dyn Leases> = Arc::clone(&held_leases) as _;
        let backends = Backends { leases, ..backends };
        let live = Live::new(settings.shop.currency, settings.visitors_max);
        let (moving, backends) = Moving::of(backends);
        let app = App {
            directory: Directory::new(settings.shop.id.clone(), root_key),
            live: RwLock::new(live),
            applied,
            stopping: watch::Sender::new(false),
            saved: Mutex::default(),
            tables: Tables::default(),
            changing: tokio::sync::Mutex::default(),
            archiving: Archiving::default(),
            models: Models::default(),
            training_wishes: training::Wishes::default(),
            journal: Journal::after(backends.tally.last()),
            keys: Keys::default(),
            placements: Placements::default(),
            switch: SwitchState::default(),
            known_changes: Known::default(),
            last_health: LastHealth::default(),
            held_leases,
            moving,
            administering: tokio::sync::Mutex::default(),
            settings,
            backends,
        };
        if app.settings.replicas == Replicas::One {
            app.tables.sharing.take_all();
        }
        app.log_past(app.backends.lake.archived()).await;
        if app.history().check().is_err() && app.settings.replicas == Replicas::Many {
            // Another process may have archived, and let the log forget, since the lake was opened.
            app.backends.lake.refresh().await?;
        }
        app.history().check()?;
        app.read_decided().await?;
        app.load_placements().await?;
        app.catch_up().await?;
        app.count_lost_decisions().await?;
        app.refresh_models().await?;
        Ok(Arc::new(app))
    }

    /// The shop.
    pub fn shop(&self) -> &ShopProfile {
        &self.settings.shop
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.backends.clock.now()
    }

    fn empty_live(&self) -> Live {
        Live::new(self.settings.shop.currency, self.settings.visitors_max)
    }

    fn shop_id(&self) -> &ShopId {
        &self.settings.shop.id
    }

    fn live(&self) -> RwLockReadGuard<'_, Live> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn live_mut(&self) -> RwLockWriteGuard<'_, Live> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn replace_live(&self, live: Live) {
        self.applied.send_replace(live.position());
        *self.live_mut() = live;
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.backends.entropy.fill(&mut bytes);
        bytes
    }

    fn random_message_key(&self) -> MessageKey {
        MessageKey::from_bytes(self.random())
    }

    fn random_shopper_key(&self) -> ShopperKey {
        ShopperKey::from_bytes(self.random())
    }
}

/// The fact by which a shop knows its root key again.
const ROOT_KEY_CHECK: &str = "root_key_check";

/// Whether a shop has these records already, and with them a root key of its own.
///
/// # Errors
///
/// [`PortError`] when they cannot be read.
pub async fn has_root_key(records: &dyn Records) -> Result<bool, PortError> {
    Ok(records.fact(ROOT_KEY_CHECK).await?.is_some())
}

async fn check_root_key(backends: &Backends, root_key: &RootKey) -> Result<(), OpenError> {
    let Backends { log, records, .. } = backends;
    if backup::is_under_way(&**records).await? {
        return Err(OpenError::RestoreUnfinished);
    }
    migrate::ensure_served_here(&**records).await?;
    let check = match records.fact(ROOT_KEY_CHECK).await? {
        Some(check) => check,
        None if log.head() > Position::START => return Err(OpenError::RecordsLost),
        // Of replicas that begin together, the first one's key is the shop's.
        None => records.give_fact(ROOT_KEY_CHECK, &root_key.check()).await?,
    };
    if check == root_key.check() { Ok(()) } else { Err(OpenError::ForeignRootKey) }
}
