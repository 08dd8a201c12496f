//! How a page talks to Tastemaker on behalf of one visitor.
//!
//! What happened is told first, and the acknowledged position is kept; what to show is asked after that
//! position, so that a shelf has seen the click that led to it. Both are noted for the panel.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use crate::client::events::{Call, Event, Happening};
use crate::client::wire::{AskContext, Decision, DecisionAsk};
use crate::client::{ClientError, Speaker};
use crate::storefront::StorefrontState;
use crate::storefront::visitors::{DecisionRow, EventRow, VisitorId};

/// How long a page waits for an answer before it goes on without.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long a decision may take.
const DEADLINE_MS: u32 = 150;

/// A page's line to Tastemaker.
#[derive(Debug)]
pub(super) struct Conversation<'a> {
    state: &'a StorefrontState,
    visitor: &'a VisitorId,
}

/// What a shelf asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct ShelfAsk {
    /// The placement.
    pub(super) placement: &'static str,
    /// What is on the page.
    pub(super) context: AskContext,
    /// How many products.
    pub(super) count: usize,
    /// What may be shown.
    pub(super) filter: Option<String>,
    /// What may not.
    pub(super) exclude: Vec<String>,
}

impl<'a> Conversation<'a> {
    /// Opens a line for a visitor.
    pub(super) fn new(state: &'a StorefrontState, visitor: &'a VisitorId) -> Conversation<'a> {
        Conversation { state, visitor }
    }

    /// Tells what happened, and waits until it is kept.
    ///
    /// A failure is noted for the panel and otherwise ignored: shopping goes on.
    pub(super) async fn tell(&self, happenings: Vec<Happening>) {
        let now = self.state.0.client.clock().now();
        let events = self.events(&happenings, now);
        let answer = self.state.0.client.send(Speaker::Server, &events);
        let answer = in_time(answer).await;
        let position = match answer {
            Ok(answer) => match (answer.rejected.first(), answer.position) {
                (Some(first), _) => Err(format!("refused: {} {}", first.field, first.remedy)),
                (None, position) => Ok(position),
            },
            Err(message) => Err(message),
        };
        self.state.0.visitors.with(self.visitor, |visitor| {
            if let Ok(Some(position)) = &position {
                visitor.position = Some(position.clone());
            }
            let position = position.map(Option::unwrap_or_default);
            for happening in happenings {
                let (name, about) = match happening.call {
                    Call::Track => (happening.name, about(&happening)),
                    Call::Page => ("Page Viewed", happening.name.to_owned()),
                    Call::Identify => (happening.name, String::new()),
                };
                let (time, position) = (time_of_day(now), position.clone());
                visitor.note_event(EventRow { time, name, about, position });
            }
        });
    }

    fn events(&self, happenings: &[Happening], now: Timestamp) -> Vec<Event> {
        let visitor = self.visitor.as_str();
        let count = u64::try_from(happenings.len()).expect("a page tells of few things");
        let first = self.state.0.visitors.with(self.visitor, |it| {
            it.n_sent += count;
            it.n_sent - count
        });
        let numbered = (first..).zip(happenings);
        numbered
            .map(|(nth, it)| {
                let message_id = format!("web-{}-{visitor}-{nth}", self.state.0.run);
                it.clone().by(visitor, message_id, now)
            })
            .collect()
    }

    /// Asks what to show, after everything that was told; `Err` says politely why there is nothing.
    pub(super) async fn ask(&self, ask: ShelfAsk) -> Result<Decision, String> {
        let (after, client) = {
            let visitor = self.state.0.visitors.get(self.visitor);
            (visitor.position, &self.state.0.client)
        };
        let placement = ask.placement;
        let ask = DecisionAsk {
            visitor_id: self.visitor.as_str().to_owned(),
            placement,
            context: ask.context,
            count: ask.count,
            filter: ask.filter,
            exclude: ask.exclude,
            after,
            deadline_ms: DEADLINE_MS,
        };
        let asked = Instant::now();
        let answer = in_time(client.decide(Speaker::Server, &ask)).await;
        let took = asked.elapsed();
        let row = DecisionRow {
            time: time_of_day(client.clock().now()),
            placement,
            id: answer.as_ref().map(|it| it.decision_id.clone()).unwrap_or_default(),
            mix: answer.as_ref().map(mix).map_err(Clone::clone),
            fallback: answer.as_ref().ok().and_then(|it| it.fallback.clone()),
            took_ms: format!("{:.1}", took.as_secs_f64() * 1_000.0),
        };
        self.state.0.visitors.with(self.visitor, |it| it.note_decision(row));
        answer
    }
}

/// Waits as long as a page may wait; a failure becomes a polite sentence.
async fn in_time<T>(answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, String> {
    match timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the storefront got no answer");
            Err(error.to_string())
        }
        Err(_) => Err("the personalization service took too long".to_owned()),
    }
}

/// Which generator proposed how many products.
fn mix(decision: &Decision) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for product in &decision.products {
        *counts.entry(product.generator.as_str()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let words: Vec<_> = counts
        .iter()
        .map(|(generator, count)| format!("{count} {}", generator.replace('_', " ")))
        .collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

/// What an event was about, in a few words.
fn about(happening: &Happening) -> String {
    let text = |name: &str| happening.properties.get(name).and_then(|it| it.as_str());
    let named = text("name").or_else(|| text("query")).or_else(|| text("category"));
    if let Some(named) = named.or_else(|| text("order_id")) {
        return named.to_owned();
    }
    let count =
        |name: &str| happening.properties.get(name).and_then(|it| Some(it.as_array()?.len()));
    match (count("products"), happening.properties.pointer("/purposes/personalization")) {
        (Some(1), _) => "1 product".to_owned(),
        (Some(n), _) => format!("{n} products"),
        (None, Some(word)) => format!("personalization {}", word.as_str().unwrap_or_default()),
        (None, None) => String::new(),
    }
}

fn time_of_day(time: Timestamp) -> String {
    time.strftime("%H:%M:%S").to_string()
}
