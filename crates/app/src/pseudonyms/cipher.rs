//! Sealing: ChaCha20-Poly1305 (RFC 8439) under a key of the shopper's own.
//!
//! ```text
//! sealed = version (1) ‖ nonce (12, random) ‖ ciphertext and tag
//! ```

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::ShopperKey;
use ports::{Entropy, ShopperRecord};

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

/// A key under which one shopper's identifiers are sealed.
#[derive(Clone)]
pub(crate) struct SealKey([u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

/// Why a sealed field does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed field does not open: its key is another one, or the bytes are damaged")]
pub(crate) struct OpenSealError;

impl SealKey {
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> SealKey {
        SealKey(bytes)
    }

    /// Makes a new key.
    pub(crate) fn generate(entropy: &dyn Entropy) -> SealKey {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        SealKey(bytes)
    }

    /// Seals `plain`; `bound_to` must be given again to open it, and is not hidden.
    pub(crate) fn seal(&self, plain: &[u8], bound_to: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let ciphertext = ChaCha20Poly1305::new(&Key::from(self.0))
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: bound_to })
            .expect("a message in memory is shorter than the cipher's 256 GiB");
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        sealed
    }

    /// Opens what [`seal`](SealKey::seal) made.
    ///
    /// # Errors
    ///
    /// [`OpenSealError`] when the key or `bound_to` is another one, or the bytes are damaged.
    pub(crate) fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, OpenSealError> {
        let (version, rest) = sealed.split_first().ok_or(OpenSealError)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(OpenSealError)?;
        if *version != VERSION {
            return Err(OpenSealError);
        }
        ChaCha20Poly1305::new(&Key::from(self.0))
            .decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: bound_to })
            .map_err(|_| OpenSealError)
    }

    /// A new shopper with a seal key of their own, which this key wraps.
    pub(crate) fn new_shopper(&self, entropy: &dyn Entropy) -> ShopperRecord {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        let key = ShopperKey::from_bytes(bytes);
        let seal_key = SealKey::generate(entropy);
        ShopperRecord { key, wrapped_seal_key: self.seal(&seal_key.0, &bytes, entropy) }
    }

    /// Unwraps a shopper's seal key.
    ///
    /// # Errors
    ///
    /// [`OpenSealError`] when it was wrapped by another root key.
    pub(crate) fn unwrap_seal_key(
        &self,
        shopper: &ShopperRecord,
    ) -> Result<SealKey, OpenSealError> {
        let bytes = self.open(&shopper.wrapped_seal_key, shopper.key.as_bytes())?;
        bytes.try_into().map(SealKey).map_err(|_| OpenSealError)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    proptest! {
        #[test]
        fn only_the_same_key_and_binding_open_a_seal(plain: Vec<u8>, flipped in 0_usize..1000) {
            let entropy = Counting(Default::default());
            let key = SealKey::generate(&entropy);
            let sealed = key.seal(&plain, b"message", &entropy);
            prop_assert_eq!(key.open(&sealed, b"message"), Ok(plain));
            prop_assert_eq!(key.open(&sealed, b"another"), Err(OpenSealError));
            prop_assert!(SealKey::generate(&entropy).open(&sealed, b"message").is_err());

            let mut damaged = sealed.clone();
            let at = flipped % damaged.len();
            damaged[at] ^= 1;
            prop_assert_eq!(key.open(&damaged, b"message"), Err(OpenSealError));
        }
    }

    #[test]
    fn a_shoppers_key_is_wrapped_for_that_shopper_only() {
        let entropy = Counting(Default::default());
        let root = SealKey::generate(&entropy);
        let anna = root.new_shopper(&entropy);
        let swapped = ShopperRecord { key: root.new_shopper(&entropy).key, ..anna.clone() };
        assert!(root.unwrap_seal_key(&anna).is_ok());
        assert!(root.unwrap_seal_key(&swapped).is_err());
    }
}
