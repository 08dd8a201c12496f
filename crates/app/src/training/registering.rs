//! From what came out to a model that may decide: artifact, registry, trial.

use std::collections::BTreeMap;

use domain::Span;
use ports::{ModelRecord, Stage};

use super::lineage::Lineage;
use super::run::Run;
use super::work::Outcome;
use super::{Learnable, TrainError, TrainOptions, Trained, keeping};
use crate::models::artifact::{self, DataRange, Header, NamedNumber};
use crate::{App, Caller};

impl App {
    /// Keeps what came out, enters it, and lets it decide if it may.
    pub(super) async fn register(
        &self,
        caller: &Caller,
        outcome: Outcome,
        (options, values_from): (&TrainOptions, &str),
        learnable: &Learnable,
        run: &Run,
    ) -> Result<Trained, TrainError> {
        let records = self.backends.registry.models().await?;
        let id = next_id(outcome.generator, &records);
        let (record, lineage, bytes) =
            self.registered(id, outcome, (options, values_from), learnable.took);
        self.ensure_leased(&run.lease).await?;
        self.backends.artifacts.put(&record.artifact, bytes).await?;
        self.ensure_leased(&run.lease).await?;
        self.backends.registry.add_model(record.clone()).await?;
        let model = self.finish(caller, record, &records).await;
        Ok(Trained { model, lineage })
    }

    /// What follows when a model stands in the registry. It is trained whatever fails of this: that is told
    /// in the log. Answers the model as it stands then.
    async fn finish(
        &self,
        caller: &Caller,
        record: ModelRecord,
        before: &[ModelRecord],
    ) -> ModelRecord {
        if record.stage == Stage::Candidate {
            self.let_decide(&record, before).await;
        }
        if let Err(error) = self.audit(caller, "model.train", &record.id).await {
            tracing::error!(%error, model = record.id, "the audit trail lacks that a model was trained");
        }
        if let Err(error) = self.forget_old_models(&record.generator).await {
            tracing::warn!(%error, "old models could not be removed");
        }
        match self.backends.registry.models().await {
            Ok(models) => models.into_iter().find(|it| it.id == record.id).unwrap_or(record),
            Err(error) => {
                tracing::warn!(%error, model = record.id, "it cannot be told what became of a model");
                record
            }
        }
    }

    /// The line of the registry, the lineage and the artifact of what came out.
    fn registered(
        &self,
        id: String,
        outcome: Outcome,
        (options, values_from): (&TrainOptions, &str),
        data_took: Span,
    ) -> (ModelRecord, Lineage, Vec<u8>) {
        let now = self.now();
        let Outcome { generator, parameters, payload, products, data, mut lineage, .. } = outcome;
        let named = |numbers: &BTreeMap<String, f64>| -> Vec<NamedNumber> {
            let one =
                |(name, value): (&String, &f64)| NamedNumber { name: name.clone(), value: *value };
            numbers.iter().map(one).collect()
        };
        values_from.clone_into(&mut lineage.parameters_from);
        lineage.data_secs = data_took.as_secs_f64();
        let header = Header {
            shop: self.shop_id().as_str().to_owned(),
            generator: generator.to_owned(),
            model: id.clone(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            create_time: now,
            parameters: named(&parameters),
            seed: options.seed,
            data: DataRange { ..data },
            measured: named(&lineage.measured_numbers()),
            products,
        };
        let (bytes, checksum) = artifact::encode(&header, &payload);
        lineage.artifact_bytes = bytes.len() as u64;
        let failed: Vec<&str> =
            lineage.gate.iter().filter(|it| !it.passed).map(|it| it.says.as_str()).collect();
        let (stage, reason) = match failed.is_empty() {
            true => (Stage::Candidate, "passed the gate".to_owned()),
            false => (Stage::Refused, failed.join("; ")),
        };
        let record = ModelRecord {
            artifact: format!("{}/{id}.model", keeping::FOLDER),
            id,
            generator: generator.to_owned(),
            stage,
            canary_percent: 0,
            create_time: now,
            change_time: now,
            reason,
            checksum,
            n_bytes: bytes.len() as u64,
            lineage: lineage.to_json(),
        };
        (record, lineage, bytes)
    }

    /// Lets a model that passed the gate decide: for a share first where another decides.
    async fn let_decide(&self, record: &ModelRecord, before: &[ModelRecord]) {
        let is_live =
            |it: &&ModelRecord| it.generator == record.generator && it.stage == Stage::Live;
        let percent = self.settings.training.canary_percent;
        let (percent, reason) = match before.iter().find(is_live) {
            None => (None, "passed the gate, and no model decided before".to_owned()),
            Some(_) if percent == 0 => (None, "passed the gate".to_owned()),
            Some(live) => {
                (Some(percent), format!("passed the gate; on trial against `{}`", live.id))
            }
        };
        if let Err(error) = self.promote(&record.id, percent, &reason).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "a model that passed the gate could not be promoted");
        }
    }
}

/// The id after the largest that there is.
fn next_id(generator: &str, records: &[ModelRecord]) -> String {
    let number = |it: &ModelRecord| -> Option<u64> {
        it.id.strip_prefix(generator)?.strip_prefix('-')?.parse().ok()
    };
    let last = records.iter().filter_map(number).max().unwrap_or(0);
    format!("{generator}-{}", last + 1)
}
