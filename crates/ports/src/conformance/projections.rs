//! What every adapter of [`Projections`] must keep, line by line of its contract.

use std::sync::Arc;

use domain::Position;

use crate::{Batch, N_SHARES, PortError, Projections, Share, Snapshot, Table, Write};

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
    a_share_has_no_gap(&*projections).await;
    entries_are_scanned_in_order_of_their_keys(&*projections).await;
    a_snapshot_is_replaced_whole(&*projections).await;

    drop(projections);
    let projections = open().await.expect("used projections open");
    assert_eq!(position(&*projections).await, Position::new(20), "a closed table is complete");
    let last = positions(&*projections).await[N_SHARES - 1];
    assert_eq!(last, Position::new(31), "each share has its own position");
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

async fn a_share_has_no_gap(projections: &dyn Projections) {
    let last = Share::all().last().expect("there are shares");
    let batch = |shares: Vec<Share>, after, through, key: &[u8]| Batch {
        shares,
        after: Position::new(after),
        through: Position::new(through),
        writes: vec![write(Table::Decisions, key, b"gap")],
    };
    let tried = projections.apply(batch(vec![last], 8, 30, b"gap")).await.expect("answers");
    assert!(!tried, "events 8 and before are not all in it");
    let both = vec![Share::all().next().expect("there are shares"), last];
    assert!(projections.apply(batch(vec![last], 7, 30, b"x")).await.expect("answers"));
    let tried = projections.apply(batch(both, 29, 31, b"gap")).await.expect("answers");
    assert!(!tried, "of one of the shares they are not");
    assert_eq!(get(projections, Table::Decisions, b"gap").await, None, "nothing is written then");
    let mut expected = [Position::new(7); N_SHARES];
    expected[N_SHARES - 1] = Position::new(30);
    assert_eq!(positions(projections).await, expected, "and no position is moved");

    assert!(projections.apply(batch(vec![last], 7, 31, b"y")).await.expect("answers"));
    assert!(projections.apply(batch(vec![last], 7, 9, b"x")).await.expect("answers"));
    expected[N_SHARES - 1] = Position::new(31);
    assert_eq!(positions(projections).await, expected, "no position is moved back");
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

async fn positions(projections: &dyn Projections) -> [Position; N_SHARES] {
    projections.positions().await.expect("reads its positions")
}

/// The position of the share that has least.
async fn position(projections: &dyn Projections) -> Position {
    positions(projections).await.into_iter().min().expect("there are shares")
}

async fn apply(projections: &dyn Projections, through: u64, writes: Vec<Write>) {
    let through = Position::new(through);
    let batch = Batch { shares: Share::all().collect(), after: Position::START, through, writes };
    assert!(projections.apply(batch).await.expect("applies"));
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
