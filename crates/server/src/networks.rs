//! Where a request really came from, when proxies that are believed stand in between.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::AddressRange;

/// The address a request came from: the peer's, or the last one that trusted proxies forwarded for.
///
/// `forwarded` is `X-Forwarded-For`. Each proxy adds the address it was called from at the end, so it is
/// read backwards, and only as long as it was written by somebody who is trusted.
pub(crate) fn caller_address(peer: IpAddr, forwarded: &str, trusted: &[AddressRange]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|it| it.contains(address));
    let mut address = peer;
    for hop in forwarded.rsplit(',') {
        if !is_trusted(address) {
            break;
        }
        match hop.trim().parse() {
            Ok(before) => address = before,
            Err(_) => break,
        }
    }
    address
}

/// The addresses that one caller can use at will: a `/24` of IPv4, a `/48` of IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CallerRange(IpAddr);

impl CallerRange {
    const HOST_BITS_V4: u32 = 32 - 24;
    const HOST_BITS_V6: u32 = 128 - 48;

    /// The range that `address` lies in. IPv4 written inside IPv6 is IPv4.
    pub(crate) const fn around(address: IpAddr) -> CallerRange {
        CallerRange(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(
                address.to_bits() & (u32::MAX << Self::HOST_BITS_V4),
            )),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
                address.to_bits() & (u128::MAX << Self::HOST_BITS_V6),
            )),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &str, expected: &str) {
        let trusted = ["10.0.0.0/8", "::1"].map(|it| it.parse().unwrap());
        let address = caller_address(peer.parse().unwrap(), forwarded, &trusted);
        assert_eq!(address, expected.parse::<IpAddr>().unwrap());
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("10.1.2.3", "198.51.100.1", "198.51.100.1");
        check("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1");
        check("::1", "", "::1");
        check("10.1.2.3", "unknown", "10.1.2.3");
    }

    #[track_caller]
    fn check_range(address: &str, expected: &str) {
        let range = CallerRange::around(address.parse().unwrap());
        assert_eq!(range, CallerRange(expected.parse().unwrap()));
    }

    #[test]
    fn a_caller_is_known_by_the_range_of_its_address() {
        check_range("198.51.100.7", "198.51.100.0");
        check_range("::ffff:198.51.100.7", "198.51.100.0");
        check_range("2001:db8:1:2::3", "2001:db8:1::");
    }
}
