//! A client as networks make it: slow, cut off, repeating itself, out of order, with a wrong clock.
//!
//! Whatever goes wrong, it tries again until the server has acknowledged, as a good client does; so
//! what the server counts in the end must be what it would have counted without any of this.
//!
//! | fault | what the server sees |
//! | --- | --- |
//! | slow | a body that arrives in small pieces |
//! | cut off while sending | half a body, then nothing; later the whole batch |
//! | cut off while waiting | a whole batch whose answer nobody reads; later the same batch again |
//! | repeating | a batch twice, with the same message ids |
//! | out of order | a batch after later ones |
//! | wrong clock | times and `sentAt` off by the same |

use std::time::Duration;

use jiff::SignedDuration;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::events::Event;
use crate::client::wire::{BatchAnswer, RejectedEvent};
use crate::client::{Client, ClientError, Speaker};
use crate::clock::Clock;

/// The most batches that are held back at once.
const HELD_MAX: usize = 4;
/// In how many pieces a slow body arrives.
const SLOW_PIECES: usize = 8;
/// The most bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// How often each thing goes wrong, as probabilities of one batch.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// What they are drawn from.
    pub seed: u64,
    /// The body arrives slowly.
    pub slow: f64,
    /// How long a slow client rests between two pieces.
    pub slow_pause: Duration,
    /// The connection ends in the middle of the body.
    pub cut_off_sending: f64,
    /// The connection ends before the answer.
    pub cut_off_waiting: f64,
    /// The batch is sent twice.
    pub repeats: f64,
    /// The batch is held back behind later ones.
    pub out_of_order: f64,
    /// How wrong the clock is.
    pub clock_skew: SignedDuration,
}

impl Faults {
    /// Nothing goes wrong.
    pub const fn none() -> Faults {
        Faults {
            seed: 0,
            slow: 0.0,
            slow_pause: Duration::ZERO,
            cut_off_sending: 0.0,
            cut_off_waiting: 0.0,
            repeats: 0.0,
            out_of_order: 0.0,
            clock_skew: SignedDuration::ZERO,
        }
    }

    /// Everything goes wrong, each thing every fourth time, with a clock that is three hours late.
    pub const fn all(seed: u64) -> Faults {
        Faults {
            seed,
            slow: 0.25,
            slow_pause: Duration::from_millis(1),
            cut_off_sending: 0.25,
            cut_off_waiting: 0.25,
            repeats: 0.25,
            out_of_order: 0.25,
            clock_skew: SignedDuration::from_hours(-3),
        }
    }
}

/// What went wrong, and what the server said of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultReport {
    /// How many events were to be sent.
    pub n_events: usize,
    /// How many the answers that were read call new.
    pub n_accepted: usize,
    /// How many they call known.
    pub n_duplicates: usize,
    /// How many batches arrived slowly.
    pub n_slow: usize,
    /// How many were cut off while they were sent.
    pub n_cut_off_sending: usize,
    /// How many were cut off before their answer.
    pub n_cut_off_waiting: usize,
    /// How many were sent twice.
    pub n_repeated: usize,
    /// How many were held back.
    pub n_out_of_order: usize,
}

/// A client to which all this happens.
#[derive(Debug)]
pub struct FaultyClient {
    client: Client,
    faults: Faults,
    rng: ChaCha12Rng,
    held: Vec<Vec<Event>>,
    report: FaultReport,
    rejected: Vec<RejectedEvent>,
}

impl FaultyClient {
    /// Wraps a client.
    pub fn new(client: &Client, faults: Faults) -> FaultyClient {
        let (clock, skew) = (client.clock.clone(), faults.clock_skew);
        FaultyClient {
            client: Client { clock: Clock::of(move || clock.now() + skew), ..client.clone() },
            faults,
            rng: ChaCha12Rng::seed_from_u64(faults.seed),
            held: Vec::new(),
            report: FaultReport::default(),
            rejected: Vec::new(),
        }
    }

    /// What went wrong so far.
    pub const fn report(&self) -> FaultReport {
        self.report
    }

    /// What was refused since the last call.
    pub(crate) fn take_rejected(&mut self) -> Vec<RejectedEvent> {
        std::mem::take(&mut self.rejected)
    }

