//! Backups: made while the shop is served, refused when anything is wrong with them, and restored into a
//! shop that is the same.

use std::path::Path;
use std::sync::Arc;

use app::backup::{Backup, BackupError, BackupPlaces, Forgotten};
use app::{AppSettings, ArchiveSettings, Caller};
use domain::{Position, Span};
use ports::{IdKind, Records, Row};
use proptest::prelude::*;
use testkit::TestShop;
use testkit::shop::elsewhere::{Elsewhere, back_up, backup_places};
use testkit::shop::phrases::{orders, product, request, user, views};
use testkit::shop::server;

use crate::archive::Moody;
use crate::past::shop_with_a_past;
use crate::runtime;
use crate::steps::{VISITORS, any_history, happen};

fn nobody() -> Forgotten {
    Forgotten::default()
}

/// The shop that a backup of this one gives elsewhere.
async fn moved(shop: &TestShop) -> TestShop {
    let folder = tempfile::tempdir().unwrap();
    let backup = back_up(shop, folder.path()).await;
    let elsewhere = Elsewhere::of(shop);
    elsewhere.restore(&backup, &nobody()).await.unwrap();
    elsewhere.open().await.unwrap()
}

async fn decided(shop: &TestShop) -> Vec<String> {
    let mut all = Vec::new();
    for visitor in VISITORS {
        let decision = shop.decide(request(visitor, "home")).await;
        all.push(format!("{:?} {:?}", decision.slate, decision.fallback));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 8,
        max_shrink_iters: 50,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_restored_shop_is_the_one_that_was_backed_up(history in any_history(5..40)) {
        runtime().block_on(async {
            let shop = TestShop::new().await;
            for step in &history {
                happen(&shop, step).await;
            }
            shop.settle().await;
            let restored = moved(&shop).await;
            prop_assert_eq!(restored.app.state_digests(), shop.app.state_digests());
            prop_assert_eq!(restored.log().await, shop.log().await);
            prop_assert_eq!(decided(&restored).await, decided(&shop).await);
            Ok::<(), TestCaseError>(())
        })?;
    }
}

/// Archives some events at a time, and keeps next to nothing in the log.
fn busily(settings: &mut AppSettings) {
    settings.archive = ArchiveSettings {
        commit_events: 1_000,
        commit_every: Span::ZERO,
        log_keep_events: 5,
        ..ArchiveSettings::default()
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_of_one_moment_while_events_go_on() {
    let shop = TestShop::with(busily).await;
    shop.stock(["lamp", "vase", "mug"].map(product)).await;
    shop.ingest((0..3_000).map(|n| views(&format!("ada-{n}"), "lamp")).collect()).await;
    let folder = tempfile::tempdir().unwrap();
    let places = backup_places(folder.path()).await;
    let going_on = async {
        for n in 0..200 {
            let new = format!("bo-{n}");
            shop.app.ingest(&server(), vec![views(&new, "vase")]).await.unwrap();
            if n % 50 == 0 {
                shop.app.archive_through(shop.app.readiness().head).await.unwrap();
            }
        }
    };
    let caller = Caller::command();
    let backing_up = shop.app.back_up(&caller, &places, &|_| {});
    let (made, ()) = tokio::join!(backing_up, going_on);
    let made = made.unwrap();
    shop.settle().await;
    let history = shop.log().await;
    let position = usize::try_from(made.position).unwrap();
    assert!(position < history.len(), "events went on behind {}", made.position);

    let backup = Backup::open(places, &|_| {}).await.unwrap();
    assert_eq!(backup.manifest(), &made);
    let elsewhere = Elsewhere::of(&shop);
    let restored = elsewhere.restore(&backup, &nobody()).await.unwrap();
    assert_eq!((restored.position.get(), restored.is_compared), (made.position, true));
    let restored = elsewhere.open().await.unwrap();
    assert_eq!(restored.log().await, history[..position]);
    let digests: Vec<String> =
        restored.app.state_digests().into_iter().map(|it| it.digest).collect();
    let told: Vec<String> = made.state.parts.into_iter().map(|it| it.digest).collect();
    assert_eq!(digests, told);
    // Whoever is in the history is in the map: nobody becomes somebody else.
    let before = restored.log().await;
    let again = restored.ingest(vec![views("ada-2999", "vase")]).await;
    assert_eq!(again.n_accepted, 1);
    let last = restored.log().await.pop().unwrap();
    assert_eq!(last.position.get(), made.position + 1);
    assert!(before.iter().any(|it| it.envelope.shopper == last.envelope.shopper));
}

#[tokio::test]
async fn what_is_sent_again_after_a_restore_counts_once() {
    let shop = TestShop::new().await;
    shop.stock(["lamp"].map(product)).await;
    let order = |n: u32| {
        let mut event = orders("ada", &format!("order-{n}"), "lamp");
        event.message_id = Some(format!("order {n}"));
        vec![event]
    };
    shop.ingest(order(1)).await;
    shop.clock.advance(Span::DAY.times(2));
    shop.ingest(order(2)).await;
    let restored = moved(&shop).await;
    assert_eq!(restored.ingest(order(2)).await.n_duplicate, 1);
    let tail = restored.app.readiness().tail;
    assert_eq!(tail, Position::new(3), "the log has the last day, the lake everything");
    assert_eq!(restored.app.readiness().archived, Position::new(3));
    restored.ingest(order(3)).await;
    restored.app.archive_through(restored.app.readiness().head).await.unwrap();
    assert_eq!(restored.log().await.len(), 4);
}

#[tokio::test]
async fn a_shop_in_which_nothing_happened_is_restored_too() {
    let shop = TestShop::new().await;
    let restored = moved(&shop).await;
    restored.stock(["lamp"].map(product)).await;
    assert_eq!(restored.log().await.len(), 1);
}

#[tokio::test]
async fn what_people_decided_comes_back_and_so_does_a_backup_of_what_was_restored() {
    let shop = shop_with_a_past().await;
    let key = shop.app.create_key(&server(), ports::KeyScope::Secret, Vec::new()).await.unwrap();
    let restored = moved(&moved(&shop).await).await;
    assert_eq!(restored.app.keys().await.unwrap(), [key.record]);
    assert_eq!(restored.app.placements(), shop.app.placements());
    let trail = restored.app.audit_trail(None, 100).await.unwrap();
    let actions: Vec<&str> = trail.iter().map(|it| it.action.as_str()).collect();
    assert_eq!(actions, ["shop.restore", "shop.restore", "key.create"]);
}

#[tokio::test]
async fn a_place_that_is_not_empty_is_left_alone() {
    let shop = shop_with_a_past().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = back_up(&shop, folder.path()).await;
    let again = shop.app.back_up(&server(), &backup_places(folder.path()).await, &|_| {}).await;
    let said = again.unwrap_err().to_string();
    assert!(said.contains("the place for the data is not empty"), "{said}");

    let elsewhere = Elsewhere::of(&shop);
    elsewhere.restore(&backup, &nobody()).await.unwrap();
    let said = elsewhere.restore(&backup, &nobody()).await.unwrap_err().to_string();
    assert!(said.contains("a backup was restored here, so this place is not empty"), "{said}");

    let other = Elsewhere::of(&shop);
    let lose_records = |backends: &mut app::Backends| {
        let lake = Arc::clone(&backends.lake);
        backends.lake = Arc::new(Moody::failing(lake, 0, Position::new(9)));
    };
    let said = other.restore_on(&backup, &nobody(), lose_records).await.unwrap_err().to_string();
    assert!(said.contains("the lake has events up to 9"), "{said}");
}

#[tokio::test]
async fn a_restore_that_was_cut_short_is_not_served_and_is_begun_again() {
    let shop = shop_with_a_past().await;
    let (folder, later) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let backup = back_up(&shop, folder.path()).await;
    let fail = |backends: &mut app::Backends| {
        let lake = Arc::clone(&backends.lake);
        backends.lake = Arc::new(Moody::failing(lake, 1, Position::START));
    };
    let elsewhere = Elsewhere::of(&shop);
    let cut_short = elsewhere.restore_on(&backup, &nobody(), fail).await.unwrap_err();
    assert!(matches!(cut_short, BackupError::Backend { .. }), "{cut_short}");
    shop.ingest(vec![views("bo", "mug")]).await;
    let other = back_up(&shop, later.path()).await;
    let refused = elsewhere.restore(&other, &nobody()).await.unwrap_err();
    assert!(matches!(refused, BackupError::OtherRestore), "{refused}");

    elsewhere.restore(&backup, &nobody()).await.unwrap();
    elsewhere.open().await.unwrap();

    let elsewhere = Elsewhere::of(&shop);
    elsewhere.restore_on(&backup, &nobody(), fail).await.unwrap_err();
    let said = elsewhere.open().await.unwrap_err().to_string();
    assert!(said.contains("run `tastemaker restore` with it again, to its end"), "{said}");
}

/// Damages a backup and expects to be told so, whether it is opened with its keys or without.
async fn check_damage(damage: impl FnOnce(&Path), expected: &str) {
    let shop = shop_with_a_past().await;
    let folder = tempfile::tempdir().unwrap();
    back_up(&shop, folder.path()).await;
    damage(folder.path());
    let opened = Backup::open(backup_places(folder.path()).await, &|_| {}).await;
    let said = opened.unwrap_err().to_string();
    assert!(said.contains(expected), "{said}");
}

const FIRST_EVENTS: &str = "data/history/events-00000000000000000001.gz";

fn change_manifest(folder: &Path, from: &str, to: &str) {
    let manifest = folder.join("data/manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(manifest, text.replace(from, to)).unwrap();
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_refused() {
    let flip = |name: &'static str| {
        move |folder: &Path| {
            let mut bytes = std::fs::read(folder.join(name)).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    };
    let remove =
        |name: &'static str| move |folder: &Path| std::fs::remove_file(folder.join(name)).unwrap();
    check_damage(flip(FIRST_EVENTS), "its checksum does not fit; take another copy").await;
    check_damage(flip("keys/keys/shoppers-000001.gz"), "shoppers-000001.gz` of the backup is")
        .await;
    check_damage(remove("data/records/rows-000001.gz"), "rows-000001.gz` of the backup is").await;
    check_damage(remove("data/manifest.json"), "this is no backup, or one that was not").await;
    check_damage(
        |folder| std::fs::write(folder.join(FIRST_EVENTS), b"").unwrap(),
        "has 0 bytes and not",
    )
    .await;
    check_damage(
        |folder| change_manifest(folder, "\"format\": 1", "\"format\": 2"),
        "has format 2 and this program reads up to 1; start the newer",
    )
    .await;
    check_damage(
        |folder| change_manifest(folder, "\"first\": 1", "\"first\": 2"),
        "has events from 2 to",
    )
    .await;
}

#[tokio::test]
async fn another_shop_and_another_root_key_are_refused() {
    let shop = shop_with_a_past().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = back_up(&shop, folder.path()).await;
    let mut elsewhere = Elsewhere::of(&shop);
    elsewhere.settings.shop.id = "other".parse().unwrap();
    let said = elsewhere.restore(&backup, &nobody()).await.unwrap_err().to_string();
    assert!(said.contains("is of the shop `shop`, and the settings say `other`"), "{said}");

    let mut elsewhere = Elsewhere::of(&shop);
    elsewhere.root_key = [7; app::ROOT_KEY_BYTES];
    let refused = elsewhere.restore(&backup, &nobody()).await.unwrap_err();
    assert!(matches!(refused, BackupError::ForeignRootKey), "{refused}");
}

/// Every row of records, as a backup that was just made has them.
async fn rows(shop: &TestShop, wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
    let records = shop.records().await;
    let mut rows = records.dump().await.unwrap();
    let mut found = Vec::new();
    while let Some(batch) = rows.next().await.unwrap() {
        found.extend(batch.into_iter().filter(|it| wanted(it)));
    }
    found
}

#[tokio::test]
async fn who_was_forgotten_since_stays_forgotten() {
    let shop = shop_with_a_past().await;
    let mut known = views("phone", "lamp");
    known.user = Some(user("ada"));
    shop.ingest(vec![known]).await;
    let ada = shop.log().await.pop().unwrap().envelope.shopper;
    shop.ingest(vec![views("tablet", "lamp")]).await;
    let bo = shop.log().await.pop().unwrap().envelope.shopper;
    let folder = tempfile::tempdir().unwrap();
    let backup = back_up(&shop, folder.path()).await;

    let of_bo = rows(&shop, |it| matches!(it, Row::Id { shopper, .. } if *shopper == bo)).await;
    let [Row::Id { id, .. }] = of_bo.as_slice() else { panic!("bo has one id: {of_bo:?}") };
    assert_eq!(id.kind, IdKind::Visitor);
    let fingerprint = u128::from_be_bytes(id.fingerprint);
    let list = format!("{ada} # by letter\nvisitor:{fingerprint:032x}\n");
    let elsewhere = Elsewhere::of(&shop);
    let restored = elsewhere.restore(&backup, &Forgotten::parse(&list).unwrap()).await.unwrap();
    assert_eq!(restored.n_forgotten, 2);
    let restored = elsewhere.open().await.unwrap();
    let is_theirs = |it: &Row| match it {
        Row::Shopper(shopper) => [ada, bo].contains(&shopper.key),
        Row::Id { shopper, .. } => [ada, bo].contains(shopper),
        _ => false,
    };
    assert_eq!(rows(&restored, is_theirs).await, []);
    assert_eq!(rows(&shop, is_theirs).await.len(), 5, "two keys and three ids");
    restored.ingest(vec![views("tablet", "lamp")]).await;
    let anew = restored.log().await.pop().unwrap().envelope.shopper;
    assert_ne!(anew, bo, "who comes back is somebody new");
}

#[tokio::test]
async fn data_and_keys_lie_apart_and_data_alone_can_be_checked() {
    let shop = shop_with_a_past().await;
    let folder = tempfile::tempdir().unwrap();
    let made = back_up(&shop, folder.path()).await.manifest().clone();
    let BackupPlaces { data, keys } = backup_places(folder.path()).await;
    assert_eq!(keys.list("").await.unwrap(), ["keys/shoppers-000001.gz"]);
    assert!(data.list("keys").await.unwrap().is_empty());
    std::fs::remove_dir_all(folder.path().join("keys")).unwrap();
    assert_eq!(Backup::check_without_keys(data, &|_| {}).await.unwrap(), made);
    let without = Backup::open(backup_places(folder.path()).await, &|_| {}).await.unwrap_err();
    assert!(without.to_string().contains("shoppers-000001.gz` of the backup is missing"));
}
