//! From searched values to the numbers of a configuration.

use evaluate::Knob;

/// A number for each knob: its value within its range, or its default beyond the last value.
#[expect(
    clippy::cast_possible_truncation,
    reason = "configurations need no more than seven digits"
)]
pub(crate) fn hold<const N: usize>(knobs: &[Knob; N], values: &[f64]) -> [f32; N] {
    std::array::from_fn(|at| {
        let knob = &knobs[at];
        knob.hold(values.get(at).copied().unwrap_or(knob.default)) as f32
    })
}
