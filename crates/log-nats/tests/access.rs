//! Credentials and encryption on a real server, and what is said when something is amiss.

#![expect(clippy::unwrap_used, reason = "a test may stop at any surprise")]

use std::fs;
use std::sync::Arc;

use domain::{Position, ShopId};
use log_nats::{Access, Credentials, NatsLog, Options};
use ports::conformance::any_event;
use ports::{Log, PortError, Receipt};
use test_backends::NatsServer;

const JETSTREAM: &str = "jetstream { store_dir: store }";

async fn open(access: &Access) -> Result<Arc<NatsLog>, PortError> {
    NatsLog::open(access, &ShopId::new("shop").unwrap(), Options::default()).await
}

/// Opens the log and uses it.
async fn check_admitted(access: &Access) {
    let log = open(access).await.unwrap();
    let receipts = log.append(vec![any_event(1)]).await.unwrap();
    assert_eq!(receipts, [Receipt::Appended(Position::new(1))]);
    assert_eq!(log.read(Position::START, 10).await.unwrap().len(), 1);
}

/// Says that the credentials are wrong, without repeating them.
async fn check_refused(access: &Access) {
    let refused = open(access).await.unwrap_err();
    assert!(matches!(refused, PortError::Refused { .. }), "{refused:?}");
    let message = refused.to_string();
    assert!(message.contains("does not accept these credentials"), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_the_log_in_the_url_or_beside_it() {
    let config = format!("{JETSTREAM}\nauthorization {{ user: anna, password: \"s3cret/1\" }}");
    let Some(server) = NatsServer::start_with(&config) else { return };
    let address = server.address();
    let of = |urls: &str| Access::parse(urls).unwrap();
    check_refused(&of(&server.url())).await;
    check_refused(&of(&format!("nats://anna:s3cret@{address}"))).await;
    check_admitted(&of(&format!("nats://anna:s3cret%2F1@{address}"))).await;
    let password =
        Credentials::Password { user: "anna".to_owned(), password: "s3cret/1".to_owned() };
    open(&of(&server.url()).with_credentials(password)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_the_log() {
    let config = format!("{JETSTREAM}\nauthorization {{ token: s3cret }}");
    let Some(server) = NatsServer::start_with(&config) else { return };
    let wrong = format!("nats://s3cret2@{}", server.address());
    check_refused(&Access::parse(&wrong).unwrap()).await;
    let urls = format!("nats://s3cret@{}", server.address());
    check_admitted(&Access::parse(&urls).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_s_key_opens_the_log() {
    let (user, stranger) = (nkeys::KeyPair::new_user(), nkeys::KeyPair::new_user());
    let config =
        format!("{JETSTREAM}\nauthorization {{ users: [{{ nkey: {} }}] }}", user.public_key());
    let Some(server) = NatsServer::start_with(&config) else { return };
    let with_key = |name: &str, key: &nkeys::KeyPair| {
        let file = server.folder().join(name);
        fs::write(&file, format!("{}\n", key.seed().unwrap())).unwrap();
        Access::parse(&server.url()).unwrap().with_credentials(Credentials::KeyFile(file))
    };
    check_refused(&with_key("stranger.nk", &stranger)).await;
    check_admitted(&with_key("user.nk", &user)).await;
    let missing = Credentials::KeyFile(server.folder().join("missing.nk"));
    let refused = open(&Access::parse(&server.url()).unwrap().with_credentials(missing)).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("missing.nk cannot be read; it should hold the key"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_server_is_trusted_by_its_authority_only() {
    let folder = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(folder.path().join("server.pem"), certified.cert.pem()).unwrap();
    fs::write(folder.path().join("key.pem"), certified.signing_key.serialize_pem()).unwrap();
    let config = format!("{JETSTREAM}\ntls {{ cert_file: server.pem, key_file: key.pem }}");
    let Some(server) = NatsServer::start_in(folder, &config) else { return };
    let access = Access::parse(&format!("tls://{}", server.address())).unwrap();
    let distrusted = open(&access).await.unwrap_err();
    assert!(distrusted.to_string().contains(&server.address()), "{distrusted:?}");
    let certificate = server.folder().join("server.pem");
    check_admitted(&access.with_ca_file(certificate)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_jetstream_is_named_as_such() {
    let Some(server) = NatsServer::start_with("") else { return };
    let refused = open(&Access::parse(&server.url()).unwrap()).await.unwrap_err();
    assert!(matches!(refused, PortError::Refused { .. }), "{refused:?}");
    assert!(refused.to_string().contains("has no JetStream"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_may_come() {
    let Some(mut server) = NatsServer::start() else { return };
    server.kill();
    let access = Access::parse(&server.url()).unwrap();
    let unavailable = open(&access).await.unwrap_err();
    assert!(unavailable.is_transient(), "{unavailable:?}");
    assert!(unavailable.to_string().contains("no server can be reached at nats://127.0.0.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_of_several_servers_will_do() {
    let (Some(mut gone), Some(server)) = (NatsServer::start(), NatsServer::start()) else { return };
    gone.kill();
    let urls = format!("{},{}", gone.url(), server.url());
    check_admitted(&Access::parse(&urls).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_the_servers_cannot_give_are_refused() {
    let Some(server) = NatsServer::start() else { return };
    let options = Options { replicas: 3, ..Options::default() };
    let access = Access::parse(&server.url()).unwrap();
    let refused = NatsLog::open(&access, &ShopId::new("shop").unwrap(), options).await.unwrap_err();
    assert!(refused.to_string().contains("could not be made"), "{refused:?}");
}
