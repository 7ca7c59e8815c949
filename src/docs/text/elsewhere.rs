//! Signs that a sentence speaks of another time, or of another program, than the tree of today: a commit, a release of the project
//! itself, another implementation, a platform.

use super::{
    day::MONTHS,
    token::{TextToken, tokens},
};

/// Other implementations.
const IMPLEMENTATIONS: &[&str] = &[
    "pypy",
    "jython",
    "ironpython",
    "graalpy",
    "graalpython",
    "micropython",
    "circuitpython",
    "rustpython",
    "brython",
];
const PLATFORMS: &[&str] = &["windows", "macos", "darwin", "linux", "emscripten", "android", "ios"];
/// What names a release of a project.
const RELEASES: &[&str] = &["release", "releases", "version", "tag", "tagged"];
/// What a release does, and what is done in one.
const SHIPS: &[&str] = &["introduced", "added", "had", "has", "ships", "shipped"];
const MADE: &[&str] = &["introduced", "added", "shipped", "released", "new"];
/// What somebody else says, and what somebody did by hand.
const SAYERS: &[&str] = &["issue", "ticket"];
const SAYS: &[&str] = &["says", "lists", "counts", "names", "reports", "states", "claims"];
const LOOKED: &[&str] = &["reviewed", "inspected", "examined", "sampled"];

