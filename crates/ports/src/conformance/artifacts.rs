//! What every adapter of [`Artifacts`] must keep, line by line of its contract.

use std::sync::Arc;

use crate::{Artifacts, PortError};

const REFUSED_NAMES: [&str; 10] =
    ["", "/", "a//b", "/a", "a/", "../a", "a/./b", "Model", "mod el", "käse"];

/// Checks an adapter. `open` opens the same store each time, which is empty at first; what it opened
/// before was dropped by then.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_artifacts(open: impl AsyncFn() -> Result<Arc<dyn Artifacts>, PortError>) {
    let store = open().await.expect("an empty store opens");
    assert_eq!(names(&*store, "").await, [""; 0], "an empty store has no names");
    assert_eq!(get(&*store, "models/a.bin").await, None, "what was not put is not there");
    store.delete("models/a.bin").await.expect("what is not there can be removed");
    files_are_kept_as_they_were_put(&*store).await;
    a_file_never_changes(&*store).await;
    names_that_are_none_are_refused(&*store).await;

    drop(store);
    let store = open().await.expect("a used store opens");
    assert_eq!(get(&*store, "models/a.bin").await, Some(large()), "an answered put is durable");
    store.delete("models/a.bin").await.expect("removes");
    assert_eq!(get(&*store, "models/a.bin").await, None, "what is removed is gone");
    store.put("models/a.bin", vec![9]).await.expect("a removed name is free again");
    assert_eq!(get(&*store, "models/a.bin").await, Some(vec![9]), "and holds what was put");
}

fn large() -> Vec<u8> {
    (0..300_000_u32).map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect()
}

async fn get(store: &dyn Artifacts, name: &str) -> Option<Vec<u8>> {
    store.get(name).await.expect("gets")
}

async fn names(store: &dyn Artifacts, prefix: &str) -> Vec<String> {
    store.list(prefix).await.expect("lists")
}

async fn files_are_kept_as_they_were_put(store: &dyn Artifacts) {
    store.put("models/a.bin", large()).await.expect("puts");
    store.put("models/b-2_x.json", Vec::new()).await.expect("an empty file is a file");
    store.put("modelsx", vec![1]).await.expect("puts");
    assert_eq!(get(store, "models/a.bin").await, Some(large()), "what is got is what was put");
    assert_eq!(get(store, "models/b-2_x.json").await, Some(Vec::new()), "an empty file is kept");
    assert_eq!(get(store, "models").await, None, "a beginning of a name is no name");
    let all = ["models/a.bin", "models/b-2_x.json", "modelsx"];
    assert_eq!(names(store, "").await, all, "names are in order");
    assert_eq!(names(store, "models/").await, all[..2], "a prefix chooses");
    assert_eq!(names(store, "models/a.").await, all[..1], "also in the middle of a part");
    assert_eq!(names(store, "other").await, [""; 0], "or nothing");
}

async fn a_file_never_changes(store: &dyn Artifacts) {
    store.put("models/a.bin", large()).await.expect("the same bytes again change nothing");
    let refused = store.put("models/a.bin", vec![1, 2, 3]).await;
    assert!(
        matches!(&refused, Err(err) if !err.is_transient()),
        "other bytes under a name that exists are refused: {refused:?}"
    );
    assert_eq!(get(store, "models/a.bin").await, Some(large()), "what is refused changes nothing");
}

async fn names_that_are_none_are_refused(store: &dyn Artifacts) {
    for name in REFUSED_NAMES {
        assert!(store.put(name, vec![1]).await.is_err(), "{name:?} is no name to put");
        assert!(store.get(name).await.is_err(), "{name:?} is no name to get");
        assert!(store.delete(name).await.is_err(), "{name:?} is no name to remove");
    }
    assert_eq!(names(store, "").await.len(), 3, "what is refused leaves nothing behind");
}
