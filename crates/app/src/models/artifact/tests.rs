//! What a file may not be, and what is read back of one that is good.

use proptest::prelude::*;

use super::*;

const PAYLOAD: &[u8] = b"what the generator remembers";

fn header() -> Header {
    Header {
        shop: "shop".to_owned(),
        generator: "item_neighbors".to_owned(),
        model: "item_neighbors-7".to_owned(),
        program: "0.1.0".to_owned(),
        create_time: Timestamp::from_secs(5),
        parameters: vec![NamedNumber { name: "shrinkage".to_owned(), value: 12.5 }],
        seed: 1,
        data: DataRange {
            through: Position::new(99),
            first: Timestamp::from_secs(1),
            last: Timestamp::from_secs(4),
            n_shoppers: 3,
            n_acts: 40,
        },
        measured: vec![NamedNumber { name: "recall@20".to_owned(), value: 0.25 }],
        products: ["lamp", "vase"].map(|it| it.parse().unwrap()).to_vec(),
    }
}

/// Decodes what `change` made of an artifact, as the one that was registered or, where `checksum` says so,
/// with the checksum made anew: as one whose maker meant it.
fn check(checksum: Checksum, change: impl FnOnce(&mut Vec<u8>), expected: &str) {
    let (mut bytes, mut registered) = encode(&header(), PAYLOAD);
    change(&mut bytes);
    if checksum == Checksum::Anew {
        let n_body = bytes.len() - CHECKSUM_BYTES;
        let anew = blake3::hash(&bytes[..n_body]);
        bytes[n_body..].copy_from_slice(anew.as_bytes());
        registered = anew.to_hex().to_string();
    }
    refused(&bytes, &registered, expected);
}

#[derive(PartialEq, Eq)]
enum Checksum {
    AsItIs,
    Anew,
}

#[track_caller]
fn refused(bytes: &[u8], checksum: &str, expected: &str) {
    let shop = "shop".parse().unwrap();
    let generator = "item_neighbors";
    let expected_file = Expected { shop: &shop, generator, model: "item_neighbors-7", checksum };
    let error = decode(bytes, expected_file).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn an_artifact_is_read_as_it_was_written() {
    let (bytes, checksum) = encode(&header(), PAYLOAD);
    let (shop, model) = ("shop".parse().unwrap(), "item_neighbors-7");
    let expected =
        Expected { shop: &shop, generator: "item_neighbors", model, checksum: &checksum };
    let artifact = decode(&bytes, expected).unwrap();
    assert_eq!((artifact.header, artifact.payload), (header(), PAYLOAD));
}

#[test]
fn what_is_no_artifact_is_refused() {
    refused(b"PAR1 and so on", "", "is no model of Tastemaker; restore it from a backup");
    refused(b"", "", "is cut off: it has 0 of 56 bytes");
}

#[test]
fn an_artifact_of_a_newer_program_is_refused_before_anything_else_is_believed() {
    let newer = |bytes: &mut Vec<u8>| bytes[8] = 2;
    check(
        Checksum::AsItIs,
        newer,
        "format 2 and this program knows formats up to 1; start the newer",
    );
    check(Checksum::Anew, newer, "start the newer tastemaker that trained it");
}

#[test]
fn an_artifact_that_was_cut_off_or_added_to_is_refused() {
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1);
    check(Checksum::AsItIs, cut, "is cut off");
    check(Checksum::AsItIs, |it| it.push(0), "something was added to it");
    // The length of the payload, as large as it can be stated.
    check(Checksum::AsItIs, |it| it[16..24].fill(0xff), "is cut off");
}

#[test]
fn an_artifact_in_which_one_bit_is_wrong_is_refused() {
    let (bytes, _) = encode(&header(), PAYLOAD);
    let n_body = bytes.len();
    check(Checksum::AsItIs, |it| it[FIXED_BYTES + 3] ^= 1, "is damaged");
    check(Checksum::AsItIs, |it| it[n_body - CHECKSUM_BYTES - 1] ^= 4, "is damaged");
    check(Checksum::AsItIs, |it| it[n_body - 1] ^= 4, "is damaged");
}

#[test]
fn an_artifact_of_another_shop_generator_or_model_is_refused() {
    for (changed, expected) in [
        (Header { shop: "other".to_owned(), ..header() }, "of the shop `other`, not of `shop`"),
        (
            Header { generator: "buy_again".to_owned(), ..header() },
            "of the generator `buy_again`, not of `item_neighbors`",
        ),
        (
            Header { model: "item_neighbors-8".to_owned(), ..header() },
            "of the model `item_neighbors-8`, not of `item_neighbors-7`",
        ),
    ] {
        let (bytes, checksum) = encode(&changed, PAYLOAD);
        refused(&bytes, &checksum, expected);
        refused(&bytes, "00", "whole but not the one that was registered");
    }
}

proptest! {
    /// No bytes make it stop, and none but the right ones pass.
    #[test]
    fn any_change_is_refused(at in 0..400_usize, with in 1..=255_u8, cut in 0..400_usize) {
        let (whole, checksum) = encode(&header(), PAYLOAD);
        let shop = "shop".parse().unwrap();
        let expected = Expected {
            shop: &shop, generator: "item_neighbors", model: "item_neighbors-7", checksum: &checksum,
        };
        let mut changed = whole.clone();
        let at = at % whole.len();
        changed[at] ^= with;
        prop_assert!(decode(&changed, expected).is_err());
        prop_assert!(decode(&whole[..cut % whole.len()], expected).is_err());
    }
}
