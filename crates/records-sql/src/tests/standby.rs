//! Reports are asked of a standby, which has all that was written before, or the primary answers.

use std::sync::Arc;

use domain::Timestamp;
use ports::conformance::{check_dump, check_records};
use ports::{AuditEntry, Records};
use test_backends::Postgres;

use super::store::value;
use crate::SqlRecords;

fn entry(subject: &str) -> AuditEntry {
    AuditEntry {
        id: 0,
        time: Timestamp::from_secs(1),
        actor: "command".to_owned(),
        action: "key.create".to_owned(),
        subject: subject.to_owned(),
    }
}

/// A primary with a database, and its standby.
struct Pair {
    primary: Postgres,
    standby: Postgres,
    url: String,
}

impl Pair {
    fn start() -> Option<Pair> {
        let primary = Postgres::start()?;
        let (standby, url) = (primary.standby(), primary.database());
        Some(Pair { primary, standby, url })
    }

    async fn open(&self) -> SqlRecords {
        let records = SqlRecords::connect(&self.url).await.unwrap();
        records.with_standby(&self.standby.same(&self.url)).unwrap()
    }
}

/// Writes an entry and reads the trail, which must have it; whether the standby answered.
async fn standby_answers(records: &SqlRecords, subject: &str) -> bool {
    records.audit(entry(subject)).await.unwrap();
    let trail = records.audit_trail(None, 1).await.unwrap();
    assert_eq!(trail[0].subject, subject, "a report has all that was written before");
    !Arc::ptr_eq(&records.for_a_report().await, &records.readers)
}

#[tokio::test]
async fn with_a_standby_the_contracts_are_kept() {
    let Some(mut pair) = Pair::start() else { return };
    check_records(async || Ok(pair.open().await)).await;
    pair.url = pair.primary.database();
    let other = pair.primary.database();
    check_dump(async || Ok(pair.open().await), async || SqlRecords::connect(&other).await).await;
}

#[tokio::test]
async fn a_standby_answers_reports_and_where_it_cannot_the_primary_does() {
    let Some(mut pair) = Pair::start() else { return };
    let records = pair.open().await;
    assert!(standby_answers(&records, "both are there").await);

    pair.standby.sql("SELECT pg_wal_replay_pause()");
    assert!(!standby_answers(&records, "it is behind").await);
    pair.standby.sql("SELECT pg_wal_replay_resume()");
    assert!(standby_answers(&records, "it has caught up").await);

    pair.standby.stop();
    assert!(!standby_answers(&records, "it is away").await);
    pair.standby.resume();
    assert!(standby_answers(&records, "it is back").await);

    pair.standby.sql("SELECT pg_promote()");
    assert!(!standby_answers(&records, "it has become a primary").await);
}

#[tokio::test]
async fn nothing_is_written_to_a_standby_and_another_database_s_is_not_asked() {
    let Some(pair) = Pair::start() else { return };
    let records = pair.open().await;
    records.set_fact("kept", "yes").await.unwrap();
    assert_eq!(records.fact("kept").await.unwrap().as_deref(), Some("yes"));
    assert!(!value::<bool>(&records, "SELECT pg_is_in_recovery()").await);

    let other = pair.primary.database();
    let wrong = SqlRecords::connect(&other).await.unwrap();
    let wrong = wrong.with_standby(&pair.standby.same(&pair.url)).unwrap();
    assert!(!standby_answers(&wrong, "of another database").await);
    let itself = SqlRecords::connect(&other).await.unwrap().with_standby(&other).unwrap();
    assert!(!standby_answers(&itself, "of no standby").await);
    let file = SqlRecords::connect(&other).await.unwrap().with_standby("sqlite:file").unwrap_err();
    assert!(file.to_string().contains("only PostgreSQL has standbys"), "{file}");
}
