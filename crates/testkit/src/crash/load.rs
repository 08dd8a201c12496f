//! What is sent while the server lives: events, catalogue changes, questions for decisions.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::MessageKey;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::inspect::Books;
use super::server::Client;
use super::{CrashError, Deed, Deeds};

/// How many send batches of events at the same time.
const BATCHERS: u32 = 4;
/// How many ask for decisions at the same time.
const ASKERS: u32 = 2;
/// How many visitors each batcher speaks for.
const VISITORS: u32 = 200;
const PRODUCTS: u32 = 300;
/// How many events a batch has, at least and at most.
const BATCH_EVENTS: std::ops::Range<u32> = 1..200;
/// How many products a change of the catalogue has.
const CATALOGUE_ROWS: u32 = 20;
/// The shop's id when nothing else is set.
const SHOP: &str = "shop";

/// Something to be sent.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) idempotency_key: Option<String>,
    pub(super) body: String,
    /// What an answer acknowledges.
    pub(super) deeds: Deeds,
}

/// A round's load, and the sign for the kill.
#[derive(Debug)]
pub(super) struct Load {
    n_begun: AtomicU32,
    n_until_sign: u32,
    sign: Notify,
}

/// What a sender leaves behind: what was acknowledged, and what was not answered.
#[derive(Debug, Default)]
pub(super) struct Left {
    acknowledged: Vec<Request>,
    unanswered: Option<Request>,
}

pub(super) type Sending = JoinSet<Result<Left, CrashError>>;

impl Load {
    /// A load that gives the sign when `n_until_sign` requests were begun that change something.
    pub(super) fn new(n_until_sign: u32) -> Load {
        Load { n_begun: AtomicU32::new(0), n_until_sign, sign: Notify::new() }
    }

    /// Begins to send.
    pub(super) fn start(self: &Arc<Load>, client: &Client, round: u32, seed: u64) -> Sending {
        let mut senders = JoinSet::new();
        for sender in 0..=BATCHERS + ASKERS {
            let (load, client) = (Arc::clone(self), client.clone());
            let rng = ChaCha8Rng::seed_from_u64(seed ^ u64::from(sender));
            senders.spawn(async move { load.send(&client, round, sender, rng).await });
        }
        senders
    }

    /// Waits for the sign.
    pub(super) async fn sign(&self) {
        self.sign.notified().await;
    }

    /// Waits until every sender has noticed that nobody answers anymore.
    pub(super) async fn finish(
        &self,
        mut senders: Sending,
        books: &mut Books,
    ) -> Result<Vec<Request>, CrashError> {
        let mut unanswered = Vec::new();
        while let Some(left) = senders.join_next().await {
            let left = left.map_err(|err| CrashError::Io {
                what: "sending",
                source: std::io::Error::other(err),
            })??;
            for request in &left.acknowledged {
                books.acknowledge(request);
            }
            // A question for a decision acknowledges nothing, and nobody asks it again.
            unanswered.extend(left.unanswered.filter(|it| !it.deeds.is_empty()));
        }
        Ok(unanswered)
    }

    async fn send(
        &self,
        client: &Client,
        round: u32,
        sender: u32,
        mut rng: ChaCha8Rng,
    ) -> Result<Left, CrashError> {
        let mut left = Left::default();
        for turn in 0.. {
            let request = match sender {
                0..BATCHERS => batch(sender, &format!("{round}-{sender}-{turn}"), &mut rng),
                BATCHERS => catalogue(&format!("{round}-{turn}"), &mut rng),
                _ => decision(&mut rng),
            };
            let n_begun = match request.deeds.is_empty() {
                true => self.n_begun.load(Ordering::Relaxed),
                false => self.n_begun.fetch_add(1, Ordering::Relaxed) + 1,
            };
            if n_begun == self.n_until_sign {
                self.sign.notify_one();
            }
            if !client.send(&request).await? {
                left.unanswered = Some(request);
                break;
            }
            left.acknowledged.push(request);
        }
        Ok(left)
    }
}

/// The fingerprint of a message id, as the log export shows it.
pub(super) fn message_key(message_id: &str) -> MessageKey {
    fingerprint(b"message\0", message_id)
}

/// The fingerprint of a change of the catalogue: its idempotency key and its row.
fn change_key(idempotency_key: &str, row: u32) -> MessageKey {
    fingerprint(b"catalogue\0", &format!("{idempotency_key}:{row}"))
}

fn fingerprint(namespace: &[u8], id: &str) -> MessageKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(namespace).update(SHOP.as_bytes()).update(b"\0");
    let hash = hasher.update(id.as_bytes()).finalize();
    MessageKey::from_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"))
}

fn visitor(sender: u32, rng: &mut ChaCha8Rng) -> String {
    format!("visitor-{sender}-{}", rng.random_range(0..VISITORS))
}

pub(super) fn batch(sender: u32, id: &str, rng: &mut ChaCha8Rng) -> Request {
    let mut body = r#"{"batch":["#.to_owned();
    let mut deeds = Deeds::new();
    for n in 0..rng.random_range(BATCH_EVENTS) {
        let (message, visitor) = (format!("{id}-{n}"), visitor(sender, rng));
        let product = rng.random_range(0..PRODUCTS);
        let (event, kind) = match rng.random_range(0..20) {
            0 => ("Product Added", "product_added"),
            1 => ("Order Completed", "order_completed"),
            _ => ("Product Viewed", "product_viewed"),
        };
        let comma = if n == 0 { "" } else { "," };
        write!(
            body,
            r#"{comma}{{"type":"track","event":"{event}","messageId":"{message}","anonymousId":"{visitor}","properties":{{"product_id":"p{product}","order_id":"o{message}","products":[{{"product_id":"p{product}","price":10,"quantity":1}}]}}}}"#,
        )
        .expect("writing to memory cannot fail");
        let what = Some(format!("{kind} p{product}"));
        deeds.insert(message_key(&message), Deed { who: Some(visitor), what });
    }
    body.push_str("]}");
    Request {
        path: "/v1/batch",
        content_type: "application/json",
        idempotency_key: None,
        body,
        deeds,
    }
}

pub(super) fn catalogue(id: &str, rng: &mut ChaCha8Rng) -> Request {
    let mut body = String::new();
    let mut deeds = Deeds::new();
    for n in 0..CATALOGUE_ROWS {
        let (product, stock) = (rng.random_range(0..PRODUCTS), rng.random_range(0..1_000));
        writeln!(
            body,
            r#"{{"id":"p{product}","title":"Product {product}","categories":[["Shelf {}"]],"price":{{"amount_minor":1000,"currency":"EUR"}},"stock":{stock}}}"#,
            product % 9,
        )
        .expect("writing to memory cannot fail");
        let what = Some(format!("product_upserted p{product}"));
        deeds.insert(change_key(id, n), Deed { who: None, what });
    }
    Request {
        path: "/v1/products:import",
        content_type: "application/x-ndjson",
        idempotency_key: Some(id.to_owned()),
        body,
        deeds,
    }
}

pub(super) fn decision(rng: &mut ChaCha8Rng) -> Request {
    let visitor = visitor(0, rng);
    Request {
        path: "/v1/decisions",
        content_type: "application/json",
        idempotency_key: None,
        body: format!(r#"{{"visitor_id":"{visitor}","placement":"home","count":8}}"#),
        deeds: Deeds::new(),
    }
}
