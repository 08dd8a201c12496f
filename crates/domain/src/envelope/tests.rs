//! The wire form of the envelope: golden bytes, unknown fields, damage.

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::event::shopping::ProductViewed;
use crate::{ProductId, Purpose};

fn viewed() -> Envelope {
    Envelope {
        message: MessageKey::from_bytes([1; 16]),
        shop: "shop".parse().unwrap(),
        shopper: ShopperKey::from_bytes([2; 16]),
        event_time: Timestamp::from_secs(1_700_000_000),
        received_time: Timestamp::from_secs(1_700_000_001),
        source: Source { key: KeyKind::Publishable, verification: Verification::Unverified },
        purposes: Purposes::NONE.with(Purpose::Operation).with(Purpose::Measurement),
        event: Event::ProductViewed(ProductViewed {
            product: ProductId::new("tent-1").unwrap(),
            variant: None,
            decision: None,
        }),
        open: vec![("colour".to_owned(), OpenValue::Text("red".to_owned()))],
        sealed: vec![9, 9],
        address_range: Some(7),
        market: Some("de".parse().unwrap()),
        unknown: Vec::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .chunks(32)
        .map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n")
        .collect()
}

#[test]
fn the_bytes_of_an_envelope_are_what_they_have_always_been() {
    let golden = expect![[r#"
        b00001015001010101010101010101010101010101026473686f700350020202
        020202020202020202020202020402051b00060a24181e4000061b00060a2418
        2d82400700080109030a010b49a1006674656e742d310ca166636f6c6f757263
        7265640d4209090e070f626465
    "#]];
    golden.assert_eq(&hex(&viewed().encode()));
    assert_eq!(Envelope::decode(&viewed().encode()).unwrap(), viewed());
}

#[test]
fn fields_and_events_of_a_newer_program_are_carried_on_untouched() {
    let mut newer = viewed();
    newer.unknown = vec![(40, minicbor::to_vec("from the future").unwrap())];
    newer.event = Event::Unknown(crate::event::UnknownEvent {
        kind_number: 999,
        payload: minicbor::to_vec(["anything"]).unwrap(),
    });
    let read = Envelope::decode(&newer.encode()).unwrap();
    assert_eq!(read, newer);
    assert_eq!(read.encode(), newer.encode());
}

#[test]
fn a_newer_schema_version_is_refused_with_the_remedy() {
    let mut bytes = viewed().encode();
    // The map's head takes one byte, the key of the first field one, its value one.
    assert_eq!(&bytes[1..3], [0, 1]);
    bytes[2] = 2;
    let error = Envelope::decode(&bytes).unwrap_err().to_string();
    expect!["the event has schema version 2, but this program reads up to 1; start a newer tastemaker on this data"].assert_eq(&error);
}

#[test]
fn an_envelope_cut_short_is_damaged_wherever_it_is_cut() {
    let bytes = viewed().encode();
    for end in 0..bytes.len() {
        assert!(Envelope::decode(&bytes[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoder_panic(bytes: Vec<u8>) {
        let _unused = Envelope::decode(&bytes);
    }

    #[test]
    fn damaged_bytes_never_make_the_decoder_panic(at in 0_usize..200, value: u8) {
        let mut bytes = viewed().encode();
        let at = at % bytes.len();
        bytes[at] = value;
        let _unused = Envelope::decode(&bytes);
    }

    #[test]
    fn what_is_written_is_read_back(
        shopper: [u8; 16], event_time: i64, sealed: Vec<u8>, range: Option<u64>,
        open in proptest::collection::vec(("[a-z]{1,8}", any::<bool>()), 0..4),
    ) {
        let envelope = Envelope {
            shopper: ShopperKey::from_bytes(shopper),
            event_time: Timestamp::from_micros(event_time),
            sealed,
            address_range: range,
            open: open.into_iter().map(|(name, value)| (name, OpenValue::Bool(value))).collect(),
            ..viewed()
        };
        prop_assert_eq!(Envelope::decode(&envelope.encode()).unwrap(), envelope);
    }
}
