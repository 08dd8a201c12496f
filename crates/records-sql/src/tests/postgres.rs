//! What is PostgreSQL's own: several processes, a server that goes and comes, its errors and settings.

use domain::{ShopperKey, Timestamp};
use ports::{BlindId, IdKind, ModelRecord, PortError, Quarantined, Records, Registry};
use ports::{ShopperRecord, Stage, StageChange};
use test_backends::Postgres;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::store::{Store, execute, value};
use super::visitors;
use crate::SqlRecords;
use crate::error::failed;

async fn two(store: &Store) -> (SqlRecords, SqlRecords) {
    let (one, other) = tokio::join!(store.open(), store.open());
    (one.unwrap(), other.unwrap())
}

#[tokio::test]
async fn two_programs_that_start_at_once_on_an_empty_database_both_find_its_tables() {
    let Some(store) = Store::postgres() else { return };
    let (one, other) = two(&store).await;
    one.set_fact("told", "by one").await.unwrap();
    assert_eq!(other.fact("told").await.unwrap().as_deref(), Some("by one"));
    assert_eq!(value::<i64>(&one, "SELECT count(*) FROM migration").await, 5);
}

#[tokio::test]
async fn what_one_process_gave_the_other_sees_at_once() {
    let Some(store) = Store::postgres() else { return };
    let (one, other) = two(&store).await;
    let given = visitors(0..1_000);
    one.assign(given.clone()).await.unwrap();
    let ids: Vec<BlindId> = given.iter().map(|(id, _)| *id).collect();
    let found = other.resolve(&ids).await.unwrap();
    assert!(found.iter().zip(&given).all(|(found, (_, it))| found.as_ref() == Some(it)));
    let shopper = &given[7].1;
    assert_eq!(other.shopper(shopper.key).await.unwrap().as_ref(), Some(shopper));
    one.reassign(ids[0], shopper.key).await.unwrap();
    assert_eq!(other.resolve(&ids[..1]).await.unwrap(), [Some(shopper.clone())]);
}

#[tokio::test]
async fn of_two_users_who_claim_a_shopper_at_once_in_two_processes_one_gets_it() {
    let Some(store) = Store::postgres() else { return };
    let (one, other) = two(&store).await;
    for n in 0..20 {
        let user = |m: u8| BlindId { kind: IdKind::User, fingerprint: [m * 20 + n; 16] };
        let fresh = |m: u8| ShopperRecord {
            key: ShopperKey::from_bytes([m * 20 + n; 16]),
            wrapped_seal_key: vec![m],
        };
        let at = u32::from(n);
        let visited = visitors(at..at + 1);
        let shopper = one.assign(visited).await.unwrap().pop().unwrap();
        let (ann, ben) = tokio::join!(
            one.claim(user(1), shopper.key, fresh(1)),
            other.claim(user(2), shopper.key, fresh(2)),
        );
        let (ann, ben) = (ann.unwrap(), ben.unwrap());
        assert!(
            (ann == shopper && ben == fresh(2)) || (ann == fresh(1) && ben == shopper),
            "one of them is the visitor: {ann:?}, {ben:?}"
        );
        let (same, again) = tokio::join!(
            one.claim(user(3), fresh(3).key, fresh(3)),
            other.claim(user(3), fresh(4).key, fresh(4)),
        );
        let (same, again) = (same.unwrap(), again.unwrap());
        assert_eq!(same, again, "a user is one shopper");
        let loser = if same == fresh(3) { fresh(4) } else { fresh(3) };
        assert_eq!(one.shopper(loser.key).await.unwrap(), None, "nobody else is created");
    }
}

#[tokio::test]
async fn the_limit_of_refused_events_holds_when_two_processes_keep_them_at_once() {
    let Some(store) = Store::postgres() else { return };
    let (one, other) = two(&store).await;
    let refused = |n: i64| Quarantined {
        id: 0,
        key_id: format!("key_{}", n % 2),
        time: Timestamp::from_secs(n),
        code: "bad_price".to_owned(),
        sealed: vec![1],
        replay_begun: None,
    };
    for round in 0..10 {
        let (mine, theirs) = tokio::join!(
            one.quarantine((0..20).map(refused).collect(), 5),
            other.quarantine((1..21).map(refused).collect(), 5),
        );
        let n_dropped = mine.unwrap() + theirs.unwrap();
        assert_eq!(n_dropped, if round == 0 { 30 } else { 40 });
        assert_eq!(one.quarantined(0, 100).await.unwrap().len(), 10);
    }
}

