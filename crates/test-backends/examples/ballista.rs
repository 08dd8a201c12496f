//! A Ballista scheduler or executor, as `cargo install ballista-scheduler ballista-executor` would bring them:
//! the same libraries with the same object stores, compiled once with everything else.
//!
//! `ballista scheduler PORT` and `ballista executor NAME SCHEDULER_PORT PORT GRPC_PORT FOLDER PROCESSORS`; each says
//! `ready` when it is, and ends when its input does.
//!
//! # Where to start
//!
//! `Ballista` of the library starts these and stops them.

use std::error::Error;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ballista_core::object_store::{
    runtime_env_with_s3_support, session_config_with_s3_support, session_state_with_s3_support,
};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;

const HOST: &str = "127.0.0.1";
/// After how long an executor that says nothing is given up. The usual three minutes would be a test's whole time.
const SILENCE_SECS: u64 = 4;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Whoever started this holds the other end.
    std::thread::spawn(|| {
        drop(std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
        std::process::exit(0);
    });
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["scheduler", port] => scheduler(port.parse()?).await,
        ["executor", name, scheduler_port, port, grpc_port, folder, processors] => {
            executor(ExecutorProcessConfig {
                executor_id: name.to_owned(),
                external_host: Some(HOST.to_owned()),
                scheduler_host: HOST.to_owned(),
                scheduler_port: scheduler_port.parse()?,
                port: port.parse()?,
                grpc_port: grpc_port.parse()?,
                work_dir: Some(folder.to_owned()),
                vcores: processors.parse()?,
                executor_heartbeat_interval_seconds: 1,
                override_config_producer: Some(Arc::new(session_config_with_s3_support)),
                override_runtime_producer: Some(Arc::new(runtime_env_with_s3_support)),
                ..ExecutorProcessConfig::default()
            })
            .await
        }
        _ => {
            Err("neither a scheduler nor an executor; the first lines of this file say how".into())
        }
    }
}

async fn scheduler(port: u16) -> Result<(), Box<dyn Error>> {
    let config = SchedulerConfig {
        external_host: HOST.to_owned(),
        bind_port: port,
        executor_timeout_seconds: SILENCE_SECS,
        expire_dead_executor_interval_seconds: 1,
        override_config_producer: Some(Arc::new(session_config_with_s3_support)),
        override_session_builder: Some(Arc::new(session_state_with_s3_support)),
        ..SchedulerConfig::default()
    };
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let scheduler =
        create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
    say_ready()?;
    Ok(start_grpc_service_with_listener(listener, scheduler).await?)
}

async fn executor(config: ExecutorProcessConfig) -> Result<(), Box<dyn Error>> {
    let health = config.health.clone();
    let running = start_executor_process(Arc::new(config));
    let ready = async {
        while !health.is_ready() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        say_ready()
    };
    let (ended, said) = tokio::join!(running, ready);
    said?;
    Ok(ended?)
}

#[expect(clippy::print_stdout, reason = "who started this waits for the line")]
fn say_ready() -> std::io::Result<()> {
    println!("ready");
    std::io::stdout().flush()
}
