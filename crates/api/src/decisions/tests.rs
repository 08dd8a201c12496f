//! Questions that are refused, and reasons in words.

use consent::GlobalPrivacyControl;
use domain::{ProductId, Reason};
use expect_test::{Expect, expect};

use super::{DecisionForm, Language, Wording};
use crate::read_body;

/// Reads a question and shows it, or why it is refused.
#[track_caller]
fn check(body: &str, expect: Expect) {
    let answer = match read_body::<DecisionForm>(body.as_bytes()) {
        Err(problem) => format!("{} {}", problem.code, problem.detail),
        Ok(form) => match form.read(GlobalPrivacyControl::NotSent) {
            Err(rejection) => format!("{} {rejection}", rejection.code),
            Ok(it) => format!("{:?} {} {:?} {:?}", it.visitor, it.placement, it.count, it.after),
        },
    };
    expect.assert_eq(&answer);
}

#[test]
fn a_question_is_read_or_its_fault_is_named() {
    check(
        r#"{"visitor_id":"v","placement":"home","after":"7"}"#,
        expect![[r#"Some("v") home 12 Some(Position(7))"#]],
    );
    check(
        r#"{"visitor_id":"v"}"#,
        expect!["INVALID_FIELD it `` does not fit: missing field `placement`"],
    );
    check(
        r#"{"placement":"Home page"}"#,
        expect![
            "INVALID_ID placement `Home page` `Home page` is no slug; use 1 to 64 of a-z, 0-9, `_` and `-`, a letter first"
        ],
    );
    check(
        r#"{"placement":"home","count":0}"#,
        expect!["OUT_OF_RANGE count `0` is not from 1 to 100"],
    );
    check(
        r#"{"placement":"home","count":"12"}"#,
        expect![[
            r#"INVALID_FIELD count `` does not fit: invalid type: string "12", expected u32"#
        ]],
    );
    check(
        r#"{"placement":"home","context":{"products":[]}}"#,
        expect![
            "INVALID_FIELD context.products `` does not fit: unknown field `products`, expected one of `product_ids`, `cart_product_ids`, `recent_product_ids`, `category`, `market`"
        ],
    );
    check(
        r#"{"placement":"home","after":"soon"}"#,
        expect![
            "INVALID_ID after `soon` is no position; send the `position` of an earlier answer as it was"
        ],
    );
    check(
        r#"{"placement":"home","consent":{"personalization":"maybe"}}"#,
        expect!["UNKNOWN_NAME consent.personalization `maybe` is no answer; use given or denied"],
    );
    check(
        r#"{"placement":"home"} x"#,
        expect!["INVALID_JSON after the body: trailing characters at line 1 column 22"],
    );
    check(
        r#"{"placement""#,
        expect![
            "INVALID_JSON the body is not readable: EOF while parsing an object at line 1 column 12"
        ],
    );
    check(&"[".repeat(100_000), expect!["NESTED_TOO_DEEPLY the body is nested more than 32 deep"]);
}

#[test]
fn reasons_are_put_in_the_language_of_the_shop() {
    let title = |id: &ProductId| (id.as_str() == "T").then(|| "Tent".to_owned());
    let text = |tag: &str, reason: Reason| {
        Wording { language: Language::of_tag(tag), title: &title }.reason(&reason).text
    };
    let because = |id: &str| Reason::VisitsLikeThis { because: id.parse().unwrap() };
    assert_eq!(text("en-GB", because("T")), "Because you looked at Tent");
    assert_eq!(text("de-AT", because("T")), "Weil Sie sich Tent angesehen haben");
    assert_eq!(text("fr", because("gone")), "Because of what you looked at");
    let popular =
        |category: Option<&str>| Reason::Popular { category: category.map(str::to_owned) };
    assert_eq!(text("en", popular(Some("Tents"))), "Popular in Tents");
    assert_eq!(text("de", popular(None)), "Gerade beliebt");
    let goes_with = |id: &str| Reason::GoesWithYours { because: id.parse().unwrap() };
    assert_eq!(text("en", goes_with("T")), "Goes with Tent");
    assert_eq!(text("de", goes_with("gone")), "Passt zu dem, was Sie hatten");
    assert_eq!(text("en", Reason::BoughtBefore), "You bought this before");
    assert_eq!(text("de", Reason::SeenBefore), "Von Ihnen schon einmal angesehen");
}
