//! The lake keeps the contract of every lake, and what is its own.

mod crash;
mod damage;
mod duckdb;
mod whole;

use std::path::Path;
use std::sync::Arc;

use domain::{ShopId, Span, Timestamp};
use ports::conformance::{check_artifacts, check_lake};
use ports::{Artifacts, Lake, PortError};

use crate::{DeltaLake, Options, StoredArtifacts};

/// Long after every event of the tests.
const LATER: Timestamp = Timestamp::from_secs(1_900_000_000);

/// So small that every limit is met.
fn small() -> Options {
    Options {
        buckets: 3,
        merge_files: 2,
        file_bytes: 300_000,
        checkpoint_commits: 2,
        vacuum_after: Span::ZERO,
        memory_bytes: 32 << 20,
        ..Options::default()
    }
}

fn shop() -> ShopId {
    ShopId::new("shop").unwrap()
}

async fn open(folder: &Path, options: Options) -> Result<Arc<DeltaLake>, PortError> {
    DeltaLake::open(&folder.join("lake"), &shop(), options).await
}

async fn check(options: Options) {
    let folder = tempfile::tempdir().unwrap();
    let foreign = ShopId::new("another").unwrap();
    check_lake(
        async || Ok(open(folder.path(), options).await? as Arc<dyn Lake>),
        async || {
            let lake = DeltaLake::open(&folder.path().join("lake"), &foreign, options).await?;
            Ok(lake as Arc<dyn Lake>)
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_its_contract() {
    check(Options::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_its_contract_when_every_limit_is_met() {
    check(small()).await;
}

#[tokio::test]
async fn the_store_of_artifacts_keeps_its_contract() {
    let folder = tempfile::tempdir().unwrap();
    check_artifacts(async || {
        Ok(Arc::new(StoredArtifacts::open(folder.path())?) as Arc<dyn Artifacts>)
    })
    .await;
}
