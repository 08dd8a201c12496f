//! JSON lines and JSON lists: the same rows, with the faults of each named.

use std::io::Write;

use domain::Currency;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::Meter;

type Recipe = fn(&Source, &Rules, &Facts) -> Result<Rows, FeedError>;

#[track_caller]
fn check(recipe: Recipe, file: &str, expect: Expect) {
    expect.assert_eq(&read(recipe, file));
}

fn read(recipe: Recipe, text: &str) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let source = Source::open(file.path(), &Meter::default()).unwrap();
    let facts = Facts::default();
    let rows = recipe(&source, &crate::test_rules(Currency::EUR), &facts).unwrap();
    let mut shown = String::new();
    for row in rows {
        shown += &match row {
            Err(err) => format!("{}\n", err.source().map(ToString::to_string).unwrap_or_default()),
            Ok(row) => {
                let about = row.about.map(|it| format!(" (about {it})")).unwrap_or_default();
                match row.item {
                    Ok(_) => format!("{} is taken\n", row.line),
                    Err(why) => format!("{} {} {why}{about}\n", row.line, why.code),
                }
            }
        };
    }
    shown
}

#[test]
fn a_bad_row_is_named_by_its_line_and_the_others_are_taken() {
    let rows = [
        r#"{"id": "tent", "title": "Dome [tent", "price": 199}"#,
        r#"{"id": 7, "title": "Stove", "stok": 3}"#,
        "no JSON",
        r#"{"title": "Rug"}"#,
    ];
    let refused = || {
        expect![[r#"
            1 is taken
            2 UNKNOWN_FIELD stok `3` is no field that is known here; mend its name or leave it out (about 7)
            3 NOT_AN_OBJECT it `no JSON` is no JSON object; send an object
            4 MISSING_FIELD id `` is missing or empty; send it
        "#]]
    };
    check(products, &rows.join("\n"), refused());
    check(products, &format!(" [{}\n] ", rows.join(",\n")), refused());
}

#[test]
fn events_are_read_as_from_a_server() {
    check(
        events,
        "{\"type\":\"page\",\"userId\":\"ada\"}\n\n{\"type\":\"page\"}\n{},{}\n",
        expect![[r#"
            1 is taken
            3 NO_USER_ANON_ID anonymousId `` is missing, and `userId` is too; send one of them
            4 BROKEN_ROW row `{},{}` is not one message; write one JSON object a line
        "#]],
    );
}

#[test]
fn a_list_that_is_cut_off_says_so_after_what_it_has() {
    check(
        products,
        r#"[{"id": "1", "title": "A"}, {"id": "2""#,
        expect![[r#"
            1 is taken
            it ends within row 2
        "#]],
    );
}

#[test]
fn a_row_that_is_too_long_takes_no_memory_and_is_refused_alone() {
    let long = format!(r#"{{"id": "1", "title": "{}"}}"#, "x".repeat(ROW_BYTES_MAX));
    let short = r#"{"id": "2", "title": "A"}"#;
    for text in [format!("{long}\n{short}\n"), format!("[{long},{short}]")] {
        let shown = read(products, &text);
        assert!(
            shown.starts_with("1 ROW_TOO_LARGE row") && shown.ends_with("2 is taken\n"),
            "{shown}"
        );
    }
}

proptest! {
    #[test]
    fn a_list_has_the_rows_of_its_lines(titles in proptest::collection::vec("[a-z\\[\\]{},\"\\\\]{1,8}", 0..6)) {
        let rows: Vec<String> = titles
            .iter()
            .enumerate()
            .map(|(id, title)| json!({"id": id.to_string(), "title": title}).to_string())
            .collect();
        let list = read(products, &format!("[{}]", rows.join(",")));
        prop_assert_eq!(list, read(products, &rows.join("\n")));
    }
}
