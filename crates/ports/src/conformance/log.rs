//! What every adapter of [`Log`] must keep, line by line of its contract.

use std::sync::Arc;

use domain::event::shopping::ProductViewed;
use domain::{
    Envelope, KeyKind, MessageKey, OpenValue, Position, ProductId, Purposes, Recorded, ShopId,
    ShopperKey, Source, Span, Timestamp, Verification,
};
use tokio::task::JoinSet;

use crate::{DUPLICATE_WINDOW, Log, PortError, Receipt};

/// When the suite's events are received.
const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);
/// How many callers append at the same time.
const CALLERS: u64 = 8;
/// How many calls each of them makes.
const CALLS: u64 = 20;
/// How many events a call brings.
const EVENTS: u64 = 25;

/// An event like those that shops send, told apart from others by `n`.
///
/// # Panics
///
/// Never.
pub fn any_event(n: u64) -> Envelope {
    let mut message = [7; 16];
    message[..8].copy_from_slice(&n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    message[8..].copy_from_slice(&n.to_be_bytes());
    let product = ProductId::new(&format!("tent-{}", n % 1_000)).expect("a short text is an id");
    Envelope {
        message: MessageKey::from_bytes(message),
        shop: ShopId::new("shop").expect("a short slug is an id"),
        shopper: ShopperKey::from_bytes(
            (n % 10_000)
                .wrapping_mul(0x9e37_79b9)
                .to_be_bytes()
                .repeat(2)
                .try_into()
                .expect("twice eight bytes are sixteen"),
        ),
        event_time: NOON.minus(Span::SECOND),
        received_time: NOON,
        source: Source { key: KeyKind::Publishable, verification: Verification::Unverified },
        purposes: Purposes::ALL,
        event: ProductViewed { product, variant: None, decision: None }.into(),
        open: vec![("colour".to_owned(), OpenValue::Text("red".to_owned()))],
        sealed: vec![u8::try_from(n % 251).unwrap_or(0); 120],
        address_range: Some(n % 500),
        market: None,
        unknown: Vec::new(),
    }
}

/// Checks an adapter. `open` opens the same log each time, which is empty at first; what it opened
/// before was dropped by then.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_log(open: impl AsyncFn() -> Result<Arc<dyn Log>, PortError>) {
    let log = open().await.expect("an empty log opens");
    an_empty_log_has_nothing_to_read(&*log).await;
    positions_begin_at_one_and_follow_the_order_of_a_call(&*log).await;
    what_is_read_is_what_was_appended(&*log).await;
    a_message_counts_once_within_a_call_and_across_calls(&*log).await;
    calls_at_the_same_time_leave_no_gap_and_keep_their_order(&log).await;
    a_waiting_follower_learns_of_the_next_event(&log).await;

    let (head, before) = (log.head(), everything(&*log).await);
    drop(log);
    let log = open().await.expect("a used log opens");
    assert_eq!(log.head(), head, "an acknowledged event is durable");
    assert_eq!(everything(&*log).await, before, "an acknowledged event is durable, unchanged");
    a_reader_resumes_anywhere(&*log, &before).await;
    a_message_counts_once_across_openings(&*log, &before).await;
    forgotten_events_are_gone_and_the_rest_stays(&*log, &before).await;

    let (head, tail) = (log.head(), log.tail());
    drop(log);
    let log = open().await.expect("a log with forgotten events opens");
    assert_eq!((log.head(), log.tail()), (head, tail), "what is forgotten stays forgotten");
    everything_can_be_forgotten_and_positions_go_on(&*log).await;
    a_message_counts_once_also_when_its_event_is_forgotten(&*log, &before).await;
    a_message_counts_again_after_the_window(&*log).await;
}

/// An event that is received so much later.
fn received_after(span: Span, n: u64) -> Envelope {
    let event = any_event(n);
    Envelope { received_time: event.received_time.plus(span), ..event }
}

async fn append(log: &dyn Log, events: Vec<Envelope>) -> Vec<Receipt> {
    let n_events = events.len();
    let receipts = log.append(events).await.expect("appends");
    assert_eq!(receipts.len(), n_events, "one receipt an event");
    receipts
}

