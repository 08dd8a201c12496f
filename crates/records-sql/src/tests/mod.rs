//! The conformance suite on SQLite, and what is this adapter's own.

mod model;

use std::path::Path;

use domain::ShopperKey;
use ports::conformance::{check_leases, check_records, check_registry};
use ports::{BlindId, IdKind, PortError, Records, Registry, ShopperRecord};
use sqlx::{Executor, Row};
use tempfile::TempDir;

use crate::SqlRecords;

/// A name that an address has to spell otherwise.
const FILE: &str = "records 100% #1?.db";

async fn open(folder: &Path) -> Result<SqlRecords, PortError> {
    SqlRecords::connect(&SqlRecords::sqlite_url(&folder.join(FILE))).await
}

fn visitors(range: std::ops::Range<u32>) -> Vec<(BlindId, ShopperRecord)> {
    let one = |n: u32| {
        let bytes: [u8; 16] = *blake3::hash(&n.to_be_bytes()).as_bytes().first_chunk().unwrap();
        let id = BlindId { kind: IdKind::Visitor, fingerprint: bytes };
        let key = ShopperKey::from_bytes(bytes);
        (id, ShopperRecord { key, wrapped_seal_key: vec![1; 72] })
    };
    range.map(one).collect()
}

#[tokio::test]
async fn sqlite_keeps_the_contract_of_records() {
    let folder = TempDir::new().unwrap();
    check_records(async || open(folder.path()).await).await;
}

#[tokio::test]
async fn sqlite_keeps_the_contract_of_the_registry() {
    let folder = TempDir::new().unwrap();
    check_registry(async || open(folder.path()).await).await;
}

#[tokio::test]
async fn sqlite_keeps_the_contract_of_leases() {
    let folder = TempDir::new().unwrap();
    check_leases(async || open(folder.path()).await).await;
}

#[tokio::test]
async fn a_database_from_before_there_were_models_is_brought_up_to_date() {
    let folder = TempDir::new().unwrap();
    let records = open(folder.path()).await.unwrap();
    records.set_fact("kept", "yes").await.unwrap();
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await.unwrap();
    for undone in [
        "DROP TABLE model",
        "DROP TABLE lease",
        "ALTER TABLE quarantined DROP COLUMN replay_begun",
        "DELETE FROM migration WHERE step > 1",
    ] {
        transaction.connection().execute(undone).await.unwrap();
    }
    transaction.commit().await.unwrap();
    drop(turn);
    drop(records);
    let records = open(folder.path()).await.unwrap();
    assert_eq!(records.models().await.unwrap(), []);
    assert_eq!(records.fact("kept").await.unwrap().as_deref(), Some("yes"));
}

#[tokio::test]
async fn the_database_is_in_the_file_that_was_named_and_closes_into_it() {
    let folder = TempDir::new().unwrap();
    open(folder.path()).await.unwrap().close().await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    let names: Vec<_> = files.into_iter().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, [FILE]);
}

#[tokio::test]
async fn of_two_who_assign_at_once_one_wins_and_both_are_told() {
    let folder = TempDir::new().unwrap();
    let records = open(folder.path()).await.unwrap();
    check_race(&records, &records).await;
}

#[tokio::test]
async fn of_two_processes_that_assign_at_once_one_wins_and_both_are_told() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (open(folder.path()).await.unwrap(), open(folder.path()).await.unwrap());
    check_race(&one, &other).await;
}

async fn check_race(one: &SqlRecords, other: &SqlRecords) {
    let ids = visitors(0..500);
    let theirs = ids.iter().zip(visitors(1_000..1_500));
    let theirs = theirs.map(|((id, _), (_, shopper))| (*id, shopper)).collect();
    let (mine, theirs) = tokio::join!(one.assign(ids), other.assign(theirs));
    assert_eq!(mine.unwrap(), theirs.unwrap());
}

