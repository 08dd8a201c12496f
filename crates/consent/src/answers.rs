//! What a shopper answered so far, two bits a purpose.

use std::fmt;

use domain::event::person::ConsentChanged;
use domain::{Purpose, Purposes};

/// What a shopper said of one purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    #[default]
    Unknown,
    /// Yes.
    Given,
    /// No.
    Denied,
}

impl Answer {
    /// The name in the interface.
    pub const fn name(self) -> &'static str {
        match self {
            Answer::Unknown => "unknown",
            Answer::Given => "given",
            Answer::Denied => "denied",
        }
    }
}

/// What a shopper answered so far: the fold of their [`ConsentChanged`] events, in 16 bits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Answers(u16);

impl Answers {
    /// Takes in a change; purposes that it does not name stay as they were.
    pub fn apply(&mut self, change: &ConsentChanged) {
        for purpose in Purpose::ALL {
            match change.answer(purpose) {
                Some(true) => self.set(purpose, Answer::Given),
                Some(false) => self.set(purpose, Answer::Denied),
                None => {}
            }
        }
    }

    /// What the shopper answered about `purpose`.
    pub const fn answer(self, purpose: Purpose) -> Answer {
        match self.0 >> shift(purpose) & 0b11 {
            0b01 => Answer::Given,
            0b10 => Answer::Denied,
            _ => Answer::Unknown,
        }
    }

    /// The purposes that were refused.
    pub fn refused(self) -> Purposes {
        Purpose::ALL.into_iter().filter(|it| self.answer(*it) == Answer::Denied).collect()
    }

    /// These answers and whatever `others` refuse: a no holds wherever it was said.
    #[must_use]
    pub fn with_refusals_of(mut self, others: Answers) -> Answers {
        self.apply(&ConsentChanged { given: Purposes::NONE, denied: others.refused() });
        self
    }

    /// The change that these answers need to refuse whatever `others` refuse; `None` when they do.
    pub fn lacking_refusals_of(self, others: Answers) -> Option<ConsentChanged> {
        let lacking = |it: &Purpose| self.answer(*it) != Answer::Denied;
        let denied: Purposes = others.refused().iter().filter(lacking).collect();
        (denied != Purposes::NONE).then_some(ConsentChanged { given: Purposes::NONE, denied })
    }

    /// These answers where saying nothing counts as a no; the shop's own operation cannot be refused.
    #[must_use]
    pub fn with_silence_refused(mut self) -> Answers {
        for purpose in Purpose::ALL {
            if purpose != Purpose::Operation && self.answer(purpose) == Answer::Unknown {
                self.set(purpose, Answer::Denied);
            }
        }
        self
    }

    /// The answers as 16 bits, for a snapshot: two bits a purpose, in the order of [`Purpose::ALL`].
    pub const fn to_bits(self) -> u16 {
        self.0
    }

    /// Reads what [`to_bits`](Answers::to_bits) wrote; `None` when no answers have these bits.
    pub fn from_bits(bits: u16) -> Option<Answers> {
        let mut valid = Answers::default();
        for purpose in Purpose::ALL {
            valid.set(purpose, Answers(bits).answer(purpose));
        }
        (valid.0 == bits).then_some(valid)
    }

    fn set(&mut self, purpose: Purpose, answer: Answer) {
        let bits = match answer {
            Answer::Unknown => 0b00,
            Answer::Given => 0b01,
            Answer::Denied => 0b10,
        };
        self.0 = self.0 & !(0b11 << shift(purpose)) | bits << shift(purpose);
    }
}

const fn shift(purpose: Purpose) -> u32 {
    2 * purpose as u32
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answers = Purpose::ALL.map(|it| (it.name(), self.answer(it).name()));
        f.debug_map().entries(answers).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_purposes() -> impl Strategy<Value = Purposes> {
        proptest::sample::subsequence(Purpose::ALL.to_vec(), 0..=Purpose::ALL.len())
            .prop_map(|purposes| purposes.into_iter().collect())
    }

    fn any_change() -> impl Strategy<Value = ConsentChanged> {
        (any_purposes(), any_purposes())
            .prop_map(|(given, denied)| ConsentChanged { given, denied })
    }

    proptest! {
        #[test]
        fn the_last_change_that_names_a_purpose_decides(
            changes in proptest::collection::vec(any_change(), 0..6),
        ) {
            let mut answers = Answers::default();
            changes.iter().for_each(|it| answers.apply(it));

            for purpose in Purpose::ALL {
                let last = changes.iter().rev().find_map(|it| it.answer(purpose));
                let expected = last.map_or(Answer::Unknown, |yes| match yes {
                    true => Answer::Given,
                    false => Answer::Denied,
                });
                prop_assert_eq!(answers.answer(purpose), expected);
            }
            prop_assert_eq!(Answers::from_bits(answers.to_bits()), Some(answers));
        }

        #[test]
        fn a_no_of_either_is_a_no_of_both_and_nothing_else_changes(
            own in any_change(), others in any_change(),
        ) {
            let of = |change: &ConsentChanged| {
                let mut answers = Answers::default();
                answers.apply(change);
                answers
            };
            let (own, others) = (of(&own), of(&others));
            let both = own.with_refusals_of(others);
            for purpose in Purpose::ALL {
                let expected = match others.answer(purpose) {
                    Answer::Denied => Answer::Denied,
                    Answer::Given | Answer::Unknown => own.answer(purpose),
                };
                prop_assert_eq!(both.answer(purpose), expected);
            }
            let mut changed = own;
            own.lacking_refusals_of(others).iter().for_each(|it| changed.apply(it));
            prop_assert_eq!(changed, both);
            prop_assert_eq!(both.lacking_refusals_of(others), None);
        }

        #[test]
        fn bits_that_mean_no_answers_are_refused(bits: u16) {
            if let Some(answers) = Answers::from_bits(bits) {
                prop_assert_eq!(answers.to_bits(), bits);
            }
        }
    }

    #[test]
    fn where_silence_is_a_no_only_a_yes_allows() {
        let mut answers = Answers::default();
        let given = Purposes::NONE.with(Purpose::Measurement);
        answers.apply(&ConsentChanged { given, denied: Purposes::NONE });
        let strict = answers.with_silence_refused();
        let allowed: Vec<Purpose> =
            Purpose::ALL.into_iter().filter(|it| strict.answer(*it) != Answer::Denied).collect();
        assert_eq!(allowed, [Purpose::Operation, Purpose::Measurement]);
    }

    #[test]
    fn an_impossible_answer_is_refused() {
        assert_eq!(Answers::from_bits(0b11), None);
        assert_eq!(Answers::from_bits(1 << 15), None);
    }
}
