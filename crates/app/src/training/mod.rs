//! Training: from a data set to a model that may decide, or a reason why not.
//!
//! ```text
//! lease ─▶ DataSet ─▶ cut off the last days ─▶ fit ─▶ judge ─▶ gate ──▶ refused, with reasons
//!                                                              │
//!          registry ◀─ artifact ◀─ fit again on everything ◀───┘
//!             └──▶ canary for a share, or live at once where nothing decides yet
//! ```
//!
//! # Where to start
//!
//! Read [`App::train`], then [`work`](work::work), which is all of the arithmetic, and [`gate`].
//!
//! # Invariants
//!
//! - A model is judged on days that it has not seen, against what is popular, what each shopper did most
//!   often, and the model that is live, all asked the same.
//! - Nothing that one trained becomes live by itself unless it passed the gate.
//! - Two never train at once: training is leased, and the lease is held anew right before the registry is
//!   written. Should a process be so slow that it lost the lease in between, the registry refuses the second
//!   model of one number.
//! - Nor do two fit at once in one process: training that was given up is stopped between the parts of the
//!   work, and nothing else is trained until then.
//! - The runtime that answers shoppers does not fit models: that is on a thread of its own, with half of the
//!   cores.
//!
//! # What does not live here
//!
//! Loading and swapping: `models`. The measures: `evaluate`. The models' arithmetic: `recommend`.

mod canary_trial;
mod dataset;
mod gate;
mod keeping;
mod lineage;
mod ranking;
mod registering;
mod run;
mod schedule;
mod work;

pub use dataset::{DataSet, DataSetError, LeftOut};
pub(crate) use schedule::Wishes;

pub use lineage::{
    AgainstLineage, DataLineage, GateCheck, HoldoutLineage, LINEAGE_FORMAT, Lineage, MethodLineage,
};

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Span;
use ports::{ModelRecord, PortError, Stage};
use recommend::{FitError, Knob, TRAINED, TrainedKind};

use crate::judging::{ParamsError, TunedParams};
use crate::models::{RANKER, TrainedModel, knobs, told_names};
use crate::{App, Caller};
use ranking::{Before, RankWork};
use run::{Run, on_a_thread};
use work::{Limits, Rival, Work};

/// What to train and how.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainOptions {
    /// The generator.
    pub generator: String,
    /// Searched parameters; none for those of the live model if a search found them, else the defaults.
    pub params: Option<TunedParams>,
    /// The seed of what is drawn while it is judged.
    pub seed: u64,
}

impl TrainOptions {
    /// Training of a generator as the schedule does it.
    pub fn of(generator: &str) -> TrainOptions {
        TrainOptions { generator: generator.to_owned(), params: None, seed: 1 }
    }
}

/// What came of training.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The model, as it stands in the registry now.
    pub model: ModelRecord,
    /// Where it came from and what was measured.
    pub lineage: Lineage,
}

