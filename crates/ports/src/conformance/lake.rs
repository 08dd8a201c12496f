//! What every adapter of [`Lake`] must keep, line by line of its contract.

mod history;

use std::sync::Arc;

use domain::{Position, Recorded, Span, Timestamp};
use tokio::task::JoinSet;

pub use history::history;

use crate::{Act, ActKind, ActsWanted, Lake, PortError};

/// How many events the suite archives.
const EVENTS: u64 = 600;
/// When the suite tends, long after its events.
const LATER: Timestamp = Timestamp::from_secs(1_900_000_000);

/// Checks an adapter. `open` opens the same lake each time, which is empty at first; what it opened
/// before was dropped by then, but for two at the end that are open at once, as in two programs.
/// `open_foreign` opens it for another shop.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_lake(
    open: impl AsyncFn() -> Result<Arc<dyn Lake>, PortError>,
    open_foreign: impl AsyncFn() -> Result<Arc<dyn Lake>, PortError>,
) {
    let events = history(EVENTS);
    let lake = open().await.expect("an empty lake opens");
    an_empty_lake_has_nothing(&*lake).await;
    events_are_archived_once_and_without_a_gap(&*lake, &events).await;
    what_is_read_is_what_was_archived(&*lake, &events).await;
    acts_come_shopper_by_shopper_in_order(&*lake, &events).await;
    questions_are_answered_and_change_nothing(&*lake).await;
    lake.tend(LATER).await.expect("tends");
    what_is_read_is_what_was_archived(&*lake, &events).await;

    drop(lake);
    assert!(open_foreign().await.is_err(), "a lake that another shop wrote is refused");
    let lake = open().await.expect("a used lake opens");
    assert_eq!(lake.archived(), Position::new(EVENTS), "what `archive` answered survives");
    what_is_read_is_what_was_archived(&*lake, &events).await;
    acts_come_shopper_by_shopper_in_order(&*lake, &events).await;
    tending_changes_no_answer(&lake).await;

    drop(lake);
    let one = open().await.expect("a used lake opens");
    let other = open().await.expect("also while it is open");
    what_others_did_is_known_after_a_refresh(&*one, &*other).await;
    of_two_who_do_the_same_one_gives_way(&*one, &*other).await;
}

async fn archive(lake: &dyn Lake, events: &[Recorded]) -> Position {
    lake.archive(events.to_vec()).await.expect("archives")
}

/// Compares by bytes: two values may be equal and yet be written differently.
#[track_caller]
fn assert_same(found: &[Recorded], expected: &[Recorded], line: &str) {
    let bytes = |it: &Recorded| (it.position, it.envelope.encode());
    let found: Vec<_> = found.iter().map(bytes).collect();
    let expected: Vec<_> = expected.iter().map(bytes).collect();
    assert!(found == expected, "{line}; {} of {} events", found.len(), expected.len());
}

async fn read(lake: &dyn Lake, after: u64, n_max: usize) -> Vec<Recorded> {
    lake.read(Position::new(after), n_max).await.expect("reads")
}

async fn an_empty_lake_has_nothing(lake: &dyn Lake) {
    assert_eq!(lake.archived(), Position::START, "an empty lake ends before the first event");
    assert_eq!(read(lake, 0, 10).await, [], "an empty lake has nothing to read");
    let wanted = wanted(&ActKind::ALL, Position::START);
    assert_eq!(acts(lake, &wanted).await, [], "an empty lake has no acts");
    assert_eq!(archive(lake, &[]).await, Position::START, "nothing can be archived");
    lake.tend(LATER).await.expect("an empty lake is tended");
    for table in lake.tables().await.expect("tells of its tables") {
        assert_eq!((table.n_rows, table.through), (0, Position::START), "an empty table is empty");
    }
}

