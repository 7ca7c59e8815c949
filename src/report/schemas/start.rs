//! What the program prints of itself and of a workspace as a whole, and what many commands print alike.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::report::Obstacle;

/// What any command prints where it could not do what was asked.
#[derive(Debug, JsonSchema)]
pub struct Error {
    /// The version of this form.
    pub schema: u32,
    /// What went wrong.
    pub error: TroubleForm,
}

/// What went wrong.
#[derive(Debug, JsonSchema)]
pub struct TroubleForm {
    /// The exit code.
    pub code: u8,
    /// The same.
    pub exit: u8,
    /// One sentence: what was attempted, on what, and what went wrong.
    pub message: String,
    /// What it is about, a line each.
    pub details: Vec<String>,
    /// What gets further.
    pub hint: String,
    /// Everything that stands in the way of a change.
    pub obstacles: Vec<Obstacle>,
}

/// `molt-sync`
#[derive(Debug, JsonSchema)]
pub struct Overview {
    /// The version of this form.
    pub schema: u32,
    /// Where the workspace stands, a line each: `workspace`, `releases`, `union`, `gates`, `documents`. Not there without a workspace.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub standing: Option<BTreeMap<String, String>>,
    /// Always null, where there is no workspace; not there where there is one.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<()>,
    /// The next sensible command.
    pub next: String,
}

/// `molt-sync --version`
#[derive(Debug, JsonSchema)]
pub struct VersionForm {
    /// The version of this form.
    pub schema: u32,
    /// The version of the program.
    pub version: String,
}

/// A text of the program's own.
#[derive(Debug, JsonSchema)]
pub struct Text {
    /// The version of this form.
    pub schema: u32,
    /// The text.
    pub text: String,
}

/// A change that was not written.
#[derive(Debug, JsonSchema)]
pub struct Patch {
    /// The version of this form.
    pub schema: u32,
    /// The change, as `git apply` takes it; empty where there is none.
    pub patch: String,
}

/// `molt-sync config show`
#[derive(Debug, JsonSchema)]
pub struct SettingsForm {
    /// The version of this form.
    pub schema: u32,
    /// Every setting as it counts here.
    pub settings: Vec<SettingForm>,
}

/// One setting.
#[derive(Debug, JsonSchema)]
pub struct SettingForm {
    /// `paths.stdlib`, with quotes where TOML wants them.
    pub key: String,
    /// Its value.
    pub value: serde_json::Value,
    /// The file that says so; null where it is the default.
    pub file: Option<String>,
    /// The line of it, one-based.
    pub line: Option<usize>,
}

/// `molt-sync doctor`
#[derive(Debug, JsonSchema)]
pub struct Doctor {
    /// The version of this form.
    pub schema: u32,
    /// Whether nothing is missing.
    pub is_well: bool,
    /// What was looked at.
    pub found: Vec<Looked>,
}

/// One thing that was looked at.
#[derive(Debug, JsonSchema)]
pub struct Looked {
    /// What: `workspace`, `git`, `source` and others.
    pub what: String,
    /// What became of it.
    pub outcome: OutcomeForm,
    /// What was found, in words.
    pub text: String,
    /// What mends it; null where there is nothing to mend.
    pub repair: Option<String>,
}

/// What became of one thing that was looked at.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeForm {
    /// It is there and works.
    Ok,
    /// Some commands work without it.
    Optional,
    /// It has to be mended.
    Missing,
    /// It was not asked for, or not looked at.
    NotLookedAt,
}

/// `molt-sync init`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyInit {
    /// A workspace.
    Made(MadeForm),
    /// With `--github` or `--systemd`
    Schedulers(SchedulersForm),
}

/// A workspace that was made.
#[derive(Debug, JsonSchema)]
pub struct MadeForm {
    /// The version of this form.
    pub schema: u32,
    /// Its folder.
    pub workspace: String,
    /// How many files it has.
    pub files: usize,
    /// The series that it supports.
    pub series: Vec<String>,
    /// How many modules it has.
    pub modules: usize,
}

/// Workflows and services that were written.
#[derive(Debug, JsonSchema)]
pub struct SchedulersForm {
    /// The version of this form.
    pub schema: u32,
    /// The files.
    pub files: Vec<String>,
    /// Whether any of them was changed.
    pub changed: bool,
    /// The repository, where the workspace is a folder of a larger one.
    pub repository: Option<String>,
    /// The command by which the workflows install the program.
    pub install: Option<String>,
    /// The steps that have the units run, as a shell script.
    pub steps: Option<String>,
}

/// `molt-sync apply` and `undo`
#[derive(Debug, JsonSchema)]
pub struct ChangesForm {
    /// The version of this form.
    pub schema: u32,
    /// What the change is.
    pub title: String,
    /// Whether it was written.
    pub applied: bool,
    /// The commit of it, where one was made.
    pub commit: Option<String>,
    /// The files.
    pub files: Vec<ChangedFile>,
    /// The change as a patch, in a dry run.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
}

/// A file of a change.
#[derive(Debug, JsonSchema)]
pub struct ChangedFile {
    /// The file.
    pub path: String,
    /// `created`, `replaced` or `deleted`
    pub change: String,
}

/// `molt-sync recover`
#[derive(Debug, JsonSchema)]
pub struct RecoveredForm {
    /// The version of this form.
    pub schema: u32,
    /// What was done: `nothing`, `discarded`, `finished`, `taken-back`, `set-aside` or `left`.
    pub recovered: String,
}
