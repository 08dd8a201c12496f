//! What earlier programs left is opened by this one, and what they said and heard is still understood.
//!
//! The folders stand in `tests/fixtures`, whose README says by which program each was made, and what to do
//! when a format changes. That a newer program's folder is refused is tested beside each format.

mod formats;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::server::{Server, views};
use crate::site::Site;

/// A folder that an earlier program left, and what that program said of it.
struct Left {
    site: Site,
    said: Value,
}

impl Left {
    fn by(name: &str) -> Left {
        let site = Site::new();
        let fixture = format!("{}/tests/fixtures/{name}.tar.gz", env!("CARGO_MANIFEST_DIR"));
        let mut tar = Command::new("tar");
        let unpacked = tar.arg("-xzf").arg(fixture).arg("-C").arg(site.path("")).output().unwrap();
        assert!(unpacked.status.success(), "{unpacked:?}");
        let said = serde_json::from_str(&read(&site.path("said.json"))).unwrap();
        Left { site, said }
    }

    /// Whether its program had a command.
    fn knew(&self, command: &str) -> bool {
        self.said["knows"].as_array().unwrap().contains(&json!(command))
    }

    fn secret(&self) -> String {
        self.said["secret"].as_str().unwrap().to_owned()
    }
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

/// Position, kind and shopper of every event.
fn outline(site: &Site) -> Vec<Value> {
    outlined(&site.run("log export"))
}

fn outlined(lines: &str) -> Vec<Value> {
    let line = |it: &str| {
        let it: Value = serde_json::from_str(it).unwrap();
        json!([it["position"], it["kind"], it["shopper"]])
    };
    lines.lines().map(line).collect()
}

async fn check_folder(name: &str) {
    let left = Left::by(name);
    let (site, secret) = (&left.site, left.secret());
    let told = left.said["log"].as_array().unwrap().clone();
    assert_eq!(outline(site), told, "every event is where it was, and whose it was");
    site.state();

    let server = Server::start(site);
    let id = left.said["decision"]["decision_id"].as_str().unwrap();
    let explained = server.call(&secret, &format!("GET /v1/decisions/{id}"), Value::Null).await;
    let shown = |it: &Value| {
        let products = it["products"].as_array().unwrap().iter();
        products.map(|it| it["product_id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&explained.json), shown(&left.said["decision"]), "{}", explained.text);
    let shelf = server.call(&secret, "GET /v1/placements/shelf", Value::Null).await;
    assert_eq!(shelf.json["title"], "Shelf", "{}", shelf.text);
    let refused = server.call(&secret, "GET /v1/quarantine", Value::Null).await;
    assert_eq!(refused.json["events"].as_array().map(Vec::len), Some(1), "{}", refused.text);
    let position = server.tell(&secret, views("anna", &["r1-3"])).await;
    let asked = json!({"visitor_id": "anna", "after": position});
    let decided = server.decide(&secret, asked).await;
    assert!(!decided.shown().is_empty(), "{}", decided.text);
    server.stop();

    let anna = told.last().unwrap();
    let log = outline(site);
    let viewed = log.iter().rfind(|it| it[1] == "product_viewed").unwrap();
    assert_eq!((&viewed[0], &viewed[2]), (&json!(told.len() + 1), &anna[2]), "anna is who she was");
    site.state();
    if left.knew("lake") {
        let archived = outlined(&site.run("lake export"));
        assert!(archived.len() > 200 && told.starts_with(&archived), "the lake has them too");
    }
    if left.knew("train") {
        assert!(site.run("models list").contains("item_neighbors-1         live"));
        assert!(decided.text.contains("item_neighbors-1"), "it decides: {}", decided.text);
    }
}

#[tokio::test]
async fn a_folder_of_a_program_that_had_a_log_and_no_lake_is_served() {
    check_folder("log").await;
}

#[tokio::test]
async fn a_folder_of_a_program_that_knew_of_no_replicas_is_served() {
    check_folder("lake").await;
}

#[tokio::test]
async fn a_folder_of_a_program_that_knew_of_replicas_is_served() {
    check_folder("replicas").await;
}

#[tokio::test]
async fn a_backup_of_an_earlier_program_is_restored() {
    let left = Left::by("replicas");
    std::fs::rename(left.site.path("data"), left.site.path("before")).unwrap();
    left.site.run("restore --from monday");
    let told = left.said["log"].as_array().unwrap();
    let restored = outline(&left.site);
    assert_eq!(restored, told[..restored.len()]);
    assert!(restored.len() + 1 >= told.len(), "all but what came after it");
    left.site.state();
}

/// Whether an answer has all that another one had: who was programmed against that one finds it.
fn has_all_of(answer: &Value, before: &Value) -> Result<(), String> {
    match (answer, before) {
        (Value::Object(answer), Value::Object(before)) => {
            before.iter().try_for_each(|(name, before)| {
                let found = answer.get(name).ok_or_else(|| format!("no `{name}`"))?;
                has_all_of(found, before).map_err(|it| format!("{name}: {it}"))
            })
        }
        (Value::Array(answer), Value::Array(before)) => {
            if answer.is_empty() && !before.is_empty() {
                return Err("nothing is left of it".to_owned());
            }
            answer.iter().zip(before).try_for_each(|(answer, before)| has_all_of(answer, before))
        }
        (answer, before) if std::mem::discriminant(answer) == std::mem::discriminant(before) => {
            Ok(())
        }
        (_, Value::Null) => Ok(()),
        (answer, before) => Err(format!("{answer} was {before}")),
    }
}

#[tokio::test]
async fn what_was_asked_of_earlier_programs_is_answered_as_they_did() {
    for name in ["log", "lake", "replicas"] {
        let calls = Left::by(name).said["calls"].as_array().unwrap().clone();
        let site = Site::new();
        let (server, keys) = Server::first(&site);
        for it in calls {
            let call = it["call"].as_str().unwrap();
            let mut body = it["body"].clone();
            if let Some(after) = body.get_mut("after") {
                // This log has positions of its own.
                *after = Value::Null;
            }
            let answer = server.call(&keys.secret, call, body).await;
            assert!(answer.status.is_success(), "{name}: {call}: {}", answer.text);
            if let Err(lacks) = has_all_of(&answer.json, &it["answer"]) {
                panic!("{name}: {call} lacks {lacks}: {}", answer.text);
            }
        }
        server.stop();
    }
}
