//! What the gates and the budget print.

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// `molt-sync gates`, with `--molt-order`, or with `--compare`
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
pub enum AnyGates {
    /// Every gate with its findings.
    Report(Box<GatesForm>),
    /// With `--molt-order`
    MoltOrder(MoltOrder),
    /// With `--compare`
    Compared(Differences),
}

/// What Molt's checker would say first.
#[derive(Debug, JsonSchema)]
pub struct MoltOrder {
    /// The version of this form.
    pub schema: u32,
    /// Whether nothing fails.
    pub passed: bool,
    /// The first gate in its order that fails.
    pub gate: Option<String>,
    /// The line that it would print first; null where it would end with a traceback.
    pub first_line: Option<String>,
}

/// In what the report of Molt's checker and ours differ.
#[derive(Debug, JsonSchema)]
pub struct Differences {
    /// The version of this form.
    pub schema: u32,
    /// One sentence each.
    pub differences: Vec<String>,
}

/// `molt-sync gates explain`
#[derive(Debug, JsonSchema)]
pub struct GateExplainedForm {
    /// The version of this form.
    pub schema: u32,
    /// The gates that were asked for, in the order of the registry.
    pub gates: Vec<PageForm>,
}

/// What there is to know of a gate.
#[derive(Debug, JsonSchema)]
pub struct PageForm {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it is there.
    pub why: String,
    /// What repairs what it finds.
    pub repair: String,
    /// Whether the plan of the conversion does not negotiate it.
    pub not_negotiable: bool,
    /// Its number in the order of Molt's checker; null where that does not have it.
    pub molt: Option<String>,
}

/// `molt-sync ratchet show`
#[derive(Debug, JsonSchema)]
pub struct RatchetForm {
    /// The version of this form.
    pub schema: u32,
    /// The most intrinsic-partial modules that there may be.
    pub budget: u64,
    /// How many there are.
    pub intrinsic_partial: u64,
    /// How many of them are nothing but stubs.
    pub stubs: u64,
    /// How many of them are in work.
    pub in_work: u64,
    /// How many more there may be; negative where there are too many.
    pub room: i64,
    /// What `ratchet lower` would set the budget to, where it would.
    pub lowers_to: Option<u64>,
    /// Why `ratchet lower` would refuse, where it would.
    pub lower_refuses: Option<String>,
    /// The names of the stubs.
    pub stub_modules: Vec<String>,
    /// The names of those in work.
    pub in_work_modules: Vec<String>,
}

/// `molt-sync ratchet lower` and `ratchet check`
#[derive(Debug, JsonSchema)]
pub struct Budget {
    /// The version of this form.
    pub schema: u32,
    /// The budget before: of the workspace, or at the base.
    pub before: u64,
    /// The budget now, or what it is lowered to.
    pub after: u64,
    /// What became of the modules that were intrinsic-partial, or the sign-offs that a rise stands on, one sentence each.
    pub left: Vec<String>,
    /// In what the settings of the base differ.
    pub settings_differ: Vec<String>,
    /// The change as a patch, in a dry run.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
}

/// `molt-sync stubs check`
#[derive(Debug, JsonSchema)]
pub struct Stubs {
    /// The version of this form.
    pub schema: u32,
    /// Whether nothing is to be done.
    pub in_step: bool,
    /// Names of the union without a file, each with where its stub goes.
    pub missing: Vec<StubFile>,
    /// Modules that have to be packages.
    pub wrong_shape: Vec<StubFile>,
    /// Files in the way of a stub, which a person has to move.
    pub conflict: Vec<StubFile>,
    /// Stubs of names that are not in the union.
    pub surplus: Vec<StubFile>,
    /// Stubs that another version of the template wrote.
    pub stale: Vec<StubFile>,
}

/// A module with its file.
#[derive(Debug, JsonSchema)]
pub struct StubFile {
    /// The module.
    pub module: String,
    /// The file.
    pub path: String,
}

