//! The parts of the book that are generated from the program: gates, settings, diagnostics, commands and exit codes. `just book-pages`
//! writes them, and the tests fail where a page is behind the program.

use molt_sync::{
    docs::{Code, CodeClass},
    gates::GATES,
};
use serde_json::{Map, Value};

use crate::support::{
    Sandbox,
    book::{is_pinned, page},
};

#[track_caller]
fn is_current(path: &str, name: &str, part: &str) {
    let now = page(path).with_generated(name, part);
    assert!(is_pinned(path, &now), "{path} is behind the program: `just book-pages` writes it");
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "\\<")
}

#[test]
fn the_gates_are_those_of_the_registry() {
    let mut part = "| gate | what it holds the tree to, and why | what repairs a finding |\n|---|---|---|\n".to_owned();
    for it in GATES {
        let hard = if it.is_hard { " **Not negotiable.**" } else { "" };
        let ours = if it.molt.is_none() { " Molt's checker does not have it." } else { "" };
        part += &format!("| `{}` | {}. {}{hard}{ours} | {} |\n", it.id, cell(it.title), cell(it.why), cell(it.repair));
    }
    is_current("docs/src/gates.md", "gates", &part);
}

#[test]
fn the_diagnostics_are_those_of_the_check() {
    let mut part = "| code | title | what it means | what to do | exit code |\n|---|---|---|---|---|\n".to_owned();
    for it in Code::ALL {
        let (title, meaning, repair) = it.page();
        let exit = match it.class() {
            CodeClass::Note => "0, a note",
            CodeClass::Repair => "1",
            CodeClass::Person => "3",
            CodeClass::Broken => "2",
        };
        part += &format!("| {} | {} | {} | {} | {exit} |\n", it.id(), cell(title), cell(meaning), cell(repair));
    }
    is_current("docs/src/codes.md", "codes", &part);
}

/// The lines of a help page below this heading, up to the next one.
fn below<'a>(help: &'a str, heading: &str) -> impl Iterator<Item = &'a str> {
    let (_, rest) = help.split_once(&format!("\n{heading}\n")).unwrap();
    rest.lines().take_while(|it| it.is_empty() || it.starts_with(' ')).filter(|it| !it.is_empty())
}

/// `  name  words`, with the lines that go on with the words.
fn entries<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut res: Vec<(String, String)> = Vec::new();
    for line in lines {
        match line.strip_prefix("  ") {
            Some(rest) if !rest.starts_with(' ') => {
                let (name, words) = rest.split_once(' ').unwrap();
                res.push((name.to_owned(), words.trim().to_owned()));
            }
            _ => res.last_mut().unwrap().1 += &format!(" {}", line.trim()),
        }
    }
    res
}

#[test]
fn the_exit_codes_are_those_of_the_help() {
    let help = Sandbox::empty().run(&["--help"]).succeeds().out;
    let rows = entries(below(&help, "Exit codes:"));
    assert_eq!(rows.len(), 7, "{help}");
    let rows: String = rows.iter().map(|(code, meaning)| format!("| {code} | {} |\n", cell(meaning))).collect();
    is_current("docs/src/exit-codes.md", "exit-codes", &format!("| exit code | meaning |\n|---|---|\n{rows}"));
}

#[test]
fn the_commands_are_those_of_the_help() {
    let sandbox = Sandbox::empty();
    let help = sandbox.run(&["--help"]).succeeds().out;
    let mut part = String::new();
    for group in ["Start:", "Keep in step:", "Judge the tree:", "Documents:", "Facts and plans:", "Trust:"] {
        part += &format!("### {}\n\n| command | does |\n|---|---|\n", group.trim_end_matches(':'));
        for (name, words) in entries(below(&help, group)) {
            part += &format!("| `{name}` | {} |\n", cell(&words));
            let own = sandbox.run(&[&name, "--help"]).succeeds().out;
            if own.contains("\nCommands:\n") {
                let all = entries(below(&own, "Commands:"));
                for (below, words) in all.iter().filter(|(it, _)| it != "help") {
                    part += &format!("| `{name} {below}` | {} |\n", cell(words));
                }
            }
        }
        part.push('\n');
    }
    is_current("docs/src/commands.md", "commands", part.trim_end_matches('\n').to_owned().as_str());
}

/// A table of settings that is written as such in `molt-sync.toml`.
struct Section {
    /// `[paths]`, `[[docs.waiver]]`, `[lanes.NAME]`.
    head: String,
    about: String,
    rows: String,
}

