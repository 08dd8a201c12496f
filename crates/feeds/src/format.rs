//! What a file can be, and the names that people use for it.

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Products as JSON: one a line, or one list.
    Products,
    /// Products as CSV whose columns are named like the fields.
    ProductsCsv,
    /// Events as JSON: one message of Segment's a line.
    Events,
    /// CSV of any kind, with a mapping.
    Csv,
    /// Parquet of any kind, with a mapping unless its columns are named like the fields of products.
    Parquet,
    /// Products as Shopify exports them.
    Shopify,
    /// Products as a feed of Google Merchant Center in XML: RSS or Atom.
    GoogleXml,
    /// The same as tab-separated text.
    GoogleTsv,
    /// UCI's "Online Retail" transactions as CSV.
    OnlineRetail,
    /// The Best Buy catalogue as JSON.
    Bestbuy,
    /// 84.51°'s "Complete Journey": a folder of Parquet files.
    CompleteJourney,
    /// Sessions, one a line: the products that somebody looked at.
    Sessions,
}

impl Format {
    /// All of them, in the order in which they are told to people.
    pub const ALL: [Format; 12] = [
        Format::Products,
        Format::ProductsCsv,
        Format::Events,
        Format::Csv,
        Format::Parquet,
        Format::Shopify,
        Format::GoogleXml,
        Format::GoogleTsv,
        Format::OnlineRetail,
        Format::Bestbuy,
        Format::CompleteJourney,
        Format::Sessions,
    ];

    /// The format of that name, or `None` when there is no such format.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|it| it.name() == name)
    }

    /// The name by which people ask for it.
    pub const fn name(self) -> &'static str {
        self.told().0
    }

    /// What such a file is, in a line for people.
    pub const fn summary(self) -> &'static str {
        self.told().1
    }

    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Format::Products => (
                "products",
                "Products, one JSON object a line or one JSON list, as `/v1/products:import` takes them",
            ),
            Format::ProductsCsv => (
                "products-csv",
                "Products as CSV with columns named like the fields: id, title, price, categories, \
                 attributes.colour",
            ),
            Format::Events => ("events", "Events, one message of Segment's API a line"),
            Format::Csv => ("csv", "Products or events as CSV, with a mapping"),
            Format::Parquet => ("parquet", "Products or events as Parquet, with a mapping"),
            Format::Shopify => ("shopify", "Products as Shopify exports them"),
            Format::GoogleXml => {
                ("google-xml", "Products as Google Merchant Center takes them in XML: RSS or Atom")
            }
            Format::GoogleTsv => ("google-tsv", "The same as tab-separated text"),
            Format::OnlineRetail => {
                ("online-retail", "UCI's \"Online Retail\" transactions as CSV")
            }
            Format::Bestbuy => ("bestbuy", "The Best Buy catalogue as JSON"),
            Format::CompleteJourney => {
                ("complete-journey", "84.51°'s \"Complete Journey\": a folder of Parquet files")
            }
            Format::Sessions => (
                "sessions",
                "Sessions, one a line: the products that somebody looked at, with spaces between",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(Format::named(format.name()), Some(format));
        }
        assert_eq!(Format::named("tea-leaves"), None);
    }
}
