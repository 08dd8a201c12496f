//! The cases of a material, and the validation cut of what may be learned from.

use domain::{ProductIdx, Span, Timestamp};
use evaluate::Case;
use features::{Histories, Interaction};

use super::material::{Asked, AskedActs, Material, Questions};

/// The share of sessions, the last ones, that a search of parameters is held out, in percent.
const VALIDATION_SESSIONS_PERCENT: usize = 7;
/// The most prefixes of them that are asked about, evenly spread.
const VALIDATION_VISITS_MAX: usize = 12_000;
/// One in so many acts of each shopper is held out where there is no time to cut by.
const VALIDATION_ONE_IN: usize = 10;

/// What is asked of methods.
pub(super) fn of(material: &Material) -> Vec<Case<'_, Interaction>> {
    let histories = material.histories();
    let acts = material.asked_acts();
    let by = if material.tells_times() { n_days } else { <[Interaction]>::len };
    match material.questions() {
        Questions::Window { cut, until } => (histories.iter().enumerate())
            .filter_map(|(shopper, all)| {
                let (past, rest) = all.split_at(n_before(all, *cut));
                let window = &rest[..n_before(rest, *until)];
                case(shopper, *cut, past, products(window, acts), by)
            })
            .collect(),
        Questions::LastMoment => (histories.iter().enumerate())
            .filter_map(|(shopper, all)| {
                let last = last_moment(all, acts)?;
                let (past, rest) = all.split_at(n_before(all, last));
                case(shopper, last, past, products(rest, acts), by)
            })
            .collect(),
        Questions::Given { asked, now, .. } => given(histories, asked, *now),
        Questions::Visits { visits, asked, now, .. } => given(visits, asked, *now),
    }
}

fn given<'a>(
    histories: &'a Histories,
    asked: &[Asked],
    now: Timestamp,
) -> Vec<Case<'a, Interaction>> {
    // Only plain files give questions, and they tell no days.
    let case = |it: &Asked| {
        let past = histories.of(it.history);
        case(it.shopper, now, past, it.truth.clone(), <[Interaction]>::len)
    };
    asked.iter().filter_map(case).collect()
}

/// A case, unless there is nothing to foretell. How well a shopper is known is counted by `by`.
fn case(
    shopper: usize,
    now: Timestamp,
    past: &[Interaction],
    mut truth: Vec<ProductIdx>,
    by: fn(&[Interaction]) -> usize,
) -> Option<Case<'_, Interaction>> {
    truth.sort_unstable();
    truth.dedup();
    let n_days = by(past);
    (!truth.is_empty()).then_some(Case { shopper, now, past, n_days, truth })
}

/// On how many days something was done.
fn n_days(past: &[Interaction]) -> usize {
    let day = |it: &Interaction| it.time().as_micros().div_euclid(Span::DAY.as_micros());
    past.chunk_by(|a, b| day(a) == day(b)).count()
}

fn products(acts: &[Interaction], asked: AskedActs) -> Vec<ProductIdx> {
    acts.iter().filter(|it| asked.contains(it.action())).map(|it| it.product()).collect()
}

/// How many of `acts`, which are in the order of time, lie before a moment.
fn n_before(acts: &[Interaction], moment: Timestamp) -> usize {
    acts.partition_point(|it| it.time() < moment)
}

/// When something that is asked about was done last.
fn last_moment(acts: &[Interaction], asked: AskedActs) -> Option<Timestamp> {
    acts.iter().rev().find(|it| asked.contains(it.action())).map(|it| it.time())
}

/// What is left to learn from when what each shopper did last is asked.
pub(super) fn without_last(material: &Material) -> Histories {
    let (histories, asked) = (material.histories(), material.asked_acts());
    histories.truncated(|shopper| {
        let acts = histories.of(shopper);
        last_moment(acts, asked).map_or(acts.len(), |last| n_before(acts, last))
    })
}

/// What may be learned from, cut once more for a search of parameters, in the manner of the test.
///
/// Takes the material, so that whoever searches has nothing left of the test.
pub(super) fn validation(material: Material) -> Material {
    validation_of(material, VALIDATION_VISITS_MAX)
}

/// The same with at most `visits_max` prefixes of sessions to ask about.
pub(super) fn validation_of(material: Material, visits_max: usize) -> Material {
    let learned = material.learned().into_owned();
    let (histories, questions) = match material.questions() {
        Questions::Window { cut, until } => {
            let before = Questions::Window { cut: cut.minus(until.since(*cut)), until: *cut };
            (learned, before)
        }
        Questions::LastMoment => (learned, Questions::LastMoment),
        Questions::Given { now, .. } => hold_out(&learned, *now),
        Questions::Visits { now, .. } => last_sessions(&learned, *now, visits_max),
    };
    material.with(histories, questions)
}

/// Holds out one in ten of each shopper's acts. Where files tell no times, any serves as well; those
/// whose number in the history and whose product add up to a multiple are neither the first nor the
/// most popular.
fn hold_out(learned: &Histories, now: Timestamp) -> (Histories, Questions) {
    let (mut histories, mut asked) = (Histories::new(), Vec::new());
    for (shopper, acts) in learned.iter().enumerate() {
        let is_held = |(at, act): &(usize, &Interaction)| {
            // A multiplier without pattern, as in Fibonacci hashing.
            let mixed = act.product().as_usize().wrapping_mul(2_654_435_769) >> 7;
            (at + shopper + mixed) % VALIDATION_ONE_IN == 0
        };
        let truth: Vec<ProductIdx> =
            acts.iter().enumerate().filter(is_held).map(|(_, it)| it.product()).collect();
        let kept = acts.iter().enumerate().filter(|it| !is_held(it)).map(|(_, it)| *it);
        histories.push_shopper(kept);
        asked.push(Asked { history: shopper, shopper, truth });
    }
    let held_out = format!("one in {VALIDATION_ONE_IN} acts");
    (histories, Questions::Given { asked, now, held_out })
}

/// Holds out the last sessions, and asks about prefixes of them.
fn last_sessions(learned: &Histories, now: Timestamp, visits_max: usize) -> (Histories, Questions) {
    let n_sessions = learned.n_shoppers();
    let cut = n_sessions - n_sessions * VALIDATION_SESSIONS_PERCENT / 100;
    let histories = learned.truncated(|it| if it < cut { usize::MAX } else { 0 });
    let n_prefixes = |it: usize| learned.of(it).len().saturating_sub(1);
    let n_all: usize = (cut..n_sessions).map(n_prefixes).sum();
    let step = n_all.div_ceil(visits_max).max(1);
    let prefixes = (cut..n_sessions).flat_map(|it| {
        let session = learned.of(it);
        (1..session.len()).map(move |n| (it, &session[..n], session[n].product()))
    });
    let (mut visits, mut asked) = (Histories::new(), Vec::new());
    for (session, visit, next) in prefixes.step_by(step) {
        let history = visits.n_shoppers();
        asked.push(Asked { history, shopper: session, truth: vec![next] });
        visits.push_shopper(visit.iter().copied());
    }
    let held_out = format!("the last {} of {n_sessions} sessions", n_sessions - cut);
    (histories, Questions::Visits { visits, asked, now, held_out })
}
