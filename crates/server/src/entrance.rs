//! The entrance: what is answered while a shop is being opened, and its router from then on.
//!
//! To open a shop can take minutes, when much of its history has to be folded. Whoever looks after the
//! process learns meanwhile that it is alive, and how far it is; everything else is put off.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};

use api::{ErrorCode, Problem};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use domain::Position;
use serde_json::json;
use tower::ServiceExt;

/// How far the opening of a shop is.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpeningProgress {
    /// The last event that its state contains.
    pub applied: Position,
    /// The last event there is.
    pub head: Position,
    /// The backend that is away, without which it is not opened.
    pub waits_for: Option<&'static str>,
}

/// Tells how far the opening is.
type TellProgress = Arc<dyn Fn() -> OpeningProgress + Send + Sync>;

/// Where requests come in before there is a shop to answer them.
#[derive(Clone)]
pub struct Entrance {
    shop: Arc<OnceLock<Router>>,
    progress: TellProgress,
}

impl fmt::Debug for Entrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entrance")
            .field("is_open", &self.shop.get().is_some())
            .finish_non_exhaustive()
    }
}

impl Entrance {
    /// The entrance of a shop that is being opened.
    pub fn new(progress: Arc<dyn Fn() -> OpeningProgress + Send + Sync>) -> Entrance {
        Entrance { shop: Arc::default(), progress }
    }

    /// Lets requests through to the shop from now on.
    pub fn open(&self, shop: Router) {
        // A second shop would be a mistake of the program; the first one stays.
        drop(self.shop.set(shop));
    }

    /// What is to be served from the beginning.
    pub fn router(&self) -> Router {
        let entrance = self.clone();
        Router::new().fallback(move |request: Request<Body>| entrance.clone().answer(request))
    }

    async fn answer(self, request: Request<Body>) -> Response {
        match self.shop.get() {
            Some(shop) => {
                let answer: Result<Response, Infallible> = shop.clone().oneshot(request).await;
                answer.into_response()
            }
            None => self.put_off(request.uri().path()),
        }
    }

    fn put_off(&self, path: &str) -> Response {
        if path == "/healthz" {
            return "ok\n".into_response();
        }
        let OpeningProgress { applied, head, waits_for } = (self.progress)();
        let behind = head.get().saturating_sub(applied.get());
        let status = StatusCode::SERVICE_UNAVAILABLE;
        if path == "/readyz" {
            let mut view = json!({
                "ready": false, "position": applied.to_string(), "behind": behind, "archived": "0",
                "intake": "starting", "decisions_waiting": 0, "missing": [], "backends": [],
            });
            if let Some(backend) = waits_for {
                view["waits_for"] = backend.into();
            }
            return (status, [(RETRY_AFTER, "1")], Json(view)).into_response();
        }
        let detail = match waits_for {
            Some(backend) => format!("the shop is opened when {backend} is there"),
            None => format!("the shop is being opened: {behind} events are still to be read"),
        };
        let problem = Json(Problem::new(ErrorCode::BackendUnavailable, detail));
        let headers = [(RETRY_AFTER, "1"), (CONTENT_TYPE, "application/problem+json")];
        (status, headers, problem).into_response()
    }
}
