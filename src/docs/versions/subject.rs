//! What a set of series is about. Only a sentence about the union follows the union file; one about what Molt targets is a
//! person's to change, and one about a part ("3.13/3.14 only", an error's text) is about something else.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use crate::docs::text::series::SeriesMention;
use crate::docs::{flow, flow::Flow};

/// What a mention is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MentionSubject {
    /// The union of the supported series.
    Union,
    /// The same, as a part of what Molt targets: a person says what becomes of it.
    Policy,
    /// What Molt targets, or how it is worked on.
    Targets,
    /// A part of them, one version's behaviour.
    Other,
}

static UNION_BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix-u)^[`)\]]*[\ -]
          (?:(?:CPython|Python|stdlib|standard[\ -]library|library|top-level|modules?|submodules?|names?|full|combined|`?\.py`?|supported|series|versions?|and|\+)[\ /-]){0,5}
          unions?\b(?P<rest>[\ -][a-z]+)?",
    )
    .ok()
});
static UNION_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix-u)\bunions?\b(?:[\ -](?:stdlib|modules?|submodules?|names?|baselines?|coverage|sets?|files?|lists?|gates?|data|inventory))*
          (?:\ \(|\ ?[:=]\ ?|\ (?:(?:is|are|now|currently|still|built|made|generated|derived|composed|drawn|taken|computed|assembled|formed|merged|compiled|up|out)\ )*(?:of|over|for|across|from|between|spans|covers|covering|spanning|is|includes|in|with|contains|comprises|combines|merges|joins|holds)\ (?:the\ |all\ |supported\ )*\(?)
          (?:currently\ |now\ |i\.e\.\ )?(?:(?:CPython|Python)\ )?(?:versions\ |releases\ |series\ )?`?$",
    )
    .ok()
});

