//! What a refresh did or would do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{ReleaseImpact, Statement, envelope::FORM};
use crate::{
    audit::{Audit, Status},
    base::{FileChange, RelPath},
    changeset::Changeset,
    release::{LockClaim, checked_words, sigstore::Signed},
    stdlib::{Delta, Union},
};

/// The report of one refresh, or of one series dropped.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RefreshReport {
    /// Version of this form.
    pub schema: u32,
    /// `refresh` or `drop`
    pub action: String,
    /// The series.
    pub series: String,
    /// The release that is recorded now.
    pub release: Option<String>,
    /// Whether the series was not supported before.
    pub is_new_series: bool,
    /// What was recorded before, in words.
    pub before: Option<String>,
    /// The artifact, with its label.
    pub source: String,
    /// Its digest.
    pub sha256: Option<String>,
    /// What this run held the digest against: a verified signature, a digest that is compiled in, or one in the lock.
    pub verified_by: Option<String>,
    /// Who signed it, where this run verified that.
    pub signed: Option<Signed>,
    /// What the lock says of it, which this run did not check.
    pub lock_says: Option<LockClaim>,
    /// Whether it was asked if the release was recalled, in words.
    pub recalls: Option<String>,
    /// What was held against each other.
    pub checked: Vec<String>,
    /// What changed in the facts of the series.
    pub delta: Delta,
    /// What changed inside of its modules; none where no other release was recorded before.
    pub impact: Option<ReleaseImpact>,
    /// Files of the release that are not modules.
    pub not_importable: BTreeMap<String, String>,
    /// Sizes of the union, before and after.
    pub union: Vec<UnionCounts>,
    /// What happens to stubs.
    pub stubs: StubChanges,
    /// Findings of all gates before.
    pub gates_before: usize,
    /// Findings of all gates afterwards, in words.
    pub gates_after: Vec<String>,
    /// The workspace's own gates.
    pub external: Vec<ExternalRun>,
    /// Modules in each state, before and after.
    pub statuses: BTreeMap<&'static str, (usize, usize)>,
    /// The scoreboard's figures of the tree, before and after.
    pub figures: BTreeMap<&'static str, (u64, u64)>,
    /// Intrinsic-partial modules that are nothing but stubs, before and after; the others are in work.
    pub stub_modules: (usize, usize),
    /// The budget.
    pub growth: Option<Growth>,
    /// Documents that state facts.
    pub docs: Vec<DocChange>,
    /// Files by what happens to them.
    pub files: BTreeMap<&'static str, Vec<String>>,
    /// Whether it was written.
    pub applied: bool,
    /// The commit of it, where one was made.
    pub commit: Option<String>,
    /// The lines of documents that change.
    pub statements: Vec<Statement>,
    /// What documents still state wrongly afterwards, with the source that decides.
    pub still_wrong: Vec<String>,
    /// Files in which somebody accepts something, which this change brings.
    pub exceptions: Vec<String>,
    /// The recorded series that is nearest to a new one.
    pub nearest: Option<String>,
    /// The day of the release, and who says so, in words.
    pub released: Option<String>,
    /// What was looked for to vouch for it besides, found or not, a sentence each.
    pub looked_for: Vec<String>,
    /// The address of the release's page, where somebody besides a reviewer says that there is such a release.
    pub page: Option<String>,
    /// What a person still has to do or to decide, one place or step each.
    pub for_a_person: Vec<String>,
    /// Everything else that a reader should know.
    pub notes: Vec<String>,
    /// What stands in its way: nothing was written then.
    pub obstacles: Vec<Obstacle>,
    /// The command line that would pass.
    pub passes: Option<String>,
    /// The changeset as a patch, in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
}

/// One command of the workspace's own.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExternalRun {
    /// Its name.
    pub name: String,
    /// `passed`, or that it failed as it did before, and why.
    pub state: String,
    /// The end of what it printed.
    pub output: String,
}

/// One size of the union.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnionCounts {
    /// Of what.
    pub what: &'static str,
    /// Before.
    pub before: usize,
    /// Afterwards.
    pub after: usize,
}

/// One obstacle, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Obstacle {
    /// The exit code of a run that this one stops.
    pub exit: u8,
    /// One sentence.
    pub message: String,
    /// What it is about, a line each.
    pub details: Vec<String>,
    /// What resolves it, in words.
    pub hint: Option<String>,
}

