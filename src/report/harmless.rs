//! Words in Markdown that a forge would act on: outside of code spans nobody is called by a name, no issue is closed by its
//! number or its address, nothing is a link but to CPython's own pages, and no markup is hidden. A space of no width keeps them apart, so that people read what was there.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;

use crate::base::text::is_odd;

/// A space of no width.
const PART: char = '\u{200b}';

/// The pages of CPython's releases, which reports link to.
const PAGES: &str = "//www.python.org/";

/// Parts what a forge reads as a mention, a reference, an image, a link or a tag.
pub(crate) fn harmless(markdown: &str) -> String {
    markdown.split_inclusive('\n').map(line).collect()
}

fn line(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let (before, from) = rest.split_at(start);
        res += &parted(before, rest.len() == text.len());
        // one behind a backslash is a character like others
        let slashes = before.len() - before.trim_end_matches('\\').len();
        if slashes % 2 == 1 {
            res.push('`');
            rest = &from[1..];
            continue;
        }
        let run = from.len() - from.trim_start_matches('`').len();
        let is_fence = run >= 3 && res.trim_start_matches(|it: char| it.is_whitespace() || it == '>').is_empty();
        let (fence, inside) = from.split_at(run);
        // a span ends with a run of the same length; one without it could end in a later line, and is written out
        let end = ends(inside, run);
        match end {
            Some(_) => res += fence,
            None if is_fence => res += fence,
            None => res += &TICK.repeat(run),
        }
        rest = match end {
            Some(end) => {
                res += &inside[..end];
                &inside[end..]
            }
            None => inside,
        };
    }
    open(&(res + &parted(rest, rest.len() == text.len()))).into_owned()
}

/// Parts what acts in the message of a commit, which such a text can become, and in which there is no code: what closes an issue, and
/// what keeps a commit from being checked.
fn open(text: &str) -> Cow<'_, str> {
    static CLOSES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i-u)((?:close|fix|resolve)[a-z]*:?\s+(?:[\w./-]+)?)(#|GH-)([0-9])").ok());
    static SKIPS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i-u)(\[ *|skip)((?:[a-z][a-z.-]*[ -]+)?(?:skip|ci|no|actions)[ -]+(?:ci|skip|actions|checks|build)|-checks)",
        )
        .ok()
    });
    let closes = CLOSES.as_ref().map_or(Cow::Borrowed(text), |it| it.replace_all(text, "${1}${2}\u{200b}${3}"));
    match SKIPS.as_ref() {
        Some(it) if it.is_match(&closes) => it.replace_all(&closes, "${1}\u{200b}${2}").into_owned().into(),
        _ => closes,
    }
}

/// A backtick that begins no span.
const TICK: &str = "&#96;";

/// Behind the next run of exactly so many backticks.
fn ends(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|it| it + at) {
        let length = text[start..].len() - text[start..].trim_start_matches('`').len();
        at = start + length;
        if length == run {
            return Some(at);
        }
    }
    None
}

fn parted(text: &str, is_start: bool) -> String {
    let mut res = String::with_capacity(text.len());
    let mut before = ' ';
    // where a line begins, behind blanks and the marks of quotations, lists and tasks
    let mut is_first = is_start;
    let mut was_parted = false;
    let mut all = text.chars().peekable();
    while let Some(it) = all.next() {
        // what was parted before stays as it is
        if it == PART
            && (was_parted || before == '[' || ends_with(&res, "skip") || (is_first && all.peek() == Some(&'/')))
        {
            was_parted = false;
            continue;
        }
        was_parted = false;
        if is_odd(it) && it != '\n' && it != '\t' {
            res.extend(it.escape_default());
            is_first = false;
            continue;
        }
        if it == '/' && is_first && (before.is_whitespace() || before == '>') {
            res.push(PART);
        }
        let is_task = before == '[' && "xX".contains(it);
        is_first &= it.is_whitespace() || is_task || ">-*+.)[]0123456789".contains(it);
        res.push(it);
        let next = all.clone().find(|it| *it != PART).unwrap_or(' ');
        let acts = match it {
            '@' => !before.is_ascii_alphanumeric(),
            '#' => next.is_ascii_digit() && !(before == '&' && text_behind(&all).starts_with(&TICK[2..])),
            '<' => next.is_ascii_alphabetic() || "!/?".contains(next),
            '!' => next == '[',
            ']' => "([:".contains(next) && !begins(&all, &format!("(https:{PAGES}")),
            ':' => begins(&all, "//") && !begins(&all, PAGES),
            '.' => ends_with(&res, "www.") && !ends_with(&res, "://www."),
            '&' => (next == '#' && !text_behind(&all).starts_with(&TICK[1..])) || next.is_ascii_alphabetic(),
            // the note of a change that breaks something
            ' ' | '-' if next.eq_ignore_ascii_case(&'c') => ends_with(&res[..res.len() - 1], "breaking"),
            '-' => next.is_ascii_digit() && ends_with(&res, "gh-"),
            _ => false,
        };
        if acts {
            res.push(PART);
            was_parted = true;
        }
        before = it;
    }
    res
}

