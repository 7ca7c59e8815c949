//! What a number in a sentence says: `1,540`, `~60`, `280+`, "at least 540", `870-900`, "eight hundred and seventy-two". It is
//! read whole or not at all, and written only in a form that says the new value as plainly.

use std::ops::Range;

/// What is said of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docs) enum Quantity {
    /// One value.
    Whole(i64),
    /// One value or another: `1.540` may be a fraction.
    Either(i64, i64),
    /// No count: `870.5`, `870-900`.
    NoCount,
}

/// How exactly it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docs) enum Exactness {
    /// As it is.
    Exact,
    /// About so many: a tenth more or less.
    About,
    /// So many or more.
    AtLeast,
    /// So many or fewer.
    AtMost,
    /// More than that.
    Over,
    /// Fewer than that.
    Under,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docs) enum NumberNotation {
    /// ASCII digits, with this between groups of three.
    Digits(Option<char>),
    /// Words.
    Words,
    /// In a way in which nothing is written: signs, leading zeros, fullwidth digits, a point or blanks between groups.
    Odd,
}

/// A number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::docs) struct TextNumber {
    /// Its digits or words alone.
    pub(in crate::docs) at: Range<usize>,
    pub(in crate::docs) said: Quantity,
    pub(in crate::docs) bound: Exactness,
    pub(in crate::docs) form: NumberNotation,
}

impl TextNumber {
    /// Whether it says what is so where the value is `value`.
    pub(in crate::docs) fn holds(&self, value: i64) -> bool {
        let one = |said: i64| match self.bound {
            Exactness::Exact => said == value,
            Exactness::About => i128::from(said.abs_diff(value)) * 10 <= i128::from(value.unsigned_abs()),
            Exactness::AtLeast => value >= said,
            Exactness::AtMost => value <= said,
            Exactness::Over => value > said,
            Exactness::Under => value < said,
        };
        match self.said {
            Quantity::Whole(said) => one(said),
            Quantity::Either(first, second) => one(first) || one(second),
            Quantity::NoCount => false,
        }
    }

    /// Whether it says that there is none, in a word or as a digit.
    pub(in crate::docs) fn is_zero(&self) -> bool {
        self.said == Quantity::Whole(0) && self.bound == Exactness::Exact
    }

    /// `value` in the form of `text`, which this was read from; none where that would not be as plain.
    pub(in crate::docs) fn write(&self, text: &str, value: i64) -> Option<String> {
        // what merely bounds a value is a person's to choose
        if !matches!(self.said, Quantity::Whole(_))
            || !matches!(self.bound, Exactness::Exact | Exactness::About)
            || value < 0
        {
            return None;
        }
        match self.form {
            NumberNotation::Digits(None) => Some(value.to_string()),
            NumberNotation::Digits(Some(mark)) => Some(grouped(&value.to_string(), mark)),
            NumberNotation::Words => in_words(text, value),
            NumberNotation::Odd => None,
        }
    }
}

/// Digits in groups of three.
pub(in crate::docs) fn grouped(digits: &str, mark: char) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// A letter's or digit's neighbours in a number or an identifier.
fn joins(it: char) -> bool {
    matches!(it, '.' | ',' | '_' | '\'' | '’' | '-' | '–' | '—' | ':' | '%' | '\u{2010}' | '\u{2011}')
}

/// What a digit of any script in use says.
fn digit(it: char) -> Option<u32> {
    const ZEROS: [char; 10] = ['0', '٠', '۰', '०', '０', '𝟎', '𝟘', '𝟢', '𝟬', '𝟶'];
    if it.is_ascii() {
        return it.to_digit(10);
    }
    ZEROS.into_iter().find_map(|zero| u32::from(it).checked_sub(u32::from(zero)).filter(|it| *it < 10))
}

/// Whether it counts in a way that is not read: `³`, `½`, `①`, a digit of another script.
pub(in crate::docs) fn is_odd_digit(it: char) -> bool {
    !it.is_ascii() && it.is_numeric() && !is_digit(it)
}

