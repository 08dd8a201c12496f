//! A Ballista scheduler with executors, each a process.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::needed::needed;
use crate::ports::Port;

/// The program, an example of this crate, below the folder of a profile.
const PROGRAM: &str = "examples/ballista";

/// A cluster of our own, stopped and removed with this value.
#[derive(Debug)]
pub struct Ballista {
    program: PathBuf,
    folder: TempDir,
    port: Port,
    environment: Vec<(String, String)>,
    scheduler: Option<Process>,
    executors: Vec<Option<Process>>,
}

#[derive(Debug)]
struct Process {
    process: Child,
    /// Claimed as long as it runs.
    _ports: Vec<Port>,
}

impl Ballista {
    /// Starts a scheduler and `n_executors` of `n_processors` each, which find in `environment` how objects are
    /// reached, or answers `None` when the program is absent.
    ///
    /// # Panics
    ///
    /// If the program is absent where programs are required, or does not start.
    pub fn start(
        n_executors: usize,
        n_processors: usize,
        environment: &[(&str, &str)],
    ) -> Option<Ballista> {
        let found = std::env::current_exe().ok();
        // Beside the tests, which are one folder further down than programs.
        let found = found.as_deref().unwrap_or(Path::new("")).ancestors().skip(1).take(2);
        let found = found.map(|it| it.join(PROGRAM)).find(|it| it.is_file());
        let remedy = "run `cargo build --package test-backends --examples`, with `--release` for a benchmark";
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let mut cluster = Ballista {
            program: needed(PROGRAM, remedy, found)?,
            folder: TempDir::new().expect("a temporary folder"),
            port: Port::claim(),
            environment: environment.iter().map(own).collect(),
            scheduler: None,
            executors: Vec::new(),
        };
        let port = cluster.port.number.to_string();
        cluster.scheduler = Some(cluster.process(&["scheduler", &port], Vec::new()));
        for number in 0..n_executors {
            let (name, ports) = (format!("executor-{number}"), vec![Port::claim(), Port::claim()]);
            let folder = cluster.folder.path().join(&name).display().to_string();
            let [flight, grpc] = [&ports[0], &ports[1]].map(|it| it.number.to_string());
            let processors = n_processors.to_string();
            let arguments = ["executor", &name, &port, &flight, &grpc, &folder, &processors];
            let executor = cluster.process(&arguments, ports);
            cluster.executors.push(Some(executor));
        }
        Some(cluster)
    }

    /// Where clients reach the scheduler.
    pub fn url(&self) -> String {
        format!("df://127.0.0.1:{}", self.port.number)
    }

    /// The process ids of the executors that run.
    pub fn executor_ids(&self) -> Vec<u32> {
        self.executors.iter().flatten().map(|it| it.process.id()).collect()
    }

    /// Kills an executor, as a crash would: nobody learns of it but by its silence.
    ///
    /// # Panics
    ///
    /// If there never was an executor of that number, from 0.
    pub fn kill_executor(&mut self, number: usize) {
        self.executors[number] = None;
    }

    /// Kills the scheduler.
    pub fn kill_scheduler(&mut self) {
        self.scheduler = None;
    }

    /// Starts the program and waits until it says that it is ready.
    fn process(&self, arguments: &[&str], ports: Vec<Port>) -> Process {
        let mut command = Command::new(&self.program);
        command.args(arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        let said = BufReader::new(process.stdout.take().expect("its output is piped"));
        let process = Process { process, _ports: ports };
        let first = said.lines().next();
        assert!(
            matches!(first, Some(Ok(line)) if line == "ready"),
            "it did not start: {arguments:?}"
        );
        process
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A process that is gone already cannot be killed, which is as good.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