async fn events_are_archived_once_and_without_a_gap(lake: &dyn Lake, events: &[Recorded]) {
    let part = |from: usize, to: usize| events.get(from..to).expect("there are so many");
    assert_eq!(archive(lake, part(0, 1)).await, Position::new(1), "a first event is archived");
    assert_eq!(archive(lake, part(1, 100)).await, Position::new(100), "so are the next");
    let again = archive(lake, part(0, 100)).await;
    assert_eq!(again, Position::new(100), "what is archived already is passed over");
    let overlapping = archive(lake, part(50, 150)).await;
    assert_eq!(overlapping, Position::new(150), "what is new is archived all the same");
    for gap in [part(151, 160), part(300, 301)] {
        let refused = lake.archive(gap.to_vec()).await;
        assert!(refused.is_err(), "a gap after the last archived one is refused");
    }
    let with_gap = [part(150, 152), part(153, 155)].concat();
    assert!(lake.archive(with_gap).await.is_err(), "a gap between events is refused");
    assert_eq!(lake.archived(), Position::new(150), "what is refused is not archived");
    let mut archived = 150;
    for n in [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233] {
        let to = events.len().min(archived + n);
        let answered = archive(lake, part(archived, to)).await;
        archived = to;
        assert_eq!(answered.get(), archived as u64, "the last archived one is answered");
    }
    assert_eq!(lake.archived(), Position::new(EVENTS), "all are archived");
    let n_rows: u64 = lake.tables().await.expect("tells").iter().map(|it| it.n_rows).sum();
    assert_eq!(n_rows, EVENTS, "each event is there once");
}

async fn what_is_read_is_what_was_archived(lake: &dyn Lake, events: &[Recorded]) {
    let all = read(lake, 0, usize::MAX).await;
    assert_same(&all, events, "what is read is what was archived, to the byte");
    assert_eq!(read(lake, 0, 0).await, [], "nothing is read when nothing is asked");
    assert_eq!(read(lake, EVENTS, 10).await, [], "there is nothing after the last");
    assert_eq!(read(lake, EVENTS + 7, 10).await, [], "nor after what is not there");
    let mut found = Vec::new();
    loop {
        let some = read(lake, found.len() as u64, 37).await;
        found.extend(some.iter().cloned());
        if some.len() < 37 {
            break;
        }
    }
    assert_same(&found, events, "a reader that goes on where it stopped misses nothing");
}

fn wanted(kinds: &[ActKind], through: Position) -> ActsWanted {
    let (from, until) = (Timestamp::from_secs(0), LATER);
    ActsWanted { kinds: kinds.to_vec(), from, until, through }
}

async fn acts(lake: &dyn Lake, wanted: &ActsWanted) -> Vec<Act> {
    let mut acts = lake.acts(wanted.clone()).await.expect("begins to read acts");
    let mut all = Vec::new();
    while let Some(some) = acts.next().await.expect("reads acts") {
        assert!(!some.is_empty(), "a batch of acts has at least one");
        all.extend(some);
    }
    assert_eq!(acts.next().await.expect("is over"), None, "what is over stays over");
    all
}

async fn acts_come_shopper_by_shopper_in_order(lake: &dyn Lake, events: &[Recorded]) {
    let middle = Timestamp::from_secs(1_800_000_000).minus(Span::DAY.times(2));
    let all = wanted(&ActKind::ALL, Position::new(EVENTS));
    let some = [
        all.clone(),
        wanted(&[ActKind::Ordered], Position::new(EVENTS)),
        wanted(&ActKind::ALL, Position::new(EVENTS / 2)),
        ActsWanted { from: middle, ..all.clone() },
        ActsWanted { until: middle, ..all.clone() },
        ActsWanted { from: middle, until: middle, ..all },
    ];
    for wanted in some {
        let found = acts(lake, &wanted).await;
        let expected = history::acts(events, &wanted);
        assert!(found == expected, "the acts of {wanted:?} are in order and complete");
    }
    let too_far = wanted(&ActKind::ALL, Position::new(EVENTS + 1));
    assert!(lake.acts(too_far).await.is_err(), "what is not archived cannot be asked for");
}

