//! A shop's own history as material: its data set, behind the gate of consent, cut.

use super::material::{AskedActs, JudgedData, Material, Split};
use super::report::LeftOutFact;
use crate::App;
use crate::training::{DataSet, DataSetError, LeftOut};

impl App {
    /// What the generators are judged by and their parameters are searched on: all of the shop's history
    /// that may be learned from, cut. The search drops what is held out before it begins.
    ///
    /// # Errors
    ///
    /// [`DataSetError`] when the history cannot be archived or read.
    pub async fn judged_data(
        &self,
        split: Split,
        asked_acts: AskedActs,
    ) -> Result<JudgedData, DataSetError> {
        let mut set = self.data_set().await?;
        let left_out = left_out(&set);
        // Nobody can be asked about what nobody touched.
        set.facts.truncate(set.products.len());
        let material = Material::cut(&set.histories, set.products, split, asked_acts);
        let material = material.with_facts(set.facts);
        let source = format!("the history of the shop `{}`", self.shop_id());
        Ok(JudgedData { material, source, left_out })
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
        (
            "products that the catalogue never knew; import the catalogue first",
            unknown_products,
            false,
        ),
        ("more products than can be numbered", beyond_products, false),
        (&*sampled_words, sampled, false),
    ]
    .into_iter()
    .filter(|(_, n_acts, always)| *always || *n_acts > 0)
    .map(|(reason, n_acts, _)| LeftOutFact { reason: reason.to_owned(), n_acts })
    .collect()
}
