//! Journals that the store wrote, damaged as a power failure or a bad disk would.

use std::fs;

use fjall::{Database, KeyspaceCreateOptions, PersistMode};
use proptest::prelude::*;

use super::*;

const BATCHES: u8 = 5;

/// A store's folder whose journal holds [`BATCHES`] batches, as after a power failure.
fn store_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let db = Database::builder(folder.path()).manual_journal_persist(true).open().unwrap();
    let words = db.keyspace("words", KeyspaceCreateOptions::default).unwrap();
    for n in 0..BATCHES {
        let mut batch = db.batch().durability(Some(PersistMode::SyncData));
        batch.insert(&words, [n], vec![n + 1; 50]);
        batch.insert(&words, [n, n], vec![n + 1; 4_000]);
        batch.insert(&words, [n, n, n, n], vec![n + 1; 5_000]);
        batch.remove(&words, [n, n, n]);
        batch.commit().unwrap();
    }
    drop(words);
    drop(db);
    folder
}

/// Where each batch of the journal ends.
fn ends(journal: &[u8]) -> Vec<usize> {
    let mut ends = vec![0];
    while let Some(end) = batch_end(journal, ends[ends.len() - 1]) {
        ends.push(end);
    }
    ends
}

/// Damages a journal, mends it, and says how many batches the store still finds.
fn check(damage: impl FnOnce(&mut Vec<u8>, &[usize]), expect: Result<u8, &str>) {
    let folder = store_folder();
    let journal = folder.path().join("0.jnl");
    let mut bytes = fs::read(&journal).unwrap();
    let ends = ends(&bytes);
    assert_eq!(ends.len(), usize::from(BATCHES) + 1, "the store writes what is read here");
    damage(&mut bytes, &ends);
    fs::write(&journal, &bytes).unwrap();

    match (mend(folder.path()), expect) {
        (Ok(()), Ok(n_batches)) => {
            let db = Database::builder(folder.path()).open().unwrap();
            let words = db.keyspace("words", KeyspaceCreateOptions::default).unwrap();
            let kept: Vec<u8> =
                (0..BATCHES).filter(|n| words.get([*n]).unwrap().is_some()).collect();
            assert_eq!(kept, (0..n_batches).collect::<Vec<_>>());
        }
        (Err(error), Err(message)) => {
            assert!(error.to_string().contains(message), "{error}");
            assert_eq!(fs::read(&journal).unwrap(), bytes, "nothing is touched");
        }
        (mended, expect) => panic!("expected {expect:?}, got {mended:?}"),
    }
}

#[test]
fn a_whole_journal_is_left_alone() {
    check(|_, _| {}, Ok(BATCHES));
}

#[test]
fn an_unfinished_last_batch_is_cut_off() {
    check(|bytes, ends| bytes[ends[4] + 3_000..].fill(0), Ok(4));
    check(|bytes, ends| bytes.truncate(ends[5] - 1), Ok(4));
    check(|bytes, ends| bytes.truncate(ends[4] + 1), Ok(4));
}

#[test]
fn a_last_batch_with_a_page_missing_in_its_middle_is_cut_off() {
    check(|bytes, ends| bytes[ends[4] + 500..ends[4] + 1_500].fill(0), Ok(4));
}

#[test]
fn a_last_batch_without_its_beginning_is_cut_off() {
    check(|bytes, ends| bytes[ends[4]..ends[4] + 40].fill(0), Ok(4));
}

#[test]
fn noise_behind_the_last_batch_is_cut_off() {
    check(|bytes, ends| bytes[ends[5]..ends[5] + 900].fill(1), Ok(BATCHES));
    check(|bytes, ends| bytes[ends[5]..ends[5] + 900].fill(0xa7), Ok(BATCHES));
}

#[test]
fn damage_before_acknowledged_events_is_reported() {
    check(|bytes, ends| bytes[ends[2] + 700] ^= 1, Err("is damaged at byte"));
    check(|bytes, ends| bytes[ends[0]..ends[1]].fill(0), Err("is damaged at byte 0,"));
}

#[test]
fn a_folder_without_a_store_needs_no_mending() {
    let folder = tempfile::tempdir().unwrap();
    mend(folder.path()).unwrap();
    fs::write(folder.path().join("version"), b"FJL\x09").unwrap();
    fs::write(folder.path().join("0.jnl"), b"another format").unwrap();
    mend(folder.path()).unwrap();
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(0u8..6, 0..200)) {
        let _unused = Damage::find(&bytes);
    }
}
