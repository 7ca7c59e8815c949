//! A text as words, numbers and marks. Backticks and struck-out text are no part of any of them.

use std::{borrow::Cow, ops::Range};

use super::{
    number::{
        Exactness, NumberNotation, Quantity, SMALL, TENS, TextNumber, digits_at, in_word, is_digit, is_odd_digit,
    },
    vocabulary::Vocabulary,
};

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::docs) enum TokenKind {
    Word,
    Number(TextNumber),
    /// A mark; `→` stands for `->`, `≡` for `==`, `≤` for `<=`, `≥` for `>=` and `≠` for `!=`.
    Mark(char),
    /// The end of a sentence.
    End,
}

/// One token.
#[derive(Debug, Clone)]
pub(in crate::docs) struct TextToken<'t> {
    pub(in crate::docs) kind: TokenKind,
    /// Its place in the text; a number has its bounds with it.
    pub(in crate::docs) at: Range<usize>,
    /// In lower case, with plain hyphens in place of others and of underscores.
    pub(in crate::docs) word: Cow<'t, str>,
    /// As it stands.
    pub(in crate::docs) text: &'t str,
    /// Whether it stands in a code span.
    pub(in crate::docs) is_code: bool,
}

#[cfg(test)]
thread_local! {
    /// How many tokens were compared with words; a test asks for it.
    pub(in crate::docs) static WORK: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

impl TextToken<'_> {
    pub(in crate::docs) fn is(&self, words: &[&str]) -> bool {
        #[cfg(test)]
        WORK.set(WORK.get() + 1);
        self.kind == TokenKind::Word && words.contains(&self.word.as_ref())
    }

    pub(in crate::docs) fn is_of(&self, words: &Vocabulary) -> bool {
        #[cfg(test)]
        WORK.set(WORK.get() + 1);
        self.kind == TokenKind::Word && words.contains(self.word.as_ref())
    }

    pub(in crate::docs) fn is_mark(&self, marks: &[char]) -> bool {
        #[cfg(test)]
        WORK.set(WORK.get() + 1);
        matches!(self.kind, TokenKind::Mark(it) if marks.contains(&it))
    }

    pub(in crate::docs) fn number(&self) -> Option<&TextNumber> {
        if let TokenKind::Number(number) = &self.kind { Some(number) } else { None }
    }
}

/// The tokens of a text, also of what it takes back.
pub(super) fn raw(text: &str) -> Vec<TextToken<'_>> {
    let is_turned = text.contains(TURNED);
    let done = Vec::with_capacity(text.len() / LENGTH);
    let mut reader = TokenReader { text, at: 0, is_code: false, is_after_struck: false, is_turned, done };
    while reader.at < text.len() {
        reader.step();
    }
    bounds(&words(links(reader.done)))
}

/// How many bytes of a text there are to a token.
const LENGTH: usize = 5;

/// What stands behind it is shown from its end to its beginning.
const TURNED: char = '\u{202e}';

struct TokenReader<'t> {
    text: &'t str,
    at: usize,
    is_code: bool,
    /// Whether the last thing was struck out.
    is_after_struck: bool,
    /// Whether a part of the text is shown in another order than it stands there.
    is_turned: bool,
    done: Vec<TextToken<'t>>,
}

