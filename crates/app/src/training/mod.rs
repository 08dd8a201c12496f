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
mod schedule;
mod work;

pub use dataset::{DataSet, DataSetError, LeftOut};
pub(crate) use schedule::Wishes;

pub use lineage::{
    AgainstLineage, DataLineage, GateCheck, HoldoutLineage, LINEAGE_FORMAT, Lineage, MethodLineage,
};

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::{Span, Timestamp};
use ports::{Lease, ModelRecord, PortError, Stage};
use recommend::{FitError, Knob, TRAINED, TrainedKind};
use tokio::sync::OwnedMutexGuard;

use crate::judging::{ParamsError, TunedParams};
use crate::models::artifact::{self, DataRange, Header, NamedNumber};
use crate::models::{RANKER, TrainedModel, knobs, told_names};
use crate::{App, Caller};
use ranking::{Before, RankWork};
use work::{Limits, Outcome, Rival, Work};

/// The work that is leased.
const WORK: &str = "training";
/// For how long it is leased at a time.
const LEASE_TERM: Span = Span::MINUTE.times(2);
/// How often the lease is renewed while it is worked.
const RENEW_EVERY: Duration = Duration::from_secs(30);

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

    /// Takes what one who trains must have alone.
    async fn begin_training(&self) -> Result<Run, TrainError> {
        let alone = Arc::new(self.models.fit_alone().ok_or(TrainError::Elsewhere)?);
        let holder = format!("{:016x}", u64::from_le_bytes(self.random()));
        let lease = self.backends.leases.take(WORK, &holder, self.now(), LEASE_TERM).await?;
        let lease = lease.ok_or(TrainError::Elsewhere)?;
        Ok(Run { lease, alone, begun: self.now() })
    }

    /// Works as long as the lease holds and the program does not end.
    async fn while_leased<T>(
        &self,
        run: &Run,
        work: impl Future<Output = Result<T, TrainError>>,
    ) -> Result<T, TrainError> {
        let mut stopping = self.stopping.subscribe();
        tokio::select! {
            worked = work => worked,
            error = self.hold(&run.lease) => Err(error),
            _ = stopping.wait_for(|it| *it) => Err(TrainError::Stopped),
        }
    }

    async fn end_training(&self, run: &Run, result: Result<&[Trained], &TrainError>) {
        if let Err(error) = self.backends.leases.give_back(&run.lease).await {
            tracing::warn!(%error, "the lease of training could not be given back; it ends by itself");
        }
        let count = |told| metrics::counter!("training_runs_total", "result" => told).increment(1);
        match result {
            Ok(all) => all.iter().for_each(|it| {
                count(if it.model.stage == Stage::Refused { "refused" } else { "passed" });
            }),
            Err(_) => count("failed"),
        }
        metrics::histogram!("training_seconds").record(self.now().since(run.begun).as_secs_f64());
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

    /// Renews the lease again and again; returns when it is lost, or when its term is over and it could not
    /// be renewed.
    async fn hold(&self, lease: &Lease) -> TrainError {
        let mut until = lease.until;
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            match self.ensure_leased(lease).await {
                Ok(renewed) => until = renewed.until,
                Err(TrainError::Backend(error)) if self.now() < until => {
                    tracing::warn!(%error, "the lease of training could not be renewed; it holds yet");
                }
                Err(error) => return error,
            }
        }
    }

    async fn ensure_leased(&self, lease: &Lease) -> Result<Lease, TrainError> {
        let renewed = self.backends.leases.renew(lease, self.now(), LEASE_TERM).await?;
        renewed.ok_or(TrainError::LeaseLost)
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

    /// Keeps what came out, enters it, and lets it decide if it may.
    async fn register(
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

/// The id after the largest that there is.
fn next_id(generator: &str, records: &[ModelRecord]) -> String {
    let number = |it: &ModelRecord| -> Option<u64> {
        it.id.strip_prefix(generator)?.strip_prefix('-')?.parse().ok()
    };
    let last = records.iter().filter_map(number).max().unwrap_or(0);
    format!("{generator}-{}", last + 1)
}

/// Who trains, and what they have alone.
struct Run {
    lease: Lease,
    alone: Arc<OwnedMutexGuard<()>>,
    begun: Timestamp,
}

/// What can be learned from, and how long it took to be read.
struct Learnable {
    set: Arc<DataSet>,
    took: Span,
}

/// Works on a thread of its own, so that the runtime goes on answering. When the program ends the thread
/// ends with it: it writes nothing. Others may fit when it is done, whether or not anybody still waits for it.
async fn on_a_thread(
    work: impl FnOnce() -> Result<Outcome, FitError> + Send + 'static,
    is_given_up: Arc<AtomicBool>,
    run: &Run,
) -> Result<Outcome, TrainError> {
    let (sender, outcome) = tokio::sync::oneshot::channel::<Result<Outcome, FitError>>();
    let _waiting = Waiting { is_given_up };
    let alone = Arc::clone(&run.alone);
    let spawned = std::thread::Builder::new().name("training".to_owned()).spawn(move || {
        let outcome = work::on_half_the_cores(work);
        // Before anybody hears of it, who might begin anew at once.
        drop(alone);
        // Whoever asked may have given up.
        drop(sender.send(outcome));
    });
    drop(spawned.map_err(|_| TrainError::Died)?);
    Ok(outcome.await.map_err(|_| TrainError::Died)??)
}

/// Whoever waits for the thread; when it is dropped the thread stops as soon as it looks.
struct Waiting {
    is_given_up: Arc<AtomicBool>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }
}
