//! What a look asks for and what comes of it, as values.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{Series, Version},
    release::{AcceptedDoubts, Artifact, Evidence, ReleaseVerdict, feed::Doubt},
};

/// One request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Query {
    /// The mirror's list of folders.
    Top,
    /// The list of files of a base version.
    Folder(Version),
    /// Whether an archive is there.
    Archive(Artifact),
    /// The signature bundle of an archive.
    Bundle(Artifact),
    /// The releases of python.org's API.
    Releases,
    /// The dates of the PEP calendar.
    Calendar,
    /// The lives of series.
    Cycle,
    /// endoflife data.
    EndOfLife,
    /// The tags of a series.
    Tags(Series),
}

/// Its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// What is there; empty where nothing but its being there was asked.
    Found(Vec<u8>),
    /// Nothing is there.
    Absent,
    /// Not now: in so many seconds.
    Throttled(i64),
    /// No answer.
    Unreachable(String),
    /// It is not to be asked, and was not.
    Off,
    /// It was not asked, because all requests together took too long.
    Late,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct WantedReleases {
    /// The newest recorded release of each series that is kept in step.
    pub recorded: BTreeMap<Series, Version>,
    /// The same of the series that were not asked for, of which is remembered what is heard: another look may ask for them.
    pub beside: BTreeMap<Series, Version>,
    /// Whether newer series are told, once each.
    pub new_series: bool,
    /// Whether pre-releases count.
    pub pre: bool,
    /// Requests that may be made on one day.
    pub budget: u32,
    /// Days after which a planned release that is not there is told.
    pub patience: i64,
    /// What a person took although the calendar says something against it.
    pub accepted: AcceptedDoubts,
    /// Releases that a branch proposes and nobody has merged: they were out, whatever is remembered.
    pub proposed: BTreeMap<Series, Version>,
    /// Series whose record is there and cannot be read: they are neither looked for nor new.
    pub unreadable: BTreeSet<Series>,
}

/// A release that is newer than what is recorded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NewRelease {
    /// Which one.
    pub version: Version,
    /// What is made of it.
    pub verdict: ReleaseVerdict,
    /// Whether it is out, and nobody was told of it yet.
    pub is_new: bool,
    /// Whether it is out, and no command was run for it yet.
    #[serde(skip)]
    pub is_uncalled: bool,
    /// Whether nothing of its series is recorded: it is told once, and a person decides whether to support it.
    pub is_new_series: bool,
    /// What was seen of it.
    pub evidence: Evidence,
}

/// What comes of a look.
#[derive(Debug, Clone, Default)]
pub struct Polled {
    /// Releases that are newer than what is recorded, in order.
    pub found: Vec<NewRelease>,
    /// Releases that were out in an earlier look, of which nobody was told, and that the records have caught up with since.
    pub late: Vec<Version>,
    /// Those of them, and of those that were told, that no command was run for.
    pub late_calls: Vec<Version>,
    /// Planned releases that are not there, with their day, told once.
    pub missed: Vec<(Version, String)>,
    /// Releases that were taken back before they were recorded, where none that is newer is out, told once each.
    pub recalled: Vec<Version>,
    /// Recalled ones of which that was not told because a newer one that is out takes their place, each with that: where it is not
    /// brought in after all, they wait still.
    pub replaced_recalls: Vec<(Version, Version)>,
    /// Releases that were out, and that nobody names any more, told once each.
    pub unnamed: Vec<Version>,
    /// Releases that were named as out for longer than the mirror is given, and that it does not have in full.
    pub withheld: Vec<Version>,
    /// Recorded releases that the calendar says something against, and that nobody has accepted.
    pub doubted: Vec<(Version, Doubt)>,
    /// Releases that waited when they were last looked at, with the time of that, and that this look could not look at.
    pub before: Vec<(Version, i64)>,
    /// Sources that did not answer, and why.
    pub silent: Vec<(&'static str, String)>,
    /// Requests made.
    pub requests: u32,
    /// Whether the mirror, or everybody who announces, was silent, or not all could be asked that had to be.
    pub is_blind: bool,
    /// Series of which something was not seen that has to be, so that what is missing of them may be there.
    pub unseen: BTreeSet<Series>,
}

/// What of a look is told once.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Releases that are out.
    pub out: Vec<Version>,
    /// Planned releases that are not there, with their day.
    pub missed: Vec<(Version, String)>,
    /// Releases that were taken back before they were recorded.
    pub recalled: Vec<Version>,
    /// Releases that were out, and that nobody names any more.
    pub unnamed: Vec<Version>,
}

/// What a scheduler has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueryOutcome {
    /// Nothing waits.
    Nothing,
    /// A release waits.
    New,
    /// A person has to look.
    Person,
    /// It could not be looked.
    Blind,
}

impl Polled {
    /// The releases that are to be brought in, in order.
    pub fn waiting(&self) -> impl Iterator<Item = Version> {
        self.found.iter().filter(|it| it.verdict == ReleaseVerdict::Announced && !it.is_new_series).map(|it| it.version)
    }

    /// What is told once: whoever has told it says so to [`WatchState::note_told`](super::WatchState::note_told).
    pub fn news(&self) -> News {
        let found = self.found.iter().filter(|it| it.is_new).map(|it| it.version);
        let out = found.chain(self.late.iter().copied()).collect();
        News { out, missed: self.missed.clone(), recalled: self.recalled.clone(), unnamed: self.unnamed.clone() }
    }

    /// What it comes to.
    pub fn outcome(&self) -> QueryOutcome {
        let odd = [ReleaseVerdict::Contradicted, ReleaseVerdict::Questioned];
        // what is said to be out and is not on the mirror may be withheld, unless it was not looked
        let is_withheld =
            |it: &NewRelease| it.verdict == ReleaseVerdict::Partial && !self.unseen.contains(&it.version.series);
        // the last word on a series, or a day that nobody knows
        let is_after_end = |it: &NewRelease| it.verdict == ReleaseVerdict::EndOfLife && it.is_new;
        let is_odd =
            |it: &NewRelease| odd.contains(&it.verdict) || it.is_new_series || is_withheld(it) || is_after_end(it);
        let is_told =
            self.missed.is_empty() && self.recalled.is_empty() && self.unnamed.is_empty() && self.doubted.is_empty();
        if !is_told || self.found.iter().any(is_odd) {
            QueryOutcome::Person
        } else if self.waiting().next().is_some() {
            QueryOutcome::New
        } else if self.is_blind {
            QueryOutcome::Blind
        } else {
            QueryOutcome::Nothing
        }
    }
}
