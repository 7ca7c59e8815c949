//! What of a release becomes the record of its series, beside what is recorded already; and what is left where a series is dropped.

use std::collections::BTreeMap;

use crate::{
    base::Series,
    stdlib::{Baseline, Delta, ReleaseFacts, SourceKind},
};

/// What recording the facts of a release comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// What is recorded from now on.
    pub verdict: RecordVerdict,
    /// What changes in the facts: beside the record of the series, else beside the nearest one.
    pub delta: Delta,
    /// What was recorded before, in words; none for a series that is new.
    pub before: Option<String>,
    /// The recorded series that a new one is compared with, in words.
    pub nearest: Option<String>,
    /// What a reader should know besides.
    pub note: Option<String>,
    /// Whether the release brings something: it is another one than before, or another archive has other facts.
    pub is_news: bool,
}

/// What becomes of the record of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordVerdict {
    /// The record stays: it is that of a verified release, and says the same.
    Kept,
    /// The new facts are recorded.
    Taken(Box<Baseline>),
    /// They would be, where a person first takes away the record of a verified release, which they are weaker than: why, and
    /// what gets further.
    Weaker {
        /// What would be recorded.
        baseline: Box<Baseline>,
        /// One sentence.
        why: String,
        /// What resolves it.
        hint: String,
    },
}

impl Recording {
    /// Compares the facts of a release with what is recorded.
    pub fn new(recorded: &BTreeMap<Series, Baseline>, new: Box<Baseline>) -> Self {
        let old = recorded.get(&new.series);
        let new = as_recorded(old, new);
        let near = nearest(recorded, new.series).filter(|_| old.is_none());
        let nothing = ReleaseFacts::default();
        let delta = Delta::between(old.or(near).map_or(&nothing, |it| &it.facts), &new.facts);
        let in_words = |it: &Baseline| format!("{}{}", it.release_text(), it.label());
        let newer = old.and_then(|it| it.facts.release).filter(|it| Some(*it) > new.facts.release);
        let is_other = old.is_none_or(|it| it.facts.release != new.facts.release);
        Self {
            // the same archive says what it said: where the record did not, the record was wrong
            is_news: is_other || (!delta.is_empty() && old.is_none_or(|it| !is_of_one_archive(it, &new))),
            delta,
            before: old.map(in_words),
            nearest: near.map(in_words),
            note: newer.map(|it| format!("release {it} was recorded before, which is newer")),
            verdict: verdict(old, new),
        }
    }
}

/// Why a series cannot be dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DropRefusal {
    /// It is not recorded; these are.
    Unknown(Vec<Series>),
    /// No other one is.
    Only,
}

/// The record that goes where a series is dropped.
///
/// # Errors
/// When there is none, or no other one.
pub fn dropped(recorded: &BTreeMap<Series, Baseline>, series: Series) -> Result<&Baseline, DropRefusal> {
    match recorded.get(&series) {
        None => Err(DropRefusal::Unknown(recorded.keys().copied().collect())),
        Some(_) if recorded.len() == 1 => Err(DropRefusal::Only),
        Some(old) => Ok(old),
    }
}

/// The recorded series that a new one is compared with: the newest one before it, else the oldest one behind it.
fn nearest(recorded: &BTreeMap<Series, Baseline>, new: Series) -> Option<&Baseline> {
    let before = recorded.range(..new).next_back();
    before.or_else(|| recorded.range(new..).find(|(series, _)| **series != new)).map(|(_, it)| it)
}

fn is_of_one_archive(one: &Baseline, other: &Baseline) -> bool {
    one.provenance.sha256.is_some() && one.provenance.sha256 == other.provenance.sha256
}

