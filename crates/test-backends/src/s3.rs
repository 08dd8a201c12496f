//! An S3 server: `s3s-fs`, on a thread of the test's own process, with its objects in a folder.
//!
//! `s3s-fs` by itself looks whether an object exists and writes it later, so that of several who put it
//! with `If-None-Match: *` more than one may be told that it made it; it takes the folder that an object
//! lies in for an object, and makes buckets as they are named. In front of it stands a layer that answers
//! requests with a condition one after the other, as S3 in effect does, and says of folders that there is
//! no such key, and of buckets that are not there that they are not.

use std::io;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, oneshot};

use crate::ports::Port;

/// A server of our own, with one bucket, stopped and removed with this value.
#[derive(Debug)]
pub struct S3Server {
    folder: TempDir,
    port: Port,
    front: Arc<Front>,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// What stands before `s3s-fs`, whether the server runs or not.
#[derive(Debug, Default)]
struct Front {
    root: PathBuf,
    is_refusing: AtomicBool,
    ignores_conditions: AtomicBool,
    ignores_conditions_of_parts: AtomicBool,
    n_requests: AtomicU64,
    /// Held by the one request with a condition that is being answered.
    condition: Mutex<()>,
}

impl S3Server {
    /// The bucket that is there.
    pub const BUCKET: &str = "tastemaker";
    /// Who may use it.
    pub const ACCESS_KEY_ID: &str = "test-key";
    /// How they prove it.
    pub const SECRET_ACCESS_KEY: &str = "test-secret";

    /// Starts a server on a free port of this machine.
    ///
    /// # Panics
    ///
    /// If there is no port, or no room for its folder.
    pub fn start() -> S3Server {
        let folder = TempDir::new().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(S3Server::BUCKET)).expect("a folder in it");
        let front = Arc::new(Front { root: folder.path().to_owned(), ..Front::default() });
        let mut server = S3Server { folder, port: Port::claim(), front, running: None };
        server.resume();
        server
    }

    /// Where clients reach it.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// The address of what is below `prefix` in its bucket.
    pub fn url(&self, prefix: &str) -> String {
        format!("s3://{}/{prefix}", S3Server::BUCKET)
    }

    /// The folder that holds the bucket's objects: each a file of its key.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join(S3Server::BUCKET)
    }

    /// Answers every request with `503 Slow Down` from now on.
    pub fn refuse(&self) {
        self.front.is_refusing.store(true, Ordering::SeqCst);
    }

    /// Answers as it should again.
    pub fn accept(&self) {
        self.front.is_refusing.store(false, Ordering::SeqCst);
    }

    /// Puts whatever it is given from now on, also where there is an object and the condition was that there
    /// is none: as services do that do not know of conditions.
    pub fn ignore_conditions(&self) {
        self.front.ignores_conditions.store(true, Ordering::SeqCst);
    }

    /// The same where an object is put together of parts, and only there.
    pub fn ignore_conditions_of_parts(&self) {
        self.front.ignores_conditions_of_parts.store(true, Ordering::SeqCst);
    }

    /// How many requests came so far.
    pub fn n_requests(&self) -> u64 {
        self.front.n_requests.load(Ordering::SeqCst)
    }

    /// Stops the server, cutting connections; what it answered is there when it is resumed.
    ///
    /// # Panics
    ///
    /// If the server itself panicked.
    pub fn stop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            // It may have ended by itself.
            stop.send(()).ok();
            thread.join().expect("the server does not panic");
        }
    }

    /// Starts the server again, on the same folder and port.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn resume(&mut self) {
        self.stop();
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, self.port.number));
        let listener = listener.expect("the port is claimed");
        listener.set_nonblocking(true).expect("a listener can be waited for");
        let service = service(self.folder.path());
        let front = Arc::clone(&self.front);
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime of its own");
            runtime.block_on(async {
                tokio::select! {
                    served = serve(listener, &service, &front) => served.expect("it can listen"),
                    _ = stopped => {}
                }
            });
            // With the runtime go the connections.
        });
        self.running = Some(Running { stop, thread });
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Some(Running { stop, thread }) = self.running.take() {
            stop.send(()).ok();
            // A panic of its own was told already.
            drop(thread.join());
        }
    }
}

fn service(root: &Path) -> S3Service {
    let mut service = S3ServiceBuilder::new(FileSystem::new(root).expect("the folder is there"));
    let keys = SimpleAuth::from_single(S3Server::ACCESS_KEY_ID, S3Server::SECRET_ACCESS_KEY);
    service.set_auth(keys);
    service.build()
}

async fn serve(listener: StdListener, service: &S3Service, front: &Arc<Front>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (socket, _) = listener.accept().await?;
        tokio::spawn(converse(socket, service.clone(), Arc::clone(front)));
    }
}

async fn converse(socket: TcpStream, service: S3Service, front: Arc<Front>) {
    let answer = service_fn(move |request| {
        let (service, front) = (service.clone(), Arc::clone(&front));
        async move { front.answer(&service, request).await }
    });
    // Head and body of an answer are written apart, and would wait for each other's acknowledgement.
    if socket.set_nodelay(true).is_ok() {
        let served = hyper::server::conn::http1::Builder::new();
        // A client may hang up whenever it likes.
        drop(served.serve_connection(TokioIo::new(socket), answer).await);
    }
}

impl Front {
    async fn answer(
        &self,
        service: &S3Service,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, HttpError> {
        self.n_requests.fetch_add(1, Ordering::SeqCst);
        if self.is_refusing.load(Ordering::SeqCst) {
            return Ok(error(StatusCode::SERVICE_UNAVAILABLE, "SlowDown"));
        }
        if !self.has_bucket(&request) {
            return Ok(error(StatusCode::NOT_FOUND, "NoSuchBucket"));
        }
        if self.reads_a_folder(&request) {
            return Ok(error(StatusCode::NOT_FOUND, "NoSuchKey"));
        }
        let headers = request.headers();
        let is_conditional = matches!(*request.method(), Method::PUT | Method::POST)
            && (headers.contains_key(IF_NONE_MATCH) || headers.contains_key(IF_MATCH));
        let _turn = if is_conditional { Some(self.condition.lock().await) } else { None };
        let ignores = match *request.method() {
            Method::POST => self.ignores_conditions_of_parts.load(Ordering::SeqCst),
            _ => false,
        } || self.ignores_conditions.load(Ordering::SeqCst);
        if is_conditional && ignores {
            // The condition is signed and has to stay; so it is made to hold. There may be no such object.
            drop(std::fs::remove_file(self.path(&request)));
        }
        service.call(request.map(Body::from)).await
    }

    fn has_bucket(&self, request: &Request<Incoming>) -> bool {
        let bucket = request.uri().path().split('/').nth(1).unwrap_or_default();
        self.root.join(bucket).is_dir()
    }

    /// Whether a key is asked for under which there is only a folder.
    fn reads_a_folder(&self, request: &Request<Incoming>) -> bool {
        let is_key = request.uri().path().trim_matches('/').contains('/');
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        reads && is_key && request.uri().query().is_none() && self.path(request).is_dir()
    }

    /// Where the object of a request is, if its key needs no escapes.
    fn path(&self, request: &Request<Incoming>) -> PathBuf {
        self.root.join(request.uri().path().trim_matches('/'))
    }
}

/// What S3 says when it does not do something.
fn error(status: StatusCode, code: &str) -> Response<Body> {
    let said = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Error><Code>{code}</Code><Message>said by the test's server</Message></Error>"
    );
    let mut response = Response::new(Body::from(said));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    response
}
