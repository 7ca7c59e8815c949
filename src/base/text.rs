//! Places in a text, numbers in one, and text of others in what is printed.

use std::cell::Cell;

/// One-based line and column (in characters) of a byte offset.
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The lines of a text, so that many places in it can be told without reading it again for each.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The place that was told last, and its column, so that a long line with many places is counted once.
    counted: Cell<(usize, usize)>,
}

impl<'a> Lines<'a> {
    /// Finds where the lines begin.
    pub fn new(text: &'a str) -> Self {
        let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|it| it + 1)).collect();
        Self { text, starts, counted: Cell::new((0, 1)) }
    }

    /// The one-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|it| *it <= offset)
    }

    /// The line that a byte offset stands on, without its ending.
    pub fn around(&self, offset: usize) -> &'a str {
        let line = self.line(offset.min(self.text.len()));
        let end = self.starts.get(line).map_or(self.text.len(), |it| it - 1);
        self.text[self.starts[line - 1]..end].trim_end_matches('\r')
    }

    /// One-based line and column (in characters) of a byte offset, as [`position`] tells them.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.line(offset);
        let start = self.starts[line - 1];
        let (from, column) =
            Some(self.counted.get()).filter(|(at, _)| (start..=offset).contains(at)).unwrap_or((start, 1));
        let column = column + self.text[from..offset].chars().count();
        self.counted.set((offset, column));
        (line, column)
    }
}

/// A text of at most some characters: what is behind them is cut.
pub fn shortened(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} …", &text[..end]).into(),
        None => text.into(),
    }
}

/// A text with a carriage return at the end of each line.
pub fn with_carriage_returns(text: &[u8]) -> Vec<u8> {
    let mut res = Vec::with_capacity(text.len() + text.len() / 32);
    let mut before = 0;
    for byte in text {
        if *byte == b'\n' && before != b'\r' {
            res.push(b'\r');
        }
        res.push(*byte);
        before = *byte;
    }
    res
}

/// Whether every line of a text ends with a carriage return, and there is a line.
fn has_carriage_returns(text: &[u8]) -> bool {
    let mut ends = memchr::memchr_iter(b'\n', text).peekable();
    ends.peek().is_some() && ends.all(|at| at > 0 && text[at - 1] == b'\r')
}

/// A text with plain ends of lines, where all of its lines end with a carriage return too.
pub fn in_plain_lines(text: String) -> String {
    if has_carriage_returns(text.as_bytes()) { text.replace("\r\n", "\n") } else { text }
}

/// What a file may begin with that says how it is encoded and is not part of its text.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// `new` in the form of `old`, the text that it replaces: with its byte order mark, and with its carriage returns where all of
/// its lines have them.
pub fn in_the_form_of(old: &[u8], new: Vec<u8>) -> Vec<u8> {
    let mut res = if has_carriage_returns(old) { with_carriage_returns(&new) } else { new };
    let mark = BYTE_ORDER_MARK.as_bytes();
    if old.starts_with(mark) && !res.starts_with(mark) {
        res.splice(0..0, mark.iter().copied());
    }
    res
}

/// The first line of a text that a merge has left both sides in.
pub fn conflict(text: &str) -> Option<usize> {
    let begins = text.lines().position(|it| it.starts_with("<<<<<<< "))?;
    text.lines().skip(begins).any(|it| it.starts_with(">>>>>>> ")).then_some(begins + 1)
}

/// `part` of `whole` in percent, rounded to so many decimals, where there is a whole: 100 only for all of it, 0 only for nothing.
#[expect(clippy::cast_precision_loss, reason = "a percentage has few digits")]
pub fn percent(part: u64, whole: u64, decimals: u32) -> Option<f64> {
    let one = 10_u128.pow(decimals.min(9));
    let (part, whole) = (u128::from(part.min(whole)), u128::from(whole));
    let rounded = (part * 200 * one + whole).checked_div(2 * whole)?;
    let honest = match part {
        0 => 0,
        _ if part == whole => 100 * one,
        _ => rounded.clamp(1, 100 * one - 1),
    };
    Some(honest as f64 / one as f64)
}

/// The name of a commit as it is shown. It may stand for something else too, so that git is never asked by it.
pub fn short_commit(name: &str) -> &str {
    name.get(..9).unwrap_or(name)
}

/// `1 finding`, `2 findings`
pub fn number_of<N: Copy + PartialEq + From<u8> + std::fmt::Display>(number: N, word: &str) -> String {
    let ending = if number == N::from(1) { "" } else { "s" };
    format!("{number} {word}{ending}")
}

