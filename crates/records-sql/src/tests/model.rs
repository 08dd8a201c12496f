//! Any sequence of calls answers as a plain map would, however newcomers are moved in between.

use std::cell::RefCell;
use std::collections::BTreeMap;

use domain::ShopperKey;
use ports::{BlindId, IdKind, Records, ShopperRecord};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::store::Store;
use crate::SqlRecords;

/// Newcomers are moved to their places after so many, so that it happens often.
const SETTLE_AFTER: usize = 5;

#[derive(Clone, Debug)]
enum Call {
    Assign(Vec<(BlindId, ShopperRecord)>),
    Claim(BlindId, ShopperRecord, ShopperRecord),
    Reassign(BlindId, ShopperRecord),
    Reopen,
}

/// What the map should be.
#[derive(Default)]
struct Model {
    owners: BTreeMap<BlindId, ShopperKey>,
    shoppers: BTreeMap<ShopperKey, ShopperRecord>,
}

impl Model {
    fn assign(&mut self, id: BlindId, shopper: &ShopperRecord) -> ShopperRecord {
        let key = *self.owners.entry(id).or_insert(shopper.key);
        self.shoppers.entry(key).or_insert_with(|| shopper.clone()).clone()
    }

    fn claim(
        &mut self,
        user: BlindId,
        key: ShopperKey,
        otherwise: &ShopperRecord,
    ) -> ShopperRecord {
        let taken = self.owners.iter().any(|(id, owner)| id.kind == IdKind::User && *owner == key);
        match self.shoppers.get(&key).cloned() {
            Some(shopper) if !taken => self.assign(user, &shopper),
            _ => self.assign(user, otherwise),
        }
    }
}

fn id() -> impl Strategy<Value = BlindId> {
    let kind = prop_oneof![3 => Just(IdKind::Visitor), 1 => Just(IdKind::User)];
    (kind, 0..20_u8).prop_map(|(kind, n)| BlindId { kind, fingerprint: [n; 16] })
}

fn user() -> impl Strategy<Value = BlindId> {
    id().prop_map(|id| BlindId { kind: IdKind::User, ..id })
}

fn shopper() -> impl Strategy<Value = ShopperRecord> {
    let with_key = |(n, wrapped_seal_key)| ShopperRecord {
        key: ShopperKey::from_bytes([n; 16]),
        wrapped_seal_key,
    };
    (0..12_u8, prop::collection::vec(any::<u8>(), 1..3)).prop_map(with_key)
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => prop::collection::vec((id(), shopper()), 0..5).prop_map(Call::Assign),
        2 => (user(), shopper(), shopper()).prop_map(|(id, of, or)| Call::Claim(id, of, or)),
        2 => (id(), shopper()).prop_map(|(id, to)| Call::Reassign(id, to)),
        1 => Just(Call::Reopen),
    ]
}

async fn check(calls: Vec<Call>, url: &str) {
    let open = async || SqlRecords::connect_and_settle_after(url, SETTLE_AFTER).await.unwrap();
    let mut records = open().await;
    let mut model = Model::default();
    for call in calls {
        match call {
            Call::Assign(ids) => {
                let expected: Vec<_> = ids.iter().map(|(id, of)| model.assign(*id, of)).collect();
                assert_eq!(records.assign(ids).await.unwrap(), expected);
            }
            Call::Claim(user, of, otherwise) => {
                let expected = model.claim(user, of.key, &otherwise);
                assert_eq!(records.claim(user, of.key, otherwise).await.unwrap(), expected);
            }
            Call::Reassign(id, to) => {
                let exists = model.shoppers.contains_key(&to.key);
                assert_eq!(records.reassign(id, to.key).await.is_ok(), exists);
                if exists {
                    model.owners.insert(id, to.key);
                }
            }
            Call::Reopen => {
                drop(records);
                records = open().await;
            }
        }
        let ids: Vec<BlindId> = [IdKind::Visitor, IdKind::User]
            .into_iter()
            .flat_map(|kind| (0..20).map(move |n| BlindId { kind, fingerprint: [n; 16] }))
            .collect();
        let owner = |id| model.owners.get(id).map(|key| model.shoppers[key].clone());
        let expected: Vec<_> = ids.iter().map(owner).collect();
        assert_eq!(records.resolve(&ids).await.unwrap(), expected);
        for n in 0..12 {
            let key = ShopperKey::from_bytes([n; 16]);
            let expected = model.shoppers.get(&key).cloned();
            assert_eq!(records.shopper(key).await.unwrap(), expected);
        }
    }
}

fn check_many(cases: u32, store: Store) {
    let store = RefCell::new(store);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        source_file: Some(file!()),
        ..ProptestConfig::default()
    });
    let checked = runner.run(&prop::collection::vec(call(), 1..24), |calls| {
        store.borrow_mut().renew();
        runtime.block_on(check(calls, &store.borrow().url));
        Ok(())
    });
    checked.unwrap();
}

#[test]
fn the_map_answers_as_a_plain_map_would_on_sqlite() {
    check_many(48, Store::sqlite().unwrap());
}

#[test]
fn the_map_answers_as_a_plain_map_would_on_postgres() {
    let Some(store) = Store::postgres() else { return };
    check_many(16, store);
}
