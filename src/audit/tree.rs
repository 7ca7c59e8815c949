//! The state of every module of a tree.

use std::{collections::BTreeMap, io};

use rayon::prelude::*;

use super::{
    record::{Record, Rules, Unreadable},
    status::Status,
    support,
};
use crate::{
    base::{Dialect, FileError, Files, RelPath},
    python::ParseMeter,
    stdlib::Layout,
};

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
        meter.add_files(layout.files.len());
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
