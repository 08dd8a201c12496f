//! What of a session neighborhood can be searched.

use evaluate::{Knob, Step};

use super::{Config, Limits, Weights};

/// The knobs, in the order in which their values are given: counts first, then the weights in the order
/// of snapshots.
pub const KNOBS: [Knob; 17] = [
    knob("sessions_per_product", 1_500.0, (100.0, 10_000.0), Step::Whole(2.0)),
    knob("neighbors", 1_500.0, (50.0, 5_000.0), Step::Whole(2.0)),
    knob("last_items", 6.0, (1.0, 50.0), Step::Whole(2.0)),
    knob("position_decay", 1.6, (0.1, 50.0), Step::Factor(2.0)),
    knob("idf_exponent", 1.6, (0.0, 4.0), Step::Plus(0.4)),
    knob("length_exponent", 0.15, (-1.0, 1.0), Step::Plus(0.15)),
    knob("age_decay", 1.0, (0.01, 20.0), Step::Factor(2.0)),
    knob("similarity_exponent", 1.4, (0.2, 5.0), Step::Factor(1.3)),
    knob("distance_forward", 5.0, (0.1, 50.0), Step::Factor(2.0)),
    knob("distance_back", 3.5, (0.1, 50.0), Step::Factor(2.0)),
    knob("back_weight", 0.6, (0.01, 2.0), Step::Factor(2.0)),
    knob("shared_weight", 0.15, (0.01, 10.0), Step::Factor(2.0)),
    knob("popularity_exponent", 0.18, (-1.0, 1.0), Step::Plus(0.1)),
    knob("own_share", 0.1, (0.0001, 1.0), Step::Factor(3.0)),
    knob("own_decay", 5.0, (0.1, 100.0), Step::Factor(3.0)),
    knob("earlier_factor", 1.5, (0.01, 20.0), Step::Factor(2.0)),
    knob("last_factor", 1.3, (0.01, 20.0), Step::Factor(2.0)),
];

const fn knob(name: &'static str, default: f64, range: (f64, f64), step: Step) -> Knob {
    Knob { name, default, range, step }
}

impl Config {
    /// The configuration with the knobs at `values`, in the order of [`KNOBS`]; knobs beyond the last
    /// value stay at their default, and a value outside its range is taken for the nearest within.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "every range lies within the type of its field"
    )]
    pub fn from_values(values: &[f64]) -> Config {
        let mut values = values.iter();
        let within = |knob: &Knob| knob.hold(values.next().copied().unwrap_or(knob.default));
        let [sessions_per_product, neighbors, last_items, numbers @ ..] =
            KNOBS.each_ref().map(within);
        let limits =
            Limits { sessions_per_product: sessions_per_product as u16, ..Limits::default() };
        let numbers = numbers.map(|it| it as f32);
        let weights = Weights::from_numbers(neighbors as u32, last_items as u16, numbers);
        Config { limits, weights }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knobs_at_their_defaults_are_the_default() {
        let defaults = KNOBS.map(|it| it.default);
        assert_eq!(Config::from_values(&defaults), Config::default());
        assert_eq!(Config::from_values(&[]), Config::default());
    }

    #[test]
    fn whatever_the_values_the_configuration_is_a_possible_one() {
        for value in [f64::NEG_INFINITY, f64::INFINITY, f64::NAN, -1e9, 0.0, 1e9] {
            assert_eq!(Config::from_values(&[value; KNOBS.len()]).problem(), None, "{value}");
        }
    }
}
