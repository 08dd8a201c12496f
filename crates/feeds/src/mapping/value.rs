//! From the text of a cell to a value: decimals, moments, lists.

use api::RejectionCode;
use app::Rejection;
use domain::{Currency, Money, Timestamp};
use jiff::civil::Time;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::fields::Shape;
use crate::product_json::{money, refuse};
use crate::table::Cell;

/// How moments are usually written without their zone.
const TIME_FORMATS: [&str; 5] = [
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
];

/// What stands between the whole and its decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Decimal {
    #[default]
    Point,
    Comma,
}

/// How values are written.
#[derive(Clone, Debug)]
pub(super) struct Values {
    decimal: Decimal,
    time_zone: TimeZone,
    time_formats: Vec<String>,
    list_separator: String,
    category_separator: String,
}

impl Default for Values {
    fn default() -> Values {
        Values {
            decimal: Decimal::Point,
            time_zone: TimeZone::UTC,
            time_formats: TIME_FORMATS.map(str::to_owned).to_vec(),
            list_separator: "|".to_owned(),
            category_separator: ">".to_owned(),
        }
    }
}

impl Values {
    /// How values are written, where the mapping says so.
    pub(super) fn new(
        decimal: Option<&str>,
        time_zone: Option<&str>,
        time_formats: Vec<String>,
        list_separator: Option<String>,
        category_separator: Option<String>,
    ) -> Result<Values, String> {
        let usual = Values::default();
        let decimal = match decimal {
            None | Some(".") => Decimal::Point,
            Some(",") => Decimal::Comma,
            Some(other) => return Err(format!("`decimal` is `{other}`; use \".\" or \",\"")),
        };
        let time_zone = match time_zone {
            None => usual.time_zone,
            Some(name) => TimeZone::get(name).map_err(|_| {
                format!("there is no time zone `{name}`; use a name such as Europe/Berlin, or UTC")
            })?,
        };
        if list_separator.as_deref() == Some("") || category_separator.as_deref() == Some("") {
            return Err("a separator is empty; leave it out for the usual one".to_owned());
        }
        Ok(Values {
            decimal,
            time_zone,
            time_formats: [time_formats, usual.time_formats].concat(),
            list_separator: list_separator.unwrap_or(usual.list_separator),
            category_separator: category_separator.unwrap_or(usual.category_separator),
        })
    }

    /// The value of a cell; `None` where it is empty.
    pub(super) fn value(
        &self,
        column: &str,
        cell: &Cell,
        shape: Shape,
    ) -> Result<Option<Value>, Rejection> {
        let text = match cell {
            Cell::Empty => return Ok(None),
            Cell::Text(text) => text.as_str(),
            Cell::List(values) => return Ok(Some(self.listed(values, shape))),
        };
        Ok(Some(match shape {
            Shape::Text => Value::from(text),
            Shape::Number => Value::from(self.number(RejectionCode::OutOfRange, column, text)?),
            Shape::Money => self.amount(column, text)?,
            Shape::Time => Value::from(self.time(column, text)?.to_string()),
            Shape::List | Shape::Categories => {
                // Where a value holds a separator, the list is written as JSON.
                if text.starts_with('[')
                    && let Ok(listed @ Value::Array(_)) = serde_json::from_str(text)
                {
                    return Ok(Some(listed));
                }
                let parts = text.split(self.list_separator.as_str()).map(str::trim);
                let parts: Vec<String> =
                    parts.filter(|it| !it.is_empty()).map(str::to_owned).collect();
                self.listed(&parts, shape)
            }
        }))
    }

    fn listed(&self, values: &[String], shape: Shape) -> Value {
        if shape != Shape::Categories {
            return Value::from(values.to_vec());
        }
        let names = |path: &String| -> Vec<String> {
            let names = path.split(self.category_separator.as_str()).map(str::trim);
            names.filter(|it| !it.is_empty()).map(str::to_owned).collect()
        };
        json!(values.iter().map(names).filter(|it| !it.is_empty()).collect::<Vec<_>>())
    }

