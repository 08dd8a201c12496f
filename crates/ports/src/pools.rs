//! How busy the connections to a backend are, for whoever watches it.

/// Connections to a backend, of which only so many may be in use at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// What they are for, such as `records_writing`.
    pub name: &'static str,
    /// How many are in use now.
    pub n_in_use: u32,
    /// How many may be: whoever wants one more waits.
    pub n_max: u32,
}