/// Why there is no new model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// There is no such generator.
    #[error("`{generator}` is no generator that is trained; there are {}", told_names())]
    UnknownGenerator {
        /// What was asked for.
        generator: String,
    },
    /// Searched parameters cannot be used.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// Somebody else trains, or training that was given up has not ended yet.
    #[error("somebody else trains this shop's models just now; wait until it is done")]
    Elsewhere,
    /// The lease was lost while it was worked.
    #[error(
        "training took the lease for too long and somebody else began: nothing was kept; train again"
    )]
    LeaseLost,
    /// There is too little to learn from.
    #[error(
        "there are {n_acts} acts to learn from and at least {wanted} are wanted \
         (`training.interactions_min`): take in more history, or set that lower"
    )]
    TooLittle {
        /// How many acts the data set has.
        n_acts: u64,
        /// How many it must have.
        wanted: u64,
    },
    /// The program ends.
    #[error("training was given up because the program ends; nothing was kept")]
    Stopped,
    /// The data says nothing about it, or does not fit.
    #[error(transparent)]
    Unfit(#[from] FitError),
    /// The thread that trained died.
    #[error(
        "training stopped half-way, which is a defect; nothing was kept, and the log has its trace"
    )]
    Died,
    /// The data set could not be made.
    #[error(transparent)]
    DataSet(#[from] DataSetError),
    /// A backend failed.
    #[error("the model could not be kept")]
    Backend(#[from] PortError),
}

impl App {
    /// Trains a model of a generator, judges it, and lets it decide if it is good enough; for `ranker`, all
    /// that placements draw on, and the ranker over it.
    ///
    /// Takes as long as reading, fitting twice and judging take; decisions go on meanwhile. A model that is
    /// not good enough is an answer, not an error: it stands in the registry as refused, with the reasons.
    ///
    /// # Errors
    ///
    /// [`TrainError`] when there is no new model; what decides is not changed then.
    pub async fn train(
        &self,
        caller: &Caller,
        options: TrainOptions,
    ) -> Result<Trained, TrainError> {
        if options.generator == RANKER {
            let all = self.train_all(caller, options.seed).await?;
            return all.into_iter().next_back().ok_or(TrainError::Died);
        }
        let unknown = || TrainError::UnknownGenerator { generator: options.generator.clone() };
        let kind = TrainedKind::of_name(&options.generator).ok_or_else(unknown)?;
        let run = self.begin_training().await?;
        let work = async {
            let learnable = self.learnable().await?;
            self.train_one(caller, (kind, &options), &learnable, &run).await.map(|it| it.0)
        };
        let result = self.while_leased(&run, work).await;
        self.end_training(&run, result.as_ref().map(std::slice::from_ref)).await;
        result
    }

    /// Trains every generator that a placement draws on, and then the rankers over them, which stand last.
    ///
    /// What cannot be trained for what it is told of is left out; so are rankers where nothing can be ranked.
    ///
    /// # Errors
    ///
    /// [`TrainError`] when nothing more could be trained: what was trained until then stays.
    pub async fn train_all(&self, caller: &Caller, seed: u64) -> Result<Vec<Trained>, TrainError> {
        let run = self.begin_training().await?;
        let result = self.while_leased(&run, self.train_each(caller, seed, &run)).await;
        self.end_training(&run, result.as_deref()).await;
        result
    }

    async fn train_each(
        &self,
        caller: &Caller,
        seed: u64,
        run: &Run,
    ) -> Result<Vec<Trained>, TrainError> {
        let learnable = self.learnable().await?;
        let (mut all, mut before) = (Vec::new(), Before::new());
        for kind in TRAINED.iter().filter(|it| self.placements.draw_on(it.name)) {
            let options = TrainOptions { seed, ..TrainOptions::of(kind.name) };
            match self.train_one(caller, (kind, &options), &learnable, run).await {
                Ok((trained, judged)) => {
                    before.extend(judged.map(|it| (kind.name, it)));
                    all.push(trained);
                }
                Err(TrainError::Unfit(error)) if error != FitError::Stopped => {
                    tracing::warn!(generator = kind.name, %error, "a generator cannot be trained");
                }
                Err(error) => return Err(error),
            }
        }
        match self.train_rankers(caller, seed, (&learnable, before), run).await {
            Ok(trained) => all.push(trained),
            Err(TrainError::Unfit(error)) if error != FitError::Stopped => {
                tracing::warn!(%error, "the rankers cannot be trained");
            }
            Err(error) => return Err(error),
        }
        Ok(all)
    }

    /// Reads what can be learned from.
    async fn learnable(&self) -> Result<Learnable, TrainError> {
        let begun = self.now();
        let set = self.data_set().await?;
        let (n_acts, wanted) = (set.n_acts(), self.settings.training.interactions_min);
        if n_acts < wanted {
            return Err(TrainError::TooLittle { n_acts, wanted });
        }
        tracing::info!(n_acts, n_shoppers = set.histories.n_shoppers(), "training begins");
        Ok(Learnable { set: Arc::new(set), took: self.now().since(begun) })
    }

    /// Trains a generator's model; what it was judged as is handed on beside.
    async fn train_one(
        &self,
        caller: &Caller,
        (kind, options): (&'static TrainedKind, &TrainOptions),
        learnable: &Learnable,
        run: &Run,
    ) -> Result<(Trained, Option<TrainedModel>), TrainError> {
        let records = self.backends.registry.models().await?;
        self.sweep_artifacts(kind.name, &records).await?;
        let rival = self.rival(kind.name, &records).await?;
        let (values, values_from) = values(kind.name, options, rival.as_ref())?;
        let work = Work {
            kind,
            values,
            set: Arc::clone(&learnable.set),
            rival,
            params: options.params.clone(),
            seed: options.seed,
            limits: self.work_limits(),
            clock: Arc::clone(&self.backends.clock),
            is_given_up: Arc::default(),
        };
        let is_given_up = Arc::clone(&work.is_given_up);
        let mut outcome = on_a_thread(move || work::work(work), is_given_up, run).await?;
        let judged = outcome.judged.take();
        let trained =
            self.register(caller, outcome, (options, &values_from), learnable, run).await?;
        Ok((trained, judged))
    }

    /// Trains the rankers over generators that were fitted on what lies before the cut.
    async fn train_rankers(
        &self,
        caller: &Caller,
        seed: u64,
        (learnable, before): (&Learnable, Before),
        run: &Run,
    ) -> Result<Trained, TrainError> {
        let records = self.backends.registry.models().await?;
        self.sweep_artifacts(RANKER, &records).await?;
        let work = RankWork {
            set: Arc::clone(&learnable.set),
            before,
            sets: self.placements.generator_sets(),
            limits: self.work_limits(),
            seed,
            clock: Arc::clone(&self.backends.clock),
            is_given_up: Arc::default(),
        };
        let is_given_up = Arc::clone(&work.is_given_up);
        let outcome = on_a_thread(move || ranking::work(&work), is_given_up, run).await?;
        let options = TrainOptions { seed, ..TrainOptions::of(RANKER) };
        self.register(caller, outcome, (&options, ""), learnable, run).await
    }

    fn work_limits(&self) -> Limits {
        let settings = &self.settings.training;
        Limits {
            holdout_days: settings.holdout_days,
            coverage_min: settings.coverage_min,
            latency_max: settings.latency_max,
            memory_bytes_max: settings.model_bytes_max,
            candidates: self.settings.candidates,
        }
    }

    /// The live model, as far as it can be loaded: who a new one has to hold out against.
    async fn rival(
        &self,
        generator: &str,
        records: &[ModelRecord],
    ) -> Result<Option<Rival>, PortError> {
        let mut own = records.iter().filter(|it| it.generator == generator);
        let Some(live) = own.find(|it| it.stage == Stage::Live) else { return Ok(None) };
        let Some(bytes) = self.backends.artifacts.get(&live.artifact).await? else {
            return Ok(None);
        };
        match self.check_artifact(live, bytes).await {
            Ok(checked) => Ok(Some(Rival::new(checked, &live.lineage))),
            Err(error) => {
                tracing::warn!(%error, model = live.id, "the live model cannot be compared with");
                Ok(None)
            }
        }
    }
}

/// The values of a generator's knobs, in their order, and where they come from.
fn values(
    generator: &'static str,
    options: &TrainOptions,
    rival: Option<&Rival>,
) -> Result<(Vec<f64>, String), ParamsError> {
    let knobs = knobs(generator);
    if let Some(params) = &options.params {
        params.ensure_generator(generator)?;
        if let Some((name, value)) = params.values.iter().find(|it| !is_taken(knobs, it)) {
            let (generator, name) = (generator.to_owned(), name.clone());
            return Err(ParamsError::UnknownKnob { generator, name, value: *value });
        }
        let from = format!("{FROM_SEARCH} {}", params.checksum());
        return Ok((values_of(knobs, &params.values), from));
    }
    match rival.filter(|it| it.parameters_from().starts_with(FROM_SEARCH)) {
        Some(rival) => {
            Ok((values_of(knobs, rival.parameters()), rival.parameters_from().to_owned()))
        }
        None => Ok((values_of(knobs, &BTreeMap::new()), "defaults".to_owned())),
    }
}

/// How the origin of searched parameters begins.
const FROM_SEARCH: &str = "search";

fn is_taken(knobs: &[Knob], (name, value): &(&String, &f64)) -> bool {
    let knob = knobs.iter().find(|it| it.name == name.as_str());
    knob.is_some_and(|it| (it.range.0..=it.range.1).contains(*value))
}

fn values_of(knobs: &[Knob], named: &BTreeMap<String, f64>) -> Vec<f64> {
    knobs.iter().map(|it| named.get(it.name).copied().unwrap_or(it.default)).collect()
}

/// What can be learned from, and how long it took to be read.
struct Learnable {
    set: Arc<DataSet>,
    took: Span,
}