/// What the settings' schema says, as tables.
struct Reference<'a> {
    definitions: &'a Map<String, Value>,
    sections: Vec<Section>,
}

impl<'a> Reference<'a> {
    /// The definition that a property refers to, or the property itself.
    fn resolved(&self, of: &'a Value) -> &'a Value {
        let name = of["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        name.map_or(of, |it| &self.definitions[it])
    }

    fn type_of(&self, of: &'a Value) -> String {
        if of["$ref"].as_str().is_some_and(|it| it.ends_with("/RelPath")) {
            return "path".into();
        }
        let of = self.resolved(of);
        if let Some(any) = of["anyOf"].as_array() {
            return self.type_of(&any[0]);
        }
        if let Some(one) = of["oneOf"].as_array() {
            let words: Vec<String> = one.iter().map(|it| format!("`{}`", it["const"])).collect();
            return words.join(" or ");
        }
        let word = of["type"].as_str().or_else(|| of["type"][0].as_str()).unwrap();
        let word = match word {
            "array" => "list",
            "boolean" => "true or false",
            "integer" | "number" => "number",
            "object" => "table",
            other => other,
        };
        word.to_owned()
    }

    /// Adds the tables of this one, from its keys to those below it.
    fn add(&mut self, prefix: &str, head: &str, of: &'a Value) {
        let at = self.sections.len();
        let about = of["description"].as_str().unwrap_or_default().split("\n\n").next().unwrap();
        self.sections.push(Section { head: head.into(), about: cell(about), rows: String::new() });
        let rows = self.rows("", prefix, of);
        self.sections[at].rows = rows;
    }

    /// The rows of a table; what has a table of its own is added behind it.
    fn rows(&mut self, before: &str, prefix: &str, of: &'a Value) -> String {
        let mut res = String::new();
        let required: Vec<&str> = of["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (key, value) in of["properties"].as_object().unwrap() {
            let resolved = self.resolved(value);
            let (each, items) = (&value["additionalProperties"], &value["items"]);
            let has_keys = |it: &Value| it["properties"].is_object();
            let path = format!("{prefix}{before}{key}");
            if has_keys(resolved) && prefix.is_empty() && before.is_empty() {
                self.add(&format!("{key}."), &format!("[{key}]"), resolved);
            } else if has_keys(resolved) {
                res += &self.rows(&format!("{before}{key}."), prefix, resolved);
            } else if each.is_object() && has_keys(self.resolved(each)) {
                self.add(&format!("{path}.NAME."), &format!("[{path}.NAME]"), self.resolved(each));
            } else if items.is_object() && has_keys(self.resolved(items)) {
                self.add(&format!("{path}."), &format!("[[{path}]]"), self.resolved(items));
            } else {
                let default = match value.get("default") {
                    _ if required.contains(&key.as_str()) => "required".to_owned(),
                    None | Some(Value::Null) => "not set".to_owned(),
                    Some(value) => format!("`{value}`").replace("\",\"", "\", \"").replace("],[", "], ["),
                };
                let about = cell(value["description"].as_str().unwrap_or_default());
                res += &format!("| `{before}{key}` | {about} | {} | {} |\n", self.type_of(value), cell(&default));
            }
        }
        res
    }
}

#[test]
fn the_settings_are_those_of_the_schema() {
    let schema: Value = serde_json::from_str(&Sandbox::empty().run(&["schema", "settings"]).succeeds().out).unwrap();
    let mut reference = Reference { definitions: schema["$defs"].as_object().unwrap(), sections: Vec::new() };
    reference.add("", "The top of the file", &schema);
    let mut part = String::new();
    for it in reference.sections.iter().filter(|it| !it.rows.is_empty()) {
        let head = if it.head.starts_with('[') { format!("`{}`", it.head) } else { it.head.clone() };
        let about = if it.head.starts_with('[') { format!("{}\n\n", it.about) } else { String::new() };
        part +=
            &format!("### {head}\n\n{about}| key | what it is | type | default |\n|---|---|---|---|\n{}\n", it.rows);
    }
    for key in ["`stdlib`", "`floors.claims`", "### `[lanes.NAME]`", "### `[[docs.waiver]]`", "`\"2026-02\"` or"] {
        assert!(part.contains(key), "{key}: {part}");
    }
    is_current("docs/src/settings.md", "settings", part.trim_end());
}
