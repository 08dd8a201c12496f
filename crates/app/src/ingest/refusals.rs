//! A no goes with whoever said it: from a visitor to the shopper they turn out to be.
//!
//! Answers are kept by shopper. When an event joins a visitor, whose shopper refused something, with
//! another shopper, a change of consent stands before it in the log that refuses the same for that one:
//! otherwise the login would undo the refusal. It is the visitor's device that said no, so this holds
//! too where another person logs in there; only a change of consent of their own takes it back.
//!
//! A yes does not go along: nobody agrees for another.

use consent::{Answers, Signals};
use domain::event::person::ConsentChanged;
use domain::{Envelope, KeyKind, ShopperKey, Source, Verification};
use ports::ShopperRecord;
use rustc_hash::FxHashMap;

use crate::App;
use crate::live::{Live, Silence};
use crate::pseudonyms::directory::Met;
use crate::pseudonyms::{MessageNamespace, message_key};

/// What the shoppers of a batch answered, as far as the batch has come.
pub(crate) struct BatchAnswers {
    said: FxHashMap<ShopperKey, Answers>,
    silence: Silence,
}

impl BatchAnswers {
    /// What they answered before the batch.
    pub(crate) fn before(live: &Live, met: &[Option<Met<ShopperRecord>>]) -> BatchAnswers {
        let mut said = FxHashMap::default();
        for met in met.iter().flatten() {
            for shopper in [met.shopper.key].into_iter().chain(met.at_visitor) {
                said.entry(shopper).or_insert_with(|| live.answer_book().said(&shopper));
            }
        }
        BatchAnswers { said, silence: live.answer_book().silence() }
    }

    /// What a shopper answered so far.
    pub(crate) fn of(&self, shopper: &ShopperKey) -> Answers {
        self.silence.complete(self.said.get(shopper).copied().unwrap_or_default())
    }

    /// Takes in a change.
    pub(crate) fn apply(&mut self, shopper: ShopperKey, change: &ConsentChanged) {
        self.said.entry(shopper).or_default().apply(change);
    }

    /// Takes in what goes with a visitor to the shopper that an event joins them with; `None` when
    /// nothing does.
    pub(crate) fn take_over(&mut self, met: &Met<ShopperRecord>) -> Option<ConsentChanged> {
        let at_visitor = self.said.get(&met.at_visitor?).copied().unwrap_or_default();
        let own = self.said.entry(met.shopper.key).or_default();
        let change = own.lacking_refusals_of(at_visitor)?;
        own.apply(&change);
        Some(change)
    }
}

impl App {
    /// The event that takes a refusal over, for the log to have right before `joining`.
    ///
    /// Its message key follows from that of `joining`, so that both are counted once.
    pub(crate) fn refusal_taken_over(
        &self,
        shopper: ShopperKey,
        change: ConsentChanged,
        answers: Answers,
        joining: &Envelope,
    ) -> Envelope {
        let namespace = MessageNamespace::Refusal;
        let default = self.settings.consent_default;
        Envelope {
            message: message_key(self.shop_id(), namespace, &joining.message.to_string()),
            shop: self.shop_id().clone(),
            shopper,
            event_time: joining.event_time,
            received_time: joining.received_time,
            source: Source { key: KeyKind::Own, verification: Verification::Verified },
            purposes: consent::at_intake(&Signals::default(), answers, default),
            event: change.into(),
            open: Vec::new(),
            sealed: Vec::new(),
            address_range: None,
            market: None,
            unknown: Vec::new(),
        }
    }
}
