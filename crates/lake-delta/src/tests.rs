//! The lake keeps the contract of every lake, and what is its own.

mod ballista;
mod crash;
mod damage;
mod duckdb;
mod shared;
mod whole;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{ShopId, Span, Timestamp};
use ports::conformance::{check_artifacts, check_lake};
use ports::{Artifacts, Lake, PortError};
use test_backends::S3Server;

use crate::durable::{Watch, unwatched};
use crate::store::token;
use crate::{DeltaLake, Options, Place, S3Access, S3Location, StoredArtifacts};

/// Long after every event of the tests.
pub(crate) const LATER: Timestamp = Timestamp::from_secs(1_900_000_000);

/// So small that every limit is met.
pub(crate) fn small() -> Options {
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

/// Where a test keeps its lake, with room for what plans spill.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    server: Option<S3Server>,
    place: Place,
}

impl Home {
    fn in_a_folder() -> Home {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().join("lake"));
        Home { folder, server: None, place }
    }

    pub(crate) fn in_s3() -> Home {
        let (folder, server) = (tempfile::tempdir().unwrap(), S3Server::start());
        let place = s3_place(&server, "shops/one");
        Home { folder, server: Some(server), place }
    }

    pub(crate) fn server(&mut self) -> &mut S3Server {
        self.server.as_mut().unwrap()
    }

    pub(crate) async fn open(&self, options: Options) -> Result<Arc<DeltaLake>, PortError> {
        self.open_watched(options, unwatched()).await
    }

    async fn open_watched(
        &self,
        options: Options,
        watch: Watch,
    ) -> Result<Arc<DeltaLake>, PortError> {
        let scratch = scratch(self.folder.path());
        DeltaLake::open_watched(&self.place, &scratch, &shop(), options, watch).await
    }

    pub(crate) async fn open_artifacts(&self) -> Result<StoredArtifacts, PortError> {
        StoredArtifacts::open(&self.place).await
    }
}

pub(crate) fn s3_access(server: &S3Server) -> S3Access {
    S3Access {
        endpoint: Some(server.endpoint()),
        region: None,
        access_key_id: Some(S3Server::ACCESS_KEY_ID.to_owned()),
        secret_access_key: Some(S3Server::SECRET_ACCESS_KEY.to_owned()),
        path_style: true,
    }
}

fn s3_place(server: &S3Server, prefix: &str) -> Place {
    Place::S3(S3Location::parse(&server.url(prefix), s3_access(server)).unwrap())
}

/// A folder that no other lake empties.
fn scratch(folder: &Path) -> PathBuf {
    folder.join(format!("scratch-{}", token().unwrap()))
}

/// The lake in the folder `lake` of `folder`.
async fn open(folder: &Path, options: Options) -> Result<Arc<DeltaLake>, PortError> {
    let place = Place::Folder(folder.join("lake"));
    DeltaLake::open(&place, &scratch(folder), &shop(), options).await
}

async fn check(home: Home, options: Options) {
    let foreign = ShopId::new("another").unwrap();
    check_lake(
        async || Ok(home.open(options.clone()).await? as Arc<dyn Lake>),
        async || {
            let scratch = scratch(home.folder.path());
            let options = options.clone();
            Ok(DeltaLake::open(&home.place, &scratch, &foreign, options).await? as Arc<dyn Lake>)
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_its_contract() {
    check(Home::in_a_folder(), Options::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_its_contract_when_every_limit_is_met() {
    check(Home::in_a_folder(), small()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_its_contract_in_s3() {
    check(Home::in_s3(), Options::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lake_keeps_its_contract_in_s3_when_every_limit_is_met() {
    check(Home::in_s3(), small()).await;
}

async fn check_store(home: Home) {
    check_artifacts(async || Ok(Arc::new(home.open_artifacts().await?) as Arc<dyn Artifacts>))
        .await;
}

#[tokio::test]
async fn the_store_of_artifacts_keeps_its_contract() {
    check_store(Home::in_a_folder()).await;
}

#[tokio::test]
async fn the_store_of_artifacts_keeps_its_contract_in_s3() {
    check_store(Home::in_s3()).await;
}
