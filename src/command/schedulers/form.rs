//! A file with places that are filled in: written, and read back to see whether it still is what was written.

use std::collections::BTreeMap;

/// A text with places such as `%INSTALL%`.
pub(super) struct SchedulerTemplate(pub(super) &'static str);

/// What stands at each place.
pub(super) type Values = BTreeMap<&'static str, String>;

impl SchedulerTemplate {
    /// The text before each place, and the place; the last has none.
    fn parts(&self) -> Vec<(&'static str, Option<&'static str>)> {
        let mut res = Vec::new();
        let (mut rest, mut from) = (self.0, 0);
        while let Some(start) = rest[from..].find('%').map(|it| it + from) {
            let name = rest[start + 1..].split('%').next().unwrap_or_default();
            let is_place = name.len() > 1 && name.bytes().all(|it| it.is_ascii_uppercase());
            if is_place && rest[start + 1 + name.len()..].starts_with('%') {
                res.push((&rest[..start], Some(name)));
                rest = &rest[start + name.len() + 2..];
                from = 0;
            } else {
                from = start + 1;
            }
        }
        res.push((rest, None));
        res
    }

    /// The text with every place filled in.
    pub(super) fn fill(&self, values: &Values) -> String {
        let value = |name: Option<&str>| name.and_then(|it| values.get(it)).map_or("", String::as_str);
        self.parts().into_iter().flat_map(|(text, name)| [text, value(name)]).collect()
    }

    /// What stands at each place of a text that is this form, filled in; none where it is anything else.
    pub(super) fn read(&self, text: &str) -> Option<Values> {
        let mut values = Values::new();
        let parts = self.parts();
        let mut rest = text.strip_prefix(parts.first()?.0)?;
        for window in parts.windows(2) {
            let [(_, Some(name)), (next, after)] = window else { return None };
            // a place is on one line
            let line = rest.find('\n').unwrap_or(rest.len());
            let end = if after.is_none() && !next.contains('\n') {
                rest.len().checked_sub(next.len())?
            } else {
                let first = next.split_inclusive('\n').next().unwrap_or_default();
                rest[..(line + 1).min(rest.len())].rfind(first)?
            };
            let value = &rest[..end];
            rest = rest[end..].strip_prefix(next)?;
            if values.insert(name, value.to_owned()).is_some_and(|it| it != value) || value.contains('\n') {
                return None;
            }
        }
        rest.is_empty().then_some(values)
    }
}

/// A text as one YAML scalar, in ASCII: what is a line break to whom differs between readers.
pub(super) fn scalar(text: &str) -> String {
    let one = |it: char| match it {
        '"' | '\\' => format!("\\{it}"),
        ' '..='~' => it.to_string(),
        _ if u32::from(it) < 0x1_0000 => format!("\\u{:04x}", u32::from(it)),
        _ => format!("\\U{:08x}", u32::from(it)),
    };
    format!("\"{}\"", text.chars().map(one).collect::<String>())
}

/// The text of a scalar as [`scalar`] writes it.
pub(super) fn of_scalar(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('"')?.strip_suffix('"')?.chars();
    let mut res = String::new();
    while let Some(it) = rest.next() {
        res.push(match it {
            '\\' => match rest.next()? {
                kind @ ('u' | 'U') => {
                    let digits: String = rest.by_ref().take(if kind == 'u' { 4 } else { 8 }).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                other => other,
            },
            other => other,
        });
    }
    Some(res)
}

/// A text as one word of bash, in ASCII. Nothing in it is an expression of the runner, which it would replace before bash reads the word.
pub(super) fn word(text: &str) -> String {
    let one = |it: u8| match it {
        b'\'' | b'\\' => format!("\\{}", char::from(it)),
        b' '..=b'~' => char::from(it).to_string(),
        _ => format!("\\x{it:02x}"),
    };
    format!("$'{}'", text.bytes().map(one).collect::<String>().replace("{{", r"{\x7b"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORM: SchedulerTemplate = SchedulerTemplate("a: %ONE%\nb %TWO% c 5% %x%\nagain %ONE%");

    #[test]
    fn a_form_that_was_changed_is_no_longer_one() {
        let values = Values::from([("ONE", "x %TWO% y".into()), ("TWO", "$'\\'".into())]);
        let text = FORM.fill(&values);
        assert_eq!(text, "a: x %TWO% y\nb $'\\' c 5% %x%\nagain x %TWO% y");
        assert_eq!(FORM.read(&text), Some(values));
        for changed in
            [text.replace("again", "Again"), format!("{text}!"), text.replacen("x %T", "z %T", 1), format!("#{text}")]
        {
            assert_eq!(FORM.read(&changed), None, "{changed}");
        }
    }

    #[test]
    fn a_word_is_no_expression_of_the_runner() {
        for text in ["a ${{ matrix.series }}'\\", "{{{", "{ {{ }} }", "plain"] {
            let word = word(text);
            assert!(!word.contains("{{"), "{word}");
            let inside = word.strip_prefix("$'").and_then(|it| it.strip_suffix('\'')).unwrap();
            let read = inside.replace("\\x7b", "{").replace("\\'", "'").replace("\\\\", "\\");
            assert_eq!(read, text);
        }
    }

    proptest! {
        #[test]
        fn scalars_are_ascii_and_read_back(text in "\\PC{0,20}|[\\x00-\\x7f\u{85}\u{2028}\u{1f600}]{0,9}") {
            let scalar = scalar(&text);
            prop_assert!(scalar.bytes().all(|it| (b' '..=b'~').contains(&it)));
            prop_assert_eq!(of_scalar(&scalar), Some(text));
        }

        #[test]
        fn what_is_filled_in_is_read_back(one in "[ -~]{0,12}", two in "[ -~]{0,12}") {
            let values = Values::from([("ONE", one), ("TWO", two)]);
            prop_assert_eq!(FORM.read(&FORM.fill(&values)), Some(values));
        }
    }
}
