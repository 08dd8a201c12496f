//! What people do with models: look at them, promote them, go back.

use domain::Timestamp;
use ports::{ModelRecord, PortError, Stage, StageChange};

use super::loading::LoadError;
use super::trained_name;
use crate::{App, Caller};

/// A model, and how it stands in this process.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelStatus {
    /// What the registry knows of it.
    pub record: ModelRecord,
    /// Whether it is in memory and decides.
    pub in_use: ModelInUse,
    /// Why it could not be loaded, if it was tried.
    pub refusal: Option<String>,
}

/// Whether a model decides in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelInUse {
    /// It is not in memory.
    No,
    /// It is in memory and decides.
    Yes,
}

/// Why nothing was done with a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// There is no such model.
    #[error("there is no model `{id}`; `tastemaker models list` names them")]
    UnknownModel {
        /// What was asked for.
        id: String,
    },
    /// There is no such generator.
    #[error("`{generator}` is no generator that is trained; there are {}", super::told_names())]
    UnknownGenerator {
        /// What was asked for.
        generator: String,
    },
    /// A canary's share is none.
    #[error("a canary share of {percent} percent is none; give 1 to 99, or none for everybody")]
    BadShare {
        /// The share given.
        percent: u8,
    },
    /// The artifact cannot be used, or no other model is live beside which it could be a canary.
    #[error("{reason}; nothing was changed")]
    Refused {
        /// Why, and what to do.
        reason: String,
    },
    /// There is nothing to go back to.
    #[error(
        "`{generator}` has no earlier model to go back to; `tastemaker models list` names what there is"
    )]
    NothingToGoBackTo {
        /// The generator.
        generator: String,
    },
    /// A backend failed.
    #[error("the models could not be changed")]
    Backend(#[from] PortError),
}

impl App {
    /// Every model, the newest first.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the registry cannot be read.
    pub async fn models(&self) -> Result<Vec<ModelStatus>, PortError> {
        let records = self.backends.registry.models().await?;
        let in_use = self.models.in_use();
        let status = |record: ModelRecord| {
            let is_used = in_use.models().any(|it| it.id == record.id);
            ModelStatus {
                in_use: if is_used { ModelInUse::Yes } else { ModelInUse::No },
                refusal: self.models.refusal(&record.id).map(|it| it.why),
                record,
            }
        };
        Ok(records.into_iter().map(status).collect())
    }

    /// The model of that id.
    ///
    /// # Errors
    ///
    /// [`ModelError::UnknownModel`], or [`ModelError::Backend`].
    pub async fn model(&self, id: &str) -> Result<ModelStatus, ModelError> {
        let found = self.models().await?.into_iter().find(|it| it.record.id == id);
        found.ok_or_else(|| ModelError::UnknownModel { id: id.to_owned() })
    }

    /// Lets a model decide: for everybody, or for a share of so many percent. It holds for the next decision.
    ///
    /// Its artifact is loaded and checked first. What decided before is retired; another canary of the
    /// generator goes back to being a candidate.
    ///
    /// # Errors
    ///
    /// [`ModelError`]; nothing is changed then.
    pub async fn promote_model(
        &self,
        caller: &Caller,
        id: &str,
        canary_percent: Option<u8>,
    ) -> Result<ModelStatus, ModelError> {
        if let Some(percent) = canary_percent.filter(|it| !(1..=99).contains(it)) {
            return Err(ModelError::BadShare { percent });
        }
        let reason = format!("promoted by {}", caller.key_id);
        self.promote(id, canary_percent, &reason).await?;
        self.audit(caller, "model.promote", id).await?;
        self.model(id).await
    }

    /// Promotes without asking who does it.
    pub(crate) async fn promote(
        &self,
        id: &str,
        canary_percent: Option<u8>,
        reason: &str,
    ) -> Result<(), ModelError> {
        let _alone = self.administering.lock().await;
        let records = self.backends.registry.models().await?;
        let record = records.iter().find(|it| it.id == id);
        let record = record.ok_or_else(|| ModelError::UnknownModel { id: id.to_owned() })?;
        if canary_percent.is_some() {
            ensure_another_is_live(record, &records)?;
        }
        self.load_model(record).await.map_err(refusal)?;
        let time = self.now();
        let changes = promotion(record, &records, canary_percent, (time, reason));
        self.backends.registry.change_stages(changes).await?;
        self.refresh_models().await?;
        Ok(())
    }

