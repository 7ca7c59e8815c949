//! Whether a mirror can show what is new: one that is behind what is recorded, or that has nothing of it, cannot.

use std::collections::BTreeSet;

use super::Poll;
use crate::{
    base::Version,
    release::{Artifact, Suffix},
    watch::{Query, Reply},
};

impl Poll<'_> {
    /// Notes the series of which the mirror is behind what is recorded, so that it cannot show what is new: of such a series it has
    /// something, and nothing as new as the recorded release, or it has nothing of a series that was asked for by name, or of no series
    /// what is recorded.
    pub(super) fn note_stale(&mut self, listed: &BTreeSet<Version>) {
        let recorded: Vec<Version> = self.wanted.recorded.values().copied().collect();
        let newest = |version: Version| listed.iter().filter(|it| it.series == version.series).max();
        let is_listed = |it: &Version| newest(*it).is_some_and(|newest| *newest >= it.base());
        let is_any = recorded.iter().any(is_listed);
        // a mirror need not have every series
        let is_asked = |it: &Version| !is_any || !self.wanted.new_series || newest(*it).is_some();
        let doubtful: Vec<Version> = recorded.iter().filter(|it| !is_listed(it) && is_asked(it)).copied().collect();
        // a listing can be hours old, and the archive there all the same
        let there: Vec<Version> = doubtful.iter().filter(|it| self.has(**it)).copied().collect();
        let mut old = doubtful;
        old.retain(|it| !there.contains(it));
        if !there.is_empty() && self.wanted.new_series {
            old.retain(|it| newest(*it).is_some());
        }
        let words = |all: &[Version]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        if !old.is_empty() {
            let why =
                format!("it has nothing as new as {}, which is recorded, and cannot show what is newer", words(&old));
            self.silent("mirror", why);
        }
        self.res.unseen.extend(old.iter().map(|it| it.series));
    }

    /// Whether the mirror has the newest of the releases that are recorded.
    pub(super) fn has_known(&mut self) -> bool {
        let known = self.wanted.recorded.values().filter(|it| !it.is_pre()).max().copied();
        let has = known.is_some_and(|version| self.has(version));
        if let (false, Some(version)) = (has, known) {
            self.silent("mirror", format!("it lists nothing, and {version} is not there"));
        }
        has
    }

    /// Whether the mirror has an archive of a release.
    pub(super) fn has(&mut self, version: Version) -> bool {
        [Suffix::Tgz, Suffix::TarXz].into_iter().any(|suffix| {
            matches!(self.ask("mirror", Query::Archive(Artifact { version, suffix })), Some(Reply::Found(_)))
        })
    }
}
