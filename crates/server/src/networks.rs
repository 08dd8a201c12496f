//! Networks, for proxies that are believed, and where a request really came from.

use std::net::IpAddr;
use std::str::FromStr;

/// A range of network addresses, such as `10.0.0.0/8`; one address without a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The address as 128 bits, those of IPv4 mapped into IPv6.
    bits: u128,
    n_leading: u32,
}

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no network; write an address, or a range such as 10.0.0.0/8")]
pub struct InvalidNetwork {
    given: String,
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Network, InvalidNetwork> {
        let refused = || InvalidNetwork { given: text.chars().take(64).collect() };
        let (address, n_leading) = match text.split_once('/') {
            Some((address, n)) => (address, Some(n.parse::<u32>().map_err(|_| refused())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refused())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let n_leading = n_leading.unwrap_or(width);
        if n_leading > width {
            return Err(refused());
        }
        Ok(Network { bits: bits(address), n_leading: 128 - width + n_leading })
    }
}

impl Network {
    /// Whether `address` is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let differing = (self.bits ^ bits(address)).leading_zeros();
        differing >= self.n_leading
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The address a request came from: the peer's, or the last one that trusted proxies forwarded for.
///
/// `forwarded` is `X-Forwarded-For`. Each proxy adds the address it was called from at the end, so it is
/// read backwards, and only as long as it was written by somebody who is trusted.
pub(crate) fn caller_address(peer: IpAddr, forwarded: &str, trusted: &[Network]) -> IpAddr {
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

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        let network: Network = "192.168.0.0/16".parse().unwrap();
        assert!(network.contains("192.168.255.1".parse().unwrap()));
        assert!(!network.contains("192.169.0.1".parse().unwrap()));
        assert!(!network.contains("2001:db8::1".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("localhost".parse::<Network>().is_err());
    }
}
