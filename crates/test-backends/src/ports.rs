//! Ports of this machine, each claimed by one server, also while that server is stopped.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

/// Below those that systems give to outgoing connections, so that none of them takes a port whose
/// server is just being started again.
const CANDIDATES: Range<u16> = 20_000..32_000;

/// A claimed port; free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) number: u16,
    /// Locked while the port is claimed, so that another test process looks elsewhere.
    _claim: File,
}

impl Port {
    /// Claims a port on which nobody listens.
    ///
    /// # Panics
    ///
    /// If there is none, or the temporary folder cannot be written.
    pub(crate) fn claim() -> Port {
        let folder = std::env::temp_dir().join("tastemaker-test-ports");
        std::fs::create_dir_all(&folder).expect("the temporary folder must be writable");
        // Processes begin to look at different places, so that they rarely meet.
        let n_candidates = u32::from(CANDIDATES.end - CANDIDATES.start);
        let first = std::process::id().wrapping_mul(31) % n_candidates;
        let at = |n: u32| CANDIDATES.start + u16::try_from((first + n) % n_candidates).unwrap_or(0);
        (0..n_candidates)
            .map(at)
            .find_map(|number| {
                let claim = File::create(folder.join(number.to_string())).ok()?;
                claim.try_lock().ok()?;
                TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
                Some(Port { number, _claim: claim })
            })
            .expect("one of twelve thousand ports is free")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_port_is_not_given_twice() {
        let (one, other) = (Port::claim(), Port::claim());
        assert_ne!(one.number, other.number);
        TcpListener::bind((Ipv4Addr::LOCALHOST, one.number)).expect("nobody listens yet");
    }
}
