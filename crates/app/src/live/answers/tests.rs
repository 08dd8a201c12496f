//! Answers in little room: what is kept, what is forgotten, and what never is.

use consent::Answer;
use domain::Purpose;
use proptest::prelude::*;

use super::*;

/// Little enough to be filled.
const LITTLE: Bounds = Bounds { refusals_max: 3, generation_max: 2 };

fn shopper(number: u8) -> ShopperKey {
    ShopperKey::from_bytes([number; 16])
}

fn yes() -> ConsentChanged {
    let given = Purposes::NONE.with(Purpose::Personalization);
    ConsentChanged { given, denied: Purposes::NONE }
}

fn no() -> ConsentChanged {
    let denied = Purposes::NONE.with(Purpose::Personalization);
    ConsentChanged { given: Purposes::NONE, denied }
}

/// Takes in what shoppers do, a word each: a number with `+` for a yes, `-` for a no, `.` for anything
/// else. Then shows what holds for the first eight, `?` being silence.
#[track_caller]
fn check(words: &str, expected: &str) {
    let mut book = AnswerBook::bounded(LITTLE);
    for word in words.split_whitespace() {
        let (number, what) = word.split_at(1);
        let shopper = shopper(number.parse().unwrap());
        book.see(&shopper);
        match what {
            "+" => book.apply(shopper, &yes()),
            "-" => book.apply(shopper, &no()),
            _ => {}
        }
    }
    let shown: String = (0..8)
        .map(|number| match book.of(&shopper(number)).answer(Purpose::Personalization) {
            Answer::Given => '+',
            Answer::Denied => '-',
            Answer::Unknown => '?',
        })
        .collect();
    assert_eq!(shown, expected, "{words}");
}

#[test]
fn the_last_answer_holds() {
    check("0+ 1- 2+ 2- 3- 3+", "+--+????");
}

#[test]
fn who_was_not_seen_for_longest_is_forgotten_to_have_said_yes() {
    check("0+ 1+ 2+ 3+", "++++????");
    check("0+ 1+ 2+ 3+ 4+", "??+++???");
}

#[test]
fn who_is_seen_is_not_forgotten() {
    check("0+ 1+ 2+ 0. 3+", "+?++????");
}

#[test]
fn no_number_of_yeses_makes_a_no_forgotten() {
    check("0- 1+ 2+ 3+ 4+ 5+ 6+ 7+", "-????+++");
}

#[test]
fn when_a_no_cannot_be_kept_silence_counts_as_one() {
    check("0- 1- 2- 3+", "---+????");
    check("0- 1- 2- 3+ 4-", "---+----");
    check("0- 1- 2- 3+ 4- 5+", "---+-+--");
}

#[test]
fn who_takes_everything_back_leaves_room() {
    check("0- 1- 2- 0+ 4-", "+--?-???");
}

#[test]
fn a_change_that_says_nothing_is_not_kept() {
    let mut book = AnswerBook::default();
    let nothing = ConsentChanged { given: Purposes::NONE, denied: Purposes::NONE };
    book.apply(shopper(0), &nothing);
    assert_eq!(book.refused.len() + book.young.len() + book.old.len(), 0);
}

proptest! {
    #[test]
    fn whatever_happens_a_no_holds_until_it_is_taken_back(
        steps in proptest::collection::vec((0_u8..8, 0_u8..3), 0..60),
    ) {
        let mut book = AnswerBook::bounded(LITTLE);
        let mut refusing = std::collections::BTreeSet::new();
        for (number, what) in steps {
            let shopper = shopper(number);
            book.see(&shopper);
            match what {
                0 => {
                    book.apply(shopper, &no());
                    refusing.insert(number);
                }
                1 => {
                    book.apply(shopper, &yes());
                    refusing.remove(&number);
                }
                _ => {}
            }
            prop_assert!(book.refused.len() <= LITTLE.refusals_max);
            prop_assert!(book.young.len().max(book.old.len()) <= LITTLE.generation_max);
            for it in &refusing {
                let answer = book.of(&self::shopper(*it)).answer(Purpose::Personalization);
                prop_assert_eq!(answer, Answer::Denied);
            }
        }
        let mut bytes = Vec::new();
        book.encode(&mut bytes);
        let mut again = Vec::new();
        AnswerBook::decode(&bytes).unwrap().encode(&mut again);
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes: Vec<u8>) {
        let _unused = AnswerBook::decode(&bytes);
    }
}
