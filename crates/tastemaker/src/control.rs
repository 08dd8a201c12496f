//! The control socket: how a command asks the server that has the data folder open.
//!
//! ```text
//! tastemaker backup, migrate ──▶ data/control.sock ──▶ the running server ──▶ the same use case
//!               └── nobody listens: opens the folder itself ─────────────────────────▲
//! ```
//!
//! It speaks HTTP on a Unix socket that only its owner may use, so no key is asked. An answer is lines of
//! JSON: how far it is, then what came of it. Who asks and goes gives up what was asked.

use std::convert::Infallible;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use app::App;
use app::backup::BackupProgress;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path as Named, State};
use axum::http::StatusCode;
use axum::routing::post;
use futures::future::{BoxFuture, FutureExt};
use futures::stream;
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};

use crate::wish::Wish;

/// The socket in the data folder.
const SOCKET: &str = "control.sock";
/// The folder in which it is made.
const PRIVATE: &str = "control.new";
/// How long the path of a socket may be: a little less than any system allows.
const ADDRESS_BYTES_MAX: usize = 100;
/// Only the owner may connect.
const OWNER_ONLY: u32 = 0o600;
/// And enter, where it is a folder.
const ENTER: u32 = 0o100;
/// How long whoever asked may take to read what they are told at the end.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// How many lines may wait for whoever reads them; beyond that progress is not told.
const LINES_MAX: usize = 16;
/// How long a line may be.
const LINE_BYTES_MAX: usize = 64 << 10;
const ENDED: &str = "the server ended before it had finished; begin again";

/// The server's side.
#[derive(Debug)]
pub(crate) struct Control {
    path: PathBuf,
    stopping: watch::Sender<bool>,
    serving: tokio::task::JoinHandle<()>,
}

/// What is asked for, and who is told how far it is.
struct Asked {
    wish: Wish,
    lines: mpsc::Sender<String>,
}

/// Does what is asked for, and says in words what came of it.
type Obey = Arc<dyn Fn(Asked) -> BoxFuture<'static, anyhow::Result<String>> + Send + Sync>;

#[derive(Clone)]
struct Served {
    obey: Obey,
    stopping: watch::Receiver<bool>,
}

impl Control {
    /// Listens in the data folder, which this process has locked: a socket that is there is a dead server's.
    ///
    /// # Errors
    ///
    /// When the socket cannot be made.
    pub(crate) fn listen(folder: &Path, app: Arc<App>) -> io::Result<Control> {
        let obey = move |asked| obey(Arc::clone(&app), asked).boxed();
        Control::serve(folder, Arc::new(obey))
    }

    fn serve(folder: &Path, obey: Obey) -> io::Result<Control> {
        let path = folder.join(SOCKET);
        let listener = bind(folder)?;
        let stopping = watch::Sender::new(false);
        let served = Served { obey, stopping: stopping.subscribe() };
        let router = Router::new().route("/{wish}", post(asked)).with_state(served);
        let mut stopped = stopping.subscribe();
        let serving = tokio::spawn(async move {
            let ended = async move { drop(stopped.wait_for(|it| *it).await) };
            let served = axum::serve(listener, router).with_graceful_shutdown(ended).await;
            if let Err(error) = served {
                tracing::warn!(%error, "the control socket is closed");
            }
        });
        Ok(Control { path, stopping, serving })
    }

    /// Gives up what was asked, and listens no more.
    pub(crate) async fn close(self) {
        self.stopping.send_replace(true);
        let mut serving = self.serving;
        match tokio::time::timeout(CLOSE_WITHIN, &mut serving).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the control socket had died"),
            // Who asked and does not read the answer keeps no server from its end.
            Err(_) => serving.abort(),
        }
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "the control socket could not be removed; the next start does it");
        }
    }
}

/// Makes the socket in a folder that nobody else may enter, and moves it to its place when it is its owner's
/// alone: there is no moment at which others could connect.
fn bind(folder: &Path) -> io::Result<UnixListener> {
    let private = folder.join(PRIVATE);
    match std::fs::remove_dir_all(&private) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::fs::DirBuilder::new().mode(OWNER_ONLY | ENTER).create(&private)?;
    let opened = Short::of(&private)?;
    let listener = UnixListener::bind(opened.path.join(SOCKET))?;
    let socket = private.join(SOCKET);
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(OWNER_ONLY))?;
    std::fs::rename(socket, folder.join(SOCKET))?;
    std::fs::remove_dir(private)?;
    Ok(listener)
}

