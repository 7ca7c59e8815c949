//! What the scoreboard prints.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;

use super::start::Patch;

/// `molt-sync scoreboard show`
#[derive(Debug, JsonSchema)]
pub struct RowsForm {
    /// The version of this form.
    pub schema: u32,
    /// The rows, one a week, the oldest first.
    pub rows: Vec<ShownRow>,
}

/// A row, with what changed since the one before.
#[derive(Debug, JsonSchema)]
pub struct ShownRow {
    /// The row.
    #[serde(flatten)]
    pub row: RowForm,
    /// What changed, by name.
    pub changes: Vec<NamesChangeForm>,
}

/// One row.
#[derive(Debug, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RowForm {
    /// The day that it stands for.
    pub date: String,
    /// The commit that was measured; null outside of a repository.
    pub commit: Option<String>,
    /// Whether the tree differed from that commit.
    pub modified: bool,
    /// Of several rows of one week, whose worse figures these are: the commits of the others.
    pub others: Vec<String>,
    /// The nine figures, by their ids.
    pub figures: BTreeMap<String, MeasuredForm>,
    /// What the nine hide.
    pub beside: BTreeMap<String, MeasuredForm>,
    /// The public names that are there of those that the releases require; null where nobody measured them.
    pub public_names: Option<NamesForm>,
    /// How many tests are expected to fail, by lane and by who owns them.
    pub expected: BTreeMap<String, BTreeMap<String, usize>>,
    /// The recorded releases, by series.
    pub releases: BTreeMap<String, String>,
    /// The budget of intrinsic-partial modules.
    pub budget: Option<u64>,
    /// The tests whose peak of memory grew, the worst ones first, in words.
    pub offenders: Vec<String>,
}

/// A figure's value, and what stands behind it.
#[derive(Debug, JsonSchema)]
pub struct MeasuredForm {
    /// A count, or a share in percent; null where no run stands behind it.
    pub value: Option<f64>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Why there is no value, or why it cannot be compared with the one before.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Public names.
#[derive(Debug, JsonSchema)]
pub struct NamesForm {
    /// How many are there.
    pub present: u64,
    /// How many there have to be.
    pub required: u64,
}

/// Names that changed in one way.
#[derive(Debug, JsonSchema)]
pub struct NamesChangeForm {
    /// `modules`, or the name of a lane.
    pub of: String,
    /// `fixed`, `broken`, `flaky`, `vacuous`, `not compared`, `gone` or `new`, or the new status.
    pub what: String,
    /// The names.
    pub names: BTreeSet<String>,
}

/// `molt-sync scoreboard record`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyRecorded {
    /// A row was recorded.
    Recorded(Box<RecordedForm>),
    /// The week has its row already.
    Stays(Stays),
    /// With `--dry-run`
    Patch(Patch),
}

/// A row that was recorded.
#[derive(Debug, JsonSchema)]
pub struct RecordedForm {
    /// The version of this form.
    pub schema: u32,
    /// Always true.
    pub recorded: bool,
    /// The row.
    pub row: RowForm,
    /// The files that were written.
    pub files: Vec<String>,
    /// The days of the rows in whose place it is.
    pub replaced: Vec<String>,
}

/// Nothing was recorded.
#[derive(Debug, JsonSchema)]
pub struct Stays {
    /// The version of this form.
    pub schema: u32,
    /// Always false.
    pub recorded: bool,
    /// The day of the row that stays.
    pub stays: String,
}

/// `molt-sync scoreboard check`
#[derive(Debug, JsonSchema)]
pub struct CheckForm {
    /// The version of this form.
    pub schema: u32,
    /// The commit that was compared with.
    pub base: String,
    /// Whether nothing is wrong.
    pub ok: bool,
    /// What worsened.
    pub worsened: Vec<Worsened>,
    /// Exceptions that are not in order.
    pub exceptions: Vec<FaultForm>,
    /// The days of old rows of the history that were changed or taken away.
    pub history: Vec<String>,
    /// The same of the handbook's table.
    pub table: Vec<String>,
    /// What rows of that table begin with that came or went, and that have no day that can be read.
    pub undated: Vec<String>,
    /// Why the budget may not be what it is.
    pub budget: Option<String>,
    /// In what the settings of the base differ.
    pub settings_differ: Vec<String>,
}

/// One thing that worsened.
#[derive(Debug, JsonSchema)]
pub struct Worsened {
    /// The figure.
    pub figure: String,
    /// The module or test.
    pub identity: String,
    /// What became of it.
    pub what: String,
    /// The exception that allows it.
    pub exception: Option<String>,
    /// Who signed that.
    pub signed_off_by: Option<String>,
}

/// An exception that is not in order.
#[derive(Debug, JsonSchema)]
pub struct FaultForm {
    /// Its file.
    pub path: String,
    /// What is wrong with it.
    pub fault: String,
}

/// `molt-sync scoreboard except`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyExcept {
    /// What was written.
    Written(ExceptForm),
    /// With `--dry-run`
    Patch(Patch),
}

/// An exception that was written.
#[derive(Debug, JsonSchema)]
pub struct ExceptForm {
    /// The version of this form.
    pub schema: u32,
    /// Its file; null where nothing worsened.
    pub file: Option<String>,
    /// What it is about.
    pub worsened: Vec<String>,
}

/// `molt-sync scoreboard rollback`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyRollback {
    /// How it is taken back.
    Told(RollbackForm),
    /// With `--worktree`
    Done(RolledBack),
}

/// How an exception is taken back.
#[derive(Debug, JsonSchema)]
pub struct RollbackForm {
    /// The version of this form.
    pub schema: u32,
    /// Its file.
    pub exception: String,
    /// The plan, in words.
    pub plan: String,
    /// The commits that the plan reverts.
    pub reverts: Vec<String>,
    /// The day on which it ends.
    pub expires: String,
    /// Who signed it.
    pub signed_off_by: String,
    /// What it allows, by figure.
    pub figures: BTreeMap<String, Vec<String>>,
}

/// An exception that was taken back.
#[derive(Debug, JsonSchema)]
pub struct RolledBack {
    /// The version of this form.
    pub schema: u32,
    /// Its file.
    pub exception: String,
    /// The branch on which that was done.
    pub branch: String,
    /// The commit.
    pub commit: String,
}

/// `molt-sync scoreboard html`, and `badge` with a file
#[derive(Debug, JsonSchema)]
pub struct WrittenForm {
    /// The version of this form.
    pub schema: u32,
    /// The file.
    pub file: String,
    /// Its size.
    pub bytes: usize,
}

/// `molt-sync scoreboard badge`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyBadge {
    /// The picture itself.
    Badge(BadgeForm),
    /// Where a file was named.
    Written(WrittenForm),
}

/// A figure as a picture.
#[derive(Debug, JsonSchema)]
pub struct BadgeForm {
    /// The version of this form.
    pub schema: u32,
    /// The figure.
    pub figure: String,
    /// Its value, as it is shown.
    pub value: String,
    /// The picture.
    pub svg: String,
}

/// `molt-sync scoreboard merge-driver`
#[derive(Debug, JsonSchema)]
pub struct MergeDriverForm {
    /// The version of this form.
    pub schema: u32,
    /// Whether no conflict is left.
    pub settled: bool,
}
