//! What only S3 can do to us: refuse, be gone, be somebody else's, and overwrite.

use std::sync::Arc;

use bytes::Bytes;
use domain::Position;
use object_store::Error;
use ports::conformance::history;
use ports::{Artifacts as _, Lake as _, PortError};
use test_backends::S3Server;
use tokio::task::JoinSet;

use super::{PART_BYTES, S3Store, with_bucket};
use crate::durable::unwatched;
use crate::tests::{Home, LATER, s3_access, small};
use crate::{Place, S3Access, S3Location, StoredArtifacts};

fn store(server: &S3Server) -> S3Store {
    let location = S3Location::parse(&server.url("here"), s3_access(server)).unwrap();
    S3Store::open(&location, "ASIDE", unwatched()).unwrap()
}

/// Lets `n` writers put one name with different bytes of `n_bytes`, and expects that one did.
async fn check_race(n: u8, n_bytes: usize) {
    let server = S3Server::start();
    let store = store(&server);
    let mut writers = JoinSet::new();
    for it in 0..n {
        let store = store.clone();
        writers.spawn(async move { (it, store.put_new("x", vec![it; n_bytes].into()).await) });
    }
    let mut winners = Vec::new();
    for (it, put) in writers.join_all().await {
        match put {
            Ok(()) => winners.push(it),
            Err(Error::AlreadyExists { .. }) => {}
            Err(err) => panic!("{err}"),
        }
    }
    assert_eq!(winners.len(), 1, "one of them made it");
    let found = store.get("x").await.unwrap();
    assert!(found == vec![winners[0]; n_bytes], "and what is there is that one's");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_put_one_name_one_does() {
    check_race(16, 100_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_put_a_large_file_under_one_name_one_does() {
    check_race(3, PART_BYTES + 1).await;
}

#[tokio::test]
async fn what_is_large_goes_in_parts_and_comes_back_whole() {
    let server = S3Server::start();
    let store = store(&server);
    let bytes: Vec<u8> = (0..2 * PART_BYTES + 77).map(|it| it.to_le_bytes()[it % 3]).collect();
    let bytes = Bytes::from(bytes);
    store.put("a/large", bytes.clone()).await.unwrap();
    assert!(store.get("a/large").await.unwrap() == bytes);
    store.put_new("a/new", bytes.clone()).await.unwrap();
    assert!(store.get("a/new").await.unwrap() == bytes);
    let left = std::fs::read_dir(server.folder().join("here/ASIDE")).unwrap().count();
    assert_eq!(left, 0, "nothing is left aside");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_for_news_costs_one_request_a_table() {
    let mut home = Home::in_s3();
    let lake = home.open(small()).await.unwrap();
    lake.archive(history(40)).await.unwrap();
    let before = home.server().n_requests();
    assert_eq!(lake.refresh().await.unwrap(), Position::new(40));
    assert_eq!(home.server().n_requests() - before, 2);
}

/// Expects that everything fails for now, and says so, and that nothing is lost by it.
async fn check_outage(begin: impl Fn(&mut S3Server), end: impl Fn(&mut S3Server), word: &str) {
    let mut home = Home::in_s3();
    let events = history(90);
    let lake = home.open(small()).await.unwrap();
    lake.archive(events[..40].to_vec()).await.unwrap();
    begin(home.server());
    let wanted = |it: PortError| {
        let text = it.to_string();
        assert!(it.is_transient(), "{it:?}");
        assert!(text.contains(word) && text.contains("s3://tastemaker/shops/one"), "{text}");
    };
    wanted(lake.archive(events[40..60].to_vec()).await.unwrap_err());
    wanted(lake.refresh().await.unwrap_err());
    wanted(lake.read(Position::START, 100).await.unwrap_err());
    wanted(home.open(small()).await.map(|_| ()).unwrap_err());
    wanted(home.open_artifacts().await.map(|_| ()).unwrap_err());
    // Libraries between do not hand on the address.
    assert!(lake.tend(LATER).await.unwrap_err().is_transient());
    assert!(lake.query("SELECT max(event) FROM events", 1).await.unwrap_err().is_transient());
    end(home.server());
    for some in events[40..].chunks(20) {
        lake.archive(some.to_vec()).await.unwrap();
    }
    lake.tend(LATER).await.unwrap();
    assert!(lake.read(Position::START, 100).await.unwrap() == events);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_refuses_for_a_while_loses_nothing() {
    check_outage(|it| it.refuse(), |it| it.accept(), "503").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_is_gone_for_a_while_loses_nothing() {
    check_outage(S3Server::stop, S3Server::resume, "see that it runs").await;
}

/// Expects that opening is refused in words that contain `words`.
async fn check_refused(url: &str, access: S3Access, words: &[&str]) {
    let place = Place::S3(S3Location::parse(url, access).unwrap());
    let error = StoredArtifacts::open(&place).await.map(|_| ()).unwrap_err();
    let text = error.to_string();
    for word in words.iter().chain(&[url]) {
        assert!(text.contains(word), "`{text}` says {word}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_place_is_said_with_what_to_do() {
    let server = S3Server::start();
    let (url, access) = (server.url("lake"), s3_access(&server));
    let wrong = S3Access { secret_access_key: Some("wrong".to_owned()), ..access.clone() };
    check_refused(&url, wrong, &["SignatureDoesNotMatch", "correct the access key"]).await;
    let unknown = S3Access { access_key_id: Some("nobody".to_owned()), ..access.clone() };
    check_refused(&url, unknown, &["correct the access key"]).await;
    check_refused("s3://elsewhere/lake", access.clone(), &["NoSuchBucket", "make the bucket"])
        .await;
    server.ignore_conditions_of_parts();
    check_refused(&url, access.clone(), &["parts put together", "keeps the condition"]).await;
    server.ignore_conditions();
    check_refused(&url, access, &["If-None-Match", "keeps the condition"]).await;
}

#[tokio::test]
async fn a_bucket_that_is_gone_is_not_taken_for_an_empty_one() {
    let server = S3Server::start();
    let place = Place::S3(S3Location::parse(&server.url("a"), s3_access(&server)).unwrap());
    let store = Arc::new(StoredArtifacts::open(&place).await.unwrap());
    std::fs::remove_dir_all(server.folder()).unwrap();
    for error in [store.list("").await.unwrap_err(), store.put("x", vec![1]).await.unwrap_err()] {
        assert!(error.to_string().contains("make the bucket"), "{error}");
    }
}

#[test]
fn a_bucket_is_named_in_the_host_or_in_the_path() {
    let location = S3Location::parse("s3://shop/lake", S3Access::default()).unwrap();
    let check = |endpoint, expected| assert_eq!(with_bucket(endpoint, &location), expected);
    check("https://storage.example", "https://shop.storage.example");
    check("http://storage.example:9000/", "http://shop.storage.example:9000");
}
