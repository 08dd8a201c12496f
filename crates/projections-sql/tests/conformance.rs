//! Projections on PostgreSQL keep the contract of all projections, and what is their own.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::sync::Arc;

use domain::Position;
use ports::conformance::check_projections;
use ports::{Batch, PortError, Projections, Share, Snapshot, Table, Write};
use projections_sql::SqlProjections;
use test_backends::Postgres;

#[tokio::test]
async fn projections_keep_their_contract() {
    let Some(server) = Postgres::start() else { return };
    let url = server.database();
    check_projections(async || Ok(SqlProjections::open(&url).await? as Arc<dyn Projections>)).await;
}

fn write(n: u64) -> Write {
    Write { table: Table::Outcomes, key: n.to_be_bytes().to_vec(), value: vec![3; 900] }
}

/// Writes to all shares.
async fn apply(
    projections: &SqlProjections,
    through: u64,
    writes: Vec<Write>,
) -> Result<bool, PortError> {
    let (shares, through) = (Share::all().collect(), Position::new(through));
    projections.apply(Batch { shares, after: Position::START, through, writes }).await
}

/// The position that all shares have.
async fn position(projections: &SqlProjections) -> Position {
    let positions = projections.positions().await.unwrap();
    assert!(positions.iter().all(|it| *it == positions[0]), "{positions:?}");
    positions[0]
}

async fn n_outcomes(projections: &dyn Projections) -> usize {
    projections.scan(Table::Outcomes, b"", usize::MAX).await.unwrap().len()
}

#[tokio::test]
async fn after_a_crash_of_the_server_tables_and_position_are_as_they_were_once() {
    let Some(mut server) = Postgres::start() else { return };
    let projections = SqlProjections::open(&server.database()).await.unwrap();
    for n in 1..=100 {
        apply(&projections, n, vec![write(n)]).await.unwrap();
    }
    server.crash();
    server.resume();
    // The same connections, all of which are dead: the call is tried again on others.
    let kept = position(&projections).await.get();
    let entries = projections.scan(Table::Outcomes, b"", usize::MAX).await.unwrap();
    let keys: Vec<_> = entries.into_iter().map(|(key, _)| key).collect();
    let expected: Vec<_> = (1..=kept).map(|n| n.to_be_bytes().to_vec()).collect();
    assert_eq!(keys, expected, "tables and position never disagree");
    server.stop();
    server.resume();
    apply(&projections, 101, vec![write(101)]).await.unwrap();
    assert_eq!(position(&projections).await, Position::new(101));
}

#[tokio::test]
async fn a_process_that_is_behind_does_not_move_the_position_back() {
    let Some(server) = Postgres::start() else { return };
    let url = server.database();
    let (ahead, behind) = tokio::join!(SqlProjections::open(&url), SqlProjections::open(&url));
    let (ahead, behind) = (ahead.unwrap(), behind.unwrap());
    for n in 1..=50 {
        let (one, other) = tokio::join!(
            apply(&ahead, n, vec![write(n), write(1_000)]),
            apply(&behind, n / 2, vec![write(1_000), write(n / 2)]),
        );
        assert!(one.unwrap() && other.unwrap());
        assert_eq!(position(&behind).await, Position::new(n));
    }
    assert_eq!(n_outcomes(&*ahead).await, 52);
}

#[tokio::test]
async fn a_batch_may_have_more_entries_than_a_statement() {
    let Some(server) = Postgres::start() else { return };
    let projections = SqlProjections::open(&server.database()).await.unwrap();
    let small = |n: u64| Write { value: vec![1], ..write(n) };
    apply(&projections, 9, (0..25_000).map(small).collect()).await.unwrap();
    assert_eq!(n_outcomes(&*projections).await, 25_000);
}

#[tokio::test]
async fn a_snapshot_may_be_larger_than_a_part_and_is_whole_for_whoever_reads_while_it_is_saved() {
    let Some(server) = Postgres::start() else { return };
    let url = server.database();
    let saver = SqlProjections::open(&url).await.unwrap();
    let reader = SqlProjections::open(&url).await.unwrap();
    let snapshot = |n: u8| Snapshot {
        position: Position::new(u64::from(n)),
        bytes: vec![n; (4 << 20) * 2 + usize::from(n)],
    };
    saver.save_snapshot("counts", snapshot(0)).await.unwrap();
    for n in 1..5 {
        let (saved, read) = tokio::join!(
            saver.save_snapshot("counts", snapshot(n)),
            reader.load_snapshot("counts"),
        );
        saved.unwrap();
        let read = read.unwrap().unwrap();
        assert!(read == snapshot(n - 1) || read == snapshot(n), "one of both, whole");
        assert_eq!(reader.load_snapshot("counts").await.unwrap(), Some(snapshot(n)));
    }
}

#[tokio::test]
async fn tables_of_a_newer_program_are_refused_with_the_remedy() {
    let Some(server) = Postgres::start() else { return };
    let url = server.database();
    drop(SqlProjections::open(&url).await.unwrap());
    server.sql_in(&url, "UPDATE projections.state SET format = 9");
    let refused = SqlProjections::open(&url).await.unwrap_err();
    assert!(matches!(refused, PortError::Unreadable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("format 9, but this program reads up to 1"), "{refused}");
    server.sql_in(&url, "DROP SCHEMA projections CASCADE");
    let projections = SqlProjections::open(&url).await.unwrap();
    assert_eq!(position(&projections).await, Position::START);
}

#[tokio::test]
async fn a_role_that_may_not_make_schemas_uses_the_one_that_was_made_for_it() {
    let Some(server) = Postgres::start() else { return };
    let url = server.database();
    server.sql_in(&url, "CREATE ROLE guest LOGIN");
    let as_guest = url.replace("tastemaker@", "guest@");
    let refused = SqlProjections::open(&as_guest).await.unwrap_err();
    assert!(matches!(refused, PortError::Unavailable { .. }), "{refused:?}");
    server.sql_in(&url, "CREATE SCHEMA projections AUTHORIZATION guest");
    SqlProjections::open(&as_guest).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_named() {
    let Some(server) = Postgres::start() else { return };
    let url = server.database();
    let projections = SqlProjections::open(&url).await.unwrap();
    server.sql_in(
        &url,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON projections.outcome
             FOR EACH ROW EXECUTE FUNCTION full_disk()",
    );
    let refused = apply(&projections, 3, vec![write(1)]).await.unwrap_err();
    assert!(matches!(refused, PortError::Full { .. }), "{refused:?}");
    assert_eq!(position(&projections).await, Position::START, "all or nothing");
}
