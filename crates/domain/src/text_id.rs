//! Ids that are texts of somebody else's choosing: the shop's product numbers, order numbers, categories.
//!
//! They are checked once, where they enter, and trusted afterwards.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use minicbor::decode::{Decoder, Error as DecodeError};
use minicbor::encode::{Encoder, Error as EncodeError, Write};

/// The longest id accepted, in bytes of UTF-8. Longer ones are somebody's data in the wrong field.
pub const ID_BYTES_MAX: usize = 256;

/// How much of a refused text an error repeats, in characters.
const SHOWN_CHARS_MAX: usize = 48;

/// Why a text cannot be an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidId {
    /// The text is empty.
    #[error("is empty; give an id of 1 to {ID_BYTES_MAX} bytes")]
    Empty,
    /// The text is too long.
    #[error("is {n_bytes} bytes long (`{shown}…`); an id has at most {ID_BYTES_MAX}")]
    TooLong {
        /// How long it is.
        n_bytes: usize,
        /// Its beginning.
        shown: String,
    },
    /// The text holds control characters, which no shop's id does.
    #[error("`{shown}` holds a control character; remove it")]
    ControlCharacter {
        /// Its beginning, control characters escaped.
        shown: String,
    },
    /// The text is not a lower-case slug.
    #[error("`{shown}` is no slug; use 1 to 64 of a-z, 0-9, `_` and `-`, a letter first")]
    NotASlug {
        /// Its beginning.
        shown: String,
    },
}

pub(crate) fn check_text(text: &str) -> Result<(), InvalidId> {
    if text.is_empty() {
        return Err(InvalidId::Empty);
    }
    if text.len() > ID_BYTES_MAX {
        return Err(InvalidId::TooLong { n_bytes: text.len(), shown: shown(text) });
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidId::ControlCharacter { shown: shown(text) });
    }
    Ok(())
}

pub(crate) fn check_slug(text: &str) -> Result<(), InvalidId> {
    let mut bytes = text.bytes();
    let first_is_letter = bytes.next().is_some_and(|b| b.is_ascii_lowercase());
    let rest_is_slug =
        bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
    if first_is_letter && rest_is_slug && text.len() <= 64 {
        Ok(())
    } else {
        Err(InvalidId::NotASlug { shown: shown(text) })
    }
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS_MAX).flat_map(char::escape_debug).collect()
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident: $check:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(CompactString);

        impl $name {
            /// Checks `text` and wraps it.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] when the text cannot be an id.
            pub fn new(text: &str) -> Result<$name, InvalidId> {
                $check(text)?;
                Ok($name(CompactString::new(text)))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<$name, InvalidId> {
                $name::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0.as_str())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), EncodeError<W::Error>> {
                e.str(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<$name, DecodeError> {
                $name::new(d.str()?).map_err(DecodeError::custom)
            }
        }
    )*};
}

text_ids! {
    /// The shop's own id of a product.
    ProductId: check_text;
    /// The shop's own id of a variant of a product: one size, one colour.
    VariantId: check_text;
    /// The shop's own id of an order.
    OrderId: check_text;
    /// The shop's own name of a cart.
    CartId: check_text;
    /// One name on the way to a product, such as `Tents` in `Outdoor > Tents`.
    CategoryName: check_text;
    /// The name of an attribute of products, such as `colour`, or one of its values.
    AttributeText: check_text;
    /// A place where something is decided, such as `home` or `cart`.
    PlacementId: check_slug;
    /// One shop of an installation.
    ShopId: check_slug;
    /// A market of the shop, such as `de` or `eu-north`.
    MarketId: check_slug;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_error_names_the_fault_and_the_remedy() {
        let long = "x".repeat(10_000);
        assert_eq!(ProductId::new(""), Err(InvalidId::Empty));
        assert!(ProductId::new(&long).unwrap_err().to_string().contains("is 10000 bytes long"));
        assert!(ProductId::new("a\nb").unwrap_err().to_string().contains(r"`a\nb`"));
        assert!(PlacementId::new("Home page").unwrap_err().to_string().contains("is no slug"));
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_kept_to_the_letter(text in ".{0,300}") {
            if let Ok(id) = ProductId::new(&text) {
                prop_assert_eq!(id.as_str(), text.as_str());
                let bytes = minicbor::to_vec(&id).unwrap();
                prop_assert_eq!(minicbor::decode::<ProductId>(&bytes).unwrap(), id);
            }
        }
    }
}
