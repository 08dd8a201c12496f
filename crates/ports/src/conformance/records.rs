//! What every adapter of [`Records`] must keep, line by line of its contract.

use domain::{
    GeneratorShare, ListOrder, Personalization, Placement, PlacementId, Position, ShopId,
    ShopperKey, Steering, Timestamp,
};

use crate::{
    AuditEntry, BlindId, Changes, IdKind, KeyRecord, KeyScope, MovedId, PortError, Quarantined,
    Records, ShopperRecord, Switch,
};

/// How many ids are given in one call: more than any sensible statement carries.
const MANY: u32 = 1_234;

/// Checks an adapter. `open` opens the same store each time, which is empty at first; what it opened
/// before was dropped by then.
///
/// # Panics
///
/// When the adapter does not keep the contract; the message says which line.
pub async fn check_records<R: Records>(open: impl AsyncFn() -> Result<R, PortError>) {
    let records = open().await.expect("an empty store opens");
    assert_eq!(changes(&records).await, Changes::default(), "nothing changed yet");
    ids_belong_to_whom_they_were_given_first(&records).await;
    a_user_claims_what_they_did_before_login_but_nothing_of_others(&records).await;
    an_id_moves_to_another_shopper(&records).await;
    keys_are_kept_and_revoked_once(&records).await;
    placements_are_replaced_by_id(&records).await;
    the_switch_the_trail_and_facts_say_what_was_said_last(&records).await;
    quarantine_keeps_the_newest_of_each_key(&records).await;
    refused_events_are_replaced_and_released_by_id(&records).await;
    what_is_held_in_memory_counts_its_changes(&records).await;

    let before = everything(&records).await;
    drop(records);
    let reopened = open().await.expect("a used store opens");
    assert_eq!(everything(&reopened).await, before, "an answered write is durable");
}

async fn ids_belong_to_whom_they_were_given_first(records: &impl Records) {
    let wanted: Vec<_> = (0..MANY).map(|n| (visitor(n), shopper(n))).collect();
    let ids: Vec<BlindId> = wanted.iter().map(|(id, _)| *id).collect();
    let nobody = records.resolve(&ids).await.expect("resolves");
    assert!(nobody.iter().all(Option::is_none), "a new store knows nobody");
    let none = records.assign(Vec::new()).await.expect("assigns");
    assert!(none.is_empty(), "nothing is given to nobody");

    let given = records.assign(wanted.clone()).await.expect("assigns");
    let expected: Vec<_> = (0..MANY).map(shopper).collect();
    assert_eq!(given, expected, "new ids are given as wanted, in order");

    let mut late: Vec<_> =
        (MANY - 1..MANY + 10).map(|n| (visitor(n), shopper(n + 5_000))).collect();
    late.push((visitor(MANY), shopper(9_999)));
    late.push((visitor(0), shopper(9_998)));
    let given = records.assign(late).await.expect("assigns");
    assert_eq!(given[0], shopper(MANY - 1), "whose an id already is does not change");
    assert_eq!(given[1], shopper(MANY + 5_000), "a new id among known ones is given");
    assert_eq!(given[11], shopper(MANY + 5_000), "of two wishes in one call the first wins");
    assert_eq!(given[12], shopper(0), "answers are in order");
    let loser = records.shopper(shopper(9_998).key).await.expect("reads");
    assert_eq!(loser, None, "a shopper to whom nothing was given is not created");

    let mut asked = ids;
    asked.extend([visitor(7_777), user(0), visitor(0)]);
    let found = records.resolve(&asked).await.expect("resolves");
    assert_eq!(found.len(), asked.len(), "one answer an id");
    assert_eq!(found[3], Some(shopper(3)), "answers are in order");
    let (rest, last) = found.split_at(MANY as usize);
    assert!(rest.iter().all(Option::is_some), "all given ids are found");
    assert_eq!(last, [None, None, Some(shopper(0))], "a user's id is no visitor's");

    let restated = ShopperRecord { wrapped_seal_key: vec![9], ..shopper(1) };
    let given = records.assign(vec![(visitor(8_000), restated)]).await.expect("assigns");
    assert_eq!(given, [shopper(1)], "a shopper that exists keeps their seal key");
}

