//! What a note of the release calendar says of the release that it stands beside. Notes are free text: words of a recall are
//! read wherever they are, a note that only describes the release says nothing, and one that is not understood is for a person.

use crate::base::{Pre, Version};

/// What a note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ReleaseNote {
    /// Nothing against the release.
    Harmless,
    /// Something that is not understood.
    Unclear,
    /// That the release was taken back.
    Recalled,
}

/// The longest note that is read, in bytes; the longest real one has 42.
const LONGEST: usize = 2000;

/// What says that a release was taken back, or never came.
const RECALL: &str = "\
    abandoned aborted avoid bad blocked botched broken brownbag canceled cancelled compromised damaged dead \
    defective deleted deprecated discarded discontinued dropped faulty invalid invalidated malicious nixed obsolete \
    obsoleted pulled quarantined recalled removed replaced rescinded retired retracted reverted revoked scrapped \
    scratched skip skipped superseded unavailable unpublished unreleased unusable void voided withdrawn withdrew \
    yank yanked";

/// The same as nouns: they say so of this release only where they begin what is said.
const RECALL_NOUNS: &str = "cancellation recall recalls removal retraction revocation withdrawal yanking";

/// What is not to be done with a release that was taken back, behind a `not`, a `never` or a `don't`.
const NOT_TO_BE: &str = "\
    available deploy install installed publish published recommended release released ship shipped upgrade usable \
    use used";

const NEGATIONS: &str = "cannot don't dont hasn't isn't never no not nothing shouldn't un wasn't without";

/// Behind words of a recall: what goes on about the same release.
const GOES_ON: &str = "\
    : after again and as at because before build by due for from immediately in later now of on owing post release \
    see shortly since soon thanks then through to until upon version via with within";

/// Before words of a recall: the release itself, and how it went.
const ITSELF: &str = "\
    a all also and are as be been being build candidate do final going got had has have hotfix is it itself known \
    later not now please python release should since soon subsequently the then this to version was were which will \
    yet";

/// Between another release and a word of a recall that is said of it.
const SAID_OF: &str = "are as be been being got had has have is release that was were which will";

/// Between a word of a recall and the other release that it is said of.
const SAID_ABOUT: &str = ": is of python release that the version was were";

/// Before a release that is to be taken instead.
const INSTEAD: &str = "after by favor favour for in instead prefer see to until upgrade use wait with";

/// What notes are written with that say nothing against a release.
const HARMLESS: &str = "\
    : a abi additional after all also an and android api are arm64 as at available be because before beta binaries \
    binary branch break breakage bug bugfix bugfixes bugs build builds by candidate change changes compatibility \
    compatible contains cpython critical cve cves day days delayed different due earlier early emergency end eol \
    expected expedited extra feature features final first fix fixed fixes follow following for freeze from full has \
    hot hotfix important in include included includes including installer installers ios is issue issues it its last \
    late later life linux macos maintenance major mode monthly moved new next no of official on one only openssl \
    or originally out patch pep performance phase planned point postponed pre python quick re regression regressions \
    regular release released releases replaces rescheduled same schedule scheduled second security see series \
    several shortly since slipped soon source special stable status supersedes support supported tentative than that \
    the then third this to today two unplanned unscheduled until up update updated updates urgent version versions \
    vulnerabilities vulnerability was week weeks which will windows with year yearly years zlib";

/// What is wrong with a release, where nothing is said of its being mended.
const FAULTS: &str = "\
    break breakage bug bugs cve cves issue issues regression regressions vulnerabilities vulnerability vulnerable";

/// What a release has in it.
const HAVING: &str = "contains has have include includes included including known with";

/// How it is mended.
const MENDING: &str = "bugfix bugfixes fix fixed fixes hotfix patch";

/// Why a release was made: what was wrong before.
const REASONS: &str = "after because due follows following for";

