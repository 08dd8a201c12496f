//! Why a whole batch was not taken.

use ports::PortError;

/// Why nothing of a batch is known to be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// There is so little room left that something acknowledged could be lost.
    #[error(
        "{room_bytes} bytes of disk are free, below the watermark of {watermark_bytes}; \
         free space and send again"
    )]
    Full {
        /// What is free.
        room_bytes: u64,
        /// Below what intake refuses.
        watermark_bytes: u64,
    },
    /// A backend failed.
    #[error("the events could not be kept; send them again")]
    Backend(#[from] PortError),
}