/// Whether a statement has one around it: `before` and `behind` are the rest of its clause.
pub(in crate::docs) fn speaks_of_another(before: &[TextToken<'_>], behind: &[TextToken<'_>]) -> bool {
    let is = |all: &[TextToken<'_>], at: usize, words: &[&str]| all.get(at).is_some_and(|it| it.is(words));
    let leads = |at: usize| {
        let is_led = |words: &[&str]| at > 0 && is(before, at - 1, words);
        before[at].is(IMPLEMENTATIONS)
            || (before[at].is(PLATFORMS) && is_led(&["on", "under", "for", "in"]))
            || (before[at].is(&["cpython"])
                && is_led(&["in"])
                && before.get(at + 1).is_none_or(|it| !it.text.starts_with("3.")))
            || (before[at].is(SAYERS) && is(before, at + 1, SAYS))
            || (before[at].is(LOOKED) && at + 3 > before.len())
    };
    let is_of_a_month =
        is(behind, 0, &["of"]) && is(behind, 1, MONTHS) && behind.get(2).is_none_or(|it| it.number().is_none());
    let is_on_one = is(behind, 0, &["on", "under"]) && is(behind, 1, PLATFORMS) && !is(behind, 2, &["and", "or"]) && {
        behind.get(2).is_none_or(|it| !it.is_mark(&[',', '/', '&']))
    };
    (0..before.len()).any(leads)
        || is_of_a_month
        || is_on_one
        || [before, behind].into_iter().any(|all| (0..all.len()).any(|at| names_one(all, at)))
}

/// Whether a text names a commit, or a release of the project.
pub(in crate::docs) fn names_a_release(text: &str) -> bool {
    let all = tokens(text);
    (0..all.len()).any(|at| names_one(&all, at))
}

fn names_one(all: &[TextToken<'_>], at: usize) -> bool {
    is_commit(all[at].text) || is_release(all, at)
}

/// Whether the words of a heading are a release of the project: "0.4 (June)", "Release 0.4", "v1.2.0". A number alone can be that of a
/// section.
pub(in crate::docs) fn is_release_heading(text: &str) -> bool {
    let all = tokens(text);
    let Some(first) = all.first() else { return false };
    let says_when = || all.iter().skip(1).any(|it| it.is(MONTHS) || it.text.starts_with("20"));
    match number_of_release(first.text) {
        Some(true) => true,
        Some(false) => first.text.starts_with("0.") && (all.len() == 1 || says_when()) || all.len() > 1 && says_when(),
        None => first.is(RELEASES) && all.get(1).is_some_and(|it| number_of_release(it.text).is_some()),
    }
}

/// The abbreviated name of a commit, or a whole one.
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
        && text.bytes().any(|it| it.is_ascii_digit())
        && text.bytes().any(|it| it.is_ascii_alphabetic())
}

/// Whether a token is a release of the project; one of CPython is none, and neither is any other decimal.
fn is_release(all: &[TextToken<'_>], at: usize) -> bool {
    let Some(is_marked) = number_of_release(all[at].text) else { return false };
    let back = |by: usize| at.checked_sub(by).map(|it| &all[it]);
    let next = all.get(at + 1);
    is_marked
        || back(1).is_some_and(|it| it.is(RELEASES))
        || (back(1).is_some_and(|it| it.is(&["in", "with", "by"])) && back(2).is_some_and(|it| it.is(MADE)))
        || (at == 0 && next.is_some_and(|it| it.is_mark(&[':']) || it.is(SHIPS)))
}

/// Whether a word that is the number of a release is marked as one, `v0.4`; none where it is no such number.
fn number_of_release(text: &str) -> Option<bool> {
    let digits = text.strip_prefix(['v', 'V']);
    let parts: Vec<&str> = digits.unwrap_or(text).split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.len() <= 4 && it.bytes().all(|it| it.is_ascii_digit());
    let is_project = (2..=4).contains(&parts.len()) && parts.iter().all(is_number) && !matches!(parts[0], "2" | "3");
    is_project.then_some(digits.is_some())
}

#[cfg(test)]
mod tests {
    use super::{super::token::TokenKind, *};

    #[test]
    fn a_sentence_of_another_time_or_program_is_known_by_its_signs() {
        let is = |text: &str| {
            let all = tokens(text);
            let end = all.iter().rposition(|it| it.kind != TokenKind::End).map_or(0, |it| it + 1);
            // the number and its noun
            let at = all.iter().position(|it| it.text == "873" || it.text == "json").unwrap_or(0);
            let behind = (at + 2).min(end);
            speaks_of_another(&all[..at], &all[behind.max(at)..end])
        };
        for (text, is_one) in [
            ("At 0e1ce9897, 873 modules are intrinsic-partial", true),
            ("Release 0.4 ships 873 modules", true),
            ("The 873 modules of release 0.4 were counted", true),
            ("v0.4: 873 modules", true),
            ("0.4: 873 modules, 0.5: 870", true),
            ("PyPy has 873 modules", true),
            ("In CPython, `json` is python-only", true),
            ("On Linux 873 modules", true),
            ("There are 873 modules on Windows", true),
            ("We reviewed 873 modules by hand", true),
            ("The issue lists 873 modules", true),
            ("The 873 modules of June", true),
            ("In CPython 3.13 there are 873 names", false),
            ("873 modules are intrinsic-partial in 0.5 seconds", false),
            ("873 modules are intrinsic-partial, a share of 80.2 %", false),
            ("873 modules on Linux and macOS", false),
            ("Molt supports Linux and 873 modules", false),
            ("We reviewed the tree: there are 873 modules", false),
            ("The CI issue is closed, and 873 modules", false),
            ("Python 2.7 had 873 modules", false),
        ] {
            assert_eq!(is(text), is_one, "{text}");
        }
        assert!(names_a_release("0.3 introduced the union") && names_a_release("The union was introduced in 0.3."));
        assert!(!names_a_release("The union of CPython 3.12/3.13/3.14 has 320 names, 1.5 times"));
        for (text, is_one) in [
            ("0.4 (June)", true),
            ("Release 0.4", true),
            ("v1.2.0", true),
            ("1.2 Status of the library", false),
            ("1.1 - Status", false),
            ("4.2: Counts", false),
            ("1.3", false),
            ("0.4", true),
            ("1.3 (2026-02-12)", true),
            ("3.13", false),
            ("Status", false),
        ] {
            assert_eq!(is_release_heading(text), is_one, "{text}");
        }
    }
}
