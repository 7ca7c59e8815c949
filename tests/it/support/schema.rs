//! JSON against its schema: each document that the program prints while the tests run is compared with what `molt-sync schema` says.

use std::{
    collections::BTreeMap,
    process::Command,
    sync::{Mutex, OnceLock},
};

use molt_sync::report::schemas::{names, schema_of};
use serde_json::Value;

use super::sarif::assert_is_sarif;

/// Global options that have no value.
const FLAGS: [&str; 7] = ["-q", "--quiet", "-v", "--verbose", "--offline", "-V", "--version"];

/// What is wrong with a value, each with its place; keys that the schema does not know are wrong too.
pub fn wrong(value: &Value, schema: &Value, all: &Value, place: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return wrong(value, &all["$defs"][name.rsplit('/').next().unwrap()], all, place);
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(any) = schema[key].as_array() {
            let fits = any.iter().filter(|it| wrong(value, it, all, place).is_empty()).count();
            return if fits > 0 { Vec::new() } else { vec![format!("{place}: none of {key} fits {value}")] };
        }
    }
    if !schema["const"].is_null() && schema["const"] != *value {
        return vec![format!("{place}: {value} is not {}", schema["const"])];
    }
    if schema["enum"].as_array().is_some_and(|it| !it.contains(value)) {
        return vec![format!("{place}: {value} is none of {}", schema["enum"])];
    }
    let is = |name: &str| match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(it) => name == "number" || (name == "integer" && !it.is_f64()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    };
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if !types.is_empty() && !types.iter().any(|it| is(it)) {
        return vec![format!("{place}: {value} is no {}", schema["type"])];
    }
    let mut res = Vec::new();
    for (at, it) in value.as_array().into_iter().flatten().enumerate() {
        let own = schema["prefixItems"].get(at).unwrap_or(&schema["items"]);
        res.extend(wrong(it, own, all, &format!("{place}[{at}]")));
    }
    let Some(object) = value.as_object().filter(|_| schema.is_object()) else { return res };
    for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        res.extend((!object.contains_key(key)).then(|| format!("{place}: there is no `{key}`")));
    }
    for (key, it) in object {
        let place = format!("{place}.{key}");
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Null | Value::Bool(false)) => res.push(format!("{place} is not in the schema")),
            (Value::Null, more) => res.extend(wrong(it, more, all, &place)),
            (own, _) => res.extend(wrong(it, own, all, &place)),
        }
    }
    res
}

/// The schema of that name.
pub fn schema(name: &str) -> Option<Value> {
    static ALL: OnceLock<Mutex<BTreeMap<String, Option<Value>>>> = OnceLock::new();
    let mut all = ALL.get_or_init(Mutex::default).lock().unwrap();
    all.entry(name.to_owned()).or_insert_with(|| schema_of(name).map(schemars::Schema::to_value)).clone()
}

/// The name of the schema of what a command line prints: that of its command.
pub fn name_of(arguments: &[&str]) -> String {
    let mut rest = arguments;
    while let Some(first) = rest.first().filter(|it| it.starts_with('-')) {
        if ["-V", "--version"].contains(first) {
            return "version".into();
        }
        let is_alone = FLAGS.contains(first) || first.contains('=');
        rest = rest.get(if is_alone { 1 } else { 2 }..).unwrap_or_default();
    }
    let words: Vec<&str> = rest.iter().copied().take(2).collect();
    match words.as_slice() {
        [] => "overview".into(),
        [first, second] if names().any(|(it, _)| it == format!("{first}-{second}")) => format!("{first}-{second}"),
        [first, ..] => (*first).to_owned(),
    }
}

/// What is wrong with the JSON that this command line printed; nothing where it is not JSON, or a schema itself.
pub fn wrong_in(arguments: &[&str], printed: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<Value>(printed) else { return Vec::new() };
    let name = if value.get("error").is_some() { "error".to_owned() } else { name_of(arguments) };
    if name == "schema" {
        return Vec::new();
    }
    match schema(&name) {
        Some(schema) => wrong(&value, &schema, &schema, &name),
        None => vec![format!("there is no schema of `{name}`: it needs a row in src/report/schemas/table.rs")],
    }
}

/// The same for a command that has run with `--format json`, and what the standard says for one with `--format sarif`.
#[track_caller]
pub fn check(command: &Command, printed: &str) {
    let arguments: Vec<&str> = command.get_args().filter_map(|it| it.to_str()).collect();
    let prints = |format: &str| {
        arguments.windows(2).any(|it| it == ["--format", format]) || arguments.contains(&&*format!("--format={format}"))
    };
    // a run that cannot say anything of what it checks prints its error
    if let Some(log) = serde_json::from_str::<Value>(printed).ok().filter(|it| it.get("error").is_none())
        && prints("sarif")
    {
        assert_is_sarif(&log);
    }
    if prints("json") {
        let wrong = wrong_in(&arguments, printed);
        assert!(wrong.is_empty(), "{arguments:?}: what is printed is not what its schema says\n{}", wrong.join("\n"));
    }
}
