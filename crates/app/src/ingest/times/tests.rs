//! What is made of senders' clocks.

use domain::event::person::Custom;
use domain::{Currency, Span};
use expect_test::{Expect, expect};

use super::*;
use crate::ShopProfile;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

fn check(key: KeyKind, original: Option<Span>, sent: Option<Span>, expect: Expect) {
    let settings = AppSettings::new(ShopProfile {
        id: "shop".parse().unwrap(),
        currency: Currency::EUR,
        language: "en".to_owned(),
        markets: Vec::new(),
    });
    let incoming = Incoming {
        message_id: None,
        visitor: None,
        user: None,
        original_time: original.map(|it| NOW.plus(it)),
        sent_time: sent.map(|it| NOW.plus(it)),
        event: Custom { name: "tested".to_owned() }.into(),
        signals: consent::Signals::default(),
        open: Vec::new(),
        private: Vec::new(),
        address: None,
        market: None,
    };
    let answer = match event_time(&incoming, key, NOW, &settings) {
        Ok(time) => format!("{} s", time.since(NOW).as_secs_f64()),
        Err(rejection) => format!("{}: {}", rejection.code, rejection.remedy),
    };
    expect.assert_eq(&answer);
}

const HOUR: Span = Span::HOUR;

#[test]
fn an_event_without_a_time_happened_now() {
    check(KeyKind::Publishable, None, None, expect!["0 s"]);
}

#[test]
fn a_wrong_clock_is_corrected_by_when_it_says_the_event_was_sent() {
    let day_fast = Span::DAY.times(3);
    let minute_before = Span::from_micros(day_fast.as_micros() - Span::MINUTE.as_micros());
    check(KeyKind::Publishable, Some(minute_before), Some(day_fast), expect!["-60 s"]);
}

#[test]
fn a_time_a_little_ahead_is_taken_for_now_and_one_far_ahead_is_refused() {
    check(KeyKind::Publishable, Some(HOUR), None, expect!["0 s"]);
    check(
        KeyKind::Secret,
        Some(HOUR.times(25)),
        None,
        expect![
            "EVENT_TIME_IN_FUTURE: lies more than 24 hours ahead; mend the clock or send `sentAt` with it"
        ],
    );
}

#[test]
fn the_past_is_for_secret_keys() {
    check(KeyKind::Secret, Some(Span::DAY.times(-400)), None, expect!["-34560000 s"]);
    check(
        KeyKind::Publishable,
        Some(Span::DAY.times(-8)),
        None,
        expect!["EVENT_TIME_TOO_OLD: is more than 7 days old; send older events with a secret key"],
    );
    check(
        KeyKind::Secret,
        Some(Span::DAY.times(-365 * 40)),
        None,
        expect!["EVENT_TIME_TOO_OLD: lies before 1990-01-01T00:00:00Z; mend it"],
    );
}
