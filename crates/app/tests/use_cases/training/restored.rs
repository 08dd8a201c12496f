//! Models come along with a backup, and decide as they did.

use app::backup::Forgotten;
use testkit::shop::elsewhere::{Elsewhere, back_up};

use super::{decide, decided_by, shop_and_backends, stages, train};

#[tokio::test]
async fn a_restored_shop_decides_by_the_models_of_its_backup() {
    let (shop, backends) = shop_and_backends(|_| {}).await;
    for _ in 0..3 {
        train(&shop).await;
    }
    // One whose file somebody removed can decide no more.
    let models = shop.app.models().await.unwrap();
    let lost = models.first().unwrap().record.clone();
    backends.artifacts.delete(&lost.artifact).await.unwrap();

    let folder = tempfile::tempdir().unwrap();
    let backup = back_up(&shop, folder.path()).await;
    assert_eq!(backup.manifest().counts.models, 2);
    let elsewhere = Elsewhere::of(&shop);
    elsewhere.restore(&backup, &Forgotten::default()).await.unwrap();
    let restored = elsewhere.open().await.unwrap();
    let without = stages(&shop).await;
    let (left_out, kept) = without.split_once(", ").unwrap();
    assert_eq!(stages(&restored).await, kept);
    assert!(left_out.starts_with(&lost.id), "{left_out}");
    let before = decide(&shop, "shopper-1").await;
    let after = decide(&restored, "shopper-1").await;
    assert_eq!(decided_by(&after), decided_by(&before));
    assert_eq!(after.slate, before.slate);
}