/// Whether a mark between two digits parts two numbers. Of any other one a reader takes both for one number.
fn parts_numbers(it: char) -> bool {
    it.is_whitespace() && !is_thin(it)
        || matches!(
            it,
            '/' | '|'
                | '+'
                | '='
                | '~'
                | '≈'
                | '*'
                | '×'
                | '<'
                | '>'
                | '→'
                | '≤'
                | '≥'
                | '≠'
                | '≡'
                | '('
                | ')'
                | '['
                | ']'
                | ';'
                | '；'
                | ':'
                | ','
        )
}

/// Whether it is a digit.
pub(in crate::docs) fn is_digit(it: char) -> bool {
    digit(it).is_some()
}

/// Blanks that part groups of digits and nothing else.
fn is_thin(it: char) -> bool {
    matches!(it, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// What begins with a digit, or with a sign before one, at `start`: where it ends, and the number that it is; none where it
/// is a version, a day, a size or a name.
pub(in crate::docs) fn digits_at(text: &str, start: usize) -> (usize, Option<TextNumber>) {
    let rest = &text[start..];
    let sign = rest.chars().next().filter(|it| matches!(it, '-' | '−' | '+')).map_or(0, char::len_utf8);
    let mut end = sign;
    let mut all = rest[sign..].char_indices().peekable();
    let (mut before, mut is_odd) = (' ', false);
    while let Some((at, it)) = all.next() {
        let next = all.peek().map(|(_, next)| *next);
        // a mark that parts no numbers makes one of what stands on both of its sides
        let is_mark = !it.is_alphanumeric() && counts(before) && next.is_some_and(counts);
        let is_odd_mark = is_mark && !joins(it) && !parts_numbers(it) && !is_thin(it);
        let goes_on = it.is_alphanumeric()
            || is_odd_mark
            || (joins(it)
                && next.is_some_and(|next| next.is_alphanumeric() && !is_break(&rest[..sign + at], it, next)))
            || (it == '%' && at > 0);
        if !goes_on {
            break;
        }
        is_odd |= is_odd_mark || is_odd_digit(it);
        before = it;
        end = sign + at + it.len_utf8();
    }
    // groups of three that blanks part
    let mut groups = 0;
    if rest[sign..end].chars().all(is_digit) {
        let (count, is_first) = (value(&rest[sign..end]), rest[sign..end].chars().count() <= 3);
        let is_year = count.is_some_and(|it| (1900..2100).contains(&it));
        while let Some(next) = group(&rest[end..]).filter(|_| is_first || !is_year) {
            end += next;
            groups += 1;
        }
        // no group has four digits
        is_odd |= groups > 0 && !is_first;
    }
    let chunk = &rest[..end];
    let is_count = || chunk[sign..].chars().all(|it| !it.is_alphabetic() && it != '%');
    let number = match (groups, is_odd) {
        (_, true) => is_count().then_some((Quantity::NoCount, NumberNotation::Odd)),
        (0, false) => plain(chunk, sign),
        (_, false) => blanks(chunk),
    };
    let number = number.map(|(said, form)| TextNumber { at: start..start + end, said, bound: Exactness::Exact, form });
    (start + end, number)
}

/// Whether it is a digit, however it is written.
fn counts(it: char) -> bool {
    is_digit(it) || is_odd_digit(it)
}

/// A colon behind digits begins something else, and so does a comma before a letter: "backed=41,partial=836".
fn is_break(before: &str, it: char, next: char) -> bool {
    (it == ':' || (it == ',' && next.is_alphabetic())) && before.chars().all(is_digit)
}

/// A blank and three digits that no other follows.
fn group(rest: &str) -> Option<usize> {
    let blank = rest.chars().next().filter(|it| *it == ' ' || is_thin(*it))?;
    let digits = &rest[blank.len_utf8()..];
    let length = digits.char_indices().nth(3).map_or(digits.len(), |(at, _)| at);
    let three = digits.get(..length).filter(|it| it.chars().count() == 3 && it.chars().all(is_digit))?;
    let mut after = digits[length..].chars();
    let (next, then) = (after.next(), after.next());
    let goes_on = next.is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | '%'))
        || (next.is_some_and(joins) && then.is_some_and(char::is_alphanumeric));
    (!goes_on).then(|| blank.len_utf8() + three.len())
}

fn blanks(chunk: &str) -> Option<(Quantity, NumberNotation)> {
    let joined: String = chunk.chars().filter(|it| is_digit(*it)).collect();
    Some((Quantity::Whole(value(&joined)?), NumberNotation::Odd))
}

