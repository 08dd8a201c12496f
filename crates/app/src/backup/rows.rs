//! The rows of records as a backup has them: fields by number, so that later programs may add some.

use domain::{
    GeneratorShare, ListOrder, Personalization, Placement, PlacementId, Position, ShopId,
    ShopperKey, Steering, Timestamp,
};
use minicbor::{Decode, Encode};
use ports::{
    AuditEntry, BlindId, IdKind, KeyRecord, KeyScope, ModelRecord, Quarantined, Row, ShopperRecord,
    Stage, Switch,
};

#[derive(Debug, Encode, Decode)]
pub(crate) enum PackedRow {
    #[n(0)]
    Shopper {
        #[n(0)]
        key: ShopperKey,
        #[cbor(n(1), with = "minicbor::bytes")]
        wrapped_seal_key: Vec<u8>,
    },
    #[n(1)]
    Id {
        #[n(0)]
        kind: Kind,
        #[cbor(n(1), with = "minicbor::bytes")]
        fingerprint: [u8; 16],
        #[n(2)]
        shopper: ShopperKey,
    },
    #[n(2)]
    Key {
        #[n(0)]
        id: String,
        #[n(1)]
        shop: ShopId,
        #[n(2)]
        scope: Scope,
        #[cbor(n(3), with = "minicbor::bytes")]
        hash: [u8; 32],
        #[n(4)]
        allowed_origins: Vec<String>,
        #[n(5)]
        create_time: Timestamp,
        #[n(6)]
        revoke_time: Option<Timestamp>,
    },
    #[n(3)]
    Placement {
        #[n(0)]
        id: PlacementId,
        #[n(1)]
        title: String,
        #[n(2)]
        generators: Vec<(String, f32)>,
        #[n(3)]
        filter: Option<String>,
        #[n(4)]
        is_personal: bool,
        /// Nothing where it is by what was learned, as it is where nobody says otherwise.
        #[n(5)]
        is_by_weights: Option<bool>,
    },
    #[n(4)]
    Switch {
        #[n(0)]
        is_personal: bool,
        #[n(1)]
        change_time: Timestamp,
    },
    #[n(5)]
    Audit {
        #[n(0)]
        id: i64,
        #[n(1)]
        time: Timestamp,
        #[n(2)]
        actor: String,
        #[n(3)]
        action: String,
        #[n(4)]
        subject: String,
    },
    #[n(6)]
    Quarantined {
        #[n(0)]
        id: i64,
        #[n(1)]
        key_id: String,
        #[n(2)]
        time: Timestamp,
        #[n(3)]
        code: String,
        #[cbor(n(4), with = "minicbor::bytes")]
        sealed: Vec<u8>,
        #[n(5)]
        replay_begun: Option<Position>,
    },
    #[n(7)]
    Fact {
        #[n(0)]
        name: String,
        #[n(1)]
        value: String,
    },
    #[n(8)]
    Model {
        #[n(0)]
        id: String,
        #[n(1)]
        generator: String,
        #[n(2)]
        stage: PackedStage,
        #[n(3)]
        canary_percent: u8,
        #[n(4)]
        create_time: Timestamp,
        #[n(5)]
        change_time: Timestamp,
        #[n(6)]
        reason: String,
        #[n(7)]
        artifact: String,
        #[n(8)]
        checksum: String,
        #[n(9)]
        n_bytes: u64,
        #[n(10)]
        lineage: String,
    },
    #[n(9)]
    LastIds {
        #[n(0)]
        audit: i64,
        #[n(1)]
        quarantined: i64,
    },
}