async fn read(log: &dyn Log, after: Position, n_max: usize) -> Vec<Recorded> {
    log.read(after, n_max).await.expect("reads")
}

async fn everything(log: &dyn Log) -> Vec<Recorded> {
    read(log, Position::START, usize::MAX).await
}

async fn an_empty_log_has_nothing_to_read(log: &dyn Log) {
    assert_eq!(log.head(), Position::START, "an empty log ends before its first event");
    assert_eq!(log.tail(), Position::new(1), "an empty log begins with its first event");
    assert_eq!(everything(log).await, [], "an empty log has nothing to read");
    assert_eq!(append(log, Vec::new()).await, [], "nothing can be appended");
}

async fn positions_begin_at_one_and_follow_the_order_of_a_call(log: &dyn Log) {
    let receipts = append(log, (0..3).map(any_event).collect()).await;
    let expected: Vec<_> = (1..=3).map(|it| Receipt::Appended(Position::new(it))).collect();
    assert_eq!(receipts, expected, "positions begin at 1 and have no gaps");
    assert_eq!(log.head(), Position::new(3), "the head is the last durable event");
}

async fn what_is_read_is_what_was_appended(log: &dyn Log) {
    let mut newer = any_event(3);
    // Field 77 holds an array of two numbers: a newer program's.
    newer.unknown = vec![(77, vec![0x82, 0x01, 0x02])];
    let mut long = any_event(4);
    long.sealed = vec![5; 30_000];
    let sent = vec![newer, long];
    let after = log.head();
    append(log, sent.clone()).await;
    let found = read(log, after, 10).await;
    let bytes = |it: &Envelope| it.encode();
    assert_eq!(
        found.iter().map(|it| bytes(&it.envelope)).collect::<Vec<_>>(),
        sent.iter().map(bytes).collect::<Vec<_>>(),
        "what is read is what was appended, to the byte, unknown fields included"
    );
}

async fn a_message_counts_once_within_a_call_and_across_calls(log: &dyn Log) {
    let head = log.head();
    let (first, second) = (head.next(), head.next().next());
    let twins = vec![any_event(10), any_event(11), any_event(10), any_event(0)];
    assert_eq!(
        append(log, twins).await,
        [
            Receipt::Appended(first),
            Receipt::Appended(second),
            Receipt::Duplicate(first),
            Receipt::Duplicate(Position::new(1)),
        ],
        "of two events with one message key the first is kept"
    );
    let mut late = received_after(DUPLICATE_WINDOW, 10);
    late.sealed.clear();
    assert_eq!(
        append(log, vec![late]).await,
        [Receipt::Duplicate(first)],
        "a message counts once to the end of the window, whatever else it says"
    );
    assert_eq!(log.head(), second, "what does not count takes no position");
}

async fn calls_at_the_same_time_leave_no_gap_and_keep_their_order(log: &Arc<dyn Log>) {
    let start = log.head();
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let log = Arc::clone(log);
        callers.spawn(async move {
            let mut positions = Vec::new();
            for call in 0..CALLS {
                let first = 1_000 + (caller * CALLS + call) * EVENTS;
                let events = (first..first + EVENTS).map(any_event).collect();
                for receipt in append(&*log, events).await {
                    assert!(
                        receipt.position() <= log.head(),
                        "the answered is at or before the head"
                    );
                    positions.push(receipt.position());
                }
            }
            positions
        });
    }
    let mut positions = Vec::new();
    while let Some(caller) = callers.join_next().await {
        let own = caller.expect("no caller panics");
        assert!(own.is_sorted(), "the events of one call, and of calls that follow, are in order");
        positions.extend(own);
    }
    positions.sort();
    let n_events = CALLERS * CALLS * EVENTS;
    let expected: Vec<_> = (start.get() + 1..=start.get() + n_events).map(Position::new).collect();
    assert_eq!(positions, expected, "each event has its own position, without gaps");
    let found: Vec<_> = everything(&**log).await.iter().map(|it| it.position).collect();
    let expected: Vec<_> = (1..=start.get() + n_events).map(Position::new).collect();
    assert_eq!(found, expected, "all events can be read, in order");
}

