//! The tally: how many decisions were issued, so that a crash's loss can be counted.

/// A number that outlives the process.
///
/// Decisions are logged a moment after they are answered. What was issued and not logged when the
/// process died is lost, and the difference of the two numbers says how much.
///
/// Each journal of decisions has a tally of its own: where several processes decide, their numbers differ.
///
/// # Contract
///
/// - `journal` never changes, and no other tally of the shop answers the same.
/// - `raise` costs a few microseconds at most and never waits for a disk: it survives the process,
///   though perhaps not the machine's power.
/// - `last` after a crash is the highest number raised before it.
pub trait Tally: Send + Sync {
    /// Whose decisions are counted; none where one process decides for the shop.
    fn journal(&self) -> Option<u64>;

    /// Notes that `issued` decisions have been issued since the journal began.
    fn raise(&self, issued: u64);

    /// The highest number noted.
    fn last(&self) -> u64;
}