#[tokio::test]
async fn changes_that_are_in_each_other_s_way_are_all_made() {
    let Some(store) = Store::postgres() else { return };
    let url = format!("{}?options[deadlock_timeout]=20ms", store.url);
    let open = || SqlRecords::connect(&url);
    let (one, other) = (open().await.unwrap(), open().await.unwrap());
    let model = |n: u32| ModelRecord {
        id: format!("popular-{n}"),
        generator: "popular".to_owned(),
        stage: Stage::Candidate,
        canary_percent: 0,
        create_time: Timestamp::from_secs(1),
        change_time: Timestamp::from_secs(1),
        reason: String::new(),
        artifact: String::new(),
        checksum: String::new(),
        n_bytes: 0,
        lineage: "{}".to_owned(),
    };
    for n in 0..30 {
        one.add_model(model(n)).await.unwrap();
    }
    let to = |stage| {
        move |n: u32| StageChange {
            id: format!("popular-{n}"),
            stage,
            canary_percent: 0,
            time: Timestamp::from_secs(2),
            reason: String::new(),
        }
    };
    for _ in 0..10 {
        let (mine, theirs) = tokio::join!(
            one.change_stages((0..30).map(to(Stage::Retired)).collect()),
            other.change_stages((0..30).rev().map(to(Stage::Live)).collect()),
        );
        mine.unwrap();
        theirs.unwrap();
        let mut stages: Vec<_> =
            one.models().await.unwrap().into_iter().map(|it| it.stage).collect();
        stages.dedup();
        assert_eq!(stages.len(), 1, "all changes of a call are made together");
    }
}

