//! What every adapter of [`Records`] must keep of its dumps, line by line of its contract.

use domain::{
    ListOrder, Personalization, Placement, PlacementId, Position, ShopId, ShopperKey, Steering,
    Timestamp,
};

use crate::{
    AuditEntry, BlindId, IdKind, KeyRecord, KeyScope, ModelRecord, PortError, Quarantined, Records,
    Registry, Row, ShopperRecord, Stage, Switch,
};

/// More than one batch of any sensible size.
const MANY: u32 = 10_000;

/// Checks an adapter. `open` opens one store each time and `open_other` another one; both are empty at
/// first.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_dump<R: Records + Registry>(
    open: impl AsyncFn() -> Result<R, PortError>,
    open_other: impl AsyncFn() -> Result<R, PortError>,
) {
    let source = open().await.expect("an empty store opens");
    fill(&source).await;
    let before = the_dump_is_of_one_moment(&source).await;

    let target = open_other().await.expect("an empty store opens");
    for batch in before.chunks(1_000) {
        target.load(batch.to_vec()).await.expect("loads");
    }
    assert_eq!(dump(&target).await, before, "a store that took a dump in has the same dump");
    target.load(before.clone()).await.expect("loads again");
    assert_eq!(dump(&target).await, before, "taking rows in again changes nothing");

    drop(target);
    let target = open_other().await.expect("a used store opens");
    assert_eq!(dump(&target).await, before, "an answered write is durable");
    what_was_loaded_answers_as_in_the_source(&source, &target).await;
    no_id_is_given_twice(&target, &before).await;

    drop(target);
    let target = open_other().await.expect("a used store opens");
    what_is_cleared_is_filled_anew(&target, &before).await;
}

async fn dump(records: &impl Records) -> Vec<Row> {
    let mut rows = records.dump().await.expect("dumps");
    let mut all = Vec::new();
    while let Some(batch) = rows.next().await.expect("dumps") {
        assert!(!batch.is_empty(), "a batch has at least one row");
        all.extend(batch);
    }
    all
}

async fn fill<R: Records + Registry>(records: &R) {
    let people = (0..MANY).map(|n| (visitor(n), shopper(n))).collect();
    records.assign(people).await.expect("assigns");
    // One shopper of two ids, and one who has lost their only one.
    records.claim(user(0), shopper(0).key, shopper(MANY)).await.expect("claims");
    records.reassign(visitor(1), shopper(2).key).await.expect("moves");
    for id in ["key_b", "key_a"] {
        records.add_key(key(id)).await.expect("adds");
    }
    records.revoke_key("key_b", Timestamp::from_secs(9)).await.expect("revokes");
    for id in ["home", "cart"] {
        records.put_placement(placement(id)).await.expect("saves");
    }
    let (personalization, change_time) = (Personalization::Off, Timestamp::from_secs(3));
    records.set_switch(Switch { personalization, change_time }).await.expect("sets");
    for secs in 1..4 {
        records.audit(entry(secs)).await.expect("adds");
    }
    records.quarantine((0..5).map(refused).collect(), 10).await.expect("keeps");
    let kept = records.quarantined(0, 10).await.expect("reads");
    let last = kept.last().expect("some are kept").id;
    records.release_quarantined(&[kept[0].id, last]).await.expect("releases");
    records.set_fact("form", "two ☂").await.expect("sets");
    for n in [1, 10, 2] {
        records.add_model(model(n)).await.expect("adds");
    }
}

/// A dump that is begun, and read only when more was written; answers it.
async fn the_dump_is_of_one_moment<R: Records + Registry>(records: &R) -> Vec<Row> {
    let before = dump(records).await;
    assert_eq!(dump(records).await, before, "two dumps of the same are the same");
    let shoppers = before.iter().filter(|it| matches!(it, Row::Shopper(_))).count();
    let ids = before.iter().filter(|it| matches!(it, Row::Id { .. })).count();
    assert_eq!(
        (shoppers, ids),
        (MANY as usize, MANY as usize + 1),
        "nothing is left out or doubled"
    );

    let mut rows = records.dump().await.expect("dumps");
    let mut all = rows.next().await.expect("dumps").expect("there is a first batch");
    records.assign(vec![(visitor(MANY), shopper(MANY))]).await.expect("assigns");
    records.set_fact("form", "three").await.expect("sets");
    records.remove_models(vec!["m-1".to_owned()]).await.expect("removes");
    while let Some(batch) = rows.next().await.expect("dumps") {
        all.extend(batch);
    }
    assert_eq!(all, before, "what is written while a dump is read is not in it");
    let late = Row::Fact { name: "form".to_owned(), value: "three".to_owned() };
    assert!(dump(records).await.contains(&late), "it is in the next one");
    // The source is what the dump says again, but for a shopper more.
    records.set_fact("form", "two ☂").await.expect("sets");
    before
}

