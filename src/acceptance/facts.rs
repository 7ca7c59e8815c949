//! What the points judge: the tree as the gates read it, the runtime's sources, the texts of the family, the tests and their
//! reports.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use super::{KnownNames, Runtime, TestRuns, Thresholds, checker_lane::CheckerLane};
use crate::{
    audit::{Arm, Definition as Entry, Record, TableBinding},
    base::{Dialect, RelPath},
    gates::{self, Inputs},
    python::{self, Shim},
};

/// What all modules have in common.
pub struct SharedFacts<'a> {
    /// What the gates judge.
    pub inputs: &'a Inputs,
    /// What every gate says in the lane `--fallback-intrinsic-backed-only`.
    pub fallback: CheckerLane<'a>,
    /// The same in the lane `--critical-allowlist`.
    pub critical: CheckerLane<'a>,
    /// The runtime's functions.
    pub runtime: &'a Runtime,
    /// The manifest's entries by name.
    pub manifest: BTreeMap<&'a str, &'a Entry>,
    /// The entries of the generated stub file by name; none where it cannot be read.
    pub stub: Option<BTreeMap<&'a str, &'a Entry>>,
    /// The entries of the generated table by name; why not, where it cannot be read.
    pub table: Result<BTreeMap<&'a str, &'a TableBinding>, String>,
    /// The arms that resolve symbols, with their file.
    pub arms: BTreeMap<&'a str, (&'a RelPath, &'a Arm)>,
    /// The tests of each module by the workspace's index, with their lines in it.
    pub tests: &'a BTreeMap<String, Vec<(RelPath, usize)>>,
    /// The index itself.
    pub index: &'a RelPath,
    /// The tests of the index that are there.
    pub present: &'a BTreeSet<RelPath>,
    /// What ran, of all reports; none where there is no report.
    pub ran: Option<&'a TestRuns>,
    /// What a thin shim may hold.
    pub thresholds: &'a Thresholds,
    /// The public names that modules lack.
    pub names: &'a KnownNames,
}

/// One module that is to be accepted.
pub struct Subject<'a> {
    /// Its name.
    pub module: &'a str,
    /// Its family, itself first.
    pub members: Vec<Member<'a>>,
    /// When a file of the family was changed last, in seconds since 1970; none where that is not known.
    pub changed: Option<i64>,
    /// The names of the family.
    names: HashSet<&'a str>,
}

/// One module of a family.
#[derive(Clone)]
pub struct Member<'a> {
    /// What the audit says of it.
    pub record: &'a Record,
    /// What it is made of; none where it cannot be read.
    pub(super) shim: Option<Arc<Shim>>,
    /// Where its lines begin, in bytes of the decoded text.
    starts: Arc<Vec<usize>>,
}

/// Intrinsics that every module may load, a stub too: that they are there proves nothing of it.
const COMMON: [&str; 5] = [
    "molt_stdlib_probe",
    "molt_capabilities_has",
    "molt_capabilities_require",
    "molt_capabilities_trusted",
    "molt_capabilities_get",
];

impl<'a> Member<'a> {
    /// A module with the bytes of its file.
    pub fn new(record: &'a Record, bytes: Vec<u8>, dialect: Dialect) -> Self {
        let text = python::decode(bytes).map(|it| it.text).unwrap_or_default();
        let module = record.said().and_then(|_| python::parse(&text).ok());
        let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let shim = module.map(|it| Arc::new(python::shim(&it, dialect)));
        Self { record, shim, starts: Arc::new(starts.collect()) }
    }

    /// The line of a byte, one-based.
    pub(super) fn line(&self, at: u32) -> usize {
        self.starts.partition_point(|it| *it <= at as usize).max(1)
    }
}

impl<'a> Subject<'a> {
    /// A module with its family, itself first.
    pub fn new(module: &'a str, members: Vec<Member<'a>>) -> Self {
        let names = members.iter().map(|it| it.record.name.as_str()).collect();
        Self { module, members, changed: None, names }
    }

    /// Every intrinsic that the family loads, with the file and the line where it is loaded first.
    pub(super) fn loads(&self) -> BTreeMap<&'a str, (&'a RelPath, usize)> {
        let mut res = BTreeMap::new();
        for member in &self.members {
            let loads = member.record.said().map(|it| it.loads.as_slice()).unwrap_or_default();
            for (name, span) in loads {
                res.entry(&**name).or_insert((&member.record.path, member.line(span.start)));
            }
        }
        res
    }

    /// Those of them that are about the family.
    pub(super) fn own_loads(&self) -> impl Iterator<Item = (&'a str, (&'a RelPath, usize))> {
        self.loads().into_iter().filter(|(name, _)| !COMMON.contains(name))
    }

    /// Whether every module may load an intrinsic, so that it says nothing of this one.
    pub(super) fn is_common(name: &str) -> bool {
        COMMON.contains(&name)
    }

    /// Whether a module is of the family.
    pub(super) fn has(&self, module: &str) -> bool {
        self.names.contains(module)
    }
}

impl SharedFacts<'_> {
    /// The function behind an intrinsic.
    pub(super) fn symbol<'n>(&self, name: &'n str) -> &'n str {
        gates::symbol(name, self.inputs.audit.dialect)
    }
}