#[tokio::test]
async fn after_a_restart_every_call_works_at_once() {
    let Some(mut store) = Store::postgres() else { return };
    let records = store.open().await.unwrap();
    // Several connections of both kinds, all of which the restart cuts.
    let (writes, reads) = tokio::join!(
        async { tokio::join!(records.set_fact("a", "1"), records.set_fact("b", "2")) },
        async { tokio::join!(records.fact("a"), records.fact("b"), records.fact("c")) },
    );
    assert!(matches!((writes, reads), ((Ok(()), Ok(())), (Ok(_), Ok(_), Ok(_)))));
    for ending in [Postgres::stop, Postgres::crash] {
        ending(store.server());
        store.server().resume();
        let entry = ports::AuditEntry {
            id: 0,
            time: Timestamp::from_secs(1),
            actor: "command".to_owned(),
            action: "key.create".to_owned(),
            subject: "key".to_owned(),
        };
        records.audit(entry).await.unwrap();
        assert_eq!(records.fact("a").await.unwrap().as_deref(), Some("1"));
    }
    let trail = records.audit_trail(None, 10).await.unwrap();
    assert_eq!(trail.len(), 2, "what was tried again is there once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_in_the_middle_of_calls_loses_nothing_it_answered() {
    let Some(mut store) = Store::postgres() else { return };
    let records = std::sync::Arc::new(store.open().await.unwrap());
    let (acknowledge, mut acknowledged) = mpsc::unbounded_channel();
    let mut callers = JoinSet::new();
    for caller in 0..6_u32 {
        let (records, acknowledge) = (std::sync::Arc::clone(&records), acknowledge.clone());
        callers.spawn(async move {
            for call in 0..60_u32 {
                let first = caller * 10_000 + call * 10;
                let wanted = visitors(first..first + 10);
                match records.assign(wanted.clone()).await {
                    Ok(given) => {
                        assert_eq!(given.len(), wanted.len());
                        acknowledge.send(wanted).unwrap();
                    }
                    Err(error) => assert!(error.is_transient(), "{error:?}"),
                }
            }
        });
    }
    drop(acknowledge);
    let mut all = Vec::new();
    while all.len() < 500 {
        all.extend(acknowledged.recv().await.expect("calls are answered before the crash"));
    }
    let restart = tokio::task::spawn_blocking(move || {
        store.server().crash();
        store.server().resume();
        store
    });
    let store = restart.await.unwrap();
    while let Some(more) = acknowledged.recv().await {
        all.extend(more);
    }
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }

    let ids: Vec<BlindId> = all.iter().map(|(id, _)| *id).collect();
    let found = store.open().await.unwrap().resolve(&ids).await.unwrap();
    assert!(found.iter().zip(&all).all(|(found, (_, it))| found.as_ref() == Some(it)));
    records.set_fact("after", "all").await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_gone_is_unavailable_and_not_waited_for_without_end() {
    let Some(mut store) = Store::postgres() else { return };
    let records = store.open().await.unwrap();
    store.server().stop();
    let (read, write, open) =
        tokio::join!(records.keys(), records.set_fact("a", "b"), store.open());
    for error in [read.unwrap_err(), write.unwrap_err(), open.unwrap_err()] {
        assert!(matches!(error, PortError::Unavailable { .. }), "{error:?}");
    }
}

/// What a failure that the server tells by `code` means.
async fn meaning_of(records: &SqlRecords, statement: &'static str) -> PortError {
    failed("testing")(execute(records, statement).await.unwrap_err())
}

#[tokio::test]
async fn errors_of_the_server_mean_what_they_mean_on_sqlite() {
    let Some(store) = Store::postgres() else { return };
    let records = store.open().await.unwrap();
    let full = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$";
    let error = meaning_of(&records, full).await;
    assert!(matches!(error, PortError::Full { .. }), "{error:?}");
    for unreadable in [
        "SELECT 1 / 0",
        "INSERT INTO personalization_switch VALUES (2, 0, 0)",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'XX001'; END $$",
    ] {
        let error = meaning_of(&records, unreadable).await;
        assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
    }
    for unavailable in [
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '57P01'; END $$",
        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '08006'; END $$",
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SELECT * FROM what_is_not_there",
    ] {
        let error = meaning_of(&records, unavailable).await;
        assert!(matches!(error, PortError::Unavailable { .. }), "{error:?}");
    }
    let nobody = ShopperKey::from_bytes([9; 16]);
    let error = records.reassign(visitors(0..1)[0].0, nobody).await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
    let error = records.set_fact("name", "zero \0 inside").await.unwrap_err();
    assert!(matches!(error, PortError::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn sessions_have_limits_that_the_address_may_set_and_never_forget_to_sync() {
    let Some(store) = Store::postgres() else { return };
    let url = format!("{}?options[lock_timeout]=3s&options[synchronous_commit]=off", store.url);
    let records = SqlRecords::connect(&url).await.unwrap();
    for (setting, expected) in [
        ("SHOW statement_timeout", "30s"),
        ("SHOW lock_timeout", "3s"),
        ("SHOW idle_in_transaction_session_timeout", "1min"),
        ("SHOW application_name", "tastemaker"),
        ("SHOW synchronous_commit", "on"),
    ] {
        assert_eq!(value::<String>(&records, setting).await, expected, "{setting}");
    }
}

#[tokio::test]
async fn tls_is_as_the_address_says() {
    let Some(server) = Postgres::start_with_tls() else { return };
    let url = server.database();
    let with = |parameters: String| format!("{url}?{parameters}");
    let authority = format!("sslrootcert={}", server.authority().display());
    let is_sealed = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    for (parameters, expected) in [
        (format!("sslmode=verify-full&{authority}"), true),
        ("sslmode=require".to_owned(), true),
        ("sslmode=disable".to_owned(), false),
    ] {
        let records = SqlRecords::connect(&with(parameters)).await.unwrap();
        assert_eq!(value::<bool>(&records, is_sealed).await, expected);
    }
    let stranger = SqlRecords::connect(&with("sslmode=verify-full".to_owned())).await;
    assert!(matches!(stranger.unwrap_err(), PortError::Unavailable { .. }));

    let Some(plain) = Store::postgres() else { return };
    let refused = SqlRecords::connect(&format!("{}?sslmode=require", plain.url)).await;
    assert!(matches!(refused.unwrap_err(), PortError::Unavailable { .. }));
}