/// Declares how an enum is written, and its way in and out.
macro_rules! written {
    ($packed:ident for $plain:ident: $($variant:ident = $number:literal),+) => {
        #[derive(Clone, Copy, Debug, Encode, Decode)]
        #[cbor(index_only)]
        pub(crate) enum $packed {
            $(#[n($number)] $variant,)+
        }

        impl From<$plain> for $packed {
            fn from(it: $plain) -> $packed {
                match it {
                    $($plain::$variant => $packed::$variant,)+
                }
            }
        }

        impl From<$packed> for $plain {
            fn from(it: $packed) -> $plain {
                match it {
                    $($packed::$variant => $plain::$variant,)+
                }
            }
        }
    };
}

written!(Kind for IdKind: Visitor = 0, User = 1);
written!(Scope for KeyScope: Publishable = 0, Secret = 1);
written!(PackedStage for Stage: Candidate = 0, Refused = 1, Canary = 2, Live = 3, Retired = 4);

const fn personalization(is_personal: bool) -> Personalization {
    if is_personal { Personalization::On } else { Personalization::Off }
}

impl From<Row> for PackedRow {
    fn from(row: Row) -> PackedRow {
        match row {
            Row::Shopper(ShopperRecord { key, wrapped_seal_key }) => {
                PackedRow::Shopper { key, wrapped_seal_key }
            }
            Row::Id { id: BlindId { kind, fingerprint }, shopper } => {
                PackedRow::Id { kind: kind.into(), fingerprint, shopper }
            }
            Row::Key(KeyRecord {
                id,
                shop,
                scope,
                hash,
                allowed_origins,
                create_time,
                revoke_time,
            }) => {
                let scope = scope.into();
                PackedRow::Key { id, shop, scope, hash, allowed_origins, create_time, revoke_time }
            }
            Row::Placement(it) => {
                let Placement { id, title, generators, filter, personalization, steering } = it;
                let generators =
                    generators.into_iter().map(|it| (it.generator, it.weight)).collect();
                let is_personal = personalization == Personalization::On;
                let is_by_weights = (steering.order == ListOrder::Weights).then_some(true);
                PackedRow::Placement { id, title, generators, filter, is_personal, is_by_weights }
            }
            Row::Switch(Switch { personalization, change_time }) => PackedRow::Switch {
                is_personal: personalization == Personalization::On,
                change_time,
            },
            Row::Audit(AuditEntry { id, time, actor, action, subject }) => {
                PackedRow::Audit { id, time, actor, action, subject }
            }
            Row::Quarantined(Quarantined { id, key_id, time, code, sealed, replay_begun }) => {
                PackedRow::Quarantined { id, key_id, time, code, sealed, replay_begun }
            }
            Row::Fact { name, value } => PackedRow::Fact { name, value },
            Row::Model(model) => packed_model(model),
            Row::LastIds { audit, quarantined } => PackedRow::LastIds { audit, quarantined },
        }
    }
}

fn packed_model(it: ModelRecord) -> PackedRow {
    PackedRow::Model {
        id: it.id,
        generator: it.generator,
        stage: it.stage.into(),
        canary_percent: it.canary_percent,
        create_time: it.create_time,
        change_time: it.change_time,
        reason: it.reason,
        artifact: it.artifact,
        checksum: it.checksum,
        n_bytes: it.n_bytes,
        lineage: it.lineage,
    }
}

impl From<PackedRow> for Row {
    fn from(row: PackedRow) -> Row {
        match row {
            PackedRow::Shopper { key, wrapped_seal_key } => {
                Row::Shopper(ShopperRecord { key, wrapped_seal_key })
            }
            PackedRow::Id { kind, fingerprint, shopper } => {
                Row::Id { id: BlindId { kind: kind.into(), fingerprint }, shopper }
            }
            PackedRow::Key { id, shop, scope, hash, allowed_origins, create_time, revoke_time } => {
                let scope = scope.into();
                Row::Key(KeyRecord {
                    id,
                    shop,
                    scope,
                    hash,
                    allowed_origins,
                    create_time,
                    revoke_time,
                })
            }
            PackedRow::Placement { id, title, generators, filter, is_personal, is_by_weights } => {
                let share = |(generator, weight)| GeneratorShare { generator, weight };
                let generators = generators.into_iter().map(share).collect();
                let personalization = personalization(is_personal);
                let order = match is_by_weights {
                    Some(true) => ListOrder::Weights,
                    _ => ListOrder::Learned,
                };
                let steering = Steering { order };
                let placement =
                    Placement { id, title, generators, filter, personalization, steering };
                Row::Placement(placement)
            }
            PackedRow::Switch { is_personal, change_time } => {
                Row::Switch(Switch { personalization: personalization(is_personal), change_time })
            }
            PackedRow::Audit { id, time, actor, action, subject } => {
                Row::Audit(AuditEntry { id, time, actor, action, subject })
            }
            PackedRow::Quarantined { id, key_id, time, code, sealed, replay_begun } => {
                Row::Quarantined(Quarantined { id, key_id, time, code, sealed, replay_begun })
            }
            PackedRow::Fact { name, value } => Row::Fact { name, value },
            PackedRow::Model {
                id,
                generator,
                stage,
                canary_percent,
                create_time,
                change_time,
                reason,
                artifact,
                checksum,
                n_bytes,
                lineage,
            } => Row::Model(ModelRecord {
                id,
                generator,
                stage: stage.into(),
                canary_percent,
                create_time,
                change_time,
                reason,
                artifact,
                checksum,
                n_bytes,
                lineage,
            }),
            PackedRow::LastIds { audit, quarantined } => Row::LastIds { audit, quarantined },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::packed::{Packer, unpack};
    use super::*;

    /// One row of each kind, with everything that may be said of it.
    fn rows() -> Vec<Row> {
        let time = Timestamp::from_secs(7);
        let key = ShopperKey::from_bytes([1; 16]);
        let text = || "Läden ☂".to_owned();
        vec![
            Row::Shopper(ShopperRecord { key, wrapped_seal_key: vec![0, 255] }),
            Row::Id { id: BlindId { kind: IdKind::User, fingerprint: [2; 16] }, shopper: key },
            Row::Key(KeyRecord {
                id: text(),
                shop: "shop".parse().unwrap(),
                scope: KeyScope::Secret,
                hash: [3; 32],
                allowed_origins: vec![text()],
                create_time: time,
                revoke_time: Some(time),
            }),
            Row::Placement(Placement {
                id: "home".parse().unwrap(),
                title: text(),
                generators: vec![GeneratorShare { generator: text(), weight: 0.1 }],
                filter: Some(text()),
                personalization: Personalization::Off,
                steering: Steering { order: ListOrder::Weights },
            }),
            Row::Switch(Switch { personalization: Personalization::On, change_time: time }),
            Row::Audit(AuditEntry { id: 4, time, actor: text(), action: text(), subject: text() }),
            Row::Quarantined(Quarantined {
                id: 5,
                key_id: text(),
                time,
                code: text(),
                sealed: vec![6; 300],
                replay_begun: Some(Position::new(9)),
            }),
            Row::Fact { name: text(), value: text() },
            Row::Model(ModelRecord {
                id: text(),
                generator: text(),
                stage: Stage::Canary,
                canary_percent: 8,
                create_time: time,
                change_time: time,
                reason: text(),
                artifact: text(),
                checksum: text(),
                n_bytes: u64::from(u32::MAX) + 1,
                lineage: text(),
            }),
            Row::LastIds { audit: 10, quarantined: 11 },
        ]
    }

    #[test]
    fn a_row_of_every_kind_is_read_back() {
        let mut packer = Packer::new();
        rows().into_iter().for_each(|it| packer.add(&PackedRow::from(it)));
        let read: Vec<PackedRow> = unpack("rows", &packer.finish()).unwrap();
        assert_eq!(read.into_iter().map(Row::from).collect::<Vec<_>>(), rows());
    }
}
