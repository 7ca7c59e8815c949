//! What comes of a look: verdicts, and what has to be told.

use std::collections::BTreeMap;

use super::Poll;
use crate::{
    base::{Series, Version},
    release::{Evidence, Recalls, ReleaseVerdict, judge},
    watch::{DAY, NewRelease, Polled, day, state::Announced},
};

impl Poll<'_> {
    pub(super) fn conclude(mut self, evidence: &[(Version, Evidence)]) -> Polled {
        // what is not seen of a release that is out, or may be, was not looked at
        let is_unseen = |it: &Evidence| {
            (it.archive.is_none() && !it.named_by.is_empty()) || (it.archive == Some(true) && it.bundle.is_none())
        };
        self.res.is_blind |= self.is_starved || evidence.iter().any(|it| is_unseen(&it.1));
        let recorded = self.wanted.recorded.values().filter(|it| !self.wanted.accepted.contains(it));
        let known = Recalls::known();
        let doubt = |it: &Version| self.state.doubts.get(it).or_else(|| known.of(*it)).cloned();
        self.res.doubted = recorded.filter_map(|it| Some((*it, doubt(it)?))).collect();
        self.find(evidence);
        self.res.recalled = self.recalled();
        let is_late = |version: &Version| self.is_recorded(*version);
        let untold = self.state.releases.iter().filter(|(_, seen)| seen.is_untold).map(|it| *it.0);
        self.res.late = untold.filter(is_late).collect();
        if self.res.is_blind {
            let is_seen = |version: Version| {
                self.res.found.iter().any(|it| it.version == version && it.verdict != ReleaseVerdict::Unseen)
            };
            let waited = self.state.releases.iter().filter(|(it, _)| self.is_wanted(**it) && !is_seen(**it));
            let waited = waited.filter_map(|(version, seen)| Some((*version, seen.announced.as_ref()?.at)));
            self.res.before = waited.collect();
        } else {
            // only who has looked can miss something
            self.miss();
        }
        self.res
    }

    fn is_recorded(&self, version: Version) -> bool {
        self.wanted.recorded.get(&version.series).is_some_and(|it| version <= *it)
    }

    /// The verdict on each release.
    fn find(&mut self, evidence: &[(Version, Evidence)]) {
        let today = day(self.now);
        for (version, verdict) in judge(evidence, |it| self.is_over(it, &today)) {
            let is_new_series = !self.wanted.recorded.contains_key(&version.series);
            // a mirror need not have what nobody asked for
            if is_new_series && !verdict.is_out() {
                continue;
            }
            let seen = self.state.releases.entry(version).or_default();
            if verdict.is_out() && seen.out_since.is_none() {
                seen.out_since = Some(self.now);
                seen.is_untold = true;
            }
            let is_new = verdict.is_out() && seen.is_untold;
            let evidence = evidence.iter().find(|it| it.0 == version).map(|it| it.1.clone()).unwrap_or_default();
            let is_kept = seen.announced.as_ref().is_some_and(|it| it.at <= self.now && day(it.at) == today);
            if !(verdict == ReleaseVerdict::Announced && is_kept) && verdict != ReleaseVerdict::Unseen {
                let digest = evidence.digests.first().filter(|_| verdict == ReleaseVerdict::Announced);
                seen.announced = digest.map(|(_, sha256)| Announced { at: self.now, sha256: *sha256 });
            }
            self.res.found.push(NewRelease { version, verdict, is_new, is_new_series, evidence });
        }
    }

    /// Whether a release came out after the end of its series. The last one of a series can come out on its last day, and be
    /// seen on the day after; where no source states its day, the day of this look counts.
    fn is_over(&self, version: Version, today: &str) -> bool {
        let end = self.state.ends.get(&version.series).filter(|it| it.len() == 10);
        let day = self.state.days.get(&version).map_or(today, String::as_str);
        end.is_some_and(|end| day > end.as_str())
    }

    /// Of each series the newest release that was taken back before it was recorded: there may be a change of this program that
    /// nobody has merged yet. One that is newer and out takes its place by itself, and one whose day has not come never was.
    fn recalled(&self) -> Vec<Version> {
        let today = day(self.now);
        let is_out = |version: Version| {
            let newer =
                |it: &NewRelease| it.verdict.is_out() && it.version.series == version.series && it.version > version;
            self.res.found.iter().any(newer)
        };
        let is_to_come = |version: Version| {
            let is_there = |it: &NewRelease| it.version == version && it.evidence.archive == Some(true);
            self.state.planned.get(&version).is_some_and(|date| *date > today) && !self.res.found.iter().any(is_there)
        };
        let mut newest: BTreeMap<Series, Version> = BTreeMap::new();
        for (version, doubt) in &self.state.doubts {
            if doubt.is_recalled && self.is_wanted(*version) && !is_to_come(*version) {
                // in order, so that the last one is the newest
                newest.insert(version.series, *version);
            }
        }
        let is_known = |it: &Version| self.wanted.accepted.contains(it) || self.state.told_recalls.contains(it);
        newest.into_values().filter(|it| !is_out(*it) && !is_known(it)).collect()
    }

    /// What should be there by now, and is not.
    fn miss(&mut self) {
        let late = day(self.now - self.wanted.patience * DAY);
        // where no source states a day, nobody knows how long that has been so
        let is_late = |version: Version| self.state.days.get(&version).is_none_or(|day| *day < late);
        let partial = self.res.found.iter().filter(|it| it.verdict == ReleaseVerdict::Partial);
        self.res.withheld = partial.map(|it| it.version).filter(|it| is_late(*it)).collect();
        let is_out = |version: Version| {
            let newer =
                |it: &NewRelease| it.verdict.is_out() && it.version.series == version.series && it.version >= version;
            self.res.found.iter().any(newer)
        };
        // a day that was not remembered is the one that is planned now
        for (version, told) in self.state.missed.iter_mut().filter(|it| it.1.is_empty()) {
            *told = self.state.planned.get(version).cloned().unwrap_or_default();
        }
        let missed = self.state.planned.iter().filter(|(version, date)| {
            // each day that it is put off to is told once
            let is_told = self.state.missed.get(*version).is_some_and(|told| told.is_empty() || told == *date);
            let is_doubted = self.state.doubts.contains_key(*version);
            !date.is_empty() && **date < late && !is_told && !is_doubted && !is_out(**version)
        });
        self.res.missed = missed.map(|(version, date)| (*version, date.clone())).collect();
    }
}
