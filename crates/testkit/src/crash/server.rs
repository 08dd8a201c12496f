//! The server under test: a process that can be killed, and the folders that outlive it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::CrashError;
use super::load::Request;
use crate::unsynced::{Recording, Trace};

/// The secret key that the server is given.
const SECRET_KEY: &str = "tms_for_crash_tests_only";
/// What the server prints before the address it listens on.
const LISTENING: &str = "listening on ";

/// Where servers live and die.
#[derive(Debug)]
pub(super) struct Site {
    binary: PathBuf,
    folder: TempDir,
    data: PathBuf,
}

impl Site {
    pub(super) fn new(binary: PathBuf) -> Result<Site, CrashError> {
        let folder = tempfile::tempdir().map_err(CrashError::io("making a folder"))?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data).map_err(CrashError::io("making the data folder"))?;
        Ok(Site { binary, folder, data })
    }

    /// The data folder of the server.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// A command on a data folder.
    pub(super) fn command(&self, arguments: &[&str], data: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env("TASTEMAKER_DATA__FOLDER", data);
        command.env("TASTEMAKER_DATA__ROOT_KEY_FILE", self.folder.path().join("root.key"));
        command.env("TASTEMAKER_BOOTSTRAP__SECRET_KEY", SECRET_KEY);
        command.env("TASTEMAKER_LOG__LEVEL", "error,app::archive=debug");
        command.env("TASTEMAKER_LIMITS__PER_KEY_REQUESTS_PER_SECOND", "0");
        command.env("TASTEMAKER_LIMITS__PER_KEY_BURST_REQUESTS", "10000000");
        command
    }

    /// Where a server that is not traced says what it does.
    fn said(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// Runs a command on a data folder to its end and answers what it printed.
    pub(super) fn run(&self, arguments: &[&str], data: &Path) -> Result<String, CrashError> {
        let output = self.command(arguments, data).output();
        let output = output.map_err(CrashError::io("running a command"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(CrashError::Command { command: arguments.join(" "), said });
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// What a server did last before it was killed, as far as it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Neither of the two below.
    Else,
    /// It moved events from the log into the lake.
    Archiving,
    /// It merged and removed files of the lake.
    Tending,
}

/// Makes a server do what kills are to meet all the time: save its state, archive little by little,
/// forget, merge files and remove them.
fn busy(command: &mut Command) -> &mut Command {
    let often = [
        ("SNAPSHOTS__EVERY_EVENTS", "2000"),
        ("LAKE__COMMIT_EVENTS", "400"),
        ("LAKE__COMMIT_SECS", "0"),
        ("LAKE__LOG_KEEP_EVENTS", "30000"),
        ("LAKE__TEND_EVERY_COMMITS", "2"),
        ("LAKE__VACUUM_AFTER_SECS", "0"),
    ];
    for (setting, value) in often {
        command.env(format!("TASTEMAKER_{setting}"), value);
    }
    command
}

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    process: Process,
    /// Where it says what it does.
    said: PathBuf,
    pub(super) client: Client,
}

#[derive(Debug)]
enum Process {
    Plain(Child),
    Traced(Recording),
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

impl Server {
    /// Starts a server on the site's folder.
    pub(super) fn start(site: &Site) -> Result<Server, CrashError> {
        Server::start_on(site, site.data())
    }

    /// Starts a server on another folder.
    pub(super) fn start_on(site: &Site, data: &Path) -> Result<Server, CrashError> {
        let mut command = site.command(&SERVE, data);
        let said = site.said();
        let file = File::create(&said).map_err(CrashError::io("making a file"))?;
        let child = busy(&mut command).stdout(Stdio::piped()).stderr(file).spawn();
        let child = child.map_err(CrashError::io("starting the server"))?;
        Server::listening(Process::Plain(child), said)
    }

    /// Starts a server that is traced, on the site's folder.
    pub(super) fn start_traced(site: &Site) -> Result<Server, CrashError> {
        let mut command = site.command(&SERVE, site.data());
        let recording = Recording::start(busy(&mut command), &site.folder.path().join("trace"));
        let recording = recording.map_err(CrashError::io("starting the traced server"))?;
        Server::listening(Process::Traced(recording), site.said())
    }

    fn listening(mut process: Process, log: PathBuf) -> Result<Server, CrashError> {
        let child = match &mut process {
            Process::Plain(child) => child,
            Process::Traced(recording) => recording.child_mut(),
        };
        let mut said = String::new();
        let lines = child.stdout.take().into_iter().flat_map(|it| BufReader::new(it).lines());
        for line in lines.map_while(Result::ok) {
            if let Some((_, url)) = line.split_once(LISTENING) {
                let client = Client::new(url.trim())?;
                return Ok(Server { process, said: log, client });
            }
            said = said + &line + "\n";
        }
        Err(CrashError::Command { command: SERVE.join(" "), said })
    }

    /// Kills the server as `kill -9` does, and tells what it was doing.
    pub(super) fn kill(self) -> Result<Doing, CrashError> {
        let said = self.said.clone();
        self.kill_process()?;
        // One that is traced says nothing of it.
        let said = std::fs::read_to_string(said).unwrap_or_default();
        let begun = |line: &str| match line {
            it if it.contains(r#""archiving""#) => Some(Doing::Archiving),
            it if it.contains(r#""tending""#) => Some(Doing::Tending),
            it if it.contains(r#""archived""#) || it.contains(r#""tended""#) => Some(Doing::Else),
            _ => None,
        };
        Ok(said.lines().rev().find_map(begun).unwrap_or(Doing::Else))
    }

    fn kill_process(self) -> Result<(), CrashError> {
        let failed = CrashError::io("killing the server");
        match self.process {
            Process::Plain(mut child) => {
                child.kill().and_then(|()| child.wait()).map(drop).map_err(failed)
            }
            Process::Traced(recording) => {
                recording.kill().and_then(|()| recording.finish()).map(drop).map_err(failed)
            }
        }
    }

    /// Kills a traced server and answers what it did.
    pub(super) fn kill_and_read_trace(self) -> Result<Trace, CrashError> {
        match self.process {
            Process::Plain(_) => Ok(Trace::default()),
            Process::Traced(recording) => recording
                .kill()
                .and_then(|()| recording.finish())
                .map_err(CrashError::io("reading the trace")),
        }
    }
}

/// A client of the server.
#[derive(Clone, Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    fn new(url: &str) -> Result<Client, CrashError> {
        let http = reqwest::Client::builder().no_proxy().build();
        let http = http.map_err(|err| CrashError::Io {
            what: "building a client",
            source: std::io::Error::other(err),
        })?;
        Ok(Client { http, url: url.to_owned() })
    }

    /// Sends a request; answers whether it was acknowledged, or `false` when no answer came.
    pub(super) async fn send(&self, request: &Request) -> Result<bool, CrashError> {
        let mut http = self.http.post(format!("{}{}", self.url, request.path));
        http = http.basic_auth(SECRET_KEY, Some("")).header("content-type", request.content_type);
        if let Some(key) = &request.idempotency_key {
            http = http.header("idempotency-key", key);
        }
        let Ok(answer) = http.body(request.body.clone()).send().await else { return Ok(false) };
        let status = answer.status();
        let Ok(text) = answer.text().await else { return Ok(false) };
        let is_whole = text.contains(r#""rejected":[]"#) || request.deeds.is_empty();
        if !status.is_success() || !is_whole {
            return Err(CrashError::Refused {
                path: request.path,
                answer: format!("{status}: {text}"),
            });
        }
        Ok(true)
    }
}
