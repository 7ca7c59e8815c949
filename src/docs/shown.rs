//! What of a document is shown to who reads it: not its settings, and no character that nothing is drawn for.

/// Where the settings end that a document begins with, `key: value` between two lines of hyphens: no page shows them.
pub(super) fn front_matter(source: &str) -> usize {
    let mut at = 0;
    let mut has_key = false;
    for (number, line) in source.split_inclusive('\n').enumerate() {
        at += line.len();
        let text = line.trim_end();
        if number == 0 {
            if text.trim_start_matches('\u{feff}') != "---" {
                return 0;
            }
            continue;
        }
        if matches!(text, "---" | "...") {
            return if has_key { at } else { 0 };
        }
        let key = text.split_once(':').map_or("", |(key, _)| key);
        let is_key = !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-.\"'".contains(&it));
        has_key |= is_key;
        let goes_on = has_key && (text.is_empty() || text.starts_with([' ', '\t', '-', ']', '}']));
        if !is_key && !goes_on && !text.starts_with('#') {
            return 0;
        }
    }
    0
}

/// Whether nothing is drawn for a character, so that what stands around it reads on.
#[inline]
pub(super) fn is_invisible(it: char) -> bool {
    it >= '\u{ad}' && is_drawn_by_nothing(it)
}

fn is_drawn_by_nothing(it: char) -> bool {
    matches!(
        it,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a text has blanks that are not single, or before its words.
pub(super) fn has_blanks(text: &str) -> bool {
    let bytes = text.as_bytes();
    let next = bytes.get(1..).unwrap_or_default();
    let is_odd = |(a, b): (&u8, &u8)| *b < b' ' || (*a == b' ' && *b == b' ');
    // whole texts at once are faster than up to the first one: hardly any has one
    bytes.first().is_some_and(|it| *it <= b' ') || bytes.iter().zip(next).filter(|it| is_odd(*it)).count() > 0
}

/// Whether a text has blanks of more than a byte.
pub(super) fn has_wide_blanks(text: &str) -> bool {
    !text.is_ascii() && text.contains(|it: char| !it.is_ascii() && it.is_whitespace())
}
