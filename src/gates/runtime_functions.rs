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

/// The names behind `fn ` that begin with `molt_`, in one source.
pub fn of_text(bytes: &[u8]) -> Vec<String> {
    let is_word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let at = memchr::memmem::find_iter(bytes, b"molt_");
    let names = at.filter_map(|at| {
        let before = bytes[..at].trim_ascii_end();
        let is_function = before.len() < at && before.ends_with(b"fn");
        let is_keyword = is_function && before.len().checked_sub(3).is_none_or(|at| !is_word(before[at]));
        is_keyword.then(|| {
            let end = at + bytes[at..].iter().take_while(|it| is_word(**it)).count();
            String::from_utf8_lossy(&bytes[at..end]).into_owned()
        })
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_told_from_calls() {
        let text = "pub extern \"C\" fn molt_a() {}\nmolt_b();\nunsafe fn\n  molt_c<T>()\nxfn molt_d()\n// fn molt_e\nfn xmolt_f()";
        assert_eq!(of_text(text.as_bytes()), ["molt_a", "molt_c", "molt_e"]);
        assert_eq!(of_text(b"fn molt_"), ["molt_"]);
        assert_eq!(of_text(b"fnmolt_g() fn\tmolt_h()"), ["molt_h"]);
    }
}