    /// Goes back: a canary of the generator is taken from its share; where there is none, the live model
    /// gives its place to the one that was live before it. Answers what decides then; a canary without a live
    /// model leaves nothing that decides, and is answered itself.
    ///
    /// # Errors
    ///
    /// [`ModelError`]; nothing is changed then.
    pub async fn roll_back_models(
        &self,
        caller: &Caller,
        generator: &str,
    ) -> Result<ModelStatus, ModelError> {
        let unknown = || ModelError::UnknownGenerator { generator: generator.to_owned() };
        let generator = trained_name(generator).ok_or_else(unknown)?;
        let _alone = self.administering.lock().await;
        let records = self.backends.registry.models().await?;
        let reason = format!("rolled back by {}", caller.key_id);
        let found = rollback(generator, &records, (self.now(), &reason));
        let Rollback { changes, answer } = found
            .ok_or_else(|| ModelError::NothingToGoBackTo { generator: generator.to_owned() })?;
        if changes.iter().any(|it| it.stage == Stage::Live) {
            self.load_model(answer).await.map_err(refusal)?;
        }
        self.backends.registry.change_stages(changes).await?;
        self.refresh_models().await?;
        self.audit(caller, "model.rollback", generator).await?;
        self.model(&answer.id).await
    }
}

fn refusal(error: LoadError) -> ModelError {
    match error {
        LoadError::Backend { source, .. } => source.into(),
        error => ModelError::Refused { reason: error.to_string() },
    }
}

/// A canary decides for a share: another one must decide for all others.
fn ensure_another_is_live(record: &ModelRecord, records: &[ModelRecord]) -> Result<(), ModelError> {
    let ModelRecord { id, generator, .. } = record;
    let is_another =
        |it: &ModelRecord| it.generator == *generator && it.stage == Stage::Live && it.id != *id;
    if records.iter().any(is_another) {
        return Ok(());
    }
    let reason = format!(
        "`{id}` cannot be a canary because no other model of `{generator}` is live: promote it for \
         everybody, or another one first"
    );
    Err(ModelError::Refused { reason })
}

/// What changes when a model is promoted.
fn promotion(
    promoted: &ModelRecord,
    records: &[ModelRecord],
    canary_percent: Option<u8>,
    (time, reason): (Timestamp, &str),
) -> Vec<StageChange> {
    let (stage, canary_percent) = match canary_percent {
        Some(percent) => (Stage::Canary, percent),
        None => (Stage::Live, 0),
    };
    let change = |id: &str, stage, canary_percent, reason: String| StageChange {
        id: id.to_owned(),
        stage,
        canary_percent,
        time,
        reason,
    };
    let mut changes = vec![change(&promoted.id, stage, canary_percent, reason.to_owned())];
    let others =
        records.iter().filter(|it| it.generator == promoted.generator && it.id != promoted.id);
    for other in others {
        let instead = || format!("`{}` took its place", promoted.id);
        match other.stage {
            Stage::Live if stage == Stage::Live => {
                changes.push(change(&other.id, Stage::Retired, 0, instead()));
            }
            Stage::Canary => changes.push(change(&other.id, Stage::Candidate, 0, instead())),
            _ => {}
        }
    }
    changes
}

/// What changes when a generator goes back.
struct Rollback<'a> {
    changes: Vec<StageChange>,
    /// The model that decides then; where none does, the one that was taken back.
    answer: &'a ModelRecord,
}

fn rollback<'a>(
    generator: &str,
    records: &'a [ModelRecord],
    (time, reason): (Timestamp, &str),
) -> Option<Rollback<'a>> {
    let change = |record: &ModelRecord, stage, reason: &str| StageChange {
        id: record.id.clone(),
        stage,
        canary_percent: 0,
        time,
        reason: reason.to_owned(),
    };
    let own = records.iter().filter(|it| it.generator == generator);
    let of_stage = |stage| own.clone().find(|it| it.stage == stage);
    match (of_stage(Stage::Canary), of_stage(Stage::Live)) {
        (Some(canary), Some(live)) => {
            let changes = vec![change(canary, Stage::Candidate, reason)];
            Some(Rollback { changes, answer: live })
        }
        // None is made so, but a registry may hold it. Nothing is gone back to then.
        (Some(canary), None) => {
            let reason = format!("{reason}; no model of `{generator}` decides now: promote one");
            let changes = vec![change(canary, Stage::Refused, &reason)];
            Some(Rollback { changes, answer: canary })
        }
        (None, Some(live)) => {
            let before = live_before(live, own)?;
            let changes = [(live, Stage::Retired), (before, Stage::Live)];
            let changes = changes.map(|(record, stage)| change(record, stage, reason)).to_vec();
            Some(Rollback { changes, answer: before })
        }
        (None, None) => None,
    }
}

