//! Trained models in use: which decides for whom, loaded from artifacts, swapped under way.
//!
//! ```text
//! training ──▶ artifact ──▶ registry: candidate ─▶ canary ─▶ live ─▶ retired
//!                                        │            │        │        ▲ rollback
//!                     every second ◀─────┴────────────┴────────┘
//!                          │ load, check                                      ┌── canary, for its share
//!                          └──▶ InUse, swapped whole ──▶ decide: by a hash ──▶├── live, for all others
//!                                                           of the shopper    └── none: proposes nothing
//! ```
//!
//! # Where to start
//!
//! Read [`InUse`], which is all that a decision sees, then [`App::refresh_models`].
//!
//! # Invariants
//!
//! - A decision sees one [`InUse`] from its beginning to its end, and never waits for a model.
//! - What cannot be loaded changes nothing: the model that decides goes on deciding.
//! - A shopper is in a canary's share or not by their key alone, on every process alike.
//!
//! # Products that come later
//!
//! A model knows the products that it was trained on, under the numbers that they have in the live catalogue
//! when it is loaded. One that the catalogue did not know then is picked up when the catalogue has grown and
//! the model is loaded again, at most [`REMAP_EVERY`] after; until then it is not proposed.

mod administration;
pub(crate) mod artifact;
mod canary;
pub(crate) mod loading;
mod trained;

pub(crate) use administration::live_before;
pub use administration::{ModelError, ModelInUse, ModelStatus};
pub use artifact::ArtifactError;
pub use canary::CanaryShare;
pub(crate) use trained::{
    RANKER, TrainedModel, knobs, told_names, trained_generators, trained_name, trained_names,
};

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use domain::{ShopperKey, Span, Timestamp};
use ports::PortError;
use rustc_hash::FxHashMap;
use tokio::sync::OwnedMutexGuard;

use crate::App;

/// How long after the registry changed the change is in force, at most, wherever it was made.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long after it was loaded a model is loaded again for products that have come since.
pub(crate) const REMAP_EVERY: Span = Span::MINUTE;
/// How long after it was refused an artifact is looked at again.
const RETRY_EVERY: Span = Span::MINUTE;

/// The models of a shop.
#[derive(Debug, Default)]
pub(crate) struct Models {
    /// Locked for as long as it takes to clone an `Arc`.
    in_use: RwLock<Arc<InUse>>,
    /// Artifacts that could not be loaded, by model.
    refused: Mutex<FxHashMap<String, Refusal>>,
    /// Held by whoever loads and swaps.
    refreshing: tokio::sync::Mutex<()>,
    /// Held by the thread that fits, also when nobody waits for what it fits any more.
    fitting: Arc<tokio::sync::Mutex<()>>,
}

/// All that decides now.
#[derive(Debug, Default)]
pub(crate) struct InUse {
    generators: FxHashMap<&'static str, Deciding>,
}

/// Which models of one generator decide.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deciding {
    live: Option<Arc<LoadedModel>>,
    canary: Option<(CanaryShare, Arc<LoadedModel>)>,
}

/// A model in memory.
#[derive(Debug)]
pub(crate) struct LoadedModel {
    pub(crate) id: String,
    pub(crate) checksum: String,
    pub(crate) model: TrainedModel,
    /// When it was loaded.
    loaded: Timestamp,
    /// When it was trained.
    trained: Timestamp,
    /// How many products the catalogue had numbered then.
    n_numbered: usize,
    /// How many of the model's products were unknown then.
    n_unknown: usize,
}

/// Why a model could not be loaded, and when.
#[derive(Clone, Debug)]
struct Refusal {
    checksum: String,
    time: Timestamp,
    why: String,
}

impl InUse {
    /// The model that decides for a shopper; `None` for nobody in particular.
    pub(crate) fn model(
        &self,
        generator: &str,
        shopper: Option<&ShopperKey>,
    ) -> Option<&LoadedModel> {
        let deciding = self.generators.get(generator)?;
        let canary = deciding.canary.as_ref();
        let canary =
            canary.filter(|(share, _)| shopper.is_some_and(|it| share.contains(generator, it)));
        canary.map(|(_, model)| model).or(deciding.live.as_ref()).map(|it| &**it)
    }

    /// Every model in memory.
    fn models(&self) -> impl Iterator<Item = &LoadedModel> {
        let all = self.generators.values();
        all.flat_map(|it| it.live.iter().chain(it.canary.iter().map(|(_, model)| model)))
            .map(|it| &**it)
    }
}

impl Models {
    /// What decides now.
    pub(crate) fn in_use(&self) -> Arc<InUse> {
        Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets one fit at a time, in this process; none while another does.
    pub(crate) fn fit_alone(&self) -> Option<OwnedMutexGuard<()>> {
        Arc::clone(&self.fitting).try_lock_owned().ok()
    }

    fn swap(&self, in_use: InUse) {
        *self.in_use.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(in_use);
    }

    fn refusal(&self, model: &str) -> Option<Refusal> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).get(model).cloned()
    }

    fn note_refusal(&self, model: &str, refusal: Option<Refusal>) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match refusal {
            Some(refusal) => drop(refused.insert(model.to_owned(), refusal)),
            None => drop(refused.remove(model)),
        }
    }
}

impl App {
    /// Keeps the models in use in step with the registry, until following ends. Run one of it.
    ///
    /// So a model that another process trained, promoted or rolled back is in force here a second later.
    pub async fn keep_models(&self) {
        let mut stopping = self.stopping.subscribe();
        while !*stopping.borrow() {
            if let Err(error) = self.refresh_models().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the registry of models cannot be read; those in use stay in use"
                );
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// Puts in use what the registry says, as far as it can be loaded.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the registry cannot be read; nothing is changed then. An artifact that cannot be
    /// loaded is no error: it is told in the log, in `models_refused_total` and in [`App::models`].
    pub async fn refresh_models(&self) -> Result<(), PortError> {
        let _alone = self.models.refreshing.lock().await;
        let records = self.backends.registry.models().await?;
        let before = self.models.in_use();
        let mut after = InUse::default();
        let mut n_swapped = 0;
        for generator in trained_names() {
            let empty = Deciding::default();
            let old = before.generators.get(generator).unwrap_or(&empty);
            let new = self.deciding(generator, &records, old).await;
            n_swapped += u64::from(!new.is_as(old));
            after.generators.insert(generator, new);
        }
        if n_swapped > 0 {
            self.models.swap(after);
            metrics::counter!("models_swapped_total").increment(n_swapped);
        }
        self.report_models();
        Ok(())
    }

    fn report_models(&self) {
        let now = self.now();
        let in_use = self.models.in_use();
        for it in in_use.models() {
            let generator = it.model.name();
            let age = now.since(it.trained).as_secs_f64();
            metrics::gauge!("model_age_seconds", "generator" => generator).set(age);
        }
        let n_bytes: usize = in_use.models().map(|it| it.model.memory_bytes()).sum();
        metrics::gauge!("model_memory_bytes").set(n_bytes as f64);
    }
}

impl Deciding {
    /// Whether the same models, in the same places of memory, decide for the same shares.
    fn is_as(&self, other: &Deciding) -> bool {
        let live = match (&self.live, &other.live) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let canary = match (&self.canary, &other.canary) {
            (Some((share, a)), Some((other_share, b))) => share == other_share && Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        live && canary
    }
}