/// Whether a character commands a terminal or deceives a reader: control characters, marks that turn the direction of
/// writing, ends of lines that only some programs know, what nobody can see, and what stands for nothing that is agreed on
/// (categories Cc, Cf, Co, Cn, Zl and Zp of Unicode, and those of the others that are not shown).
pub fn is_odd(it: char) -> bool {
    use unicode_general_category::{GeneralCategory as Category, get_general_category};
    if it.is_ascii() {
        return it.is_ascii_control();
    }
    matches!(
        get_general_category(it),
        Category::Control
            | Category::Format
            | Category::PrivateUse
            | Category::Unassigned
            | Category::Surrogate
            | Category::LineSeparator
            | Category::ParagraphSeparator
    ) || matches!(it,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fffc}' | '\u{e0100}'..='\u{e01ef}')
}

/// Words that stand where a person has something to say.
const PLACEHOLDERS: [&str; 24] = [
    "todo",
    "tbd",
    "tba",
    "fixme",
    "xxx",
    "na",
    "none",
    "nothing",
    "later",
    "temporary",
    "wip",
    "because",
    "ok",
    "fine",
    "misc",
    "various",
    "name",
    "reason",
    "text",
    "plan",
    "someone",
    "everyone",
    "unknown",
    "anonymous",
];

/// How many words of a name or a reason say something: those with a letter or a digit that can be seen, and that stand for nothing else,
/// whatever marks are around or between their letters.
pub fn meaningful_words(text: &str) -> usize {
    use unicode_general_category::{GeneralCategory as Category, get_general_category};
    let is_mark = |it: char| {
        matches!(get_general_category(it), Category::NonspacingMark | Category::SpacingMark | Category::EnclosingMark)
    };
    // what nobody sees says nothing
    let is_seen = |it: &char| it.is_alphanumeric() && !is_odd(*it) && !is_mark(*it);
    let words = text.split(|it: char| it.is_whitespace() || ",;:!".contains(it));
    let seen = words.map(|it| it.chars().filter(is_seen).collect::<String>().to_lowercase());
    seen.filter(|it| !it.is_empty() && !PLACEHOLDERS.contains(&it.as_str())).count()
}

/// Whether a name or a reason has such a word.
pub fn says_something(text: &str) -> bool {
    meaningful_words(text) > 0
}

/// A text that may come from anybody, on one line and without anything that a terminal, a log or a runner would take for a
/// command: odd characters are written as escapes.
pub fn printable(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(it) = rest.chars().next() {
        rest = next(&mut res, rest, it);
    }
    res
}

/// Takes what `rest` begins with, its first character `it` or an older command of a runner, and returns what is left.
fn next<'a>(res: &mut String, rest: &'a str, it: char) -> &'a str {
    // `##[error]`, `##vso[task.setvariable …]`: the older form, anywhere in a line
    if let Some(length) = old_command(rest) {
        res.push_str(&rest[..length]);
        res.push('\\');
        return &rest[length..];
    }
    push(res, it);
    &rest[it.len_utf8()..]
}

/// A word as a shell takes it for one.
pub fn shell_word(it: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./:=,@+".contains(it);
    if !it.is_empty() && it.chars().all(is_plain) {
        return it.to_owned();
    }
    format!("'{}'", it.replace('\'', "'\\''"))
}

/// A file as git has to be told it by somebody who types: a name that git would read as a pattern or as an option is that of no other
/// file.
pub fn git_word(path: &str) -> String {
    let is_plain = !path.starts_with([':', '-']) && !path.contains(['*', '?', '[', '\\']);
    if is_plain { shell_word(path) } else { shell_word(&format!(":(literal){path}")) }
}

/// Whether a character of a message commands a terminal, or turns the order of those behind it.
pub fn commands_terminal(it: char) -> bool {
    let is_direction =
        matches!(it, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (it.is_control() && it != '\t') || is_direction
}

/// A printable text as a line of its own.
pub fn line(text: &str) -> String {
    printable(text) + "\n"
}

fn push(res: &mut String, it: char) {
    if is_odd(it) { res.extend(it.escape_default()) } else { res.push(it) }
}

/// What a printed text may hold besides words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowed {
    /// Colours, which are the program's own.
    pub colors: bool,
    /// Lines that a runner of workflows takes for commands, which are the program's own.
    pub commands: bool,
}

/// The last defence of what is printed, line by line: odd characters become escapes, and no line is a command for a runner
/// of workflows. Whoever puts words of others into a line quotes them before, because a line that they began would stay one.
pub fn quoted_lines(text: &str, allowed: Allowed) -> String {
    let mut res = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => line.strip_suffix('\r').map_or((line, "\n"), |line| (line, "\r\n")),
            None => (line, ""),
        };
        // a runner looks behind blanks too
        let words = line.trim_start();
        if words.starts_with("::") && !(allowed.commands && words.len() == line.len()) {
            quoted(&mut res, &line[..line.len() - words.len()], allowed);
            res.push('\\');
            quoted(&mut res, words, allowed);
        } else {
            quoted(&mut res, line, allowed);
        }
        res.push_str(end);
    }
    res
}