/// What is said of what is still to come: a fault that will be mended is in this release.
const TO_COME: &str = "coming expected later next pending planned scheduled shortly soon today tomorrow upcoming will";

/// Behind such a word: what it is compared with has happened.
const COMPARED: &str = "after than";

/// What says that a release did not come when it was planned.
const PUT_OFF: &str = "delayed moved postponed rescheduled slipped tentative";

/// What such a word has with it where the release came in the end.
const CAME: &str = "because by day days due for from originally shortly was week weeks";

/// One word of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
enum NoteToken {
    Word(String),
    /// A release that is named, as a whole or by its stage.
    Release(Version),
}

/// What a note says of `version`.
pub(super) fn read(note: &str, version: Version) -> ReleaseNote {
    if note.len() > LONGEST {
        return ReleaseNote::Unclear;
    }
    let mut res = ReleaseNote::Harmless;
    let mut ends_with_other = false;
    for clause in clauses(note, version) {
        let said = judge(&clause, version, ends_with_other);
        res = res.max(said);
        ends_with_other = matches!(clause.last(), Some(NoteToken::Release(it)) if *it != version);
    }
    res
}

/// A note as what it says one after the other. What a relative clause says is said of what is before it.
fn clauses(note: &str, version: Version) -> Vec<Vec<NoteToken>> {
    let text = note.to_lowercase().replace('\u{2019}', "'");
    let mut raw: Vec<Vec<String>> = vec![Vec::new()];
    let is_inside = |it: char| it.is_alphanumeric() || matches!(it, '.' | '\'' | '#');
    for part in text.split_whitespace() {
        let mut rest = part;
        while !rest.is_empty() {
            let length = rest.find(|it| !is_inside(it)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length);
            let bare = word.trim_end_matches('.');
            push(&mut raw, bare);
            let mut ends = bare.len() < word.len();
            rest = behind;
            if let Some(mark) = rest.chars().next() {
                if mark == ':' {
                    push(&mut raw, ":");
                }
                ends |= matches!(mark, ',' | ';' | '!' | '?' | '(' | ')' | '\u{2013}' | '\u{2014}');
                rest = &rest[mark.len_utf8()..];
            }
            if ends {
                raw.push(Vec::new());
            }
        }
    }
    let mut joined: Vec<Vec<String>> = Vec::new();
    for clause in raw.into_iter().filter(|it| !it.is_empty()) {
        match joined.last_mut() {
            Some(last) if matches!(clause[0].as_str(), "which" | "that" | "whose") => last.extend(clause),
            _ => joined.push(clause),
        }
    }
    joined.into_iter().map(|it| tokens(&it, version)).collect()
}

fn push(raw: &mut [Vec<String>], word: &str) {
    let word = word.trim_matches('\'');
    if let Some(last) = raw.last_mut().filter(|_| !word.is_empty()) {
        last.push(word.to_owned());
    }
}

/// Words with the releases that they name; `beta 2` is one of the release that the note stands beside.
fn tokens(words: &[String], version: Version) -> Vec<NoteToken> {
    let mut res = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let word = words[at].strip_prefix('v').unwrap_or(&words[at]);
        let next = words.get(at + 1).and_then(|it| it.parse::<u16>().ok());
        let base = word.parse::<Version>().ok();
        let stage = words.get(at + 1).zip(words.get(at + 2)).and_then(|(name, number)| pre(name, number.parse().ok()?));
        let (named, length) = match (base, stage, pre(word, next.unwrap_or_default())) {
            (Some(base), Some(stage), _) => (Some(Version { pre: Some(stage), ..base }), 3),
            (Some(base), None, _) => (Some(base), 1),
            (None, _, Some(stage)) if next.is_some() => (Some(Version { pre: Some(stage), ..version }), 2),
            _ => (short(word).map(|stage| Version { pre: Some(stage), ..version }), 1),
        };
        res.push(named.map_or_else(|| NoteToken::Word(words[at].clone()), NoteToken::Release));
        at += length;
    }
    res
}