    /// A decimal number with a point and without thousands separators.
    fn number(&self, code: RejectionCode, column: &str, text: &str) -> Result<String, Rejection> {
        let (decimal, thousands): (char, &[char]) = match self.decimal {
            Decimal::Point => ('.', &[',', ' ', '\u{a0}', '\u{202f}', '\'']),
            Decimal::Comma => (',', &['.', ' ', '\u{a0}', '\u{202f}', '\'']),
        };
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text),
        };
        let (whole, fraction) = match unsigned.split_once(decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        let all_digits = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
        let mut groups = whole.split(thousands);
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        let is_number = all_digits(first)
            && (rest.is_empty() || first.len() <= 3)
            && rest.iter().all(|it| it.len() == 3 && all_digits(it))
            && fraction.is_none_or(all_digits);
        if !is_number {
            let (example, other) = match self.decimal {
                Decimal::Point => ("1234.56", ","),
                Decimal::Comma => ("1234,56", "."),
            };
            let remedy = format!(
                "is no number like {example}; mend it, or say `decimal = \"{other}\"` in the mapping"
            );
            return Err(refuse(code, column, text, remedy));
        }
        let whole = format!("{sign}{first}{}", rest.concat());
        Ok(fraction.map_or(whole.clone(), |it| format!("{whole}.{it}")))
    }

    /// An amount, with its currency where one stands beside it, as in `19.99 EUR`.
    fn amount(&self, column: &str, text: &str) -> Result<Value, Rejection> {
        let Some((number, currency)) = split_currency(text) else {
            return Ok(Value::from(self.number(RejectionCode::InvalidPrice, column, text)?));
        };
        let number = self.number(RejectionCode::InvalidPrice, column, number)?;
        let amount = Money::parse_decimal(&number, currency).map_err(|err| {
            refuse(RejectionCode::InvalidPrice, column, text, without_echo(&err.to_string()))
        })?;
        Ok(money(amount))
    }

    fn time(&self, column: &str, text: &str) -> Result<Timestamp, Rejection> {
        if let Ok(time) = text.parse() {
            return Ok(time);
        }
        let read = |format: &String| -> Option<jiff::Timestamp> {
            let parsed = strtime::parse(format, text).ok()?;
            if let Ok(time) = parsed.to_timestamp() {
                return Some(time);
            }
            let date = parsed.to_date().ok()?;
            let at = date.to_datetime(parsed.to_time().unwrap_or(Time::midnight()));
            Some(at.to_zoned(self.time_zone.clone()).ok()?.timestamp())
        };
        let time = self.time_formats.iter().find_map(read);
        time.map(|it| Timestamp::from_micros(it.as_microsecond())).ok_or_else(|| {
            let remedy = "is no time in a form that is known; say in the mapping how it is written, such \
                          as `time_formats = [\"%d.%m.%Y %H:%M\"]`";
            refuse(RejectionCode::InvalidTime, column, text, remedy)
        })
    }
}

/// The number and the currency of `19.99 EUR` or `EUR 19.99`.
pub(crate) fn split_currency(text: &str) -> Option<(&str, Currency)> {
    let is_code = |it: &str| it.len() == 3 && it.bytes().all(|b| b.is_ascii_uppercase());
    let end = text.char_indices().rev().nth(2).map(|(at, _)| text.split_at(at));
    if let Some((number, code)) = end
        && is_code(code)
    {
        return Some((number.trim(), code.parse().ok()?));
    }
    let start = text.char_indices().nth(3).map(|(at, _)| text.split_at(at));
    start
        .filter(|(code, _)| is_code(code))
        .and_then(|(code, number)| Some((number.trim(), code.parse().ok()?)))
}

