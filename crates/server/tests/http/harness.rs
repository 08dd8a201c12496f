//! A shop behind its interface, and requests to it.

use std::sync::Arc;

use app::{AppSettings, Caller};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use ports::KeyScope;
use serde_json::{Value, json};
use server::{ServerLimits, ServerState};
use testkit::TestShop;
use tower::ServiceExt;

/// A shop behind its interface.
pub(crate) struct Shop {
    pub(crate) test: TestShop,
    pub(crate) router: Router,
    pub(crate) secret: String,
    pub(crate) publishable: String,
}

impl Shop {
    pub(crate) async fn open() -> Shop {
        Shop::with(|_| {}, |_| {}).await
    }

    pub(crate) async fn with(
        app: impl FnOnce(&mut AppSettings),
        limits: impl FnOnce(&mut ServerLimits),
    ) -> Shop {
        let mut settings = ServerLimits::default();
        limits(&mut settings);
        Shop::around(TestShop::with(app).await, settings).await
    }

    /// A shop behind its interface, on backends of the test's own.
    pub(crate) async fn around(test: TestShop, settings: ServerLimits) -> Shop {
        let follower = Arc::clone(&test.app);
        tokio::spawn(async move { follower.follow().await });
        let router = router(&test, settings);
        let secret = key(&test, KeyScope::Secret, &[]).await;
        let publishable = key(&test, KeyScope::Publishable, &["https://shop.example"]).await;
        Shop { test, router, secret, publishable }
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, json, text }
    }

    /// Sends a request with the secret key; `body` is JSON, or nothing when it is `null`.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(&self.secret, method, path, body).await
    }

    /// Sends a request with that key.
    pub(crate) async fn call_with(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(request(method, path, key, body)).await
    }

    /// Sends a batch with the secret key.
    pub(crate) async fn batch(&self, events: Value) -> Answer {
        self.call("POST", "/v1/batch", json!({ "batch": events })).await
    }

    /// Sends a batch from a page of the shop.
    pub(crate) async fn batch_from_page(&self, events: Value) -> Answer {
        let body = json!({ "batch": events });
        self.call_with(&self.publishable, "POST", "/v1/batch", body).await
    }

    /// Puts products with these ids on sale.
    pub(crate) async fn stock_up(&self, ids: &[&str]) {
        let rows: Vec<Value> = ids
            .iter()
            .map(|id| json!({"id": id, "title": format!("The {id}"), "price": "10.00", "stock": 5}))
            .collect();
        let answer = self.call("POST", "/v1/products:import", json!(rows)).await;
        assert_eq!(answer.json["accepted"], ids.len(), "{}", answer.text);
    }
}

/// The interface of a shop that nobody lets follow its log.
pub(crate) fn router(test: &TestShop, settings: ServerLimits) -> Router {
    server::router(ServerState {
        app: Arc::clone(&test.app),
        settings,
        render_metrics: Arc::new(|| "up 1\n".to_owned()),
        adopt_trace: |_, _| None,
    })
}

/// Makes a key of the shop.
pub(crate) async fn key(test: &TestShop, scope: KeyScope, origins: &[&str]) -> String {
    let origins = origins.iter().map(|it| (*it).to_owned()).collect();
    test.app.create_key(&Caller::command(), scope, origins).await.unwrap().text
}

/// A request with that key.
pub(crate) fn request(method: &str, path: &str, key: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {key}"))
        .body(body.into())
        .unwrap()
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body; null when it is no JSON.
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The status, and the code of what was refused.
    pub(crate) fn summary(&self) -> String {
        let status = self.status.as_u16();
        if let Some(code) = self.json["code"].as_str() {
            return format!("{status} `{code}`");
        }
        if let Some(code) = self.json["rejected"][0]["code"].as_str() {
            return format!("{status}, refused alone: `{code}`");
        }
        match self.json["duplicates"].as_u64() {
            Some(n_duplicate) if n_duplicate > 0 => format!("{status}, counted once"),
            _ => status.to_string(),
        }
    }

    /// A header as text; empty when it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}
