//! One parameter that can be searched.

/// A parameter that can be searched, by its name in files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knob {
    /// Its name in files of parameters, in `snake_case`.
    pub name: &'static str,
    /// Its value where nothing was searched.
    pub default: f64,
    /// The least and the greatest value it may have.
    pub range: (f64, f64),
    /// How it is turned.
    pub step: Step,
}

/// How a value is changed by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Multiplied by up to so much, or divided; the value is always above 0.
    Factor(f64),
    /// The same, for a whole number, which changes by at least 1.
    Whole(f64),
    /// Changed by up to so much.
    Plus(f64),
}

/// To how many digits searched values are rounded.
const N_DIGITS: usize = 3;

impl Knob {
    /// `value` within the range, rounded if it is a whole number.
    pub fn hold(&self, value: f64) -> f64 {
        let (min, max) = self.range;
        let value = if value.is_nan() { self.default } else { value.clamp(min, max) };
        match self.step {
            Step::Whole(_) => value.round(),
            Step::Factor(_) | Step::Plus(_) => value,
        }
    }

    /// `value` turned by `amount`, between −1 and 1 of a step.
    pub(super) fn turn(&self, value: f64, amount: f64) -> f64 {
        let turned = match self.step {
            Step::Factor(factor) => value * factor.powf(amount),
            Step::Whole(factor) => {
                let turned = (value * factor.powf(amount)).round();
                // Small whole numbers would never move.
                if (turned - value).abs() < 0.5 { value + amount.signum() } else { turned }
            }
            Step::Plus(most) => value + most * amount,
        };
        self.hold(to_digits(turned, N_DIGITS))
    }

    /// A value from the whole range, for `place` between 0 and 1.
    pub(super) fn draw(&self, place: f64) -> f64 {
        let (min, max) = self.range;
        let value = match self.step {
            Step::Factor(_) | Step::Whole(_) if min > 0.0 => min * (max / min).powf(place),
            _ => min + (max - min) * place,
        };
        self.hold(to_digits(value, N_DIGITS))
    }
}

/// `value` rounded to so many significant digits.
///
/// # Panics
///
/// For no digits at all, which is a bug in the caller.
pub fn to_digits(value: f64, n_digits: usize) -> f64 {
    assert!(n_digits > 0, "a number has at least one digit");
    let text = format!("{value:.*e}", n_digits - 1);
    text.parse().expect("a printed number is a number")
}
