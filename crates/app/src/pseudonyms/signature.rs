//! Signed shopper ids: HMAC-SHA256 (RFC 2104) over the id, by a secret that only the shop's servers hold.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret with which the shop's servers vouch for a shopper's id.
#[derive(Clone)]
pub(crate) struct SigningSecret([u8; 32]);

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

impl SigningSecret {
    pub(crate) const fn new(bytes: [u8; 32]) -> SigningSecret {
        SigningSecret(bytes)
    }

    /// The secret as the shop's servers get it: the HMAC key is this text's bytes.
    pub(crate) fn text(&self) -> String {
        hex(&self.0)
    }

    /// The signature of a shopper's id.
    pub(crate) fn sign(&self, user: &str) -> String {
        hex(&self.mac(user).finalize().into_bytes())
    }

    /// Whether `signature` is that of `user`, compared in constant time.
    pub(crate) fn vouches_for(&self, user: &str, signature: &str) -> bool {
        unhex(signature).is_some_and(|bytes| self.mac(user).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, user: &str) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(self.text().as_bytes())
            .expect("HMAC takes keys of any length");
        mac.chain_update(user.as_bytes())
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digits = text.as_bytes().chunks_exact(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_vouches_for_its_own_id_only() {
        let secret = SigningSecret::new([7; 32]);
        let signature = secret.sign("anna");
        assert!(secret.vouches_for("anna", &signature));
        assert!(!secret.vouches_for("bert", &signature));
        assert!(!SigningSecret::new([8; 32]).vouches_for("anna", &signature));
        assert!(!secret.vouches_for("anna", "not hexadecimal"));
        assert!(!secret.vouches_for("anna", ""));
    }
}
