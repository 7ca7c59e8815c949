//! The state of one module, by what its file says.

use std::collections::BTreeSet;

use super::status::{self, Status};
use crate::{
    base::{
        Dialect, FileError, Files, RelPath,
        alone::{LARGE_PYTHON, alone},
    },
    python::{self, FileSummary, ParseMeter, SyntaxError},
    stdlib::ROOT_MODULE,
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

impl Record {
    pub(super) fn read(
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
    pub(super) fn of_file(&self, dialect: Dialect) -> Option<Self> {
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
    pub(super) fn package(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = self.name.split('.').collect();
        if self.name == ROOT_MODULE {
            parts.clear();
        } else if !self.is_package() {
            parts.pop();
        }
        parts
    }
}
