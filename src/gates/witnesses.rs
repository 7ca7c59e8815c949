//! What speaks for a record besides itself, or against it: its digest is only that of its own words, and whoever changes those can
//! compute it again. The commit that a branch left, the facts that come with the program and the lock know better.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{Series, Sha256, Version},
    stdlib::{Baseline, ReleaseFacts, SourceKind, bundled_of},
};

/// The most names that a difference names.
const NAMED: usize = 6;

/// What is known of recorded releases besides the records.
#[derive(Debug, Default)]
pub struct Witnesses {
    /// Series that were recorded, as the lock or the commit that this is compared with says.
    pub series: BTreeSet<Series>,
    /// What the lock has of each recorded release.
    pub locked: Vec<Archive>,
    /// The release that the last refresh of a series recorded.
    pub refreshed: BTreeMap<Series, Version>,
    /// What the commit has that this is compared with.
    pub base: Option<Then>,
    /// The digests of the archives of releases that molt-sync comes with, for those in the lock.
    pub pinned: BTreeMap<Version, Vec<Sha256>>,
    /// Older releases that somebody signed for.
    pub older: Vec<Version>,
    /// Archives of which the lock has another digest than the one that molt-sync comes with, by name.
    pub disputed: Vec<String>,
}

/// An archive in the lock.
#[derive(Debug, Clone, Copy)]
pub struct Archive {
    /// Its release.
    pub release: Version,
    /// Its digest.
    pub sha256: Sha256,
    /// That of its top-level names, where it is known.
    pub names: Option<Sha256>,
}

/// The records of a commit.
#[derive(Debug, Default)]
pub struct Then {
    /// The commit, as it is told.
    pub name: String,
    /// Those that can be read.
    pub baselines: BTreeMap<Series, Baseline>,
    /// What its lock has of each recorded release; none where that cannot be read.
    pub locked: Vec<Archive>,
}

impl Witnesses {
    /// What speaks against a record, in words; none where nothing does.
    pub fn against(&self, now: &Baseline) -> Option<String> {
        let known = bundled_of(now.series, now.facts.release, now.provenance.sha256);
        if known.as_ref().is_some_and(|it| it == now) {
            return self.against_base(now, true);
        }
        if let Some(known) = &known {
            // what was put together says nothing of a release that was read
            let is_told = known.provenance.source == SourceKind::ReleaseArchive || known.provenance == now.provenance;
            if let Some(why) = self.contradicts(now, known, "come with molt-sync").filter(|_| is_told) {
                return Some(why);
            }
        }
        self.against_pinned(now).or_else(|| self.against_base(now, false)).or_else(|| self.against_lock(now))
    }

    /// The release of a record that the compared commit has not as it is, where the facts that come with molt-sync do not bear it
    /// out; none for the others.
    pub fn unread(&self, now: &Baseline) -> Option<Version> {
        let then = self.base.as_ref()?;
        let is_old = then.baselines.get(&now.series).is_some_and(|it| it.facts == now.facts);
        let known = bundled_of(now.series, now.facts.release, now.provenance.sha256);
        now.facts.release.filter(|_| !is_old && known.is_none_or(|it| it.facts != now.facts))
    }

    /// Whether the compared commit's lock has the archive of a record, and the lock here does not.
    pub fn is_locked_no_more(&self, now: &Baseline) -> bool {
        let is_it = |it: &Archive| Some(it.release) == now.facts.release && Some(it.sha256) == now.provenance.sha256;
        self.base.as_ref().is_some_and(|then| then.locked.iter().any(is_it)) && !self.is_locked(now)
    }

    /// The release that a record is of, as far as others know: of the same archive, else the one that was refreshed last.
    pub fn release_of(&self, now: &Baseline) -> Option<Version> {
        let sha256 = now.provenance.sha256?;
        let known = bundled_of(now.series, None, Some(sha256)).and_then(|it| it.facts.release);
        let locked = || self.locked.iter().find(|it| it.sha256 == sha256).map(|it| it.release);
        known.or_else(locked).or_else(|| self.refreshed.get(&now.series).copied())
    }

