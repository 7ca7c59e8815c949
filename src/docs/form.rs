//! How a value is written in prose, and how another value is written in the same form: `5,845`, `twelve`, `280+`, `~60`,
//! `3.12/3.13/3.14`, "`a`, `b` and `c`". Only what has to change is changed.

use super::{
    fact::Value,
    text::{
        number::{Exactness, Quantity, SMALL, TENS},
        series::{self, series_of},
        token::number_in,
        write_series,
    },
};

const DIGITS: &str = "`?(?:[~≈] ?)?(?:[0-9]{1,3}(?:[,_][0-9]{3})+|[0-9]+)\\+?`?";

/// A regular expression for a value of this kind in text whose blanks are single. Numbers in words take most of the time
/// that an expression needs, so that they are looked for only where `in_words` says so.
pub(super) fn pattern(value: &Value, in_words: bool) -> String {
    const ITEM: &str = "(?:`[0-9A-Za-z_.+-]+`(?: \\([^()]*\\))?|[0-9]+\\.[0-9]+)";
    match value {
        Value::Int(_) if in_words => format!("{DIGITS}|(?-u:\\b)(?i-u:{}|{})(?-u:\\b)", SMALL.join("|"), TENS[0]),
        Value::Int(_) => DIGITS.to_owned(),
        Value::Text(_) => "`[^`]+`|[0-9A-Za-z_-]+(?:\\.[0-9A-Za-z_-]+)*".to_owned(),
        Value::List(list) if series_of(list).is_some() => series::HOLE.to_owned(),
        Value::List(_) => format!("{ITEM}(?:(?:, (?:and |or )?|/| and | or ){ITEM})*"),
    }
}

/// What `text` says: the value that it was written for is of the same kind as `like`.
pub(super) fn read(text: &str, like: &Value) -> Option<Value> {
    match like {
        Value::Int(_) => match number_in(text)?.said {
            Quantity::Whole(it) => Some(Value::Int(it)),
            _ => None,
        },
        Value::Text(_) => Some(Value::Text(text.trim_matches('`').to_owned())),
        Value::List(_) => Some(Value::List(items(text).into_iter().map(str::to_owned).collect())),
    }
}

/// Whether `text` states `value`; a bound (`280+`) and an estimate (`~60`, a tenth off) do so when they hold.
pub(super) fn states(text: &str, value: &Value) -> bool {
    if let Value::List(list) = value
        && let Some(series) = series_of(list)
    {
        let all = series::mentions(text);
        return matches!(&all[..], [one] if one.set.is(&series));
    }
    match value {
        Value::Int(value) => number_in(text).is_some_and(|it| it.holds(*value)),
        Value::List(value) => {
            let mut said = items(text);
            // few words are held against a long list without looking at it
            said.len() == value.len() && {
                let mut value: Vec<&str> = value.iter().map(String::as_str).collect();
                said.sort_unstable();
                value.sort_unstable();
                said == value
            }
        }
        Value::Text(_) => read(text, value).as_ref() == Some(value),
    }
}

/// `value` in the form of `text`; none where that form cannot say it.
pub(super) fn write(text: &str, value: &Value) -> Option<String> {
    match value {
        Value::Int(value) => int(text, *value),
        Value::Text(value) => Some(if text.starts_with('`') { format!("`{value}`") } else { value.clone() }),
        Value::List(value) => match series_of(value) {
            Some(series) => write_series::write(text, &series),
            None => list(text, value),
        },
    }
}

fn int(text: &str, value: i64) -> Option<String> {
    let mut number = number_in(text)?;
    // a bound that is a mark alone keeps it
    if number.bound == Exactness::AtLeast && text.trim_end_matches('`').ends_with('+') {
        number.bound = Exactness::Exact;
    }
    let new = number.write(&text[number.at.clone()], value)?;
    Some(format!("{}{new}{}", &text[..number.at.start], &text[number.at.end..]))
}