#[tokio::test]
async fn many_newcomers_are_moved_to_their_places_and_found_there() {
    let folder = TempDir::new().unwrap();
    let url = SqlRecords::sqlite_url(&folder.path().join(FILE));
    let records = SqlRecords::connect_and_settle_after(&url, 7_000).await.unwrap();
    let all = visitors(0..7_000);
    let ids: Vec<BlindId> = all.iter().map(|(id, _)| *id).collect();
    for chunk in all.chunks(2_000) {
        records.assign(chunk.to_vec()).await.unwrap();
    }
    assert_eq!(count(&records, "SELECT count(*) FROM newcomer").await, 0);
    records.assign(visitors(7_000..7_010)).await.unwrap();
    assert_eq!(count(&records, "SELECT count(*) FROM newcomer").await, 10);

    let moved = (all[5].1.key, visitors(7_003..7_004)[0].0);
    records.reassign(moved.1, moved.0).await.unwrap();
    records.close().await.unwrap();
    drop(records);
    let reopened = open(folder.path()).await.unwrap();
    let found = reopened.resolve(&ids).await.unwrap();
    assert!(found.iter().zip(&all).all(|(found, (_, shopper))| found.as_ref() == Some(shopper)));
    let found = reopened.resolve(&[moved.1, visitors(7_004..7_005)[0].0]).await.unwrap();
    assert_eq!(found, [Some(all[5].1.clone()), Some(visitors(7_004..7_005)[0].1.clone())]);
}

async fn count(records: &SqlRecords, sql: &'static str) -> i64 {
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await.unwrap();
    let row = transaction.connection().fetch_one(sql).await.unwrap();
    transaction.commit().await.unwrap();
    row.try_get(0).unwrap()
}

#[tokio::test]
async fn a_full_disk_is_named_and_when_space_returns_writing_goes_on() {
    let folder = TempDir::new().unwrap();
    let records = open(folder.path()).await.unwrap();
    records.assign(visitors(0..10)).await.unwrap();
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await.unwrap();
    transaction.connection().execute("PRAGMA max_page_count = 40").await.unwrap();
    transaction.commit().await.unwrap();
    drop(turn);

    let error = records.assign(visitors(10..5_000)).await.unwrap_err();
    assert!(matches!(error, PortError::Full { .. }), "{error:?}");
    assert!(error.to_string().contains("no room left: adding shoppers; free disk space"));

    // The failed transaction's connection is gone, and with it the limit of this test.
    let given = records.assign(visitors(5..2_000)).await.unwrap();
    assert_eq!(given.len(), 1_995);
    let nothing_half_done = records.resolve(&[visitors(4_000..4_001)[0].0]).await.unwrap();
    assert_eq!(nothing_half_done, [None]);
}

#[tokio::test]
async fn a_caller_that_stops_waiting_leaves_nothing_half_done() {
    let folder = TempDir::new().unwrap();
    let records = open(folder.path()).await.unwrap();
    {
        let mut turn = records.writer.turn().await;
        let mut transaction = turn.begin().await.unwrap();
        let statement = "INSERT INTO fact (name, value) VALUES ('half', 'done')";
        transaction.connection().execute(statement).await.unwrap();
    }
    assert_eq!(records.fact("half").await.unwrap(), None);
    records.set_fact("whole", "done").await.unwrap();
    assert_eq!(records.fact("whole").await.unwrap().as_deref(), Some("done"));
}

async fn check_refusal(change: &'static str, expected: &str) {
    let folder = TempDir::new().unwrap();
    let records = open(folder.path()).await.unwrap();
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await.unwrap();
    transaction.connection().execute(change).await.unwrap();
    transaction.commit().await.unwrap();
    drop(turn);
    drop(records);
    let error = open(folder.path()).await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let newer = "INSERT INTO migration (step, checksum) VALUES (4, 'of the future')";
    check_refusal(newer, "have form 4 and this program knows forms up to 3; start the newer").await;
}

#[tokio::test]
async fn a_database_of_another_build_is_refused() {
    let other = "UPDATE migration SET checksum = 'of elsewhere'";
    check_refusal(other, "made by another build, which took step 1 differently").await;
}

#[tokio::test]
async fn a_stored_value_that_makes_no_sense_is_named_and_not_guessed_at() {
    let folder = TempDir::new().unwrap();
    let records = open(folder.path()).await.unwrap();
    let mut turn = records.writer.turn().await;
    let mut transaction = turn.begin().await.unwrap();
    let nonsense = "INSERT INTO personalization_switch VALUES (1, 7, 0)";
    transaction.connection().execute(nonsense).await.unwrap();
    transaction.commit().await.unwrap();
    drop(turn);
    let error = records.switch().await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(FILE), vec![b'x'; 4_096]).unwrap();
    let error = open(folder.path()).await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
}

#[tokio::test]
async fn an_unknown_kind_of_database_is_named() {
    let error = SqlRecords::connect("mysql://localhost/shop").await.unwrap_err();
    assert!(error.to_string().contains("`mysql:` is no database this program knows"), "{error}");
}
