//! Ids of sixteen bytes that Tastemaker gives itself, and the sequence numbers of the log.

use std::fmt;
use std::str::FromStr;

use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};

/// Why a text is no id of sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not one of our ids, which are 32 hexadecimal digits; send it back as it was given")]
pub struct InvalidKeyId;

macro_rules! key_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Wraps sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> $name {
                $name(bytes)
            }

            /// The sixteen bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        /// Thirty-two lower-case hexadecimal digits.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }

        impl FromStr for $name {
            type Err = InvalidKeyId;

            fn from_str(text: &str) -> Result<$name, InvalidKeyId> {
                let is_hex = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
                let value = u128::from_str_radix(text, 16).map_err(|_| InvalidKeyId)?;
                is_hex.then_some($name(value.to_be_bytes())).ok_or(InvalidKeyId)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<$name, DecodeError> {
                let bytes = d.bytes()?;
                let bytes = bytes.try_into().map_err(|_| DecodeError::message("not 16 bytes"))?;
                Ok($name(bytes))
            }
        }
    )*};
}

key_ids! {
    /// The random pseudonym of a shopper. Only the map in records knows whose it is.
    ShopperKey;
    /// The fingerprint of a message id: what is counted once.
    MessageKey;
    /// One decision.
    DecisionId;
}

impl ShopperKey {
    /// Nobody: the key of events that are about the shop rather than a person.
    pub const NOBODY: ShopperKey = ShopperKey([0; 16]);

    /// The partition this shopper's events belong to.
    ///
    /// Keys are random, so their first byte is the hash.
    pub const fn partition(&self) -> Partition {
        Partition(self.0[0])
    }
}

impl DecisionId {
    /// No decision: which one it was is withheld, because its shopper allowed no joining of events.
    pub const WITHHELD: DecisionId = DecisionId([0; 16]);
}

/// One of the 256 parts into which shoppers are divided, so that work can be shared among replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition(u8);

impl Partition {
    /// Wraps a partition's number.
    pub const fn new(number: u8) -> Partition {
        Partition(number)
    }

    /// The partition's number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// An event's place in the one sequence of a shop. The first event has position 1.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    minicbor::Encode,
    minicbor::Decode,
)]
#[cbor(transparent)]
pub struct Position(#[n(0)] u64);

impl Position {
    /// Before the first event.
    pub const START: Position = Position(0);

    /// Wraps a position.
    pub const fn new(position: u64) -> Position {
        Position(position)
    }

    /// The position's number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The position after this one.
    pub const fn next(self) -> Position {
        Position(self.0 + 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Position, std::num::ParseIntError> {
        text.parse().map(Position)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_written_key_is_read_back(bytes: [u8; 16]) {
            let key = DecisionId::from_bytes(bytes);
            prop_assert_eq!(key.to_string().parse::<DecisionId>(), Ok(key));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _unused: Result<DecisionId, InvalidKeyId> = text.parse();
        }
    }

    #[test]
    fn a_sign_is_not_a_hexadecimal_digit() {
        let signed = format!("+{}", "0".repeat(31));
        assert_eq!(signed.parse::<DecisionId>(), Err(InvalidKeyId));
    }
}
