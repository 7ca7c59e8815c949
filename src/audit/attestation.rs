//! The modules that are attested as fully covered: `STDLIB_FULLY_COVERED_MODULES` of the workspace's manifest, a Python
//! file that is read as data.

use std::collections::BTreeSet;

use crate::{
    base::{FileError, Files, RelPath},
    python::{SyntaxError, constants},
    stdlib::ROOT_MODULE,
};

/// Why the manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not Python.
    #[error("{0} does not parse: {1}")]
    Syntax(RelPath, SyntaxError),
    /// It has no such tuple, or attests what cannot be attested.
    #[error("{0} {1}")]
    Shape(RelPath, &'static str),
}

/// The attested modules; none of them where there is no manifest.
pub fn attested(files: &dyn Files, path: &RelPath) -> Result<BTreeSet<String>, AttestationError> {
    let Some(text) = files.text(path)? else { return Ok(BTreeSet::new()) };
    let constants = constants(&text).map_err(|error| AttestationError::Syntax(path.clone(), error))?;
    let names = constants.get("STDLIB_FULLY_COVERED_MODULES").and_then(|it| it.value.tuple_of_str());
    let names =
        names.ok_or_else(|| AttestationError::Shape(path.clone(), "has no tuple STDLIB_FULLY_COVERED_MODULES"))?;
    if names.contains(&ROOT_MODULE) {
        return Err(AttestationError::Shape(path.clone(), "attests molt.stdlib, which is no module of the library"));
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}
