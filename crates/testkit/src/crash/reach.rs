//! Whoever says something to replicas, and asks them: as clients behind a balancer do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::task::JoinSet;

use super::load::{self, Request};
use super::server::{Client, Reply};

/// How many send batches of events at the same time, and how many ask for decisions.
const BATCHERS: u32 = 3;
const ASKERS: u32 = 2;
/// How long a sender rests when a replica refused or did not answer.
const REST: Duration = Duration::from_millis(50);
/// How long a sender rests after each request: what is looked for needs no great load.
const PACE: Duration = Duration::from_millis(40);
/// How often a sender goes on trying when all troubles are over.
const LATE_TRIES: u32 = 200;

/// The replicas, as clients see them.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Those that serve.
    clients: RwLock<Vec<Client>>,
    /// Whether senders are to end.
    pub(super) is_over: AtomicBool,
    /// Decisions that were asked for; that nobody answered; that something was fallen back for.
    pub(super) n_asked: AtomicU64,
    pub(super) n_missing: AtomicU64,
    pub(super) n_degraded: AtomicU64,
}

impl Reach {
    /// Begins to send; each sender answers what was acknowledged to it.
    pub(super) fn start(self: &Arc<Reach>, seed: u64) -> JoinSet<Vec<Request>> {
        let mut senders = JoinSet::new();
        for sender in 0..=BATCHERS + ASKERS {
            let reach = Arc::clone(self);
            let rng = ChaCha8Rng::seed_from_u64(seed ^ u64::from(sender + 1));
            senders.spawn(async move { reach.send(sender, rng).await });
        }
        senders
    }

    async fn send(&self, sender: u32, mut rng: ChaCha8Rng) -> Vec<Request> {
        let mut acknowledged = Vec::new();
        for turn in 0.. {
            if self.is_over.load(Ordering::Acquire) {
                break;
            }
            match sender {
                0..BATCHERS => {
                    let request = load::batch(sender, &format!("{sender}-{turn}"), &mut rng);
                    acknowledged.extend(self.insist(request, &mut rng).await);
                }
                BATCHERS => {
                    let request = load::catalogue(&turn.to_string(), &mut rng);
                    acknowledged.extend(self.insist(request, &mut rng).await);
                }
                _ => self.ask(&mut rng).await,
            }
            tokio::time::sleep(PACE).await;
        }
        acknowledged
    }

    /// Takes note of who serves.
    pub(super) fn know(&self, clients: Vec<Client>) {
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = clients;
    }

    /// Everybody who serves.
    pub(super) fn clients(&self) -> Vec<Client> {
        self.clients.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks anybody who serves, as a balancer does.
    async fn ask_anybody(&self, request: &Request, rng: &mut ChaCha8Rng) -> Reply {
        let clients = self.clients();
        if clients.is_empty() {
            return Reply::None;
        }
        clients[rng.random_range(0..clients.len())].ask(request).await
    }

    /// Says it to one replica after the other until it is acknowledged; nobody is left without an answer,
    /// unless none comes long after all troubles.
    async fn insist(&self, request: Request, rng: &mut ChaCha8Rng) -> Option<Request> {
        let mut n_late = 0;
        while n_late < LATE_TRIES {
            if let Reply::Done(_) = self.ask_anybody(&request, rng).await {
                return Some(request);
            }
            n_late += u32::from(self.is_over.load(Ordering::Acquire));
            tokio::time::sleep(REST).await;
        }
        None
    }

    /// Asks for a decision, as a page does: another replica once, if the first does not answer.
    async fn ask(&self, rng: &mut ChaCha8Rng) {
        let request = load::decision(rng);
        self.n_asked.fetch_add(1, Ordering::Relaxed);
        for _ in 0..2 {
            if let Reply::Done(answer) = self.ask_anybody(&request, rng).await {
                let is_degraded =
                    answer.contains(r#""fallback":{"#) || answer.contains(r#""fallback":""#);
                self.n_degraded.fetch_add(u64::from(is_degraded), Ordering::Relaxed);
                return;
            }
        }
        self.n_missing.fetch_add(1, Ordering::Relaxed);
    }
}
