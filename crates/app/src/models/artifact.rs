//! The file of a trained model.
//!
//! ```text
//! magic │ format │ n header bytes │ n payload bytes │ header │ payload │ BLAKE3 of all before
//!   8   │  u32   │      u32       │       u64       │  CBOR  │         │         32
//! ```
//!
//! Numbers are little-endian. The header says where the model came from ([`Header`], numbered fields,
//! unknown ones are passed over); the payload is the generator's own, with a version of its own.
//!
//! # Invariants
//!
//! - A model arrives whole or not at all. What is not a whole artifact of this shop, this generator and this
//!   very model is refused with a message that says what to do, before a byte of its payload is read.
//! - Products stand in it by id and get today's numbers when it is loaded, so that a file outlives them.
//!
//! # Memory-mapping
//!
//! Would not help: loading rewrites every product's number anyway, so that each page would be touched and
//! copied at once. Artifacts are read whole, checked, decoded, and their bytes are let go of.

use domain::{Position, ProductId, ShopId, Timestamp};
use minicbor::{Decode, Encode};

const MAGIC: &[u8; 8] = b"TASTEMDL";
/// The newest format that is known.
const FORMAT: u32 = 1;
/// What stands before the header.
const FIXED_BYTES: usize = 8 + 4 + 4 + 8;
const CHECKSUM_BYTES: usize = 32;

/// Where a model came from.
#[derive(Clone, Debug, PartialEq, Decode, Encode)]
pub(crate) struct Header {
    /// The shop whose history it learned from.
    #[n(0)]
    pub(crate) shop: String,
    /// The generator that it is a model for.
    #[n(1)]
    pub(crate) generator: String,
    /// Its name in the registry.
    #[n(2)]
    pub(crate) model: String,
    /// The version of the program that trained it.
    #[n(3)]
    pub(crate) program: String,
    /// When it was trained.
    #[n(4)]
    pub(crate) create_time: Timestamp,
    /// The generator's knobs.
    #[n(5)]
    pub(crate) parameters: Vec<NamedNumber>,
    /// The seed of what was drawn while it was judged.
    #[n(6)]
    pub(crate) seed: u64,
    /// The history that it learned from.
    #[n(7)]
    pub(crate) data: DataRange,
    /// What was measured when it was judged.
    #[n(8)]
    pub(crate) measured: Vec<NamedNumber>,
    /// The products by the numbers that the payload uses.
    #[n(9)]
    pub(crate) products: Vec<ProductId>,
}

/// A number and its name.
#[derive(Clone, Debug, PartialEq, Decode, Encode)]
pub(crate) struct NamedNumber {
    #[n(0)]
    pub(crate) name: String,
    #[n(1)]
    pub(crate) value: f64,
}

/// Which history a model learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode, Encode)]
pub(crate) struct DataRange {
    /// Events up to this one were looked at.
    #[n(0)]
    pub(crate) through: Position,
    /// The time of the first act.
    #[n(1)]
    pub(crate) first: Timestamp,
    /// The time of the last act.
    #[n(2)]
    pub(crate) last: Timestamp,
    /// How many shoppers did anything.
    #[n(3)]
    pub(crate) n_shoppers: u64,
    /// How many acts there are.
    #[n(4)]
    pub(crate) n_acts: u64,
}

/// Who an artifact has to be for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) shop: &'a ShopId,
    pub(crate) generator: &'a str,
    pub(crate) model: &'a str,
    /// The checksum that the registry knows, in hexadecimal.
    pub(crate) checksum: &'a str,
}

/// Why an artifact is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// There is no file.
    #[error(
        "its file `{name}` is missing; restore the folder `artifacts` from a backup, or train anew \
         with `tastemaker train`"
    )]
    Missing {
        /// The name of the file.
        name: String,
    },
    /// It is something else.
    #[error("its file is no model of Tastemaker; restore it from a backup, or train anew")]
    Foreign,
    /// A newer program wrote it.
    #[error(
        "its file is of format {found} and this program knows formats up to {FORMAT}; start the newer \
         tastemaker that trained it, or train anew with this one"
    )]
    Newer {
        /// The format of the file.
        found: u32,
    },
    /// It ends too early.
    #[error(
        "its file is cut off: it has {found} of {stated} bytes; restore it from a backup, or train anew"
    )]
    Truncated {
        /// How many bytes it has.
        found: u64,
        /// How many it should have.
        stated: u64,
    },
    /// It goes on after its end.
    #[error(
        "its file has {found} bytes where its model ends after {stated}: something was added to it; \
         restore it from a backup, or train anew"
    )]
    Trailing {
        /// How many bytes it has.
        found: u64,
        /// How many it should have.
        stated: u64,
    },
    /// Its bytes are not those that were written.
    #[error(
        "its file is damaged: its checksum does not fit; restore it from a backup, or train anew"
    )]
    Damaged,
    /// It is whole, but not the file that was registered.
    #[error(
        "its file is whole but not the one that was registered: its checksum is {found} and the \
         registry's {registered}; restore the file from a backup, or train anew"
    )]
    Replaced {
        /// The checksum of the file.
        found: String,
        /// The one of the registry.
        registered: String,
    },
    /// It belongs elsewhere.
    #[error(
        "its file is of {what} `{found}`, not of `{wanted}`; put the right file in its place, or train \
         anew"
    )]
    Elsewhere {
        /// What differs.
        what: &'static str,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// The model within cannot be read.
    #[error(
        "the model in its file cannot be used: {reason}; start the tastemaker that trained it, or train anew"
    )]
    Payload {
        /// What the generator said.
        reason: String,
    },
}

