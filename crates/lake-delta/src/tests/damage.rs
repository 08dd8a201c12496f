//! What is damaged, foreign or newer is refused with words that say what to do, and left as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domain::{Position, ShopId};
use ports::conformance::history;
use ports::{Lake as _, PortError};

use super::{open, scratch, shop, small};
use crate::{DeltaLake, Place};

/// All files below `folder` with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// A data file of the table of events.
fn data_file(folder: &Path) -> PathBuf {
    let is_wanted = |it: &PathBuf| {
        let name = it.to_str().unwrap();
        name.contains("/events/") && name.ends_with(".zstd.parquet")
    };
    files(folder).into_keys().find(is_wanted).unwrap()
}

fn rewrite(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is in {text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

/// Makes a lake, lets `damage` happen to it, and expects that it is refused when it is opened for `shop`,
/// in words that contain `words`, and is left as it is.
async fn check(shop: &ShopId, damage: impl FnOnce(&Path), words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    lake.archive(history(60)).await.unwrap();
    drop(lake);
    let path = folder.path().join("lake");
    damage(&path);
    let before = files(&path);
    let place = Place::Folder(path.clone());
    let refused = DeltaLake::open(&place, &scratch(folder.path()), shop, small()).await;
    let error = refused.map(|_| ()).unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "`{text}` says {word}");
    }
    assert!(files(&path) == before, "what is refused is left as it is");
}

const FIRST: &str = "events/_delta_log/00000000000000000000.json";
const SECOND: &str = "events/_delta_log/00000000000000000001.json";

#[tokio::test(flavor = "multi_thread")]
async fn another_shops_lake_is_refused() {
    let another = ShopId::new("another").unwrap();
    check(&another, |_| {}, &["belongs to the shop shop", "data folder of its own"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_format_is_refused() {
    let newer = |lake: &Path| {
        rewrite(&lake.join(FIRST), r#""tastemaker.format":"1""#, r#""tastemaker.format":"2""#);
    };
    check(&shop(), newer, &["format 2", "start a newer tastemaker"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_protocol_of_delta_is_refused() {
    let newer = |lake: &Path| {
        rewrite(&lake.join(FIRST), r#""minReaderVersion":1"#, r#""minReaderVersion":9"#);
    };
    check(&shop(), newer, &["reader version 9", "start a newer tastemaker"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_another_program_is_refused() {
    let foreign = |lake: &Path| {
        rewrite(&lake.join(FIRST), "tastemaker.format", "somebody.format");
    };
    check(&shop(), foreign, &["was not made by tastemaker", "move it out"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_commit_is_refused() {
    let cut = |lake: &Path| {
        let bytes = fs::read(lake.join(SECOND)).unwrap();
        fs::write(lake.join(SECOND), &bytes[..bytes.len() / 2]).unwrap();
    };
    check(&shop(), cut, &["00000000000000000001.json is damaged", "backup"]).await;
    let emptied = |lake: &Path| fs::write(lake.join(SECOND), b"").unwrap();
    check(&shop(), emptied, &["00000000000000000001.json is damaged", "backup"]).await;
    let first_gone = |lake: &Path| fs::remove_file(lake.join(FIRST)).unwrap();
    check(&shop(), first_gone, &["backup"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_of_which_one_table_is_gone_is_refused() {
    let gone = |lake: &Path| fs::remove_dir_all(lake.join("decisions")).unwrap();
    check(&shop(), gone, &["no table decisions", "backup"]).await;
    let log_gone = |lake: &Path| fs::remove_dir_all(lake.join("events/_delta_log")).unwrap();
    check(&shop(), log_gone, &["backup"]).await;
}

/// Damages a data file, and expects that reading events says so.
async fn check_reading(damage: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path(), small()).await.unwrap();
    lake.archive(history(60)).await.unwrap();
    damage(&data_file(folder.path()));
    let error = lake.read(Position::START, 100).await.unwrap_err();
    assert!(matches!(error, PortError::Unreadable { .. }), "{error:?}");
    assert!(error.to_string().contains("backup"), "{error}");
    assert!(lake.query("SELECT max(event) FROM events", 1).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_told_and_never_read_as_something_else() {
    check_reading(|file| fs::remove_file(file).unwrap()).await;
    check_reading(|file| {
        let bytes = fs::read(file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    check_reading(|file| fs::write(file, b"").unwrap()).await;
}
