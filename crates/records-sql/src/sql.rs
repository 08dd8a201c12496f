//! Small things that every statement needs.

use std::fmt::Write;

use domain::Personalization;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row, SqlSafeStr};

use crate::error::damage;

/// A statement to bind values to.
pub(crate) fn query<'q>(sql: impl SqlSafeStr) -> Query<'q, Any, AnyArguments> {
    sqlx::query(sql)
}

/// `($1,$2),($3,$4)` for two rows of two columns.
pub(crate) fn placeholders(n_rows: usize, n_columns: usize) -> String {
    let mut text = String::with_capacity(n_rows * n_columns * 6);
    for row in 0..n_rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..n_columns {
            let comma = if column == 0 { "" } else { "," };
            write!(text, "{comma}${}", row * n_columns + column + 1)
                .expect("writing to a string cannot fail");
        }
        text.push(')');
    }
    text
}

/// Byte strings as the text of one array, which PostgreSQL reads back by `$1::text::bytea[]`: what serves
/// both databases has no arrays.
pub(crate) fn bytes_array<'a>(values: impl Iterator<Item = &'a [u8]>) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 0xf)]);
    let mut text = String::from("{");
    for (index, value) in values.enumerate() {
        text.push_str(if index == 0 { r#""\\x"# } else { r#","\\x"# });
        text.extend(value.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]));
        text.push('"');
    }
    text.push('}');
    text
}

/// Numbers likewise, for `$1::text::bigint[]`.
pub(crate) fn numbers_array(values: impl Iterator<Item = i64>) -> String {
    let values: Vec<String> = values.map(|it| it.to_string()).collect();
    format!("{{{}}}", values.join(","))
}

/// Reads bytes of a fixed length.
pub(crate) fn bytes<const N: usize>(row: &AnyRow, column: usize) -> sqlx::Result<[u8; N]> {
    let bytes: &[u8] = row.try_get(column)?;
    let n_bytes = bytes.len();
    bytes.try_into().map_err(|_| damage(format!("column {column} has {n_bytes} bytes, not {N}")))
}

/// A personalization, as it is stored.
pub(crate) const fn personalization_number(personalization: Personalization) -> i64 {
    match personalization {
        Personalization::Off => 0,
        Personalization::On => 1,
    }
}

/// Reads one.
pub(crate) fn personalization(row: &AnyRow, column: usize) -> sqlx::Result<Personalization> {
    match row.try_get::<i64, _>(column)? {
        0 => Ok(Personalization::Off),
        1 => Ok(Personalization::On),
        other => Err(damage(format!("{other} is neither off (0) nor on (1)"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_through() {
        assert_eq!(placeholders(2, 3), "($1,$2,$3),($4,$5,$6)");
        assert_eq!(placeholders(1, 2), "($1,$2)");
    }

    #[test]
    fn arrays_are_written_as_postgres_reads_them() {
        let bytes: [&[u8]; 3] = [&[0, 0xab, 0xff], &[], b"\""];
        assert_eq!(bytes_array(bytes.into_iter()), r#"{"\\x00abff","\\x","\\x22"}"#);
        assert_eq!(bytes_array(std::iter::empty()), "{}");
        assert_eq!(numbers_array([1, -2].into_iter()), "{1,-2}");
    }
}