/// The baseline with the provenance that is recorded, where the record is of the same bytes and this run has not seen their
/// signature: a run that sees less changes no byte. What it saw itself is in its report.
fn as_recorded(old: Option<&Baseline>, mut new: Box<Baseline>) -> Box<Baseline> {
    let bytes =
        |it: &Baseline| (it.facts.release, it.provenance.source, it.provenance.artifact.clone(), it.provenance.sha256);
    let saw_signature = matches!(new.provenance.verified_by.as_deref(), Some("sigstore" | "reviewed-signer"));
    if let Some(old) =
        old.filter(|it| bytes(it) == bytes(&new) && it.provenance.verified_by.is_some() && !saw_signature)
    {
        new.provenance = old.provenance.clone();
    }
    new
}

/// To replace what a verified release says by what is weaker is a person's to do.
fn verdict(old: Option<&Baseline>, new: Box<Baseline>) -> RecordVerdict {
    let from_release = |it: &Baseline| it.provenance.source == SourceKind::ReleaseArchive;
    let stronger = old.filter(|old| from_release(old) && !from_release(&new) && new.facts.release <= old.facts.release);
    let Some(old) = stronger else { return RecordVerdict::Taken(new) };
    if old.facts == new.facts {
        return RecordVerdict::Kept;
    }
    let (series, is, comes) = (old.series, old.release_text(), format!("{}{}", new.release_text(), new.label()));
    RecordVerdict::Weaker {
        why: format!("{series} is recorded from the verified release {is}, and {comes} is weaker"),
        hint: format!("refresh from a release archive, or delete the baseline of {series} first"),
        baseline: new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::Sha256,
        stdlib::{ModuleKind, Provenance, StdlibModule},
    };

    fn series(text: &str) -> Series {
        text.parse().unwrap()
    }

    /// A small release: a package, and the modules that are named.
    fn release(version: &str, source: SourceKind, modules: &[&str]) -> Box<Baseline> {
        let module = |kind| StdlibModule { kind, path: None, platforms: Vec::new() };
        let mut facts = ReleaseFacts { release: Some(version.parse().unwrap()), ..ReleaseFacts::default() };
        facts.modules.insert("json".into(), module(ModuleKind::Package));
        facts.modules.extend(modules.iter().map(|it| ((*it).to_owned(), module(ModuleKind::Module))));
        facts.top_level = facts.modules.keys().filter(|it| !it.contains('.')).cloned().collect();
        let provenance = Provenance {
            source,
            artifact: Some(format!("Python-{version}.tgz")),
            sha256: Some(Sha256::of(version.as_bytes())),
            verified_by: Some("pinned".into()),
            note: None,
        };
        let series = facts.release.unwrap().series;
        Box::new(Baseline { series, provenance, facts })
    }

    fn recorded(all: &[&Baseline]) -> BTreeMap<Series, Baseline> {
        all.iter().map(|it| (it.series, (*it).clone())).collect()
    }

    const ARCHIVE: SourceKind = SourceKind::ReleaseArchive;

    #[test]
    fn a_newer_release_is_taken_and_told_by_what_it_changes() {
        let old = release("3.13.1", ARCHIVE, &["abc"]);
        let new = release("3.13.2", ARCHIVE, &["abc", "json.tool"]);
        let found = Recording::new(&recorded(&[&old]), new.clone());
        assert_eq!(found.verdict, RecordVerdict::Taken(new));
        assert_eq!(found.delta.added(), ["json.tool"]);
        assert_eq!((found.before.as_deref(), found.nearest, found.note), (Some("3.13.1"), None, None));
        assert!(found.is_news);
    }

    #[test]
    fn the_same_archive_brings_no_news_whatever_the_record_said() {
        let wrong = release("3.13.1", ARCHIVE, &["abc", "abx"]);
        let found = Recording::new(&recorded(&[&wrong]), release("3.13.1", ARCHIVE, &["abc"]));
        assert_eq!((found.delta.removed(), found.is_news), (vec!["abx"], false));
        let mut other = release("3.13.1", ARCHIVE, &["abc"]);
        other.provenance.sha256 = Some(Sha256::of(b"others"));
        assert!(Recording::new(&recorded(&[&wrong]), other).is_news);
    }

    #[test]
    fn an_older_release_says_that_a_newer_one_was_there() {
        let old = release("3.13.2", ARCHIVE, &["abc"]);
        let found = Recording::new(&recorded(&[&old]), release("3.13.1", ARCHIVE, &["abc"]));
        assert_eq!(found.note.as_deref(), Some("release 3.13.2 was recorded before, which is newer"));
        assert!(found.is_news);
    }

    #[test]
    fn a_new_series_is_compared_with_the_nearest_one_before_it_and_else_behind_it() {
        let (low, high) = (release("3.12.1", ARCHIVE, &["abc"]), release("3.14.0", ARCHIVE, &["abc", "copy"]));
        let nearest = |all: &[&Baseline]| Recording::new(&recorded(all), release("3.13.1", ARCHIVE, &["abc"]));
        let between = nearest(&[&low, &high]);
        assert_eq!((between.nearest.as_deref(), between.before), (Some("3.12.1"), None));
        assert!(between.delta.is_empty() && between.is_news);
        let first = nearest(&[&high]);
        assert_eq!((first.nearest.as_deref(), first.delta.removed()), (Some("3.14.0"), vec!["copy"]));
        let alone = nearest(&[]);
        assert_eq!((alone.nearest, alone.delta.added()), (None, vec!["abc", "json"]));
    }

    #[test]
    fn a_run_that_saw_no_signature_keeps_what_another_one_saw_of_the_same_bytes() {
        let mut old = release("3.13.1", ARCHIVE, &["abc"]);
        old.provenance.verified_by = Some("sigstore".into());
        let taken = |new: Box<Baseline>| match Recording::new(&recorded(&[&old]), new) {
            Recording { verdict: RecordVerdict::Taken(it), is_news: false, .. } => it.provenance.verified_by.unwrap(),
            other => panic!("{other:?}"),
        };
        let mut new = release("3.13.1", ARCHIVE, &["abc"]);
        assert_eq!(taken(new.clone()), "sigstore");
        new.provenance.verified_by = Some("reviewed-signer".into());
        assert_eq!(taken(new.clone()), "reviewed-signer");
        new.provenance.verified_by = Some("pinned".into());
        new.provenance.sha256 = Some(Sha256::of(b"others"));
        assert_eq!(taken(new), "pinned");
    }

    #[test]
    fn what_is_weaker_than_a_verified_release_waits_for_a_person() {
        let old = release("3.13.2", ARCHIVE, &["abc"]);
        let found = |new: &Baseline| Recording::new(&recorded(&[&old]), Box::new(new.clone())).verdict;
        for source in [SourceKind::SourceTree, SourceKind::Interpreter, SourceKind::Reconstructed] {
            assert_eq!(found(&release("3.13.2", source, &["abc"])), RecordVerdict::Kept);
            let newer = release("3.13.3", source, &["abc"]);
            assert_eq!(found(&newer), RecordVerdict::Taken(newer));
            let RecordVerdict::Weaker { baseline, why, hint } = found(&release("3.13.2", source, &["copy"])) else {
                panic!("{source:?}")
            };
            assert!(baseline.facts.modules.contains_key("copy"));
            assert!(why.starts_with("3.13 is recorded from the verified release 3.13.2, and 3.13.2 ["), "{why}");
            assert_eq!(hint, "refresh from a release archive, or delete the baseline of 3.13 first");
        }
        assert!(matches!(found(&release("3.13.2", ARCHIVE, &["copy"])), RecordVerdict::Taken(_)));
    }

    #[test]
    fn the_only_series_and_one_that_is_not_recorded_are_not_dropped() {
        let (low, high) = (release("3.12.1", ARCHIVE, &[]), release("3.14.0", ARCHIVE, &[]));
        let both = recorded(&[&low, &high]);
        assert_eq!(dropped(&both, series("3.12")), Ok(&*low));
        let known = vec![series("3.12"), series("3.14")];
        assert_eq!(dropped(&both, series("3.13")), Err(DropRefusal::Unknown(known)));
        assert_eq!(dropped(&recorded(&[&low]), series("3.12")), Err(DropRefusal::Only));
    }
}
