//! Which of the folders that a mirror lists are looked into.

use std::collections::{BTreeMap, BTreeSet};

use super::Poll;
use crate::{
    base::{Series, Version},
    release::{Artifact, feed},
    watch::{Query, Reply},
};

/// So many folders are looked into in one look, the next ones of each series first: no mirror can list so many empty ones that the
/// day's requests are used up without that being told.
const FOLDERS: usize = 18;

impl Poll<'_> {
    /// The files of a listed folder: none where it is gone. A folder that cannot be read is not an empty one.
    pub(super) fn folder(&mut self, base: Version) -> Option<Vec<Artifact>> {
        let Reply::Found(bytes) = self.ask("mirror", Query::Folder(base))? else {
            self.silent("mirror", "it is not there".into());
            return Some(Vec::new());
        };
        feed::folder(&bytes).map_err(|error| self.silent("mirror", error.to_string())).ok().map(|it| it.rows)
    }

    /// Those of the listed folders that are looked into: the next ones of each series, and the last. Where that is not all of them,
    /// it was not looked.
    pub(super) fn some_of(&mut self, listed: &BTreeSet<Version>) -> Vec<Version> {
        let mut by_series: BTreeMap<Series, Vec<Version>> = BTreeMap::new();
        for base in listed {
            by_series.entry(base.series).or_default().push(*base);
        }
        let each = (FOLDERS / by_series.len().max(1)).max(2);
        let some = |all: &Vec<Version>| {
            let first = all.iter().take(if all.len() > each { each - 1 } else { each });
            first.chain(all.last().filter(|_| all.len() > each)).copied().collect::<Vec<_>>()
        };
        let res: Vec<Version> = by_series.values().flat_map(some).collect();
        if res.len() < listed.len() {
            let (all, some) = (listed.len(), res.len());
            self.silent(
                "listing",
                format!("it lists {all} folders of what is not recorded, and {some} were looked into"),
            );
            self.res.is_blind = true;
        }
        res
    }
}