/// An artifact that was checked.
#[derive(Debug)]
pub(crate) struct Artifact<'a> {
    pub(crate) header: Header,
    /// The generator's own bytes.
    pub(crate) payload: &'a [u8],
}

/// The bytes of an artifact, and their checksum in hexadecimal.
pub(crate) fn encode(header: &Header, payload: &[u8]) -> (Vec<u8>, String) {
    let mut head = Vec::new();
    minicbor::encode(header, &mut head).expect("writing to memory cannot fail");
    let n_head = u32::try_from(head.len()).expect("a header is smaller than four GiB");
    let mut bytes = Vec::with_capacity(FIXED_BYTES + head.len() + payload.len() + CHECKSUM_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&n_head.to_le_bytes());
    bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(payload);
    let checksum = blake3::hash(&bytes);
    bytes.extend_from_slice(checksum.as_bytes());
    (bytes, checksum.to_hex().to_string())
}

/// Checks an artifact and takes it apart.
///
/// # Errors
///
/// [`ArtifactError`] unless it is whole and the one that is expected.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    expected: Expected<'_>,
) -> Result<Artifact<'a>, ArtifactError> {
    let (n_head, n_payload) = lengths(bytes)?;
    // A damaged length may be any number.
    let stated = n_payload.saturating_add((FIXED_BYTES + CHECKSUM_BYTES) as u64 + n_head);
    let found = bytes.len() as u64;
    if found < stated {
        return Err(ArtifactError::Truncated { found, stated });
    }
    if stated < found {
        return Err(ArtifactError::Trailing { found, stated });
    }
    let (body, checksum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    let computed = blake3::hash(body);
    if computed.as_bytes() != checksum {
        return Err(ArtifactError::Damaged);
    }
    let found = computed.to_hex().to_string();
    if found != expected.checksum {
        let registered = expected.checksum.to_owned();
        return Err(ArtifactError::Replaced { found, registered });
    }
    let n_head = usize::try_from(n_head).map_err(|_| ArtifactError::Damaged)?;
    let (head, payload) = body
        .get(FIXED_BYTES..)
        .and_then(|it| it.split_at_checked(n_head))
        .ok_or(ArtifactError::Damaged)?;
    let header: Header = minicbor::decode(head).map_err(|_| ArtifactError::Damaged)?;
    for (what, found, wanted) in [
        ("the shop", &header.shop, expected.shop.as_str()),
        ("the generator", &header.generator, expected.generator),
        ("the model", &header.model, expected.model),
    ] {
        if found != wanted {
            let (found, wanted) = (found.clone(), wanted.to_owned());
            return Err(ArtifactError::Elsewhere { what, found, wanted });
        }
    }
    Ok(Artifact { header, payload })
}

/// How long header and payload say that they are.
fn lengths(bytes: &[u8]) -> Result<(u64, u64), ArtifactError> {
    let n_known = bytes.len().min(MAGIC.len());
    if bytes[..n_known] != MAGIC[..n_known] {
        return Err(ArtifactError::Foreign);
    }
    let truncated = || ArtifactError::Truncated {
        found: bytes.len() as u64,
        stated: (FIXED_BYTES + CHECKSUM_BYTES) as u64,
    };
    let mut rest = bytes.get(MAGIC.len()..).ok_or_else(truncated)?;
    let format = u32::from_le_bytes(take(&mut rest).ok_or_else(truncated)?);
    // What follows in a newer format is not known, so this is said first.
    if format > FORMAT {
        return Err(ArtifactError::Newer { found: format });
    }
    let n_head = u32::from_le_bytes(take(&mut rest).ok_or_else(truncated)?);
    let n_payload = u64::from_le_bytes(take(&mut rest).ok_or_else(truncated)?);
    Ok((n_head.into(), n_payload))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*first)
}

#[cfg(test)]
mod tests;
