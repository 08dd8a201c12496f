//! Texts of the shop's choosing that look as if a person's data had got into them.
//!
//! The name of an event, the category of a page and the id of a list stay readable, for they are the
//! shop's own words. But nothing keeps a storefront from sending `Signed up anna@example.com`. Whatever
//! looks like it is sealed with everything else, and [`WITHHELD`] stands in its place.

use super::OPEN_TEXT_BYTES_MAX;

/// What stands for a text that is sealed because it looks personal.
pub const WITHHELD: &str = "withheld";

/// As many digits in a run look like a telephone, customer or card number.
const DIGITS_MIN: usize = 6;

/// What in a text is a mail address, an address of a page, or either as part of another.
const MARKS: [&str; 3] = ["@", "%40", "://"];

/// Whether a text is sealed: it is longer than 64 bytes, as no name is but many a sentence, or it
/// [`is_personal`].
pub(super) fn is_withheld(text: &str) -> bool {
    text.len() > OPEN_TEXT_BYTES_MAX || is_personal(text)
}

/// Whether a text looks as if it held somebody's data: it has an `@`, `%40` or `://`, or six digits with
/// nothing but spaces, points, slashes, brackets and signs between them.
///
/// This errs on the side of sealing: a date in a name (`Sale 2026-11-21`) looks like a number, too. It
/// cannot know a person's name.
pub(super) fn is_personal(text: &str) -> bool {
    if MARKS.iter().any(|mark| text.contains(mark)) {
        return true;
    }
    let mut n_digits = 0;
    for character in text.chars() {
        match character {
            // Other scripts' digits write telephone numbers as well.
            digit if digit.is_numeric() => n_digits += 1,
            ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')' | '+' | '_' => {}
            _ => n_digits = 0,
        }
        if n_digits >= DIGITS_MIN {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: &str) {
        for text in texts {
            let answer = if is_withheld(text) { "withheld" } else { "open" };
            assert_eq!(answer, expected, "{text}");
        }
    }

    #[test]
    fn a_shops_own_words_stay_open() {
        check(
            &[
                "Quiz Finished",
                "Size 42 / 44 chosen",
                "Top 10000",
                "SKU-20841 seen",
                "Größe gewählt",
            ],
            "open",
        );
        check(&["x".repeat(64).as_str()], "open");
    }

    #[test]
    fn what_looks_like_a_persons_data_is_withheld() {
        check(
            &[
                "Signed up anna@example.com",
                "Signed up anna%40example.com",
                "https://shop.example/account",
                "Called 0171 555 01 42",
                "+49-171-5550142",
                "(030) 12.34.56",
                "card 4111111111111111",
                "٠١٢٣٤٥٦",
            ],
            "withheld",
        );
        check(&["x".repeat(65).as_str()], "withheld");
    }
}
