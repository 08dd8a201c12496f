//! A backup of a running server under load, restored elsewhere; what is refused; the socket by which
//! commands ask.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;

use serde_json::{Value, json};

use crate::replicas::Shared;
use crate::server::{Server, views};
use crate::site::{Site, files};

/// Archives by itself and keeps next to nothing in the log, so that a backup reads lake and log.
const BUSY: &str = "[lake]\ncommit_events = 20\ncommit_secs = 0\nlog_keep_events = 10\n";

fn manifest(backup: &Path) -> Value {
    let text = std::fs::read_to_string(backup.join("manifest.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Brings the root key, the only thing that a backup lacks, to another site for the same shop.
fn bring_root_key(site: &Site, other: &Site) {
    std::fs::create_dir_all(other.root_key().parent().unwrap()).unwrap();
    std::fs::copy(site.root_key(), other.root_key()).unwrap();
}

/// Another site for the same shop: only the root key came along.
fn elsewhere(site: &Site) -> Site {
    let other = Site::with(BUSY);
    bring_root_key(site, &other);
    other
}

/// Backs up as the line says while `tell` tells something more; how often it did.
async fn back_up_under_load(site: &Site, line: &str, mut tell: impl AsyncFnMut(usize)) -> usize {
    let mut command = site.command(line);
    let backing_up = tokio::task::spawn_blocking(move || command.output().unwrap());
    let mut n_meanwhile = 0;
    while !backing_up.is_finished() {
        n_meanwhile += 1;
        tell(n_meanwhile).await;
    }
    let output = backing_up.await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    n_meanwhile
}

/// Digests of the state that a place has.
fn digests(site: &Site) -> Value {
    site.run("state digest").lines().map(|it| serde_json::from_str::<Value>(it).unwrap()).collect()
}

/// The digest of each part.
fn of_parts(parts: &Value) -> Vec<&Value> {
    parts.as_array().unwrap().iter().map(|it| &it["digest"]).collect()
}

fn restore(to: &Site, from: &Path) -> String {
    to.run(&format!("restore --from {}", from.display()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_restored_into_an_empty_folder_and_served() {
    let site = Site::with(BUSY);
    let (server, keys) = Server::first(&site);
    server.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49"]).await;
    for n in 0..40 {
        server.tell(&keys.secret, views(&format!("ada-{n}"), &["tent", "stove"])).await;
    }
    let backup = site.path("monday");
    let n_meanwhile = back_up_under_load(&site, "backup --to monday", async |n| {
        server.tell(&keys.secret, views(&format!("bo-{n}"), &["rug"])).await;
    })
    .await as u64;
    server.tell(&keys.secret, views("cy", &["tent"])).await;
    server.stop();
    let told = manifest(&backup);
    let position = told["position"].as_u64().unwrap();
    assert!((83..83 + n_meanwhile + 1).contains(&position), "{position} of {n_meanwhile}");
    let checked = site.run("backup --verify monday");
    assert!(checked.contains("every file is what it was; so are its keys"), "{checked}");

    let other = elsewhere(&site);
    let restored = restore(&other, &backup);
    assert!(restored.contains("its state is the one that was backed up"), "{restored}");
    assert_eq!(digests(&other), told["state"]["parts"]);
    let (before, after) = (site.log(), other.log());
    assert_eq!(after, before[..usize::try_from(position).unwrap()]);

    // Its keys are in force, its shoppers are known, and life goes on.
    let server = Server::start(&other);
    let shown = server.decide(&keys.publishable, json!({"visitor_id": "ada-1"})).await;
    assert_eq!(shown.shown().len(), 3, "{}", shown.text);
    let told = server.tell(&keys.secret, views("ada-1", &["rug"])).await;
    assert!(position < told.parse::<u64>().unwrap());
    server.stop();
    other.state();
    let ada = |log: &[Value]| log.iter().map(|it| it["shopper"].clone()).collect::<Vec<_>>();
    let after = other.log();
    let last = after.iter().rev().find(|it| it["kind"] == "product_viewed").unwrap();
    assert!(ada(&before).contains(&last["shopper"]), "ada is who she was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_replicas_under_load_is_restored_into_a_folder_and_into_other_replicas() {
    let (Some(shared), Some(others)) = (Shared::with(BUSY), Shared::with(BUSY)) else { return };
    let (one, keys) = shared.first();
    let two = shared.replica(2);
    one.stock_up(&keys.secret, &["tent 199", "stove 89", "rug 49", "lamp 19"]).await;
    for n in 0..20 {
        two.tell(&keys.secret, views(&format!("ada-{n}"), &["tent", "stove"])).await;
    }
    back_up_under_load(&shared.site, "backup --to monday --data scratch-1", async |n| {
        let teller = [&one, &two][n % 2];
        teller.tell(&keys.secret, views(&format!("bo-{n}"), &["rug"])).await;
    })
    .await;
    one.tell(&keys.secret, views("cy", &["tent"])).await;
    one.stop();
    two.stop();
    let backup = shared.site.path("monday");
    let told = manifest(&backup);
    let n_events = usize::try_from(told["position"].as_u64().unwrap()).unwrap();
    let before = shared.site.log();
    assert!((44..before.len()).contains(&n_events), "{n_events} of {}", before.len());

    let folder = elsewhere(&shared.site);
    bring_root_key(&shared.site, &others.site);
    restore(&folder, &backup);
    others.site.run(&format!("restore --data scratch-1 --from {}", backup.display()));
    for site in [&folder, &others.site] {
        assert_eq!(digests(site), told["state"]["parts"]);
        assert_eq!(site.log(), before[..n_events]);
    }
    let alone = Server::start(&folder);
    let servers = [alone, others.replica(1), others.replica(2), others.replica(3)];
    for server in &servers {
        let state = server.call(&keys.secret, "GET /v1/state", Value::Null).await;
        assert_eq!(state.json["position"], told["position"].to_string(), "{}", state.text);
        assert_eq!(of_parts(&state.json["parts"]), of_parts(&told["state"]["parts"]));
    }
    let mut slates = Vec::new();
    for server in servers {
        let answer = server.decide(&keys.publishable, json!({"visitor_id": "ada-1"})).await;
        slates.push(answer.json["products"].clone());
        server.stop();
    }
    assert!(slates[0].as_array().is_some_and(|it| it.len() == 4), "{slates:?}");
    assert!(slates.iter().all(|it| *it == slates[0]), "{slates:?}");
}

#[tokio::test]
async fn a_backup_is_made_without_a_server_too_and_refused_where_something_is() {
    let site = Site::new();
    let (server, keys) = Server::first(&site);
    server.tell(&keys.secret, views("ada", &["tent"])).await;
    let refusal = site.refusal("restore --from nowhere");
    assert!(refusal.contains("there is no folder nowhere"), "{refusal}");
    server.stop();
    let made = site.run("backup --to safe/monday --keys vault");
    assert!(made.contains(": 1 events, 1 shoppers, 0 models, "), "{made}");
    assert_eq!(files(&site.path("vault")), [site.path("vault/keys/shoppers-000001.gz")]);
    for folder in ["safe/monday", "vault"] {
        let mode = std::fs::metadata(site.path(folder)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{folder} is its owner's alone");
    }
    let refusal = site.refusal("backup --to safe/monday --keys vault");
    assert!(refusal.contains("the place for the data is not empty"), "{refusal}");
    let refusal = site.refusal("backup --to safe --keys safe/keys");
    assert!(refusal.contains("name a folder elsewhere"), "{refusal}");
    let refusal = site.refusal("restore --from safe/monday --keys vault");
    assert!(refusal.contains("is not empty and nothing is restored over it"), "{refusal}");
    site.state();

    let other = elsewhere(&site);
    other.write("forgotten", "somebody\n");
    let from = format!("restore --from {}", site.path("safe/monday").display());
    let with_keys = format!("{from} --keys {}", site.path("vault").display());
    let refusal = other.refusal(&format!("{with_keys} --forgotten forgotten"));
    assert!(refusal.contains("line 1 is neither a shopper's key"), "{refusal}");
    std::fs::create_dir(other.path("full")).unwrap();
    other.write("full/notes.txt", "mine");
    let refusal = other.refusal(&format!("{with_keys} --data full"));
    assert!(refusal.contains("is not empty, it holds `notes.txt`"), "{refusal}");
    std::fs::write(other.root_key(), "00".repeat(32)).unwrap();
    let refusal = other.refusal(&with_keys);
    assert!(refusal.contains("the root key is not the one"), "{refusal}");
    assert!(!other.path("data").exists(), "nothing is made for what is refused");
}

#[tokio::test]
async fn commands_ask_by_a_socket_that_only_its_owner_may_use() {
    let site = Site::new();
    let socket = site.path("data/control.sock");
    std::fs::create_dir(site.path("data")).unwrap();
    // One that a dead server left.
    drop(UnixListener::bind(&socket).unwrap());
    let (server, _keys) = Server::first(&site);
    let metadata = std::fs::metadata(&socket).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    site.run("backup --to monday");
    let refusal = site.refusal("backup --to monday");
    assert!(refusal.contains("the place for the data is not empty"), "{refusal}");
    let logged = server.stop();
    assert!(logged.contains("what a command asked for is done"), "{logged}");
    assert!(!socket.exists(), "an orderly end leaves none");
    // Nobody listens there: the command opens the folder itself.
    drop(UnixListener::bind(&socket).unwrap());
    site.run("backup --to tuesday");
}
