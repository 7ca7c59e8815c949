//! What the commands for documents print.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::start::Patch;

/// `molt-sync docs sync`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum Synced {
    /// What is left to do.
    Report(DocsForm),
    /// With `--dry-run`
    Patch(Patch),
}

/// `molt-sync docs explain`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum DocsExplainedForm {
    /// The claims at a place.
    Claims(DocsForm),
    /// A diagnostic.
    Code(Diagnostic),
}

/// What there is to know of a diagnostic.
#[derive(Debug, JsonSchema)]
pub struct Diagnostic {
    /// The version of this form.
    pub schema: u32,
    /// `DOC004` and the like.
    pub code: String,
    /// Its title.
    pub title: String,
    /// What it means.
    pub meaning: String,
    /// What repairs it.
    pub repair: String,
}

/// `molt-sync docs facts`
#[derive(Debug, JsonSchema)]
pub struct FactsForm {
    /// The version of this form.
    pub schema: u32,
    /// The facts that were asked for, sorted by name.
    pub facts: Vec<FactForm>,
    /// Facts that are looked for only where something states them; not there where a name was given.
    #[schemars(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "where-stated")]
    pub where_stated: Option<Vec<Apart>>,
}

/// A value that documents may state.
#[derive(Debug, JsonSchema)]
pub struct FactForm {
    /// Its name.
    pub id: String,
    /// `int`, `text` or `list`
    pub r#type: String,
    /// The value.
    pub value: FactValue,
    /// The file or folder that it comes from.
    pub source: String,
    /// How it follows from that, in words.
    pub derivation: String,
    /// The command that shows it.
    pub command: String,
}

/// A value.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum FactValue {
    /// A number.
    Int(i64),
    /// A text.
    Text(String),
    /// Names.
    List(Vec<String>),
}

/// A fact that was not looked for.
#[derive(Debug, JsonSchema)]
pub struct Apart {
    /// Its name.
    pub id: String,
    /// What it is, in words.
    pub what: String,
}

/// `molt-sync docs bind`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyBound {
    /// What was written.
    Bound(BoundForm),
    /// With `--dry-run`
    Patch(Patch),
}

/// A binding.
#[derive(Debug, JsonSchema)]
pub struct BoundForm {
    /// The version of this form.
    pub schema: u32,
    /// The file that was written: that of the settings.
    pub file: String,
    /// The document.
    pub doc: String,
    /// The phrase that finds the value there.
    pub phrase: String,
    /// The phrase that it took the place of, because the document has it no longer; none where it is one more.
    pub replaced: Option<String>,
}

/// `molt-sync docs adopt`
#[derive(Debug, JsonSchema)]
pub struct Adopted {
    /// The version of this form.
    pub schema: u32,
    /// What becomes of each document, one sentence each.
    pub documents: Vec<String>,
    /// Whether it was written.
    pub applied: bool,
    /// The change as a patch, in a dry run.
    pub patch: Option<String>,
}

/// `molt-sync docs resolve`, also as git's merge driver
#[derive(Debug, JsonSchema)]
pub struct ResolvedForm {
    /// The version of this form.
    pub schema: u32,
    /// How many conflicts are settled.
    pub settled: usize,
    /// How many are left to a person.
    pub left: usize,
    /// Each file; not there where git asks for one.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<ResolvedFile>>,
}

/// A file with conflicts.
#[derive(Debug, JsonSchema)]
pub struct ResolvedFile {
    /// The file.
    pub path: String,
    /// How many conflicts of it are settled.
    pub settled: usize,
    /// The lines where the others begin, one-based.
    pub left: Vec<usize>,
    /// Why they are not settled, where that is known.
    pub why: Option<String>,
}

/// `molt-sync docs check`
#[derive(Debug, JsonSchema)]
pub struct DocsForm {
    /// The version of this form.
    pub schema: u32,
    /// How many documents were read.
    pub documents: usize,
    /// How many facts there are.
    pub facts: usize,
    /// How many claims are bound: by a phrase, a link, a region or a file.
    pub bound: usize,
    /// How many statements are lost since the last commit.
    pub lost: usize,
    /// How many claims are in each state.
    pub states: BTreeMap<String, usize>,
    /// What was compared with, where `--base` asks for it.
    pub compared: Option<HistoryComparisonForm>,
    /// What was not looked at, and why.
    pub not_looked_at: Vec<String>,
    /// The claims that are wrong; with `--verbose` all of them.
    pub claims: Vec<ClaimForm>,
}

/// What a run was compared with.
#[derive(Debug, JsonSchema)]
pub struct HistoryComparisonForm {
    /// The revision; null where nothing was compared.
    pub with: Option<String>,
    /// Why nothing was compared.
    pub why: Option<String>,
    /// In what the settings of that revision differ, and which bindings and templates do.
    pub settings_differ: Vec<String>,
}

/// One place of a document that states a fact.
#[derive(Debug, JsonSchema)]
pub struct ClaimForm {
    /// What it is called in waivers.
    pub id: String,
    /// What kind of place it is.
    pub kind: String,
    /// The document.
    pub path: String,
    /// Its line, one-based.
    pub line: usize,
    /// Its column, one-based.
    pub column: usize,
    /// The facts that it states.
    pub facts: Vec<String>,
    /// What ties it to them, in words.
    pub binding: String,
    /// How it stands to the truth: `ok`, `stale`, `hand-edited` and others.
    pub state: String,
    /// `DOC004` and the like, where something is wrong.
    pub code: Option<String>,
    /// What it says.
    pub stated: String,
    /// What it should say, where that is known.
    pub wanted: Option<String>,
    /// The words around it.
    pub sentence: String,
    /// The day that it speaks of.
    pub as_of: Option<String>,
    /// Why it is so, a line each.
    pub why: Vec<String>,
    /// What repairs it.
    pub r#do: String,
    /// Why it is waived, where it is.
    pub waived: Option<String>,
    /// Whether the base has it too.
    pub old: bool,
}
