//! What is printed of the conversion: the order, what landed, and what a converted module meets.

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// `molt-sync accept`
#[derive(Debug, JsonSchema)]
pub struct Accept {
    /// The version of this form.
    pub schema: u32,
    /// Whether every module meets every point.
    pub met: bool,
    /// The modules.
    pub modules: Vec<AcceptedForm>,
    /// The attestation as a patch, with `--attest`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub attestation: Option<String>,
    /// In what the settings of the base differ.
    pub settings_differ: Vec<String>,
}

/// A module, point by point.
#[derive(Debug, JsonSchema)]
pub struct AcceptedForm {
    /// The module.
    pub module: String,
    /// Whether it meets every point.
    pub met: bool,
    /// The module and those that belong to it.
    pub family: Vec<String>,
    /// The points of the template.
    pub points: Vec<PointForm>,
}

/// One point of the template.
#[derive(Debug, JsonSchema)]
pub struct PointForm {
    /// Its number.
    pub point: u32,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `met`, `missing` or `unknown`, or that it does not apply.
    pub verdict: String,
    /// What the verdict stands on.
    pub evidence: Vec<PointEvidenceForm>,
}

/// What a verdict stands on.
#[derive(Debug, JsonSchema)]
pub struct PointEvidenceForm {
    /// The file; null where it is about none.
    pub path: Option<String>,
    /// The line, one-based.
    pub line: Option<usize>,
    /// In words.
    pub text: String,
}

/// `molt-sync plan`
#[derive(Debug, JsonSchema)]
pub struct PlanForm {
    /// The version of this form.
    pub schema: u32,
    /// The document that states the order; null where it is a default.
    pub source: Option<String>,
    /// The clusters, in order.
    pub clusters: Vec<ClusterForm>,
    /// What could be next.
    pub next: Vec<CandidateForm>,
    /// Where the end stands.
    pub final_gate: FinalGate,
    /// Series whose public names are not known, and why.
    pub not_measured: Vec<NotMeasured>,
    /// What landed, with `--since`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub since: Option<LandedForm>,
    /// What a module waits for and what waits for it, with `--why`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub why: Option<WhyForm>,
}

/// A cluster.
#[derive(Debug, JsonSchema)]
pub struct ClusterForm {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its place in the order.
    pub order: usize,
    /// Its line of the document, one-based.
    pub line: Option<usize>,
    /// Whether all of its modules are finished.
    pub finished: bool,
    /// How many of them are.
    pub modules_finished: usize,
    /// How many were, with `--since`.
    pub modules_finished_before: Option<usize>,
    /// Its modules, in order.
    pub modules: Vec<PlannedModuleForm>,
}

/// A module of the order.
#[derive(Debug, JsonSchema)]
pub struct PlannedModuleForm {
    /// Its name.
    pub module: String,
    /// Its file; null where the tree has no such module.
    pub path: Option<String>,
    /// Its status; null where there is no file or it cannot be read.
    pub status: Option<String>,
    /// Whether it is nothing but a generated stub.
    pub stub: bool,
    /// The intrinsics that it loads.
    pub intrinsics: Vec<String>,
    /// The public names that it lacks; null where that is not known.
    pub missing_names: Option<Vec<String>>,
    /// How many tests it has.
    pub tests: Tests,
    /// How many modules import it, directly or not.
    pub dependents: usize,
    /// What it imports and that has to be converted first.
    pub blocked_by: Vec<String>,
    /// How many more of these there are.
    pub blocked_by_more: usize,
    /// Which step of its cluster it is in, one-based.
    pub step: usize,
    /// Whether it says that it is not finished.
    pub marker: bool,
}

/// How many tests a module has.
#[derive(Debug, JsonSchema)]
pub struct Tests {
    /// Those that a person wrote for it.
    pub targeted: usize,
    /// Those that a generator wrote.
    pub generated: usize,
}

