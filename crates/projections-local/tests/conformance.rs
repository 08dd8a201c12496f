//! Projections in the data folder keep the contract of all projections, and what is their own.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use domain::Position;
use ports::conformance::check_projections;
use ports::{Batch, Projections, Share, Snapshot, Table, Write};
use projections_local::{LocalProjections, Options};

#[tokio::test]
async fn projections_keep_their_contract() {
    let folder = tempfile::tempdir().unwrap();
    check_projections(async || {
        Ok(LocalProjections::open(folder.path(), Options::default())? as Arc<dyn Projections>)
    })
    .await;
}

fn open(folder: &Path) -> Arc<LocalProjections> {
    LocalProjections::open(folder, Options::default()).unwrap()
}

/// Saves a snapshot, changes its file, and checks what is said about it.
async fn check_damage(damage: impl FnOnce(&mut Vec<u8>), expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    let projections = open(folder.path());
    let snapshot = Snapshot { position: Position::new(7), bytes: vec![1; 1_000] };
    projections.save_snapshot("counts", snapshot).await.unwrap();
    let file = folder.path().join("counts.snapshot");
    let mut bytes = fs::read(&file).unwrap();
    damage(&mut bytes);
    fs::write(&file, bytes).unwrap();
    let refused = projections.load_snapshot("counts").await.unwrap_err().to_string();
    assert!(refused.contains(expect), "{refused}");
    assert!(refused.contains("delete it"), "{refused}");
}

#[tokio::test]
async fn a_damaged_snapshot_is_refused_with_the_remedy() {
    check_damage(|bytes| bytes[700] ^= 1, "is damaged").await;
    check_damage(|bytes| bytes[12] ^= 1, "is damaged").await;
    check_damage(|bytes| bytes.truncate(900), "is cut off").await;
    check_damage(|bytes| bytes.truncate(20), "is cut off").await;
    check_damage(|bytes| bytes.push(0), "is cut off").await;
    check_damage(|bytes| bytes[0] = b'x', "is no snapshot").await;
}

#[tokio::test]
async fn a_snapshot_of_a_newer_program_is_refused_with_the_remedy() {
    check_damage(|bytes| bytes[8] = 2, "has format 2, but this program reads up to 1").await;
}

#[tokio::test]
async fn a_snapshot_that_was_not_finished_leaves_the_last_one() {
    let folder = tempfile::tempdir().unwrap();
    let projections = open(folder.path());
    let snapshot = Snapshot { position: Position::new(7), bytes: vec![1; 1_000] };
    projections.save_snapshot("counts", snapshot.clone()).await.unwrap();
    fs::write(folder.path().join("counts.new"), b"half").unwrap();
    assert_eq!(projections.load_snapshot("counts").await.unwrap(), Some(snapshot));
}

fn write(n: u64) -> Write {
    let key = n.to_be_bytes().to_vec();
    Write { table: Table::Outcomes, value: vec![3; 900], key }
}

/// Applies one write a position, damages the journal as a power failure may, and reads again.
async fn check_torn(damage: impl FnOnce(&mut Vec<u8>)) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let projections = open(folder.path());
    for n in 1..=100 {
        let (shares, through) = (Share::all().collect(), Position::new(n));
        let batch = Batch { shares, after: Position::START, through, writes: vec![write(n)] };
        assert!(projections.apply(batch).await.unwrap());
    }
    drop(projections);
    let journal = folder.path().join("tables/0.jnl");
    let mut bytes = fs::read(&journal).unwrap();
    damage(&mut bytes);
    fs::write(&journal, bytes).unwrap();

    let projections = open(folder.path());
    let position = projections.positions().await.unwrap()[0].get();
    let entries = projections.scan(Table::Outcomes, b"", usize::MAX).await.unwrap();
    let keys: Vec<_> = entries.into_iter().map(|(key, _)| key).collect();
    let expected: Vec<_> = (1..=position).map(|n| n.to_be_bytes().to_vec()).collect();
    assert_eq!(keys, expected, "tables and position never disagree");
    position
}

#[tokio::test]
async fn after_a_power_failure_tables_and_position_are_as_they_were_once() {
    assert_eq!(check_torn(|_| {}).await, 100);
    let at_half = check_torn(|bytes| bytes.truncate(50_000)).await;
    assert!((1..100).contains(&at_half), "{at_half}");
    let at_hole = check_torn(|bytes| bytes[50_000..54_096].fill(0)).await;
    assert!((0..100).contains(&at_hole), "{at_hole}");
}

#[tokio::test]
async fn tables_with_a_wrong_checksum_begin_anew() {
    assert_eq!(check_torn(|bytes| bytes[50_000] ^= 1).await, 0);
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let db = fjall::Database::builder(folder.path().join("tables")).open().unwrap();
    let meta = db.keyspace("meta", fjall::KeyspaceCreateOptions::default).unwrap();
    meta.insert("format", 9u64.to_be_bytes()).unwrap();
    drop((meta, db));
    let refused = LocalProjections::open(folder.path(), Options::default()).unwrap_err();
    assert!(refused.to_string().contains("has format 9"), "{refused}");
    assert!(refused.to_string().contains("delete it"), "{refused}");
}

#[tokio::test]
async fn a_save_that_nobody_waits_for_any_more_does_not_spoil_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let projections = open(folder.path());
    for n in 1..20 {
        let snapshot = |position| Snapshot { position, bytes: vec![1; 100_000] };
        let [given_up, last] = [Position::new(2 * n), Position::new(2 * n + 1)];
        tokio::select! {
            biased;
            _ = projections.save_snapshot("counts", snapshot(given_up)) => {}
            () = std::future::ready(()) => {}
        }
        projections.save_snapshot("counts", snapshot(last)).await.unwrap();
        let loaded = projections.load_snapshot("counts").await.unwrap().unwrap();
        assert!([given_up, last].contains(&loaded.position));
        assert_eq!(loaded.bytes, snapshot(last).bytes);
    }
}
