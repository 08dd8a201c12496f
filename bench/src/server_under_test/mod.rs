//! A real `tastemaker serve` in a process and a folder of its own, for benchmarks to talk to.
//!
//! The binary is the one that Cargo built beside this benchmark, or the one named by `--binary`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Stdio};

use anyhow::{Context, bail};
use tempfile::TempDir;

/// The secret key that benchmarks give to the server.
const SECRET_KEY: &str = "tms_for_benchmarks_only";
/// What the server prints before the address it listens on.
const LISTENING: &str = "listening on ";

/// A running server.
#[derive(Debug)]
pub(crate) struct ServerUnderTest {
    process: Child,
    /// Where it listens.
    pub(crate) url: String,
    command: Command,
    /// `None` once it was handed on.
    folder: Option<TempDir>,
}

/// How it is started.
#[derive(Clone, Debug)]
struct Command {
    binary: Option<PathBuf>,
    root_key: PathBuf,
    /// Settings of its own, as variables.
    settings: Vec<(&'static str, String)>,
}

impl ServerUnderTest {
    /// Starts a server on an empty folder and a free port.
    ///
    /// # Errors
    ///
    /// When there is no binary or it does not come up.
    pub(crate) fn start(binary: Option<&Path>) -> anyhow::Result<ServerUnderTest> {
        let folder = tempfile::tempdir()?;
        let root_key = folder.path().join("root.key");
        let command =
            Command { binary: binary.map(Path::to_path_buf), root_key, settings: Vec::new() };
        ServerUnderTest::start_in(folder, command)
    }

    /// Starts a server on an empty folder, with this root key and settings.
    ///
    /// # Errors
    ///
    /// As [`start`](ServerUnderTest::start).
    pub(crate) fn start_with(
        binary: Option<&Path>,
        root_key: &Path,
        settings: &[(&'static str, String)],
    ) -> anyhow::Result<ServerUnderTest> {
        let (binary, root_key) = (binary.map(Path::to_path_buf), root_key.to_path_buf());
        let command = Command { binary, root_key, settings: settings.to_vec() };
        ServerUnderTest::start_in(tempfile::tempdir()?, command)
    }

    /// Kills it and starts it again on its folder.
    ///
    /// # Errors
    ///
    /// As [`start`](ServerUnderTest::start).
    pub(crate) fn kill_and_start(mut self) -> anyhow::Result<ServerUnderTest> {
        self.kill();
        let folder = self.folder.take().context("it has a folder")?;
        ServerUnderTest::start_in(folder, self.command.clone())
    }

    fn start_in(folder: TempDir, command: Command) -> anyhow::Result<ServerUnderTest> {
        let binary = command.binary.clone().map_or_else(beside_this_one, Ok)?;
        let mut process = process::Command::new(&binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .env("TASTEMAKER_DATA__ROOT_KEY_FILE", &command.root_key)
            .env("TASTEMAKER_BOOTSTRAP__SECRET_KEY", SECRET_KEY)
            .env("TASTEMAKER_LIMITS__PER_KEY_REQUESTS_PER_SECOND", "0")
            .env("TASTEMAKER_LOG__LEVEL", "warn")
            .envs(command.settings.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        let stdout = process.stdout.take().context("the server's output is not piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let url = loop {
            let Some(line) = lines.next() else { bail!("the server ended before it listened") };
            if let Some((_, rest)) = line?.split_once(LISTENING) {
                break rest.trim().to_owned();
            }
        };
        // Keep reading, or the server would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(ServerUnderTest { process, url, command, folder: Some(folder) })
    }

    fn kill(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }

    /// A client that presents the server's secret key.
    ///
    /// # Errors
    ///
    /// When the client cannot be built.
    pub(crate) fn client(&self) -> anyhow::Result<Client> {
        let http = reqwest::Client::builder().pool_max_idle_per_host(64).no_proxy().build()?;
        Ok(Client { http, url: self.url.clone() })
    }

    /// The server's resident memory.
    ///
    /// # Errors
    ///
    /// When the operating system does not tell.
    pub(crate) fn rss_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let kilobytes: f64 = line
            .and_then(|it| it.split_whitespace().next())
            .context("no VmRSS in /proc")?
            .parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Bytes on disk in the server's data folder.
    pub(crate) fn disk_bytes(&self) -> u64 {
        self.folder.as_ref().map_or(0, |it| folder_bytes(&it.path().join("data")))
    }
}

/// Bytes of all files in a folder.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|it| match it.metadata() {
            Ok(meta) if meta.is_dir() => folder_bytes(&it.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

impl Drop for ServerUnderTest {
    fn drop(&mut self) {
        // The folder goes with it, so there is nothing to end in order.
        self.kill();
    }
}

/// The product's binary that Cargo built beside this benchmark.
///
/// # Errors
///
/// When it was not built.
pub(crate) fn beside_this_one() -> anyhow::Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("tastemaker");
    if !binary.exists() {
        bail!("{} is missing; run `cargo build --release -p tastemaker`", binary.display());
    }
    Ok(binary)
}

/// A client of the server.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    /// Posts a body and returns the answer's.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached or answers with an error.
    pub(crate) async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> anyhow::Result<Vec<u8>> {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.basic_auth(SECRET_KEY, Some("")).header("content-type", content_type);
        let answer = request.body(body).send().await?;
        let status = answer.status();
        let bytes = answer.bytes().await?;
        if !status.is_success() {
            bail!("{path} answered {status}: {}", String::from_utf8_lossy(&bytes));
        }
        Ok(bytes.to_vec())
    }
}
