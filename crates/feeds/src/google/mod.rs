//! Feeds of Google Merchant Center: RSS, Atom, and tab-separated text.
//!
//! Source: Google Merchant Center Help, "Product data specification".
//!
//! | in the feed | here |
//! | --- | --- |
//! | `id`, or `item_group_id` where there is one | the product's id |
//! | items of one group | variants of one product, which is otherwise as its first item says |
//! | `title`, `description`, `link`, `brand` | title, description, address, brand |
//! | `product_type`, else `google_product_category` | ways through categories |
//! | `price`; `sale_price` in its place where no dates bound it | price |
//! | `cost_of_goods_sold` | cost |
//! | `availability` out of stock; `quantity` | stock: none; so many |
//! | `image_link`, `additional_image_link` | pictures |
//! | `color`, `size`, `material`, `pattern`, `gender`, `age_group` | attributes, of each variant in a group |
//! | `condition`, `gtin`, `mpn`, `custom_label_0` to `_4` | attributes |
//! | `product_detail` | attributes by their own names |
//!
//! Everything else (shipping, tax, advertising) is passed over.

mod item;
mod tsv;
mod xml;

pub(crate) use item::DETAIL_SEPARATOR;
pub(crate) use tsv::tsv_rows;
pub(crate) use xml::xml_rows;

use api::segment::Rules;

use crate::grouped::{Step, grouped};
use crate::{Facts, FeedError, Rows, Source};
use item::Item;

/// Attributes that set variants of one product apart.
pub(crate) const VARYING: [&str; 6] =
    ["color", "size", "material", "pattern", "gender", "age_group"];
/// Other attributes that the feed has a name for.
pub(crate) const STEADY: [&str; 8] = [
    "condition",
    "gtin",
    "mpn",
    "custom_label_0",
    "custom_label_1",
    "custom_label_2",
    "custom_label_3",
    "custom_label_4",
];

/// The products that the items of a file tell.
fn products<I>(
    source: &Source,
    open: impl Fn() -> Result<I, FeedError>,
    rules: &Rules,
    facts: &Facts,
) -> Result<Rows, FeedError>
where
    I: Iterator<Item = Result<Step<Item>, FeedError>> + Send + 'static,
{
    let groups = grouped(source.path(), open)?;
    let (facts, currency) = (facts.clone(), rules.currency);
    let (mut n_items, mut n_products) = (0, 0_u64);
    facts.set("items", 0);
    Ok(Box::new(groups.map(move |step| {
        let row = match step? {
            Step::Row(items) => {
                n_items += items.len();
                n_products += 1;
                item::product(&items, currency)
            }
            Step::Refused(row) => {
                n_items += 1;
                *row
            }
        };
        facts.set("items", n_items);
        facts.set("products", n_products);
        Ok(row)
    })))
}

#[cfg(test)]
mod tests;
