//! Reads the public data sets that benchmarks are measured on.

pub(crate) mod sessions;