/// The model that was live before another one: of the older ones the one that was retired last. A model that
/// was rolled back from was retired before the one that took its place again. `own` are the generator's, the
/// newest first.
pub(crate) fn live_before<'a>(
    live: &ModelRecord,
    own: impl Iterator<Item = &'a ModelRecord>,
) -> Option<&'a ModelRecord> {
    let older = own.skip_while(|it| it.id != live.id).skip(1);
    let retired = older.filter(|it| it.stage == Stage::Retired);
    retired.reduce(|a, b| if a.change_time < b.change_time { b } else { a })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Models of one generator, the newest first, as `7 live, 6 retired 20`: by then, in seconds.
    fn models(told: &str) -> Vec<ModelRecord> {
        let one = |told: &str| {
            let (n, stage) = told.split_once(' ').unwrap();
            let (stage, changed) = stage.split_once(' ').unwrap_or((stage, "0"));
            ModelRecord {
                id: format!("item_neighbors-{n}"),
                generator: "item_neighbors".to_owned(),
                stage: match stage {
                    "candidate" => Stage::Candidate,
                    "refused" => Stage::Refused,
                    "canary" => Stage::Canary,
                    "live" => Stage::Live,
                    _ => Stage::Retired,
                },
                canary_percent: 0,
                create_time: Timestamp::default(),
                change_time: Timestamp::from_secs(changed.parse().unwrap()),
                reason: String::new(),
                artifact: String::new(),
                checksum: String::new(),
                n_bytes: 0,
                lineage: String::new(),
            }
        };
        told.split(", ").map(one).collect()
    }

    fn told(changes: &[StageChange]) -> String {
        let one = |it: &StageChange| {
            let n = it.id.trim_start_matches("item_neighbors-");
            match it.stage {
                Stage::Canary => format!("{n} Canary {}", it.canary_percent),
                stage => format!("{n} {stage:?}"),
            }
        };
        changes.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[track_caller]
    fn check_promotion(before: &str, n: usize, percent: Option<u8>, expected: &str) {
        let models = models(before);
        let id = format!("item_neighbors-{n}");
        let promoted = models.iter().find(|it| it.id == id).unwrap();
        let when = (Timestamp::default(), "asked to");
        assert_eq!(told(&promotion(promoted, &models, percent, when)), expected, "{before}");
    }

    #[track_caller]
    fn check_rollback(before: &str, expected: &str) {
        let models = models(before);
        let found = rollback("item_neighbors", &models, (Timestamp::default(), "asked to"));
        let found = found.map_or("nothing".to_owned(), |it| {
            let answer = it.answer.id.trim_start_matches("item_neighbors-");
            format!("{}: answers {answer}", told(&it.changes))
        });
        assert_eq!(found, expected, "{before}");
    }

    #[test]
    fn who_is_promoted_takes_the_place_of_who_decided() {
        check_promotion("3 candidate", 3, None, "3 Live");
        check_promotion("3 candidate, 2 live, 1 retired", 3, None, "3 Live, 2 Retired");
        check_promotion("3 canary, 2 live", 3, None, "3 Live, 2 Retired");
        check_promotion("3 candidate, 2 live", 3, Some(5), "3 Canary 5");
        check_promotion("4 candidate, 3 canary, 2 live", 4, Some(5), "4 Canary 5, 3 Candidate");
        check_promotion("4 refused, 3 canary, 2 live", 4, None, "4 Live, 3 Candidate, 2 Retired");
        check_promotion("3 live, 2 retired", 3, None, "3 Live");
    }

    #[test]
    fn going_back_takes_the_canary_first_and_then_what_was_live_before() {
        check_rollback("3 canary, 2 live, 1 retired", "3 Candidate: answers 2");
        check_rollback("3 live, 2 retired, 1 retired", "3 Retired, 2 Live: answers 2");
        check_rollback("3 retired, 2 live, 1 retired", "2 Retired, 1 Live: answers 1");
        check_rollback("4 live, 3 refused, 2 candidate, 1 retired", "4 Retired, 1 Live: answers 1");
        check_rollback("2 live, 1 refused", "nothing");
        let rolled_back = "4 live 30, 3 retired 20, 2 retired 30, 1 retired 10";
        check_rollback(rolled_back, "4 Retired, 2 Live: answers 2");
        check_rollback("2 candidate", "nothing");
    }

    #[test]
    fn a_canary_without_a_live_model_is_refused_for_good() {
        check_rollback("2 canary, 1 retired", "2 Refused: answers 2");
        check_rollback("1 canary", "1 Refused: answers 1");
    }
}
