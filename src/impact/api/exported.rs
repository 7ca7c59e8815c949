//! What a file says itself that it exports, part by part.

use std::collections::{BTreeSet, HashSet};

use super::{
    public::Public,
    resolve::{Found, ReleaseModules},
};
use crate::python::{Export, Filter, Scope};

impl<'a> ReleaseModules<'a> {
    /// The public names of a file.
    pub(super) fn of_source(&'a self, module: &str, scope: &'a Scope) -> Public {
        let Some(exports) = &scope.exports else {
            return Public { names: self.own(module, scope, Filter::Public), ..Public::default() };
        };
        let mut res = Public { is_stated: true, ..Public::default() };
        // from the end: what is said of a name last counts, so that a part that is there again says nothing
        let (mut seen, mut without) = (HashSet::new(), HashSet::new());
        for part in exports.iter().rev().filter(|it| seen.insert(*it)) {
            if let Export::Without(names) = part {
                without.extend(names.iter().filter(|it| !res.names.contains(*it)));
                continue;
            }
            let (names, unknown) = self.exported(module, scope, part);
            res.names.extend(names.into_iter().filter(|it| !without.contains(it)));
            res.unknown.extend(unknown.into_iter().rev());
        }
        res.unknown.reverse();
        // where a part is not known, what the file defines itself is taken to be in it
        if !res.unknown.is_empty() {
            res.names.extend(self.own(module, scope, Filter::Public));
        }
        res
    }

    /// The names of one part of what a module exports, and what is not known of it.
    fn exported(&'a self, module: &str, scope: &'a Scope, part: &Export) -> (BTreeSet<String>, Vec<String>) {
        let unknown = |what: String| (BTreeSet::new(), vec![format!("names that __all__ takes from {what}")]);
        match part {
            Export::Names(names) => (names.iter().cloned().collect(), Vec::new()),
            Export::Of(name) | Export::Public(name) => match self.dotted(module, name) {
                Some(Found::Module(it)) => self.passed_on(it),
                found => match found.and_then(|it| self.attributes(it)) {
                    Some(names) => (names, Vec::new()),
                    None => unknown(name.clone()),
                },
            },
            Export::From(from) => match self.module(&self.absolute(module, from)) {
                Some(it) => self.passed_on(it),
                None => unknown(from.module.clone()),
            },
            Export::Own(filter) => (self.own(module, scope, *filter), Vec::new()),
            Export::Without(_) => (BTreeSet::new(), Vec::new()),
            Export::Unknown(text) => unknown(format!("`{text}`")),
        }
    }

    /// What another module exports.
    fn passed_on(&'a self, module: &str) -> (BTreeSet<String>, Vec<String>) {
        let theirs = self.public(module);
        let names = theirs.names.into_iter().filter(|it| theirs.is_stated || !it.starts_with('_'));
        (names.collect(), theirs.unknown)
    }
}
