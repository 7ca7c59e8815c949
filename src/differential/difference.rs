//! Where two texts differ: the first place, and a unified diff of so much of them as people read.

use serde::{Deserialize, Serialize};
use similar::TextDiff;

/// The first place in which two sides differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FirstDifference {
    /// `stdout`, `stderr`, `exit` or `exception`
    pub what: String,
    /// The line of the first difference, one-based; 0 where it is not in a text.
    #[serde(default)]
    pub line: usize,
    /// Its column in characters, one-based.
    #[serde(default)]
    pub column: usize,
    /// What the reference has there.
    pub expected: String,
    /// What the candidate has there.
    pub actual: String,
    /// A unified diff, cut off where it is long.
    #[serde(default)]
    pub diff: String,
}

/// The lines of context around a change.
const CONTEXT: usize = 3;
/// The lines of a diff that are kept.
const LINES: usize = 60;
/// The characters of a line that are kept.
const WIDTH: usize = 300;
/// So much of each text, around the first difference, goes into the diff, in lines.
const AROUND: usize = 200;

impl FirstDifference {
    /// Two values that are not texts.
    pub fn of_values(what: &str, expected: String, actual: String) -> Self {
        Self { what: what.to_owned(), line: 0, column: 0, expected, actual, diff: String::new() }
    }

    /// Two texts; none where they are the same.
    pub fn of_texts(what: &str, expected: &[u8], actual: &[u8]) -> Option<Self> {
        let at = match expected.iter().zip(actual).position(|(a, b)| a != b) {
            Some(at) => at,
            None if expected.len() == actual.len() => return None,
            None => expected.len().min(actual.len()),
        };
        let line_start = expected[..at].iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
        let line = lines_between(expected, 0, line_start) + 1;
        let column = String::from_utf8_lossy(&expected[line_start..at]).chars().count() + 1;
        let here = |text: &[u8]| {
            let rest = text.get(line_start..).unwrap_or_default();
            let end = rest.iter().position(|it| *it == b'\n').map_or(rest.len(), |it| it + 1);
            shown(&rest[..end])
        };
        // what is far in front of the first difference is the same, and what is far behind it nobody reads
        let from = start_of(expected, line_start, CONTEXT);
        let diff = unified(what, (from, line - lines_between(expected, from, line_start)), expected, actual);
        Some(Self { what: what.to_owned(), line, column, expected: here(expected), actual: here(actual), diff })
    }
}

/// Where the line begins that stands `count` lines before the one at `at`.
fn start_of(text: &[u8], mut at: usize, count: usize) -> usize {
    for _ in 0..count {
        if at == 0 {
            break;
        }
        at = text[..at - 1].iter().rposition(|it| *it == b'\n').map_or(0, |it| it + 1);
    }
    at
}

fn lines_between(text: &[u8], from: usize, to: usize) -> usize {
    memchr::memchr_iter(b'\n', &text[from..to]).count()
}

/// One line with what is not text, or not to be seen, written as escapes.
fn shown(line: &[u8]) -> String {
    let mut res: String = line
        .utf8_chunks()
        .map(|it| {
            let odd: String = it.invalid().iter().map(|byte| format!("\\x{byte:02x}")).collect();
            it.valid().to_owned() + &odd
        })
        .collect();
    if res.is_empty() {
        return "(nothing)".to_owned();
    }
    let is_whole = res.ends_with('\n');
    res.truncate(res.trim_end_matches('\n').len());
    if let Some((at, _)) = res.char_indices().nth(WIDTH) {
        res.truncate(at);
        res.push('…');
    }
    let res: String = res.chars().map(|it| if it == '\0' { "\\x00".to_owned() } else { it.to_string() }).collect();
    if is_whole { res } else { format!("{res} (no line feed)") }
}

/// Both texts from `from`, which is the line `first`, to so many lines on.
fn unified(what: &str, (from, first): (usize, usize), expected: &[u8], actual: &[u8]) -> String {
    let part = |text: &[u8]| {
        let rest = text.get(from..).unwrap_or_default();
        rest.split_inclusive(|it| *it == b'\n').take(AROUND).map(|it| shown(it) + "\n").collect::<String>()
    };
    let (expected, actual) = (part(expected), part(actual));
    let diff = TextDiff::from_lines(expected.as_str(), actual.as_str());
    let mut res = format!("--- {what} of the reference\n+++ {what} of the candidate\n");
    let mut count = 0;
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let range = |range: std::ops::Range<usize>| format!("{},{}", range.start + first, range.len());
        let (mut old, mut new): (Option<std::ops::Range<usize>>, Option<std::ops::Range<usize>>) = (None, None);
        for op in hunk.ops() {
            old = Some(old.map_or(op.old_range(), |it| it.start..op.old_range().end));
            new = Some(new.map_or(op.new_range(), |it| it.start..op.new_range().end));
        }
        res += &format!("@@ -{} +{} @@\n", range(old.unwrap_or_default()), range(new.unwrap_or_default()));
        for change in hunk.iter_changes() {
            count += 1;
            if count > LINES {
                return res + "… more is not shown\n";
            }
            res += &format!("{}{}", change.tag(), change.value());
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_difference_has_its_place() {
        let difference =
            FirstDifference::of_texts("stdout", "1\n2\n3\n4\näb c\n".as_bytes(), "1\n2\n3\n4\näb d\ne\n".as_bytes());
        let difference = difference.unwrap();
        assert_eq!((difference.line, difference.column), (5, 4));
        assert_eq!((difference.expected.as_str(), difference.actual.as_str()), ("äb c", "äb d"));
        assert!(difference.diff.contains("@@ -2,4 +2,5 @@\n 2\n 3\n 4\n-äb c\n+äb d\n+e\n"), "{}", difference.diff);
    }

    #[test]
    fn a_line_feed_that_is_missing_and_bytes_that_are_not_text_are_told() {
        let of = |a: &[u8], b: &[u8]| FirstDifference::of_texts("stdout", a, b).unwrap();
        let end = of(b"a\n", b"a");
        assert_eq!((end.line, end.column, end.actual.as_str()), (1, 2, "a (no line feed)"));
        assert_eq!(of(b"\xff\n", b"\0\n").expected, "\\xff");
        assert_eq!(of(b"\xff\n", b"\0\n").actual, "\\x00");
        assert_eq!(of(b"", b"x\n").expected, "(nothing)");
    }

    proptest! {
        #[test]
        fn texts_are_different_exactly_where_bytes_are(
            a in prop::collection::vec(prop::sample::select(b"ab\n\xff\0".to_vec()), 0..30),
            b in prop::collection::vec(prop::sample::select(b"ab\n\xff\0".to_vec()), 0..30),
        ) {
            let found = FirstDifference::of_texts("stdout", &a, &b);
            prop_assert_eq!(found.is_none(), a == b);
            if let Some(it) = found {
                let lines = |text: &[u8]| text.split(|it| *it == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
                let (a, b) = (lines(&a), lines(&b));
                prop_assert!(a[..it.line - 1] == b[..it.line - 1], "the lines before are the same");
                prop_assert!(a.get(it.line - 1) != b.get(it.line - 1) || a.len().min(b.len()) == it.line);
            }
        }
    }
}
