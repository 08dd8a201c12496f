//! The conformance suites and what both databases share; what is one's own stands in its file.

mod model;
mod postgres;
mod sqlite;
mod standby;
mod steps;
mod store;

use domain::{Personalization, Placement, PlacementId, ShopperKey};
use ports::conformance::{check_dump, check_leases, check_records, check_registry};
use ports::{BlindId, IdKind, PortError, Records, Registry, ShopperRecord};
use sqlx::Executor;

use crate::SqlRecords;
use steps::a_step_takes_nothing_from_programs_of_before_it;
use store::{Store, execute, on_both};

on_both![
    the_contract_of_records_is_kept,
    the_contract_of_the_registry_is_kept,
    the_contract_of_leases_is_kept,
    the_contract_of_dumps_is_kept,
    a_dump_that_nobody_reads_to_its_end_lets_go,
    connections_in_use_are_told,
    a_database_from_before_there_were_models_is_brought_up_to_date,
    of_two_who_assign_at_once_one_wins_and_both_are_told,
    of_two_processes_that_assign_at_once_one_wins_and_both_are_told,
    placements_are_in_the_order_of_their_bytes,
    a_caller_that_stops_waiting_leaves_nothing_half_done,
    a_step_takes_nothing_from_programs_of_before_it,
    a_database_of_a_newer_program_is_refused,
    a_database_of_another_build_is_refused,
    a_stored_value_that_makes_no_sense_is_named_and_not_guessed_at,
    closed_records_can_be_opened_again,
];

fn visitors(range: std::ops::Range<u32>) -> Vec<(BlindId, ShopperRecord)> {
    let one = |n: u32| {
        let bytes: [u8; 16] = *blake3::hash(&n.to_be_bytes()).as_bytes().first_chunk().unwrap();
        let id = BlindId { kind: IdKind::Visitor, fingerprint: bytes };
        let key = ShopperKey::from_bytes(bytes);
        (id, ShopperRecord { key, wrapped_seal_key: vec![1; 72] })
    };
    range.map(one).collect()
}

async fn the_contract_of_records_is_kept(store: Store) {
    check_records(async || store.open().await).await;
}

async fn the_contract_of_the_registry_is_kept(store: Store) {
    check_registry(async || store.open().await).await;
}

async fn the_contract_of_leases_is_kept(store: Store) {
    check_leases(async || store.open().await).await;
}

async fn the_contract_of_dumps_is_kept(mut store: Store) {
    let source = store.url.clone();
    store.renew_beside();
    check_dump(async || SqlRecords::connect(&source).await, async || store.open().await).await;
}

async fn connections_in_use_are_told(store: Store) {
    let records = store.open().await.unwrap();
    let n_in_use = || records.pools().iter().map(|it| it.n_in_use).collect::<Vec<_>>();
    assert_eq!(n_in_use(), [0, 0]);
    {
        let _turn = records.writer.turn().await;
        assert_eq!(n_in_use(), [1, 0]);
    }
    assert_eq!(n_in_use(), [0, 0]);
    assert!(records.pools().iter().all(|it| it.n_max > 0));
}

async fn a_dump_that_nobody_reads_to_its_end_lets_go(store: Store) {
    let records = store.open().await.unwrap();
    records.assign(visitors(0..20_000)).await.unwrap();
    for _ in 0..20 {
        let mut rows = records.dump().await.unwrap();
        assert!(rows.next().await.unwrap().is_some());
    }
    // Closing waits for every connection.
    records.close().await.unwrap();
}

async fn a_database_from_before_there_were_models_is_brought_up_to_date(store: Store) {
    let records = store.open().await.unwrap();
    records.set_fact("kept", "yes").await.unwrap();
    for undone in [
        "DROP TABLE model",
        "DROP TABLE lease",
        "ALTER TABLE quarantined DROP COLUMN replay_begun",
        "DROP TABLE change_count",
        "DROP TABLE moved_id",
        "ALTER TABLE placement DROP COLUMN steering",
        "DELETE FROM migration WHERE step > 1",
    ] {
        execute(&records, undone).await.unwrap();
    }
    drop(records);
    let records = store.open().await.unwrap();
    assert_eq!(records.models().await.unwrap(), []);
    assert_eq!(records.fact("kept").await.unwrap().as_deref(), Some("yes"));
}

