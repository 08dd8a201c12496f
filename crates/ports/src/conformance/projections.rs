//! What every adapter of [`Projections`] must keep, line by line of its contract.

use std::sync::Arc;

use domain::Position;

use crate::{PortError, Projections, Snapshot, Table, Write};

/// Checks an adapter. `open` opens the same projections each time, which are empty at first; what it
/// opened before was dropped by then.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_projections(open: impl AsyncFn() -> Result<Arc<dyn Projections>, PortError>) {
    let projections = open().await.expect("empty projections open");
    nothing_is_known_before_the_first_event(&*projections).await;
    tables_and_position_move_together(&*projections).await;
    entries_are_scanned_in_order_of_their_keys(&*projections).await;
    a_snapshot_is_replaced_whole(&*projections).await;

    drop(projections);
    let projections = open().await.expect("used projections open");
    assert_eq!(position(&*projections).await, Position::new(20), "a closed table is complete");
    assert_eq!(
        get(&*projections, Table::Decisions, b"b").await.as_deref(),
        Some(&b"2"[..]),
        "a closed table is complete"
    );
    let kept = projections.load_snapshot("sessions").await.expect("loads");
    assert_eq!(kept, Some(snapshot(9, 70_000)), "a snapshot is kept");

    projections.clear().await.expect("clears");
    nothing_is_known_before_the_first_event(&*projections).await;
    drop(projections);
    let projections = open().await.expect("cleared projections open");
    nothing_is_known_before_the_first_event(&*projections).await;
}

async fn nothing_is_known_before_the_first_event(projections: &dyn Projections) {
    assert_eq!(position(projections).await, Position::START, "an empty table contains nothing");
    for table in [Table::Decisions, Table::Outcomes] {
        assert_eq!(get(projections, table, b"a").await, None, "an empty table has no entry");
        assert_eq!(scan(projections, table, b"", 10).await, [], "an empty table has no entries");
    }
    let snapshot = projections.load_snapshot("sessions").await.expect("loads");
    assert_eq!(snapshot, None, "there is no snapshot before the first");
}

async fn tables_and_position_move_together(projections: &dyn Projections) {
    let writes = vec![write(Table::Decisions, b"a", b"1"), write(Table::Outcomes, b"a", b"other")];
    apply(projections, 5, writes).await;
    assert_eq!(position(projections).await, Position::new(5), "the position moves with the tables");
    let found = get(projections, Table::Decisions, b"a").await;
    assert_eq!(found.as_deref(), Some(&b"1"[..]), "what was written is read");
    let found = get(projections, Table::Outcomes, b"a").await;
    assert_eq!(found.as_deref(), Some(&b"other"[..]), "tables are apart");

    let writes = vec![write(Table::Decisions, b"a", b"2"), write(Table::Decisions, b"a", b"3")];
    apply(projections, 6, writes).await;
    let found = get(projections, Table::Decisions, b"a").await;
    assert_eq!(found.as_deref(), Some(&b"3"[..]), "the last write of a key stays");
    apply(projections, 7, Vec::new()).await;
    assert_eq!(position(projections).await, Position::new(7), "nothing written is progress too");
}

async fn entries_are_scanned_in_order_of_their_keys(projections: &dyn Projections) {
    let keys: [&[u8]; 6] = [b"b\xff", b"b", b"b\x00", b"c", b"b\xff\xff", b"b\x01\x02"];
    let writes = keys.iter().map(|key| write(Table::Outcomes, key, key)).collect();
    apply(projections, 20, writes).await;
    apply(projections, 20, vec![write(Table::Decisions, b"b", b"2")]).await;
    let found: Vec<_> = scan(projections, Table::Outcomes, b"b", 10)
        .await
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    let expected: [&[u8]; 5] = [b"b", b"b\x00", b"b\x01\x02", b"b\xff", b"b\xff\xff"];
    assert_eq!(found, expected, "a scan is in order and holds no other key");
    let found = scan(projections, Table::Outcomes, b"b\xff", 10).await;
    assert_eq!(found.len(), 2, "a prefix may end with the highest byte");
    let found = scan(projections, Table::Outcomes, b"b", 2).await;
    assert_eq!(found.len(), 2, "a scan is as long as asked");
    let found = scan(projections, Table::Outcomes, b"", 10).await;
    assert_eq!(found.len(), 7, "every key begins with nothing");
}

async fn a_snapshot_is_replaced_whole(projections: &dyn Projections) {
    for (position, n_bytes) in [(5, 100_000), (9, 70_000)] {
        let given = snapshot(position, n_bytes);
        projections.save_snapshot("sessions", given.clone()).await.expect("saves");
        let found = projections.load_snapshot("sessions").await.expect("loads");
        assert_eq!(found, Some(given), "the last snapshot is found, whole");
    }
    let empty = Snapshot { position: Position::new(3), bytes: Vec::new() };
    projections.save_snapshot("counts", empty.clone()).await.expect("saves");
    let found = projections.load_snapshot("counts").await.expect("loads");
    assert_eq!(found, Some(empty), "snapshots of other names are apart, and may be empty");
}

fn snapshot(position: u64, n_bytes: u32) -> Snapshot {
    let bytes = (0..n_bytes).map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    Snapshot { position: Position::new(position), bytes }
}

fn write(table: Table, key: &[u8], value: &[u8]) -> Write {
    Write { table, key: key.to_vec(), value: value.to_vec() }
}

async fn position(projections: &dyn Projections) -> Position {
    projections.position().await.expect("reads its position")
}

async fn apply(projections: &dyn Projections, through: u64, writes: Vec<Write>) {
    projections.apply(Position::new(through), writes).await.expect("applies");
}

async fn get(projections: &dyn Projections, table: Table, key: &[u8]) -> Option<Vec<u8>> {
    projections.get(table, key).await.expect("gets")
}

async fn scan(
    projections: &dyn Projections,
    table: Table,
    prefix: &[u8],
    n_max: usize,
) -> Vec<(Vec<u8>, Vec<u8>)> {
    projections.scan(table, prefix, n_max).await.expect("scans")
}