    /// What the digests speak against that come with molt-sync: an entry of the lock is whoever's who can edit it.
    fn against_pinned(&self, now: &Baseline) -> Option<String> {
        let digests = self.pinned.get(&now.facts.release?)?;
        let is_other = now.provenance.source == SourceKind::ReleaseArchive
            && now.provenance.sha256.is_some_and(|it| !digests.contains(&it));
        is_other.then(|| format!("the digests of {} that come with molt-sync are others", now.release_text()))
    }

    fn against_base(&self, now: &Baseline, is_bundled: bool) -> Option<String> {
        let then = self.base.as_ref()?;
        let old = then.baselines.get(&now.series)?;
        let (is, was) = (now.facts.release, old.facts.release);
        if !is_bundled && let Some(why) = self.contradicts(now, old, &format!("are recorded in {}", then.name)) {
            return Some(why);
        }
        if is == was || (is_bundled && was.is_none_or(|it| is >= Some(it))) {
            return None;
        }
        let (shown, before) = (now.release_text(), old.release_text());
        if !is_bundled && !self.is_locked(now) {
            let name = &then.name;
            return Some(format!(
                "it records {shown}, {name} has {before}, and the lock has no archive of {shown} with its digest"
            ));
        }
        // what a new workspace begins with gives way to a release that is named
        let was_given = || bundled_of(old.series, was, old.provenance.sha256).is_some_and(|it| it == *old);
        let is_signed = is.is_some_and(|it| self.older.contains(&it));
        (is < was && !is_signed && !was_given()).then(|| {
            format!("it records {shown}, {} has {before}, and no person has signed for the older one", then.name)
        })
    }

    /// What the lock says against it.
    fn against_lock(&self, now: &Baseline) -> Option<String> {
        let release = now.facts.release?;
        let shown = now.release_text();
        let own = |it: &&Archive| it.release == release && Some(it.sha256) == now.provenance.sha256;
        let names: String = now.facts.top_level.iter().flat_map(|it| [it.as_str(), "\n"]).collect();
        if let Some(archive) = self.locked.iter().find(own) {
            let is_other = archive.names.is_some_and(|it| it != Sha256::of(names.as_bytes()));
            return is_other.then(|| format!("the lock has another digest of the top-level names of {shown}"));
        }
        if now.provenance.sha256.is_some() && self.locked.iter().any(|it| it.release == release) {
            return Some(format!("the lock has {shown}, and of other archives than the one that it records"));
        }
        let last = self.refreshed.get(&now.series).filter(|it| **it != release)?;
        Some(format!("it records {shown}, and the lock says that the last refresh recorded {last}"))
    }

    /// Whether two records are of the same release, or archive, and cannot both be right.
    fn contradicts(&self, now: &Baseline, other: &Baseline, place: &str) -> Option<String> {
        let (is, was) = (&now.provenance, &other.provenance);
        let is_same_archive = is.sha256.is_some() && is.sha256 == was.sha256;
        if is_same_archive && now.facts.release != other.facts.release {
            let (shown, before) = (now.release_text(), other.release_text());
            return Some(format!("it records {shown} from the archive whose facts {place} as {before}"));
        }
        let is_same_release = now.facts.release.is_some() && now.facts.release == other.facts.release;
        if !(is_same_archive || is_same_release) {
            return None;
        }
        let both_read = [is.source, was.source] == [SourceKind::ReleaseArchive; 2];
        // what stands in for a release gives way to it, and an interpreter to another one
        if !is_same_archive && !both_read && is.sha256.is_some() && self.is_locked(now) {
            return None;
        }
        let what = difference(&now.facts, &other.facts)?;
        Some(format!("it has other facts of {} than those that {place}: {what}", now.release_text()))
    }

