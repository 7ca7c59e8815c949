//! Files besides the documents that list the supported series, named for a person where a change brings or drops one.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;

use crate::{
    base::{Files as _, RelPath, Series, number_of},
    changeset::Changeset,
    command::support::{failure::Failure, state::WorkspaceState},
    host::{Disk, git},
    refresh::series_lists,
    stdlib::Union,
};

/// What settings, scripts and programs are called. Documents are read elsewhere, and data is not a list of anything.
const READ: [&str; 16] =
    ["py", "pyi", "toml", "yml", "yaml", "json", "cfg", "ini", "sh", "ps1", "txt", "rs", "just", "mk", "nix", "qnt"];
/// Files of that kind that are looked at, and bytes of one.
const FILES: usize = 50_000;
const LONGEST: u64 = 1 << 20;
/// Bytes of all of them.
const ALL: usize = 64 << 20;
/// Places that are named.
const PLACES: usize = 100;

/// The files of the index that list exactly the series of before, with their lines, where the change brings or drops one.
pub(in crate::command) fn for_a_person(
    state: &WorkspaceState,
    after: &Union,
    changeset: &Changeset,
) -> Result<Vec<String>, Failure> {
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
    // modules are the compiler's own library, and are about the series that each of them was written for
    let is_module = |it: &RelPath| it.below(&paths.stdlib).is_some();
    let names = git::names(&state.root)?;
    let count = names.len();
    let mut all: Vec<RelPath> = names.into_iter().filter_map(|it| RelPath::new(it).ok()).collect();
    // what no path here can name is looked at by nobody
    let mut left = count - all.len();
    all.retain(|it| it.extension().is_none_or(|it| READ.contains(&it)) && !is_ours(it) && !is_module(it));
    left += all.len().saturating_sub(FILES);
    all.truncate(FILES);
    let disk = Disk::new(&state.root);
    let (read, passed_over) = (AtomicUsize::new(0), AtomicUsize::new(left));
    let found = all.par_iter().map(|path| {
        // what a link leads to is a file of its own
        if disk.is_link(path)? {
            return Ok(None);
        }
        let bytes = disk.glance(path, LONGEST)?.unwrap_or_default();
        if read.fetch_add(bytes.len(), Ordering::Relaxed) > ALL {
            passed_over.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        let text = String::from_utf8(bytes).ok();
        let lists = text.map(|text| FileLists::of(path, &text, &old));
        Ok(lists.filter(|it| !it.lines.is_empty()))
    });
    let found: Vec<Option<FileLists<'_>>> = found.collect::<Result<_, Failure>>()?;
    let named = old.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (remarks, lists): (Vec<FileLists<'_>>, Vec<FileLists<'_>>) =
        found.into_iter().flatten().partition(|it| it.are_remarks);
    let mut res: Vec<String> = lists.iter().map(|it| it.words(&named)).collect();
    if !remarks.is_empty() {
        let places: Vec<String> = remarks.iter().flat_map(FileLists::places).take(PLACES).collect();
        let more = remarks.iter().map(|it| it.lines.len()).sum::<usize>() - places.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        res.push(format!("comments that list {named}: {}{more}", places.join(", ")));
    }
    let left = passed_over.into_inner();
    if left > 0 {
        res.push(format!("look for the series in {} more, which was not done", number_of(left, "file")));
    }
    Ok(res)
}

/// The lists in one file.
struct FileLists<'a> {
    path: &'a RelPath,
    /// One-based.
    lines: Vec<usize>,
    /// Whether all of them stand in comments, which decide nothing.
    are_remarks: bool,
}

impl<'a> FileLists<'a> {
    fn of(path: &'a RelPath, text: &str, series: &BTreeSet<Series>) -> Self {
        let lines = series_lists(text, series);
        let all: Vec<&str> = if lines.is_empty() { Vec::new() } else { text.lines().collect() };
        let is_remark = |it: &usize| {
            let line = all.get(it - 1).map_or("", |it| it.trim_start());
            ["#", "//", "/*", "* ", "--", ";"].iter().any(|it| line.starts_with(it))
        };
        Self { path, are_remarks: lines.iter().all(is_remark), lines }
    }

    fn words(&self, named: &str) -> String {
        let numbers: Vec<String> = self.lines.iter().take(PLACES).map(ToString::to_string).collect();
        let (word, verb) = if numbers.len() == 1 { ("line", "lists") } else { ("lines", "list") };
        let more = self.lines.len() - numbers.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}: {word} {}{more} {verb} {named}", self.path, numbers.join(", "))
    }

    fn places(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| format!("{}:{line}", self.path))
    }
}