impl TokenReader<'_> {
    fn push(&mut self, kind: TokenKind, length: usize) {
        let at = self.at..self.at + length;
        self.at = at.end;
        let text = self.text;
        let part = &text[at.clone()];
        let is_ascii = part.is_ascii();
        let is_plain = if is_ascii {
            !part.bytes().any(|it| it.is_ascii_uppercase() || it == b'_')
        } else {
            !part.chars().any(|it| it.is_uppercase() || matches!(it, '_' | '\u{2010}' | '\u{2011}' | '’'))
        };
        let word = if is_plain {
            Cow::Borrowed(part)
        } else if is_ascii {
            let lower = |it: char| if it == '_' { '-' } else { it.to_ascii_lowercase() };
            Cow::Owned(part.chars().map(lower).collect())
        } else {
            let lower = part.to_lowercase();
            Cow::Owned(lower.replace(['_', '\u{2010}', '\u{2011}'], "-").replace('’', "'"))
        };
        self.done.push(TextToken { kind, at, word, text: part, is_code: self.is_code });
    }

    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let mut all = rest.chars();
        let Some(first) = all.next() else { return };
        let next = all.next();
        if first == '`' || first.is_whitespace() {
            self.is_code ^= first == '`';
            self.at += first.len_utf8();
            return;
        }
        if let Some(struck) = rest.strip_prefix("~~") {
            // a text in which nothing is struck out has these marks for another reason
            let end = struck.find("~~").map_or(2, |it| it + 4);
            self.odd_before();
            self.is_after_struck = true;
            self.at += end;
            return;
        }
        let is_after_struck = std::mem::take(&mut self.is_after_struck);
        let before = self.text[..self.at].chars().next_back();
        let is_free =
            before.is_none_or(|it| it.is_whitespace() || matches!(it, '`' | '=' | '(' | ':' | '|' | '[' | '"'));
        let is_signed = matches!(first, '-' | '−' | '+') && is_free && next.is_some_and(is_digit);
        if is_digit(first) || is_odd_digit(first) || is_signed {
            let (end, number) = digits_at(self.text, self.at);
            let kind = match number {
                // a number of something else: an issue, a price, an option
                Some(_) if matches!(before, Some('#' | '$' | '@' | '§')) => TokenKind::Word,
                Some(mut number) => {
                    if is_after_struck {
                        number.form = NumberNotation::Odd;
                    }
                    if self.is_turned {
                        number.said = Quantity::NoCount;
                    }
                    TokenKind::Number(number)
                }
                None => TokenKind::Word,
            };
            let ticks = self.text[self.at..end].matches('`').count();
            self.push(kind, end - self.at);
            self.is_code ^= ticks % 2 == 1;
            return;
        }
        if first.is_alphabetic() || first == '_' || (first == '.' && is_free && next.is_some_and(char::is_alphabetic)) {
            return self.push(TokenKind::Word, word_length(rest));
        }
        for (mark, it) in [("->", '→'), ("=>", '→'), ("==", '≡'), ("<=", '≤'), (">=", '≥'), ("!=", '≠')] {
            if rest.starts_with(mark) {
                let twice = usize::from(rest.starts_with("==="));
                return self.push(TokenKind::Mark(it), mark.len() + twice);
            }
        }
        let ends = || next.is_none_or(|it| it.is_whitespace() || matches!(it, ')' | '"' | '`' | '”' | ']'));
        let kind = match first {
            '!' | '?' if ends() => TokenKind::End,
            '.' if ends() && !self.is_short() => TokenKind::End,
            '；' => TokenKind::Mark(';'),
            it => TokenKind::Mark(it),
        };
        self.push(kind, first.len_utf8());
    }

    /// Whether the last word is one that a point follows in the middle of a sentence.
    fn is_short(&self) -> bool {
        self.done
            .last()
            .is_some_and(|it| it.is(&["e.g", "i.e", "vs", "ca", "approx", "incl", "resp", "no.", "fig", "cf"]))
    }

    /// A number beside text that is struck out is a person's to write.
    fn odd_before(&mut self) {
        if let Some(TextToken { kind: TokenKind::Number(number), .. }) = self.done.last_mut() {
            number.form = NumberNotation::Odd;
        }
    }
}

/// The bytes of a word: letters and digits, with hyphens, points and apostrophes between them.
fn word_length(rest: &str) -> usize {
    let mut end = 0;
    let mut all = rest.char_indices().peekable();
    while let Some((at, it)) = all.next() {
        let joins = matches!(it, '-' | '.' | '\'' | '’' | '\u{2010}' | '\u{2011}');
        let goes_on = it.is_alphanumeric()
            || it == '_'
            || (joins && all.peek().is_some_and(|(_, next)| next.is_alphanumeric() || *next == '_'));
        if !goes_on {
            break;
        }
        end = at + it.len_utf8();
    }
    end.max(rest.chars().next().map_or(1, char::len_utf8))
}

