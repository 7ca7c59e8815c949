//! What a look for releases prints.

use schemars::JsonSchema;

use super::releases::Doubted;

/// `molt-sync watch`; with `--every` a line each time
#[derive(Debug, JsonSchema)]
pub struct WatchForm {
    /// The version of this form.
    pub schema: u32,
    /// `nothing`, `new`, `person` or `blind`
    pub outcome: String,
    /// Releases that are newer than what is recorded.
    pub releases: Vec<Newer>,
    /// Releases that an earlier look found, where this one could not look.
    pub waited_before: Vec<BeforeForm>,
    /// Planned releases of which nothing is there.
    pub missed: Vec<Missed>,
    /// Recorded releases against which the calendar says something.
    pub doubted: Vec<Doubted>,
    /// What became of those that were brought in.
    pub brought: Vec<BroughtForm>,
    /// Releases that are told late: they are recorded by now.
    pub told_late: Vec<String>,
    /// Releases that were recalled before they were recorded.
    pub recalled: Vec<String>,
    /// Releases that are named as out, of which the mirror lacks a part.
    pub withheld: Vec<String>,
    /// Releases that were out, and that nobody names any more.
    pub unnamed: Vec<String>,
    /// Series that were not looked for, because their record cannot be read.
    pub unreadable: Vec<UnreadableForm>,
    /// What a person has to know and was not told before.
    pub notices: Vec<String>,
    /// Sources that did not answer.
    pub silent: Vec<Silent>,
    /// How many requests were made.
    pub requests: u32,
    /// How many were made today.
    pub requests_today: u32,
}

/// A release that is newer than what is recorded.
#[derive(Debug, JsonSchema)]
pub struct Newer {
    /// The release.
    pub version: String,
    /// What is made of it: `announced`, `staged`, `partial`, `recalled`, `questioned`, `superseded`, `end-of-life`, `contradicted` or
    /// `unseen`.
    pub verdict: String,
    /// Whether it is out, and nobody was told of it yet.
    pub is_new: bool,
    /// Whether nothing of its series is recorded.
    pub is_new_series: bool,
    /// What was seen of it.
    pub evidence: ReleaseEvidenceForm,
}

/// What was seen of a release.
#[derive(Debug, JsonSchema)]
pub struct ReleaseEvidenceForm {
    /// Whether the mirror has its source archive; null where it was not asked.
    pub archive: Option<bool>,
    /// Whether the mirror has the signature of that.
    pub bundle: Option<bool>,
    /// Sources that name it as out.
    pub named_by: Vec<String>,
    /// Sources that did not answer.
    pub silent: Vec<String>,
    /// What the calendar says against it.
    pub doubt: Option<DoubtForm>,
    /// Digests of the archive, each behind who states it.
    pub digests: Vec<(String, String)>,
}

/// What the calendar says against a release.
#[derive(Debug, JsonSchema)]
pub struct DoubtForm {
    /// Whether it was recalled; else a note is not understood.
    pub is_recalled: bool,
    /// The note.
    pub note: String,
}

/// A release of an earlier look.
#[derive(Debug, JsonSchema)]
pub struct BeforeForm {
    /// The release.
    pub version: String,
    /// When that look was.
    pub as_of: String,
}

/// A planned release.
#[derive(Debug, JsonSchema)]
pub struct Missed {
    /// The release.
    pub version: String,
    /// The day that it was planned for.
    pub date: String,
}

/// A release that was to be brought in.
#[derive(Debug, JsonSchema)]
pub struct BroughtForm {
    /// The release.
    pub version: String,
    /// Whether that was done.
    pub done: bool,
    /// The exit code that stands for it; null where it was done.
    pub exit: Option<u8>,
    /// What became of it, in words.
    pub words: String,
}

/// A series that was not looked for.
#[derive(Debug, JsonSchema)]
pub struct UnreadableForm {
    /// The series.
    pub series: String,
    /// Why.
    pub why: String,
}

/// A source that did not answer.
#[derive(Debug, JsonSchema)]
pub struct Silent {
    /// The source.
    pub source: String,
    /// Why.
    pub why: String,
}
