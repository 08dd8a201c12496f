//! The schedule: models are trained anew every so often, and trials end.
//!
//! When a generator was last trained is a fact in records, so that a restart neither forgets nor repeats it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::{KeyKind, Span, Timestamp};
use ports::PortError;
use rustc_hash::FxHashMap;
use tokio::sync::Notify;

use super::{TrainError, TrainOptions};
use crate::models::{RANKER, trained_name, trained_names};
use crate::{App, Caller, ModelError};

/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long training rests after it failed or had too little to learn from.
const REST: Span = Span::HOUR;
/// How long it waits for somebody else who trains.
const WAIT: Span = Span::MINUTE;

/// Who trains, in the audit trail.
fn schedule() -> Caller {
    Caller { key_id: "schedule".to_owned(), kind: KeyKind::Own }
}

/// The fact that says when a generator was last trained, whatever came of it.
fn trained_fact(generator: &str) -> String {
    format!("trained_last:{generator}")
}

/// What somebody wants trained before it is due.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    wanted: Mutex<BTreeSet<&'static str>>,
    came: Notify,
}

impl Wishes {
    fn add(&self, generator: &'static str) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).insert(generator);
        self.came.notify_one();
    }

    /// Whether a generator was wished for; it is not any more then.
    fn take(&self, generator: &str) -> bool {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).remove(generator)
    }
}

impl App {
    /// Has a generator trained as soon as [`App::keep_training`] looks, whether or not it is due. What comes
    /// of it stands in [`App::models`] and in the log.
    ///
    /// # Errors
    ///
    /// [`ModelError::UnknownGenerator`], or [`ModelError::Backend`].
    pub async fn ask_for_training(
        &self,
        caller: &Caller,
        generator: &str,
    ) -> Result<(), ModelError> {
        let unknown = || ModelError::UnknownGenerator { generator: generator.to_owned() };
        let generator = trained_name(generator).ok_or_else(unknown)?;
        self.audit(caller, "model.ask", generator).await?;
        self.training_wishes.add(generator);
        Ok(())
    }

    /// Trains what is due and ends trials that have lasted long enough, until following ends. Run one of it.
    pub async fn keep_training(&self) {
        let mut stopping = self.stopping.subscribe();
        let mut resting: FxHashMap<&str, Timestamp> = FxHashMap::default();
        while !*stopping.borrow() {
            for generator in trained_names() {
                let is_wanted = self.training_wishes.take(generator);
                let is_rested = resting.get(generator).is_none_or(|until| *until <= self.now());
                if (is_wanted || is_rested)
                    && let Some(rest) = self.train_when_due(generator, is_wanted).await
                {
                    resting.insert(generator, self.now().plus(rest));
                }
            }
            let ended = tokio::select! {
                ended = self.end_trials() => ended,
                // A trial that is given up is begun anew by whoever looks next.
                _ = stopping.wait_for(|it| *it) => break,
            };
            if let Err(error) = ended {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "the trials of models could not be looked at");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.training_wishes.came.notified() => {}
                _ = stopping.changed() => {}
            }
        }
    }

    /// Trains a generator if it is due or wanted; how long to rest when nothing came of it.
    async fn train_when_due(&self, generator: &'static str, is_wanted: bool) -> Option<Span> {
        match self.is_due(generator).await {
            Ok(is_due) if is_due || is_wanted => {}
            Ok(_) => return None,
            Err(error) => {
                tracing::warn!(%error, "it cannot be told whether training is due");
                return Some(WAIT);
            }
        }
        match self.train(&schedule(), TrainOptions::of(generator)).await {
            Ok(trained) => {
                tracing::info!(
                    model = trained.model.id,
                    stage = ?trained.model.stage,
                    reason = trained.model.reason,
                    "a model was trained"
                );
                self.note_trained(generator).await.err().map(|_| WAIT)
            }
            Err(TrainError::TooLittle { n_acts, wanted }) => {
                tracing::info!(generator, n_acts, wanted, "there is too little to learn from yet");
                Some(REST)
            }
            Err(TrainError::Elsewhere) => Some(WAIT),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(generator, error, "training failed; it is tried again in an hour");
                Some(REST)
            }
        }
    }

    /// Whether a generator is to be trained now.
    pub(super) async fn is_due(&self, generator: &str) -> Result<bool, PortError> {
        let settings = &self.settings.training;
        let Some(every) = settings.every else { return Ok(false) };
        // With the rankers all is trained that placements draw on; anything else when somebody asks for it.
        if generator != RANKER {
            return Ok(false);
        }
        // Fewer events than acts are wanted: the data set need not be read to know that.
        if self.backends.log.head().get() < settings.interactions_min {
            return Ok(false);
        }
        let last = self.backends.records.fact(&trained_fact(generator)).await?;
        let last = last.and_then(|it| it.parse().ok()).map(Timestamp::from_micros);
        Ok(last.is_none_or(|it| self.now().since(it) >= every))
    }

    /// Takes note that a generator was trained now.
    pub(super) async fn note_trained(&self, generator: &str) -> Result<(), PortError> {
        let now = self.now().as_micros().to_string();
        self.backends.records.set_fact(&trained_fact(generator), &now).await
    }
}
