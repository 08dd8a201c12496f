//! A shop's own history as material: its data set, behind the gate of consent, cut.

use domain::Span;

use super::material::{AskedActs, JudgedData, Material, Split};
use super::report::LeftOutFact;
use crate::App;
use crate::training::{DataSet, DataSetError, DataSetWanted, LeftOut};

impl App {
    /// What the generators can be judged by: all of the shop's history that may be learned from, cut.
    ///
    /// # Errors
    ///
    /// [`DataSetError`] when the history cannot be archived or read.
    pub async fn judged_data(
        &self,
        split: Split,
        asked_acts: AskedActs,
    ) -> Result<JudgedData, DataSetError> {
        let set = self.data_set(DataSetWanted::everything()).await?;
        Ok(self.cut(set, split, asked_acts))
    }

    /// What parameters can be searched on: the same without what is held out for the test.
    ///
    /// Held-out days are cut off where the lake is read: only when they begin is asked of them. What each
    /// shopper did last can be told from the rest no sooner than it is read; the search then drops it.
    ///
    /// # Errors
    ///
    /// [`DataSetError`] when the history cannot be archived or read.
    pub async fn searched_data(
        &self,
        split: Split,
        asked_acts: AskedActs,
    ) -> Result<JudgedData, DataSetError> {
        let Split::LastDays(days) = split else {
            return self.judged_data(split, asked_acts).await;
        };
        let end = Material::end_of_days(self.data_set(DataSetWanted::everything()).await?.last);
        let cut = end.minus(Span::DAY.times(days.into()));
        let set =
            self.data_set(DataSetWanted { until: cut, ..DataSetWanted::everything() }).await?;
        let left_out = left_out(&set);
        let DataSet { histories, products, .. } = set;
        let material = Material::without_test(&histories, products, cut, end, asked_acts);
        Ok(JudgedData { material, source: self.source(), left_out })
    }

    fn cut(&self, set: DataSet, split: Split, asked_acts: AskedActs) -> JudgedData {
        let left_out = left_out(&set);
        let material = Material::cut(&set.histories, set.products, split, asked_acts);
        JudgedData { material, source: self.source(), left_out }
    }

    fn source(&self) -> String {
        format!("the history of the shop `{}`", self.shop_id())
    }
}

/// What is missing from a data set, in words; nothing is said of what lacks nothing, but for consent and
/// proof, of which a shop wants to know in any case.
fn left_out(set: &DataSet) -> Vec<LeftOutFact> {
    let LeftOut {
        no_consent,
        unverified,
        capped,
        returned,
        unknown_products,
        beyond_products,
        sampled,
    } = set.left_out;
    let sampled_words = format!("only one of {} shoppers fits the memory", set.one_shopper_of);
    [
        ("their shopper does not allow it", no_consent, true),
        ("only a browser told of these orders", unverified, true),
        ("of their shopper's acts more than the caps on influence let through", capped, false),
        ("lines of orders of which nothing was kept", returned, false),
        ("products that the catalogue never knew", unknown_products, false),
        ("more products than can be numbered", beyond_products, false),
        (&*sampled_words, sampled, false),
    ]
    .into_iter()
    .filter(|(_, n_acts, always)| *always || *n_acts > 0)
    .map(|(reason, n_acts, _)| LeftOutFact { reason: reason.to_owned(), n_acts })
    .collect()
}