async fn a_user_claims_what_they_did_before_login_but_nothing_of_others(records: &impl Records) {
    let [phone, ann, ben, cleo] = [visitor(20_000), user(20_000), user(20_001), user(20_002)];
    let [first, fresh, other, fourth] = [20_000, 20_001, 20_002, 20_003].map(shopper);
    records.assign(vec![(phone, first.clone())]).await.expect("assigns");

    let of_ann = records.claim(ann, first.key, fresh.clone()).await.expect("claims");
    assert_eq!(of_ann, first, "the first user gets the visitor's shopper");
    let again = records.claim(ann, fresh.key, other.clone()).await.expect("claims");
    assert_eq!(again, first, "a user's id stays whose it is");
    let of_ben = records.claim(ben, first.key, other.clone()).await.expect("claims");
    assert_eq!(of_ben, other, "the second user on the device is somebody else");
    let of_cleo = records.claim(cleo, shopper(29_999).key, fourth.clone()).await.expect("claims");
    assert_eq!(of_cleo, fourth, "nobody's shopper cannot be claimed");
    let found = records.resolve(&[ann, ben, cleo]).await.expect("resolves");
    assert_eq!(found, [Some(first), Some(other), Some(fourth)]);
    assert_eq!(records.shopper(fresh.key).await.expect("reads"), None);
}

async fn an_id_moves_to_another_shopper(records: &impl Records) {
    let [tablet, known] = [visitor(30_000), user(30_000)];
    let [anonymous, person] = [30_000, 30_001].map(shopper);
    let both = vec![(tablet, anonymous.clone()), (known, person.clone())];
    records.assign(both).await.expect("assigns");
    records.reassign(tablet, person.key).await.expect("moves");
    let found = records.resolve(&[tablet, known]).await.expect("resolves");
    assert_eq!(found, [Some(person.clone()), Some(person)]);
    let left = records.shopper(anonymous.key).await.expect("reads");
    assert_eq!(left, Some(anonymous), "their events can still be unsealed");
}

async fn what_is_held_in_memory_counts_its_changes(records: &impl Records) {
    let before = changes(records).await;
    records.set_fact("uncounted", "1").await.expect("writes");
    let given = records.give_fact("uncounted", "2").await.expect("writes");
    assert_eq!(given, "1", "a fact that is set stays as it is");
    assert_eq!(records.give_fact("given", "2").await.expect("writes"), "2");
    assert_eq!(records.fact("given").await.expect("reads").as_deref(), Some("2"));
    records.assign(vec![(visitor(31_000), shopper(31_000))]).await.expect("assigns");
    assert_eq!(changes(records).await, before, "neither facts nor new ids are held");
    let switch =
        Switch { personalization: Personalization::Off, change_time: Timestamp::from_secs(31) };
    records.set_switch(switch).await.expect("writes");
    let decided = changes(records).await.decided;
    assert!(before.decided < decided, "the switch is held");

    records.reassign(visitor(31_000), shopper(30_001).key).await.expect("moves");
    records.reassign(visitor(31_001), shopper(30_001).key).await.expect("moves");
    let moved = changes(records).await;
    assert_eq!(moved, Changes { decided, moved: before.moved + 2 }, "each move counts");
    let of = |n: u64, id| MovedId { number: before.moved + n, id };
    let expected = [of(1, visitor(31_000)), of(2, visitor(31_001))];
    let told = records.moves(before.moved, 9).await.expect("reads");
    assert_eq!(told, expected, "those after a number, in order");
    assert_eq!(records.moves(before.moved, 1).await.expect("reads"), expected[..1]);
    assert_eq!(records.moves(moved.moved, 9).await.expect("reads"), [], "there are no others");
}

async fn changes(records: &impl Records) -> Changes {
    records.changes().await.expect("reads")
}

async fn keys_are_kept_and_revoked_once(records: &impl Records) {
    let key = |id: &str, scope| KeyRecord {
        id: id.to_owned(),
        shop: ShopId::new("shop").expect("a slug"),
        scope,
        hash: [7; 32],
        allowed_origins: vec!["https://shop.example".to_owned(), "https://b.example".to_owned()],
        create_time: Timestamp::from_secs(1),
        revoke_time: None,
    };
    let mut second = key("key_a", KeyScope::Publishable);
    second.allowed_origins.clear();
    let first = key("key_b", KeyScope::Secret);
    records.add_key(first.clone()).await.expect("adds");
    records.add_key(second.clone()).await.expect("adds");
    records.add_key(first.clone()).await.expect_err("an id is given once");
    assert_eq!(
        records.keys().await.expect("reads"),
        [first.clone(), second.clone()],
        "oldest first"
    );

    let time = Timestamp::from_secs(2);
    assert!(!records.revoke_key("key_c", time).await.expect("answers"), "there is no such key");
    assert!(records.revoke_key("key_a", time).await.expect("revokes"));
    let later = Timestamp::from_secs(3);
    assert!(!records.revoke_key("key_a", later).await.expect("answers"), "it was revoked before");
    second.revoke_time = Some(time);
    assert_eq!(records.keys().await.expect("reads"), [first, second]);
}

