//! What a workspace decides about its documents: `[docs]` in `molt-sync.toml`.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::invariant::Invariant;
use crate::base::RelPath;

/// Every key has a default that fits Molt's tree.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct DocsOptions {
    /// The documents, as patterns in which `*` stays within a folder and `**` does not.
    pub roots: Vec<String>,
    /// Documents whose numbers are a record: the tool's own bindings leave them alone.
    pub archival: Vec<String>,
    /// Documents whose calls of the workspace's scripts have to work.
    pub manuals: Vec<String>,
    /// The workspace's own bindings.
    pub bindings: RelPath,
    /// The page that fact links lead to.
    pub page: RelPath,
    /// Whether the tool looks for statements by itself: sentences, tables, version lists, the scoreboard, quoted messages, command
    /// lines, the generated parts of the audit document, and that the documents that have them are there. Without it, documents
    /// claim what the workspace says that they do, and nothing else: by its bindings, fact links, regions and generated files.
    pub defaults: bool,
    /// What has to be looked at, at least.
    pub floors: Floors,
    /// Facts of the workspace's own, by id.
    pub facts: BTreeMap<String, FactOptions>,
    /// Rules over the facts.
    #[serde(rename = "invariant")]
    pub invariants: Vec<Invariant>,
    /// Blocks of the workspace's own, by name.
    pub blocks: BTreeMap<String, BlockOptions>,
    /// Generated files, by path.
    pub files: BTreeMap<RelPath, FileOptions>,
    /// Claims that are not counted.
    #[serde(rename = "waiver")]
    pub waivers: Vec<Waiver>,
    /// Statements that this change takes out of the documents, each with its reason.
    pub dropped: Vec<Dropped>,
    /// Documents that the tool manages where they are, and that this workspace does not have.
    pub absent: Vec<RelPath>,
    /// The revision or the day that the fact `landed.tranche` begins at: what landed since then, for a region of a document.
    pub landed_since: Option<String>,
    /// Words beside which a number is a fact, by the fact's id; for `docs census`.
    pub lexicon: BTreeMap<String, Lexicon>,
}

/// Fewer than this is an error.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Floors {
    /// Documents.
    pub files: usize,
    /// Claims.
    pub claims: usize,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactOptions {
    /// `json:PATH#/POINTER`, `toml:PATH#/POINTER`, `python:PATH#NAME`, `count:PATTERN`, `sum:PREFIX.*` or `expr:EXPRESSION`
    pub source: String,
}

/// A block of the workspace's own.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockOptions {
    /// The template, a file of the workspace.
    pub template: RelPath,
    /// `molt-sync`, or `generated` for the older form.
    #[serde(default)]
    pub markers: Markers,
}

/// The form of a block's markers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Markers {
    /// `<!-- molt-sync:begin block=NAME -->`
    #[default]
    MoltSync,
    /// `<!-- GENERATED:NAME:start -->`
    Generated,
}

/// A generated file.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileOptions {
    /// The template, a file of the workspace, or `builtin:facts`.
    pub template: String,
}

/// A claim that is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The id of the claim, as reports show it; `*` stands for anything.
    pub claim: String,
    /// Why.
    pub why: String,
    /// Who accepts it. Compared with a base that does not have it, it counts only with a name.
    pub by: Option<String>,
    /// The last day on which it counts, `2026-12-31`.
    pub until: Option<String>,
}

/// A statement that is not made any longer. It counts in the change that brings it, and in no later one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dropped {
    /// The document, or a pattern of documents.
    pub path: String,
    /// The fact that it stated, or `block NAME`; `*` stands for anything. All that the document stated, without it.
    pub fact: Option<String>,
    /// Who accepts it. Compared with a base, it counts only with a name.
    pub by: Option<String>,
    /// Why.
    pub reason: String,
}

/// Words of one fact.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// The words.
    pub terms: Vec<String>,
}

fn path(text: &str) -> RelPath {
    // each is a constant and clean
    RelPath::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

impl Default for DocsOptions {
    fn default() -> Self {
        let owned = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        Self {
            roots: owned(&["*.md", "docs/**/*.md"]),
            archival: owned(&[
                "CHANGELOG.md",
                "docs/**/plans/**",
                "docs/**/archive/**",
                "docs/benchmarks/**",
                "docs/AGENT_MEMORY.md",
                "docs/**/*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]*",
            ]),
            manuals: owned(&["README.md", "CONTRIBUTING.md", "docs/OPERATIONS.md", "docs/DEVELOPER_GUIDE.md"]),
            bindings: path("docs/bindings.toml"),
            page: path("docs/FACTS.md"),
            defaults: true,
            floors: Floors::default(),
            facts: BTreeMap::new(),
            invariants: Vec::new(),
            blocks: BTreeMap::new(),
            files: BTreeMap::new(),
            waivers: Vec::new(),
            dropped: Vec::new(),
            absent: Vec::new(),
            landed_since: None,
            lexicon: BTreeMap::new(),
        }
    }
}

/// Patterns in which `*` stays within a folder.
///
/// # Errors
/// The first pattern that is none, and why.
pub fn patterns<'a>(all: impl IntoIterator<Item = &'a String>) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in all {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build();
        set.add(glob.map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}
