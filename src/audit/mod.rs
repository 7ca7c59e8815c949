//! Every module of the workspace's tree with the state it is in, as Molt's checker classifies it: by the intrinsics that
//! it loads, its progress marker and the attestation; in the dialect of August also by what it imports.

mod attestation;
mod bindings;
mod dialect;
mod document;
mod graph;
mod manifest;
mod ratchet;
mod reach;
mod status;
mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use rayon::prelude::*;

pub use attestation::{Attestation, AttestationError, AttestationFault};
pub use bindings::{Arm, BindingTableError, TableBinding, bindings};
pub use dialect::{Spoken, reads, spoken};
pub use document::{
    DocumentError, DocumentList, document_lists, document_path, document_prose, document_queues, later_document,
    patch_document,
};
pub use graph::{Graph, Ways};
pub use manifest::{Definition, Manifest, ManifestError};
pub use ratchet::{Ratchet, RatchetError};
pub use reach::Marks;
pub use status::Status;

use crate::{
    base::{
        Dialect, FileError, Files, RelPath,
        alone::{LARGE_PYTHON, alone},
    },
    python::{self, FileSummary, ParseMeter, SyntaxError},
    stdlib::{Layout, ROOT_MODULE},
    stubs::{self, Templates},
};

/// What a tree is judged by.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// Molt's rules of which month.
    pub dialect: Dialect,
    /// The modules that are attested as fully covered.
    pub attested: &'a BTreeSet<String>,
    /// What stubs are recognised by; without it, only those of Molt's own generators are.
    pub stubs: Option<&'a Templates>,
    /// Whether they are those of before there was an attestation: a marker of open work had one form then.
    pub is_early: bool,
}

/// One file of the tree.
#[derive(Debug)]
pub struct Record {
    /// Module name.
    pub name: String,
    /// Its file.
    pub path: RelPath,
    /// Its state; none where the file cannot be judged.
    pub status: Option<Status>,
    /// What it says; an error where it cannot be read.
    pub summary: Result<Box<FileSummary>, Unreadable>,
    /// What is odd about its bytes, although they were read.
    pub oddity: Option<SyntaxError>,
    /// Whether it is still exactly what a generator of stubs wrote.
    pub is_stub: bool,
}

/// Why a file cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It cannot be opened.
    #[error("{0}")]
    File(String),
    /// Not text, or not Python.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
}

/// All files, sorted by name, a package before the module of the same name.
#[derive(Debug, Default)]
pub struct Audit {
    /// One for each file; two where a module and a package share a name.
    pub records: Vec<Record>,
    /// The rules that they were judged by.
    pub dialect: Dialect,
}

/// What is said where the Python files of a tree are too much together.
pub fn too_much(root: &RelPath, why: String) -> FileError {
    FileError { path: root.clone(), source: io::Error::new(io::ErrorKind::QuotaExceeded, why) }
}

impl Audit {
    /// Reads and judges every file below `root`, on all cores.
    pub fn run(files: &dyn Files, root: &RelPath, rules: Rules<'_>) -> Result<Self, FileError> {
        Self::of_layout(files, root, &Layout::read(files, root)?, rules, &ParseMeter::default())
    }

    /// The same for a tree that is listed already.
    ///
    /// # Errors
    /// When a file cannot be read for a reason that lies outside of it, and when all are too much together: the tree would
    /// be counted without it.
    pub fn of_layout(
        files: &dyn Files,
        root: &RelPath,
        layout: &Layout,
        rules: Rules<'_>,
        meter: &ParseMeter,
    ) -> Result<Self, FileError> {
        Self::of_layout_beside(files, root, layout, rules, meter, &|_| None)
    }

