//! Keys on the command line and at the first start.

use serde_json::json;

use crate::server::{Server, views};
use crate::site::Site;

async fn page_view(server: &Server, key: &str) -> String {
    let event = json!({"batch": views("me", &["tent"])});
    server.call(key, "POST /v1/batch", event).await.summary()
}

#[tokio::test]
async fn the_first_start_shows_two_keys_and_no_other_start_shows_any() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    assert!(server.said.contains("made the root key"), "{}", server.said);
    assert_eq!(page_view(&server, &keys.secret).await, "200");
    assert_eq!(page_view(&server, &keys.publishable).await, "200");
    let first = server.stop();
    for key in [&keys.secret, &keys.publishable] {
        assert_eq!(first.matches(key.as_str()).count(), 1, "{first}");
    }
    let server = Server::start(&site);
    assert_eq!(page_view(&server, &keys.secret).await, "200");
    let second = server.stop();
    assert!(!second.contains("tms_") && !second.contains("tmp_"), "{second}");
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_from_the_command_line() {
    let site = Site::new();
    let secret = site.run("keys create secret").trim().to_owned();
    let publishable = site.run("keys create publishable --origin https://shop.example");
    let publishable = publishable.trim();
    assert!(secret.starts_with("tms_") && publishable.starts_with("tmp_"));

    let listed = site.run("keys list");
    assert_eq!(listed.matches("in force").count(), 2, "{listed}");
    assert!(!listed.contains(&secret) && !listed.contains(publishable), "{listed}");
    let ids: Vec<&str> = listed.lines().filter_map(|it| it.split_whitespace().next()).collect();

    let server = Server::start(&site);
    assert!(!server.said.contains("new keys"), "{}", server.said);
    assert_eq!(page_view(&server, &secret).await, "200");
    server.stop();

    site.run(&format!("keys revoke {}", ids[0]));
    let listed = site.run("keys list");
    assert_eq!((listed.matches("in force").count(), listed.matches("revoked").count()), (1, 1));
    let again = site.refusal(&format!("keys revoke {}", ids[0]));
    assert!(again.contains(ids[0]) && again.contains("keys list"), "{again}");
    let server = Server::start(&site);
    assert_eq!(page_view(&server, &secret).await, "401 UNKNOWN_KEY");
    assert_eq!(page_view(&server, publishable).await, "200");
}

#[test]
fn the_signing_secret_is_the_same_each_time_and_another_for_each_root_key() {
    let site = Site::new();
    let secret = site.run("keys signing-secret");
    assert_eq!(secret.trim().len(), 64);
    assert_eq!(site.run("keys signing-secret"), secret);
    assert_ne!(Site::new().run("keys signing-secret"), secret);
}

#[tokio::test]
async fn keys_given_by_the_environment_are_in_force_and_never_printed() {
    let site = Site::new();
    let mut command = site.command("keys list");
    command.env("TASTEMAKER_BOOTSTRAP__SECRET_KEY", "tms_given_by_the_operator");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let server = Server::start(&site);
    assert_eq!(page_view(&server, "tms_given_by_the_operator").await, "200");
    let said = server.stop();
    assert!(!said.contains("tms_"), "{said}");
}
