//! PostgreSQL: a throw-away cluster from the programs that are installed.
//!
//! The first start on a machine runs `initdb` once (some seconds) and keeps the result below `target/`;
//! every other start copies it (some tenths). A server syncs as one in production does, because what
//! tests ask it is whether answered writes last. Where there is room its folder is in memory: what a
//! server loses when it crashes is the same there, and a busy disk would hold every sync up.
//!
//! PostgreSQL refuses to run as root: there it is started as the user `postgres` or `nobody`.

mod account;
mod template;

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use rustix::fs::{StatVfs, statvfs};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::needed::{needed, variable};
use crate::ports::Port;
use account::Account;

/// The environment variable that names the folder of PostgreSQL's programs.
const FOLDER_VARIABLE: &str = "TASTEMAKER_POSTGRES";

/// Where Debian has them, below the number of the version.
const INSTALLED: &str = "/usr/lib/postgresql";

/// The oldest version that is supported.
const VERSION_MIN: u32 = 15;

/// The superuser of a cluster, who needs no password.
const USER: &str = "tastemaker";

/// A folder in memory, on Linux.
const MEMORY: &str = "/dev/shm";

/// The room that several clusters need which run at the same time.
const ROOM_BYTES: u64 = 2 << 30;

/// What a server says when it takes connections; a standby takes read-only ones.
const READY: &str = "database system is ready to accept";

/// How a server ends; each is the signal that asks for it.
#[derive(Clone, Copy)]
enum Ending {
    /// Connections are cut, everything is written out.
    Orderly,
    /// As if it had crashed: the next start recovers from the write-ahead log.
    Crash,
}

/// A server with a cluster of its own, which ends with this value.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    account: Option<Account>,
    folder: TempDir,
    port: Port,
    server: Option<Child>,
    has_tls: bool,
    n_databases: AtomicU32,
}

impl Postgres {
    /// Starts a server, or answers `None` where PostgreSQL is not installed.
    ///
    /// # Panics
    ///
    /// If it is not installed where programs are required, or does not start.
    pub fn start() -> Option<Postgres> {
        let mut server = Postgres::prepare()?;
        server.resume();
        Some(server)
    }

    /// The same with TLS; its certificate is for `localhost`, signed by [`Postgres::authority`].
    ///
    /// # Panics
    ///
    /// As [`Postgres::start`], and if `openssl` is missing.
    pub fn start_with_tls() -> Option<Postgres> {
        let mut server = Postgres::prepare()?;
        server.make_certificates();
        server.has_tls = true;
        server.resume();
        Some(server)
    }

    /// Starts a standby of this server, which replays what it writes.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn standby(&self) -> Postgres {
        let folder = new_folder(self.account.as_ref());
        let mut copy = Command::new(self.programs.join("pg_basebackup"));
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--pgdata"]);
        copy.arg(folder.path().join("data")).arg("--dbname").arg(self.url("postgres"));
        act_as(&mut copy, self.account.as_ref());
        run(&mut copy);
        let mut standby = Postgres {
            programs: self.programs.clone(),
            account: self.account,
            folder,
            port: Port::claim(),
            server: None,
            has_tls: false,
            n_databases: AtomicU32::new(0),
        };
        standby.resume();
        standby
    }

    /// The address, at this server, of a database that a server which it is a standby of has at `url`.
    ///
    /// # Panics
    ///
    /// If `url` is no address of a database.
    pub fn same(&self, url: &str) -> String {
        let (_, database) = url.rsplit_once('/').expect("an address ends with a database");
        self.url(database)
    }

    /// The address of a new, empty database.
    ///
    /// # Panics
    ///
    /// If the server does not make one.
    pub fn database(&self) -> String {
        let n = self.n_databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{n}");
        self.sql(&format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// Runs statements as the superuser, beside whatever a test does.
    ///
    /// # Panics
    ///
    /// If one fails.
    pub fn sql(&self, statements: &str) {
        self.sql_in(&self.url("postgres"), statements);
    }

    /// The same in the database at `url`.
    ///
    /// # Panics
    ///
    /// If one fails.
    pub fn sql_in(&self, url: &str, statements: &str) {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statements]);
        run(&mut psql);
    }

    /// Stops the server in order, cutting connections.
    pub fn stop(&mut self) {
        self.end(Ending::Orderly);
    }

    /// Stops the server as a crash would.
    pub fn crash(&mut self) {
        self.end(Ending::Crash);
    }

    /// Starts the server again, on the same port; answers when it takes connections.
    ///
    /// # Panics
    ///
    /// If it does not start; the message has what it said.
    pub fn resume(&mut self) {
        self.end(Ending::Orderly);
        let mut command = Command::new(self.programs.join("postgres"));
        command
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-h", "127.0.0.1", "-p", &self.port.number.to_string()])
            .args(["-c", "fsync=on", "-c", "shared_buffers=32MB", "-c", "lc_messages=C"]);
        if self.has_tls {
            let file = |name: &str| self.folder.path().join(name).display().to_string();
            command.args(["-c", "ssl=on"]);
            command.args(["-c", &format!("ssl_cert_file={}", file("server.crt"))]);
            command.args(["-c", &format!("ssl_key_file={}", file("server.key"))]);
        }
        act_as(&mut command, self.account.as_ref());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut server = command.spawn().expect("a program that was found can be started");
        let mut said = BufReader::new(server.stderr.take().expect("it was asked for"));
        wait_until_ready(&mut said);
        // What it says later is of no use, but must go somewhere.
        thread::spawn(move || io::copy(&mut said, &mut io::sink()));
        self.server = Some(server);
    }

    /// The file of the certificate that signed the server's.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.crt")
    }

    fn prepare() -> Option<Postgres> {
        let remedy = "install PostgreSQL 15 or later (Debian's package `postgresql`), or name the \
                      folder of its programs in TASTEMAKER_POSTGRES";
        let programs = needed("PostgreSQL", remedy, programs())?;
        let account = Account::for_servers();
        let folder = new_folder(account.as_ref());
        template::copy_to(&folder.path().join("data"), &programs, account.as_ref());
        Some(Postgres {
            programs,
            account,
            folder,
            port: Port::claim(),
            server: None,
            has_tls: false,
            n_databases: AtomicU32::new(0),
        })
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{USER}@localhost:{}/{database}", self.port.number)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn make_certificates(&self) {
        let folder = self.folder.path();
        let make = |name: &str, subject: &str, more: &[&str]| {
            let mut openssl = Command::new("openssl");
            openssl.current_dir(folder).args(["req", "-x509", "-nodes", "-days", "36500"]);
            openssl.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]);
            openssl.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.crt")]);
            run(openssl.args(["-subj", subject]).args(more));
            for kind in ["key", "crt"] {
                let file = folder.join(format!("{name}.{kind}"));
                account::hand_over(&file, self.account.as_ref());
            }
        };
        make("authority", "/CN=tests", &[]);
        let signed = ["-CA", "authority.crt", "-CAkey", "authority.key"];
        let for_host = ["-addext", "subjectAltName=DNS:localhost"];
        let no_authority = ["-addext", "basicConstraints=critical,CA:FALSE"];
        let all = [&signed[..], &for_host, &no_authority].concat();
        make("server", "/CN=localhost", &all);
    }

    fn end(&mut self, ending: Ending) {
        let Some(mut server) = self.server.take() else { return };
        let signal = match ending {
            Ending::Orderly => Signal::INT,
            Ending::Crash => Signal::QUIT,
        };
        let id = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
        let id = id.expect("a child has an id");
        kill_process(id, signal).expect("a child that was not waited for can be signalled");
        server.wait().expect("a child can be waited for");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end(Ending::Crash);
    }
}

