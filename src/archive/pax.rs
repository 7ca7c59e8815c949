//! What a pax header may say (POSIX.1-2001): a path, and what changes neither a name nor a byte. Keys that a reader could
//! act on, such as `size`, `linkpath` and those of sparse files, are refused, and so are all that are not known.

use super::Refusal;

/// Of the next entry: its path, if it says one.
pub(super) fn next(block: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
    let mut seen: Vec<&str> = Vec::new();
    let mut path = None;
    for (key, value) in records(block)? {
        let is_fine = match key {
            "path" => !value.is_empty() && !value.contains(['\n', '\0']),
            "mtime" | "atime" | "ctime" => is_time(value),
            "uid" | "gid" => is_number(value),
            "uname" | "gname" | "comment" => !value.contains(char::is_control),
            _ => return Err(odd(block, &format!("with the key `{}`, which no release has", key.escape_debug()))),
        };
        if !is_fine {
            return Err(odd(block, &format!("with a `{key}` that is none")));
        }
        if seen.contains(&key) {
            return Err(odd(block, &format!("of more than one `{key}`")));
        }
        seen.push(key);
        if key == "path" {
            path = Some(value.as_bytes().to_vec());
        }
    }
    if seen.is_empty() { Err(odd(block, "without a record")) } else { Ok(path) }
}

/// Of all entries: nothing but what `git archive` writes, the id of the commit.
pub(super) fn global(block: &[u8]) -> Result<(), Refusal> {
    match records(block)?.as_slice() {
        [("comment", id)] if matches!(id.len(), 40 | 64) && id.bytes().all(|it| it.is_ascii_hexdigit()) => Ok(()),
        _ => Err(odd(block, "for all entries that says more than the id of a commit")),
    }
}

/// Each record is `LENGTH key=value\n`, the length counting itself.
fn records(block: &[u8]) -> Result<Vec<(&str, &str)>, Refusal> {
    let mut rest = std::str::from_utf8(block).map_err(|_| odd(block, "that is not UTF-8"))?;
    let mut res = Vec::new();
    while !rest.is_empty() {
        let (length, _) = rest.split_once(' ').ok_or_else(|| odd(block, "without a length"))?;
        let is_short = length.len() <= 5 && !length.starts_with('0') && is_number(length);
        let wrong = || odd(block, "with a record of a wrong length");
        let end: usize = length.parse().ok().filter(|_| is_short).ok_or_else(wrong)?;
        let record = rest.get(length.len() + 1..end).and_then(|it| it.strip_suffix('\n')).ok_or_else(wrong)?;
        res.push(record.split_once('=').ok_or_else(|| odd(block, "with a record that has no value"))?);
        rest = &rest[end..];
    }
    Ok(res)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// Seconds since 1970, perhaps before that and with a fraction.
fn is_time(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    is_number(whole) && is_number(fraction)
}

fn odd(block: &[u8], what: &str) -> Refusal {
    Refusal::entry(block, format!("has a pax header {what}"))
}