async fn what_was_loaded_answers_as_in_the_source<R: Records + Registry>(source: &R, target: &R) {
    let ids: Vec<BlindId> = (0..MANY).flat_map(|n| [visitor(n), user(n)]).collect();
    let expected = source.resolve(&ids).await.expect("resolves");
    assert!(target.resolve(&ids).await.expect("resolves") == expected, "ids are whose they were");
    assert_eq!(
        target.shopper(shopper(1).key).await.expect("reads"),
        Some(shopper(1)),
        "also a shopper without an id can be read"
    );
    assert_eq!(
        target.keys().await.expect("reads"),
        source.keys().await.expect("reads"),
        "keys are in their order"
    );
    let models = target.models().await.expect("reads").into_iter().map(|it| it.id);
    assert_eq!(models.collect::<Vec<_>>(), ["m-2", "m-10", "m-1"], "models are in their order");
    let late = (visitor(MANY), shopper(MANY + 1));
    let given = target.assign(vec![(visitor(0), shopper(MANY)), late]).await.expect("assigns");
    assert_eq!(given, [shopper(0), shopper(MANY + 1)], "life goes on where it was");
}

async fn no_id_is_given_twice(target: &impl Records, before: &[Row]) {
    let last = before.iter().find_map(|it| match it {
        Row::LastIds { audit, quarantined } => Some((*audit, *quarantined)),
        _ => None,
    });
    let (audit, quarantined) = last.expect("a dump says which ids were given");
    target.audit(entry(9)).await.expect("adds");
    target.quarantine(vec![refused(9)], 100).await.expect("keeps");
    let newest = target.audit_trail(None, 1).await.expect("reads")[0].id;
    assert!(audit < newest, "an id of the trail is not given twice");
    let kept = target.quarantined(0, 100).await.expect("reads");
    let newest = kept.last().expect("some are kept").id;
    assert!(quarantined < newest, "nor that of a refused event, although it was released");
}

async fn what_is_cleared_is_filled_anew(target: &impl Records, before: &[Row]) {
    target.set_fact("kept", "yes").await.expect("sets");
    target.clear("kept").await.expect("clears");
    let is_last_ids = |it: &Row| matches!(it, Row::LastIds { .. });
    let left = dump(target).await.into_iter().filter(|it| !is_last_ids(it));
    let kept = Row::Fact { name: "kept".to_owned(), value: "yes".to_owned() };
    assert_eq!(
        left.collect::<Vec<_>>(),
        std::slice::from_ref(&kept),
        "one fact is left and nothing else"
    );
    target.load(before.to_vec()).await.expect("loads");
    let is_told = |it: &Row| *it != kept && !is_last_ids(it);
    let after: Vec<Row> = dump(target).await.into_iter().filter(is_told).collect();
    let before: Vec<Row> = before.iter().filter(|it| is_told(it)).cloned().collect();
    assert!(after == before, "what is taken in is as if nothing had been there");
}

fn visitor(n: u32) -> BlindId {
    BlindId { kind: IdKind::Visitor, fingerprint: scattered(n, 0x51_7c_c1_b7_27_22_0a_95) }
}

fn user(n: u32) -> BlindId {
    BlindId { kind: IdKind::User, fingerprint: scattered(n, 0x51_7c_c1_b7_27_22_0a_95) }
}

fn shopper(n: u32) -> ShopperRecord {
    let key = scattered(n, 0xd6_e8_fe_b8_66_59_fd_93);
    ShopperRecord { key: ShopperKey::from_bytes(key), wrapped_seal_key: key.repeat(2) }
}

/// Sixteen bytes that look random, as fingerprints do, and differ for different `n`.
fn scattered(n: u32, seed: u64) -> [u8; 16] {
    let high = u64::from(n + 1).wrapping_mul(seed);
    (u128::from(high) << 64 | u128::from(n)).to_be_bytes()
}

fn key(id: &str) -> KeyRecord {
    KeyRecord {
        id: id.to_owned(),
        shop: ShopId::new("shop").expect("a slug"),
        scope: KeyScope::Publishable,
        hash: [7; 32],
        allowed_origins: vec!["https://shop.example".to_owned()],
        create_time: Timestamp::from_secs(1),
        revoke_time: None,
    }
}

fn placement(id: &str) -> Placement {
    Placement {
        id: PlacementId::new(id).expect("a slug"),
        title: "Läden".to_owned(),
        generators: Vec::new(),
        filter: Some("price < 50".to_owned()),
        personalization: Personalization::On,
        steering: Steering { order: ListOrder::Weights },
    }
}

fn entry(secs: i64) -> AuditEntry {
    AuditEntry {
        id: 0,
        time: Timestamp::from_secs(secs),
        actor: "command".to_owned(),
        action: "key.create".to_owned(),
        subject: format!("key_{secs}"),
    }
}

fn refused(n: i64) -> Quarantined {
    Quarantined {
        id: 0,
        key_id: "key_a".to_owned(),
        time: Timestamp::from_secs(n),
        code: "bad_price".to_owned(),
        sealed: vec![0, 255, 1],
        replay_begun: (n % 2 == 0).then(|| Position::new(7)),
    }
}

fn model(n: i64) -> ModelRecord {
    ModelRecord {
        id: format!("m-{n}"),
        generator: "item_neighbors".to_owned(),
        stage: Stage::Canary,
        canary_percent: 5,
        create_time: Timestamp::from_secs(n),
        change_time: Timestamp::from_secs(n),
        reason: "promoted".to_owned(),
        artifact: format!("models/m-{n}.model"),
        checksum: "00ff".repeat(16),
        n_bytes: u64::from(u32::MAX) + 1,
        lineage: "{}".to_owned(),
    }
}
