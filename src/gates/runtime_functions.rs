//! The functions that the runtime's Rust sources define, as far as intrinsics are concerned.

use std::{collections::HashSet, ops::Range};

use rayon::prelude::*;

use crate::base::{FileError, Files, RelPath};

/// The names behind `fn ` that begin with `molt_`, in every source below `folder`; none where there is no source at all.
pub(super) fn functions(files: &dyn Files, folder: &RelPath) -> Result<Option<HashSet<String>>, FileError> {
    // editors keep their locks as links to nothing beside what is edited
    let is_source = |it: &RelPath| !it.file_name().starts_with(".#");
    let sources: Vec<RelPath> = files.list(folder, ".rs")?.into_iter().filter(is_source).collect();
    if sources.is_empty() {
        return Ok(None);
    }
    let of_file = |path: &RelPath| Ok(files.read(path)?.map(|bytes| of_text(&bytes)).unwrap_or_default());
    let found: Vec<Vec<String>> = sources.par_iter().map(of_file).collect::<Result<_, FileError>>()?;
    Ok(Some(found.into_iter().flatten().collect()))
}

/// The names behind `fn ` that begin with `molt_`, in one source; not those in comments, and not those of items that are compiled nowhere.
pub fn of_text(bytes: &[u8]) -> Vec<String> {
    let is_word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    // hardly any source has a comment that goes over lines, for which all of it is gone through
    let comments = if memchr::memmem::find(bytes, b"/*").is_some() { comments(bytes) } else { Vec::new() };
    let in_comment = |at: usize| {
        let before = comments.partition_point(|it| it.start <= at);
        before.checked_sub(1).is_some_and(|it| comments[it].contains(&at))
    };
    let at = memchr::memmem::find_iter(bytes, b"molt_");
    let names = at.filter_map(|at| {
        let before = bytes[..at].trim_ascii_end();
        let is_function = before.len() < at && before.ends_with(b"fn");
        let is_keyword = is_function && before.len().checked_sub(3).is_none_or(|at| !is_word(before[at]));
        let is_there = || !is_never(before) && !is_in_line_comment(before) && !in_comment(at);
        (is_keyword && is_there()).then(|| {
            let end = at + bytes[at..].iter().take_while(|it| is_word(**it)).count();
            String::from_utf8_lossy(&bytes[at..end]).into_owned()
        })
    });
    names.collect()
}

/// Whether the line that a text ends in has become a comment, as far as its last bytes say.
fn is_in_line_comment(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(ATTRIBUTES)..];
    let line = &near[memchr::memrchr(b'\n', near).map_or(0, |at| at + 1)..];
    let mark = memchr::memmem::find(line, b"//");
    mark.is_some_and(|at| memchr::memchr_iter(b'"', &line[..at]).count().is_multiple_of(2))
}

/// How far before a function its attributes and comments are looked for, in bytes.
const ATTRIBUTES: usize = 400;
/// Attributes by which an item is compiled nowhere.
const NEVER: [&[u8]; 3] = [b"#[cfg(any())]", b"#[cfg(false)]", b"#[cfg(not(all()))]"];

/// Whether an attribute before the item that a text ends in has it compiled nowhere.
fn is_never(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(ATTRIBUTES)..];
    let start = near.iter().rposition(|it| matches!(it, b';' | b'}' | b'{')).map_or(0, |at| at + 1);
    let mut lines = near[start..].split(|it| *it == b'\n').map(<[u8]>::trim_ascii);
    lines.any(|line| NEVER.iter().any(|it| line.starts_with(it)))
}

/// The comments, in order: up to the end of a line, and between `/*` and `*/` where that begins a line. In a text there may be such marks too.
fn comments(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut res = Vec::new();
    let (mut from, mut begins, mut is_text) = (0, true, false);
    while let Some(at) = memchr::memchr3(b'/', b'\n', b'"', &bytes[from..]).map(|it| from + it) {
        begins &= bytes[from..at].trim_ascii().is_empty();
        let end = match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'/')) if !is_text => {
                Some(memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |it| at + it))
            }
            (b'/', Some(b'*')) if begins => memchr::memmem::find(&bytes[at + 2..], b"*/").map(|it| at + it + 4),
            (byte, _) => {
                is_text = byte != b'\n' && (is_text != (byte == b'"'));
                begins = byte == b'\n';
                None
            }
        };
        from = end.unwrap_or(at + 1);
        res.extend(end.map(|end| at..end));
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_told_from_calls() {
        let text = "pub extern \"C\" fn molt_a() {}\nmolt_b();\nunsafe fn\n  molt_c<T>()\nxfn molt_d()\n// fn molt_e\nfn xmolt_f()\n  /* x\nfn molt_i() {} */ fn molt_j() {}\nlet x = \"/*\"; fn molt_k() {}\n#[cfg(any())]\npub fn molt_l() {}\n#[cfg(unix)]\npub fn molt_m() {}\n#[doc = \"https://a\"] pub fn molt_n() {}\n/// Not behind #[cfg(any())]\npub fn molt_o() {}\n/* pub fn molt_p() {}";
        assert_eq!(
            of_text(text.as_bytes()),
            ["molt_a", "molt_c", "molt_j", "molt_k", "molt_m", "molt_n", "molt_o", "molt_p"]
        );
        assert_eq!(of_text(b"fn molt_"), ["molt_"]);
        assert_eq!(of_text(b"fnmolt_g() fn\tmolt_h()"), ["molt_h"]);
    }

    #[test]
    fn what_looks_like_comments_is_passed_over_in_time() {
        for text in [
            "x/*".repeat(600_000),
            "fn molt_a(){} ".repeat(150_000),
            "/**/\n".repeat(200_000) + &"fn molt_a() {}\n".repeat(60_000),
        ] {
            let work = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime).tv_sec;
            let start = work();
            of_text(text.as_bytes());
            assert!(work() - start < 5, "{}", &text[..20]);
        }
    }
}
