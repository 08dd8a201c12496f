//! Shoppers who were forgotten since a backup was made, and shall not come back with it.

use std::collections::BTreeSet;

use domain::ShopperKey;
use ports::{BlindId, IdKind};

/// Shoppers who are left out of what is restored: their keys, and the rows of the map that are theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub(super) shoppers: BTreeSet<ShopperKey>,
    pub(super) ids: BTreeSet<BlindId>,
}

/// Why a list of the forgotten cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} is neither a shopper's key (32 hexadecimal digits) nor a fingerprint of an id \
     (`visitor:` or `user:` and 32 hexadecimal digits): `{given}`"
)]
pub struct ForgottenError {
    line: usize,
    given: String,
}

impl Forgotten {
    /// Reads a list: a shopper's key or the fingerprint of an id a line. Empty lines and what follows a `#`
    /// are passed over.
    ///
    /// # Errors
    ///
    /// [`ForgottenError`] names the first line that is neither.
    pub fn parse(text: &str) -> Result<Forgotten, ForgottenError> {
        let mut forgotten = Forgotten::default();
        for (line, written) in (1..).zip(text.lines()) {
            let given = written.split('#').next().unwrap_or_default().trim();
            let error = || ForgottenError { line, given: given.to_owned() };
            match given.split_once(':') {
                None if given.is_empty() => {}
                None => drop(forgotten.shoppers.insert(given.parse().map_err(|_| error())?)),
                Some((kind, fingerprint)) => {
                    let kind = match kind.trim().to_ascii_lowercase().as_str() {
                        "visitor" => IdKind::Visitor,
                        "user" => IdKind::User,
                        _ => return Err(error()),
                    };
                    // Both are sixteen bytes.
                    let fingerprint: ShopperKey =
                        fingerprint.trim().parse().map_err(|_| error())?;
                    let fingerprint = *fingerprint.as_bytes();
                    forgotten.ids.insert(BlindId { kind, fingerprint });
                }
            }
        }
        Ok(forgotten)
    }

    /// Whether anybody is.
    pub fn is_empty(&self) -> bool {
        self.shoppers.is_empty() && self.ids.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_fingerprints_are_read_and_all_else_is_named() {
        let hex = "0123456789abcdef0123456789abcdef";
        let list = format!("# asked in May\n{hex}\n\n  user: {hex} # twice\nVisitor:{hex}\n");
        let forgotten = Forgotten::parse(&list).unwrap();
        assert_eq!((forgotten.shoppers.len(), forgotten.ids.len()), (1, 2));
        assert!(Forgotten::parse("# nobody").unwrap().is_empty());
        for (bad, line) in [("ada", 1), ("\n#\nuser:12", 3), ("buyer:0", 1)] {
            assert_eq!(Forgotten::parse(bad).unwrap_err().line, line, "{bad}");
        }
    }
}
