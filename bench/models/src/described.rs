//! What public data sets say of their products.

use std::collections::BTreeMap;

use anyhow::Context;
use domain::ProductId;
use features::{ProductFact, ProductFacts, TraitKind};

/// What is said of `products`, by their numbers, in a file of items and the numbers of their attributes.
///
/// # Errors
///
/// When the file is not of that form.
pub fn by_attributes(json: &str, products: &[ProductId]) -> anyhow::Result<ProductFacts> {
    let said: BTreeMap<String, Vec<u32>> =
        serde_json::from_str(json).context("reading the attributes of items")?;
    let mut facts = ProductFacts::new();
    for product in products {
        let numbers = said.get(product.as_str()).map(Vec::as_slice).unwrap_or_default();
        let traits = numbers.iter().map(|it| (TraitKind::Attribute, it.to_string())).collect();
        facts.push(ProductFact { traits, ..ProductFact::default() });
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_known_by_their_attributes_and_others_by_none() {
        let products = ["7", "9"].map(|it| ProductId::new(it).unwrap());
        let facts = by_attributes(r#"{"9": [4, 2], "1": [4]}"#, &products).unwrap();
        assert_eq!((facts.traits(0).len(), facts.traits(1).len()), (0, 2));
        assert!(by_attributes("[1]", &products).is_err());
    }
}