async fn placements_are_replaced_by_id(records: &impl Records) {
    let placement = |id: &str, title: &str| Placement {
        id: PlacementId::new(id).expect("a slug"),
        title: title.to_owned(),
        generators: vec![
            GeneratorShare { generator: "popular".to_owned(), weight: 0.1 },
            GeneratorShare { generator: "trending".to_owned(), weight: 2.5 },
        ],
        filter: Some("price < 50 AND brand = \"Läderwerk\"".to_owned()),
        personalization: Personalization::On,
        steering: Steering { order: ListOrder::Learned },
    };
    let home = placement("home", "Home");
    let cart = Placement {
        filter: None,
        personalization: Personalization::Off,
        steering: Steering { order: ListOrder::Weights },
        ..placement("cart", "Cart")
    };
    for it in [&home, &cart, &placement("similar", "Similar")] {
        records.put_placement(it.clone()).await.expect("saves");
    }
    let home = Placement { title: "Start".to_owned(), generators: Vec::new(), ..home };
    records.put_placement(home.clone()).await.expect("replaces");
    let similar = PlacementId::new("similar").expect("a slug");
    assert!(records.delete_placement(&similar).await.expect("removes"));
    assert!(!records.delete_placement(&similar).await.expect("answers"), "it is gone already");
    assert_eq!(records.placements().await.expect("reads"), [cart, home], "by id");
}

async fn the_switch_the_trail_and_facts_say_what_was_said_last(records: &impl Records) {
    assert_eq!(records.switch().await.expect("reads"), None, "nobody touched it");
    for (secs, personalization) in [(1, Personalization::On), (2, Personalization::Off)] {
        let switch = Switch { personalization, change_time: Timestamp::from_secs(secs) };
        records.set_switch(switch).await.expect("sets");
        assert_eq!(records.switch().await.expect("reads"), Some(switch));
    }

    let entry = |secs| AuditEntry {
        id: 0,
        time: Timestamp::from_secs(secs),
        actor: "command".to_owned(),
        action: "key.create".to_owned(),
        subject: format!("key_{secs}"),
    };
    for secs in [5, 4, 6] {
        records.audit(entry(secs)).await.expect("adds");
    }
    let newest = records.audit_trail(None, 2).await.expect("reads");
    assert!(newest[0].id > newest[1].id, "ids grow");
    let older = records.audit_trail(Some(newest[1].id), 2).await.expect("reads");
    let anonymous = |it: &AuditEntry| AuditEntry { id: 0, ..it.clone() };
    let trail: Vec<AuditEntry> = newest.iter().chain(&older).map(anonymous).collect();
    assert_eq!(
        trail,
        [entry(6), entry(4), entry(5)],
        "newest first, by when they were added; the next page goes on below an id"
    );

    assert_eq!(records.fact("form").await.expect("reads"), None);
    for value in ["1", "two ☂"] {
        records.set_fact("form", value).await.expect("sets");
        assert_eq!(records.fact("form").await.expect("reads").as_deref(), Some(value));
    }
}

