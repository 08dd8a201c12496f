//! Talks to Tastemaker as any shop would: over HTTP, with its keys.
//!
//! [`Client`] has one method for each thing a shop does. What is said is in `events` and `wire`. The
//! client knows no product crate: what it may rely on is the published interface and nothing else.

mod error;
pub(crate) mod events;
mod faults;
pub(crate) mod wire;

use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use crate::client::error::ClientError;
use crate::client::error::Problem;
use crate::client::events::Event;
pub use crate::client::faults::{FaultReport, Faults, FaultyClient};
use crate::client::wire::{BatchAnswer, Decision, DecisionAsk, ImportAnswer, Placement};
use crate::clock::Clock;

/// The most events in one batch.
pub(crate) const BATCH_EVENTS_MAX: usize = 500;
/// The most bytes in one batch, with room for its frame; the interface takes 500 KB.
pub(crate) const BATCH_BYTES_MAX: usize = 400_000;
/// The most bytes in one catalogue import; the interface takes 8 MB.
const IMPORT_BYTES_MAX: usize = 4_000_000;
/// How long any answer may take before the shop goes on without it.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
/// How often a request that the server asks to repeat later is repeated.
const DEFERRALS_MAX: u32 = 20;
/// How long to wait when the server does not say.
const DEFERRAL_DEFAULT: Duration = Duration::from_secs(1);

/// The keys of a shop.
#[derive(Clone)]
pub struct Keys {
    /// The key that servers use.
    pub secret: String,
    /// The key that pages and apps carry.
    pub publishable: String,
}

/// Says that there are keys, and not which.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

/// As whom a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// The shop's server, with the secret key.
    Server,
    /// A visitor's page, with the publishable key.
    Page,
    /// The same in a browser that sends Global Privacy Control.
    PrivatePage,
}

/// A shop's connection to Tastemaker. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    keys: Keys,
    clock: Clock,
}

impl Client {
    /// Prepares a client for the server at `base_url`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    ///
    /// [`ClientError::Setup`] if the operating system refuses what an HTTP client needs.
    pub fn new(base_url: &str, keys: Keys, clock: Clock) -> Result<Client, ClientError> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(ANSWER_TIME_MAX)
            .build()
            .map_err(ClientError::Setup)?;
        Ok(Client { http, base_url: base_url.trim_end_matches('/').to_owned(), keys, clock })
    }

    /// The key that pages carry.
    pub(crate) fn publishable_key(&self) -> &str {
        &self.keys.publishable
    }

    /// The clock of the shop.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Sends at most [`BATCH_EVENTS_MAX`] events and waits until they are kept.
    pub(crate) async fn send(
        &self,
        speaker: Speaker,
        events: &[Event],
    ) -> Result<BatchAnswer, ClientError> {
        let batch: Vec<Value> = events.iter().map(Event::to_json).collect();
        let body = json!({"batch": batch, "sentAt": self.clock.now().to_string()});
        let request = self.post_as(speaker, "/v1/batch").json(&body);
        // Segment's way: the key is the user, and there is no password.
        let answer = request.basic_auth(self.key(speaker), Some("")).send().await;
        read(answer).await
    }

    /// Sends events, waiting as long as the server asks when it has too much to do.
    pub(crate) async fn send_patiently(
        &self,
        speaker: Speaker,
        events: &[Event],
    ) -> Result<BatchAnswer, ClientError> {
        for _ in 0..DEFERRALS_MAX {
            match self.send(speaker, events).await {
                Err(ClientError::Deferred { wait }) => tokio::time::sleep(wait).await,
                done => return done,
            }
        }
        self.send(speaker, events).await
    }

    /// Asks what to show.
    pub(crate) async fn decide(
        &self,
        speaker: Speaker,
        ask: &DecisionAsk,
    ) -> Result<Decision, ClientError> {
        let request = self.post_as(speaker, "/v1/decisions").json(ask);
        let request: RequestBuilder = request.bearer_auth(self.key(speaker));
        read(request.send().await).await
    }

    /// Asks what to show, waiting as long as the server asks when it has too much to do.
    pub(crate) async fn decide_patiently(
        &self,
        speaker: Speaker,
        ask: &DecisionAsk,
    ) -> Result<Decision, ClientError> {
        for _ in 0..DEFERRALS_MAX {
            match self.decide(speaker, ask).await {
                Err(ClientError::Deferred { wait }) => tokio::time::sleep(wait).await,
                done => return done,
            }
        }
        self.decide(speaker, ask).await
    }

    /// Declares a place of the shop where something is decided; declaring it again changes nothing.
    pub(crate) async fn declare(&self, placement: &Placement) -> Result<(), ClientError> {
        let request = self.http.put(self.url(&format!("/v1/placements/{}", placement.id)));
        let request = request.json(placement).bearer_auth(self.key(Speaker::Server));
        let _declared: Value = read(request.send().await).await?;
        Ok(())
    }

    /// Imports catalogue lines, in as many requests as their size needs.
    pub(crate) async fn import(
        &self,
        lines: impl Iterator<Item = Value> + Send,
    ) -> Result<ImportAnswer, ClientError> {
        let mut sum = ImportAnswer::default();
        let mut body = String::new();
        for line in lines.map(|it| it.to_string()) {
            if body.len() + line.len() > IMPORT_BYTES_MAX {
                sum.absorb(self.import_once(std::mem::take(&mut body)).await?);
            }
            body.push_str(&line);
            body.push('\n');
        }
        if !body.is_empty() {
            sum.absorb(self.import_once(body).await?);
        }
        Ok(sum)
    }

    async fn import_once(&self, body: String) -> Result<ImportAnswer, ClientError> {
        let request = self
            .http
            .post(self.url("/v1/products:import"))
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .body(body);
        read(request.bearer_auth(self.key(Speaker::Server)).send().await).await
    }

    fn post_as(&self, speaker: Speaker, path: &str) -> RequestBuilder {
        let request = self.http.post(self.url(path));
        match speaker {
            Speaker::PrivatePage => request.header("sec-gpc", "1"),
            Speaker::Server | Speaker::Page => request,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn key(&self, speaker: Speaker) -> &str {
        match speaker {
            Speaker::Server => &self.keys.secret,
            Speaker::Page | Speaker::PrivatePage => &self.keys.publishable,
        }
    }
}

/// Reads an answer, or says why there is none.
async fn read<T: DeserializeOwned>(
    answer: Result<Response, reqwest::Error>,
) -> Result<T, ClientError> {
    let answer = answer.map_err(ClientError::Unreachable)?;
    let status = answer.status();
    if status.is_success() {
        return answer.json().await.map_err(ClientError::Unreadable);
    }
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        let seconds = answer
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|it| it.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        return Err(ClientError::Deferred { wait: seconds.unwrap_or(DEFERRAL_DEFAULT) });
    }
    // A proxy's page is not a problem document; then only the status is known.
    let problem: Problem = answer.json().await.unwrap_or_default();
    Err(ClientError::Refused { status, code: problem.code, detail: problem.detail })
}
