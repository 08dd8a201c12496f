//! Loading: from a line of the registry to a model in memory, or a reason why not.

use std::cmp::Reverse;
use std::sync::Arc;

use domain::ProductIdx;
use ports::{ModelRecord, PortError, Stage};

use super::artifact::{self, Artifact, ArtifactError, Expected, Header};
use super::{CanaryShare, Deciding, LoadedModel, REMAP_EVERY, RETRY_EVERY, Refusal, TrainedModel};
use crate::App;

/// How many retired models are tried for one that is live and cannot be loaded.
const STAND_INS_MAX: usize = 3;

/// Why a model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// Its artifact is refused.
    #[error("the model `{model}` is refused: {source}")]
    Refused { model: String, source: ArtifactError },
    /// The store of artifacts could not be read.
    #[error("the artifact of the model `{model}` could not be read")]
    Backend {
        model: String,
        #[source]
        source: PortError,
    },
}

impl App {
    /// Which models of a generator are to decide, keeping those of `old` that are the same or cannot be
    /// replaced.
    pub(super) async fn deciding(
        &self,
        generator: &'static str,
        records: &[ModelRecord],
        old: &Deciding,
    ) -> Deciding {
        let of_stage =
            |stage| records.iter().filter(move |it| it.generator == generator && it.stage == stage);
        let live = match of_stage(Stage::Live).next() {
            None => None,
            Some(record) => match self.keep_or_load(record, old).await {
                Some(model) => Some(model),
                None if old.live.is_some() => old.live.clone(),
                None => {
                    let mut retired: Vec<&ModelRecord> = of_stage(Stage::Retired).collect();
                    // Who was rolled back from is newer, and comes last.
                    let is_newer = |it: &ModelRecord| record.create_time < it.create_time;
                    retired.sort_by_key(|it| (is_newer(it), Reverse(it.change_time)));
                    self.stand_in(&retired, old).await
                }
            },
        };
        let canary = match of_stage(Stage::Canary).next() {
            None => None,
            Some(record) => {
                let share = CanaryShare::of_percent(record.canary_percent);
                self.keep_or_load(record, old).await.map(|model| (share, model))
            }
        };
        Deciding { live, canary }
    }

    /// The first of the retired models that can be loaded: better than none.
    async fn stand_in(&self, retired: &[&ModelRecord], old: &Deciding) -> Option<Arc<LoadedModel>> {
        for record in retired.iter().take(STAND_INS_MAX) {
            if let Some(model) = self.keep_or_load(record, old).await {
                return Some(model);
            }
        }
        None
    }

    /// A model that is in memory already, as long as nothing speaks for loading it again; else loads it.
    async fn keep_or_load(&self, record: &ModelRecord, old: &Deciding) -> Option<Arc<LoadedModel>> {
        let canary = old.canary.as_ref().map(|(_, model)| model);
        let held = old.live.iter().chain(canary).find(|it| it.is_of(record));
        if let Some(held) = held.filter(|it| !self.has_news_for(it)) {
            return Some(Arc::clone(held));
        }
        let now = self.now();
        let refusal = self.models.refusal(&record.id);
        if let Some(Refusal { checksum, time, .. }) = refusal
            && checksum == record.checksum
            && now.since(time) < RETRY_EVERY
        {
            return held.map(Arc::clone);
        }
        match self.load_model(record).await {
            Ok(model) => {
                self.models.note_refusal(&record.id, None);
                tracing::info!(model = record.id, n_unknown = model.n_unknown, "a model is loaded");
                Some(Arc::new(model))
            }
            Err(error) => {
                metrics::counter!("models_refused_total").increment(1);
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a model could not be loaded; what decides goes on deciding"
                );
                let (checksum, why) = (record.checksum.clone(), error.to_string());
                self.models.note_refusal(&record.id, Some(Refusal { checksum, time: now, why }));
                held.map(Arc::clone)
            }
        }
    }

    /// Whether the catalogue has come to know products that a model knew and it did not.
    fn has_news_for(&self, model: &LoadedModel) -> bool {
        let is_due = self.now().since(model.loaded) >= REMAP_EVERY;
        is_due && model.n_unknown > 0 && self.live().catalogue().n_numbered() > model.n_numbered
    }

    /// Loads and checks a model.
    ///
    /// # Errors
    ///
    /// [`LoadError`] unless it is whole and this shop's.
    pub(super) async fn load_model(&self, record: &ModelRecord) -> Result<LoadedModel, LoadError> {
        let refused = |source| LoadError::Refused { model: record.id.clone(), source };
        let name = record.artifact.clone();
        let bytes = self.backends.artifacts.get(&name).await;
        let bytes =
            bytes.map_err(|source| LoadError::Backend { model: record.id.clone(), source })?;
        let bytes = bytes.ok_or_else(|| refused(ArtifactError::Missing { name }))?;
        let checked = self.check_artifact(record, bytes).await.map_err(refused)?;
        let (numbers, n_numbered) = {
            let live = self.live();
            let catalogue = live.catalogue();
            let products = checked.header.products.iter();
            let numbers: Vec<Option<ProductIdx>> =
                products.map(|it| catalogue.number(it)).collect();
            (numbers, catalogue.n_numbered())
        };
        let n_unknown = numbers.iter().filter(|it| it.is_none()).count();
        let model = decoded(checked, numbers).await.map_err(refused)?;
        Ok(LoadedModel {
            id: record.id.clone(),
            checksum: record.checksum.clone(),
            model,
            loaded: self.now(),
            trained: record.create_time,
            n_numbered,
            n_unknown,
        })
    }

    /// The header of a model's artifact and the bytes of its payload, once all of it was checked.
    pub(crate) async fn check_artifact(
        &self,
        record: &ModelRecord,
        bytes: Vec<u8>,
    ) -> Result<Checked, ArtifactError> {
        let (shop, record) = (self.shop_id().clone(), record.clone());
        on_a_thread(move || {
            let ModelRecord { id, generator, checksum, .. } = &record;
            let expected = Expected { shop: &shop, generator, model: id, checksum };
            let Artifact { header, payload } = artifact::decode(&bytes, expected)?;
            let payload = payload.to_vec();
            Ok(Checked { header, payload })
        })
        .await
    }
}

/// An artifact that was checked, its bytes let go of.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) header: Header,
    pub(crate) payload: Vec<u8>,
}

/// The model within, for products that have these numbers.
async fn decoded(
    checked: Checked,
    numbers: Vec<Option<ProductIdx>>,
) -> Result<TrainedModel, ArtifactError> {
    on_a_thread(move || {
        let Checked { header, payload } = checked;
        let unknown = || ArtifactError::Payload {
            reason: format!("`{}` is no generator that this program trains", header.generator),
        };
        let decoded = TrainedModel::decode(&header.generator, &payload, &numbers);
        decoded
            .ok_or_else(unknown)?
            .map_err(|error| ArtifactError::Payload { reason: error.to_string() })
    })
    .await
}

/// Work for the processor that takes milliseconds: too long among requests.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ArtifactError> + Send + 'static,
) -> Result<T, ArtifactError> {
    let stopped = |_| ArtifactError::Payload { reason: "reading it stopped half-way".to_owned() };
    tokio::task::spawn_blocking(work).await.map_err(stopped)?
}

impl LoadedModel {
    fn is_of(&self, record: &ModelRecord) -> bool {
        self.id == record.id && self.checksum == record.checksum
    }
}
