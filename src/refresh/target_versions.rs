//! The workspace's authority on the Python versions that the compiler targets. A series that it does not name must not be
//! added behind its back: Molt's table check (`tools/check_table_drift.py`, since 2026) compares the two.

use std::collections::BTreeSet;

use crate::{
    base::{FileError, Files, RelPath, Series},
    python,
};

/// What the authority says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// There is no such file: the workspace has no authority.
    Undeclared,
    /// These series are supported.
    Declared(BTreeSet<Series>),
    /// The file is there and cannot be understood: why.
    Unclear(String),
}

/// Reads the authority at `path`.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn targets(files: &dyn Files, path: &RelPath) -> Result<Targets, FileError> {
    let Some(text) = files.text(path)? else { return Ok(Targets::Undeclared) };
    FileError::unless_merged(path, &text)?;
    Ok(match python::supported_versions(&text) {
        Err(error) => Targets::Unclear(format!("it does not parse: {error}")),
        Ok(lists) => match lists.as_slice() {
            [] => Targets::Unclear("no list of supported versions was found in it".into()),
            [(_, first), rest @ ..] => match rest.iter().find(|(_, it)| it != first) {
                Some((name, _)) => Targets::Unclear(format!("`{}` and `{name}` in it disagree", lists[0].0)),
                None => Targets::Declared(first.clone()),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    fn of(text: Option<&str>) -> Targets {
        let path = RelPath::new("src/targets.py").unwrap();
        let files = text.map(|it| (path.clone(), it.as_bytes().to_vec()));
        targets(&Memory(files.into_iter().collect()), &path).unwrap()
    }

    #[test]
    fn what_cannot_be_understood_is_not_an_absence() {
        assert_eq!(of(None), Targets::Undeclared);
        let declared = of(Some("_SUPPORTED_VERSIONS = (V(3, 12), V(3, 13))\n"));
        assert_eq!(declared, Targets::Declared(["3.12", "3.13"].map(|it| it.parse().unwrap()).into()));
        for text in ["x = 1\n", "(", "SUPPORTED_VERSIONS = ('3.12',)\nOTHER_SUPPORTED_VERSIONS = ('3.13',)\n"] {
            assert!(matches!(of(Some(text)), Targets::Unclear(_)), "{text}");
        }
    }
}
