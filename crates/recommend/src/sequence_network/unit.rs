//! Rows brought to length 1.

use linalg::vectors::dot;

/// Shorter rows are taken to be this long.
const LENGTH_MIN: f32 = 1e-12;

/// Makes `unit` the direction of `row`, and returns the length of `row`.
pub(super) fn set_unit(unit: &mut [f32], row: &[f32]) -> f32 {
    let length = dot(row, row).sqrt().max(LENGTH_MIN);
    unit.iter_mut().zip(row).for_each(|(to, it)| *to = it / length);
    length
}

/// Turns how something changes with a direction into how it changes with the row of that direction.
pub(super) fn unit_back(d: &mut [f32], unit: &[f32], length: f32) {
    let along = dot(d, unit);
    d.iter_mut().zip(unit).for_each(|(d, it)| *d = (*d - along * it) / length);
}