fn new_folder(account: Option<&Account>) -> TempDir {
    let folder = tempfile::Builder::new().prefix("tastemaker-postgres-").tempdir_in(place());
    let folder = folder.expect("the temporary folder must be writable");
    account::hand_over(folder.path(), account);
    folder
}

/// Where clusters are: in memory if there is room, else in the temporary folder.
fn place() -> PathBuf {
    let is_roomy = |it: StatVfs| it.f_bavail.saturating_mul(it.f_frsize) >= ROOM_BYTES;
    if statvfs(MEMORY).is_ok_and(is_roomy) { MEMORY.into() } else { std::env::temp_dir() }
}

/// Reads what a server says until it is ready.
fn wait_until_ready(said: &mut impl BufRead) {
    let mut all = String::new();
    loop {
        let before = all.len();
        let n_bytes = said.read_line(&mut all).expect("a server's words can be read");
        assert!(n_bytes > 0, "PostgreSQL did not start: {all}");
        if all.get(before..).is_some_and(|line| line.contains(READY)) {
            return;
        }
    }
}

/// The folder of the newest programs that are installed and supported.
fn programs() -> Option<PathBuf> {
    let is_whole = |folder: &PathBuf| {
        ["initdb", "postgres", "psql", "pg_basebackup"].iter().all(|it| folder.join(it).is_file())
    };
    if let Some(named) = variable(FOLDER_VARIABLE) {
        return Some(named).filter(is_whole);
    }
    let version = |folder: &Path| folder.file_name()?.to_str()?.parse::<u32>().ok();
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(INSTALLED)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|folder| Some((version(&folder)?, folder.join("bin"))))
        .filter(|(version, folder)| *version >= VERSION_MIN && is_whole(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// Runs a program as the account that servers run as, if that is another than ours.
fn act_as(command: &mut Command, account: Option<&Account>) {
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    // Where the tests run may be closed to that account.
    command.current_dir("/");
}

/// Runs a program to its end.
fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output();
    let done = done.unwrap_or_else(|err| panic!("{command:?} cannot be started: {err}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_keeps_what_was_committed_when_it_crashes() {
        let Some(mut server) = Postgres::start() else { return };
        server.sql("CREATE TABLE kept (n BIGINT)");
        server.crash();
        server.resume();
        server.sql("INSERT INTO kept VALUES (1)");
        server.stop();
        server.resume();
        assert_ne!(server.database(), server.database(), "each is new");
    }

    #[test]
    fn a_server_and_its_folder_end_with_their_test() {
        let Some(server) = Postgres::start() else { return };
        let (folder, port) = (server.folder.path().to_owned(), server.port.number);
        drop(server);
        assert!(!folder.exists());
        assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_ok());
    }
}
