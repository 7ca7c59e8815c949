//! `molt-sync config show` and `molt-sync schema`: every setting as it counts here, who says so, and what may be said.

use std::collections::BTreeMap;

use clap::Subcommand;
use serde::Serialize;
use serde_json::Value;

use crate::{
    audit::document_path,
    base::{Files as _, Lines, RelPath, text::quoted_toml},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    config::{Config, FILE},
    host::Disk,
    report::schemas::{self, schema_of},
    report::{envelope, json_document},
};

/// What is asked about the settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show every setting as it counts here, as TOML
    Show {
        /// Say behind each where it comes from: the line of a file, or the default
        #[arg(long)]
        origin: bool,
    },
}

/// A setting as it counts.
#[derive(Debug, Serialize)]
struct Setting {
    /// `paths.stdlib`, with quotes where TOML wants them.
    key: String,
    value: Value,
    /// The file that says so; none where it is the default.
    file: Option<String>,
    /// The line of it, one-based.
    line: Option<usize>,
}

/// Runs it.
pub fn run(context: &Context, request: &ConfigCommand) -> Result<Exit, Failure> {
    let ConfigCommand::Show { origin } = request;
    let root = match Context::found()? {
        _ if context.options.root.is_some() => context.root()?,
        Ok(root) | Err(root) => root,
    };
    let config = context.config(&root)?;
    let said = said(context, &root)?;
    let value = serde_json::to_value(&config).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot show the settings: {error}"), "correct the setting that it names")
    })?;
    let mut all = Vec::new();
    flatten(&value, &mut Vec::new(), &said, &mut all);
    let text = match context.options.format {
        Format::Json => json_document(&envelope(serde_json::json!({ "settings": all }))),
        _ => all.iter().map(|it| it.line_of_toml(*origin)).collect(),
    };
    context.print(&text)?;
    if *origin {
        let disk = Disk::watched(&root, std::sync::Arc::clone(&context.reading));
        let configured = &config.paths.audit;
        let judged = document_path(&disk, configured)?;
        if judged != *configured {
            context.terminal.note(&format!("there is no {configured}: {judged} is taken for paths.audit"));
        }
    }
    Ok(Exit::Done)
}

/// What there is a schema of, by name: the settings, and what `--format json` prints.
pub fn schema_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    [("settings", "molt-sync.toml, for editors and other checkers")].into_iter().chain(schemas::names())
}

/// Prints the JSON Schema of the settings, or of one kind of document that `--format json` prints.
pub fn schema(context: &Context, name: &str) -> Result<(), Failure> {
    let schema = schema_of(name).unwrap_or_else(|| schemars::schema_for!(Config));
    context.print(&format!("{:#}\n", schema.to_value()))
}

/// The file that was read, and at which line each key of it stands.
#[derive(Default)]
struct SettingsFile {
    file: String,
    lines: BTreeMap<Vec<String>, usize>,
}

fn said(context: &Context, root: &std::path::Path) -> Result<SettingsFile, Failure> {
    let (file, text) = if let Some(path) = &context.options.config {
        let bytes = context.read_named(path, 1 << 20)?;
        (path.display().to_string(), Some(String::from_utf8_lossy(&bytes).into_owned()))
    } else {
        let disk = Disk::watched(root, std::sync::Arc::clone(&context.reading));
        let path = RelPath::new(FILE).unwrap_or_else(|_| RelPath::root());
        (FILE.to_owned(), disk.text(&path)?)
    };
    let Some(text) = text else { return Ok(SettingsFile::default()) };
    // it was read as settings before
    let Ok(document) = toml_edit::Document::parse(text.as_str()) else { return Ok(SettingsFile::default()) };
    let mut res = SettingsFile { file, lines: BTreeMap::new() };
    find_lines(document.as_table(), &mut Vec::new(), &Lines::new(&text), &mut res.lines);
    Ok(res)
}

fn find_lines(
    table: &dyn toml_edit::TableLike,
    path: &mut Vec<String>,
    text: &Lines<'_>,
    res: &mut BTreeMap<Vec<String>, usize>,
) {
    for (key, item) in table.iter() {
        path.push(key.to_owned());
        let span = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
        if let Some(span) = span {
            res.insert(path.clone(), text.line(span.start));
        }
        if let Some(below) = item.as_table_like() {
            find_lines(below, path, text, res);
        }
        path.pop();
    }
}

