//! The filters of a category page: what shoppers choose, and what it means in the filter language.

use serde::Deserialize;

use crate::catalogue::Product;

/// Price limits that a shopper can choose, in euros.
pub(super) const PRICE_LIMITS: [i64; 6] = [25, 50, 100, 200, 400, 800];

/// What was chosen, as it stands in the address. What cannot be understood is not a filter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FilterQuery {
    /// The most a product may cost, in euros.
    max: String,
    /// `yes` to leave out what is sold out.
    in_stock: String,
    /// Which page of the list, counted from 1.
    page: String,
}

impl FilterQuery {
    /// The chosen price limit in euros.
    pub(super) fn max_eur(&self) -> Option<i64> {
        self.max.parse().ok().filter(|it| PRICE_LIMITS.contains(it))
    }

    /// Whether the box "in stock" is ticked.
    pub(super) fn only_in_stock(&self) -> bool {
        self.in_stock == "yes"
    }

    /// The page of the list, counted from 1.
    pub(super) fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).max(1)
    }

    /// Whether a product passes.
    pub(super) fn admits(&self, product: &Product) -> bool {
        self.max_eur().is_none_or(|max| product.price_minor() < max * 100)
            && (!self.only_in_stock() || product.stock > 0)
    }

    /// The same in the filter language, for the shelf.
    pub(super) fn expression(&self) -> Option<String> {
        let price = self.max_eur().map(|max| format!("price < {max}"));
        let stock = self.only_in_stock().then(|| "in_stock".to_owned());
        let terms: Vec<String> = price.into_iter().chain(stock).collect();
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    /// The address of another page of the same list.
    pub(super) fn page_query(&self, page: usize) -> String {
        let max = self.max_eur().map(|it| format!("max={it}&")).unwrap_or_default();
        let stock = if self.only_in_stock() { "in_stock=yes&" } else { "" };
        format!("?{max}{stock}page={page}")
    }
}