async fn of_two_who_assign_at_once_one_wins_and_both_are_told(store: Store) {
    let records = store.open().await.unwrap();
    check_race(&records, &records).await;
}

async fn of_two_processes_that_assign_at_once_one_wins_and_both_are_told(store: Store) {
    let (one, other) = (store.open().await.unwrap(), store.open().await.unwrap());
    check_race(&one, &other).await;
}

/// Many ids, wanted in opposite orders for different shoppers, in several calls at once.
async fn check_race(one: &SqlRecords, other: &SqlRecords) {
    for round in 0..5 {
        let first = round * 500;
        let mine = visitors(first..first + 500);
        let wanted = mine.iter().zip(visitors(first + 10_000..first + 10_500));
        let theirs: Vec<_> = wanted.map(|((id, _), (_, shopper))| (*id, shopper)).rev().collect();
        let (mine, theirs) = tokio::join!(one.assign(mine), other.assign(theirs));
        let (mine, mut theirs) = (mine.unwrap(), theirs.unwrap());
        theirs.reverse();
        assert_eq!(mine, theirs);
        let [wanted, other_wanted] = [first, first + 10_000].map(|n| visitors(n..n + 1)[0].clone());
        let owner = one.resolve(&[wanted.0]).await.unwrap()[0].clone().unwrap();
        let loser = if owner == wanted.1 { other_wanted.1 } else { wanted.1 };
        let created = other.shopper(loser.key).await.unwrap();
        assert_eq!(created, None, "a shopper to whom nothing was given is not created");
    }
}

async fn placements_are_in_the_order_of_their_bytes(store: Store) {
    let records = store.open().await.unwrap();
    let ids = ["a-b", "a_a", "aa"];
    for id in ids.iter().rev() {
        let placement = Placement {
            id: PlacementId::new(id).unwrap(),
            title: "Läden".to_owned(),
            generators: Vec::new(),
            filter: None,
            personalization: Personalization::On,
            steering: domain::Steering::default(),
        };
        records.put_placement(placement).await.unwrap();
    }
    let found = records.placements().await.unwrap();
    let found: Vec<&str> = found.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(found, ids);
}

async fn a_caller_that_stops_waiting_leaves_nothing_half_done(store: Store) {
    let records = store.open().await.unwrap();
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

async fn check_refusal(store: &Store, change: &'static str, expected: &str) {
    let records = store.open().await.unwrap();
    execute(&records, change).await.unwrap();
    drop(records);
    let error = store.open().await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
    assert!(error.to_string().contains(expected), "{error}");
}

async fn a_database_of_a_newer_program_is_refused(store: Store) {
    let newer = "INSERT INTO migration (step, checksum) VALUES (6, 'of the future')";
    let expected = "have form 6 and this program knows forms up to 5; start the newer";
    check_refusal(&store, newer, expected).await;
}

async fn a_database_of_another_build_is_refused(store: Store) {
    let other = "UPDATE migration SET checksum = 'of elsewhere'";
    let expected = "made by another build, which took step 1 differently";
    check_refusal(&store, other, expected).await;
}

async fn a_stored_value_that_makes_no_sense_is_named_and_not_guessed_at(store: Store) {
    let records = store.open().await.unwrap();
    let nonsense = "INSERT INTO personalization_switch VALUES (1, 7, 0)";
    execute(&records, nonsense).await.unwrap();
    let error = records.switch().await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
}

async fn closed_records_can_be_opened_again(store: Store) {
    let records = store.open().await.unwrap();
    records.set_fact("kept", "yes").await.unwrap();
    records.fact("kept").await.unwrap();
    records.close().await.unwrap();
    let again = store.open().await.unwrap();
    assert_eq!(again.fact("kept").await.unwrap().as_deref(), Some("yes"));
}

#[tokio::test]
async fn an_unknown_kind_of_database_is_named() {
    let error = SqlRecords::connect("mysql://localhost/shop").await.unwrap_err();
    assert!(error.to_string().contains("`mysql:` is no database this program knows"), "{error}");
}
