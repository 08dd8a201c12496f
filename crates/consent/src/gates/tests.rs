//! What comes out of the gates, each case a line.

use domain::event::person::ConsentChanged;
use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Reads a line such as `gpc event+marketing stored-personalization` (`+` is a yes, `-` a no), asks
/// the intake gate under the usual default, and compares what the event may serve and how it is kept.
#[track_caller]
fn check(said: &str, expect: Expect) {
    let mut signals = Signals::default();
    let mut stored = Answers::default();
    for word in said.split_whitespace() {
        if word == "gpc" {
            signals.privacy_control = GlobalPrivacyControl::from_header(b"1");
            continue;
        }
        let at = word.find(['+', '-']).expect("a word is `gpc` or has a sign");
        let (who, signed) = word.split_at(at);
        let (sign, name) = signed.split_at(1);
        let purpose = Purpose::from_name(name).expect("a word names a purpose");
        let answer = if sign == "+" { Answer::Given } else { Answer::Denied };
        match who {
            "event" => signals = signals.with_answer(purpose, answer),
            _ => stored.apply(&change(purpose, answer)),
        }
    }
    let purposes = at_intake(&signals, stored, usual_default());
    expect.assert_eq(&format!("{purposes:?} {:?}", keeping(purposes)));
}

fn change(purpose: Purpose, answer: Answer) -> ConsentChanged {
    let only = Purposes::NONE.with(purpose);
    match answer {
        Answer::Given => ConsentChanged { given: only, denied: Purposes::NONE },
        _ => ConsentChanged { given: Purposes::NONE, denied: only },
    }
}

fn usual_default() -> Purposes {
    Purposes::NONE
        .with(Purpose::Operation)
        .with(Purpose::Measurement)
        .with(Purpose::Personalization)
}

#[test]
fn the_shops_default_stands_for_those_who_said_nothing() {
    check("", expect![[r#"{"operation", "measurement", "personalization"} Linked"#]]);
}

#[test]
fn a_no_is_a_no_wherever_it_was_said() {
    for said in [
        "event-personalization",
        "stored-personalization",
        "event+personalization stored-personalization",
        "event-personalization stored+personalization",
    ] {
        check(said, expect![[r#"{"operation", "measurement"} Linked"#]]);
    }
}

#[test]
fn a_yes_allows_what_the_default_does_not() {
    for said in ["event+marketing", "stored+marketing"] {
        check(
            said,
            expect![[r#"{"operation", "measurement", "personalization", "marketing"} Linked"#]],
        );
    }
}

#[test]
fn privacy_control_turns_silence_into_a_no() {
    check("gpc", expect![[r#"{"operation", "measurement"} Linked"#]]);
}

#[test]
fn privacy_control_leaves_what_the_shop_was_told_itself() {
    check(
        "gpc event+personalization stored+marketing",
        expect![[r#"{"operation", "measurement", "personalization", "marketing"} Linked"#]],
    );
}

#[test]
fn privacy_control_forbids_sharing_whatever_was_said() {
    check("gpc event+sharing stored+sharing", expect![[r#"{"operation", "measurement"} Linked"#]]);
    check(
        "event+sharing",
        expect![[r#"{"operation", "measurement", "personalization", "sharing"} Linked"#]],
    );
}

#[test]
fn what_serves_operation_alone_is_linked_to_nobody() {
    check("event-measurement event-personalization", expect![[r#"{"operation"} Unlinked"#]]);
    check("gpc stored-measurement", expect![[r#"{"operation"} Unlinked"#]]);
}

#[test]
fn running_the_shop_cannot_be_refused() {
    check(
        "event-operation stored-operation",
        expect![[r#"{"operation", "measurement", "personalization"} Linked"#]],
    );
    let mut stored = Answers::default();
    stored.apply(&change(Purpose::Operation, Answer::Denied));
    assert!(at_use(Use::Bookkeep, Purposes::NONE).is_granted());
    assert!(at_exit(Exit::OwnCopy, Purposes::NONE, stored).is_granted());
}

#[test]
fn only_the_value_one_is_a_signal() {
    for value in ["0", "", "true", "11", " 1", "yes"] {
        let read = GlobalPrivacyControl::from_header(value.as_bytes());
        assert_eq!(read, GlobalPrivacyControl::NotSent, "`{value}`");
    }
    assert_eq!(GlobalPrivacyControl::from_header(b"1"), GlobalPrivacyControl::Asserted);
}

#[test]
fn what_was_allowed_and_is_denied_since_does_not_leave() {
    let mut stored = Answers::default();
    assert!(at_exit(Exit::Message, Purposes::ALL, stored).is_granted());

    stored.apply(&change(Purpose::Marketing, Answer::Denied));

    let refused = Permission::Refused(Purpose::Marketing);
    assert_eq!(at_exit(Exit::Message, Purposes::ALL, stored), refused);
}

#[test]
fn a_later_no_holds_for_what_was_taken_in_before() {
    let mut stored = Answers::default();
    stored.apply(&change(Purpose::Personalization, Answer::Denied));
    stored.apply(&change(Purpose::Operation, Answer::Denied));

    let expected = usual_default().without(Purpose::Personalization);
    assert_eq!(still_allowed(usual_default(), stored), expected);
}

#[test]
fn what_was_not_allowed_when_it_entered_does_not_leave_later() {
    let mut stored = Answers::default();
    stored.apply(&change(Purpose::Sharing, Answer::Given));

    let refused = Permission::Refused(Purpose::Sharing);
    assert_eq!(at_exit(Exit::HandOut, usual_default(), stored), refused);
}

fn any_purposes() -> impl Strategy<Value = Purposes> {
    proptest::sample::subsequence(Purpose::ALL.to_vec(), 0..=Purpose::ALL.len())
        .prop_map(|purposes| purposes.into_iter().collect())
}

proptest! {
    #[test]
    fn saying_no_to_more_never_allows_more(
        given in any_purposes(), denied in any_purposes(), more in any_purposes(),
        default in any_purposes(), asserted: bool,
    ) {
        let privacy_control =
            if asserted { GlobalPrivacyControl::Asserted } else { GlobalPrivacyControl::NotSent };
        let signals = Signals { privacy_control, given, denied };
        let stricter = Signals {
            denied: denied.iter().chain(more.iter()).collect(),
            privacy_control: GlobalPrivacyControl::Asserted,
            ..signals
        };

        let before = at_intake(&signals, Answers::default(), default);
        let after = at_intake(&stricter, Answers::default(), default);

        prop_assert!(after.iter().all(|it| before.contains(it)), "{after:?} of {before:?}");
    }

    #[test]
    fn a_use_is_granted_exactly_when_its_purpose_is_served(purposes in any_purposes()) {
        let purposes = purposes.with(Purpose::Operation);
        for wanted in Use::ALL {
            let granted = at_use(wanted, purposes).is_granted();
            prop_assert_eq!(granted, purposes.contains(wanted.needs()));
        }
    }
}
