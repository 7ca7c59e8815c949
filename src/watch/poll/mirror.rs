//! What the mirror has that is newer than what is recorded: of each series the newest release first, and one series after the
//! other, so that neither a series that lags nor a list of folders can use up the requests that the others need.

use std::collections::{BTreeMap, BTreeSet};

use super::Poll;
use crate::{
    base::{Series, Version},
    release::{Artifact, Evidence, Suffix, feed, sigstore},
    watch::{Query, Reply, day, state::Announced},
};

/// So many folders are looked into in one look where no release settles its series: no mirror can list so many empty ones that the
/// day's requests are used up without that being told.
const FOLDERS: usize = 18;

/// So many releases of a series are looked at whose place a newer one takes.
const REPLACED: usize = 2;

/// What was seen in a look.
#[derive(Default)]
struct Seen {
    all: BTreeMap<Version, Evidence>,
    /// Of each series the newest release that takes the place of all before it.
    settled: BTreeMap<Series, Version>,
    /// Folders that are listed and could not be read.
    unread: BTreeSet<Version>,
}

impl Seen {
    /// Whether a newer one takes its place, so that nobody has to look at it.
    fn is_replaced(&self, version: Version) -> bool {
        self.settled.get(&version.series).is_some_and(|it| version.base() < it.base())
    }
}

