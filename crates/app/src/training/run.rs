//! One run of training: what it has alone, and where it works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::{Span, Timestamp};
use ports::{Lease, Stage};
use recommend::FitError;
use tokio::sync::OwnedMutexGuard;

use super::work::{self, Outcome};
use super::{TrainError, Trained};
use crate::App;

/// The work that is leased.
const WORK: &str = "training";
/// For how long it is leased at a time.
const LEASE_TERM: Span = Span::MINUTE.times(2);
/// How often the lease is renewed while it is worked.
const RENEW_EVERY: Duration = Duration::from_secs(30);

/// Who trains, and what they have alone.
pub(super) struct Run {
    pub(super) lease: Lease,
    alone: Arc<OwnedMutexGuard<()>>,
    begun: Timestamp,
}

impl App {
    /// Takes what one who trains must have alone.
    pub(super) async fn begin_training(&self) -> Result<Run, TrainError> {
        let alone = Arc::new(self.models.fit_alone().ok_or(TrainError::Elsewhere)?);
        let holder = format!("{:016x}", u64::from_le_bytes(self.random()));
        let lease = self.backends.leases.take(WORK, &holder, self.now(), LEASE_TERM).await?;
        let lease = lease.ok_or(TrainError::Elsewhere)?;
        Ok(Run { lease, alone, begun: self.now() })
    }

    /// Works as long as the lease holds and the program does not end.
    pub(super) async fn while_leased<T>(
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

    pub(super) async fn end_training(&self, run: &Run, result: Result<&[Trained], &TrainError>) {
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

    pub(super) async fn ensure_leased(&self, lease: &Lease) -> Result<Lease, TrainError> {
        let renewed = self.backends.leases.renew(lease, self.now(), LEASE_TERM).await?;
        renewed.ok_or(TrainError::LeaseLost)
    }
}

/// Works on a thread of its own, so that the runtime goes on answering. When the program ends the thread
/// ends with it: it writes nothing. Others may fit when it is done, whether or not anybody still waits for it.
pub(super) async fn on_a_thread(
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
