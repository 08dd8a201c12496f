//! Decimal numbers of filters, compared without rounding.

use std::fmt;
use std::ops::RangeInclusive;

/// The most digits of a number, so that it times the smallest currency unit stays exact in 64 bits.
const DIGITS_MAX: usize = 14;

/// How a field is compared with a number. There is no "not equal": the parser negates `Equal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    /// The operator in the language.
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Compare::Equal => "=",
            Compare::Less => "<",
            Compare::LessOrEqual => "<=",
            Compare::Greater => ">",
            Compare::GreaterOrEqual => ">=",
        }
    }
}

/// A decimal number: `mantissa / 10^scale`, without trailing zeros after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    mantissa: i64,
    scale: u32,
}

impl Decimal {
    /// Reads `19.99`; `None` when the text is no decimal number or has more than [`DIGITS_MAX`] digits.
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (text, ""),
        };
        let unsigned = whole.strip_prefix('-').unwrap_or(whole);
        let is_number = !unsigned.is_empty()
            && unsigned.bytes().chain(fraction.bytes()).all(|it| it.is_ascii_digit());
        let fraction = fraction.trim_end_matches('0');
        if !is_number || unsigned.len() + fraction.len() > DIGITS_MAX {
            return None;
        }
        let mantissa = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { mantissa, scale: u32::try_from(fraction.len()).ok()? })
    }

    /// Whether it is zero or a positive whole number.
    pub(super) fn is_count(self) -> bool {
        self.scale == 0 && self.mantissa >= 0
    }

    /// The whole numbers `n` for which `n / 10^digits` compares with this number as asked.
    ///
    /// So `< 19.999` in a currency of two decimals is "at most 1999 cents", without any rounding.
    pub(crate) fn range(self, compare: Compare, digits: u32) -> RangeInclusive<i64> {
        let scaled = i128::from(self.mantissa) * 10_i128.pow(digits);
        let divisor = 10_i128.pow(self.scale);
        let floor = i64::try_from(scaled.div_euclid(divisor))
            .expect("14 digits times at most four more fit 64 bits");
        let is_exact = scaled.rem_euclid(divisor) == 0;
        // The lowest number stands for "no value" in the columns that are compared.
        let lowest = i64::MIN + 1;
        match compare {
            Compare::Equal if is_exact => floor..=floor,
            #[expect(clippy::reversed_empty_ranges, reason = "no whole number is equal to it")]
            Compare::Equal => 1..=0,
            Compare::Less if is_exact => lowest..=floor - 1,
            Compare::Less | Compare::LessOrEqual => lowest..=floor,
            Compare::GreaterOrEqual if is_exact => floor..=i64::MAX,
            Compare::Greater | Compare::GreaterOrEqual => floor + 1..=i64::MAX,
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let unit = 10_u64.pow(self.scale);
        let magnitude = self.mantissa.unsigned_abs();
        write!(f, "{sign}{}", magnitude / unit)?;
        if self.scale > 0 {
            write!(f, ".{:0width$}", magnitude % unit, width = self.scale as usize)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_compare() -> impl Strategy<Value = Compare> {
        proptest::sample::select(vec![
            Compare::Equal,
            Compare::Less,
            Compare::LessOrEqual,
            Compare::Greater,
            Compare::GreaterOrEqual,
        ])
    }

    proptest! {
        #[test]
        fn a_range_holds_exactly_the_amounts_that_compare(
            mantissa in -3000_i64..3000, scale in 0_u32..4, digits in 0_u32..4,
            amount_minor in -4000_i64..4000, compare in any_compare(),
        ) {
            let decimal = Decimal { mantissa, scale };
            // Both sides over the common denominator.
            let left = amount_minor * 10_i64.pow(scale);
            let right = mantissa * 10_i64.pow(digits);
            let expected = match compare {
                Compare::Equal => left == right,
                Compare::Less => left < right,
                Compare::LessOrEqual => left <= right,
                Compare::Greater => left > right,
                Compare::GreaterOrEqual => left >= right,
            };
            prop_assert_eq!(decimal.range(compare, digits).contains(&amount_minor), expected);
        }

        #[test]
        fn what_is_displayed_is_read_back(text in "-?[0-9]{1,8}(\\.[0-9]{1,6})?") {
            let decimal = Decimal::parse(&text).unwrap();
            prop_assert_eq!(Decimal::parse(&decimal.to_string()), Some(decimal));
        }
    }

    #[test]
    fn what_is_no_decimal_number_is_refused() {
        for text in ["", "-", ".5", "5.", "1e3", "1.2.3", "--1", "123456789012345"] {
            assert_eq!(Decimal::parse(text), None, "`{text}`");
        }
    }
}
