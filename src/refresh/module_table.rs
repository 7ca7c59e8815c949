//! The table of modules that the compiler lets programs import: a Markdown table whose first column names them, several
//! with ` / ` between. Molt's command line reads it (`src/molt/cli.py` on 2026-02-13, `src/molt/cli/module_stdlib_policy.py`
//! on 2026-08-15), so that a module without a row cannot be imported whatever the tree holds.

use std::collections::BTreeSet;

use crate::base::{FileError, Files, RelPath};

/// Where Molt keeps the table in 2026-08.
const LATER: &str = "docs/spec/areas/compat/surfaces/stdlib/stdlib_surface_matrix.md";

/// Modules without a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingRows {
    /// The document that holds the table.
    pub path: RelPath,
    /// The names, sorted.
    pub names: Vec<String>,
}

/// Which of `names` have no row in the table at `configured`, or where Molt has moved it to; none where there is no table
/// or every name has a row.
///
/// # Errors
/// When the document is there and cannot be read.
pub fn missing_rows<'a>(
    files: &dyn Files,
    configured: &RelPath,
    names: impl Iterator<Item = &'a str>,
) -> Result<Option<MissingRows>, FileError> {
    let later = RelPath::new(LATER).unwrap_or_else(|_| configured.clone());
    for path in [configured, &later] {
        let Some(text) = files.text(path)? else { continue };
        FileError::unless_merged(path, &text)?;
        let rows = rows(&text);
        let names: Vec<String> = names
            .map(|it| it.split('.').next().unwrap_or(it))
            .filter(|it| !rows.contains(it))
            .map(str::to_owned)
            .collect();
        let names: BTreeSet<String> = names.into_iter().collect();
        let res = MissingRows { path: path.clone(), names: names.into_iter().collect() };
        return Ok((!rows.is_empty() && !res.names.is_empty()).then_some(res));
    }
    Ok(None)
}

/// The names in the first cell of every row.
fn rows(text: &str) -> BTreeSet<&str> {
    let rows = text.lines().filter(|it| it.starts_with('|') && !it.starts_with("| ---") && !it.starts_with("|---"));
    let first = rows.filter_map(|it| it.trim_matches('|').split('|').next());
    first.flat_map(|it| it.split('/')).map(str::trim).filter(|it| !it.is_empty() && *it != "Module").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    #[test]
    fn names_without_a_row_are_told_with_the_document() {
        let path = RelPath::new("docs/table.md").unwrap();
        let text = "# T\n| Module | Tier |\n| --- | --- |\n| os / io | 1 |\n|json|2|\n";
        let files = Memory([(path.clone(), text.into())].into());
        let missing = |names: &[&str]| missing_rows(&files, &path, names.iter().copied()).unwrap();
        assert_eq!(missing(&["os", "io", "json.decoder"]), None);
        assert_eq!(
            missing(&["zlib", "os", "new.sub"]),
            Some(MissingRows { path: path.clone(), names: vec!["new".into(), "zlib".into()] })
        );
        assert_eq!(missing_rows(&Memory::default(), &path, ["x"].into_iter()).unwrap(), None);
    }
}
