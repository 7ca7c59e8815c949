//! What comes of a look: verdicts, and what has to be told.

use std::collections::{BTreeMap, BTreeSet};

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
        self.res.unseen.extend(evidence.iter().filter(|it| is_unseen(&it.1)).map(|it| it.0.series));
        self.res.is_blind |= self.is_starved;
        let recorded = self.wanted.recorded.values();
        let known = Recalls::known();
        let doubt = |it: &Version| self.state.doubts.get(it).or_else(|| known.of(*it)).cloned();
        let doubted = recorded.filter_map(|it| Some((*it, doubt(it)?)));
        self.res.doubted = doubted.filter(|(it, doubt)| !self.wanted.accepted.covers(*it, doubt)).collect();
        self.find(evidence);
        self.recalled();
        self.unnamed();
        let is_late = |version: &Version| self.is_recorded(*version);
        let late = self.state.releases.iter().filter(|(it, _)| is_late(it));
        let untold = late.clone().filter(|(_, seen)| seen.is_untold).map(|it| *it.0).collect();
        let uncalled = late.filter(|(_, seen)| seen.is_uncalled).map(|it| *it.0).collect();
        (self.res.late, self.res.late_calls) = (untold, uncalled);
        if !self.res.is_blind {
            // only who has looked can miss something
            self.miss();
        }
        if self.res.is_blind {
            self.res.unseen.extend(self.res.found.iter().map(|it| it.version.series));
        }
        self.res.is_blind |= !self.res.unseen.is_empty();
        if self.res.is_blind {
            let is_seen = |version: Version| {
                self.res.found.iter().any(|it| it.version == version && it.verdict != ReleaseVerdict::Unseen)
            };
            let is_replaced = |version: Version| {
                let newer = |it: &NewRelease| it.version.series == version.series && it.version > version;
                self.res.found.iter().any(|it| newer(it) && it.verdict == ReleaseVerdict::Announced)
            };
            let is_open = |it: Version| self.is_wanted(it) && !is_seen(it) && !is_replaced(it);
            let waited = self.state.releases.iter().filter(|(it, _)| is_open(**it));
            let waited = waited.filter_map(|(version, seen)| Some((*version, seen.announced.as_ref()?.at)));
            self.res.before = waited.collect();
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
            let is_odd = matches!(verdict, ReleaseVerdict::Questioned | ReleaseVerdict::Contradicted);
            // that there is a new series is told whatever is said of its release
            let is_out = verdict.is_out() || (is_new_series && is_odd);
            if is_new_series && !is_out {
                continue;
            }
            let seen = self.state.releases.entry(version).or_default();
            if is_out && seen.out_since.is_none() {
                seen.out_since = Some(self.now);
                (seen.is_untold, seen.is_uncalled) = (true, true);
            }
            let (is_new, is_uncalled) = (is_out && seen.is_untold, is_out && seen.is_uncalled);
            let evidence = evidence.iter().find(|it| it.0 == version).map(|it| it.1.clone()).unwrap_or_default();
            let is_kept = seen.announced.as_ref().is_some_and(|it| it.at <= self.now && day(it.at) == today);
            if !(verdict == ReleaseVerdict::Announced && is_kept) && verdict != ReleaseVerdict::Unseen {
                let digest = evidence.digests.first().filter(|_| verdict == ReleaseVerdict::Announced);
                seen.announced = digest.map(|(_, sha256)| Announced { at: self.now, sha256: *sha256 });
            }
            self.res.found.push(NewRelease { version, verdict, is_new, is_uncalled, is_new_series, evidence });
        }
    }

    /// Whether a release came out after the end of its series. The last one of a series can come out on its last day, and be
    /// seen on the day after; where no source states its day, the day of this look counts.
    pub(super) fn is_over(&self, version: Version, today: &str) -> bool {
        let end = self.state.ends.get(&version.series).filter(|it| it.len() == 10);
        let day = self.state.days.get(&version).map_or(today, String::as_str);
        end.is_some_and(|end| day > end.as_str())
    }

    /// Of each series the newest release that was taken back before it was recorded, and of which that was not told: there may be
    /// a change of this program that nobody has merged yet. One that is newer and brought in takes its place by itself, which is told
    /// apart with that, and one whose day has not come never was.
    fn recalled(&mut self) {
        let today = day(self.now);
        let newer_than = |version: Version| {
            // one that came out after the end of its series is not brought in
            let is_brought_in = |it: &&NewRelease| it.verdict.is_out() && it.verdict != ReleaseVerdict::EndOfLife;
            let newer = self.res.found.iter().filter(|it| it.version.series == version.series && it.version > version);
            newer.filter(is_brought_in).map(|it| it.version).max()
        };
        let is_to_come = |version: Version| {
            let is_there = |it: &NewRelease| it.version == version && it.evidence.archive == Some(true);
            self.state.planned.get(&version).is_some_and(|date| *date > today) && !self.res.found.iter().any(is_there)
        };
        let (mut newest, mut replaced) = (BTreeMap::new(), BTreeMap::new());
        for (version, doubt) in &self.state.doubts {
            let is_known = self.wanted.accepted.covers(*version, doubt) || self.state.told_recalls.contains(version);
            if doubt.is_recalled && self.is_wanted(*version) && !is_to_come(*version) && !is_known {
                // in order, so that the last one is the newest
                match newer_than(*version) {
                    None => drop(newest.insert(version.series, *version)),
                    Some(newer) => drop(replaced.insert(version.series, (*version, newer))),
                }
            }
        }
        self.res.recalled = newest.into_values().collect();
        self.res.replaced_recalls = replaced.into_values().collect();
    }

    /// Releases that were out, that python.org's API names no more, nor anybody else, and that nothing takes the place of: the change
    /// that was made of one may wait still.
    fn unnamed(&mut self) {
        let Some(api) = &self.api else { return };
        let state = &mut *self.state;
        let is_named = |version: &Version| api.contains(version) || state.named.contains_key(version);
        state.told_unnamed.retain(|it| !is_named(it));
        let newest = |series: Series| self.wanted.recorded.get(&series);
        // one who was not heard may name it
        let is_out_still = |it: &NewRelease| it.verdict.is_out() || !it.evidence.silent.is_empty();
        let is_open = |version: &Version| {
            let is_replaced =
                |it: &NewRelease| it.version.series == version.series && it.version > *version && it.verdict.is_out();
            let is_recalled = state.doubts.get(version).is_some_and(|it| it.is_recalled);
            newest(version.series).is_some_and(|it| version > it)
                && !is_recalled
                && !is_named(version)
                && !self.res.found.iter().any(is_replaced)
                && !self.res.found.iter().any(|it| it.version == *version && is_out_still(it))
        };
        let was_out = state.releases.iter().filter(|(_, seen)| seen.out_since.is_some()).map(|it| *it.0);
        let was_out: BTreeSet<Version> = was_out.chain(self.wanted.proposed.values().copied()).collect();
        let is_told = |it: &Version| state.told_unnamed.contains(it);
        self.res.unnamed = was_out.into_iter().filter(|it| is_open(it) && !is_told(it)).collect();
    }

    /// What should be there by now, and is not, of the series that were looked at in full.
    fn miss(&mut self) {
        let late = day(self.now - self.wanted.patience * DAY);
        // where no source states a day, nobody knows how long that has been so
        let is_late = |version: Version| self.state.days.get(&version).is_none_or(|day| *day < late);
        let partial = self.res.found.iter().filter(|it| it.verdict == ReleaseVerdict::Partial);
        let is_seen = |version: Version| !self.res.unseen.contains(&version.series);
        self.res.withheld = partial.map(|it| it.version).filter(|it| is_late(*it) && is_seen(*it)).collect();
        let is_out = |version: Version| {
            let newer =
                |it: &NewRelease| it.verdict.is_out() && it.version.series == version.series && it.version >= version;
            let is_there = |it: &NewRelease| it.version == version && it.evidence.archive == Some(true);
            self.res.found.iter().any(|it| newer(it) || is_there(it))
        };
        // a day that was not remembered is the one that is planned now
        for (version, told) in self.state.missed.iter_mut().filter(|it| it.1.is_empty()) {
            *told = self.state.planned.get(version).cloned().unwrap_or_default();
        }
        let missed = self.state.planned.iter().filter(|(version, date)| {
            // each day that it is put off to is told once
            let is_told = self.state.missed.get(*version).is_some_and(|told| told.is_empty() || told == *date);
            // whoever reads a note that is not understood has to know the more that it does not come
            let is_recalled = self.state.doubts.get(*version).is_some_and(|it| it.is_recalled);
            let is_due = !date.is_empty() && **date < late && self.is_wanted(**version);
            is_due && !is_told && !is_recalled && !is_out(**version) && is_seen(**version)
        });
        self.res.missed = missed.map(|(version, date)| (*version, date.clone())).collect();
    }
}
