//! Plans that run elsewhere: on the executors of a Ballista scheduler.
//!
//! ```text
//! question ──▶ plan, made here ──▶ scheduler ──▶ stages ──▶ executors ◀── the lake's files
//!                                                               │
//! rows ◀──────────── a batch at a time, as they are read ◀──────┘
//! ```
//!
//! A plan is made in this process by the rules that Ballista needs, and consists of what every build of
//! Ballista knows; so the scheduler and its executors are those that anybody installs. What comes back stays
//! on the executors' disks until it is read.
//!
//! # What does not live here
//!
//! Whether a plan is repeated: who wanted it decides that, as with every backend that is away.

use std::sync::Arc;

use ballista_core::execution_plans::execute_physical_plan;
use ballista_core::extension::SessionConfigExt as _;
use ballista_core::optimizer::ballista_default_optimizer_rules;
use ballista_core::planner::scans_only_information_schema;
use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SendableRecordBatchStream, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::protobuf::PhysicalPlanNode;
use ports::PortError;
use url::Url;

/// How operators know it.
const BACKEND: &str = "Ballista";
/// The port of a scheduler whose address names none.
const PORT: u16 = 50_050;
/// How many bytes a plan may have, which names each of its files. Ballista's own limit is a sixteenth of it, and
/// a setting of scheduler and executors.
const MESSAGE_BYTES_MAX: usize = 256 << 20;
/// One session for all plans: the scheduler keeps every one that it was told of.
const SESSION: &str = "tastemaker";

/// A scheduler of Ballista.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduler {
    /// Its host and port.
    authority: String,
    /// Into how many parts a step of a plan is divided.
    n_parts: usize,
}

impl Scheduler {
    /// The scheduler at `url`, such as `df://plans.example:50050`. A step of a plan is divided into `n_parts`,
    /// which should be as many as all executors have processors.
    ///
    /// # Errors
    ///
    /// [`PortError::Refused`] when `url` is no such address. Whether somebody is there is found out when a
    /// plan is to run.
    pub fn parse(url: &str, n_parts: u32) -> Result<Scheduler, PortError> {
        let wrong = || PortError::Refused {
            backend: BACKEND,
            what: format!(
                "the address `{url}` of its scheduler; give one such as df://plans.example:50050"
            ),
            source: None,
        };
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        let host = parsed.host_str().filter(|it| !it.is_empty()).ok_or_else(wrong)?;
        let has_more = !matches!(parsed.path(), "" | "/")
            || parsed.query().is_some()
            || parsed.fragment().is_some()
            || !parsed.username().is_empty()
            || parsed.password().is_some();
        if parsed.scheme() != "df" || has_more {
            return Err(wrong());
        }
        let authority = format!("{host}:{}", parsed.port().unwrap_or(PORT));
        let n_parts = usize::try_from(n_parts).unwrap_or(usize::MAX).max(1);
        Ok(Scheduler { authority, n_parts })
    }

    /// A session that makes plans for it.
    pub(crate) fn session(&self, environment: Arc<RuntimeEnv>) -> SessionContext {
        let config = SessionConfig::new()
            .with_target_partitions(self.n_parts)
            .with_information_schema(true)
            .upgrade_for_ballista()
            .with_ballista_grpc_client_max_message_size(MESSAGE_BYTES_MAX);
        let state = SessionStateBuilder::new()
            .with_session_id(SESSION.to_owned())
            .with_config(config)
            .with_runtime_env(environment)
            .with_default_features()
            .with_optimizer_rules(ballista_default_optimizer_rules())
            .build();
        SessionContext::new_with_state(state)
    }

    /// Whether `plan` is one for executors: what the tables are is known in this process alone.
    pub(crate) fn is_for(plan: &LogicalPlan) -> Result<bool, PortError> {
        let is_about_tables = scans_only_information_schema(plan);
        is_about_tables.map(|it| !it).map_err(|err| PortError::Refused {
            backend: BACKEND,
            what: "a question about information_schema and the tables together; ask for one after the \
                   other"
                .to_owned(),
            source: Some(err.into()),
        })
    }

    /// Has `plan` run, which was made in such a session, and answers its rows once it is done.
    pub(crate) async fn run(
        &self,
        session: &SessionContext,
        plan: Arc<dyn ExecutionPlan>,
    ) -> Result<SendableRecordBatchStream, DataFusionError> {
        let config = session.copied_config();
        execute_physical_plan::<PhysicalPlanNode>(
            format!("http://{}", self.authority),
            &config.ballista_config(),
            plan,
            &BallistaPhysicalExtensionCodec::default(),
            session.session_id(),
            config,
        )
        .await
    }

    /// Says of an error of a running plan what can be done about it.
    pub(crate) fn failed(&self, what: &str, error: DataFusionError) -> PortError {
        let what = format!(
            "the scheduler df://{} did not bring {what} to its end; see that it and its executors run and \
             can read the lake's files, or leave lake.scheduler_url empty to do without them",
            self.authority
        );
        PortError::Unavailable { backend: BACKEND, what, source: Some(error.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        let parsed = Scheduler::parse(url, 4);
        assert_eq!(parsed.ok().map(|it| it.authority).as_deref(), expected, "{url}");
    }

    #[test]
    fn an_address_names_a_host_and_perhaps_a_port() {
        check("df://plans.example", Some("plans.example:50050"));
        check("df://10.0.0.7:6000", Some("10.0.0.7:6000"));
        check("df://[::1]:6000/", Some("[::1]:6000"));
    }

    #[test]
    fn what_is_no_address_of_a_scheduler_is_refused() {
        for url in ["", "plans:50050", "http://plans:50050", "df://", "df://a/b", "df://a@b"] {
            check(url, None);
        }
    }
}
