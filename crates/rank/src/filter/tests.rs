//! What is understood, what is refused and how, and that the documentation shows both truly.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::decimal::{Compare, Decimal};
use super::node::category_key;
use super::*;

/// Parses `text` and compares what was understood, or why it was not.
#[track_caller]
fn check(text: &str, expect: Expect) {
    let answer = match Filter::parse(text) {
        Ok(filter) => filter.to_string(),
        Err(err) => err.to_string(),
    };
    expect.assert_eq(&answer);
}

#[test]
fn and_binds_closer_than_or_and_not_closer_still() {
    check(
        "in_stock OR price < 5 AND NOT stock >= 2 OR brand = 'A'",
        expect![[r#"in_stock OR (price < 5 AND NOT stock >= 2) OR brand = "A""#]],
    );
    check(
        "not (in_stock or price<5.50) And stock!=3",
        expect!["NOT (in_stock OR price < 5.5) AND NOT stock = 3"],
    );
}

#[test]
fn a_list_is_several_comparisons() {
    check(
        r#"brand IN ("Acme", 'O\'Neill') AND stock IN (1)"#,
        expect![[r#"(brand = "Acme" OR brand = "O'Neill") AND stock = 1"#]],
    );
}

#[test]
fn a_category_is_compared_however_its_spaces_are_written() {
    check(
        r#"category = "Outdoor>Tents  >  Family""#,
        expect![[r#"category = "Outdoor > Tents > Family""#]],
    );
}

#[test]
fn attributes_have_any_name() {
    check(
        r#"attributes.größe = "XL" AND attributes."shoe size" = "42" AND attributes.price != "a""#,
        expect![[
            r#"attributes."größe" = "XL" AND attributes."shoe size" = "42" AND NOT attributes."price" = "a""#
        ]],
    );
}

#[test]
fn a_mistake_is_named_with_its_column_and_the_remedy() {
    check(
        "",
        expect![
            "column 1: found the end; expected a comparison such as price < 50, in_stock, NOT or an opening parenthesis"
        ],
    );
    check(
        "in_stock AND",
        expect![
            "column 13: found the end; expected a comparison such as price < 50, in_stock, NOT or an opening parenthesis"
        ],
    );
    check(
        "AND in_stock",
        expect![
            "column 1: found `AND`; expected a comparison such as price < 50, in_stock, NOT or an opening parenthesis"
        ],
    );
    check("price", expect!["column 6: found the end; expected an operator (= != < <= > >= IN)"]);
    check(
        "(price < 5",
        expect!["column 11: found the end; expected AND, OR or a closing parenthesis"],
    );
    check("price < 5)", expect!["column 10: found `)`; expected AND, OR or the end"]);
    check(
        "price < 5 in_stock",
        expect!["column 11: found `in_stock`; expected AND, OR or the end"],
    );
    check(
        "price & 5",
        expect![
            "column 7: found `&`; expected a field, a value or an operator (= != < <= > >= IN)"
        ],
    );
    check(
        "brand IN 'Acme'",
        expect![[
            r#"column 10: found the text "Acme"; expected an opening parenthesis and a list of values"#
        ]],
    );
    check(
        "stock IN (1 2)",
        expect!["column 13: found the number 2; expected a comma or a closing parenthesis"],
    );
    check(
        "attributes = 'a'",
        expect![
            "column 12: found `=`; expected a dot and the attribute's name, as in attributes.colour"
        ],
    );
    check(
        "brand = \"Acme",
        expect![[r#"column 9: the text that begins here is not closed; end it with ""#]],
    );
}

#[test]
fn an_unknown_field_is_answered_with_those_there_are() {
    check(
        "in_stock AND prize < 50",
        expect![
            "column 14: `prize` is no field; there are price, stock, in_stock, category, brand, id and attributes.NAME"
        ],
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    check(
        "price < '50'",
        expect![[
            r#"column 9: found the text "50"; price is compared with a decimal number of at most 14 digits, such as 49.90"#
        ]],
    );
    check(
        "price < 1e3",
        expect![
            "column 9: found the number 1e3; price is compared with a decimal number of at most 14 digits, such as 49.90"
        ],
    );
    check(
        "stock > 1.5",
        expect![
            "column 9: found the number 1.5; stock is compared with a whole number of at most 9 digits, such as 5"
        ],
    );
    check(
        "brand = Acme",
        expect![[
            r#"column 9: found `Acme`; brand is compared with a text in quotation marks, such as "Acme""#
        ]],
    );
    check("brand < 'Acme'", expect!["column 7: brand cannot be compared with <; use = != or IN"]);
    check(
        "in_stock = true",
        expect!["column 10: in_stock cannot be compared with =; use it alone, or NOT in_stock"],
    );
}

#[test]
fn length_depth_and_number_of_comparisons_are_bounded() {
    let nested = |depth: usize| format!("{}in_stock{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(DEPTH_MAX)).is_ok());
    check(&nested(100), expect!["column 18: nested more than 16 deep; remove parentheses or NOTs"]);

    let listed = |n: usize| format!("stock IN ({})", vec!["1"; n].join(","));
    assert!(Filter::parse(&listed(COMPARISONS_MAX)).is_ok());
    check(
        &listed(COMPARISONS_MAX + 1),
        expect![
            "column 139: more than 64 comparisons (each value in a list is one); use a wider category or an attribute"
        ],
    );

    check(
        &" ".repeat(BYTES_MAX + 1),
        expect!["the filter is 4097 bytes long; at most 4096 are read, so shorten it"],
    );
}

/// The documentation's examples stand in blocks marked `filter`, one a line; mistakes stand in blocks
/// marked `mistake`, each above its answer.
#[test]
fn the_documentation_shows_the_language_as_it_is() {
    let document = include_str!("../../../../docs/filters.md");
    let (mut block, mut n_examples) = ("", 0);
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            block = kind;
            continue;
        }
        match block {
            "filter" => {
                n_examples += 1;
                if let Err(err) = Filter::parse(line) {
                    panic!("`{line}` is not understood: {err}");
                }
            }
            "mistake" => {
                n_examples += 1;
                let answer = Filter::parse(line).map(|it| it.to_string());
                let shown = lines.next().unwrap_or_default().trim_start();
                assert_eq!(
                    answer.map_err(|err| err.to_string()),
                    Err(shown.to_owned()),
                    "`{line}`"
                );
            }
            _ => {}
        }
    }
    assert!(n_examples >= 10, "only {n_examples} examples were found in the documentation");
}

fn any_text() -> impl Strategy<Value = Box<str>> {
    "[a-c\"'\\\\ >é]{0,6}".prop_map(Box::from)
}

fn any_test() -> impl Strategy<Value = Test> {
    let compares = vec![
        Compare::Equal,
        Compare::Less,
        Compare::LessOrEqual,
        Compare::Greater,
        Compare::GreaterOrEqual,
    ];
    let compare = proptest::sample::select(compares);
    let decimal = "-?[0-9]{1,8}(\\.[0-9]{1,4})?";
    prop_oneof![
        any_text().prop_map(|it| Test::Has(Term::Brand(it))),
        any_text().prop_map(|it| Test::Has(Term::Category(category_key(&it)))),
        (any_text(), any_text())
            .prop_map(|(name, value)| Test::Has(Term::Attribute { name, value })),
        any_text().prop_map(Test::Id),
        (compare.clone(), decimal)
            .prop_map(|(compare, it)| Test::Price(compare, Decimal::parse(&it).unwrap())),
        (compare, "[0-9]{1,9}")
            .prop_map(|(compare, it)| Test::Stock(compare, Decimal::parse(&it).unwrap())),
        Just(Test::InStock),
    ]
}

/// Any filter within the limits.
pub(crate) fn any_filter(
    test: impl Strategy<Value = Test> + 'static,
) -> impl Strategy<Value = Filter> {
    let leaf = test.prop_map(Node::Is);
    let node = leaf.prop_recursive(4, 24, 3, |inner| {
        let several = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(Node::All),
            several.prop_map(Node::Any),
            inner.prop_map(|it| Node::Not(Box::new(it))),
        ]
    });
    node.prop_map(Filter)
}

proptest! {
    #[test]
    fn what_is_displayed_is_parsed_to_the_same(filter in any_filter(any_test())) {
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,80}") {
        let answer = Filter::parse(&text);
        prop_assert!(answer.map_or_else(|err| err.column() <= 81, |_| true));
    }

    #[test]
    fn no_mix_of_tokens_makes_the_parser_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "price", "stock", "in_stock", "brand", "category", "id", "attributes", ".", "x", "AND",
                "OR", "NOT", "IN", "(", ")", ",", "<", "!=", "=", "5", "-1.5", "'a'", "\"", "\\",
            ]),
            0..30,
        ),
    ) {
        let text = words.join(" ");
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(err) => prop_assert!(err.column() <= text.chars().count() + 1),
        }
    }
}
