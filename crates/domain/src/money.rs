//! Money and rates, without floating point.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};

/// A currency of ISO 4217, by its three-letter code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct Currency(#[n(0)] [u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// The pound sterling.
    pub const GBP: Currency = Currency(*b"GBP");
    /// The US dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// The yen.
    pub const JPY: Currency = Currency(*b"JPY");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is made of ASCII letters only")
    }

    /// How many decimals its amounts have: the exponent of ISO 4217.
    pub const fn digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a text is no currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no currency; use a three-letter code of ISO 4217, such as EUR")]
pub struct InvalidCurrency {
    given: String,
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(text: &str) -> Result<Currency, InvalidCurrency> {
        let refused = || InvalidCurrency { given: text.chars().take(16).collect() };
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| refused())?;
        let upper = letters.map(|b| b.to_ascii_uppercase());
        upper.iter().all(u8::is_ascii_uppercase).then_some(Currency(upper)).ok_or_else(refused)
    }
}

/// An amount of money, counted in the minor unit of its currency.
///
/// `Money::new(1999, Currency::EUR)` is EUR 19.99 and `Money::new(1999, Currency::JPY)` is JPY 1999:
/// the exponent belongs to the currency, never to the amount. Amounts may be negative (refunds).
///
/// There is deliberately no `From<f64>` and no `Add`: adding can mix currencies, so it is a method
/// whose name says what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Money {
    #[n(0)]
    amount_minor: i64,
    #[n(1)]
    currency: Currency,
}

impl Money {
    /// Wraps `amount_minor` minor units (cents, pence, sen) of `currency`.
    pub const fn new(amount_minor: i64, currency: Currency) -> Money {
        Money { amount_minor, currency }
    }

    /// Reads a decimal number such as `19.99` as an amount of `currency`.
    ///
    /// Zeros beyond the currency's decimals are read over (`19.990`), and so is the noise of binary
    /// floating point, which is how JavaScript writes the sum of three times 19.99
    /// (`59.970000000000006`): digits that begin with six or more zeros or nines. Other
    /// digits are refused: rounding somebody's price is not ours to do.
    ///
    /// # Errors
    ///
    /// [`InvalidAmount`] when the text is no decimal number, is too precise, or is too large.
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Money, InvalidAmount> {
        let refused = |fault| InvalidAmount { given: text.chars().take(32).collect(), fault };
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(refused(AmountFault::NotANumber));
        }
        let digits = currency.digits() as usize;
        let (kept, beyond) = fraction.split_at_checked(digits).unwrap_or((fraction, ""));
        let Some(carry) = carry_of(beyond) else {
            return Err(refused(AmountFault::TooPrecise { currency }));
        };
        let magnitude: Option<i64> = format!("{whole}{kept:0<digits$}").parse().ok();
        let amount_minor = magnitude.and_then(|it| it.checked_add(carry));
        let amount_minor = amount_minor.ok_or_else(|| refused(AmountFault::TooLarge))?;
        Ok(Money { amount_minor: if negative { -amount_minor } else { amount_minor }, currency })
    }

    /// The number of minor units.
    pub const fn amount_minor(self) -> i64 {
        self.amount_minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Adds two amounts, or returns `None` when the currencies differ or the sum overflows.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        if self.currency != other.currency {
            return None;
        }
        let amount_minor = self.amount_minor.checked_add(other.amount_minor)?;
        Some(Money { amount_minor, ..self })
    }

    /// This amount `quantity` times, or `None` when that overflows.
    pub fn checked_mul(self, quantity: i64) -> Option<Money> {
        let amount_minor = self.amount_minor.checked_mul(quantity)?;
        Some(Money { amount_minor, ..self })
    }
}

/// So many zeros or nines behind the last decimal of a currency are the noise of floating point.
const NOISE_DIGITS: usize = 6;

/// What the digits beyond a currency's decimals add in minor units, or `None` when they say something.
fn carry_of(beyond: &str) -> Option<i64> {
    let begins_with = |digit: char| beyond.chars().take_while(|it| *it == digit).count();
    if begins_with('0') == beyond.len() || begins_with('0') >= NOISE_DIGITS {
        Some(0)
    } else if begins_with('9') >= NOISE_DIGITS {
        Some(1)
    } else {
        None
    }
}

/// Code and decimal number, as in `EUR 19.99`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.digits();
        let unit = 10_u64.pow(digits);
        let magnitude = self.amount_minor.unsigned_abs();
        let sign = if self.amount_minor < 0 { "-" } else { "" };
        write!(f, "{} {sign}{}", self.currency, magnitude / unit)?;
        if digits > 0 {
            write!(f, ".{:0width$}", magnitude % unit, width = digits as usize)?;
        }
        Ok(())
    }
}

/// Why a text is no amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` {fault}")]
pub struct InvalidAmount {
    given: String,
    fault: AmountFault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum AmountFault {
    #[error("is no decimal number; write it like 19.99, without a currency sign or exponent")]
    NotANumber,
    #[error("has more decimals than {currency} has ({}); round it at the source", currency.digits())]
    TooPrecise { currency: Currency },
    #[error("is too large to count in minor units")]
    TooLarge,
}

/// A rate in hundredths of a percent, from 0 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct BasisPoints(#[n(0)] u16);

impl BasisPoints {
    /// Wraps `value`, or returns `None` above 10,000.
    pub const fn new(value: u16) -> Option<BasisPoints> {
        if value <= 10_000 { Some(BasisPoints(value)) } else { None }
    }

    /// The value in hundredths of a percent.
    pub const fn get(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, currency: Currency, expect: Expect) {
        let answer = match Money::parse_decimal(text, currency) {
            Ok(money) => money.to_string(),
            Err(err) => err.to_string(),
        };
        expect.assert_eq(&answer);
    }

    #[test]
    fn decimals_are_read_exactly_or_refused() {
        check("19.99", Currency::EUR, expect!["EUR 19.99"]);
        check("19.9", Currency::EUR, expect!["EUR 19.90"]);
        check("-0.05", Currency::GBP, expect!["GBP -0.05"]);
        check("1999", Currency::JPY, expect!["JPY 1999"]);
        check("19.990", Currency::EUR, expect!["EUR 19.99"]);
        check("59.970000000000006", Currency::EUR, expect!["EUR 59.97"]);
        check("-0.29999999999999998", Currency::EUR, expect!["EUR -0.30"]);
        check(
            "19.999",
            Currency::EUR,
            expect!["`19.999` has more decimals than EUR has (2); round it at the source"],
        );
        check(
            "1e3",
            Currency::EUR,
            expect![
                "`1e3` is no decimal number; write it like 19.99, without a currency sign or exponent"
            ],
        );
        check(
            "99999999999999999999",
            Currency::EUR,
            expect!["`99999999999999999999` is too large to count in minor units"],
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(amount_minor in -i64::MAX..=i64::MAX) {
            let money = Money::new(amount_minor, Currency::EUR);
            let shown = money.to_string();
            let decimal = shown.strip_prefix("EUR ").unwrap();
            prop_assert_eq!(Money::parse_decimal(decimal, Currency::EUR), Ok(money));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,40}") {
            let _unused: Result<Money, InvalidAmount> = Money::parse_decimal(&text, Currency::EUR);
        }
    }
}