/// A name of a folder that is short enough for the address of a socket.
struct Short {
    path: PathBuf,
    /// The open folder that the short name is of.
    _opened: Option<File>,
}

impl Short {
    fn of(folder: &Path) -> io::Result<Short> {
        if folder.as_os_str().len() + SOCKET.len() < ADDRESS_BYTES_MAX || !cfg!(target_os = "linux")
        {
            return Ok(Short { path: folder.to_path_buf(), _opened: None });
        }
        let opened = File::open(folder)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd()));
        Ok(Short { path, _opened: Some(opened) })
    }
}

async fn obey(app: Arc<App>, asked: Asked) -> anyhow::Result<String> {
    let Asked { wish, lines } = asked;
    let tell = move |it: BackupProgress| {
        let told = json!({ "step": it.step, "done": it.n_done, "all": it.n_all });
        // Who reads slowly is told the less often.
        drop(lines.try_send(line(&told)));
    };
    wish.come_true(&app, &tell).await
}

/// `POST /backup` or `POST /migrate`, with what is wished of it.
async fn asked(
    State(served): State<Served>,
    Named(wish): Named<String>,
    asked: String,
) -> Result<Body, StatusCode> {
    let wish = serde_json::from_str(&asked).ok().and_then(|it| Wish::read(&wish, &it));
    let wish = wish.ok_or(StatusCode::NOT_FOUND)?;
    let (sender, lines) = mpsc::channel::<String>(LINES_MAX);
    tokio::spawn(answer(served, wish, sender));
    let next = |mut lines: mpsc::Receiver<String>| async {
        let line = lines.recv().await?;
        Some((Ok::<String, Infallible>(line), lines))
    };
    Ok(Body::from_stream(stream::unfold(lines, next)))
}

async fn answer(mut served: Served, wish: Wish, lines: mpsc::Sender<String>) {
    let name = wish.name();
    let work = (served.obey)(Asked { wish, lines: lines.clone() });
    let told = tokio::select! {
        done = work => match done {
            Ok(summary) => {
                tracing::info!(name, summary, "what a command asked for is done");
                json!({ "finished": summary })
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(name, error, "what a command asked for failed");
                json!({ "failed": error })
            }
        },
        () = lines.closed() => {
            tracing::warn!(name, "what a command asked for is given up: who asked has gone");
            return;
        }
        _ = served.stopping.wait_for(|it| *it) => {
            json!({ "failed": "the server stops; ask again when it runs, or while it does not" })
        }
    };
    // Who asked may have gone.
    drop(lines.send(line(&told)).await);
}

fn line(told: &Value) -> String {
    format!("{told}\n")
}

/// Asks the server that has `folder` open for something; answers what it says of it, or `None` where no
/// server runs.
///
/// # Errors
///
/// When it was not done.
pub(crate) async fn ask(
    folder: &Path,
    wish: &Wish,
    tell: impl Fn(&str, u64, u64),
) -> anyhow::Result<Option<String>> {
    let socket = folder.join(SOCKET);
    let connected = async {
        let opened = Short::of(folder)?;
        UnixStream::connect(opened.path.join(SOCKET)).await
    };
    let stream = match connected.await {
        Err(error) if is_nobody(&error) => return Ok(None),
        stream => stream.with_context(|| format!("asking the server at {}", socket.display()))?,
    };
    let asking = "asking the running server";
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.context(asking)?;
    // Its end is told to whoever waits for the answer.
    drop(tokio::spawn(connection));
    let (path, asked) = (format!("/{}", wish.name()), wish.told()?.to_string());
    let request = hyper::Request::post(path).header("host", "control").body(asked)?;
    let response = sender.send_request(request).await.context(asking)?;
    if !response.status().is_success() {
        bail!("the running server is of another version; stop it and ask again");
    }
    let mut body = response.into_body();
    let mut waiting = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.context(ENDED)?;
        waiting.extend(frame.into_data().unwrap_or_default());
        while let Some(end) = waiting.iter().position(|it| *it == b'\n') {
            let told: Vec<u8> = waiting.drain(..=end).collect();
            let told: Value = serde_json::from_slice(&told)?;
            if let Some(summary) = told["finished"].as_str() {
                return Ok(Some(summary.to_owned()));
            }
            if let Some(error) = told["failed"].as_str() {
                bail!("{error}");
            }
            let number = |name: &str| told[name].as_u64().unwrap_or_default();
            tell(told["step"].as_str().unwrap_or_default(), number("done"), number("all"));
        }
        if LINE_BYTES_MAX < waiting.len() {
            bail!("the running server says nothing sensible; stop it and ask again");
        }
    }
    bail!(ENDED)
}

