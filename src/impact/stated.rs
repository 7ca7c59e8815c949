//! What the new release states of names that one of both does not show: that a name is older than it can be seen, or goes later.

use std::collections::HashSet;

use super::{
    api::{Api, NoteKind},
    dated::{AsRank as _, version},
};
use crate::base::{Series, Version};

/// The names, each by its module and what it is called there.
pub(super) struct StatedNames<'a> {
    /// Whose addition the documentation dates before the old release.
    older: HashSet<(&'a str, &'a str)>,
    /// Of which it says that they go in a later release than the new one.
    leaving: HashSet<(&'a str, &'a str)>,
    /// The same, by their dotted names.
    leaving_in_full: HashSet<&'a str>,
}

impl<'a> StatedNames<'a> {
    pub(super) fn new(old: Option<Version>, new: &'a Api) -> Self {
        let is_older = |it: &_| {
            let old = old.map(|it| (it.series.to_string(), it.to_string()));
            old.is_some_and(|old| version(it).is_some_and(|it| it <= (old.0, old.1.as_str()).as_rank()))
        };
        let is_later = |version: &str| {
            let own = new.release.map(|it| it.series);
            own.is_some_and(|own| version.parse().is_ok_and(|it: Series| it > own))
        };
        let added = new.notes.iter().filter(|it| it.kind == NoteKind::Added && is_older(it));
        let deprecated = new.notes.iter().filter(|it| it.kind == NoteKind::Deprecated);
        let leaving = deprecated.filter(|it| it.removal.as_deref().is_some_and(is_later));
        let announced = new.removals.iter().filter(|it| is_later(&it.version)).flat_map(|it| it.subjects());
        Self {
            older: added.map(|it| (it.module.as_str(), it.name.as_str())).collect(),
            leaving: leaving.map(|it| (it.module.as_str(), it.name.as_str())).collect(),
            leaving_in_full: announced.flat_map(|it| [Some(it), it.strip_prefix("builtins.")]).flatten().collect(),
        }
    }

    /// Whether the documentation knows a name for longer: it could not be seen before.
    pub(super) fn is_older(&self, module: &str, name: &str) -> bool {
        self.older.contains(&(module, name))
    }

    /// Whether a name goes in a later release: it is there still, however it is given.
    pub(super) fn goes_later(&self, module: &str, name: &str) -> bool {
        self.leaving.contains(&(module, name)) || self.leaving_in_full.contains(format!("{module}.{name}").as_str())
    }
}