/// "union types" and the like are no set of names.
const NO_UNION: [&str; 8] = ["type", "types", "syntax", "operator", "operators", "expression", "annotation", "member"];
/// Who says what is run, tested or targeted says nothing of the union.
static TARGETS: WordSet = LazyLock::new(|| {
    word_set(&["targets", "supports", "supported", "run", "runs", "ran", "tested", "tests", "verified", "verify"])
});
/// A policy by its name: "Version target:", "Python support (as of 2026):", "the targeted series". A compiler has other targets too,
/// so that the word alone is none.
static POLICY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix-u)\b(?:versions?|series|C?Python|language|parity|compatibility)\ (?:targets?|support|floor|policy)\b
          |\b(?:target(?:ed|ing)?|minimum|lowest|oldest)\ (?:(?:the|a|C?Python|language|stdlib)\ ){0,2}(?:versions?|series|releases?|C?Pythons?)\b
          |\btarget(?:ed|ing)\b
          |(?:^[-*`_\ ]*(?:\w+\ ){0,2}(?:targets?|support|policy)|(?-i:\b(?:Targets?|Support|Policy)))(?:\ \([\ -(*-~]*\))?:",
    )
    .ok()
});
/// Words of a sentence that says less than the whole.
static PARTS: WordSet = LazyLock::new(|| {
    word_set(&[
        "only",
        "error",
        "errors",
        "message",
        "messages",
        "text",
        "wording",
        "traceback",
        "added",
        "removed",
        "new",
        "introduced",
        "deprecated",
        "since",
        "changed",
        "changes",
        "instead",
        "unlike",
        "vs",
        "versus",
        "subset",
        "skip",
        "skips",
        "except",
        "but",
        "not",
    ])
});
/// Words of a sentence about what is not so, or not yet.
static UNREAL: WordSet = LazyLock::new(|| {
    word_set(&[
        "if",
        "once",
        "until",
        "unless",
        "whether",
        "eventually",
        "planned",
        "goal",
        "false",
        "will",
        "would",
        "could",
        "example",
        "examples",
        "sample",
        "instance",
        "hypothetical",
        "hypothetically",
        "suppose",
        "imagine",
        "someday",
        "hopefully",
    ])
});

/// What the mention in a block is about.
pub(super) fn subject(flow: &Flow, mention: &SeriesMention) -> MentionSubject {
    let text = &flow.text;
    let sentence = sentence(flow, &mention.range);
    let before = &text[sentence.start..mention.range.start];
    let behind = &text[mention.range.end..sentence.end];
    if is_union(before, behind) {
        // a row's or a label's words count for all that is in it
        let is_policy = has_word(before, &TARGETS) || POLICY.as_ref().is_some_and(|it| it.is_match(before));
        return if is_policy { MentionSubject::Policy } else { MentionSubject::Union };
    }
    let whole = &text[sentence];
    if has_word(whole, &PARTS) || behind.starts_with("-only") { MentionSubject::Other } else { MentionSubject::Targets }
}

/// Whether the sentence around it speaks of what is not so.
pub(super) fn is_unreal(flow: &Flow, mention: &SeriesMention) -> bool {
    let sentence = sentence(flow, &mention.range);
    has_word(&flow.text[sentence.start..mention.range.start], &UNREAL)
}

fn is_union(before: &str, behind: &str) -> bool {
    let behind = &behind[..behind.floor_char_boundary(AROUND.min(behind.len()))];
    let before = &before[before.ceil_char_boundary(before.len().saturating_sub(AROUND))..];
    let follows = UNION_BEHIND.as_ref().and_then(|it| it.captures(behind)).is_some_and(|it| {
        let rest = it.name("rest").map_or("", |it| it.as_str().trim_start_matches([' ', '-']));
        !NO_UNION.iter().any(|word| rest.eq_ignore_ascii_case(word))
    });
    follows || UNION_BEFORE.as_ref().is_some_and(|it| it.is_match(before))
}

/// How far a mention may stand from the word, in bytes.
const AROUND: usize = 160;
/// The most of a sentence that is looked at on either side, in bytes.
const SENTENCE: usize = 2000;

/// The sentence around a part of a block; in a table, its cell.
pub(super) fn sentence(flow: &Flow, part: &Range<usize>) -> Range<usize> {
    let text = &flow.text;
    let ends: &[&str] = if flow.kind == flow::BlockKind::Row { &[". ", "; ", " | "] } else { &[". ", "; "] };
    let low = text.floor_char_boundary(part.start.saturating_sub(SENTENCE));
    let high = text.ceil_char_boundary((part.end + SENTENCE).min(text.len()));
    let start = ends.iter().filter_map(|it| text[low..part.start].rfind(it).map(|at| low + at + it.len())).max();
    let end = ends.iter().filter_map(|it| text[part.end..high].find(it).map(|at| part.end + at)).min();
    start.unwrap_or(low)..end.unwrap_or(high)
}

/// Whether one of the words stands in a text, as a whole and in letters of either case.
fn has_word(text: &str, words: &WordSet) -> bool {
    // without it every sentence says less than the whole
    let Some(words) = words.as_ref() else { return true };
    words.find_iter(text).any(|found| {
        let is_part = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        !is_part(text[..found.start()].chars().next_back()) && !is_part(text[found.end()..].chars().next())
    })
}

type WordSet = LazyLock<Option<AhoCorasick>>;

/// At one place the longest word counts, which alone can be a whole one.
fn word_set(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true).build(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::{flow::flows, text::series::mentions};

    fn of(text: &str) -> MentionSubject {
        let flows = flows(text);
        let mention = mentions(&flows[0].text).into_iter().rfind(SeriesMention::is_list).unwrap();
        subject(&flows[0], &mention)
    }

    #[test]
    fn a_sentence_is_about_the_union_about_targets_or_about_a_part() {
        for (text, wanted) in [
            ("Complete by name for the CPython 3.12/3.13/3.14 union.", MentionSubject::Union),
            ("CPython union coverage (3.12/3.13/3.14) is enforced.", MentionSubject::Union),
            ("Scope: CPython 3.12-3.14 stdlib union, top-level.", MentionSubject::Union),
            (
                "- Gate status: top-level + submodule CPython union coverage (3.12/3.13/3.14) is enforced by `tools/a.py`.",
                MentionSubject::Union,
            ),
            ("Every entry in the 3.12/3.13 union baseline.", MentionSubject::Union),
            ("The union of CPython 3.12, 3.13 and 3.14 has 320 names.", MentionSubject::Union),
            ("For the wasm target the 3.12/3.13/3.14 union is complete.", MentionSubject::Union),
            ("Union support files cover the 3.12/3.13 union.", MentionSubject::Union),
            ("Coverage: CPython 3.12+ (currently the 3.12/3.13 union)", MentionSubject::Union),
            ("Version target: CPython 3.12+ (currently 3.12/3.13 union)", MentionSubject::Policy),
            ("**Target versions:** CPython 3.12+ (currently the union of 3.12/3.13)", MentionSubject::Policy),
            ("Python support (July 2026): 3.12+ (now 3.12/3.13 union)", MentionSubject::Policy),
            ("- Targets: CPython 3.12 and newer, at present the 3.12/3.13 union", MentionSubject::Policy),
            ("The minimum version is 3.12 (currently 3.12/3.13 union).", MentionSubject::Policy),
            ("**Owner:** tooling\n**Target:** 3.12+ (today 3.12/3.13 union)", MentionSubject::Policy),
            ("Parity is targeted at the 3.12/3.13 union.", MentionSubject::Policy),
            ("The union: 3.12 through 3.14.", MentionSubject::Union),
            ("The stdlib union baseline is built from CPython 3.12 and 3.13.", MentionSubject::Union),
            ("The union is currently made up of CPython 3.12/3.13.", MentionSubject::Union),
            ("The union gate combines 3.12, 3.13 and 3.14.", MentionSubject::Union),
            ("The union is large; tests run on Python 3.12/3.13.", MentionSubject::Targets),
            ("Molt targets the CPython 3.12/3.13 union.", MentionSubject::Policy),
            ("When 3.12/3.13/3.14 diverge, say so.", MentionSubject::Targets),
            ("Tests run on Python 3.12, 3.13 and 3.14.", MentionSubject::Targets),
            ("The union is complete. Tests cover 3.12/3.13.", MentionSubject::Targets),
            ("The error text differs across 3.13/3.14 only.", MentionSubject::Other),
            ("It was added in 3.13/3.14.", MentionSubject::Other),
            ("The new 3.10+ union types of PEP 604.", MentionSubject::Other),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