/// A list keeps its separators; one with a remark in it is a person's.
fn list(text: &str, value: &[String]) -> Option<String> {
    if text.contains('(') || value.is_empty() {
        return None;
    }
    let tick = if text.contains('`') { "`" } else { "" };
    let quoted: Vec<String> = value.iter().map(|it| format!("{tick}{it}{tick}")).collect();
    let old = items(text).len();
    if text.contains('/') && !text.contains(", ") {
        return Some(quoted.join("/"));
    }
    let (last, rest) = quoted.split_last()?;
    let word = [" and ", " or "].into_iter().find(|it| text.contains(it));
    Some(match (word, rest.len()) {
        (_, 0) => last.clone(),
        (Some(word), 1) => format!("{}{word}{last}", rest[0]),
        (Some(word), _) => {
            let comma = if old < 3 || text.contains(&format!(",{word}")) { "," } else { "" };
            format!("{}{comma}{word}{last}", rest.join(", "))
        }
        // one version says nothing of how two are parted
        (None, _) if tick.is_empty() && !text.contains(", ") => quoted.join("/"),
        (None, _) => quoted.join(", "),
    })
}

/// The names or versions of a list, without their remarks.
fn items(text: &str) -> Vec<&str> {
    if text.contains('`') {
        let mut depth = 0_usize;
        let mut res = Vec::new();
        let mut open = None;
        for (at, it) in text.char_indices() {
            match it {
                '(' if open.is_none() => depth += 1,
                ')' if open.is_none() => depth = depth.saturating_sub(1),
                '`' => match open.take() {
                    Some(start) if depth == 0 => res.push(&text[start..at]),
                    Some(_) => {}
                    None => open = Some(at + 1),
                },
                _ => {}
            }
        }
        return res;
    }
    let is_version = |it: &&str| it.starts_with(|it: char| it.is_ascii_digit());
    text.split([',', '/', ' ']).filter(is_version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_form() {
        for (text, new) in [
            ("845", "1846"),
            ("`845`", "`1846`"),
            ("5,845", "1,846"),
            ("5_845", "1_846"),
            ("280+", "1846+"),
            ("~60", "~1846"),
        ] {
            assert_eq!(write(text, &Value::Int(1846)).as_deref(), Some(new));
        }
        assert_eq!(write("Twelve", &Value::Int(3)).as_deref(), Some("Three"));
        assert_eq!(write("twelve", &Value::Int(30)).as_deref(), Some("thirty"));
    }

    #[test]
    fn a_bound_and_an_estimate_hold_or_do_not() {
        for (text, value, holds) in [
            ("280+", 281, true),
            ("280+", 279, false),
            ("~60", 57, true),
            ("~60", 50, false),
            ("1,000", 1000, true),
            ("`7`", 7, true),
            ("seven", 7, true),
            ("7", 8, false),
        ] {
            assert_eq!(states(text, &Value::Int(value)), holds, "{text} {value}");
        }
    }

    #[test]
    fn a_list_is_a_set_and_keeps_its_separators() {
        let list = |it: &[&str]| Value::List(it.iter().map(|it| (*it).to_owned()).collect());
        assert!(states("3.13/3.12", &list(&["3.12", "3.13"])));
        assert!(states("`a` (a remark, `x`) and `b`", &list(&["b", "a"])));
        for (text, new) in [
            ("3.12/3.13", "a/b/c"),
            ("3.12, 3.13, and 3.14", "a, b, and c"),
            ("3.12, 3.13 and 3.14", "a, b and c"),
            ("`x`, `y`", "`a`, `b`, `c`"),
            ("`x` and `y`", "`a`, `b`, and `c`"),
        ] {
            assert_eq!(write(text, &list(&["a", "b", "c"])).as_deref(), Some(new), "{text}");
        }
        assert_eq!(write("`x` (mine) and `y`", &list(&["a"])), None);
    }
}