/// Leaves out the marks of links and footnotes that are shown as they stand: `[541][u]`, `541[^1]`.
fn links(all: Vec<TextToken<'_>>) -> Vec<TextToken<'_>> {
    if !all.iter().any(|it| it.is_mark(&['['])) {
        return all;
    }
    let mut res = Vec::with_capacity(all.len());
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let is_glued = at > 0 && all[at - 1].at.end + 1 >= token.at.start && !all[at - 1].is_mark(&['|']);
        let is_label = all.get(at + 1).is_some_and(|it| it.is_mark(&['^'])) || (at > 0 && all[at - 1].is_mark(&[']']));
        if token.is_mark(&['[']) && is_glued && is_label {
            let close = (at..all.len()).take(6).find(|it| all[*it].is_mark(&[']']));
            at = close.map_or(at + 1, |it| it + 1);
            continue;
        }
        let is_around = token.is_mark(&['[']) && all.get(at + 1).is_some_and(|it| it.number().is_some())
            || token.is_mark(&[']']) && at > 0 && all[at - 1].number().is_some();
        if !is_around {
            res.push(token.clone());
        }
        at += 1;
    }
    res
}

/// Puts the words of a number together.
fn words(all: Vec<TextToken<'_>>) -> Vec<TextToken<'_>> {
    let begins = |it: &str| matches!(it, "no" | "none" | "a") || SMALL.contains(&it) || TENS.contains(&it);
    let is_first =
        |it: &TextToken<'_>| it.kind == TokenKind::Word && begins(it.word.split('-').next().unwrap_or_default());
    if !all.iter().any(|it| is_first(it) || it.is(&["empty"])) {
        return all;
    }
    let mut res: Vec<TextToken<'_>> = Vec::with_capacity(all.len());
    let mut at = 0;
    while let Some(token) = all.get(at) {
        let run = || {
            let next = all[at..].iter().take(16).take_while(|it| it.kind == TokenKind::Word);
            next.map(|it| it.word.as_ref()).collect::<Vec<&str>>()
        };
        let found = if is_first(token) { in_word(&run()) } else { None };
        if let Some((used, value)) = found {
            let place = token.at.start..all[at + used - 1].at.end;
            let number = TextNumber {
                at: place.clone(),
                said: Quantity::Whole(value),
                bound: Exactness::Exact,
                form: NumberNotation::Words,
            };
            res.push(TextToken { kind: TokenKind::Number(number), at: place, ..token.clone() });
            at += used;
        } else if token.is(&["empty"]) && is_of_a_bucket(&res) {
            let (place, said) = (token.at.clone(), Quantity::Whole(0));
            let number = TextNumber { at: place.clone(), said, bound: Exactness::Exact, form: NumberNotation::Words };
            res.push(TextToken { kind: TokenKind::Number(number), at: place, ..token.clone() });
            at += 1;
        } else {
            res.push(token.clone());
            at += 1;
        }
    }
    res
}

/// "the probe-only and python-only buckets are currently", before "empty"
fn is_of_a_bucket(before: &[TextToken<'_>]) -> bool {
    let verbs = ["is", "are", "remain", "remains", "stay", "stays"];
    let fills = ["now", "currently", "still", "both", "all", "again", "completely"];
    let mut rest = before;
    let mut has_verb = false;
    while let Some((last, more)) = rest.split_last().filter(|(it, _)| it.is(&verbs) || it.is(&fills)) {
        (rest, has_verb) = (more, has_verb || last.is(&verbs));
    }
    let nouns = ["bucket", "buckets", "class", "classes", "category", "categories", "list", "lists", "modules"];
    has_verb && rest.last().is_some_and(|it| it.is(&nouns))
}

/// Puts what bounds a number to it: "at least", `~`, `+`, "or fewer".
fn bounds<'t>(all: &[TextToken<'t>]) -> Vec<TextToken<'t>> {
    let mut res: Vec<TextToken<'_>> = Vec::with_capacity(all.len());
    let mut skipped = 0;
    for (index, mut token) in all.iter().cloned().enumerate() {
        if skipped > 0 {
            skipped -= 1;
            continue;
        }
        let is_glued = res.last().is_some_and(|it| it.at.end == token.at.start);
        if is_glued
            && token.is_mark(&['+'])
            && let Some(TextToken { kind: TokenKind::Number(number), at, .. }) = res.last_mut()
        {
            (number.bound, at.end) = (Exactness::AtLeast, token.at.end);
            continue;
        }
        if let TokenKind::Number(number) = &mut token.kind {
            if let Some((bound, used)) = bound_before(&res) {
                let from = res.len() - used;
                (number.bound, token.at.start) = (bound, res[from].at.start);
                res.truncate(from);
            } else if number.form != NumberNotation::Words
                && let Some((bound, used)) = bound_behind(&all[index + 1..])
            {
                (number.bound, token.at.end) = (bound, all[index + used].at.end);
                skipped = used;
            }
        }
        res.push(token);
    }
    res
}

