//! DataFusion, within the memory and disk that the lake may take, on threads of its own; or elsewhere.
//!
//! A plan takes processor time wherever it is polled. On the threads that answer visitors it would make
//! them wait; so every plan runs here, and only its results come out. Where a scheduler is named (`cluster.rs`),
//! plans are made here and run on its executors.

use std::fmt;
use std::future::Future;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use futures::stream::{BoxStream, StreamExt as _};
use ports::PortError;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use url::Url;

use crate::cluster::Scheduler;
use crate::durable::empty_folder;
use crate::error::{from_io, from_plan, unavailable};
use crate::files::{Address, Files};
use crate::store::{ROOT, Store};
use crate::table::{Table, TableState};
use crate::{Options, Place};

/// More threads than this would only wait for the disk, and each takes its share of the memory.
const THREADS_MAX: usize = 4;
/// How many rows go from one step of a plan to the next at the most.
const BATCH_ROWS_MAX: usize = 8_192;
/// How much memory there should be for each of these rows, so that several batches fit.
const ROW_BYTES: usize = 4_096;
/// How much memory the footers of files that were read may take, beside what plans may.
const FOOTER_BYTES: usize = 32 << 20;

/// Where plans run.
pub(crate) struct Sessions {
    environment: Arc<RuntimeEnv>,
    config: SessionConfig,
    runtime: Option<Runtime>,
    elsewhere: Option<Elsewhere>,
}

/// Who runs plans, and where they find the files.
#[derive(Clone)]
struct Elsewhere {
    scheduler: Scheduler,
    files: Address,
}

/// One data set or question.
pub(crate) struct Session {
    /// Where it is planned.
    pub context: SessionContext,
    elsewhere: Option<Elsewhere>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl Drop for Sessions {
    fn drop(&mut self) {
        // Waiting for running plans is not allowed where the lake may be dropped; they are read-only.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Sessions {
    /// Makes ready for the lake at `place`; `spill`, which is emptied, takes what does not fit into memory.
    pub(crate) fn open(
        place: &Place,
        store: &Store,
        spill: &Path,
        options: &Options,
    ) -> Result<Sessions, PortError> {
        let opening = |err| from_io("making ready for plans", err);
        empty_folder(spill).map_err(opening)?;
        let disk = DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![spill.to_owned()]))
            .with_max_temp_directory_size(options.spill_bytes);
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(options.memory_bytes)))
            .with_disk_manager_builder(disk)
            .with_metadata_cache_limit(FOOTER_BYTES)
            .build_arc()
            .map_err(|err| from_plan("making ready for plans", err))?;
        if let Ok(root) = Url::parse(ROOT) {
            environment.register_object_store(&root, store.objects());
        }
        let n_threads =
            std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(THREADS_MAX);
        let config = SessionConfig::new()
            .with_target_partitions(n_threads)
            .with_batch_size((options.memory_bytes / ROW_BYTES).clamp(1, BATCH_ROWS_MAX))
            .with_sort_spill_reservation_bytes(reserved_bytes(options, n_threads))
            .with_information_schema(true)
            .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(n_threads)
            .thread_name("lake")
            .enable_all()
            .build()
            .map_err(opening)?;
        let elsewhere = match &options.scheduler {
            Some(it) => Some(Elsewhere { scheduler: it.clone(), files: Address::of(place)? }),
            None => None,
        };
        Ok(Sessions { environment, config, runtime: Some(runtime), elsewhere })
    }

    /// A session of its own, within the common limits.
    pub(crate) fn session(&self) -> Session {
        let environment = Arc::clone(&self.environment);
        let elsewhere = self.elsewhere.clone();
        let context = match &elsewhere {
            Some(it) => it.scheduler.session(environment),
            None => SessionContext::new_with_config_rt(self.config.clone(), environment),
        };
        Session { context, elsewhere }
    }

    /// Bytes that running plans have on the disk.
    #[cfg(test)]
    pub(crate) fn spilled_bytes(&self) -> u64 {
        self.environment.disk_manager.used_disk_space()
    }

    /// Runs `work` on the lake's own threads; it ends with the returned set at the latest.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinSet<T> {
        let mut tasks = JoinSet::new();
        if let Some(runtime) = &self.runtime {
            tasks.spawn_on(work, runtime.handle());
        }
        tasks
    }

    /// Runs `work` on the lake's own threads and waits for it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, PortError>> + Send + 'static,
    ) -> Result<T, PortError> {
        match self.spawn(work).join_next().await {
            Some(Ok(result)) => result,
            _ => Err(unavailable("a plan ended unexpectedly; see the log".to_owned())),
        }
    }
}

/// How much memory every sort keeps back for merging: a third of its share. What it sorted in the other two
/// is merged before it goes to the disk, and the places in it are about two fifths of that; who has too
/// little for them fails while another sort holds the rest.
fn reserved_bytes(options: &Options, n_threads: usize) -> usize {
    options.memory_bytes / n_threads.max(1) / 3
}

impl Session {
    /// What plans see of `table` as it stands in `state`, which must be held while they run.
    pub(crate) async fn provider(
        &self,
        table: &Table,
        state: &Arc<TableState>,
    ) -> Result<Arc<dyn TableProvider>, PortError> {
        if let Some(Elsewhere { files, .. }) = &self.elsewhere {
            return Ok(Arc::new(Files::of(table.name, Arc::clone(state), files.clone())));
        }
        let building = state.delta.table_provider().with_session(Arc::new(self.context.state()));
        building.await.map_err(|err| from_plan("reading the table's files", err))
    }

    /// The rows of `plan`; `what` is its name in messages.
    pub(crate) async fn stream(
        &self,
        plan: DataFrame,
        what: &'static str,
    ) -> Result<BoxStream<'static, Result<RecordBatch, PortError>>, PortError> {
        let planning = move |err| from_plan(what, err);
        let scheduler = match &self.elsewhere {
            Some(it) if Scheduler::is_for(plan.logical_plan())? => Some(it.scheduler.clone()),
            _ => None,
        };
        let plan = plan.create_physical_plan().await.map_err(planning)?;
        match scheduler {
            Some(scheduler) => {
                let running = scheduler.run(&self.context, plan).await;
                let rows = running.map_err(|err| scheduler.failed(what, err))?;
                Ok(rows.map(move |it| it.map_err(|err| scheduler.failed(what, err))).boxed())
            }
            None => {
                let rows = execute_stream(plan, self.context.task_ctx()).map_err(planning)?;
                Ok(rows.map(move |it| it.map_err(planning)).boxed())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_keeps_back_two_fifths_of_what_it_may_hold_whatever_the_memory() {
        for memory_bytes in [16 << 20, 64 << 20, 1 << 30, 8 << 30] {
            for n_threads in 1..=THREADS_MAX {
                let options = Options { memory_bytes, ..Options::default() };
                let kept_back = reserved_bytes(&options, n_threads);
                let held = memory_bytes / n_threads - kept_back;
                assert!(5 * kept_back >= 2 * held, "{kept_back} for {held}");
            }
        }
    }
}
