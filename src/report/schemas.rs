//! The forms of what `--format json` prints, as types from which JSON Schemas are made: those of documents that are written piece by
//! piece, and so have no type of their own. The tests hold what is printed against them.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, generate::SchemaSettings};

use super::{
    Obstacle, RefreshReport,
    schemas_of_names::{ApiShow, Impact, Surface},
};
use crate::stdlib::Delta;

/// The schema of one kind of document, by its name; none where there is no such name.
pub fn schema_of(name: &str) -> Option<Schema> {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    Some(match name {
        "error" => generator.into_root_schema_for::<Error>(),
        "overview" => generator.into_root_schema_for::<Overview>(),
        "refresh" => generator.into_root_schema_for::<RefreshReport>(),
        "gates" => generator.into_root_schema_for::<Gates>(),
        "ratchet-show" => generator.into_root_schema_for::<Ratchet>(),
        "docs-check" => generator.into_root_schema_for::<Docs>(),
        "impact" => generator.into_root_schema_for::<Impact>(),
        "surface" => generator.into_root_schema_for::<Surface>(),
        "api-show" => generator.into_root_schema_for::<ApiShow>(),
        "baseline-diff" => generator.into_root_schema_for::<Difference>(),
        _ => return None,
    })
}

/// What any command prints where it could not do what was asked.
#[derive(Debug, JsonSchema)]
pub struct Error {
    /// The version of this form.
    pub schema: u32,
    /// What went wrong.
    pub error: Trouble,
}

/// What went wrong.
#[derive(Debug, JsonSchema)]
pub struct Trouble {
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

/// `molt-sync baseline diff`
#[derive(Debug, JsonSchema)]
pub struct Difference {
    /// The version of this form.
    pub schema: u32,
    /// The older side.
    pub old: String,
    /// The newer side.
    pub new: String,
    /// What changed, sorted by name.
    pub delta: Delta,
}

/// `molt-sync ratchet show`
#[derive(Debug, JsonSchema)]
pub struct Ratchet {
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

/// `molt-sync docs check`
#[derive(Debug, JsonSchema)]
pub struct Docs {
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
    pub compared: Option<Compared>,
    /// What was not looked at, and why.
    pub not_looked_at: Vec<String>,
    /// The claims that are wrong; with `--verbose` all of them.
    pub claims: Vec<Claim>,
}

/// What a run was compared with.
#[derive(Debug, JsonSchema)]
pub struct Compared {
    /// The revision; null where nothing was compared.
    pub with: Option<String>,
    /// Why nothing was compared.
    pub why: Option<String>,
    /// In what the settings of that revision differ.
    pub settings_differ: Vec<String>,
}

/// One place of a document that states a fact.
#[derive(Debug, JsonSchema)]
pub struct Claim {
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

/// `molt-sync gates`: the keys of the report that Molt's checker writes, and ours
#[derive(Debug, JsonSchema)]
pub struct Gates {
    /// The version of this form.
    pub schema: u32,
    /// The rules of which month: `2026-02` or `2026-08`.
    pub dialect: String,
    /// Whether nothing fails.
    pub passed: bool,
    /// The gates, in order.
    pub gates: Vec<Gate>,
    /// What was not judged, and why.
    pub not_judged_parts: Vec<String>,
    /// Where Molt's checker would stop; null where it would not.
    pub molt: Option<Stop>,
    /// The revision that findings were compared with.
    pub base: Option<String>,
    /// In what the settings of that revision differ.
    pub settings_differ: Vec<String>,
    /// How many modules have each status.
    pub status_counts: BTreeMap<String, usize>,
    /// Every module of the tree.
    pub modules: Vec<Module>,
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
    pub strict_import_violations: Vec<Imports>,
    /// What imports python-only modules and must not.
    pub dependency_violations: Vec<Imports>,
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
pub struct Stop {
    /// At which gate.
    pub gate: String,
    /// With which line.
    pub first_line: Option<String>,
}

/// One gate.
#[derive(Debug, JsonSchema)]
pub struct Gate {
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
    /// What it found.
    pub findings: Vec<Finding>,
}

/// One finding.
#[derive(Debug, JsonSchema)]
pub struct Finding {
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
pub struct Module {
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
pub struct Imports {
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
