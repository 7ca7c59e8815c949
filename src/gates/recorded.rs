//! The recorded baselines, and the union as the union file has it.

use std::collections::{BTreeMap, BTreeSet};

use super::{fault::Fault, witnesses::Witnesses};
use crate::{
    base::{FileError, Files, RelPath, Series, Sha256, Version},
    stdlib::{Baseline, ModuleKind, RecordedBaseline, ReleaseFacts, Union, UnionFile, bundled, recorded_baselines},
};

/// What is recorded.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Every baseline that can be read, by its series.
    pub baselines: BTreeMap<Series, Baseline>,
    /// Those that are not what was written, and why.
    pub faults: Vec<(RelPath, Fault)>,
    /// The digests of those files, as far as they can be read.
    pub digests: BTreeMap<RelPath, Sha256>,
    /// What the union file says, series by series; none where it cannot be used.
    pub union: Option<Union>,
    /// Why it cannot be used.
    pub union_fault: Option<String>,
    /// Series that were recorded, as the lock or the commit that this is compared with says.
    pub known: BTreeSet<Series>,
    /// Releases that the compared commit does not have so, and whose facts nothing here vouches for: their archive was not read.
    pub unread: Vec<(RelPath, Version)>,
}

impl Recorded {
    /// Reads the baselines in `folder`, and the union file.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn read(files: &dyn Files, folder: &RelPath, union: &RelPath) -> Result<Self, FileError> {
        let mut res = Self::default();
        for RecordedBaseline { path, series, read } in recorded_baselines(files, folder)? {
            match read {
                Ok((_, None)) => {
                    let message = "it has no digest, so whether it is as it was written is not known";
                    res.faults.push((path, fault(message.into())));
                }
                Ok((baseline, Some(is_as_written))) => {
                    if !is_as_written {
                        let message = "it is not as it was written: its digest is that of other facts";
                        res.faults.push((path, fault(message.into())));
                    }
                    res.baselines.insert(series, baseline);
                }
                Err(error) => res.faults.push((path, fault(error.to_string()))),
            }
        }
        if !res.baselines.is_empty() {
            res.read_union(files, union);
        }
        Ok(res)
    }

    fn read_union(&mut self, files: &dyn Files, path: &RelPath) {
        match UnionFile::read(files, path) {
            Ok(file) => self.union = file.map(|it| it.union),
            Err(error) => self.union_fault = Some(error.to_string()),
        }
    }

    /// The same where this much is known of what was recorded in `folder`, whatever is left of that.
    pub fn know(&mut self, known: Witnesses, files: &dyn Files, (folder, union, lock): (&RelPath, &RelPath, &RelPath)) {
        for artifact in &known.disputed {
            let why = format!("its digest of {artifact} is another than the one that molt-sync comes with");
            self.faults.push((lock.clone(), fault(why)));
        }
        if self.union.is_none() && !known.series.is_empty() {
            self.read_union(files, union);
        }
        let gone = self.baselines.values().filter(|it| known.is_locked_no_more(it));
        let gone = gone.map(|it| format!("the archive of {} was in it, and is in it no more", it.release_text()));
        self.faults.extend(gone.map(|why| (lock.clone(), fault(why))).collect::<Vec<_>>());
        for (series, it) in &self.baselines {
            let path = folder.join(&format!("{series}.json"));
            // what is wrong with it already is enough
            if !self.faults.iter().any(|(it, _)| *it == path) {
                match known.against(it) {
                    Some(why) => self.faults.push((path, fault(why))),
                    None => self.unread.extend(known.unread(it).map(|release| (path, release))),
                }
            }
        }
        self.known = known.series;
        // one that cannot even be read is told by its fault
        let read = |path: &RelPath| Some((path.clone(), Sha256::of(&files.read(path).ok()??)));
        self.digests = self.faults.iter().filter_map(|(path, _)| read(path)).collect();
    }

    /// Series that were recorded, that the union file still has, and whose baseline is not there.
    pub fn taken_away(&self) -> impl Iterator<Item = Series> {
        let is_there = |it: Series| {
            let name = format!("{it}.json");
            self.baselines.contains_key(&it) || self.faults.iter().any(|(path, _)| path.file_name() == name)
        };
        let in_union = |it: Series| self.union.as_ref().is_none_or(|union| union.by_series.contains_key(&it));
        self.known.iter().copied().filter(move |it| !is_there(*it) && in_union(*it))
    }

    /// Notes an input that cannot be used, in words.
    pub fn note_damage(&mut self, path: &RelPath, why: String) {
        self.faults.push((path.clone(), fault(why)));
    }

    /// Whether nothing was ever recorded.
    pub fn is_empty(&self) -> bool {
        self.baselines.is_empty() && self.faults.is_empty() && self.known.is_empty()
    }

    /// The union as a refresh would leave it: recorded series by their baselines, and the others as they stand.
    pub fn expected(&self, path: &RelPath, now: &Union) -> Union {
        let others = now.by_series.iter().filter(|(series, _)| !self.baselines.contains_key(series));
        let imported: Vec<Baseline> =
            others.clone().filter_map(|(series, names)| names.import(*series, path).ok()).collect();
        let known = bundled();
        let known: Vec<&ReleaseFacts> = known.iter().map(|it| &it.facts).collect();
        let mut res = Union::new(self.baselines.values().chain(&imported), now, &known);
        res.by_series.extend(others.map(|(series, names)| (*series, names.clone())));
        res
    }

    /// Whether the baseline of a series is there, is as it was written, and has no module of that name.
    pub fn is_without(&self, series: Series, name: &str) -> bool {
        self.baselines.get(&series).is_some_and(|it| !has(it, name))
            && !self.faults.iter().any(|(path, _)| path.file_name() == format!("{series}.json"))
    }

    /// Whether a series that is recorded has a module of that name.
    pub fn has(&self, name: &str) -> bool {
        self.baselines.values().any(|it| has(it, name))
    }
}

fn has(baseline: &Baseline, name: &str) -> bool {
    baseline.facts.modules.get(name).is_some_and(|it| it.kind != ModuleKind::Alias)
}

fn fault(message: String) -> Fault {
    Fault { message, molt: None, line: None }
}
