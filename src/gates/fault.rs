//! An input that cannot be used, and what Molt's checker says of it.

use crate::{
    audit::{AttestationError, ManifestError},
    base::{Files, RelPath},
};

/// An input that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in words.
    pub message: String,
    /// What Molt's checker says of it; none where it breaks down.
    pub molt: Option<String>,
    /// One-based, where it is known.
    pub line: Option<usize>,
}

/// A file's text, none where there is no file. What is not text is read as well as can be, and fits nothing.
pub(super) fn lenient(files: &dyn Files, path: &RelPath) -> Result<Option<String>, Fault> {
    let bytes = files.read(path).map_err(|error| Fault { message: error.to_string(), molt: None, line: None })?;
    let text = |it| String::from_utf8(it).unwrap_or_else(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
    Ok(bytes.map(text))
}

impl From<AttestationError> for Fault {
    fn from(error: AttestationError) -> Self {
        use crate::audit::AttestationFault as Kind;
        const INVALID: &str = "stdlib full-coverage manifest is invalid: ";
        let (molt, line) = match &error {
            AttestationError::Missing(path) => (Some(format!("stdlib full-coverage manifest missing: {path}")), None),
            AttestationError::File(_) => (None, None),
            AttestationError::Syntax(_, line) => (None, Some(*line)),
            AttestationError::Shape { line, what, .. } => {
                let words = match what {
                    Kind::NoModules => format!("{INVALID}STDLIB_FULLY_COVERED_MODULES tuple missing"),
                    Kind::RootAttested => "stdlib full-coverage manifest must not include molt.stdlib".into(),
                    Kind::NoContracts => format!("{INVALID}STDLIB_REQUIRED_INTRINSICS_BY_MODULE dict missing"),
                    Kind::Key => format!("{INVALID}STDLIB_REQUIRED_INTRINSICS_BY_MODULE keys must be strings"),
                    Kind::RootContract => "stdlib full-coverage manifest must not include molt.stdlib in STDLIB_REQUIRED_INTRINSICS_BY_MODULE".into(),
                    Kind::Contract => {
                        format!("{INVALID}STDLIB_REQUIRED_INTRINSICS_BY_MODULE values must be tuples[str, ...]")
                    }
                    Kind::Name => format!("{INVALID}required intrinsic names must start with `molt_`"),
                    Kind::Probe => format!("{INVALID}`molt_stdlib_probe` cannot satisfy full coverage contracts"),
                };
                (Some(words), Some(*line))
            }
        };
        Self { message: error.to_string(), molt, line }
    }
}

impl From<ManifestError> for Fault {
    fn from(error: ManifestError) -> Self {
        Self { message: error.to_string(), molt: None, line: None }
    }
}