    /// Sends a batch, now or after later ones.
    pub(crate) async fn send(
        &mut self,
        speaker: Speaker,
        events: &[Event],
    ) -> Result<(), ClientError> {
        self.report.n_events += events.len();
        let skew = self.faults.clock_skew;
        let events: Vec<Event> = events.iter().map(|it| it.clone().skewed(skew)).collect();
        if self.held.len() < HELD_MAX && self.rng.random_bool(self.faults.out_of_order) {
            self.report.n_out_of_order += 1;
            self.held.push(events);
            return Ok(());
        }
        self.push_through(speaker, &events).await?;
        // What was held back comes behind what was newer.
        self.finish(speaker).await
    }

    /// Sends what was held back.
    pub(crate) async fn finish(&mut self, speaker: Speaker) -> Result<(), ClientError> {
        while let Some(events) = self.held.pop() {
            self.push_through(speaker, &events).await?;
        }
        Ok(())
    }

    async fn push_through(
        &mut self,
        speaker: Speaker,
        events: &[Event],
    ) -> Result<(), ClientError> {
        let goes_wrong = |chance: f64, rng: &mut ChaCha12Rng| rng.random_bool(chance);
        let Faults { slow, cut_off_sending, cut_off_waiting, repeats, .. } = self.faults;
        if goes_wrong(cut_off_sending, &mut self.rng) {
            self.report.n_cut_off_sending += 1;
            self.raw(speaker, events, Cut::InBody).await;
        }
        if goes_wrong(cut_off_waiting, &mut self.rng) {
            self.report.n_cut_off_waiting += 1;
            self.raw(speaker, events, Cut::BeforeAnswer).await;
        }
        if goes_wrong(slow, &mut self.rng) {
            self.report.n_slow += 1;
            if let Some(answer) = self.raw(speaker, events, Cut::Nowhere).await {
                self.note(answer);
            }
            // Whatever the slow one came to, the next one counts: it is acknowledged in any case.
        }
        let n_times = if goes_wrong(repeats, &mut self.rng) { 2 } else { 1 };
        self.report.n_repeated += n_times - 1;
        for _ in 0..n_times {
            let answer = self.client.send_patiently(speaker, events).await?;
            self.note(answer);
        }
        Ok(())
    }

    fn note(&mut self, answer: BatchAnswer) {
        self.report.n_accepted += answer.accepted;
        self.report.n_duplicates += answer.duplicates;
        self.rejected.extend(answer.rejected);
    }

    /// Speaks HTTP by hand, so that it can fall silent anywhere. What fails here is what was wanted.
    async fn raw(&self, speaker: Speaker, events: &[Event], cut: Cut) -> Option<BatchAnswer> {
        let batch: Vec<Value> = events.iter().map(Event::to_json).collect();
        let body = json!({"batch": batch, "sentAt": self.client.clock.now().to_string()});
        let body = body.to_string().into_bytes();
        let host = self.client.base_url.split_once("://").map_or("", |it| it.1);
        let head = format!(
            "POST /v1/batch HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            self.client.key(speaker),
            body.len(),
        );
        let mut stream = TcpStream::connect(host).await.ok()?;
        stream.write_all(head.as_bytes()).await.ok()?;
        match cut {
            Cut::InBody => {
                let half = body.get(..body.len() / 2).unwrap_or_default();
                stream.write_all(half).await.ok()?;
                None
            }
            Cut::BeforeAnswer => {
                stream.write_all(&body).await.ok()?;
                stream.flush().await.ok()?;
                None
            }
            Cut::Nowhere => {
                for piece in body.chunks(body.len().div_ceil(SLOW_PIECES).max(1)) {
                    stream.write_all(piece).await.ok()?;
                    tokio::time::sleep(self.faults.slow_pause).await;
                }
                let mut answer = Vec::new();
                stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await.ok()?;
                let from = answer.iter().position(|it| *it == b'{')?;
                let to = answer.iter().rposition(|it| *it == b'}')?;
                serde_json::from_slice(answer.get(from..=to)?).ok()
            }
        }
    }
}

/// Where a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    InBody,
    BeforeAnswer,
    Nowhere,
}
