//! Extended regular expressions (POSIX), as a shell has them: of texts, and of patterns of the `globset` crate.

/// The expression of a text.
pub(super) fn literal(text: &str) -> String {
    let escape = |it: char| if "\\.^$*+?()[]{}|".contains(it) { format!("\\{it}") } else { it.to_string() };
    text.chars().map(escape).collect()
}

/// The expression of a pattern as its crate gives it, in bytes, with no part of a path that is empty.
pub(super) fn translated(bytes: &str) -> Option<String> {
    let mut rest = bytes.strip_prefix("(?-u)")?.strip_prefix('^')?.strip_suffix('$')?;
    let deep = [
        ("(?:/?|.*/)", "([^/]+/)*"),
        ("(?:/|/.*/)", "/([^/]+/)*"),
        ("/.*", "/([^/]+/)*[^/]+"),
        (".*", "([^/]+/)*[^/]+"),
        ("[^/]*", "[^/]*"),
        ("[^/]", "[^/]"),
        ("(?:", "("),
    ];
    let mut res: Vec<u8> = Vec::new();
    while let Some(first) = rest.chars().next() {
        if let Some((from, to)) = deep.iter().find(|(from, _)| rest.starts_with(from)) {
            res.extend(to.bytes());
            rest = &rest[from.len()..];
        } else if first == '[' {
            let (one, after) = class(rest)?;
            res.extend(one.bytes());
            rest = after;
        } else if matches!(first, '(' | ')' | '|') {
            res.push(u8::try_from(first).ok()?);
            rest = &rest[1..];
        } else {
            let (byte, after) = byte(rest)?;
            // a byte of a longer character stands for itself
            res.extend(if byte.is_ascii() { literal(&char::from(byte).to_string()).into_bytes() } else { vec![byte] });
            rest = after;
        }
    }
    String::from_utf8(res).ok()
}

/// One byte of an expression, escaped or not.
fn byte(text: &str) -> Option<(u8, &str)> {
    let Some(escaped) = text.strip_prefix('\\') else {
        let byte = *text.as_bytes().first()?;
        return Some((byte, text.get(1..)?));
    };
    match escaped.strip_prefix('x') {
        Some(hex) => Some((u8::from_str_radix(hex.get(..2)?, 16).ok()?, hex.get(2..)?)),
        None => Some((*escaped.as_bytes().first()?, escaped.get(1..)?)),
    }
}

/// One of several characters: as alternatives, because a bracket has rules of its own for what stands where.
fn class(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('[')?;
    let is_negated = rest.starts_with('^');
    rest = rest.strip_prefix('^').unwrap_or(rest);
    let mut is_in = [false; 256];
    while !rest.starts_with(']') {
        let (from, after) = byte(rest)?;
        let (to, after) = after.strip_prefix('-').map_or(Some((from, after)), byte)?;
        is_in[usize::from(from)..=usize::from(to)].fill(true);
        rest = after;
    }
    let printable = (b' '..=b'~').filter(|it| *it != b'/' && is_in[usize::from(*it)] != is_negated);
    let mut all: Vec<String> = printable.map(|it| literal(&char::from(it).to_string())).collect();
    if is_negated {
        all.push("[^ -~]".to_owned());
    }
    // of characters of several bytes it has one byte each, and stands for none of them
    (!all.is_empty()).then(|| (format!("({})", all.join("|")), &rest[1..]))
}
