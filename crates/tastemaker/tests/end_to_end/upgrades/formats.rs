//! What is stored, in digests: whoever changes a format learns here what that asks of them.
//!
//! A small shop with a clock that stands still and seeded chances writes the same bytes each time.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::Position;
use flate2::read::MultiGzDecoder;
use ports::{Projections, Table};
use serde_json::Value;
use testkit::TestShop;
use testkit::shop::elsewhere::back_up;
use testkit::shop::phrases::{clicks_from, consents, orders, product_in, request, views};

use super::read;

/// What is told when the digests differ.
const REMEDY: &str = "a stored format is not what it was. Keep what earlier programs wrote readable (a version \
    that grows, fields that may be missing), keep a folder of the last program that wrote it as before \
    (`make.py`, see the README there), and write the lines that are new into tests/fixtures/formats.txt";

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// A shop to which a little of everything happened, and its projections.
async fn shop() -> (TestShop, Arc<dyn Projections>) {
    let taken = Arc::new(Mutex::new(None));
    let take = Arc::clone(&taken);
    let shop = TestShop::with_backends(
        |_| {},
        |backends| *take.lock().unwrap() = Some(Arc::clone(&backends.projections)),
    )
    .await;
    shop.stock(["lamp", "vase", "mug"].map(|it| product_in("Home > Things", it))).await;
    shop.ingest(vec![views("anna", "lamp"), views("anna", "vase"), views("ben", "lamp")]).await;
    let decision = shop.decide(request("anna", "home")).await;
    shop.settle().await;
    shop.ingest(vec![clicks_from("anna", "mug", decision.id), orders("ben", "o-1", "lamp mug")])
        .await;
    shop.ingest(vec![consents("carl", &[], &[domain::Purpose::Personalization])]).await;
    let projections = taken.lock().unwrap().take().unwrap();
    (shop, projections)
}

/// The first commit of a table of the lake, without what differs each time.
fn table(folder: &Path, name: &str) -> Vec<String> {
    let commit = read(&folder.join(format!("lake/{name}/_delta_log/00000000000000000000.json")));
    let actions: Vec<Value> = commit.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let find = |action: &str| actions.iter().find_map(|it| it.get(action)).unwrap();
    let about = find("metaData");
    vec![
        format!("lake/{name} protocol {}", find("protocol")),
        format!("lake/{name} columns {}", about["schemaString"].as_str().unwrap()),
        format!("lake/{name} partitions {}", about["partitionColumns"]),
        format!("lake/{name} properties {}", about["configuration"]),
    ]
}

/// A line for each format that is stored.
async fn formats() -> Vec<String> {
    let mut lines = Vec::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let steps = std::fs::read_dir(crates.join("records-sql/migrations")).unwrap();
    let mut schemas: Vec<_> = steps.map(|it| it.unwrap().path()).collect();
    schemas.sort();
    schemas.push(crates.join("projections-sql/src/schema.sql"));
    for file in schemas {
        let shown = file.strip_prefix(crates).unwrap().display();
        lines.push(format!("{shown} {}", digest(read(&file).as_bytes())));
    }
    let (shop, projections) = shop().await;
    let log: Vec<u8> = shop.log().await.iter().flat_map(|it| it.envelope.encode()).collect();
    lines.push(format!("events {}", digest(&log)));
    for part in shop.app.state_digests() {
        lines.push(format!("snapshot {} {}", part.name, part.digest));
    }
    for table in [Table::Decisions, Table::Outcomes] {
        let entries = projections.scan(table, b"", usize::MAX).await.unwrap();
        let bytes: Vec<u8> =
            entries.into_iter().flat_map(|(key, value)| [key, value].concat()).collect();
        lines.push(format!("projections {table:?} {}", digest(&bytes)));
    }
    let head = shop.log().await.last().map_or(Position::START, |it| it.position);
    shop.app.archive_through(head).await.unwrap();
    lines.extend(table(shop.folder(), "events"));
    lines.extend(table(shop.folder(), "decisions"));
    let folder = tempfile::tempdir().unwrap();
    let manifest = back_up(&shop, folder.path()).await;
    let manifest: Value = serde_json::to_value(manifest.manifest()).unwrap();
    let fields: Vec<&String> = manifest.as_object().unwrap().keys().collect();
    lines.push(format!("backup manifest {fields:?}"));
    for (kind, place) in [("history", "data"), ("records", "data"), ("keys", "keys")] {
        let name = manifest[kind][0]["name"].as_str().unwrap();
        let packed = std::fs::File::open(folder.path().join(place).join(name)).unwrap();
        let mut bytes = Vec::new();
        MultiGzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
        lines.push(format!("backup {kind} {}", digest(&bytes)));
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_what_was_always_written_or_has_a_new_version_and_a_fixture() {
    let written = formats().await.join("\n") + "\n";
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats.txt");
    let known = std::fs::read_to_string(known).unwrap_or_default();
    let changed: Vec<&str> =
        written.lines().filter(|it| !known.lines().any(|known| known == *it)).collect();
    assert!(changed.is_empty() && known == written, "{REMEDY}:\n{}", changed.join("\n"));
}
