//! How much memory a process took at the most, as Linux tells it.

use anyhow::Context;

/// Forgets the peak of this process, so that the next reading is of what follows.
///
/// # Errors
///
/// When the operating system does not allow it.
pub fn forget_peak() -> anyhow::Result<()> {
    std::fs::write("/proc/self/clear_refs", "5").context("forgetting the peak of memory")
}

/// The most resident memory of this process since its peak was forgotten, in MB.
///
/// # Errors
///
/// When the operating system does not tell.
pub fn peak_mb() -> anyhow::Result<f64> {
    peak_mb_of("self")
}

/// The most resident memory of a process, by its id, in MB.
///
/// # Errors
///
/// When the operating system does not tell, as of a process that has ended.
pub fn peak_mb_of(process: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kilobytes: f64 =
        line.and_then(|it| it.split_whitespace().next()).context("no VmHWM in /proc")?.parse()?;
    Ok(kilobytes / 1024.0)
}
