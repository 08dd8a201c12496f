//! What is SQLite's own: a file, newcomers in memory, a disk that is full.

use ports::{BlindId, PortError, Records};

use super::store::{FILE, Store, execute, value};
use super::visitors;
use crate::SqlRecords;

#[tokio::test]
async fn the_database_is_in_the_file_that_was_named_and_closes_into_it() {
    let store = Store::sqlite().unwrap();
    store.open().await.unwrap().close().await.unwrap();
    let files: Vec<_> = std::fs::read_dir(store.folder()).unwrap().collect();
    let names: Vec<_> = files.into_iter().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, [FILE]);
}

#[tokio::test]
async fn many_newcomers_are_moved_to_their_places_and_found_there() {
    let store = Store::sqlite().unwrap();
    let records = SqlRecords::connect_and_settle_after(&store.url, 7_000).await.unwrap();
    let all = visitors(0..7_000);
    let ids: Vec<BlindId> = all.iter().map(|(id, _)| *id).collect();
    for chunk in all.chunks(2_000) {
        records.assign(chunk.to_vec()).await.unwrap();
    }
    assert_eq!(value::<i64>(&records, "SELECT count(*) FROM newcomer").await, 0);
    records.assign(visitors(7_000..7_010)).await.unwrap();
    assert_eq!(value::<i64>(&records, "SELECT count(*) FROM newcomer").await, 10);

    let moved = (all[5].1.key, visitors(7_003..7_004)[0].0);
    records.reassign(moved.1, moved.0).await.unwrap();
    records.close().await.unwrap();
    drop(records);
    let reopened = store.open().await.unwrap();
    let found = reopened.resolve(&ids).await.unwrap();
    assert!(found.iter().zip(&all).all(|(found, (_, shopper))| found.as_ref() == Some(shopper)));
    let found = reopened.resolve(&[moved.1, visitors(7_004..7_005)[0].0]).await.unwrap();
    assert_eq!(found, [Some(all[5].1.clone()), Some(visitors(7_004..7_005)[0].1.clone())]);
}

#[tokio::test]
async fn a_full_disk_is_named_and_when_space_returns_writing_goes_on() {
    let store = Store::sqlite().unwrap();
    let records = store.open().await.unwrap();
    records.assign(visitors(0..10)).await.unwrap();
    execute(&records, "PRAGMA max_page_count = 40").await.unwrap();

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
async fn a_file_that_is_no_database_is_refused() {
    let store = Store::sqlite().unwrap();
    std::fs::write(store.folder().path().join(FILE), vec![b'x'; 4_096]).unwrap();
    let error = store.open().await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
}
