//! The columns that only the table of decisions has.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float32Builder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
    StructBuilder,
};
use arrow::datatypes::DataType;
use domain::event::deciding::DecisionMade;
use domain::{Event, Fallback, Recorded, Shown};

use super::{column_position, texts};
use crate::columns::{element, shown_fields};

/// The columns of `events`; what is no decision, of which there is none here, would be left out.
pub(super) fn columns(events: &[&Recorded]) -> Vec<ArrayRef> {
    let decisions = || events.iter().filter_map(|it| decision(it));
    let (mut placement, mut fallback) = (StringBuilder::new(), StringBuilder::new());
    let (mut propensity, mut seen) = (Float64Builder::new(), Int64Builder::new());
    let (mut serial, mut took) = (Int64Builder::new(), Int64Builder::new());
    let fields = shown_fields();
    let shown = StructBuilder::from_fields(fields.clone(), events.len());
    let mut slate = ListBuilder::new(shown).with_field(element(DataType::Struct(fields)));
    let (mut anchors, mut versions) = (text_lists(), text_lists());
    for it in decisions() {
        placement.append_value(it.placement.as_str());
        fallback.append_option(it.fallback.map(Fallback::name));
        propensity.append_value(it.propensity.get());
        seen.append_value(column_position(it.seen));
        serial.append_value(i64::try_from(it.serial).unwrap_or(i64::MAX));
        took.append_value(i64::from(it.took_micros));
        for shown in &it.slate {
            append_shown(slate.values(), shown);
        }
        slate.append(true);
        for anchor in &it.anchors {
            anchors.values().append_value(anchor.as_str());
        }
        anchors.append(true);
        for version in &it.versions {
            versions.values().append_value(version);
        }
        versions.append(true);
    }
    vec![
        Arc::new(placement.finish()),
        Arc::new(slate.finish()),
        Arc::new(anchors.finish()),
        Arc::new(fallback.finish()),
        Arc::new(versions.finish()),
        Arc::new(propensity.finish()),
        Arc::new(seen.finish()),
        Arc::new(serial.finish()),
        Arc::new(took.finish()),
    ]
}

fn decision(recorded: &Recorded) -> Option<&DecisionMade> {
    match &recorded.envelope.event {
        Event::DecisionMade(decision) => Some(decision),
        _ => None,
    }
}

fn text_lists() -> ListBuilder<StringBuilder> {
    ListBuilder::new(StringBuilder::new()).with_field(element(DataType::Utf8))
}

fn append_shown(slate: &mut StructBuilder, shown: &Shown) {
    const SCORE: &str = "the schema says that a score is a fraction";
    texts(slate, 0).append_value(shown.product.as_str());
    slate.field_builder::<Float32Builder>(1).expect(SCORE).append_value(shown.score);
    texts(slate, 2).append_value(&shown.generator);
    texts(slate, 3).append_value(shown.reason.name());
    texts(slate, 4).append_option(shown.reason.because());
    slate.append(true);
}