    fn is_locked(&self, now: &Baseline) -> bool {
        let is_it = |it: &Archive| Some(it.release) == now.facts.release && Some(it.sha256) == now.provenance.sha256;
        self.locked.iter().any(is_it)
    }
}

/// In what two records differ, in words.
fn difference(now: &ReleaseFacts, then: &ReleaseFacts) -> Option<String> {
    let names = |it: &BTreeSet<&str>| {
        let more = it.len().saturating_sub(NAMED);
        let named = it.iter().take(NAMED).map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
        if more == 0 { named } else { format!("{named} and {more} more") }
    };
    let (is, was): (BTreeSet<&str>, BTreeSet<&str>) =
        (now.modules.keys().map(String::as_str).collect(), then.modules.keys().map(String::as_str).collect());
    let gone: BTreeSet<&str> = was.difference(&is).copied().collect();
    let new: BTreeSet<&str> = is.difference(&was).copied().collect();
    let other = now.modules.iter().filter(|(name, it)| then.modules.get(*name).is_some_and(|then| then != *it));
    let mut other: BTreeSet<&str> = other.map(|(name, _)| name.as_str()).collect();
    other.extend(now.top_level.symmetric_difference(&then.top_level).map(String::as_str));
    for (is, was) in [(&now.test_only, &then.test_only), (&now.not_importable, &then.not_importable)] {
        let all = is.keys().chain(was.keys()).filter(|it| is.get(*it) != was.get(*it));
        other.extend(all.map(String::as_str));
    }
    other.retain(|it| !gone.contains(it) && !new.contains(it));
    let parts = [("without", gone), ("with", new), ("otherwise", other)];
    let parts = parts.iter().filter(|(_, it)| !it.is_empty()).map(|(word, it)| format!("{word} {}", names(it)));
    Some(parts.collect::<Vec<_>>().join(", ")).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdlib::Provenance;

    #[test]
    fn the_release_of_a_record_is_that_of_its_archive_else_the_one_that_was_refreshed_last() {
        let version = |it: &str| it.parse::<Version>().unwrap();
        let series: Series = "3.14".parse().unwrap();
        let of = |sha256: Option<&[u8]>| {
            let (source, sha256) = (SourceKind::ReleaseArchive, sha256.map(Sha256::of));
            let provenance = Provenance { source, artifact: None, sha256, verified_by: None, note: None };
            Baseline { series, provenance, facts: ReleaseFacts::default() }
        };
        let archive =
            |release: &str, bytes| Archive { release: version(release), sha256: Sha256::of(bytes), names: None };
        let known = Witnesses {
            locked: vec![archive("3.14.1", b"one"), archive("3.14.2", b"two")],
            refreshed: [(series, version("3.14.0"))].into(),
            ..Witnesses::default()
        };
        for (bytes, release) in [(&b"one"[..], "3.14.1"), (b"two", "3.14.2"), (b"three", "3.14.0")] {
            assert_eq!(known.release_of(&of(Some(bytes))), Some(version(release)));
        }
        assert_eq!(known.release_of(&of(None)), None);
    }

    #[test]
    fn a_difference_names_each_name_once() {
        let facts = |names: &[&str], platform: &str| {
            let kind = crate::stdlib::ModuleKind::Module;
            let module = |it: &&str| {
                let platforms = if *it == "c" { vec![platform.to_owned()] } else { Vec::new() };
                ((*it).to_owned(), crate::stdlib::StdlibModule { kind, path: None, platforms })
            };
            let top_level = names.iter().map(|&it| it.to_owned()).collect();
            ReleaseFacts { top_level, modules: names.iter().map(module).collect(), ..ReleaseFacts::default() }
        };
        let (old, new) = (facts(&["a", "b", "c"], "linux"), facts(&["a", "c", "d"], "win32"));
        assert_eq!(difference(&new, &old).as_deref(), Some("without `b`, with `d`, otherwise `c`"));
        assert_eq!(difference(&old, &old), None);
    }
}
