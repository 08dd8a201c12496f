//! Ranges of network addresses.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

/// A range of network addresses, such as `10.0.0.0/8`: those that share their first bits.
///
/// An IPv4 address that is written inside IPv6 (`::ffff:10.0.0.1`) is the IPv4 address, here and in
/// [`contains`](AddressRange::contains): a server that listens on both sees its callers so. No other
/// range of IPv6 holds any address of IPv4, not even `::/0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressRange {
    /// Canonical; what lies behind the first `n_bits` is as it was written.
    address: IpAddr,
    n_bits: u8,
}

/// Why a text is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no address range; write an address, or a range such as 10.0.0.0/8")]
pub struct InvalidAddressRange {
    given: String,
}

/// How much of a bad text is repeated in the message about it.
const GIVEN_CHARS_MAX: usize = 64;

/// How many bits of IPv6 say that an address of IPv4 follows.
const MAPPED_BITS: u8 = 96;

impl AddressRange {
    /// Whether `address` lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let (width, differing) = match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                (32, u128::from(ours.to_bits() ^ theirs.to_bits()))
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (128, ours.to_bits() ^ theirs.to_bits()),
            _ => return false,
        };
        let n_free_bits = width - u32::from(self.n_bits);
        differing.checked_shr(n_free_bits).unwrap_or_default() == 0
    }
}

impl FromStr for AddressRange {
    type Err = InvalidAddressRange;

    /// Reads `10.0.0.0/8`, or a single address.
    fn from_str(text: &str) -> Result<AddressRange, InvalidAddressRange> {
        let refused =
            || InvalidAddressRange { given: text.chars().take(GIVEN_CHARS_MAX).collect() };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let n_bits_max = if address.is_ipv4() { 32 } else { 128 };
        let n_bits = match bits {
            Some(bits) => bits.parse().map_err(|_| refused())?,
            None => n_bits_max,
        };
        if n_bits > n_bits_max {
            return Err(refused());
        }
        Ok(match (address, address.to_canonical()) {
            (IpAddr::V6(_), canonical @ IpAddr::V4(_)) if n_bits >= MAPPED_BITS => {
                AddressRange { address: canonical, n_bits: n_bits - MAPPED_BITS }
            }
            _ => AddressRange { address, n_bits },
        })
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.n_bits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(range: &str, inside: &[&str], outside: &[&str]) {
        let range: AddressRange = range.parse().unwrap();
        assert!(inside.iter().all(|it| range.contains(it.parse().unwrap())), "{range}");
        assert!(!outside.iter().any(|it| range.contains(it.parse().unwrap())), "{range}");
    }

    #[test]
    fn a_range_holds_the_addresses_that_share_its_first_bits() {
        check("10.0.0.0/8", &["10.0.0.0", "10.255.1.2", "::ffff:10.1.1.1"], &["11.0.0.0", "::1"]);
        check("0.0.0.0/0", &["1.2.3.4", "255.255.255.255"], &["::1"]);
        check("192.168.1.7", &["192.168.1.7"], &["192.168.1.6"]);
        check("fd00::/8", &["fd12::1"], &["fe80::1", "10.0.0.1"]);
        check("::/0", &["::1", "ffff::"], &["10.0.0.1", "::ffff:10.0.0.1"]);
        check("::1", &["::1"], &["::2", "127.0.0.1"]);
    }

    #[test]
    fn ipv4_written_inside_ipv6_is_ipv4() {
        check("::ffff:10.0.0.0/104", &["10.9.9.9", "::ffff:10.9.9.9"], &["11.0.0.0"]);
        check("::ffff:0:0/96", &["1.2.3.4"], &["::1"]);
        check("::ffff:10.0.0.1", &["10.0.0.1"], &["10.0.0.2"]);
        check("::ffff:0:0/80", &["::1"], &["10.0.0.1"]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in
            ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/", "localhost"]
        {
            assert!(text.parse::<AddressRange>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,24}") {
            let _unused = text.parse::<AddressRange>();
        }

        #[test]
        fn a_written_range_is_read_back_and_holds_its_address(address: IpAddr, n_bits in 0_u8..=32) {
            let range: AddressRange = format!("{address}/{n_bits}").parse().unwrap();
            prop_assert_eq!(range.to_string().parse::<AddressRange>(), Ok(range));
            prop_assert_eq!(range.contains(address), address.to_canonical() == address);
        }
    }
}