async fn a_waiting_follower_learns_of_the_next_event(log: &Arc<dyn Log>) {
    let head = log.head();
    let at_once = log.wait_past(Position::START).await;
    assert_eq!(at_once, head, "nobody waits for what is there");
    let follower = Arc::clone(log);
    let follower = tokio::spawn(async move { follower.wait_past(head).await });
    append(&**log, vec![any_event(500)]).await;
    assert_eq!(follower.await.expect("waits"), head.next(), "a follower learns of the next event");
}

async fn a_reader_resumes_anywhere(log: &dyn Log, all: &[Recorded]) {
    let mut after = Position::START;
    let mut found = Vec::new();
    loop {
        let some = read(log, after, 7).await;
        let Some(last) = some.last() else { break };
        assert!(some.len() == 7 || last.position == log.head(), "reads are short only at the end");
        after = last.position;
        found.extend(some);
    }
    assert_eq!(found, all, "a reader that goes on where it stopped misses nothing");
    assert_eq!(read(log, log.head(), 7).await, [], "there is nothing after the head");
    assert_eq!(read(log, Position::START, 0).await, [], "nothing is read when nothing is asked");
}

async fn a_message_counts_once_across_openings(log: &dyn Log, all: &[Recorded]) {
    let resent = all.iter().map(|it| it.envelope.clone()).collect();
    let expected: Vec<_> = all.iter().map(|it| Receipt::Duplicate(it.position)).collect();
    assert_eq!(append(log, resent).await, expected, "a message counts once across openings");
}

async fn forgotten_events_are_gone_and_the_rest_stays(log: &dyn Log, all: &[Recorded]) {
    let (forgotten, kept) = all.split_at(all.len() / 2);
    let through = forgotten.last().map_or(Position::START, |it| it.position);
    log.forget(through).await.expect("forgets");
    assert_eq!(log.tail(), through.next(), "the tail is the first event that can be read");
    assert_eq!(everything(log).await, kept, "nothing is forgotten but what was allowed");
    log.forget(Position::new(1)).await.expect("forgets");
    assert_eq!(log.tail(), through.next(), "what is forgotten does not come back");
}

async fn everything_can_be_forgotten_and_positions_go_on(log: &dyn Log) {
    let head = log.head();
    log.forget(Position::new(u64::MAX - 1)).await.expect("forgets");
    assert_eq!(log.tail(), head.next(), "what is not there yet cannot be forgotten");
    assert_eq!(everything(log).await, [], "everything can be forgotten");
    let receipts = append(log, vec![any_event(90_000)]).await;
    assert_eq!(receipts, [Receipt::Appended(head.next())], "a position is never given twice");
    let found = everything(log).await;
    assert_eq!(found.len(), 1, "an empty log fills again");
}

async fn a_message_counts_once_also_when_its_event_is_forgotten(log: &dyn Log, all: &[Recorded]) {
    let head = log.head();
    let resent = all.iter().map(|it| it.envelope.clone()).collect();
    let expected: Vec<_> = all.iter().map(|it| Receipt::Duplicate(it.position)).collect();
    assert_eq!(append(log, resent).await, expected, "what is forgotten has counted all the same");
    assert_eq!(log.head(), head, "what does not count takes no position");
}

async fn a_message_counts_again_after_the_window(log: &dyn Log) {
    let just_after = Span::from_micros(DUPLICATE_WINDOW.as_micros() + 1);
    for days in 0..3 {
        let position = log.head().next();
        let since = Span::from_micros(just_after.as_micros() * days);
        let receipts = append(log, vec![received_after(since, 91_000)]).await;
        assert_eq!(receipts, [Receipt::Appended(position)], "after the window it is another event");
        let last = Span::from_micros(since.as_micros() + DUPLICATE_WINDOW.as_micros());
        let receipts = append(log, vec![received_after(last, 91_000)]).await;
        assert_eq!(receipts, [Receipt::Duplicate(position)], "the window begins anew with it");
    }
}
