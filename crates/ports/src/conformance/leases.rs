//! What every adapter of [`Leases`] must keep, line by line of its contract.

use domain::{Span, Timestamp};

use crate::{Lease, Leases, PortError};

const TERM: Span = Span::MINUTE;

/// Checks an adapter. `open` opens the same store each time, which is empty at first; several of them
/// are open at once, as those of several processes are.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_leases<L: Leases>(open: impl AsyncFn() -> Result<L, PortError>) {
    let (one, other) = (open().await.expect("opens"), open().await.expect("opens twice"));
    a_work_has_one_holder(&one, &other).await;
    a_lease_that_ended_is_anybody_s(&one, &other).await;
    what_was_given_back_is_free_at_once(&one, &other).await;
    of_many_who_ask_at_once_one_is_given_it(&one, &other).await;
    it_is_told_who_holds_what(&one, &other).await;
    what_nobody_holds_is_forgotten(&one, &other).await;
}

async fn a_work_has_one_holder(one: &impl Leases, other: &impl Leases) {
    let lease = taken(one, "single", "ann", at(0)).await.expect("a free work is leased");
    let Lease { work, holder, until, .. } = &lease;
    assert_eq!((work.as_str(), holder.as_str(), *until), ("single", "ann", at(60)));
    assert_eq!(taken(other, "single", "ben", at(59)).await, None, "while it lasts it is ann's");
    assert_eq!(taken(one, "single", "ann", at(59)).await, None, "also for its own holder");
    assert!(taken(other, "another", "ben", at(59)).await.is_some(), "other work is free");

    let renewed = one.renew(&lease, at(50), TERM).await.expect("answers");
    assert_eq!(renewed, Some(Lease { until: at(110), ..lease }), "renewed, it lasts from then");
    assert_eq!(taken(other, "single", "ben", at(109)).await, None);
}

async fn a_lease_that_ended_is_anybody_s(one: &impl Leases, other: &impl Leases) {
    let first = taken(one, "ended", "ann", at(0)).await.expect("a free work is leased");
    let second = taken(other, "ended", "ben", at(60)).await.expect("it ended at its end");
    assert!(second.token > first.token, "the token grows");
    let late = one.renew(&first, at(61), TERM).await.expect("answers");
    assert_eq!(late, None, "it is somebody else's");
    one.give_back(&first).await.expect("answers");
    assert_eq!(taken(one, "ended", "ann", at(62)).await, None, "ben's was not given back by ann");

    let forged = Lease { holder: "ann".to_owned(), ..second.clone() };
    assert_eq!(one.renew(&forged, at(62), TERM).await.expect("answers"), None, "it is not ann's");
    let kept = other.renew(&second, at(200), TERM).await.expect("answers");
    assert!(kept.is_some(), "one that ended and that nobody took can be renewed");
}

async fn what_was_given_back_is_free_at_once(one: &impl Leases, other: &impl Leases) {
    let first = taken(one, "given", "ann", at(0)).await.expect("a free work is leased");
    one.give_back(&first).await.expect("gives it back");
    let again = one.renew(&first, at(1), TERM).await.expect("answers");
    assert_eq!(again, None, "what was given back is not renewed");
    let second = taken(other, "given", "ben", at(1)).await.expect("nobody holds it");
    assert!(second.token > first.token, "the token grows");
}

async fn of_many_who_ask_at_once_one_is_given_it(one: &impl Leases, other: &impl Leases) {
    let (a, b, c, d) = tokio::join!(
        taken(one, "wanted", "ann", at(0)),
        taken(other, "wanted", "ben", at(0)),
        taken(one, "wanted", "cleo", at(0)),
        taken(other, "wanted", "dora", at(0)),
    );
    let holders = [a, b, c, d].into_iter().flatten().count();
    assert_eq!(holders, 1, "at most one holder at any moment");
}

async fn it_is_told_who_holds_what(one: &impl Leases, other: &impl Leases) {
    let second = taken(one, "part-2", "ann", at(30)).await.expect("a free work is leased");
    let first = taken(other, "part-1", "ben", at(0)).await.expect("a free work is leased");
    let third = taken(other, "part-3", "ben", at(0)).await.expect("a free work is leased");
    taken(one, "apart", "ann", at(0)).await.expect("a free work is leased");
    other.give_back(&third).await.expect("gives it back");
    let held = one.held("part-", at(59)).await.expect("answers");
    assert_eq!(held, [first, second.clone()], "those of both, by work");
    assert_eq!(one.held("part-", at(60)).await.expect("answers"), [second], "until they end");
}

async fn what_nobody_holds_is_forgotten(one: &impl Leases, other: &impl Leases) {
    let ended = taken(one, "once-1", "ann", at(0)).await.expect("a free work is leased");
    let held = taken(one, "once-2", "ann", at(30)).await.expect("a free work is leased");
    let given = taken(one, "once-3", "ann", at(30)).await.expect("a free work is leased");
    let apart = taken(one, "twice", "ann", at(0)).await.expect("a free work is leased");
    one.give_back(&given).await.expect("gives it back");
    other.forget("once-", at(60)).await.expect("forgets");
    let renewed = one.renew(&ended, at(60), TERM).await.expect("answers");
    assert_eq!(renewed, None, "what is forgotten is not held");
    assert!(one.renew(&held, at(60), TERM).await.expect("answers").is_some(), "it had not ended");
    let anew = taken(other, "once-3", "ben", at(60)).await.expect("nobody holds it");
    assert_eq!(anew.token, given.token, "its tokens begin anew");
    let second = taken(other, "twice", "ben", at(60)).await.expect("it ended");
    assert!(second.token > apart.token, "others' tokens grow");
}

async fn taken(leases: &impl Leases, work: &str, holder: &str, now: Timestamp) -> Option<Lease> {
    leases.take(work, holder, now, TERM).await.expect("answers")
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_000_000 + secs)
}
