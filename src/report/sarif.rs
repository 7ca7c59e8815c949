//! SARIF 2.1.0, for code scanning: what the logs of all checks have in common.

use serde::Serialize;
use serde_json::{Value, json};

use super::{each::Each, envelope::json_document};

pub(super) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of one check, such as `gates` or `docs`, as one JSON document. Code scanning keeps the results of two checks of one commit
/// apart by the id of the run; without one the second replaces the first. Each result is written before the next one is made.
/// `remarks` are what no result tells: notifications of the run (section 3.20.21).
pub(super) fn log<I: Iterator<Item = Value>>(
    check: &str,
    (rules, remarks): (&[Value], &[String]),
    results: impl Fn() -> I,
) -> String {
    let driver = json!({ "name": "molt-sync", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules });
    let run = SarifRun {
        about: json!({ "id": format!("molt-sync/{check}/") }),
        columns: "unicodeCodePoints",
        invocations: (!remarks.is_empty()).then(|| {
            let told = |it: &String| json!({ "level": "note", "message": message(it) });
            let told: Vec<Value> = remarks.iter().map(told).collect();
            json!([{ "executionSuccessful": true, "toolExecutionNotifications": told }])
        }),
        roots: json!({ "ROOT": { "description": { "text": "The root of the repository." } } }),
        results: Each(results),
        tool: json!({ "driver": driver }),
    };
    json_document(&SarifLog { schema: SCHEMA, runs: [run], version: "2.1.0" })
}

/// The log, its keys sorted.
#[derive(Serialize)]
struct SarifLog<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [R; 1],
    version: &'static str,
}

/// Its only run.
#[derive(Serialize)]
struct SarifRun<R> {
    #[serde(rename = "automationDetails")]
    about: Value,
    #[serde(rename = "columnKind")]
    columns: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocations: Option<Value>,
    #[serde(rename = "originalUriBaseIds")]
    roots: Value,
    results: R,
    tool: Value,
}

/// Words that are shown as they are: in a plain message `[text](address)` is a link (section 3.11.6).
pub(super) fn message(text: &str) -> Value {
    json!({ "text": text.replace("](", "]\u{200b}(") })
}

/// A path of the workspace as a reference from the root of the repository, in which the workspace lies at `prefix`.
pub(super) fn artifact(prefix: &str, path: &str) -> Value {
    json!({ "uri": uri(&format!("{prefix}{path}")), "uriBaseId": "ROOT" })
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/-._~".contains(&it);
    path.bytes().map(|it| if is_plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference_from_the_root_of_the_repository() {
        assert_eq!(artifact("", "a b/ü.md")["uri"], "a%20b/%C3%BC.md");
        assert_eq!(artifact("in/here/", "a.md")["uri"], "in/here/a.md");
    }

    #[test]
    fn words_of_a_message_are_no_link() {
        let text = r"a \](b) [x](https://example.org/) [y] (z)";
        let shown = message(text)["text"].as_str().unwrap().to_owned();
        assert!(!shown.contains("](") && shown.replace('\u{200b}', "") == text, "{shown}");
    }

    #[test]
    fn results_are_written_one_by_one_into_the_same_document() {
        for (results, remarks) in [
            (vec![], vec![]),
            (vec![json!({ "ruleId": "a" }), json!({ "ruleId": "b", "level": "note" })], vec!["a remark".to_owned()]),
        ] {
            let written = log("docs", (&[json!({ "id": "a" })], &remarks), || results.iter().cloned());
            let value: Value = serde_json::from_str(&written).unwrap();
            assert_eq!(written, format!("{value:#}\n"));
            assert_eq!(value["runs"][0]["results"], json!(results));
            let told = &value["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
            assert_eq!(told.as_str(), remarks.first().map(String::as_str));
            assert_eq!(value["runs"][0]["automationDetails"]["id"], "molt-sync/docs/");
        }
    }
}
