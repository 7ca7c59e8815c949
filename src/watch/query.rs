//! What a look asks for and what comes of it, as values.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{Series, Version},
    release::{Artifact, Evidence, Verdict, feed::Doubt},
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
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The newest recorded release of each series that is kept in step.
    pub recorded: BTreeMap<Series, Version>,
    /// Whether newer series are told, once each.
    pub new_series: bool,
    /// Whether pre-releases count.
    pub pre: bool,
    /// Requests that may be made on one day.
    pub budget: u32,
    /// Days after which a planned release that is not there is told.
    pub patience: i64,
    /// Releases that a person took although the calendar says something against them.
    pub accepted: BTreeSet<Version>,
}

/// A release that is newer than what is recorded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Found {
    /// Which one.
    pub version: Version,
    /// What is made of it.
    pub verdict: Verdict,
    /// Whether it is out for the first time in this look.
    pub is_new: bool,
    /// Whether nothing of its series is recorded: it is told once, and a person decides whether to support it.
    pub is_new_series: bool,
    /// What was seen of it.
    pub evidence: Evidence,
}

/// What comes of a look.
#[derive(Debug, Clone, Default)]
pub struct Polled {
    /// Releases that are newer than what is recorded, in order.
    pub found: Vec<Found>,
    /// Planned releases that are not there, with their day, told once.
    pub missed: Vec<(Version, String)>,
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
}

/// What a scheduler has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
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
        self.found.iter().filter(|it| it.verdict == Verdict::Announced && !it.is_new_series).map(|it| it.version)
    }

    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        let odd = [Verdict::Contradicted, Verdict::Questioned];
        // what is said to be out and is not on the mirror may be withheld, unless it was not looked
        let is_withheld = |it: &Found| it.verdict == Verdict::Partial && !self.is_blind;
        let is_odd = |it: &Found| odd.contains(&it.verdict) || it.is_new_series || is_withheld(it);
        if !self.missed.is_empty() || !self.doubted.is_empty() || self.found.iter().any(is_odd) {
            Outcome::Person
        } else if self.waiting().next().is_some() {
            Outcome::New
        } else if self.is_blind {
            Outcome::Blind
        } else {
            Outcome::Nothing
        }
    }
}
