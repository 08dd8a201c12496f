//! The knobs of configurations: how they are declared, searched and stored.

use evaluate::{Knob, Step};
use features::SnapshotError;
use features::snapshot::{Reader, Writer};

/// Declares a configuration of which every number is a knob: the structure, its knobs as `KNOBS` in the order
/// of the fields, its default, and the way from values and numbers in that order and back.
///
/// A field is declared as `name: kind(what the knob of that kind is told)`.
macro_rules! configuration {
    (
        $(#[$about:meta])*
        pub struct $Config:ident {
            $($(#[$says:meta])* $field:ident: $kind:ident($($told:expr),* $(,)?),)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $Config {
            $($(#[$says])* pub $field: f32,)*
        }

        /// What can be searched, in the order of the configuration's values.
        pub const KNOBS: [evaluate::Knob; [$(stringify!($field)),*].len()] =
            [$($kind(stringify!($field), $($told),*)),*];

        impl Default for $Config {
            /// Every knob at its default.
            fn default() -> $Config {
                $Config::from_values(&[])
            }
        }

        impl $Config {
            /// The configuration with the knobs at `values`, in the order of [`KNOBS`].
            ///
            /// Knobs beyond the last value stay at their default; a value outside its range is taken for
            /// the nearest within.
            pub fn from_values(values: &[f64]) -> $Config {
                $Config::from_numbers($crate::knobs::hold(&KNOBS, values))
            }

            /// The values of the knobs, in the order of [`KNOBS`].
            pub fn values(&self) -> [f64; KNOBS.len()] {
                self.numbers().map(f64::from)
            }

            /// What is wrong with it, if anything.
            pub(super) fn problem(&self) -> Option<&'static str> {
                $crate::knobs::problem(&KNOBS, &self.numbers())
            }

            /// All numbers, in the order of [`KNOBS`], which is that of snapshots.
            pub(super) const fn numbers(&self) -> [f32; KNOBS.len()] {
                [$(self.$field),*]
            }

            /// The inverse of [`numbers`](Self::numbers).
            pub(super) const fn from_numbers(numbers: [f32; KNOBS.len()]) -> $Config {
                let [$($field),*] = numbers;
                $Config { $($field),* }
            }
        }
    };
}

pub(crate) use configuration;

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

/// The name of a knob whose number lies outside its range, if there is one.
pub(crate) fn problem(knobs: &[Knob], numbers: &[f32]) -> Option<&'static str> {
    let is_off = |(knob, number): &(&Knob, &f32)| {
        let (min, max) = knob.range;
        let is_whole = !matches!(knob.step, Step::Whole(_)) || number.fract() == 0.0;
        // A bound itself may have been rounded.
        let is_within = (min * (1.0 - 1e-6)..=max * (1.0 + 1e-6)).contains(&f64::from(**number));
        !(is_within && is_whole)
    };
    knobs.iter().zip(numbers).find(is_off).map(|(knob, _)| knob.name)
}

/// A knob that is multiplied and divided.
pub(crate) const fn factor(name: &'static str, default: f64, range: (f64, f64)) -> Knob {
    Knob { name, default, range, step: Step::Factor(2.0) }
}

/// A knob that changes by up to `most`.
pub(crate) const fn plus(name: &'static str, default: f64, range: (f64, f64), most: f64) -> Knob {
    Knob { name, default, range, step: Step::Plus(most) }
}

/// A knob that counts, from 1 to `max`.
pub(crate) const fn whole(name: &'static str, default: f64, max: u16) -> Knob {
    Knob { name, default, range: (1.0, max as f64), step: Step::Whole(1.5) }
}

/// A number that is searched as a whole one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be whole and within its range"
)]
pub(crate) const fn counted(number: f32) -> usize {
    number as usize
}

/// Appends the numbers of a configuration.
pub(crate) fn encode_numbers(numbers: &[f32], w: &mut Writer<'_>) {
    numbers.iter().for_each(|it| w.u32(it.to_bits()));
}

/// Reads a number for each knob, each within its range.
pub(crate) fn decode_numbers<const N: usize>(
    r: &mut Reader<'_>,
    knobs: &[Knob; N],
) -> Result<[f32; N], SnapshotError> {
    let mut numbers = [0.0; N];
    for number in &mut numbers {
        *number = f32::from_bits(r.u32()?);
    }
    r.require(problem(knobs, &numbers).is_none().then_some(numbers))
}
