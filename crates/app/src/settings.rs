//! What a shop and its operator may choose about the use cases.

use std::num::NonZeroU32;

use domain::{Currency, Market, Purposes, ShopId, Span};

/// The shop, as its owner describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShopProfile {
    /// Its id.
    pub id: ShopId,
    /// The currency of prices that name none.
    pub currency: Currency,
    /// The language spoken to its shoppers, as a tag of BCP 47.
    pub language: String,
    /// Its markets.
    pub markets: Vec<Market>,
}

/// How many candidates each generator proposes unless told otherwise.
const CANDIDATES: NonZeroU32 = NonZeroU32::new(300).expect("is not zero");

/// How many processes are the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replicas {
    /// One: nobody else has its log.
    One,
    /// Any number, which come and go, on backends that they share.
    Many,
}

/// Choices of the operator. The defaults are those of `tastemaker config`.
#[derive(Clone, Debug, PartialEq)]
pub struct AppSettings {
    /// The shop.
    pub shop: ShopProfile,
    /// How many processes it is.
    pub replicas: Replicas,
    /// Among how many replicas each follows everybody; among more, each its own shares.
    pub whole_up_to: u32,
    /// What visitors allow who said nothing.
    pub consent_default: Purposes,
    /// How far into the future an event's time may lie; up to that it is taken for the time of receipt.
    pub future_skew_max: Span,
    /// How old an event from a browser may be.
    pub past_max_publishable: Span,
    /// How many refused events are kept for each key.
    pub quarantine_per_key_max: u32,
    /// Below this much free disk space intake refuses, so that nothing acknowledged can be lost.
    pub disk_watermark_bytes: u64,
    /// How many candidates each generator of a placement proposes.
    pub candidates: NonZeroU32,
    /// How long a decision may take when the request does not say.
    pub deadline: Span,
    /// How many events may be folded before the live state is saved.
    pub snapshot_every_events: u64,
    /// How long the live state may go unsaved while anything happens.
    pub snapshot_every: Span,
    /// How many shoppers' live profiles are held in memory.
    pub visitors_max: NonZeroU32,
    /// When the log is archived and how much of it is kept.
    pub archive: ArchiveSettings,
    /// How models are trained, and what they must keep.
    pub training: TrainingSettings,
}

/// When the log is archived into the lake, and how much of it is kept beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveSettings {
    /// How many events wait at the most before they are archived, and are archived together.
    pub commit_events: u64,
    /// How long an event waits at the most.
    pub commit_every: Span,
    /// How many of the last archived events the log keeps.
    pub log_keep_events: u64,
    /// After how many commits the lake is tended.
    pub tend_every_commits: u64,
    /// After how long the lake is tended, if there was a commit since.
    pub tend_every: Span,
    /// How often it is said that the lake is still being tended, so that nobody else does it.
    pub renew_every: Span,
    /// How long the archivist rests after a failure.
    pub retry_after: Span,
}

impl Default for ArchiveSettings {
    fn default() -> ArchiveSettings {
        ArchiveSettings {
            commit_events: 200_000,
            commit_every: Span::MINUTE,
            log_keep_events: 1_000_000,
            tend_every_commits: 60,
            tend_every: Span::HOUR,
            renew_every: Span::SECOND.times(10),
            retry_after: Span::SECOND.times(2),
        }
    }
}

/// How models are trained, and what they must keep before they decide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingSettings {
    /// How often models are trained anew; never by themselves when none.
    pub every: Option<Span>,
    /// How many of the last days a model is judged by.
    pub holdout_days: u16,
    /// With fewer acts than this to learn from nothing is trained.
    pub interactions_min: u64,
    /// How much memory a data set may take; beyond it shoppers are sampled.
    pub memory_bytes: u64,
    /// The share of shoppers for whom a new model decides first, in percent; 0 for everybody at once.
    pub canary_percent: u8,
    /// How long it is on trial; until somebody ends the trial when none.
    pub canary_for: Option<Span>,
    /// How many models of one generator are kept.
    pub keep_models: u32,
    /// The least share of products that a model's lists must name.
    pub coverage_min: f64,
    /// What 99 of 100 answers may take at most.
    pub latency_max: Span,
    /// How much memory a model may take.
    pub model_bytes_max: u64,
}

impl Default for TrainingSettings {
    fn default() -> TrainingSettings {
        TrainingSettings {
            every: Some(Span::DAY),
            holdout_days: 30,
            interactions_min: 1_000,
            memory_bytes: 1 << 30,
            canary_percent: 10,
            canary_for: Some(Span::DAY),
            keep_models: 10,
            coverage_min: 0.01,
            latency_max: Span::MILLISECOND.times(10),
            model_bytes_max: 1 << 30,
        }
    }
}

impl AppSettings {
    /// The defaults, for a shop.
    pub fn new(shop: ShopProfile) -> AppSettings {
        use domain::Purpose::{Measurement, Operation, Personalization};
        AppSettings {
            shop,
            replicas: Replicas::One,
            whole_up_to: 4,
            consent_default: [Operation, Measurement, Personalization].into_iter().collect(),
            future_skew_max: Span::DAY,
            past_max_publishable: Span::DAY.times(7),
            quarantine_per_key_max: 1_000,
            disk_watermark_bytes: 512 << 20,
            candidates: CANDIDATES,
            deadline: Span::MILLISECOND.times(50),
            snapshot_every_events: 2_000_000,
            snapshot_every: Span::MINUTE.times(5),
            visitors_max: features::visits::VISITORS_MAX,
            archive: ArchiveSettings::default(),
            training: TrainingSettings::default(),
        }
    }
}
