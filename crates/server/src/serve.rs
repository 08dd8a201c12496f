//! Serving connections, until told to stop.
//!
//! Connections are counted, slow handshakes and headers are given up, and on shutdown requests in work are
//! finished while no new ones are taken.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::{Request, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::tls::Tls;

/// How many connections may be open at once.
const CONNECTIONS_MAX: usize = 16_384;
/// How long the head of a request may take to arrive, and a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests in work may take to finish after the end was asked for.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(20);
/// How long to wait when no connection can be taken, which is when there are too many open files.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// Serves `router` on `listener`, encrypted where there is `tls`, until `shutdown` is over; then finishes
/// what is in work.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let watcher = graceful.watcher();
                let served = serve_one(stream, peer, tls.clone(), router.clone(), watcher);
                tokio::spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_RETRY).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(SHUTDOWN_GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were dropped");
    }
}

/// Serves one connection to its end. What breaks it is the caller's affair: requests log themselves.
async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Tls>,
    router: Router,
    watcher: Watcher,
) {
    // Answers are small and awaited: they must not wait for more bytes to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection could not be made prompt");
    }
    let _ended: hyper::Result<()> = match tls {
        None => watcher.watch(connection(stream, peer, router)).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => watcher.watch(connection(stream, peer, router)).await,
            Err(error) => {
                tracing::debug!(%error, "a caller and the server did not agree on encryption");
                return;
            }
        },
    };
}

fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
) -> impl GracefulConnection<Error = hyper::Error> + Send {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
}
