//! The columns of the two tables. `docs/lake.md` says what each of them means.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

/// The day of the event's time, UTC: the first partition column.
pub(crate) const DAY: &str = "day";
/// The shopper's bucket: the second partition column.
pub(crate) const BUCKET: &str = "bucket";
/// The event's place in the sequence: what files are sorted by.
pub(crate) const POSITION: &str = "position";
/// The whole event as the log keeps it.
pub(crate) const EVENT: &str = "event";

/// The two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TableName {
    /// Everything but decisions.
    Events,
    /// What Tastemaker decided.
    Decisions,
}

impl TableName {
    /// Both.
    pub(crate) const ALL: [TableName; 2] = [TableName::Events, TableName::Decisions];

    /// The name in SQL, and of the table's folder.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            TableName::Events => "events",
            TableName::Decisions => "decisions",
        }
    }

    /// The columns of its files: all but the two of the partition, which are in the folders' names.
    pub(crate) fn file_schema(self) -> SchemaRef {
        let own = match self {
            TableName::Events => event_fields(),
            TableName::Decisions => decision_fields(),
        };
        let whole = Field::new(EVENT, DataType::Binary, false);
        let fields: Vec<Field> = common_fields().into_iter().chain(own).chain([whole]).collect();
        Arc::new(Schema::new(fields))
    }

    /// All columns, in the order in which readers see them.
    pub(crate) fn table_schema(self) -> Schema {
        let partition =
            [Field::new(DAY, DataType::Date32, false), Field::new(BUCKET, DataType::Int32, false)];
        let file = self.file_schema();
        let rest = file.fields().iter().map(|it| it.as_ref().clone());
        Schema::new(partition.into_iter().chain(rest).collect::<Vec<_>>())
    }
}

/// How moments are kept.
pub(crate) fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn common_fields() -> Vec<Field> {
    vec![
        Field::new(POSITION, DataType::Int64, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("event_time", moment(), false),
        Field::new("received_time", moment(), false),
        Field::new("shopper", DataType::Binary, false),
        Field::new("verified", DataType::Boolean, false),
        Field::new("source_key", DataType::Utf8, false),
        Field::new("purposes", DataType::Int32, false),
        Field::new("market", DataType::Utf8, true),
        Field::new("decision_id", DataType::Binary, true),
    ]
}

fn event_fields() -> Vec<Field> {
    vec![
        Field::new("products", list(DataType::Struct(product_fields())), true),
        Field::new("order_id", DataType::Utf8, true),
        Field::new("cart_id", DataType::Utf8, true),
        Field::new("total_minor", DataType::Int64, true),
        Field::new("revenue_minor", DataType::Int64, true),
        Field::new("currency", DataType::Utf8, true),
        Field::new("name", DataType::Utf8, true),
    ]
}

fn decision_fields() -> Vec<Field> {
    vec![
        Field::new("placement", DataType::Utf8, false),
        Field::new("slate", list(DataType::Struct(shown_fields())), false),
        Field::new("anchors", list(DataType::Utf8), false),
        Field::new("fallback", DataType::Utf8, true),
        Field::new("versions", list(DataType::Utf8), false),
        Field::new("propensity", DataType::Float64, false),
        Field::new("seen", DataType::Int64, false),
        Field::new("serial", DataType::Int64, false),
        Field::new("took_micros", DataType::Int64, false),
    ]
}

/// What is known of one product of an event.
pub(crate) fn product_fields() -> Fields {
    Fields::from(vec![
        Field::new("product", DataType::Utf8, true),
        Field::new("variant", DataType::Utf8, true),
        Field::new("quantity", DataType::Int32, true),
        Field::new("unit_price_minor", DataType::Int64, true),
        Field::new("currency", DataType::Utf8, true),
    ])
}

/// What is known of one product of a slate.
pub(crate) fn shown_fields() -> Fields {
    Fields::from(vec![
        Field::new("product", DataType::Utf8, true),
        Field::new("score", DataType::Float32, true),
        Field::new("generator", DataType::Utf8, true),
        Field::new("reason", DataType::Utf8, true),
        Field::new("because", DataType::Utf8, true),
    ])
}

/// The name and nullability that Delta gives the elements of a list.
pub(crate) fn element(of: DataType) -> Field {
    Field::new("element", of, true)
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(element(of)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first cells of the tables under the heading that contains `heading`.
    fn described(heading: &str) -> Vec<String> {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lake.md");
        let page = std::fs::read_to_string(page).unwrap();
        let lines = page.lines().skip_while(|it| !(it.starts_with("## ") && it.contains(heading)));
        let lines = lines.skip(1).take_while(|it| !it.starts_with("## "));
        let cell = |it: &str| it.strip_prefix("| `")?.split_once('`').map(|(it, _)| it.to_owned());
        lines.filter_map(cell).collect()
    }

    #[test]
    fn the_page_about_the_lake_describes_every_column_in_its_order() {
        let mut common = described("Columns of both");
        let event = common.pop();
        assert_eq!(event.as_deref(), Some(EVENT));
        for table in TableName::ALL {
            let own = described(&format!("Columns of `{}`", table.text()));
            let expected: Vec<String> = common.iter().chain(&own).chain(&event).cloned().collect();
            let schema = table.table_schema();
            let found: Vec<&str> = schema.fields().iter().map(|it| it.name().as_str()).collect();
            assert_eq!(found, expected, "{}", table.text());
        }
    }
}
