//! Files besides the documents that list the supported series, named for a person where a change brings or drops one.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::{
    base::{FileError, RelPath, Series, number_of},
    changeset::Changeset,
    command::support::{failure::Failure, state::WorkspaceState},
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
const ALL: usize = 512 << 20;
/// Files that are read at a time.
const PART: usize = 64;
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
    if !state.checkout.is_repository()? {
        return Ok(vec![
            "look for programs and settings that list the series: without git it is not known which files there are"
                .into(),
        ]);
    }
    let paths = &state.paths;
    let is_ours = |it: &RelPath| changeset.edits.iter().any(|edit| edit.path == *it);
    // modules are the compiler's own library, and are about the series that each of them was written for
    let is_module = |it: &RelPath| it.below(&paths.stdlib).is_some();
    let names = state.checkout.names()?;
    let count = names.len();
    let mut all: Vec<RelPath> = names.into_iter().filter_map(|it| RelPath::new(it).ok()).collect();
    // what no path here can name is looked at by nobody
    let mut left = count - all.len();
    all.retain(|it| it.extension().is_none_or(|it| READ.contains(&it)) && !is_ours(it) && !is_module(it));
    left += all.len().saturating_sub(FILES);
    all.truncate(FILES);
    let (mut read, mut passed_over) = (0, left);
    let mut found: Vec<FileLists<'_>> = Vec::new();
    // which files are left out must not depend on how quick each thread is
    for part in all.chunks(PART) {
        // what a link leads to is a file of its own
        let texts = part.par_iter().map(|path| Ok((path, state.checkout.glance(path, LONGEST)?)));
        let texts = texts.collect::<Result<Vec<_>, FileError>>()?;
        let mut whole = Vec::new();
        for (path, bytes) in texts {
            let Some(bytes) = bytes else { continue };
            read += bytes.len();
            if read > ALL {
                passed_over += 1;
            } else {
                whole.push((path, bytes));
            }
        }
        found.par_extend(whole.into_par_iter().filter_map(|(path, bytes)| {
            let text = String::from_utf8(bytes).ok()?;
            Some(FileLists::of(path, &text, &old)).filter(|it| !it.lines.is_empty())
        }));
    }
    let named = old.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (remarks, lists): (Vec<FileLists<'_>>, Vec<FileLists<'_>>) = found.into_iter().partition(|it| it.are_remarks);
    let mut res: Vec<String> = lists.iter().map(|it| it.words(&named)).collect();
    if !remarks.is_empty() {
        let places: Vec<String> = remarks.iter().flat_map(FileLists::places).take(PLACES).collect();
        let more = remarks.iter().map(|it| it.lines.len()).sum::<usize>() - places.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        res.push(format!("comments that list {named}: {}{more}", places.join(", ")));
    }
    if passed_over > 0 {
        res.push(format!("look for the series in {} more, which was not done", number_of(passed_over, "file")));
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