impl Obstacle {
    /// It in lines, with so many of its details at most.
    pub fn lines(&self, most: usize) -> Vec<String> {
        let details = shown(&self.details, most).into_iter().map(|it| format!("  {it}"));
        let hint = self.hint.iter().map(|it| format!("  hint: {it}"));
        std::iter::once(self.message.clone()).chain(details).chain(hint).collect()
    }
}

/// So many lines at most, and how many more there are.
pub fn shown(lines: &[String], most: usize) -> Vec<String> {
    let more = lines.len().checked_sub(most).filter(|it| *it > 0);
    let more = more.map(|it| format!("and {it} more, which --verbose shows"));
    lines.iter().take(most).cloned().chain(more).collect()
}

/// What happens to stubs, by module name.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct StubChanges {
    /// New.
    pub created: Vec<String>,
    /// A module before, a package now.
    pub moved: Vec<String>,
    /// Removed.
    pub retired: Vec<String>,
    /// Files of names that left the union and that are not ours to remove.
    pub kept: Vec<String>,
}

/// The budget of intrinsic-partial modules.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Growth {
    /// Modules before.
    pub partial_before: u64,
    /// Modules afterwards.
    pub partial_after: u64,
    /// Modules afterwards that cannot be read, and may be as unfinished: growth is judged with them.
    pub unreadable: u64,
    /// Budget before.
    pub budget_before: u64,
    /// Budget afterwards.
    pub budget_after: u64,
    /// Who accepted a higher one, and why.
    pub sign_off: Option<String>,
}

/// One part of a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DocChange {
    /// The document.
    pub path: String,
    /// The block.
    pub block: String,
    /// `current` or `patched`
    pub state: &'static str,
}

impl Default for RefreshReport {
    fn default() -> Self {
        Self {
            schema: FORM,
            action: String::new(),
            series: String::new(),
            release: None,
            is_new_series: false,
            before: None,
            source: String::new(),
            sha256: None,
            verified_by: None,
            signed: None,
            lock_says: None,
            recalls: None,
            checked: Vec::new(),
            delta: Delta::default(),
            impact: None,
            not_importable: BTreeMap::new(),
            union: Vec::new(),
            stubs: StubChanges::default(),
            gates_before: 0,
            gates_after: Vec::new(),
            external: Vec::new(),
            statuses: BTreeMap::new(),
            figures: BTreeMap::new(),
            stub_modules: (0, 0),
            growth: None,
            docs: Vec::new(),
            files: BTreeMap::new(),
            applied: false,
            commit: None,
            statements: Vec::new(),
            still_wrong: Vec::new(),
            exceptions: Vec::new(),
            nearest: None,
            released: None,
            looked_for: Vec::new(),
            page: None,
            for_a_person: Vec::new(),
            notes: Vec::new(),
            obstacles: Vec::new(),
            passes: None,
            patch: None,
        }
    }
}

impl RefreshReport {
    /// The files of a changeset, by what happens to them.
    pub fn files_of(changeset: &Changeset) -> BTreeMap<&'static str, Vec<String>> {
        let mut res: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for edit in &changeset.edits {
            let word = match edit.change() {
                Some(FileChange::Create) => "created",
                Some(FileChange::Replace) => "changed",
                Some(FileChange::Delete) => "deleted",
                None => continue,
            };
            res.entry(word).or_default().push(edit.path.to_string());
        }
        res
    }

    /// What this run checked of the release in one sentence, apart from what the lock says of it.
    pub fn checked_words(&self) -> Option<String> {
        let identity = self.signed.as_ref().map(|it| it.identity.as_str());
        Some(checked_words(self.verified_by.as_deref()?, identity, self.lock_says.as_ref()))
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Modules in each state in two audits.
    pub fn status_change(before: &Audit, after: &Audit) -> BTreeMap<&'static str, (usize, usize)> {
        Status::of(after.dialect).into_iter().map(|it| (it.word(), (before.count(it), after.count(it)))).collect()
    }

    /// The report as one JSON document.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}

impl UnionCounts {
    /// The four sizes of two unions.
    pub fn change(before: &Union, after: &Union) -> Vec<Self> {
        let row = |what, size: fn(&Union) -> usize| Self { what, before: size(before), after: size(after) };
        vec![
            row("top-level names", |it| it.top_level().len()),
            row("packages", |it| it.packages().len()),
            row("submodules", |it| it.submodules().len()),
            row("subpackages", |it| it.subpackages().len()),
        ]
    }
}

impl DocChange {
    /// One row.
    pub fn new(path: &RelPath, block: &str, state: &'static str) -> Self {
        Self { path: path.to_string(), block: block.to_owned(), state }
    }
}