/// `molt-sync gates`: the keys of the report that Molt's checker writes, and ours
#[derive(Debug, JsonSchema)]
pub struct GatesForm {
    /// The version of this form.
    pub schema: u32,
    /// The rules of which month: `2026-02` or `2026-08`.
    pub dialect: String,
    /// Whether nothing fails.
    pub passed: bool,
    /// The gates, in order.
    pub gates: Vec<GateForm>,
    /// What was not judged, and why.
    pub not_judged_parts: Vec<String>,
    /// Where Molt's checker would stop; null where it would not.
    pub molt: Option<StopForm>,
    /// The revision that findings were compared with.
    pub base: Option<String>,
    /// In what the settings of that revision differ.
    pub settings_differ: Vec<String>,
    /// How many modules have each status.
    pub status_counts: BTreeMap<String, usize>,
    /// Every module of the tree.
    pub modules: Vec<GatedModuleForm>,
    /// Modules that are intrinsic-partial.
    pub intrinsic_partial_modules: Vec<String>,
    /// Those of them that are nothing but stubs.
    pub intrinsic_partial_stubs: Vec<String>,
    /// Those of them that are in work.
    pub intrinsic_partial_in_work: Vec<String>,
    /// Modules that are probe-only.
    pub probe_only_modules: Vec<String>,
    /// Modules that are python-only.
    pub python_only_modules: Vec<String>,
    /// Modules that are intrinsic-support; by the rules of 2026-08 only.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub intrinsic_support_modules: Option<Vec<String>>,
    /// Modules that may do nothing but refuse; by the rules of 2026-08 only.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub allowed_policy_gate_modules: Option<Vec<String>>,
    /// Other modules that do nothing but refuse; by the rules of 2026-08 only.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub unknown_policy_gate_modules: Option<Vec<String>>,
    /// The budget; null where it cannot be read.
    pub intrinsic_partial_budget: Option<u64>,
    /// Modules that are attested; null where the attestation cannot be read.
    pub fully_covered_modules: Option<Vec<String>>,
    /// The intrinsics that each of them has to load.
    pub full_coverage_required_intrinsics: Option<BTreeMap<String, Vec<String>>>,
    /// Fallbacks in all modules.
    pub all_fallback_violations: Vec<Errors>,
    /// Fallbacks in intrinsic-backed modules.
    pub intrinsic_backed_fallback_violations: Vec<Errors>,
    /// Fallbacks in strict roots.
    pub strict_fallback_violations: Vec<Errors>,
    /// Failures of intrinsics that are passed over.
    pub intrinsic_runtime_fallback_violations: Vec<Errors>,
    /// Modules in which none may be.
    pub intrinsic_pass_fallback_modules: Vec<String>,
    /// What strict roots import and must not.
    pub strict_import_violations: Vec<ImportsForm>,
    /// What imports python-only modules and must not.
    pub dependency_violations: Vec<ImportsForm>,
    /// Modules of the bootstrap closure that are not on intrinsics.
    pub bootstrap_closure_violations: Vec<NotReady>,
    /// Strict roots that are there.
    pub bootstrap_roots_present: Vec<String>,
    /// Strict roots that are not.
    pub bootstrap_roots_missing: Vec<String>,
    /// Names that are required at the top level.
    pub required_top_level_modules: Vec<String>,
    /// Those of them that are packages.
    pub required_top_level_packages: Vec<String>,
    /// Names that are required below them.
    pub required_submodules: Vec<String>,
    /// Those of them that are packages.
    pub required_subpackages: Vec<String>,
    /// Names that are missing at the top level.
    pub missing_top_level_modules: Vec<String>,
    /// Names that are missing below.
    pub missing_submodules: Vec<String>,
    /// Packages at the top level that are modules in the tree.
    pub top_level_package_kind_mismatches: Vec<String>,
    /// The same below.
    pub subpackage_kind_mismatches: Vec<String>,
    /// Names at the top level with two files.
    pub top_level_collisions: Vec<String>,
    /// The same below.
    pub submodule_collisions: Vec<String>,
}

/// Where Molt's checker would stop.
#[derive(Debug, JsonSchema)]
pub struct StopForm {
    /// At which gate.
    pub gate: String,
    /// With which line.
    pub first_line: Option<String>,
}

/// One gate.
#[derive(Debug, JsonSchema)]
pub struct GateForm {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `passed`, `failed` or `not-judged`
    pub state: String,
    /// Why it was not judged.
    pub not_judged: Option<String>,
    /// Whether the plan of the conversion does not negotiate it.
    pub not_negotiable: bool,
    /// Why it is there.
    pub why: String,
    /// What repairs what it finds.
    pub repair: String,
    /// What it found.
    pub findings: Vec<FindingForm>,
}

/// One finding.
#[derive(Debug, JsonSchema)]
pub struct FindingForm {
    /// The module.
    pub module: Option<String>,
    /// The file.
    pub path: Option<String>,
    /// The line, one-based.
    pub line: Option<usize>,
    /// The column, one-based.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// The names that it is about besides.
    pub related: Vec<String>,
    /// Whether the base has it not; null without one.
    pub new: Option<bool>,
    /// What tells it from others.
    pub fingerprint: String,
}

/// One module of the tree.
#[derive(Debug, JsonSchema)]
pub struct GatedModuleForm {
    /// Its name.
    pub module: String,
    /// Its file.
    pub path: String,
    /// Its status; null where it cannot be read.
    pub status: Option<String>,
    /// The intrinsics that it loads.
    pub intrinsics: Vec<String>,
    /// Whether it is exactly a generated stub.
    pub stub: bool,
}

/// What is wrong in one module.
#[derive(Debug, JsonSchema)]
pub struct Errors {
    /// The module.
    pub module: String,
    /// What is wrong in it.
    pub errors: Vec<String>,
}

/// What a module imports and must not.
#[derive(Debug, JsonSchema)]
pub struct ImportsForm {
    /// The module.
    pub module: Option<String>,
    /// Its status.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What it imports.
    pub imports: Vec<String>,
}

/// A module that is not ready.
#[derive(Debug, JsonSchema)]
pub struct NotReady {
    /// The module.
    pub module: Option<String>,
    /// Its status.
    pub status: Option<String>,
}
