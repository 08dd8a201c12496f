//! A stand-in for Tastemaker in tests: keeps what it is told and answers as the interface promises.
//!
//! It listens on a real socket, because what is tested talks HTTP. It knows no personalization: it
//! recommends the products it is asked to be told about first.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::catalogue::DemoShop;
use crate::client::{Client, Keys};
use crate::clock::Clock;

/// What the stand-in was told and asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard {
    /// Every event, in the order of arrival; one that was sent before counts once.
    pub(crate) events: Vec<Value>,
    /// The message ids of all events.
    message_ids: BTreeSet<String>,
    /// Every question for a decision.
    pub(crate) asks: Vec<Value>,
    /// Every placement that was declared, by its id.
    pub(crate) placements: Vec<String>,
    /// Every catalogue line.
    pub(crate) products: Vec<Value>,
    /// The `authorization` of every request.
    pub(crate) authorizations: Vec<String>,
}

#[derive(Clone)]
struct Shared {
    heard: Arc<Mutex<Heard>>,
    n_asks: Arc<watch::Sender<usize>>,
    product_ids: Arc<Vec<String>>,
    /// How many batches are still put off before the first is taken.
    put_off: Arc<Mutex<u32>>,
}

/// The stand-in.
pub(crate) struct FakeApi {
    shared: Shared,
    url: String,
}

impl FakeApi {
    /// Listens on a free port and recommends in-stock products of `shop`, in its order.
    pub(crate) async fn start(shop: &DemoShop) -> FakeApi {
        let ids = shop.products().iter().filter(|it| it.stock > 0).map(|it| it.id().to_owned());
        let shared = Shared {
            heard: Arc::default(),
            n_asks: Arc::new(watch::channel(0).0),
            product_ids: Arc::new(ids.collect()),
            put_off: Arc::default(),
        };
        let router = Router::new()
            .route("/v1/batch", post(batch))
            .route("/v1/decisions", post(decide))
            .route("/v1/products:import", post(import))
            .route("/v1/placements/{id}", put(declare))
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        FakeApi { shared, url }
    }

    /// A client of it, whose clock stands still.
    pub(crate) fn client(&self) -> Client {
        client(&self.url)
    }

    /// What it heard so far.
    pub(crate) fn heard(&self) -> Heard {
        self.shared.heard().clone()
    }

    /// The names of the events it was told, in order.
    pub(crate) fn event_names(&self) -> Vec<String> {
        let name = |it: &Value| {
            let name = it.get("event").or_else(|| it.get("name"));
            name.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.heard().events.iter().map(name).collect()
    }

    /// Puts the next `n` batches off, asking to come back at once.
    pub(crate) fn put_off(&self, n: u32) {
        *self.shared.put_off.lock().unwrap() = n;
    }

    /// Waits until it was asked `n` times.
    pub(crate) async fn asked(&self, n: usize) {
        self.shared.n_asks.subscribe().wait_for(|asked| *asked >= n).await.unwrap();
    }
}

/// The time of every test.
pub(crate) fn test_time() -> jiff::Timestamp {
    "2026-05-20T18:30:00Z".parse().unwrap()
}

/// A client of whatever listens at a URL.
pub(crate) fn client(url: &str) -> Client {
    let keys = Keys { secret: "sk_test".to_owned(), publishable: "pk_test".to_owned() };
    Client::new(url, keys, Clock::fixed(test_time())).unwrap()
}

impl Shared {
    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_key(&self, headers: &HeaderMap) {
        let key = headers.get(header::AUTHORIZATION).unwrap().to_str().unwrap();
        self.heard().authorizations.push(key.to_owned());
    }
}

async fn batch(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let mut put_off = shared.put_off.lock().unwrap();
    if *put_off > 0 {
        *put_off -= 1;
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response();
    }
    shared.note_key(&headers);
    let events = body["batch"].as_array().unwrap();
    let mut heard = shared.heard();
    let n_before = heard.events.len();
    for event in events {
        if heard.message_ids.insert(event["messageId"].as_str().unwrap().to_owned()) {
            heard.events.push(event.clone());
        }
    }
    let n_new = heard.events.len() - n_before;
    let position = heard.events.len().to_string();
    Json(json!({
        "success": true,
        "accepted": n_new,
        "duplicates": events.len() - n_new,
        "rejected": [],
        "position": position,
    }))
    .into_response()
}

async fn decide(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(ask): Json<Value>,
) -> Json<Value> {
    shared.note_key(&headers);
    let count = usize::try_from(ask["count"].as_u64().unwrap()).unwrap();
    let products: Vec<Value> = shared
        .product_ids
        .iter()
        .filter(|id| !ask["exclude"].as_array().is_some_and(|it| it.contains(&json!(id))))
        .take(count)
        .map(|id| {
            json!({
                "product_id": id,
                "score": 0.75,
                "generator": "session_neighbors",
                "reason": {"kind": "visits_like_this", "text": "Because you looked at <this>"},
            })
        })
        .collect();
    let mut heard = shared.heard();
    heard.asks.push(ask);
    let n_asks = heard.asks.len();
    drop(heard);
    shared.n_asks.send_replace(n_asks);
    Json(json!({
        "decision_id": format!("decision-{n_asks}"),
        "placement": "any",
        "products": products,
        "fallback": null,
        "position": "1",
        "something_new": true,
    }))
}

async fn import(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Json<Value> {
    shared.note_key(&headers);
    let lines: Vec<Value> = body.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let accepted = lines.len();
    shared.heard().products.extend(lines);
    Json(json!({"accepted": accepted, "rejected": [], "position": "1"}))
}

async fn declare(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Json(placement): Json<Value>,
) -> Json<Value> {
    assert!(placement["generators"].as_array().is_some_and(|it| !it.is_empty()));
    shared.heard().placements.push(id);
    Json(placement)
}