/// The settings below a value, each by its key; what is not set and has no default is left out.
fn flatten(value: &Value, path: &mut Vec<String>, said: &SettingsFile, res: &mut Vec<Setting>) {
    match value {
        Value::Object(all) if !all.is_empty() => {
            for (key, below) in all {
                path.push(key.clone());
                flatten(below, path, said, res);
                path.pop();
            }
        }
        // a table without entries is no setting
        Value::Null | Value::Object(_) => {}
        _ => {
            let line = said.lines.get(path).copied();
            let key = path.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(".");
            res.push(Setting { key, value: value.clone(), file: line.map(|_| said.file.clone()), line });
        }
    }
}

impl Setting {
    fn line_of_toml(&self, origin: bool) -> String {
        let from = match (&self.file, self.line) {
            _ if !origin => String::new(),
            (Some(file), Some(line)) => format!("  # {file}:{line}"),
            _ => "  # default".to_owned(),
        };
        format!("{} = {}{from}\n", self.key, toml_of(&self.value))
    }
}

/// A key as TOML writes it.
fn quoted(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
    if is_bare { key.to_owned() } else { quoted_toml(&Value::from(key).to_string()) }
}

/// A value as TOML writes it, on one line.
fn toml_of(value: &Value) -> String {
    match value {
        Value::Array(all) => format!("[{}]", all.iter().map(toml_of).collect::<Vec<_>>().join(", ")),
        Value::Object(all) => {
            let all = all.iter().filter(|(_, it)| !it.is_null());
            let all = all.map(|(key, it)| format!("{} = {}", quoted(key), toml_of(it))).collect::<Vec<_>>();
            format!("{{ {} }}", all.join(", "))
        }
        // a string of JSON is one of TOML, and what is printed of it is its own escapes
        other => quoted_toml(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::{Allowed, quoted_lines};

    #[test]
    fn what_is_shown_is_understood_again() {
        let text = "mirror = \"https://example.org\"\n\n[paths]\nstdlib = \"lib\"\n\n[docs.lexicon.\"a.b\"]\nterms = [\"x\", \"\\\"\", \"\\u202e\\u200d\\u001b\\u007f\\U000e0001\\U0001f469\\t\\\\u\", \"##[error]x ##vso[y]\"]\n\n[docs.lexicon.\"\\u202e##[x]\"]\nterms = [\"::error::\"]\n\n[[docs.waiver]]\nclaim = \"*\"\nwhy = \"because\"\n";
        let config = Config::parse(text).unwrap();
        let mut all = Vec::new();
        flatten(&serde_json::to_value(&config).unwrap(), &mut Vec::new(), &SettingsFile::default(), &mut all);
        let shown: String = all.iter().map(|it| it.line_of_toml(true)).collect();
        let shown = quoted_lines(&shown, Allowed::default());
        let again = Config::parse(&shown).unwrap_or_else(|error| panic!("{error}\n{shown}"));
        assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&config).unwrap());
    }

    #[test]
    fn the_line_of_each_key_is_known() {
        let text = "mirror = \"m\"\n[paths]\n# here\nstdlib = \"lib\"\n[gates]\nstrict-roots = [\n  \"a\",\n]\n";
        let document = toml_edit::Document::parse(text).unwrap();
        let mut lines = BTreeMap::new();
        find_lines(document.as_table(), &mut Vec::new(), &Lines::new(text), &mut lines);
        for (path, line) in [("mirror", 1), ("paths.stdlib", 4), ("gates.strict-roots", 6)] {
            assert_eq!(lines[&path.split('.').map(str::to_owned).collect::<Vec<_>>()], line, "{path}");
        }
    }

    #[test]
    fn the_schema_has_every_key_of_the_settings() {
        let schema = schemars::schema_for!(Config).to_value();
        let value = serde_json::to_value(Config::default()).unwrap();
        for key in value.as_object().unwrap().keys() {
            assert!(schema["properties"].get(key).is_some(), "{key}");
        }
        assert_eq!(schema["properties"]["paths"]["default"]["stdlib"], "src/molt/stdlib");
    }
}