async fn questions_are_answered_and_change_nothing(lake: &dyn Lake) {
    let answer = |sql: &'static str| async move { lake.query(sql, 5).await };
    let counted = answer(
        "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM decisions) AS n, \
         CAST(NULL AS TEXT) AS nothing",
    );
    let counted = counted.await.expect("answers");
    assert_eq!(counted.columns, ["n", "nothing"], "an answer names its columns");
    let expected = vec![Some(EVENTS.to_string()), None];
    assert_eq!(counted.rows, [expected], "an answer is right, and tells nothing from empty");
    let many = answer("SELECT position FROM events ORDER BY position").await.expect("answers");
    assert_eq!(many.rows.len(), 5, "an answer is not longer than asked");
    for changing in [
        "DROP TABLE events",
        "DELETE FROM events",
        "INSERT INTO events SELECT * FROM events",
        "CREATE TABLE mine AS SELECT 1",
        "COPY events TO 'events.csv'",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM somewhere_else",
        "this is no question",
    ] {
        let refused = answer(changing).await;
        assert!(refused.is_err(), "only reading is allowed, not {changing}");
    }
}

async fn tending_changes_no_answer(lake: &Arc<dyn Lake>) {
    let archived = lake.archived();
    let before = read(&**lake, 0, usize::MAX).await;
    let mut readers = JoinSet::new();
    for after in 0..4 {
        let lake = Arc::clone(lake);
        readers.spawn(async move {
            for n in 0..5 {
                let (after, n_max) = (after * 100 + n, 100);
                let found = read(&*lake, after, n_max).await;
                assert_eq!(found.len(), n_max, "reading is complete while the lake is tended");
            }
        });
    }
    for _ in 0..3 {
        lake.tend(LATER).await.expect("tends");
    }
    while let Some(reader) = readers.join_next().await {
        reader.expect("no reader panics");
    }
    assert_eq!(lake.archived(), archived, "tending archives nothing and loses nothing");
    let after = read(&**lake, 0, usize::MAX).await;
    assert_same(&after, &before, "tending changes no answer");
}

/// The history goes on after what was archived before: this many more.
const MORE_EVENTS: u64 = 60;

async fn what_others_did_is_known_after_a_refresh(one: &dyn Lake, other: &dyn Lake) {
    let events = history(EVENTS + MORE_EVENTS);
    let more = events.get(600..620).expect("there are so many");
    let refresh = async || other.refresh().await.expect("refreshes");
    assert_eq!(refresh().await, Position::new(EVENTS), "where nothing happened nothing is new");
    assert_eq!(archive(one, more).await, Position::new(620), "one archives");
    assert_eq!(refresh().await, Position::new(620), "the other knows of it after a refresh");
    assert_eq!(other.archived(), Position::new(620), "and from then on");
    one.tend(LATER).await.expect("tends");
    assert_eq!(refresh().await, Position::new(620), "tending archives nothing");
    let found = read(other, 0, usize::MAX).await;
    assert_same(&found, &events[..620], "what one archived and tended the other reads");
}

async fn of_two_who_do_the_same_one_gives_way(one: &dyn Lake, other: &dyn Lake) {
    let events = history(EVENTS + MORE_EVENTS);
    let part = |from: usize, to: usize| events.get(from..to).expect("there are so many");
    assert_eq!(archive(other, part(620, 640)).await, Position::new(640), "the other archives");
    let answered = archive(one, part(620, 650)).await;
    assert!(Position::new(640) <= answered, "who is behind is told how far it is: {answered}");
    other.refresh().await.expect("refreshes");
    // Both at once, until they are through; each time somebody gets further.
    let all = Position::new(EVENTS + MORE_EVENTS);
    while one.refresh().await.expect("refreshes") < all {
        let both = tokio::join!(
            one.archive(part(630, 660).to_vec()),
            other.archive(part(620, 660).to_vec())
        );
        both.0.expect("archives, or gives way");
        both.1.expect("archives, or gives way");
    }
    let both = tokio::join!(one.tend(LATER), other.tend(LATER));
    both.0.expect("tends, or gives way");
    both.1.expect("tends, or gives way");
    for lake in [one, other] {
        assert_eq!(lake.refresh().await.expect("refreshes"), all, "all is archived");
        assert_same(&read(lake, 0, usize::MAX).await, &events, "each event is there once");
        let n_rows: u64 = lake.tables().await.expect("tells").iter().map(|it| it.n_rows).sum();
        assert_eq!(n_rows, EVENTS + MORE_EVENTS, "and no more");
    }
}