/// What bounds a number from behind, in so many words.
fn bound_behind(behind: &[TextToken<'_>]) -> Option<(Exactness, usize)> {
    const ALL: [(&str, &str, Exactness); 5] = [
        ("or", "fewer", Exactness::AtMost),
        ("or", "less", Exactness::AtMost),
        ("at", "most", Exactness::AtMost),
        ("or", "more", Exactness::AtLeast),
        ("at", "least", Exactness::AtLeast),
    ];
    let [first, second, ..] = behind else { return None };
    ALL.iter().find(|it| first.is(&[it.0]) && second.is(&[it.1])).map(|it| (it.2, 2))
}

fn bound_before(before: &[TextToken<'_>]) -> Option<(Exactness, usize)> {
    let back = |at: usize| before.len().checked_sub(at).map(|it| &before[it]);
    let last = back(1)?;
    let pairs = |words: &[&str]| back(2).is_some_and(|it| it.is(words));
    let is_no = || {
        back(3).is_some_and(|it| {
            it.is(&["not"]) || it.number().is_some_and(|it| it.is_zero() && it.form == NumberNotation::Words)
        })
    };
    Some(match &last.kind {
        TokenKind::Mark('~' | '≈' | '∼') => (Exactness::About, 1),
        TokenKind::Word if last.is(&["than"]) && pairs(&["more", "greater", "higher"]) => {
            if is_no() {
                (Exactness::AtMost, 3)
            } else {
                (Exactness::Over, 2)
            }
        }
        TokenKind::Word if last.is(&["than"]) && pairs(&["fewer", "less", "lower"]) => {
            if is_no() {
                (Exactness::AtLeast, 3)
            } else {
                (Exactness::Under, 2)
            }
        }
        TokenKind::Word if last.is(&["least"]) && pairs(&["at"]) => (Exactness::AtLeast, 2),
        TokenKind::Word if last.is(&["most"]) && pairs(&["at"]) => (Exactness::AtMost, 2),
        TokenKind::Word if last.is(&["to"]) && pairs(&["up"]) => (Exactness::AtMost, 2),
        TokenKind::Word if last.is(&["over", "above", "exceeding", "beyond"]) => (Exactness::Over, 1),
        TokenKind::Word if last.is(&["under", "below"]) => (Exactness::Under, 1),
        TokenKind::Word if last.is(&["minimum"]) => (Exactness::AtLeast, 1),
        TokenKind::Word if last.is(&["maximum"]) => (Exactness::AtMost, 1),
        TokenKind::Word
            if last.is(&[
                "about",
                "around",
                "roughly",
                "approximately",
                "approx",
                "circa",
                "ca",
                "some",
                "nearly",
                "almost",
            ]) =>
        {
            (Exactness::About, 1)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    fn shown(text: &str) -> String {
        let one = |it: TextToken<'_>| match it.kind {
            TokenKind::Word => it.word.to_string(),
            TokenKind::Number(number) => format!("{:?}{:?}", number.bound, number.said),
            TokenKind::Mark(mark) => mark.to_string(),
            TokenKind::End => "END".into(),
        };
        tokens(text).into_iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_text_is_words_numbers_and_marks() {
        for (text, wanted) in [
            ("`intrinsic_partial = 872`, now.", "intrinsic-partial = ExactWhole(872) , now END"),
            ("at least `540` `.py` names", "AtLeastWhole(540) .py names"),
            ("no more than five, ~60 and 280+ of", "AtMostWhole(5) , AboutWhole(60) and AtLeastWhole(280) of"),
            ("eight hundred and seventy-two are", "ExactWhole(872) are"),
            ("~~870~~ 866, e.g. 3.13.5-slim", "ExactWhole(866) , e.g . 3.13.5-slim"),
            ("#870 in v3 (`a.b/c`)", "# 870 in v3 ( a.b / c )"),
            ("a -> b == 3", "a → b ≡ ExactWhole(3)"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }
}