impl Poll<'_> {
    /// What there is of each release, but for those whose place a newer one takes.
    pub(super) fn mirror(&mut self) -> BTreeMap<Version, Evidence> {
        let bases = self.feed("listing", Query::Top, feed::top);
        let is_listed = bases.is_some();
        let mut listed: BTreeSet<Version> = bases.into_iter().flatten().collect();
        if is_listed {
            self.note_stale(&listed);
        }
        listed.retain(|base| self.wanted.recorded.get(&base.series).is_some_and(|it| base > it));
        let mut seen = Seen::default();
        for version in &listed {
            // what waits and was looked at in full today is there as long as it is listed
            if let Some(before) = self.state.seen_today(*version, self.now).map(kept) {
                self.note(&mut seen, *version, before);
            }
        }
        self.listed(&mut seen, &listed);
        self.unlisted(&mut seen);
        self.replaced(&mut seen, &listed);
        // one that lists nothing and has nothing of what is asked for may have moved: it has to have what it had
        if !is_listed {
            let is_there = |it: &Evidence| it.archive == Some(true) || it.bundle == Some(true);
            self.res.is_blind |= !seen.all.values().any(is_there) && !self.has_known();
        }
        seen.all
    }

    /// Looks into the folders that are listed. Where not all of them are looked into that could hold something, it was not looked.
    fn listed(&mut self, seen: &mut Seen, listed: &BTreeSet<Version>) {
        let mut by_series: BTreeMap<Series, Vec<Version>> = BTreeMap::new();
        for base in listed.iter().filter(|it| !seen.all.contains_key(it)) {
            by_series.entry(base.series).or_default().push(*base);
        }
        let each = (FOLDERS / by_series.len().max(1)).max(2);
        let by_series: Vec<Vec<Version>> = by_series.into_values().map(|it| from_both_ends(&it)).collect();
        for turn in 0..each {
            for base in by_series.iter().filter_map(|it| it.get(turn)) {
                if !seen.is_replaced(*base) && !self.look_into(seen, *base) {
                    seen.unread.insert(*base);
                    self.res.unseen.insert(base.series);
                }
            }
        }
        let left = |it: &Vec<Version>| it.iter().skip(each).filter(|it| !seen.is_replaced(**it)).copied().collect();
        let left: BTreeSet<Version> = by_series.iter().flat_map(|it| -> Vec<Version> { left(it) }).collect();
        if !left.is_empty() {
            let (all, some) = (listed.len(), listed.len() - left.len());
            self.silent(
                "listing",
                format!("it lists {all} folders of what is not recorded, and {some} were looked into"),
            );
            self.res.unseen.extend(left.iter().map(|it| it.series));
        }
    }

    /// Looks into folders of releases whose place a newer one takes, as long as half of the day's requests are left: they are told,
    /// and nothing else comes of them.
    fn replaced(&mut self, seen: &mut Seen, listed: &BTreeSet<Version>) {
        let mut by_series: BTreeMap<Series, Vec<Version>> = BTreeMap::new();
        for base in listed.iter().rev().filter(|it| seen.is_replaced(**it) && !seen.all.contains_key(it)) {
            by_series.entry(base.series).or_default().push(*base);
        }
        let is_starved = self.is_starved;
        for turn in 0..REPLACED {
            for base in by_series.values().filter_map(|it| it.get(turn)) {
                if !self.is_starved && self.state.requests(self.now) * 2 < self.wanted.budget {
                    self.look_into(seen, *base);
                }
            }
        }
        // what need not be looked at is not missed
        self.is_starved = is_starved;
    }

    /// Looks at what is in a folder, and says whether it could: one that cannot be read is not an empty one.
    fn look_into(&mut self, seen: &mut Seen, base: Version) -> bool {
        let Some(files) = self.folder(base) else { return false };
        let is_wanted =
            |it: &Artifact| it.version.base() == base && it.suffix != Suffix::Zip && self.is_wanted(it.version);
        let files: BTreeSet<Artifact> = files.into_iter().filter(is_wanted).collect();
        for artifact in files {
            // of two archives one may be signed
            if seen.all.get(&artifact.version).is_none_or(|it| it.bundle == Some(false)) {
                let found = self.files(artifact, true);
                self.note(seen, artifact.version, found);
            }
        }
        true
    }

    /// The files of a listed folder: none where it is gone.
    fn folder(&mut self, base: Version) -> Option<Vec<Artifact>> {
        let Reply::Found(bytes) = self.ask("mirror", Query::Folder(base))? else {
            self.silent("mirror", "it is not there".into());
            return Some(Vec::new());
        };
        feed::folder(&bytes).map_err(|error| self.silent("mirror", error.to_string())).ok().map(|it| it.rows)
    }

    /// A listing can be hours old: the next number of each series, and what others name, are looked for by themselves.
    fn unlisted(&mut self, seen: &mut Seen) {
        let next = self
            .wanted
            .recorded
            .values()
            .map(|it| if it.is_pre() { it.base() } else { Version::new(it.series, it.patch + 1) });
        let mut by_series: BTreeMap<Series, Vec<Version>> = BTreeMap::new();
        for version in next.chain(self.state.named.keys().copied()).collect::<BTreeSet<_>>() {
            let is_open = !seen.all.contains_key(&version) && !seen.is_replaced(version);
            if is_open && (self.is_wanted(version) || self.is_ahead(version)) {
                by_series.entry(version.series).or_default().push(version);
            }
        }
        let by_series: Vec<Vec<Version>> = by_series.into_values().map(|it| from_both_ends(&it)).collect();
        let turns = by_series.iter().map(Vec::len).max().unwrap_or(0);
        for turn in 0..turns {
            for version in by_series.iter().filter_map(|it| it.get(turn)) {
                if seen.is_replaced(*version) {
                    continue;
                }
                let mut found = self.files(Artifact { version: *version, suffix: Suffix::Tgz }, false);
                // it may lie there in the other form
                if seen.unread.contains(&version.base()) && found.archive != Some(true) {
                    found = Evidence::default();
                }
                self.note(seen, *version, found);
            }
        }
    }

    /// Notes what was seen of a release, and whether it takes the place of those before it: it is there in full, somebody says that
    /// it is out, and nobody anything against it.
    fn note(&self, seen: &mut Seen, version: Version, found: Evidence) {
        let is_named =
            self.state.named.contains_key(&version) || self.api.as_ref().is_some_and(|it| it.contains(&version));
        let is_whole = found.archive == Some(true) && found.bundle == Some(true);
        let is_taken = !self.state.doubts.contains_key(&version) && !self.is_over(version, &day(self.now));
        if is_named && is_whole && is_taken && !version.is_pre() {
            let newest = seen.settled.entry(version.series).or_insert(version);
            *newest = version.max(*newest);
        }
        seen.all.insert(version, found);
    }

    /// The archive and the signature of one release.
    fn files(&mut self, artifact: Artifact, is_listed: bool) -> Evidence {
        let mut res = Evidence { archive: is_listed.then_some(true), ..Evidence::default() };
        match self.ask("mirror", Query::Bundle(artifact)) {
            Some(Reply::Found(bytes)) => match sigstore::claimed_digest(&bytes) {
                Ok(sha256) => {
                    res.bundle = Some(true);
                    res.digests.push(("bundle", sha256));
                    // it is signed when it is made, and no later than it comes out
                    if let Some(at) = sigstore::claimed_time(&bytes) {
                        self.state.came_out(artifact.version, &day(at));
                    }
                }
                Err(refusal) => self.silent("mirror", format!("the signature of {artifact}: {refusal}")),
            },
            Some(_) => res.bundle = Some(false),
            None => return res,
        }
        if res.archive.is_none() && res.bundle == Some(true) {
            res.archive = match self.ask("mirror", Query::Archive(artifact)) {
                Some(Reply::Found(_)) => Some(true),
                Some(_) => Some(false),
                None => None,
            };
        } else if res.archive.is_none() {
            res.archive = Some(false);
        }
        res
    }
}

fn kept(seen: &Announced) -> Evidence {
    Evidence { archive: Some(true), bundle: Some(true), digests: vec![("bundle", seen.sha256)], ..Evidence::default() }
}

/// The last one, the first one, the last but one, and so on.
fn from_both_ends(all: &[Version]) -> Vec<Version> {
    let mut left = all;
    let mut res = Vec::new();
    while let Some((last, rest)) = left.split_last() {
        res.push(*last);
        left = rest;
        if let Some((first, rest)) = left.split_first() {
            res.push(*first);
            left = rest;
        }
    }
    res
}