fn pre(name: &str, number: u16) -> Option<Pre> {
    match name {
        "alpha" | "a" => Some(Pre::Alpha(number)),
        "beta" | "b" => Some(Pre::Beta(number)),
        "candidate" | "rc" => Some(Pre::Candidate(number)),
        _ => None,
    }
}

/// The stage that a text begins with: `candidate 1`, `rc 1`, `beta 2 (extra)`.
pub(super) fn pre_release(text: &str) -> Option<Pre> {
    let text = text.to_lowercase();
    let mut words = text.split_whitespace().map(|it| it.trim_matches(|it: char| !it.is_alphanumeric()));
    let first = words.next()?;
    words.next().and_then(|number| pre(first, number.parse().ok()?)).or_else(|| short(first))
}

/// `b2`, `rc1`
fn short(word: &str) -> Option<Pre> {
    let at = word.find(|it: char| it.is_ascii_digit()).filter(|at| *at > 0)?;
    pre(&word[..at], word[at..].parse().ok()?)
}

/// Whether a note says of a release that it was put off. Of one that came that is not a description.
pub(super) fn is_put_off(note: &str, version: Version) -> bool {
    note.len() <= LONGEST
        && clauses(note, version).iter().any(|clause| {
            let has = |list: &str| clause.iter().any(|it| matches!(it, NoteToken::Word(it) if is_in(list, it)));
            has(PUT_OFF) && !has(CAME)
        })
}

/// Whether a clause says that there is a fault in the release, and not that one was mended.
fn is_faulty(clause: &[NoteToken]) -> bool {
    let is = |at: usize, list: &str| matches!(clause.get(at), Some(NoteToken::Word(it)) if is_in(list, it));
    (0..clause.len()).any(|at| {
        let is_fault = is(at, FAULTS) && !is(at + 1, MENDING);
        let having = (0..at).rev().find(|it| is(*it, HAVING));
        let mended = |from: usize| (from..at).any(|it| is(it, MENDING));
        let is_mended = match having {
            Some(from) => mended(from),
            None => {
                (0..at).any(|it| is(it, MENDING) || is(it, REASONS)) || (at..clause.len()).any(|it| is(it, "fixed"))
            }
        };
        // whatever is said of why it was made
        let is_here = (at..clause.len()).any(|it| is(it, "this") && is(it + 1, "release version"));
        is_fault && (!is_mended || is_here)
    })
}

/// Whether a clause says that something will be mended, or is not.
fn is_promise(clause: &[NoteToken]) -> bool {
    let is = |at: usize, list: &str| matches!(clause.get(at), Some(NoteToken::Word(it)) if is_in(list, it));
    let any = |is: &dyn Fn(usize) -> bool| (0..clause.len()).any(is);
    let is_to_come = |at: usize| {
        let is_then = is(at, TO_COME) && !is(at + 1, COMPARED) && !(at > 0 && is(at - 1, "than"));
        is_then || (is(at, "this to") && is(at + 1, "follow month week"))
    };
    let is_denied =
        |at: usize| is(at, NEGATIONS) && (at + 1..=at + 2).any(|it| is(it, MENDING) || is(it, "support supported"));
    let is_about_faults = any(&|it| is(it, MENDING) || is(it, FAULTS) || is(it, "emergency released urgent"));
    // what is said of the last release of a series is said when it is planned
    let is_last = any(&|it| is(it, "final last"));
    let is_elsewhere = |at: usize| is(at, "see use until wait") && any(&|it| it > at && is(it, "next"));
    any(&is_denied) || any(&is_elsewhere) || (is_about_faults && any(&is_to_come) && !is_last)
}

