//! What every JSON document of the program has in common: the number of its form, and how it is laid out.

use serde::Serialize;
use serde_json::Value;

/// The number of the form of every document that names no other one. It changes where a field goes or means something else.
pub const FORM: u32 = 1;

/// A document of these fields.
pub fn envelope(mut fields: Value) -> Value {
    fields["schema"] = FORM.into();
    fields
}

/// A value as a JSON document, laid out for people.
pub fn json_document(value: &impl Serialize) -> String {
    // nothing in a report can fail to be written
    serde_json::to_string_pretty(value).map_or_else(|error| format!("{error}\n"), |it| it + "\n")
}
