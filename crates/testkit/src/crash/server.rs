//! The server under test: a process that can be killed, and the folders that outlive it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::CrashError;
use super::load::Request;
use crate::unsynced::{Recording, Trace};

/// The secret key that the server is given.
const SECRET_KEY: &str = "tms_for_crash_tests_only";
/// What the server prints before the address it listens on.
const LISTENING: &str = "listening on ";

/// How long a client waits for an answer: longer than a server that lives ever takes.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Where servers live and die.
#[derive(Debug)]
pub(super) struct Site {
    binary: PathBuf,
    folder: TempDir,
    data: PathBuf,
    /// Settings of its own, as variables.
    settings: Vec<(&'static str, String)>,
}

impl Site {
    pub(super) fn new(binary: PathBuf) -> Result<Site, CrashError> {
        Site::with(binary, Vec::new())
    }

    /// A site whose servers are given these variables as well.
    pub(super) fn with(
        binary: PathBuf,
        settings: Vec<(&'static str, String)>,
    ) -> Result<Site, CrashError> {
        let folder = tempfile::tempdir().map_err(CrashError::io("making a folder"))?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data).map_err(CrashError::io("making the data folder"))?;
        Ok(Site { binary, folder, data, settings })
    }

    /// The data folder of the server.
    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    /// The data folder of a replica, which is made if there is none.
    pub(super) fn replica(&self, number: usize) -> Result<PathBuf, CrashError> {
        let folder = self.folder.path().join(format!("replica-{number}"));
        std::fs::create_dir_all(&folder).map_err(CrashError::io("making a data folder"))?;
        Ok(folder)
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
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
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
pub(super) fn busy(command: &mut Command) -> &mut Command {
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
    Plain(Mortal),
    Traced(Recording),
}

/// A process that does not outlive the experiment, however that ends.
#[derive(Debug)]
struct Mortal(Child);

impl Drop for Mortal {
    fn drop(&mut self) {
        // It may have been killed already; then there is nothing to do.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// Kills it, if it lives, and waits for its end.
    fn end(self) -> Result<(), CrashError> {
        let failed = CrashError::io("killing the server");
        match self {
            Process::Plain(mut process) => {
                let child = &mut process.0;
                child.kill().and_then(|()| child.wait()).map(drop).map_err(failed)
            }
            Process::Traced(recording) => {
                recording.kill().and_then(|()| recording.finish()).map(drop).map_err(failed)
            }
        }
    }
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
        let said = data.with_extension("log");
        let file = File::create(&said).map_err(CrashError::io("making a file"))?;
        // What is set for this site holds.
        let settings = site.settings.iter().map(|(name, value)| (name, value));
        let busy = busy(&mut command).envs(settings);
        let child = busy.stdout(Stdio::piped()).stderr(file).spawn();
        let child = child.map_err(CrashError::io("starting the server"))?;
        Server::listening(Process::Plain(Mortal(child)), said)
    }

    /// Starts a server that is traced, on the site's folder.
    pub(super) fn start_traced(site: &Site) -> Result<Server, CrashError> {
        let mut command = site.command(&SERVE, site.data());
        let recording = Recording::start(busy(&mut command), &site.folder.path().join("trace"));
        let recording = recording.map_err(CrashError::io("starting the traced server"))?;
        Server::listening(Process::Traced(recording), site.data().with_extension("log"))
    }

    fn listening(mut process: Process, log: PathBuf) -> Result<Server, CrashError> {
        let child = match &mut process {
            Process::Plain(Mortal(child)) => child,
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
        let dead = process.end();
        dead.and(Err(CrashError::Command { command: SERVE.join(" "), said }))
    }

    /// Stops the process where it stands, or lets it go on.
    pub(super) fn pause(&self, is_paused: bool) -> Result<(), CrashError> {
        let Process::Plain(Mortal(child)) = &self.process else { return Ok(()) };
        let signal = if is_paused { Signal::STOP } else { Signal::CONT };
        let sent = kill_process(Pid::from_child(child), signal);
        sent.map_err(|err| CrashError::io("sending a signal")(err.into()))
    }

    /// Kills the server as `kill -9` does, and tells what it was doing.
    pub(super) fn kill(self) -> Result<Doing, CrashError> {
        let said = self.said.clone();
        self.process.end()?;
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
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN).build();
        let http = http.map_err(|err| CrashError::Io {
            what: "building a client",
            source: std::io::Error::other(err),
        })?;
        Ok(Client { http, url: url.to_owned() })
    }

    /// Sends a request; answers whether it was acknowledged, or `false` when no answer came.
    pub(super) async fn send(&self, request: &Request) -> Result<bool, CrashError> {
        match self.ask(request).await {
            Reply::Done(_) => Ok(true),
            Reply::None => Ok(false),
            Reply::Refused(answer) => Err(CrashError::Refused { path: request.path, answer }),
        }
    }

    /// Sends a request and answers what came of it.
    pub(super) async fn ask(&self, request: &Request) -> Reply {
        let mut http = self.http.post(format!("{}{}", self.url, request.path));
        http = http.basic_auth(SECRET_KEY, Some("")).header("content-type", request.content_type);
        if let Some(key) = &request.idempotency_key {
            http = http.header("idempotency-key", key);
        }
        let Ok(answer) = http.body(request.body.clone()).send().await else { return Reply::None };
        let status = answer.status();
        let Ok(text) = answer.text().await else { return Reply::None };
        let is_whole = text.contains(r#""rejected":[]"#) || request.deeds.is_empty();
        if status.is_success() && is_whole {
            Reply::Done(text)
        } else {
            Reply::Refused(format!("{status}: {text}"))
        }
    }

    /// Gets a page of the interface; nothing when it does not come.
    pub(super) async fn get(&self, path: &str) -> Option<String> {
        let http = self.http.get(format!("{}{path}", self.url)).basic_auth(SECRET_KEY, Some(""));
        let answer = http.send().await.ok().filter(|it| it.status().is_success())?;
        answer.text().await.ok()
    }
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// What it asked for, all of it.
    Done(String),
    /// An answer that says otherwise.
    Refused(String),
    /// No answer.
    None,
}
