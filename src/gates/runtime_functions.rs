//! The functions that the runtime's Rust sources define, as far as intrinsics are concerned.

use std::collections::HashSet;

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
    let comments = block_comments(bytes);
    let at = memchr::memmem::find_iter(bytes, b"molt_");
    let names = at.filter_map(|at| {
        let before = bytes[..at].trim_ascii_end();
        let is_function = before.len() < at && before.ends_with(b"fn");
        let is_keyword = is_function && before.len().checked_sub(3).is_none_or(|at| !is_word(before[at]));
        let is_there = || !is_line_comment(before) && !is_never(before) && !comments.iter().any(|it| it.contains(&at));
        (is_keyword && is_there()).then(|| {
            let end = at + bytes[at..].iter().take_while(|it| is_word(**it)).count();
            String::from_utf8_lossy(&bytes[at..end]).into_owned()
        })
    });
    names.collect()
}

/// Whether the line that a text ends in has become a comment.
fn is_line_comment(before: &[u8]) -> bool {
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    memchr::memmem::find(&before[start..], b"//").is_some()
}

/// How far before a function its attributes are looked for, in bytes.
const ATTRIBUTES: usize = 400;

/// Whether an attribute before the item that a text ends in has it compiled nowhere.
fn is_never(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(ATTRIBUTES)..];
    let start = near.iter().rposition(|it| matches!(it, b';' | b'}' | b'{')).map_or(0, |at| at + 1);
    let own = &near[start..];
    [&b"cfg(any())"[..], b"cfg(false)", b"cfg(not(all()))"].iter().any(|it| memchr::memmem::find(own, it).is_some())
}

/// The comments between `/*` and `*/` that begin a line, as those do that take a function out. In a text there may be such marks too.
fn block_comments(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut res = Vec::new();
    let mut from = 0;
    while let Some(start) = memchr::memmem::find(&bytes[from..], b"/*").map(|at| from + at) {
        let line = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |at| at + 1);
        let end = memchr::memmem::find(&bytes[start..], b"*/").map_or(bytes.len(), |at| start + at + 2);
        from = if bytes[line..start].trim_ascii().is_empty() { end } else { start + 2 };
        if from == end {
            res.push(start..end);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_told_from_calls() {
        let text = "pub extern \"C\" fn molt_a() {}\nmolt_b();\nunsafe fn\n  molt_c<T>()\nxfn molt_d()\n// fn molt_e\nfn xmolt_f()\n  /* x\nfn molt_i() {} */ fn molt_j() {}\nlet x = \"/*\"; fn molt_k() {}\n#[cfg(any())]\npub fn molt_l() {}\n#[cfg(unix)]\npub fn molt_m() {}";
        assert_eq!(of_text(text.as_bytes()), ["molt_a", "molt_c", "molt_j", "molt_k", "molt_m"]);
        assert_eq!(of_text(b"fn molt_"), ["molt_"]);
        assert_eq!(of_text(b"fnmolt_g() fn\tmolt_h()"), ["molt_h"]);
    }
}
