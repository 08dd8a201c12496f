//! The bytes in which engines keep their state: little-endian, versioned, canonical.
//!
//! Every state of this crate has `encode(&self, &mut Vec<u8>)` and `decode(&[u8])`. Equal state gives
//! equal bytes, so a digest of the bytes compares states; and decoding checks every number that the
//! rest of the code relies on, so that damaged bytes are refused rather than believed.
//!
//! [`Writer`] and [`Reader`] are the two halves. Numbers that are usually small take as few bytes as
//! they need (LEB128), all others their own width.

/// Why bytes are no state of this program.
///
/// The remedy is always the same: delete the snapshot, and the state is computed again from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// A newer program wrote it.
    #[error(
        "the snapshot of {what} has format {found}, but this program knows none above {known}; \
         run the newer program, or delete the snapshot to have it computed again"
    )]
    Newer {
        /// Which state.
        what: &'static str,
        /// The format found.
        found: u8,
        /// The newest format known here.
        known: u8,
    },
    /// The bytes end early, go on too long, or hold a value that cannot be.
    #[error("the snapshot of {what} is damaged at byte {at}; delete it to have it computed again")]
    Damaged {
        /// Which state.
        what: &'static str,
        /// Where.
        at: usize,
    },
}

/// Appends numbers to bytes.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Begins a state of format `version` after whatever `out` holds.
    pub fn new(out: &'a mut Vec<u8>, version: u8) -> Writer<'a> {
        out.push(version);
        Writer { out }
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.out.push(value);
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// Eight bytes.
    pub fn i64(&mut self, value: i64) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// Eight bytes, with every bit as it is.
    pub fn f64(&mut self, value: f64) {
        self.out.extend_from_slice(&value.to_bits().to_le_bytes());
    }

    /// As many bytes as `value` needs, seven bits in each.
    pub fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.out.push((value & 0x7f) as u8);
    }

    /// A number of items, of which [`Reader::count`] reads.
    pub fn count(&mut self, n: usize) {
        self.varint(n as u64);
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
}

/// Takes numbers from bytes, in the order in which a [`Writer`] put them there.
///
/// Every method fails with [`SnapshotError::Damaged`] where the bytes end too early.
#[derive(Debug)]
pub struct Reader<'a> {
    what: &'static str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Begins a state called `what`, whose newest known format is `known`.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Newer`] for a newer format, [`SnapshotError::Damaged`] for none at all.
    pub fn new(
        what: &'static str,
        known: u8,
        bytes: &'a [u8],
    ) -> Result<Reader<'a>, SnapshotError> {
        let mut reader = Reader { what, bytes, at: 0 };
        match reader.u8()? {
            0 => Err(reader.damaged()),
            found if found > known => Err(SnapshotError::Newer { what, found, known }),
            _ => Ok(reader),
        }
    }

    /// The error to give for a value, just read, that cannot be.
    pub fn damaged(&self) -> SnapshotError {
        SnapshotError::Damaged { what: self.what, at: self.at }
    }

    /// Unwraps a checked value; without one, the bytes are damaged here.
    pub fn require<T>(&self, value: Option<T>) -> Result<T, SnapshotError> {
        value.ok_or_else(|| self.damaged())
    }

    /// `n` bytes as they are.
    pub fn bytes(&mut self, n: usize) -> Result<&'a [u8], SnapshotError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let taken = self.require(rest.get(..n))?;
        self.at += n;
        Ok(taken)
    }

    /// `N` bytes as they are.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let taken = self.bytes(N)?;
        taken.try_into().map_err(|_| self.damaged())
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, SnapshotError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, SnapshotError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// Eight bytes.
    pub fn i64(&mut self) -> Result<i64, SnapshotError> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    /// Eight bytes, with every bit as it is.
    pub fn f64(&mut self) -> Result<f64, SnapshotError> {
        Ok(f64::from_bits(u64::from_le_bytes(self.array()?)))
    }

    /// A number of as many bytes as it needed.
    pub fn varint(&mut self) -> Result<u64, SnapshotError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(self.damaged());
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(self.damaged())
    }

    /// A number of items of at least `item_bytes_min` bytes each, all of which may still follow.
    ///
    /// A damaged count can therefore never ask for more memory than the bytes themselves take.
    pub fn count(&mut self, item_bytes_min: usize) -> Result<usize, SnapshotError> {
        let n = usize::try_from(self.varint()?).map_err(|_| self.damaged())?;
        let fits = n.checked_mul(item_bytes_min).is_some_and(|it| it <= self.bytes.len() - self.at);
        self.require(fits.then_some(n))
    }

    /// Whether everything was read: what was added later to a format need not be there.
    pub const fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// Ends the state.
    pub fn finish(self) -> Result<(), SnapshotError> {
        self.require((self.at == self.bytes.len()).then_some(()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_read_as_it_was_written(value: u64) {
            let mut bytes = Vec::new();
            Writer::new(&mut bytes, 1).varint(value);
            let mut reader = Reader::new("a test", 1, &bytes).unwrap();
            prop_assert_eq!(reader.varint(), Ok(value));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            if let Ok(mut reader) = Reader::new("a test", 255, &bytes) {
                while reader.varint().is_ok() && reader.count(3).is_ok() {}
            }
        }
    }

    #[test]
    fn a_newer_format_is_refused_with_its_remedy() {
        let error = Reader::new("visits", 1, &[2]).unwrap_err().to_string();
        assert!(error.contains("format 2"), "{error}");
        assert!(error.contains("delete the snapshot"), "{error}");
    }
}