/// What one clause says of `version`.
fn judge(clause: &[NoteToken], version: Version, after_other: bool) -> ReleaseNote {
    let word = |at: usize| match clause.get(at) {
        Some(NoteToken::Word(it)) => it.as_str(),
        _ => "",
    };
    let Some((start, end)) = recall(clause) else {
        let is_harmless = |it: &NoteToken| match it {
            NoteToken::Word(it) => is_harmless(it),
            NoteToken::Release(_) => true,
        };
        // a newer release has no part in what only describes this one
        let names_newer = clause.iter().any(|it| matches!(it, NoteToken::Release(it) if *it > version));
        let is_sound = !is_faulty(clause) && !is_promise(clause);
        let is_plain = !names_newer && is_sound && clause.iter().all(is_harmless);
        return if is_plain { ReleaseNote::Harmless } else { ReleaseNote::Unclear };
    };
    let all_in = |range: std::ops::Range<usize>, list: &str| range.clone().all(|at| is_in(list, word(at)));
    let others = || {
        let named = clause.iter().enumerate();
        named.filter_map(|(at, it)| matches!(it, NoteToken::Release(it) if *it != version).then_some(at))
    };
    let is_about =
        |at: usize| (at < start && all_in(at + 1..start, SAID_OF)) || (at >= end && all_in(end..at, SAID_ABOUT));
    if others().any(is_about) {
        return ReleaseNote::Harmless;
    }
    let is_single = end == start + 1;
    let denied = (start.saturating_sub(2)..start).any(|at| is_in(NEGATIONS, word(at)) || word(at) == "longer");
    if is_single && denied {
        return ReleaseNote::Unclear;
    }
    if clause.contains(&NoteToken::Release(version)) {
        return ReleaseNote::Recalled;
    }
    let is_instead = |at: usize| (end..at).any(|it| is_in(INSTEAD, word(it)));
    if !others().all(is_instead) {
        return ReleaseNote::Unclear;
    }
    let begins = (0..start).all(|at| is_in(ITSELF, word(at)) || word(at).ends_with("ly"));
    let goes_on =
        end >= clause.len() || is_in(GOES_ON, word(end)) || is_reference(word(end)) || word(end).ends_with("ly");
    let is_noun = is_in(RECALL_NOUNS, word(start));
    if after_other || !begins || (is_single && !goes_on) || (is_noun && start > 0) {
        return ReleaseNote::Unclear;
    }
    ReleaseNote::Recalled
}

/// Where the first words of a recall are.
fn recall(clause: &[NoteToken]) -> Option<(usize, usize)> {
    let word = |at: usize| match clause.get(at) {
        Some(NoteToken::Word(it)) => it.as_str(),
        _ => "",
    };
    (0..clause.len()).find_map(|at| {
        let it = word(at);
        if is_in(RECALL, it) || is_in(RECALL_NOUNS, it) {
            return Some((at, at + 1));
        }
        if matches!((it, word(at + 1)), ("taken" | "took", "back" | "down" | "offline") | ("rolled", "back")) {
            return Some((at, at + 2));
        }
        let is_not = matches!(it, "not" | "never" | "don't" | "dont" | "cannot" | "shouldn't");
        let end = (at + 1..=at + 3).find(|at| is_in(NOT_TO_BE, word(*at)));
        end.filter(|_| is_not).map(|end| (at, end + 1))
    })
}

/// Whether a word is in a list of words.
fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|it| it == word)
}

fn is_harmless(word: &str) -> bool {
    is_in(HARMLESS, word) || is_reference(word) || short(word).is_some()
}

