//! The modules that are attested as fully covered, and the intrinsics that each of them must keep loading:
//! `STDLIB_FULLY_COVERED_MODULES` and `STDLIB_REQUIRED_INTRINSICS_BY_MODULE` of the workspace's manifest, a Python file
//! that is read as data.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::status::PROBE;
use crate::{
    base::{FileError, Files, RelPath, text::position},
    python::{DataFileForm, Literal, data_constants},
    stdlib::ROOT_MODULE,
};

/// What is attested.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attestation {
    /// The modules.
    pub modules: BTreeSet<String>,
    /// What each of them must load, in written order.
    pub contracts: BTreeMap<String, Vec<String>>,
    /// Whether the tree's checker reads no attestation: then each of its modules counts as attested.
    pub is_unread: bool,
}

/// Why the manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    /// It is not there.
    #[error("there is no {0}")]
    Missing(RelPath),
    /// It cannot be read, or a merge has left both sides in it.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not Python, from this line on, one-based.
    #[error("{0}")]
    Syntax(FileError, usize),
    /// It has no such tuple, or attests what cannot be attested.
    #[error("{error}")]
    Shape {
        /// In words.
        error: FileError,
        /// One-based; 1 where something is missing.
        line: usize,
        /// What is wrong.
        what: AttestationFault,
    },
}

/// What can be wrong with the file's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttestationFault {
    /// The tuple is missing.
    #[error("there is no tuple of plain literals STDLIB_FULLY_COVERED_MODULES")]
    NoModules,
    /// The tree's root is attested.
    #[error("molt.stdlib is attested, which is not a module of the library")]
    RootAttested,
    /// The contracts are not a dictionary.
    #[error("STDLIB_REQUIRED_INTRINSICS_BY_MODULE is not a dictionary of plain literals")]
    NoContracts,
    /// A contract's key is not a string.
    #[error("a key of STDLIB_REQUIRED_INTRINSICS_BY_MODULE is not a string")]
    Key,
    /// The tree's root has a contract.
    #[error("molt.stdlib has a contract, which is not a module of the library")]
    RootContract,
    /// A contract is not a tuple of strings.
    #[error("a contract is not a tuple of strings")]
    Contract,
    /// A name in a contract is none of an intrinsic.
    #[error("a contract names what is not an intrinsic")]
    Name,
    /// A contract names the probe.
    #[error("a contract names the probe, which proves nothing")]
    Probe,
}

impl From<AttestationError> for FileError {
    fn from(error: AttestationError) -> Self {
        match error {
            AttestationError::Missing(path) => Self { path, source: std::io::ErrorKind::NotFound.into() },
            AttestationError::File(error)
            | AttestationError::Syntax(error, _)
            | AttestationError::Shape { error, .. } => error,
        }
    }
}

impl Attestation {
    /// Reads the manifest.
    pub fn read(files: &dyn Files, path: &RelPath) -> Result<Self, AttestationError> {
        let text = files.text(path)?.ok_or_else(|| AttestationError::Missing(path.clone()))?;
        let constants = data_constants(&text, DataFileForm::Constants).map_err(|error| {
            AttestationError::Syntax(FileError::unusable(path, &text, error.to_string()), error.line())
        })?;
        let modules = constants.get("STDLIB_FULLY_COVERED_MODULES");
        let contracts = constants.get("STDLIB_REQUIRED_INTRINSICS_BY_MODULE");
        let line =
            |constant: Option<&crate::python::Constant>| constant.map_or(1, |it| position(&text, it.range.start).0);
        let fail = |line, what| AttestationError::Shape {
            error: FileError::unusable(path, "", format!("line {line}: {what}")),
            line,
            what,
        };
        let names = modules
            .and_then(|it| it.value.tuple_of_str())
            .ok_or_else(|| fail(line(modules), AttestationFault::NoModules))?;
        if names.contains(&ROOT_MODULE) {
            return Err(fail(line(modules), AttestationFault::RootAttested));
        }
        let contracts_of = match contracts.map(|it| &it.value) {
            None => Ok(BTreeMap::new()),
            Some(Literal::Dict(pairs)) => pairs.iter().map(|(key, value)| contract(key, value)).collect(),
            Some(_) => Err(AttestationFault::NoContracts),
        };
        let contracts = contracts_of.map_err(|what| fail(line(contracts), what))?;
        Ok(Self { modules: names.into_iter().map(str::to_owned).collect(), contracts, is_unread: false })
    }
}

fn contract(key: &Literal, value: &Literal) -> Result<(String, Vec<String>), AttestationFault> {
    let module = key.as_str().ok_or(AttestationFault::Key)?;
    if module == ROOT_MODULE {
        return Err(AttestationFault::RootContract);
    }
    let Literal::Tuple(items) = value else { return Err(AttestationFault::Contract) };
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for item in items {
        let name = item.as_str().ok_or(AttestationFault::Contract)?;
        if seen.insert(name) {
            names.push(name.to_owned());
        }
    }
    if names.iter().any(|it| !it.starts_with("molt_")) {
        return Err(AttestationFault::Name);
    }
    if names.iter().any(|it| it == PROBE) {
        return Err(AttestationFault::Probe);
    }
    Ok((module.to_owned(), names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Memory;

    fn read(text: &str) -> Result<Attestation, String> {
        let path = RelPath::new("a.py").unwrap();
        let files = Memory([(path.clone(), text.into())].into());
        Attestation::read(&files, &path).map_err(|error| error.to_string())
    }

    #[test]
    fn modules_and_contracts_are_read_as_data() {
        let text = "STDLIB_FULLY_COVERED_MODULES = ('a', 1, 'b')\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE: dict = {'a': ('molt_y', 'molt_x', 'molt_y'), 'c': ()}\n";
        let found = read(text).unwrap();
        assert_eq!(found.modules.iter().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(found.contracts["a"], ["molt_y", "molt_x"]);
        assert!(found.contracts["c"].is_empty());
        assert!(read("STDLIB_FULLY_COVERED_MODULES = ()\n").unwrap().contracts.is_empty());
    }

    #[test]
    fn what_cannot_be_attested_is_refused_with_its_place() {
        let with = |contracts: &str| {
            format!("STDLIB_FULLY_COVERED_MODULES = ()\n\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {contracts}\n")
        };
        for (text, expected) in [
            (String::new(), "cannot read a.py: line 1: there is no tuple of plain"),
            ("STDLIB_FULLY_COVERED_MODULES = ['a']\n".into(), "cannot read a.py: line 1: there is no tuple of plain"),
            (
                "\nSTDLIB_FULLY_COVERED_MODULES = ('molt.stdlib',)\n".into(),
                "cannot read a.py: line 2: molt.stdlib is attested",
            ),
            (with("[]"), "cannot read a.py: line 3: STDLIB_REQUIRED_INTRINSICS_BY_MODULE is not a dictionary"),
            (with("{1: ()}"), "cannot read a.py: line 3: a key"),
            (with("{'molt.stdlib': ()}"), "cannot read a.py: line 3: molt.stdlib has a contract"),
            (with("{'a': ['molt_x']}"), "cannot read a.py: line 3: a contract is not a tuple"),
            (with("{'a': (1,)}"), "cannot read a.py: line 3: a contract is not a tuple"),
            (with("{'a': ('x',)}"), "cannot read a.py: line 3: a contract names what is not an intrinsic"),
            (with("{'a': ('molt_stdlib_probe',)}"), "cannot read a.py: line 3: a contract names the probe"),
            ("x = (\n".into(), "cannot read a.py: it does not parse: line"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
