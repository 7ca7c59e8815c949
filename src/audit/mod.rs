//! Every module of the workspace's tree with the state it is in, as Molt's checker classifies it (dialect of 2026-02):
//! by the intrinsics that it loads, its progress marker and the attestation.

mod attestation;
mod ratchet;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

pub use attestation::{AttestationError, attested};
pub use ratchet::{Ratchet, RatchetError};
pub use status::Status;

use crate::{
    base::{FileError, Files, RelPath},
    python::SyntaxError,
    stdlib::Layout,
};

/// One file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Module name.
    pub name: String,
    /// Its file.
    pub path: RelPath,
    /// Its state; an error where the file cannot be judged.
    pub status: Result<Status, Unreadable>,
}

/// Why a file cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// Not Python.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
}

/// All files, sorted by name.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// One for each file; two where a module and a package share a name.
    pub records: Vec<Record>,
}

impl Audit {
    /// Reads and judges every file below `root`, on all cores.
    pub fn run(files: &dyn Files, root: &RelPath, attested: &BTreeSet<String>) -> Result<Self, FileError> {
        let layout = Layout::read(files, root)?;
        let judge = |(path, name): (&RelPath, &str)| {
            let bytes = files.read(path)?.unwrap_or_default();
            let status = status::judge(path, bytes, attested.contains(name));
            Ok(Record { name: name.to_owned(), path: path.clone(), status })
        };
        let mut records: Vec<Record> = layout.files().into_par_iter().map(judge).collect::<Result<_, FileError>>()?;
        records.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { records })
    }

    /// How many files are in each state, zeros included.
    pub fn counts(&self) -> BTreeMap<Status, usize> {
        let count = |status| (status, self.records.iter().filter(|it| it.status == Ok(status)).count());
        Status::ALL.into_iter().map(count).collect()
    }

    /// How many files are in one state.
    pub fn count(&self, status: Status) -> usize {
        self.records.iter().filter(|it| it.status == Ok(status)).count()
    }

    /// The state of each module; where a module and a package share a name, the module's.
    pub fn by_name(&self) -> BTreeMap<&str, Status> {
        let mut res = BTreeMap::new();
        for record in &self.records {
            let Ok(status) = record.status else { continue };
            if record.path.file_name() != "__init__.py" || !res.contains_key(record.name.as_str()) {
                res.insert(record.name.as_str(), status);
            }
        }
        res
    }

    /// Files that cannot be judged.
    pub fn unreadable(&self) -> impl Iterator<Item = (&RelPath, &Unreadable)> {
        self.records.iter().filter_map(|it| it.status.as_ref().err().map(|why| (&it.path, why)))
    }
}