/// A number, a date, an issue: `gh`, `1234`, `2026`, `#12`, `3.14`
fn is_reference(word: &str) -> bool {
    const PLACES: &str =
        "april august bpo cve december february gh january july june march may november october pr september";
    is_in(PLACES, word) || word.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn all(version: &str, note: ReleaseNote, texts: &[&str]) {
        for text in texts {
            assert_eq!(read(text, version.parse().unwrap()), note, "{version}: {text}");
            assert_eq!(read(&text.to_uppercase(), version.parse().unwrap()), note, "{version}: {text}, loudly");
        }
    }

    #[test]
    fn a_release_that_was_taken_back_is_recalled_in_any_words() {
        all(
            "3.14.11",
            ReleaseNote::Recalled,
            &[
                "recalled due to bpo-43710",
                "security hotfix; recalled due to bpo-43710",
                "This release was recalled",
                "Recalled (gh-1)",
                "recalled",
                "3.14.11 was recalled due to gh-1",
                "Python 3.14.11 has been withdrawn.",
                "yanked: broken installer",
                "withdrawn",
                "Pulled shortly after publication.",
                "removed from python.org",
                "retracted by the release manager",
                "do not use",
                "please do not use this release",
                "Don't install!",
                "should not be used",
                "not recommended",
                "broken, use 3.14.12 instead",
                "skipped",
                "skipped because of gh-5",
                "cancelled",
                "Canceled due to a regression",
                "superseded because of gh-7",
                "superseded by 3.14.12",
                "recalled in favour of 3.14.12",
                "never released",
                "taken down",
                "final bugfix release (recalled)",
                "hotfix \u{2013} yanked",
                "**RECALLED**",
                "Recall: gh-12",
                "not released",
            ],
        );
    }

    #[test]
    fn what_only_describes_a_release_says_nothing_against_it() {
        all(
            "3.14.0b3",
            ReleaseNote::Harmless,
            &[
                "",
                "security hotfix",
                "final security release",
                "beta 2 was recalled.",
                "was recalled: 3.14.0b2",
                "ABI compatibility hotfix",
                "hotfix",
                "final bugfix release",
                "security fix",
                "expedited release",
                "source-only release",
                "hotfix for the recalled 3.14.0b2",
                "replaces 3.14.0b2, which was withdrawn",
                "supersedes b2",
                "3.14.0 beta 2 has been pulled",
                "fixes CVE-2026-1234 and gh-145",
                "postponed from 2026-06-01",
                "contains a hotfix for a regression",
                "includes fixes for critical vulnerabilities",
                "security fix for a vulnerability",
                "expedited because of a regression",
                "bug fix release",
                "will be the last bugfix release",
                "bugfix release with no new features",
                "security release for CVE-2026-1",
                "security fix release with no installers",
                "hotfix, earlier than expected",
                "expedited hotfix released shortly after the regression",
            ],
        );
    }

    #[test]
    fn what_is_not_understood_is_for_a_person() {
        all(
            "3.14.11",
            ReleaseNote::Unclear,
            &[
                "was not recalled after all",
                "no longer recalled",
                "hotfix expected shortly due to critical regression",
                "urgent hotfix will follow",
                "emergency release will follow",
                "critical issue in this release fixed next week",
                "will be fixed in the next release",
                "next release fixes critical security regression",
                "has no fix",
                "security vulnerability in this release",
                "critical security regression in this release",
                "urgent: security issue",
                "emergency: security vulnerability in this release",
                "regression in the security fixes",
                "see next release",
                "critical CVE in this release",
                "no support",
                "will be released later",
                "the release is off",
                "urgent hotfix to follow",
                "hotfix planned",
                "critical issue in this release fixed this week",
                "urgent hotfix will follow after two days",
                "the Windows installer was pulled",
                "3.14.10 (recalled)",
                "binned",
                "see the announcement about the key",
                "re\u{ad}called",
                "hotfix after recall",
                "use 3.14.12 instead",
                "Use 3.14.12.",
                "see 3.14.12",
                "3.14.12 supersedes this release",
                "3.14.12 replaces this",
                "replaced this one: 3.15.0",
                "fixed in 3.14.12",
                "contains a critical bug; fixed in 3.14.12",
                "contains a critical bug",
                "contains critical vulnerability",
                "has regressions",
                "known security issue",
            ],
        );
        assert_eq!(read(&"x ".repeat(2000), "3.14.1".parse().unwrap()), ReleaseNote::Unclear);
    }
}