fn quoted(res: &mut String, mut rest: &str, allowed: Allowed) {
    while let Some(it) = rest.chars().next() {
        if let Some(length) = color(rest).filter(|_| allowed.colors) {
            res.push_str(&rest[..length]);
            rest = &rest[length..];
        } else if it == '\t' {
            res.push(it);
            rest = &rest[1..];
        } else {
            rest = next(res, rest, it);
        }
    }
}

/// The length of a sequence that sets a colour, where `text` begins with one.
fn color(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|it: char| !it.is_ascii_digit() && it != ';')?;
    numbers[end..].starts_with('m').then_some(end + 3)
}

/// Whether a text has a command that runners take anywhere in a line: `##vso[…]`, `##teamcity[…]`.
pub fn commands_runner(text: &str) -> bool {
    text.match_indices('#').any(|(at, _)| old_command(&text[at..]).is_some())
}

/// The length of what stands before the bracket of a runner's older command, where `text` begins with one.
fn old_command(text: &str) -> Option<usize> {
    let name = text.strip_prefix("##")?;
    let end = name.find(|it: char| !it.is_ascii_alphabetic())?;
    name[end..].starts_with('[').then_some(end + 2)
}

/// The same for a JSON document, which stays the same document: odd characters can stand only in its texts, and become the
/// escapes that JSON has.
pub fn quoted_json(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for (at, it) in text.char_indices() {
        if is_escaped(text, at, it) {
            let mut units = [0; 2];
            it.encode_utf16(&mut units).iter().for_each(|unit| res += &format!("\\u{unit:04x}"));
        } else {
            res.push(it);
        }
    }
    res
}

/// The same for strings of TOML, whose escapes are whole characters.
pub fn quoted_toml(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    for (at, it) in text.char_indices() {
        match u32::from(it) {
            _ if !is_escaped(text, at, it) => res.push(it),
            code @ ..=0xffff => res += &format!("\\u{code:04x}"),
            code => res += &format!("\\U{code:08x}"),
        }
    }
    res
}

/// Whether the character at `at` is an escape where a document is printed: what lays it out is not text of anybody.
fn is_escaped(text: &str, at: usize, it: char) -> bool {
    (is_odd(it) && it != '\n') || (it == '#' && old_command(&text[at..]).is_some())
}

/// Words of others in Markdown: a code span on one line, in which nothing is a mention, a link, markup or a keyword that
/// closes an issue.
pub fn code_span(text: &str) -> String {
    let text = printable(text);
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    // a blank at each side is taken away again, and keeps backticks apart
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}