async fn quarantine_keeps_the_newest_of_each_key(records: &impl Records) {
    let refused = |key: &str, n: i64| Quarantined {
        id: 0,
        key_id: key.to_owned(),
        time: Timestamp::from_secs(n),
        code: "bad_price".to_owned(),
        sealed: vec![0, 255, 1],
        replay_begun: None,
    };
    let quiet = vec![refused("key_quiet", 1)];
    assert_eq!(records.quarantine(quiet, 10).await.expect("keeps"), 0);
    let noisy = (0..205).map(|n| refused("key_noisy", n)).collect();
    assert_eq!(records.quarantine(noisy, 10).await.expect("keeps"), 195, "older ones are dropped");
    let one_more = vec![refused("key_noisy", 205)];
    assert_eq!(records.quarantine(one_more, 10).await.expect("keeps"), 1);

    let all = records.quarantined(0, 100).await.expect("reads");
    let times: Vec<i64> = all.iter().map(|it| it.time.as_micros() / 1_000_000).collect();
    assert_eq!(times[0], 1, "a noisy key does not push out a quiet one's");
    assert_eq!(times[1..], (196..206).collect::<Vec<i64>>(), "the newest stay, oldest first");
    assert!(all.is_sorted_by(|a, b| a.id < b.id), "ids grow");
    assert_eq!(Quarantined { id: 0, ..all[0].clone() }, refused("key_quiet", 1));
    let page = records.quarantined(all[3].id, 2).await.expect("reads");
    assert_eq!(page, all[4..6], "a page begins after the given id");
}

async fn refused_events_are_replaced_and_released_by_id(records: &impl Records) {
    let before = records.quarantined(0, 100).await.expect("reads");
    let [first, second, third, ..] = before.as_slice() else { panic!("some are kept: {before:?}") };
    let mended = Quarantined {
        code: "mended".to_owned(),
        sealed: vec![7; 300],
        replay_begun: Some(Position::new(9)),
        ..second.clone()
    };
    let gone = Quarantined { id: -1, ..first.clone() };
    records.replace_quarantined(vec![mended.clone(), gone]).await.expect("replaces");
    let one = |id: i64| async move { records.quarantined_event(id).await.expect("reads") };
    assert_eq!(one(second.id).await, Some(mended));
    assert_eq!(one(first.id).await.as_ref(), Some(first), "no other is touched");
    assert_eq!(one(-1).await, None, "what is gone does not come back");

    let last_id = before.last().map_or(0, |it| it.id);
    records.release_quarantined(&[second.id, third.id, last_id, -1]).await.expect("releases");
    assert_eq!(one(second.id).await, None);
    let after = records.quarantined(0, 100).await.expect("reads");
    assert_eq!(after.len(), before.len() - 3);
    let again = Quarantined { id: 0, ..first.clone() };
    records.quarantine(vec![again], 100).await.expect("keeps");
    let after = records.quarantined(0, 100).await.expect("reads");
    assert!(after.last().is_some_and(|it| it.id > last_id), "no id is given twice");
}

/// All that was written, as far as it can be read back.
#[derive(Debug, PartialEq)]
struct Everything {
    shoppers: Vec<Option<ShopperRecord>>,
    keys: Vec<KeyRecord>,
    placements: Vec<Placement>,
    switch: Option<Switch>,
    trail: Vec<AuditEntry>,
    quarantined: Vec<Quarantined>,
    fact: Option<String>,
}

async fn everything(records: &impl Records) -> Everything {
    let ids: Vec<BlindId> =
        (0..40_000).step_by(10).chain(0..MANY).flat_map(|n| [visitor(n), user(n)]).collect();
    Everything {
        shoppers: records.resolve(&ids).await.expect("resolves"),
        keys: records.keys().await.expect("reads"),
        placements: records.placements().await.expect("reads"),
        switch: records.switch().await.expect("reads"),
        trail: records.audit_trail(None, 1_000).await.expect("reads"),
        quarantined: records.quarantined(0, 1_000).await.expect("reads"),
        fact: records.fact("form").await.expect("reads"),
    }
}

fn visitor(n: u32) -> BlindId {
    BlindId { kind: IdKind::Visitor, fingerprint: scattered(n, 0x51_7c_c1_b7_27_22_0a_95) }
}

fn user(n: u32) -> BlindId {
    BlindId { kind: IdKind::User, fingerprint: scattered(n, 0x9e_37_79_b9_7f_4a_7c_15) }
}

fn shopper(n: u32) -> ShopperRecord {
    let key = scattered(n, 0xd6_e8_fe_b8_66_59_fd_93);
    let wrapped_seal_key = key.iter().rev().chain(&[0, 255]).copied().collect();
    ShopperRecord { key: ShopperKey::from_bytes(key), wrapped_seal_key }
}

/// Sixteen bytes that look random, as fingerprints do, and differ for different `n`.
fn scattered(n: u32, seed: u64) -> [u8; 16] {
    let high = u64::from(n + 1).wrapping_mul(seed);
    let low = (high ^ (high >> 29)).wrapping_mul(seed | 1);
    (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
}