fn value(digits: &str) -> Option<i64> {
    if digits.is_empty() || digits.chars().count() > 18 {
        return None;
    }
    digits.chars().try_fold(0_i64, |sum, it| Some(sum * 10 + i64::from(digit(it)?)))
}

fn plain(chunk: &str, sign: usize) -> Option<(Quantity, NumberNotation)> {
    let bare = &chunk[sign..];
    // what is added is no count
    if chunk.starts_with('+') {
        return None;
    }
    if let Some(count) = value(bare) {
        if sign > 0 {
            return Some((Quantity::Whole(-count), NumberNotation::Odd));
        }
        let is_odd = !bare.is_ascii() || (bare.len() > 1 && bare.starts_with('0'));
        return Some((Quantity::Whole(count), if is_odd { NumberNotation::Odd } else { NumberNotation::Digits(None) }));
    }
    if sign > 0 {
        return None;
    }
    let parts: Vec<&str> = bare.split(|it: char| !is_digit(it)).collect();
    let marks: Vec<char> = bare.chars().filter(|it| !is_digit(*it)).collect();
    let (mark, first) = (*marks.first()?, *parts.first()?);
    if parts.iter().any(|it| value(it).is_none()) || marks.iter().any(|it| *it != mark) {
        return None;
    }
    let in_threes =
        (1..=3).contains(&first.len()) && !first.starts_with('0') && parts[1..].iter().all(|it| it.len() == 3);
    let joined = || value(&parts.concat());
    match mark {
        ',' | '_' | '\'' | '’' if in_threes => Some((Quantity::Whole(joined()?), NumberNotation::Digits(Some(mark)))),
        // in one language a group, in another a fraction
        '.' if in_threes => Some((Quantity::Either(joined()?, -1), NumberNotation::Odd)),
        '.' | ',' if parts.len() == 2 && value(first)? >= 10 => Some((Quantity::NoCount, NumberNotation::Odd)),
        '-' | '–' | '—' | '\u{2010}' | '\u{2011}' if parts.len() == 2 => {
            let (low, high) = (value(first)?, value(parts[1])?);
            (low < high).then_some((Quantity::NoCount, NumberNotation::Odd))
        }
        _ => None,
    }
}

/// The words of the numbers below twenty.
pub(in crate::docs) const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
/// The words of the tens from twenty on.
pub(in crate::docs) const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The words of a number from the first of `words` on: how many of them, and the value. A word with hyphens is one.
pub(in crate::docs) fn in_word(words: &[&str]) -> Option<(usize, i64)> {
    let first = words.first()?;
    if matches!(*first, "no" | "none") {
        return Some((1, 0));
    }
    if *first == "a" && words.get(1).is_some_and(|it| *it == "single") {
        return Some((2, 1));
    }
    let (mut total, mut part, mut used) = (0_i64, 0_i64, 0);
    for (at, word) in words.iter().enumerate().take(16) {
        let mut is_number = true;
        for piece in word.split('-') {
            let small = SMALL.iter().position(|it| *it == piece).and_then(|it| i64::try_from(it).ok());
            let tens = TENS.iter().position(|it| *it == piece).and_then(|it| i64::try_from(it).ok());
            match (small, tens, piece) {
                // no digit stands behind another one
                (Some(it), _, _) if part % 10 == 0 && (part % 100 == 0 || it < 10) && !(at > 0 && it == 0) => {
                    part += it;
                }
                (_, Some(it), _) if part % 100 == 0 => part += (it + 2) * 10,
                (_, _, "hundred") if (1..10).contains(&part) => part *= 100,
                (_, _, "thousand") if (1..1000).contains(&part) && total == 0 => (total, part) = (part * 1000, 0),
                (_, _, "and") if at > 0 && (part.max(total) >= 100) && !word.contains('-') => {}
                (_, _, "a") if at == 0 && words.get(1).is_some_and(|it| matches!(*it, "hundred" | "thousand")) => {
                    part = 1;
                }
                _ => is_number = false,
            }
        }
        if !is_number {
            break;
        }
        if *word != "and" {
            used = at + 1;
        }
    }
    (used > 0).then_some((used, total + part))
}

