//! Trained models: what there are, how they stand, promoting and going back.

use app::{ModelInUse, ModelStatus};
use ports::Stage;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelStageView {
    /// Good enough, and decides for nobody.
    Candidate,
    /// Not good enough: `reason` says why.
    Refused,
    /// Decides for a share of the shoppers.
    Canary,
    /// Decides for everybody else.
    Live,
    /// Decided once; can be gone back to.
    Retired,
}

impl From<Stage> for ModelStageView {
    fn from(stage: Stage) -> ModelStageView {
        match stage {
            Stage::Candidate => ModelStageView::Candidate,
            Stage::Refused => ModelStageView::Refused,
            Stage::Canary => ModelStageView::Canary,
            Stage::Live => ModelStageView::Live,
            Stage::Retired => ModelStageView::Retired,
        }
    }
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ModelView {
    /// Its name.
    #[schema(example = "item_neighbors-7")]
    pub id: String,
    /// The generator that it is a model for.
    #[schema(example = "item_neighbors")]
    pub generator: String,
    /// Where it stands.
    pub stage: ModelStageView,
    /// The share of shoppers it decides for as a canary, in percent; 0 otherwise.
    pub canary_percent: u8,
    /// Why it stands there.
    pub reason: String,
    /// When it was trained, as RFC 3339.
    pub create_time: String,
    /// When its stage changed last, as RFC 3339.
    pub change_time: String,
    /// The BLAKE3 checksum of its file, in hexadecimal.
    pub checksum: String,
    /// How many bytes its file has.
    pub file_bytes: u64,
    /// Whether it is in memory and decides, in the process that answers.
    pub in_use: bool,
    /// Why that process could not load it, and what to do; missing unless it tried and could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_error: Option<String>,
    /// Where it came from and what was measured: see docs/training.md.
    #[schema(value_type = Object)]
    pub lineage: serde_json::Value,
}

impl From<ModelStatus> for ModelView {
    fn from(status: ModelStatus) -> ModelView {
        let ModelStatus { record, in_use, refusal } = status;
        ModelView {
            id: record.id,
            generator: record.generator,
            stage: record.stage.into(),
            canary_percent: record.canary_percent,
            reason: record.reason,
            create_time: record.create_time.to_string(),
            change_time: record.change_time.to_string(),
            checksum: record.checksum,
            file_bytes: record.n_bytes,
            in_use: in_use == ModelInUse::Yes,
            load_error: refusal,
            lineage: serde_json::from_str(&record.lineage).unwrap_or_default(),
        }
    }
}

/// A page of models.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ModelsView {
    /// The models, the newest first.
    pub models: Vec<ModelView>,
    /// What to send as `page_token` for the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// Which model is to decide.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromotionForm {
    /// The model.
    #[schema(example = "item_neighbors-7")]
    pub id: String,
    /// The share of shoppers for whom it is to decide, 1 to 99 percent; not given for everybody.
    #[serde(default)]
    pub canary_percent: Option<u8>,
}

/// Whose model is to go back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackForm {
    /// The generator.
    #[schema(example = "item_neighbors")]
    pub generator: String,
}

/// What is to be trained.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingForm {
    /// The generator.
    #[schema(example = "item_neighbors")]
    pub generator: String,
}