/// The same, but as it is where nothing in it can be taken for Markdown, for a person or for a reference.
pub fn in_markdown(text: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || " .,:;/_-+()…".contains(it);
    let is_address = text.contains("://") || text.contains("www.");
    let is_word = text.starts_with(char::is_alphanumeric);
    if is_word && !is_address && text.chars().all(is_plain) { text.to_owned() } else { code_span(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_is_told_a_file_and_no_pattern() {
        for (path, word) in [
            ("docs/a.md", "docs/a.md"),
            ("docs/a b.md", "'docs/a b.md'"),
            (":!r.json", "':(literal):!r.json'"),
            ("--all", "':(literal)--all'"),
            ("tools/[!x]*", "':(literal)tools/[!x]*'"),
        ] {
            assert_eq!(git_word(path), word);
        }
    }

    #[test]
    fn a_percentage_is_rounded_and_its_ends_are_for_all_and_for_nothing() {
        for (part, whole, decimals, due) in [
            (1455, 1497, 1, 97.2),
            (1, 3, 1, 33.3),
            (2, 3, 1, 66.7),
            (1, 8, 1, 12.5),
            (1, 16, 1, 6.3),
            (2372, 2373, 1, 99.9),
            (1, 2373, 1, 0.1),
            (9_999, 10_000, 0, 99.0),
            (1, 10_000, 0, 1.0),
            (0, 5, 1, 0.0),
            (5, 5, 1, 100.0),
            (u64::MAX, u64::MAX, 1, 100.0),
        ] {
            let found = percent(part, whole, decimals).unwrap();
            assert!((found - due).abs() < 1e-9, "{part} of {whole}: {found}");
        }
        assert_eq!(percent(0, 0, 1), None);
    }

    #[test]
    fn one_is_not_many() {
        let words = [0, 1, 2].map(|it| number_of(it, "new module"));
        assert_eq!(words, ["0 new modules", "1 new module", "2 new modules"]);
    }

    #[test]
    fn places_are_told_in_any_order() {
        let text = "é a\r\nbé c\n\nd";
        let lines = Lines::new(text);
        for offset in (0..=text.len() + 2).chain((0..text.len()).rev()).chain([3, 9, 4]) {
            assert_eq!(lines.position(offset), position(text, offset), "{offset}");
        }
        assert_eq!([0, 4, 5, 10, 12, 13].map(|it| lines.around(it)), ["é a", "é a", "é a", "bé c", "", "d"]);
    }

    #[test]
    fn what_is_replaced_says_how_lines_end() {
        for (old, new, expected) in [
            ("a\r\nb\r\n", "a\nc\nd", "a\r\nc\r\nd"),
            ("a\r\nb\r\n", "a\r\nc\n", "a\r\nc\r\n"),
            ("a\r\nb\n", "c\n", "c\n"),
            ("a\n", "c\n", "c\n"),
            ("", "c\n", "c\n"),
            ("\u{feff}a\n", "c\n", "\u{feff}c\n"),
            ("\u{feff}a\r\n", "\u{feff}c\n", "\u{feff}c\r\n"),
        ] {
            let found = in_the_form_of(old.as_bytes(), new.into());
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_conflict_has_two_ends() {
        assert_eq!(conflict("a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n"), Some(2));
        assert_eq!(conflict("a\n<<<<<<< ours\n"), None);
    }

    #[test]
    fn nothing_of_a_text_is_a_command() {
        assert_eq!(printable("x ##[group]y ##"), "x ##\\[group]y ##");
        assert_eq!(printable("a\n::error::\u{1b}[2J\u{202e}é"), "a\\n::error::\\u{1b}[2J\\u{202e}é");
        for it in ["\u{9b}31m", "\u{200b}", "\u{2028}", "\u{feff}", "\u{61c}", "\u{2066}", "\r", "\u{7f}", "\u{e0041}"]
        {
            assert!(printable(it).is_ascii() && printable(it).starts_with('\\'), "{it:?}");
        }
    }

    #[test]
    fn no_line_is_a_command() {
        let plain = Allowed::default();
        for (text, expected) in [
            ("::error::x\n", "\\::error::x\n"),
            (" \t::add-mask::x\r\ny", " \t\\::add-mask::x\r\ny"),
            ("\u{a0}::error::x", "\u{a0}\\::error::x"),
            ("a ##[group]x", "a ##\\[group]x"),
            ("##vso[task.complete]", "##vso\\[task.complete]"),
            ("### [a](b) std::fs", "### [a](b) std::fs"),
            ("a\rb", "a\\rb"),
            ("\u{1b}[31mx", "\\u{1b}[31mx"),
        ] {
            assert_eq!(quoted_lines(text, plain), expected);
        }
        let own = Allowed { colors: true, commands: true };
        assert_eq!(quoted_lines("::notice::x\n ::error::y", own), "::notice::x\n \\::error::y");
        assert_eq!(quoted_lines("\u{1b}[31;1mx\u{1b}[0m\u{1b}[2J", own), "\u{1b}[31;1mx\u{1b}[0m\\u{1b}[2J");
    }

    #[test]
    fn json_stays_what_it_was() {
        let value = serde_json::json!({ "a": "\u{202e}x\u{7f}\u{e0041}##[error]\n::error::", "b##[x]": 1 });
        let text = format!("{value:#}\n");
        let quoted = quoted_json(&text);
        assert!(quoted.is_ascii() && !quoted.contains("##["), "{quoted}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&quoted).unwrap(), value);
        assert_eq!(quoted_json("{\n  \"é\": 1\n}\n"), "{\n  \"é\": 1\n}\n");
    }

    #[test]
    fn what_is_plain_stays_plain_in_markdown() {
        for plain in ["7", "docs/PAPER.md:3", "docs/spec/STATUS.md: stdlib-status", "the facts of 3.14 are those of a"]
        {
            assert_eq!(in_markdown(plain), plain);
        }
        for other in [
            "@x",
            "Fixes #1",
            "Fixes https://x.example/1",
            "www.x.example",
            "<b>",
            "a|b",
            "- x",
            "a\nb",
            "",
            "*x*",
            "![x](y)",
        ] {
            assert_eq!(in_markdown(other), code_span(other));
        }
    }

    #[test]
    fn a_code_span_holds_any_text() {
        for (text, expected) in [
            ("a", "`a`"),
            ("a`b", "``a`b``"),
            ("`a", "`` `a ``"),
            ("```", "```` ``` ````"),
            ("a\n# b", "`a\\n# b`"),
            ("", "`  `"),
        ] {
            assert_eq!(code_span(text), expected);
        }
    }
}