/// `value` in words, as `like` writes them.
fn in_words(like: &str, value: i64) -> Option<String> {
    let lower = like.to_lowercase();
    // one thing and several are spoken of otherwise
    if matches!(lower.as_str(), "one" | "no" | "none") || lower.contains('\n') || value == 1 {
        return None;
    }
    let value = usize::try_from(value).ok().filter(|it| *it < 1_000_000)?;
    let words: Vec<&str> = lower.split_whitespace().collect();
    let is_parted = words.windows(2).any(|it| TENS.contains(&it[0]) && SMALL.contains(&it[1]));
    let hyphen = if is_parted { " " } else { "-" };
    let has_and = lower.contains(" and ") || !lower.contains("hundred");
    let below_hundred = |it: usize| match it {
        0..20 => SMALL[it].to_owned(),
        _ if it.is_multiple_of(10) => TENS[it / 10 - 2].to_owned(),
        _ => format!("{}{hyphen}{}", TENS[it / 10 - 2], SMALL[it % 10]),
    };
    let below_thousand = |it: usize| match (it / 100, it % 100) {
        (0, rest) => below_hundred(rest),
        (hundreds, 0) => format!("{} hundred", SMALL[hundreds]),
        (hundreds, rest) => {
            format!("{} hundred {}{}", SMALL[hundreds], if has_and { "and " } else { "" }, below_hundred(rest))
        }
    };
    let mut words = match (value / 1000, value % 1000) {
        (0, rest) => below_thousand(rest),
        (thousands, 0) => format!("{} thousand", below_thousand(thousands)),
        (thousands, rest) => {
            let and = if rest < 100 && has_and { "and " } else { "" };
            format!("{} thousand {and}{}", below_thousand(thousands), below_thousand(rest))
        }
    };
    if like.starts_with(char::is_uppercase) {
        words[..1].make_ascii_uppercase();
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Quantity, NumberNotation, usize)> {
        let (end, number) = digits_at(text, 0);
        number.map(|it| (it.said, it.form, end))
    }

    #[test]
    fn only_naught_itself_is_zero() {
        let is_zero = |text: &str| digits_at(text, 0).1.is_some_and(|it| it.is_zero());
        assert!(is_zero("0"));
        for text in ["3", "10", "0.5"] {
            assert!(!is_zero(text), "{text}");
        }
    }

    #[test]
    fn a_mark_that_parts_no_numbers_makes_no_count_of_digits() {
        let said = |text: &str| digits_at(text, 0).1.map(|it| it.said);
        assert_eq!(said("8\u{b7}37"), Some(Quantity::NoCount));
        for text in ["8\u{b7}37%", "8\u{b7}37x", "8\u{b7}x"] {
            assert_ne!(said(text), Some(Quantity::NoCount), "{text}");
        }
    }

    #[test]
    fn a_number_is_read_whole() {
        let plain = NumberNotation::Digits(None);
        for (text, said, form, end) in [
            ("870", Quantity::Whole(870), plain, 3),
            ("870. Next", Quantity::Whole(870), plain, 3),
            ("870, and", Quantity::Whole(870), plain, 3),
            ("1,540", Quantity::Whole(1540), NumberNotation::Digits(Some(',')), 5),
            ("1_540", Quantity::Whole(1540), NumberNotation::Digits(Some('_')), 5),
            ("1.540", Quantity::Either(1540, -1), NumberNotation::Odd, 5),
            ("1 540", Quantity::Whole(1540), NumberNotation::Odd, 5),
            ("1\u{202f}540", Quantity::Whole(1540), NumberNotation::Odd, 7),
            ("1 5400", Quantity::Whole(1), plain, 1),
            ("870 000", Quantity::Whole(870_000), NumberNotation::Odd, 7),
            ("0540", Quantity::Whole(540), NumberNotation::Odd, 4),
            ("-540", Quantity::Whole(-540), NumberNotation::Odd, 4),
            ("５４１", Quantity::Whole(541), NumberNotation::Odd, 9),
            ("٥٤١", Quantity::Whole(541), NumberNotation::Odd, 6),
            ("870-900", Quantity::NoCount, NumberNotation::Odd, 7),
            ("870.5", Quantity::NoCount, NumberNotation::Odd, 5),
            ("870,5", Quantity::NoCount, NumberNotation::Odd, 5),
            ("870:", Quantity::Whole(870), plain, 3),
            ("𝟖𝟔𝟔", Quantity::Whole(866), NumberNotation::Odd, 12),
            ("866\u{2009}866", Quantity::Whole(866_866), NumberNotation::Odd, 9),
            // what a reader takes for one number is one, and none that can be read
            ("3866 866 x", Quantity::NoCount, NumberNotation::Odd, 8),
            ("³866", Quantity::NoCount, NumberNotation::Odd, 5),
            ("3\\866", Quantity::NoCount, NumberNotation::Odd, 5),
            ("3٬866", Quantity::NoCount, NumberNotation::Odd, 6),
            ("3·866", Quantity::NoCount, NumberNotation::Odd, 6),
            ("3`866", Quantity::NoCount, NumberNotation::Odd, 5),
            ("866^2", Quantity::NoCount, NumberNotation::Odd, 5),
            ("८६६", Quantity::Whole(866), NumberNotation::Odd, 9),
            ("೮೬೬", Quantity::NoCount, NumberNotation::Odd, 9),
            ("2026 866", Quantity::Whole(2026), plain, 4),
            ("41/837", Quantity::Whole(41), plain, 2),
            ("41+837", Quantity::Whole(41), plain, 2),
        ] {
            assert_eq!(read(text), Some((said, form, end)), "{text}");
        }
        for text in ["3.13.5-slim", "2026-02-12", "16GB", "3.12", "87%", "+5", "0016_STDLIB", "12x", "900-870"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn words_are_numbers_too() {
        for (text, used, value) in [
            ("zero", 1, 0),
            ("no", 1, 0),
            ("twelve", 1, 12),
            ("seventy-two", 1, 72),
            ("one hundred and two", 4, 102),
            ("eight hundred seventy-two", 3, 872),
            ("eight hundred and seventy two modules", 5, 872),
            ("one thousand five hundred and forty", 6, 1540),
            ("a hundred", 2, 100),
            ("nine hundred and counting", 2, 900),
            ("two three", 1, 2),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(in_word(&words), Some((used, value)), "{text}");
        }
        assert_eq!(in_word(&["hundred"]), None);
        assert_eq!(in_word(&["a", "module"]), None);
    }

    #[test]
    fn a_number_is_written_in_its_own_form_or_not_at_all() {
        let write = |text: &str, value: i64| digits_at(text, 0).1.and_then(|it| it.write(text, value));
        assert_eq!(write("845", 1846).as_deref(), Some("1846"));
        assert_eq!(write("5,845", 1846).as_deref(), Some("1,846"));
        for text in ["870.5", "870-900", "870 000", "1.540", "-540", "0540", "５４１"] {
            assert_eq!(write(text, 866), None, "{text}");
        }
        let words = |text: &str, value: i64| {
            let number =
                TextNumber { at: 0..1, said: Quantity::Whole(1), bound: Exactness::Exact, form: NumberNotation::Words };
            number.write(text, value)
        };
        assert_eq!(words("Twelve", 3).as_deref(), Some("Three"));
        assert_eq!(words("twelve", 30).as_deref(), Some("thirty"));
        assert_eq!(words("one hundred and two", 873).as_deref(), Some("eight hundred and seventy-three"));
        assert_eq!(words("eight hundred seventy-two", 540).as_deref(), Some("five hundred forty"));
        assert_eq!(words("eight hundred seventy-two", 1005).as_deref(), Some("one thousand five"));
        assert_eq!(words("one", 3), None);
        assert_eq!(words("no", 3), None);
    }

    #[test]
    fn a_bound_holds_or_does_not() {
        for (said, bound, value, holds) in [
            (280, Exactness::AtLeast, 281, true),
            (280, Exactness::AtLeast, 279, false),
            (60, Exactness::About, 57, true),
            (60, Exactness::About, 50, false),
            (600, Exactness::Over, 600, false),
            (600, Exactness::Under, 599, true),
            (5, Exactness::AtMost, 5, true),
        ] {
            let number =
                TextNumber { at: 0..1, said: Quantity::Whole(said), bound, form: NumberNotation::Digits(None) };
            assert_eq!(number.holds(value), holds, "{said} {bound:?} {value}");
        }
    }
}
