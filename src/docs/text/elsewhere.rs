//! Signs that a sentence speaks of another time, or of another program, than the tree of today: a commit, a release of the project
//! itself, another implementation, a platform.

use super::{
    day::MONTHS,
    token::{TextToken, TokenKind, tokens},
};

/// Other implementations, and platforms.
const OTHERS: &[&str] = &[
    "pypy",
    "jython",
    "ironpython",
    "graalpy",
    "graalpython",
    "micropython",
    "circuitpython",
    "rustpython",
    "brython",
    "windows",
    "macos",
    "darwin",
    "linux",
    "emscripten",
    "android",
    "ios",
];
/// What names a release of a project.
const RELEASES: &[&str] = &["release", "releases", "version", "tag", "tagged"];
/// What leads to a release that stands alone.
const LEADS: &[&str] = &["in", "since", "of", "for", "with", "by", "at", "until", "before", "after"];
/// What somebody else said, or looked at.
const SAYINGS: &[&str] = &["issue", "ticket", "reviewed", "inspected", "examined", "sampled"];

/// Whether a sentence has one.
pub(in crate::docs) fn speaks_of_another(sentence: &[TextToken<'_>]) -> bool {
    (0..sentence.len()).any(|at| {
        let it = &sentence[at];
        let before = at.checked_sub(1).map(|it| &sentence[it]);
        let is_behind = |words: &[&str]| before.is_some_and(|it| it.is(words));
        it.is(OTHERS)
            || it.is(SAYINGS)
            || names_one(sentence, at)
            || (it.is(&["cpython"])
                && is_behind(&["in"])
                && !sentence.get(at + 1).is_some_and(|it| it.text.starts_with("3.")))
            || (it.is(MONTHS) && is_behind(&["of"]) && !sentence.get(at + 1).is_some_and(|it| it.number().is_some()))
    })
}

/// Whether a text names a commit, or a release of the project.
pub(in crate::docs) fn names_a_release(text: &str) -> bool {
    let all = tokens(text);
    (0..all.len()).any(|at| names_one(&all, at))
}

fn names_one(all: &[TextToken<'_>], at: usize) -> bool {
    is_commit(all[at].text) || is_release(all, at)
}

/// Whether the words of a heading are a release of the project: "0.4 (June)", "Release 0.4", "v1.2.0".
pub(in crate::docs) fn is_release_heading(text: &str) -> bool {
    let all = tokens(text);
    let Some(first) = all.first() else { return false };
    let is_bare = number_of_release(first.text).is_some()
        && (first.text.starts_with('v') || all.get(1).is_none_or(|it| it.is_mark(&['(', '-', '–', '—', ':'])));
    is_bare || (first.is(RELEASES) && all.get(1).is_some_and(|it| number_of_release(it.text).is_some()))
}

/// The abbreviated name of a commit, or a whole one.
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        && text.bytes().any(|it| it.is_ascii_digit())
        && text.bytes().any(|it| it.is_ascii_alphabetic())
}

/// Whether a token is a release of the project; one of CPython is none.
fn is_release(all: &[TextToken<'_>], at: usize) -> bool {
    let Some(is_marked) = number_of_release(all[at].text) else { return false };
    let before = at.checked_sub(1).map(|it| &all[it]);
    let next = all.get(at + 1);
    let ends = next.is_none_or(|it| {
        it.kind != TokenKind::Word || it.is(&["and", "or", "but", "introduced", "added", "had", "has", "ships"])
    });
    is_marked
        || before.is_some_and(|it| it.is(RELEASES))
        || (ends && before.is_some_and(|it| it.is(LEADS)))
        || (at == 0
            && next.is_some_and(|it| it.is_mark(&[':']) || it.is(&["introduced", "added", "had", "has", "ships"])))
}

/// Whether a word that is the number of a release is marked as one, `v0.4`; none where it is no such number.
fn number_of_release(text: &str) -> Option<bool> {
    let digits = text.strip_prefix(['v', 'V']);
    let parts: Vec<&str> = digits.unwrap_or(text).split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.len() <= 4 && it.bytes().all(|it| it.is_ascii_digit());
    let is_project =
        (2..=4).contains(&parts.len()) && parts.iter().all(|it| is_number(&it)) && !matches!(parts[0], "2" | "3");
    is_project.then_some(digits.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_another_time_or_program_is_known_by_its_signs() {
        for (text, is_one) in [
            ("At 0e1ce9897, 873 modules are intrinsic-partial", true),
            ("Release 0.4 ships 873 modules", true),
            ("The 873 modules of release 0.4 were counted", true),
            ("v0.4: 873 modules", true),
            ("0.4: 873 modules, 0.5: 870", true),
            ("0.3 introduced the union", true),
            ("The union was introduced in 0.3.", true),
            ("PyPy has 873 modules", true),
            ("In CPython, `json` is python-only", true),
            ("Missing: 3 on Windows", true),
            ("We reviewed 873 modules by hand", true),
            ("The issue lists 873 modules", true),
            ("The 873 modules of June", true),
            ("In CPython 3.13 there are 290 names", false),
            ("873 modules are intrinsic-partial in 0.5 seconds", false),
            ("It may have 873 modules, 3.13 has 290", false),
            ("The union of CPython 3.12/3.13/3.14 has 320 names", false),
            ("Python 2.7 had 300", false),
        ] {
            assert_eq!(speaks_of_another(&tokens(text)), is_one, "{text}");
        }
        for (text, is_one) in [
            ("0.4 (June)", true),
            ("Release 0.4", true),
            ("v1.2.0", true),
            ("1.2 Status of the library", false),
            ("3.13", false),
            ("Status", false),
        ] {
            assert_eq!(is_release_heading(text), is_one, "{text}");
        }
    }
}
