//! Our audit held against a report that Molt's checker wrote: every difference, in words.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

/// Keys whose rows hold sentences; only the modules and the number of the sentences are comparable.
const SENTENCES: &[&str] = &[
    "strict_fallback_violations",
    "intrinsic_backed_fallback_violations",
    "all_fallback_violations",
    "intrinsic_runtime_fallback_violations",
];

/// Every difference between `theirs` and `ours`; none where they agree. A key that only ours has is none.
///
/// # Errors
/// When `theirs` is not a report of Molt's checker.
pub fn compare(ours: &Value, theirs: &Value) -> Result<Vec<String>, String> {
    let table = theirs.as_object().ok_or("it is not a JSON object")?;
    if !table.contains_key("modules") || !table.contains_key("status_counts") {
        return Err("it has no `modules` and `status_counts`, as a report of Molt's checker has".into());
    }
    let mut res = Vec::new();
    for (key, theirs) in table {
        match ours.get(key) {
            None => res.push(format!("{key}: Molt's report has it and ours does not")),
            Some(ours) if key == "modules" => modules(ours, theirs, &mut res),
            Some(ours) if SENTENCES.contains(&key.as_str()) => {
                difference(key, &counted(ours), &counted(theirs), &mut res);
            }
            Some(ours) => difference(key, ours, theirs, &mut res),
        }
    }
    Ok(res)
}

/// Rows as `module (number of sentences)`.
fn counted(rows: &Value) -> Value {
    let rows = rows.as_array().map_or(&[][..], Vec::as_slice);
    let row = |it: &Value| {
        let errors = it.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
        Value::String(format!("{} ({errors})", it.get("module").and_then(Value::as_str).unwrap_or("?")))
    };
    rows.iter().map(row).collect()
}

fn modules(ours: &Value, theirs: &Value, res: &mut Vec<String>) {
    let by_path = |value: &Value| -> BTreeMap<String, Value> {
        let rows = value.as_array().map_or(&[][..], Vec::as_slice);
        rows.iter().map(|it| (text(it.get("path").unwrap_or(&Value::Null)), it.clone())).collect()
    };
    let (ours, theirs) = (by_path(ours), by_path(theirs));
    for (path, theirs) in &theirs {
        let Some(ours) = ours.get(path) else {
            res.push(format!("modules: {path} is in Molt's report and not in ours"));
            continue;
        };
        for key in ["module", "status", "intrinsics"] {
            let (ours, theirs) = (ours.get(key).unwrap_or(&Value::Null), theirs.get(key).unwrap_or(&Value::Null));
            difference(&format!("modules: {path}: {key}"), ours, theirs, res);
        }
    }
    let extra = ours.keys().filter(|it| !theirs.contains_key(*it));
    res.extend(extra.map(|path| format!("modules: {path} is in ours and not in Molt's report")));
}

fn difference(key: &str, ours: &Value, theirs: &Value, res: &mut Vec<String>) {
    if ours == theirs {
        return;
    }
    if let (Value::Object(ours), Value::Object(theirs)) = (ours, theirs) {
        let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        for part in keys {
            let of = |table: &serde_json::Map<String, Value>| table.get(part).cloned().unwrap_or(Value::Null);
            difference(&format!("{key}: {part}"), &of(ours), &of(theirs), res);
        }
    } else if let (Value::Array(ours_), Value::Array(theirs_)) = (ours, theirs) {
        let only = |a: &[Value], b: &[Value]| -> Vec<String> {
            let known: HashSet<String> = b.iter().map(Value::to_string).collect();
            a.iter().filter(|it| !known.contains(&it.to_string())).map(text).collect()
        };
        let (more, less) = (only(ours_, theirs_), only(theirs_, ours_));
        if more.is_empty() && less.is_empty() {
            res.push(format!("{key}: the order differs"));
        }
        res.extend(more.into_iter().map(|it| format!("{key}: {it} is in ours and not in Molt's report")));
        res.extend(less.into_iter().map(|it| format!("{key}: {it} is in Molt's report and not in ours")));
    } else {
        res.push(format!("{key}: {} in ours and {} in Molt's report", text(ours), text(theirs)));
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_difference_is_told_and_sentences_are_only_counted() {
        let ours = json!({
            "status_counts": { "a": 1, "b": 2 },
            "modules": [{ "module": "m", "path": "m.py", "status": "a", "intrinsics": ["x"] }, { "module": "n", "path": "n.py" }],
            "all_fallback_violations": [{ "module": "m", "errors": ["our words"] }],
            "list": ["p", "q"],
            "ours": 1,
        });
        let mut theirs = ours.clone();
        theirs.as_object_mut().unwrap().remove("ours");
        theirs["all_fallback_violations"][0]["errors"][0] = json!("their words");
        assert_eq!(compare(&ours, &theirs).unwrap(), [""; 0]);
        theirs["status_counts"]["b"] = json!(3);
        theirs["modules"] = json!([{ "module": "m", "path": "m.py", "status": "b", "intrinsics": ["x", "y"] }]);
        theirs["all_fallback_violations"][0]["errors"] = json!([]);
        theirs["list"] = json!(["q", "p"]);
        theirs["more"] = json!(null);
        assert_eq!(
            compare(&ours, &theirs).unwrap(),
            [
                "all_fallback_violations: m (1) is in ours and not in Molt's report",
                "all_fallback_violations: m (0) is in Molt's report and not in ours",
                "list: the order differs",
                "modules: m.py: status: a in ours and b in Molt's report",
                "modules: m.py: intrinsics: y is in Molt's report and not in ours",
                "modules: n.py is in ours and not in Molt's report",
                "more: Molt's report has it and ours does not",
                "status_counts: b: 2 in ours and 3 in Molt's report",
            ]
        );
        assert!(compare(&ours, &json!([])).is_err() && compare(&ours, &json!({})).is_err());
    }
}
