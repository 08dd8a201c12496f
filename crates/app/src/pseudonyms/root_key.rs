//! The root key and everything that is derived from it.

use std::fmt;
use std::net::IpAddr;

use domain::{KeyKind, MessageKey, ShopId};
use ports::{BlindId, IdKind};

use super::cipher::SealKey;
use super::signature::{SigningSecret, hex};

/// The length of a root key.
pub const ROOT_KEY_BYTES: usize = 32;

/// The secret from which all others are derived. It is kept outside the data folder.
#[derive(Clone)]
pub struct RootKey {
    blind: [u8; 32],
    address: [u8; 32],
    wrapping: SealKey,
    signing: [u8; 32],
    check: [u8; 32],
    passing: [u8; 32],
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(…)")
    }
}

impl RootKey {
    /// Derives all secrets from the bytes of the root key.
    pub fn new(bytes: &[u8; ROOT_KEY_BYTES]) -> RootKey {
        RootKey {
            blind: blake3::derive_key("tastemaker 2026 fingerprints of outside ids", bytes),
            address: blake3::derive_key("tastemaker 2026 pseudonyms of address ranges", bytes),
            wrapping: SealKey::from_bytes(blake3::derive_key(
                "tastemaker 2026 wrapping of seal keys",
                bytes,
            )),
            signing: blake3::derive_key("tastemaker 2026 signing of shopper ids", bytes),
            check: blake3::derive_key("tastemaker 2026 check of the root key", bytes),
            passing: blake3::derive_key("tastemaker 2026 requests passed on by replicas", bytes),
        }
    }

    /// The fingerprint of an outside id.
    pub(crate) fn blind(&self, shop: &ShopId, kind: IdKind, id: &str) -> BlindId {
        let mut hasher = blake3::Hasher::new_keyed(&self.blind);
        hasher.update(match kind {
            IdKind::Visitor => b"visitor\0",
            IdKind::User => b"user\0",
        });
        hasher.update(shop.as_str().as_bytes()).update(b"\0").update(id.as_bytes());
        BlindId { kind, fingerprint: first_16(&hasher.finalize()) }
    }

    /// The pseudonym of the range that an address lies in: /24 of IPv4, /48 of IPv6.
    pub(crate) fn address_range(&self, address: IpAddr) -> u64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.address);
        match address.to_canonical() {
            IpAddr::V4(address) => hasher.update(b"4").update(&address.octets()[..3]),
            IpAddr::V6(address) => hasher.update(b"6").update(&address.octets()[..6]),
        };
        let bytes = first_16(&hasher.finalize());
        (u128::from_be_bytes(bytes) >> 64) as u64
    }

    /// A text by which a shop knows its root key again; it tells nothing about the key.
    pub(crate) fn check(&self) -> String {
        hex(&self.check)
    }

    /// What shows that one of the shop's replicas passed a request on; `blake3::Hash` compares in constant time.
    pub(crate) fn passed_on(&self, shop: &ShopId, request: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.passing);
        hasher.update(shop.as_str().as_bytes()).update(b"\0").update(request).finalize()
    }

    /// The key that wraps the shoppers' own.
    pub(crate) fn wrapping(&self) -> &SealKey {
        &self.wrapping
    }

    /// The secret with which the shop's servers vouch for a shopper's id.
    pub(crate) fn signing_secret(&self, shop: &ShopId) -> SigningSecret {
        let mut hasher = blake3::Hasher::new_keyed(&self.signing);
        SigningSecret::new(*hasher.update(shop.as_str().as_bytes()).finalize().as_bytes())
    }
}

/// Whose message ids: those of one namespace never meet those of another, so that a browser cannot
/// use up the id of what only a server may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageNamespace {
    /// Events that the shop's servers or its commands send.
    Trusted,
    /// Events that browsers send.
    Browser,
    /// Changes of the catalogue, by idempotency key and row.
    Catalogue,
    /// Refusals that go with a visitor who turns out to be somebody known, by the event that says so.
    Refusal,
}

impl MessageNamespace {
    /// The namespace of events that come with a key of that kind.
    pub(crate) const fn of_events(key: KeyKind) -> MessageNamespace {
        match key {
            KeyKind::Publishable => MessageNamespace::Browser,
            KeyKind::Secret | KeyKind::Own => MessageNamespace::Trusted,
        }
    }

    const fn tag(self) -> &'static [u8] {
        match self {
            MessageNamespace::Trusted => b"message\0",
            MessageNamespace::Browser => b"message of a browser\0",
            MessageNamespace::Catalogue => b"catalogue\0",
            MessageNamespace::Refusal => b"refusal\0",
        }
    }
}

/// The fingerprint of a message id: what is counted once.
///
/// It needs no secret: whoever knows a message id may find its event.
pub(crate) fn message_key(
    shop: &ShopId,
    namespace: MessageNamespace,
    message_id: &str,
) -> MessageKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(namespace.tag()).update(shop.as_str().as_bytes()).update(b"\0");
    MessageKey::from_bytes(first_16(&hasher.update(message_id.as_bytes()).finalize()))
}

fn first_16(hash: &blake3::Hash) -> [u8; 16] {
    let (first, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    *first
}