/// A module that could be next.
#[derive(Debug, JsonSchema)]
pub struct CandidateForm {
    /// The module.
    #[serde(flatten)]
    pub module: PlannedModuleForm,
    /// Its cluster.
    pub cluster: Option<String>,
    /// The modules that wait for it.
    pub blocks: Vec<String>,
    /// What it is sorted by.
    pub score: i64,
    /// Why, in words.
    pub reason: String,
}

/// Where the end stands.
#[derive(Debug, JsonSchema)]
pub struct FinalGate {
    /// Whether nothing is left.
    pub can_be_set: bool,
    /// How many modules are left, by status.
    pub left: BTreeMap<String, usize>,
}

/// A series whose public names are not known.
#[derive(Debug, JsonSchema)]
pub struct NotMeasured {
    /// The series.
    pub series: String,
    /// Why.
    pub why: String,
}

/// What a module waits for and what waits for it.
#[derive(Debug, JsonSchema)]
pub struct WhyForm {
    /// The module.
    #[serde(flatten)]
    pub module: PlannedModuleForm,
    /// The shortest chain from each module of the order that imports it.
    pub chains: Vec<ChainForm>,
    /// The shortest chain to each module that it waits for; `…` stands for all modules of a long one that are not named.
    pub blocker_chains: Vec<Vec<String>>,
}

/// A chain of imports.
#[derive(Debug, JsonSchema)]
pub struct ChainForm {
    /// The cluster in which it begins.
    pub cluster: String,
    /// Its modules, both ends included; `…` stands for all modules of a long one that are not named.
    pub modules: Vec<String>,
}

/// `molt-sync landed`
#[derive(Debug, JsonSchema)]
pub struct LandedForm {
    /// The version of this form.
    pub schema: u32,
    /// The revision that it begins at.
    pub since: Revision,
    /// The one that it ends at; null for the tree as it is.
    pub until: Option<Revision>,
    /// The modules that changed.
    pub modules: Vec<LandedModule>,
    /// Those of them that went from stub to work.
    pub converted: Vec<String>,
    /// Modules that changed in nothing but their text.
    pub changed_otherwise: Vec<String>,
    /// What became of the manifest.
    pub manifest: GainedAndLost,
    /// Differential tests that came.
    pub tests: Vec<String>,
    /// How many modules have each status.
    pub status_counts: BTreeMap<String, Counts>,
}

/// A revision.
#[derive(Debug, JsonSchema)]
pub struct Revision {
    /// As it was named.
    pub revision: String,
    /// Its commit.
    pub commit: String,
}

/// A module that changed.
#[derive(Debug, JsonSchema)]
pub struct LandedModule {
    /// Its name.
    pub module: String,
    /// Its file.
    pub path: String,
    /// Whether it was and is there.
    pub there: Flags,
    /// Its status.
    pub status: WordsForm,
    /// Whether it was and is nothing but a stub.
    pub stub: Flags,
    /// The intrinsics that it loads.
    pub intrinsics: GainedAndLost,
    /// Public names that it gained; null where that is not known.
    pub names_gained: Option<Vec<String>>,
    /// Public names that it lost; null where that is not known.
    pub names_lost: Option<Vec<String>>,
    /// Whether it said and says that it is not finished.
    pub marker: Flags,
    /// Whether it was and is attested.
    pub attested: Flags,
    /// Its tests that came.
    pub tests: Vec<String>,
}

/// Names that came and went.
#[derive(Debug, JsonSchema)]
pub struct GainedAndLost {
    /// Those that came.
    pub gained: Vec<String>,
    /// Those that went.
    pub lost: Vec<String>,
}

/// What holds at both revisions.
#[derive(Debug, JsonSchema)]
pub struct Flags {
    /// At the first.
    pub before: bool,
    /// At the second.
    pub after: bool,
}

/// A word at both revisions.
#[derive(Debug, JsonSchema)]
pub struct WordsForm {
    /// At the first; null where it cannot be read.
    pub before: Option<String>,
    /// At the second; null where it cannot be read.
    pub after: Option<String>,
}

/// A count at both revisions.
#[derive(Debug, JsonSchema)]
pub struct Counts {
    /// At the first.
    pub before: usize,
    /// At the second.
    pub after: usize,
}
