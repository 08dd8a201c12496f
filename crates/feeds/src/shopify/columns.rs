//! The columns of Shopify's export, under all the names that they have had.

use app::Rejection;

use crate::table::Record;
use crate::{FeedError, Source};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Vendor,
    Category,
    Type,
    Tags,
    Published,
    Status,
    OptionName(usize),
    OptionValue(usize),
    Sku,
    Tracker,
    Quantity,
    Policy,
    Price,
    Cost,
    Image,
    ImagePosition,
    VariantImage,
}

/// Every column, its names (compared without regard to case), and what refusals of `api` call it.
const COLUMNS: [(Column, &[&str], &str); 24] = [
    (Column::Handle, &["Handle", "URL handle"], "id"),
    (Column::Title, &["Title"], "title"),
    (Column::Body, &["Body (HTML)", "Body HTML", "Description"], "description"),
    (Column::Vendor, &["Vendor"], "brand"),
    (Column::Category, &["Product Category", "Standard Product Type"], "categories"),
    (Column::Type, &["Type", "Product Type", "Custom Product Type"], ""),
    (Column::Tags, &["Tags"], "attributes.tags"),
    (Column::Published, &["Published", "Published on online store"], ""),
    (Column::Status, &["Status"], ""),
    (Column::OptionName(0), &["Option1 Name"], ""),
    (Column::OptionName(1), &["Option2 Name"], ""),
    (Column::OptionName(2), &["Option3 Name"], ""),
    (Column::OptionValue(0), &["Option1 Value"], ""),
    (Column::OptionValue(1), &["Option2 Value"], ""),
    (Column::OptionValue(2), &["Option3 Value"], ""),
    (Column::Sku, &["Variant SKU", "SKU"], "variants.id"),
    (Column::Tracker, &["Variant Inventory Tracker", "Inventory tracker"], ""),
    (Column::Quantity, &["Variant Inventory Qty", "Inventory quantity"], "stock"),
    (Column::Policy, &["Variant Inventory Policy", "Continue selling when out of stock"], ""),
    (Column::Price, &["Variant Price", "Price"], "price"),
    (Column::Cost, &["Cost per item"], "cost"),
    (Column::Image, &["Image Src", "Product image URL"], "images"),
    (Column::ImagePosition, &["Image Position"], ""),
    (Column::VariantImage, &["Variant Image", "Variant image URL"], ""),
];

/// Columns without which a file is no such export.
const NEEDED: [Column; 3] = [Column::Handle, Column::Title, Column::Price];

/// Where the columns of one file are.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// For each of [`COLUMNS`] its place and its name in the file.
    places: Vec<Option<(usize, String)>>,
}

impl Columns {
    /// Finds them.
    ///
    /// # Errors
    ///
    /// [`FeedError::ColumnMissing`] for one that is needed, by its first name.
    pub(super) fn find(source: &Source, names: &[String]) -> Result<Columns, FeedError> {
        let mut places = Vec::with_capacity(COLUMNS.len());
        for (column, known, _) in COLUMNS {
            let is_it = |name: &String| known.iter().any(|it| it.eq_ignore_ascii_case(name));
            let place = names.iter().position(is_it);
            if place.is_none() && NEEDED.contains(&column) {
                return Err(FeedError::ColumnMissing {
                    path: source.path().to_owned(),
                    column: known.join("` or `"),
                    columns: names.to_vec(),
                });
            }
            places.push(place.and_then(|it| Some((it, names.get(it)?.clone()))));
        }
        Ok(Columns { places })
    }

    /// The place of the handle, which is always there.
    pub(super) fn handle(&self) -> usize {
        self.place(Column::Handle).unwrap_or_default()
    }

    fn place(&self, column: Column) -> Option<usize> {
        let index = COLUMNS.iter().position(|(it, ..)| *it == column)?;
        self.places.get(index)?.as_ref().map(|(place, _)| *place)
    }

    /// What stands in a column; nothing where the file has no such column.
    pub(super) fn text<'a>(&self, record: &'a Record, column: Column) -> &'a str {
        self.place(column).map_or("", |it| record.text(it))
    }

    /// Whether a row is a variant rather than one more picture.
    pub(super) fn is_variant(&self, record: &Record) -> bool {
        [Column::Price, Column::OptionValue(0), Column::Sku]
            .iter()
            .any(|it| !self.text(record, *it).is_empty())
    }

    /// A refusal with the column in place of the field.
    pub(super) fn in_words_of_the_file(&self, why: Rejection) -> Rejection {
        let field = match why.field.split_once('[') {
            Some((list, rest)) => {
                format!("{list}{}", rest.split_once(']').map_or("", |(_, after)| after))
            }
            None => why.field.clone(),
        };
        let field = if field == "variants.price" { "price" } else { field.as_str() };
        let found = COLUMNS.iter().position(|(.., it)| !it.is_empty() && *it == field);
        match found.and_then(|it| self.places.get(it)?.as_ref()) {
            Some((_, name)) => Rejection { field: name.clone(), ..why },
            None => why,
        }
    }
}