/// The words of an error without the value that they begin with.
pub(crate) fn without_echo(words: &str) -> String {
    let rest = words.strip_prefix('`').and_then(|it| it.split_once("` "));
    rest.map_or_else(|| words.to_owned(), |(_, remedy)| remedy.to_owned())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(values: &Values, shape: Shape, text: &str, expect: Expect) {
        let shown = match values.value("VK", &Cell::Text(text.to_owned()), shape) {
            Ok(value) => value.unwrap_or_default().to_string(),
            Err(why) => format!("{} {why}", why.code),
        };
        expect.assert_eq(&shown);
    }

    fn german() -> Values {
        let formats = vec!["%d.%m.%Y %H:%M".to_owned(), "%d.%m.%Y".to_owned(), "%s".to_owned()];
        Values::new(Some(","), Some("Europe/Berlin"), formats, Some(",".into()), Some("/".into()))
            .unwrap()
    }

    #[test]
    fn decimals_are_read_as_they_are_written_there() {
        let (usual, german) = (Values::default(), german());
        check(&usual, Shape::Money, "1,299.5", expect![[r#""1299.5""#]]);
        check(&german, Shape::Money, "1.299,5", expect![[r#""1299.5""#]]);
        check(&german, Shape::Money, "-5", expect![[r#""-5""#]]);
        check(
            &german,
            Shape::Money,
            "1299,50 EUR",
            expect![[r#"{"amount_minor":129950,"currency":"EUR"}"#]],
        );
        check(
            &usual,
            Shape::Money,
            "JPY 1200",
            expect![[r#"{"amount_minor":1200,"currency":"JPY"}"#]],
        );
        check(
            &usual,
            Shape::Money,
            "19,99",
            expect![[
                r#"INVALID_PRICE VK `19,99` is no number like 1234.56; mend it, or say `decimal = ","` in the mapping"#
            ]],
        );
        check(
            &usual,
            Shape::Money,
            "19.999 EUR",
            expect![
                "INVALID_PRICE VK `19.999 EUR` has more decimals than EUR has (2); round it at the source"
            ],
        );
        check(
            &german,
            Shape::Number,
            "cheap",
            expect![[
                r#"OUT_OF_RANGE VK `cheap` is no number like 1234,56; mend it, or say `decimal = "."` in the mapping"#
            ]],
        );
    }

    #[test]
    fn moments_are_read_in_the_zone_of_the_file() {
        let (usual, german) = (Values::default(), german());
        check(&usual, Shape::Time, "2026-07-01", expect![[r#""2026-07-01T00:00:00Z""#]]);
        check(
            &usual,
            Shape::Time,
            "2026-07-01 10:00:00.5",
            expect![[r#""2026-07-01T10:00:00.5Z""#]],
        );
        check(
            &usual,
            Shape::Time,
            "2026-07-01T10:00:00+02:00",
            expect![[r#""2026-07-01T08:00:00Z""#]],
        );
        check(&german, Shape::Time, "01.07.2026 10:00", expect![[r#""2026-07-01T08:00:00Z""#]]);
        check(&german, Shape::Time, "01.12.2026", expect![[r#""2026-11-30T23:00:00Z""#]]);
        check(&german, Shape::Time, "1783000000", expect![[r#""2026-07-02T13:46:40Z""#]]);
        check(
            &usual,
            Shape::Time,
            "01.07.2026",
            expect![[
                r#"INVALID_TIME VK `01.07.2026` is no time in a form that is known; say in the mapping how it is written, such as `time_formats = ["%d.%m.%Y %H:%M"]`"#
            ]],
        );
    }

    #[test]
    fn lists_and_categories_are_split() {
        check(
            &Values::default(),
            Shape::Categories,
            "Home > Light | Sale",
            expect![[r#"[["Home","Light"],["Sale"]]"#]],
        );
        check(
            &german(),
            Shape::Categories,
            "Home/Light,Sale",
            expect![[r#"[["Home","Light"],["Sale"]]"#]],
        );
        check(&Values::default(), Shape::List, "a| b ||c", expect![[r#"["a","b","c"]"#]]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,24}") {
            for shape in [Shape::Money, Shape::Number, Shape::Time, Shape::Categories] {
                for values in [Values::default(), german()] {
                    let _unused: Result<_, Rejection> =
                        values.value("column", &Cell::Text(text.clone()), shape);
                }
            }
        }

        #[test]
        fn a_number_means_the_same_in_both_manners(whole in 0_u32..10_000_000, cents in 0_u8..100) {
            let grouped = |thousands: &str, decimal: &str| {
                let digits = whole.to_string();
                let mut shown = String::new();
                for (index, digit) in digits.chars().enumerate() {
                    if index > 0 && (digits.len() - index).is_multiple_of(3) {
                        shown += thousands;
                    }
                    shown.push(digit);
                }
                format!("{shown}{decimal}{cents:02}")
            };
            let read = |values: &Values, text: &str| {
                values.number(RejectionCode::OutOfRange, "n", text).unwrap()
            };
            prop_assert_eq!(
                read(&Values::default(), &grouped(",", ".")),
                read(&german(), &grouped(".", ","))
            );
        }
    }
}
