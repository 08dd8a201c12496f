//! What is to be sealed: everything that nobody took, as one JSON object.

use super::track::Properties;
use crate::json::Object;

/// The object being written. It stays empty while nothing is left.
#[derive(Debug, Default)]
pub(super) struct Private {
    json: Vec<u8>,
}

impl Private {
    /// Adds what is left of the message itself: traits, names, ids.
    pub(super) fn fields_of(&mut self, message: &Object<'_>) {
        for (name, value) in message.fields() {
            self.name(name);
            self.json.extend_from_slice(value.get().as_bytes());
        }
    }

    /// Adds what is left of an object, unless nothing is.
    pub(super) fn object(&mut self, name: &str, object: &Object<'_>) {
        if !object.fields().is_empty() {
            self.name(name);
            write_object(&mut self.json, object);
        }
    }

    /// Adds what is left of the properties, and of the products in them.
    pub(super) fn properties(&mut self, properties: &Properties<'_>) {
        self.object("properties", &properties.object);
        if properties.line_rests.iter().all(|it| it.fields().is_empty()) {
            return;
        }
        self.name("products");
        for (index, rest) in properties.line_rests.iter().enumerate() {
            self.json.push(if index == 0 { b'[' } else { b',' });
            write_object(&mut self.json, rest);
        }
        self.json.push(b']');
    }

    /// The object; empty when nothing is to be sealed.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.json.is_empty() {
            self.json.push(b'}');
        }
        self.json
    }

    fn name(&mut self, name: &str) {
        self.json.push(if self.json.is_empty() { b'{' } else { b',' });
        write_name(&mut self.json, name);
    }
}

fn write_object(json: &mut Vec<u8>, object: &Object<'_>) {
    json.push(b'{');
    for (index, (name, value)) in object.fields().iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        write_name(json, name);
        json.extend_from_slice(value.get().as_bytes());
    }
    json.push(b'}');
}

fn write_name(json: &mut Vec<u8>, name: &str) {
    serde_json::to_writer(&mut *json, name).expect("writing a text to memory cannot fail");
    json.push(b':');
}
