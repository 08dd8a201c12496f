//! What is remembered, for how long, and what that costs.

use futures::FutureExt as _;

use super::*;

fn key(n: u64) -> MessageKey {
    MessageKey::from_bytes((u128::from(n) << 64 | u128::from(!n)).to_be_bytes())
}

fn index(options: &Options) -> Index {
    Index::new(Position::START, options, hash)
}

/// Notes keys `1..=n`, each at the position of its number, one a second.
fn noted(n: u64, options: &Options) -> Index {
    let mut index = index(options);
    for n in 1..=n {
        let stored = Timestamp::from_secs(i64::try_from(n).unwrap());
        assert!(index.note(Some(key(n)), Position::new(n), stored));
    }
    index
}

fn n_entries(index: &Index) -> usize {
    index.shards.iter().map(VecDeque::len).sum()
}

#[test]
fn every_key_of_the_last_day_is_found_where_it_is() {
    let index = noted(50_000, &Options::default());
    for n in 1..=50_000 {
        assert_eq!(index.find(key(n)), [Position::new(n)]);
    }
    assert_eq!(index.find(key(50_001)), []);
}

#[test]
fn older_keys_go() {
    let options = Options { remembered: Span::HOUR, ..Options::default() };
    let index = noted(400_000, &options);
    let due = index.due().get();
    assert!((400_000 - 3_610..=400_000 - 3_600).contains(&due), "due from {due} on");
    assert_eq!(index.find(key(due - 1)), []);
    assert_eq!(index.find(key(due)), [Position::new(due)]);
    // A shard lets its own old keys go when it is given a new one.
    assert!(n_entries(&index) < 2 * index.shards.len(), "{} are kept", n_entries(&index));
    assert!(index.times.len() <= 1_026, "{} parts", index.times.len());
}

#[test]
fn the_memory_of_older_keys_is_given_back() {
    let options = Options { remembered: Span::HOUR, ..Options::default() };
    let mut index = Index::new(Position::START, &options, |_| 0);
    for n in 1..=10_000 {
        index.note(Some(key(n)), Position::new(n), Timestamp::from_secs(1));
    }
    assert!(10_000 <= index.shards[0].capacity());
    for (n, seconds) in [(10_001, 3_700), (10_002, 7_400)] {
        index.note(Some(key(n)), Position::new(n), Timestamp::from_secs(seconds));
    }
    assert_eq!(index.find(key(1)), [10_002, 10_001].map(Position::new));
    assert!(index.shards[0].capacity() <= 2 * SLACK, "there is room for what is gone");
}

#[test]
fn more_than_the_limit_are_due_but_not_kept() {
    let options = Options { remembered_events: 1_000, ..Options::default() };
    let index = noted(50_000, &options);
    assert_eq!(index.due(), Position::new(1));
    assert_eq!(index.first(), Position::new(49_001));
    assert_eq!(index.find(key(49_000)), []);
    assert_eq!(index.find(key(49_001)), [Position::new(49_001)]);
    assert!(n_entries(&index) < 1_000 + index.shards.len());
}

#[test]
fn keys_of_one_hash_are_all_found_the_latest_first() {
    let mut index = Index::new(Position::START, &Options::default(), |_| 7);
    for n in 1..=3 {
        index.note(Some(key(n)), Position::new(n), Timestamp::from_secs(1));
    }
    assert_eq!(index.find(key(9)), [3, 2, 1].map(Position::new));
}

#[test]
fn positions_of_more_than_32_bits_are_found() {
    let first = u64::from(u32::MAX) * 5 - 2;
    let mut index = Index::new(Position::new(first - 1), &Options::default(), hash);
    for n in first..first + 10 {
        index.note(Some(key(n)), Position::new(n), Timestamp::from_secs(1));
    }
    for n in first..first + 10 {
        assert_eq!(index.find(key(n)), [Position::new(n)]);
    }
}

#[test]
fn what_is_noted_again_stays_as_it_is_and_a_clock_that_goes_back_forgets_nothing() {
    let mut index = noted(10, &Options::default());
    assert!(!index.note(Some(key(99)), Position::new(10), Timestamp::from_secs(10)));
    assert_eq!(index.find(key(99)), []);
    assert!(index.note(Some(key(11)), Position::new(11), Timestamp::from_secs(-1_000_000)));
    assert_eq!(index.find(key(11)), [Position::new(11)]);
    assert_eq!(index.find(key(1)), [Position::new(1)]);
}

#[tokio::test]
async fn who_waits_is_told_when_everything_is_noted() {
    let messages = Messages::new(Position::new(4), &Options::default());
    messages.wait_for(Position::new(4)).await;
    let mut waiting = Box::pin(messages.wait_for(Position::new(6)));
    assert!((&mut waiting).now_or_never().is_none());
    messages.note(None, Position::new(5), Timestamp::from_secs(1));
    assert!((&mut waiting).now_or_never().is_none());
    messages.skip(Position::new(6));
    waiting.await;
    assert_eq!((messages.noted(), messages.n_due()), (Position::new(6), 2));
}