/// Whether this comes next.
fn begins(all: &std::iter::Peekable<std::str::Chars<'_>>, text: &str) -> bool {
    let mut all = all.clone().filter(|it| *it != PART);
    text.chars().all(|it| all.next().is_some_and(|next| next.eq_ignore_ascii_case(&it)))
}

/// What comes next, as far as it matters.
fn text_behind(all: &std::iter::Peekable<std::str::Chars<'_>>) -> String {
    all.clone().take(TICK.len()).collect()
}

fn ends_with(text: &str, end: &str) -> bool {
    let text = text.as_bytes();
    text[text.len().saturating_sub(end.len())..].eq_ignore_ascii_case(end.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_act_are_parted_and_code_is_not() {
        for (text, parts) in [
            ("# A title\n- by a@b.org, 3 < 4\n", 0),
            ("fixes #12, GH-3 and @a/b", 3),
            ("<!-- x --> <b> ![x](y) &#64;a &lt;", 7),
            ("`@a #1` and ``@a ` #1`` and @a", 1),
            ("`a` @a `b`", 1),
            ("/merge\n\t/lgtm\n> /close\n >\t> /hold\na /b `x` /c\n", 4),
            ("- /merge\n1. /assign\n* [ ] /hold\n1/2 a\nx /b\n", 3),
            ("fixes https://forge.example/o/r/issues/3 and HTTP://x", 2),
            ("[a](//x) [b][c] [c]: x\n[d](https://www.python.org.x/) www.x.org", 7),
            ("[3.14.1](https://www.python.org/downloads/release/python-3141/) [x] (y) a: b", 0),
            ("BREAKING CHANGE: a\nbreaking-change: b\nBreaking news\n", 2),
            (
                "`docs/closes #1.md` `a [skip ci] b` [no ci] `[ci skip]`\n`skip-checks: true` `fixed a/b#3` `see #1`\n",
                6,
            ),
        ] {
            let new = harmless(text);
            assert_eq!(new.matches('\u{200b}').count(), parts, "{new}");
            assert_eq!(new.replace('\u{200b}', ""), text);
            assert_eq!(harmless(&new), new, "twice does no more than once");
        }
    }

    #[test]
    fn a_span_that_is_none_hides_nothing() {
        for (text, expected) in [
            ("a ` @b\nc ` @d\n", "a &#96; @\u{200b}b\nc &#96; @\u{200b}d\n"),
            ("\\`@a\\` `@b`", "\\`@\u{200b}a\\` `@b`"),
            ("\\\\`@a` @b", "\\\\`@a` @\u{200b}b"),
            ("```diff\n+a\n```\n", "```diff\n+a\n```\n"),
            ("x ``` @a", "x &#96;&#96;&#96; @\u{200b}a"),
        ] {
            assert_eq!(harmless(text), expected);
            assert_eq!(harmless(expected), expected);
        }
    }

    #[test]
    fn marks_that_nobody_sees_are_written_out() {
        for odd in ['\u{61c}', '\u{180e}', '\u{ad}', '\u{3164}', '\u{115f}', '\u{fe0f}', '\u{e0100}', '\u{2028}', '\r']
        {
            assert_eq!(harmless(&format!("a{odd}b\n")), format!("a{}b\n", odd.escape_default()));
        }
    }
}