    /// The same where some files are those of another tree, by the same rules for single files: `same` has their records.
    ///
    /// # Errors
    /// As [`Audit::of_layout`].
    pub fn of_layout_beside<'a>(
        files: &dyn Files,
        root: &RelPath,
        layout: &Layout,
        rules: Rules<'_>,
        meter: &ParseMeter,
        same: &(dyn Fn(&RelPath) -> Option<&'a Record> + Sync),
    ) -> Result<Self, FileError> {
        let read = |(path, name): &(RelPath, String)| match (meter.excess(), same(path)) {
            // whichever it is that is too much, the tree is
            (Some(why), _) => Err(too_much(root, why)),
            (None, Some(record)) => match record.of_file(rules.dialect) {
                Some(it) => Ok(it),
                None => Record::read(files, path, name, rules, meter),
            },
            (None, None) => Record::read(files, path, name, rules, meter),
        };
        // one at a time: a few files are a hundred times as long as most, and nobody should wait behind one
        let records: Result<Vec<Record>, FileError> = layout.files.par_iter().with_max_len(1).map(read).collect();
        let mut records = records?;
        if let Some(why) = meter.excess() {
            return Err(too_much(root, why));
        }
        let traits = rules.dialect.traits();
        if traits.support {
            support::close(&mut records);
        }
        for record in &mut records {
            let is_open = record.has_marker() || !rules.attested.contains(&record.name);
            if traits.partial && record.status == Some(Status::Backed) && is_open {
                record.status = Some(Status::Partial);
            }
        }
        // of one name, the last in path order speaks for all
        records.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { records, dialect: rules.dialect })
    }

    /// How many files are in each state that the dialect knows, zeros included.
    pub fn counts(&self) -> BTreeMap<Status, usize> {
        Status::of(self.dialect).into_iter().map(|status| (status, self.count(status))).collect()
    }

    /// How many files are in one state.
    pub fn count(&self, status: Status) -> usize {
        self.records.iter().filter(|it| it.status == Some(status)).count()
    }

    /// How many intrinsic-partial files are nothing but stubs.
    pub fn count_stubs(&self) -> usize {
        self.records.iter().filter(|it| it.status == Some(Status::Partial) && it.is_stub).count()
    }

    /// The record of a module; where a module and a package share a name, the module's.
    pub fn get(&self, name: &str) -> Option<&Record> {
        let end = self.records.partition_point(|it| it.name.as_str() <= name);
        self.records[..end].last().filter(|it| it.name == name)
    }

    /// One record for each name, sorted.
    pub fn by_name(&self) -> impl Iterator<Item = &Record> {
        let is_last = |index: usize| self.records.get(index + 1).is_none_or(|it| it.name != self.records[index].name);
        self.records.iter().enumerate().filter(move |(index, _)| is_last(*index)).map(|(_, it)| it)
    }

    /// Files that cannot be judged.
    pub fn unreadable(&self) -> impl Iterator<Item = (&RelPath, &Unreadable)> {
        self.records.iter().filter_map(|it| it.summary.as_ref().err().map(|why| (&it.path, why)))
    }
}

impl Record {
    fn read(
        files: &dyn Files,
        path: &RelPath,
        name: &str,
        rules: Rules<'_>,
        meter: &ParseMeter,
    ) -> Result<Self, FileError> {
        let mut record = Self {
            name: name.to_owned(),
            path: path.clone(),
            status: None,
            summary: Err(Unreadable::File("it is a link to nothing".into())),
            oddity: None,
            is_stub: false,
        };
        let bytes = match files.read(path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(record),
            Err(error) if !error.is_about_the_file() => return Err(error),
            Err(error) => {
                record.summary = Err(Unreadable::File(error.source.to_string()));
                return Ok(record);
            }
        };
        if !meter.admits(bytes.len()) {
            return Ok(record);
        }
        let alone = alone(bytes.len() > LARGE_PYTHON);
        let parsed = python::decode(bytes).and_then(|source| Ok((meter.parse(&source.text)?, source)));
        let (module, source) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                record.summary = Err(error.into());
                return Ok(record);
            }
        };
        let mut summary = python::summarize(&module, &source.text, rules.dialect);
        if rules.is_early {
            summary.marker = python::early_marker(&source.text);
        }
        drop((module, alone));
        record.status = Some(status::of_file(path, &summary, rules.dialect));
        record.is_stub = match (&summary.stub, rules.stubs) {
            (Some(shape), _) if stubs::is_molts(shape, name) => true,
            (_, Some(templates)) => stubs::is_ours(&source.text, name, templates),
            _ => false,
        };
        record.oddity = source.oddity;
        record.summary = Ok(Box::new(summary));
        Ok(record)
    }

    /// It as its file alone says it, before other files have a say; none where the file could not be read.
    fn of_file(&self, dialect: Dialect) -> Option<Self> {
        let summary = self.said()?.clone();
        Some(Self {
            name: self.name.clone(),
            path: self.path.clone(),
            status: Some(status::of_file(&self.path, &summary, dialect)),
            summary: Ok(Box::new(summary)),
            oddity: self.oddity.clone(),
            is_stub: self.is_stub,
        })
    }

    /// Its summary, where it could be read.
    pub fn said(&self) -> Option<&FileSummary> {
        self.summary.as_deref().ok()
    }

    /// Whether it says that it is not finished.
    pub fn has_marker(&self) -> bool {
        self.said().is_some_and(|it| it.marker.is_some())
    }

    /// Whether it is a package's `__init__.py`.
    pub fn is_package(&self) -> bool {
        self.path.file_name() == "__init__.py"
    }

    /// Whether it is on intrinsics, finished or not.
    pub fn is_implemented(&self) -> bool {
        self.status.is_some_and(Status::is_implemented)
    }

    /// The state that counts for the core lane: by the file alone and its marker; neither the attestation nor what other
    /// modules are in does.
    pub fn lane_status(&self) -> Option<Status> {
        let status = status::of_file(&self.path, self.said()?, Dialect::February);
        Some(if status == Status::Backed && self.has_marker() { Status::Partial } else { status })
    }

    /// The parts of the package that its relative imports start from.
    fn package(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.name.split('.').collect();
        if self.name == ROOT_MODULE {
            parts.clear();
        } else if !self.is_package() {
            parts.pop();
        }
        parts
    }
}