/// Whether nobody listens: there is no socket, or its server is dead.
fn is_nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;

    /// Obeys without end; the receiver learns when that was given up.
    fn endless(folder: &Path) -> (Control, oneshot::Receiver<()>) {
        let (given_up, learns) = oneshot::channel::<()>();
        let given_up = Mutex::new(Some(given_up));
        let obey = move |asked: Asked| {
            let held = given_up.lock().unwrap().take();
            async move {
                let told = json!({ "step": "history", "done": 1, "all": 2 });
                asked.lines.send(line(&told)).await?;
                std::future::pending::<()>().await;
                drop(held);
                Ok(String::new())
            }
            .boxed()
        };
        (Control::serve(folder, Arc::new(obey)).unwrap(), learns)
    }

    fn backup(keys: &str) -> Wish {
        Wish::Backup { data: "/d".into(), keys: keys.into() }
    }

    #[tokio::test]
    async fn who_asks_and_goes_gives_up_what_was_asked() {
        let folder = tempfile::tempdir().unwrap();
        let (control, given_up) = endless(folder.path());
        let (told, mut hears) = mpsc::unbounded_channel();
        let wish = backup("/k");
        let asking = ask(folder.path(), &wish, |step, done, all| {
            told.send((step.to_owned(), done, all)).unwrap();
        });
        tokio::select! {
            _ = asking => unreachable!("it never ends"),
            it = hears.recv() => assert_eq!(it, Some(("history".to_owned(), 1, 2))),
        }
        // Its sender is dropped with the work.
        given_up.await.unwrap_err();
        control.close().await;
    }

    #[tokio::test]
    async fn a_server_that_stops_says_so_and_leaves_no_socket() {
        let folder = tempfile::tempdir().unwrap();
        let (control, _given_up) = endless(folder.path());
        let (begun, begins) = oneshot::channel();
        let begun = Mutex::new(Some(begun));
        let wish = backup("/k");
        let asking = ask(folder.path(), &wish, |_, _, _| {
            begun.lock().unwrap().take().unwrap().send(()).unwrap();
        });
        let stopping = async {
            begins.await.unwrap();
            control.close().await;
        };
        let (asked, ()) = tokio::join!(asking, stopping);
        assert!(asked.unwrap_err().to_string().contains("the server stops"));
        let said = ask(folder.path(), &backup("/k"), |_, _, _| {}).await.unwrap();
        assert!(said.is_none(), "nobody is there");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn what_came_of_it_is_told() {
        check_told(tempfile::tempdir().unwrap().path()).await;
    }

    #[tokio::test]
    async fn a_folder_may_have_a_long_name() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("long".repeat(40));
        fs::create_dir(&long).unwrap();
        // What a server left that died at its start.
        fs::create_dir(long.join(PRIVATE)).unwrap();
        fs::write(long.join(PRIVATE).join(SOCKET), "").unwrap();
        check_told(&long).await;
    }

    async fn check_told(folder: &Path) {
        let obey = |asked: Asked| {
            async move {
                anyhow::ensure!(asked.wish == backup("/k"), "no room left");
                Ok("/d is full of it".to_owned())
            }
            .boxed()
        };
        let control = Control::serve(folder, Arc::new(obey)).unwrap();
        let said = ask(folder, &backup("/k"), |_, _, _| {}).await.unwrap();
        assert_eq!(said.as_deref(), Some("/d is full of it"));
        let failed = ask(folder, &backup("/other"), |_, _, _| {}).await.unwrap_err();
        assert_eq!(failed.to_string(), "no room left");
        control.close().await;
        assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    }
}
