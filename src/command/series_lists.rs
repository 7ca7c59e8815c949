//! Files besides the documents that list the supported series, named for a person where a change brings or drops one.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{failure::Failure, state::State};
use crate::{
    base::{RelPath, number_of},
    changeset::Changeset,
    host::{Disk, git},
    refresh::series_lists,
    stdlib::Union,
};

/// What settings, scripts and programs are called. Documents are read elsewhere, and data is no list of anything.
const READ: [&str; 16] =
    ["py", "pyi", "toml", "yml", "yaml", "json", "cfg", "ini", "sh", "ps1", "txt", "rs", "just", "mk", "nix", "qnt"];
/// Files of that kind that are looked at, and bytes of one.
const FILES: usize = 50_000;
const LONGEST: u64 = 1 << 20;

/// The files of the index that list exactly the series of before, with their lines, where the change brings or drops one.
pub(super) fn for_a_person(state: &State, after: &Union, changeset: &Changeset) -> Result<Vec<String>, Failure> {
    let series = |it: &Union| it.by_series.keys().copied().collect::<BTreeSet<_>>();
    let old = series(&state.union);
    if old == series(after) || old.len() < 2 {
        return Ok(Vec::new());
    }
    if !git::is_repository(&state.root)? {
        return Ok(vec![
            "look for programs and settings that list the series: without git it is not known which files there are"
                .into(),
        ]);
    }
    let paths = &state.paths;
    let is_ours = |it: &RelPath| changeset.edits.iter().any(|edit| edit.path == *it);
    // modules are about one series each, and the authority on targets is named by itself
    let is_told =
        |it: &RelPath| it.below(&paths.stdlib).is_some() || *it == paths.target_versions || *it == paths.checker;
    let mut all = git::index(&state.root)?;
    all.retain(|it| it.extension().is_none_or(|it| READ.contains(&it)) && !is_ours(it) && !is_told(it));
    let left = all.len().saturating_sub(FILES);
    all.truncate(FILES);
    let disk = Disk::new(&state.root);
    let found = all.par_iter().map(|path| {
        let lines = match disk.glance(path, LONGEST)? {
            Some(bytes) => std::str::from_utf8(&bytes).map(|it| series_lists(it, &old)).unwrap_or_default(),
            None => Vec::new(),
        };
        Ok((path, lines))
    });
    let found: Vec<(&RelPath, Vec<usize>)> = found.collect::<Result<_, Failure>>()?;
    let named: Vec<String> = old.iter().map(ToString::to_string).collect();
    let row = |(path, lines): &(&RelPath, Vec<usize>)| {
        let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let (word, verb) = if lines.len() == 1 { ("line", "lists") } else { ("lines", "list") };
        format!("{path}: {word} {} {verb} {}", numbers.join(", "), named.join(", "))
    };
    let mut res: Vec<String> = found.iter().filter(|it| !it.1.is_empty()).map(row).collect();
    if left > 0 {
        res.push(format!("look for the series in {} more, which was not done", number_of(left, "file")));
    }
    Ok(res)
}
