//! One traced run of the server: were answers late enough, and what would a power failure leave?

use std::sync::Arc;

use domain::MessageKey;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::inspect::{self, Books, Lines};
use super::load::{Load, Request, message_key};
use super::server::{Server, Site};
use super::{CrashError, CrashPlan, Deed, Deeds};
use crate::unsynced::{Replay, check_answers};

/// How many requests that change something the traced server is sent; tracing makes each expensive.
const REQUESTS: u32 = 60;

/// What a traced run showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PowerReport {
    /// How many answers acknowledged events.
    pub n_answers: usize,
    /// How many of them were written before the sync that covers their events.
    pub n_early: usize,
    /// How many moments of the run were looked at.
    pub n_moments: u32,
    /// How many acknowledged events were not there after a power failure at one of the moments.
    pub n_lost: u64,
    /// How many events were there more than once.
    pub n_doubled: u64,
    /// How many acknowledged events say something else than what was sent.
    pub n_changed: u64,
    /// How many events are in the lake and not in the history, or otherwise than there, or the other way
    /// round, when everything is archived after it.
    pub n_lake_unequal: u64,
    /// How many visitors became another shopper after it.
    pub n_split: u64,
    /// After how many moments the state was not the one that the whole log gives.
    pub n_states_unequal: u32,
}

/// Traces one run of a server under load, and rebuilds its folder as the strictest disk would hold it at
/// `n_rounds` moments right after an answer.
///
/// # Errors
///
/// [`CrashError`] when the experiment itself fails, as without `strace`.
pub async fn power_failure(plan: &CrashPlan) -> Result<PowerReport, CrashError> {
    let site = Site::new(plan.binary.clone())?;
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let server = Server::start_traced(&site)?;
    let load = Arc::new(Load::new(REQUESTS));
    let senders = load.start(&server.client, 0, rng.random());
    load.sign().await;
    let trace = server.kill_and_read_trace()?;
    let mut books = Books::default();
    load.finish(senders, &mut books).await?;

    let answers = check_answers(&trace, site.data(), message_keys);
    let mut report = PowerReport {
        n_answers: answers.len(),
        n_early: answers.iter().filter(|it| it.early.is_some()).count(),
        n_moments: plan.n_rounds,
        ..PowerReport::default()
    };
    let mut moments: Vec<usize> =
        (0..plan.n_rounds).map(|_| rng.random_range(0..report.n_answers.max(1))).collect();
    moments.sort_unstable();
    let mut replay = Replay::new(&trace, site.data());
    for moment in moments {
        let answered = answers.get(..=moment).unwrap_or_default();
        replay.advance_to(answered.last().map_or(0, |it| it.done));
        let left = tempfile::tempdir().map_err(CrashError::io("making a folder"))?;
        replay.save(left.path()).map_err(CrashError::io("rebuilding the folder"))?;
        let keys = answered.iter().flat_map(|it| &it.markers);
        let mut books = books.of(keys.map(|it| MessageKey::from_bytes(*it)));
        let findings = inspect::inspect(&site, left.path(), &books, &mut Lines::default())?;
        let lake = inspect::inspect_lake(&site, left.path())?;
        report.n_lost += findings.n_lost;
        report.n_doubled += findings.n_doubled;
        report.n_changed += findings.n_changed;
        report.n_lake_unequal += lake.n_unequal;
        report.n_states_unequal += u32::from(!findings.state_is_equal || !lake.state_is_equal);
        // Everybody comes back after the failure, and must be who they were.
        let server = Server::start_on(&site, left.path())?;
        let visits = visits(&books);
        super::resend(&server, vec![visits], &mut books).await?;
        server.kill()?;
        let findings = inspect::inspect(&site, left.path(), &books, &mut Lines::default())?;
        report.n_split += findings.n_split;
    }
    Ok(report)
}

/// One more event of everybody.
fn visits(books: &Books) -> Request {
    let visitors = books.visitors();
    let visits: Vec<String> = visitors
        .iter()
        .map(|it| {
            format!(
                r#"{{"type":"page","messageId":"again-{it}","anonymousId":"{it}","name":"Home"}}"#
            )
        })
        .collect();
    let deed = |it: String| {
        let what = Some("page_viewed".to_owned());
        (message_key(&format!("again-{it}")), Deed { who: Some(it), what })
    };
    let deeds: Deeds = visitors.into_iter().map(deed).collect();
    Request {
        path: "/v1/batch",
        content_type: "application/json",
        idempotency_key: None,
        body: format!(r#"{{"batch":[{}]}}"#, visits.join(",")),
        deeds,
    }
}

/// The keys of all message ids in the bytes of a request.
fn message_keys(request: &[u8]) -> Vec<[u8; 16]> {
    let text = String::from_utf8_lossy(request);
    let ids = text.split(r#""messageId":""#).skip(1).filter_map(|it| it.split('"').next());
    ids.map(|it| *message_key(it).as_bytes()).collect()
}
