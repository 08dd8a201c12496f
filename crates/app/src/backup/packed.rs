//! Files of a backup: CBOR items one after the other, packed by gzip, of bounded size.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use minicbor::{Decode, Decoder, Encode};

use super::BackupError;

/// How many bytes of items a file takes, give or take the last item.
pub(super) const FILE_BYTES: usize = 24 << 20;
/// How many bytes may come out of a file: more than any has that is written here.
const UNPACKED_BYTES_MAX: u64 = 256 << 20;

/// A file that is being written, in memory.
pub(super) struct Packer {
    packed: GzEncoder<Vec<u8>>,
    item: Vec<u8>,
    n_bytes: usize,
}

impl Packer {
    pub(super) fn new() -> Packer {
        let packed = GzEncoder::new(Vec::new(), Compression::fast());
        Packer { packed, item: Vec::new(), n_bytes: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.n_bytes == 0
    }

    pub(super) fn is_full(&self) -> bool {
        FILE_BYTES <= self.n_bytes
    }

    pub(super) fn add(&mut self, item: &impl Encode<()>) {
        self.item.clear();
        minicbor::encode(item, &mut self.item).expect("writing to memory cannot fail");
        self.packed.write_all(&self.item).expect("writing to memory cannot fail");
        self.n_bytes += self.item.len();
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.packed.finish().expect("writing to memory cannot fail")
    }
}

/// The items of the file `name`.
pub(super) fn unpack<T>(name: &str, packed: &[u8]) -> Result<Vec<T>, BackupError>
where
    T: for<'b> Decode<'b, ()>,
{
    let damaged = |fault: &dyn std::fmt::Display| {
        BackupError::damaged(name, format!("cannot be unpacked: {fault}"))
    };
    let bytes = unpacked_bytes(packed).map_err(|err| damaged(&err))?;
    let mut decoder = Decoder::new(&bytes);
    let mut items = Vec::new();
    while decoder.position() < bytes.len() {
        items.push(decoder.decode().map_err(|err| damaged(&err))?);
    }
    Ok(items)
}

fn unpacked_bytes(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).take(UNPACKED_BYTES_MAX).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == UNPACKED_BYTES_MAX {
        return Err(io::Error::other("it holds more than any file of a backup"));
    }
    Ok(bytes)
}

/// An event in a file: its position and its bytes as the log has them.
#[derive(Debug, PartialEq, Encode, Decode)]
pub(super) struct PackedEvent {
    #[n(0)]
    pub(super) position: domain::Position,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(super) envelope: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(envelopes: Vec<Vec<u8>>) {
            let events: Vec<PackedEvent> = (1..)
                .zip(envelopes)
                .map(|(n, envelope)| PackedEvent { position: domain::Position::new(n), envelope })
                .collect();
            let mut packer = Packer::new();
            events.iter().for_each(|it| packer.add(it));
            prop_assert_eq!(packer.is_empty(), events.is_empty());
            prop_assert_eq!(unpack::<PackedEvent>("x", &packer.finish()).unwrap(), events);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes: Vec<u8>) {
            let _unused: Result<Vec<PackedEvent>, BackupError> = unpack("x", &bytes);
        }
    }
}
