//! The core lane: the list of its tests, and what each of them imports.

use std::collections::HashMap;

use super::fault::Fault;
use crate::{
    base::{
        Dialect, FileError, Files, RelPath,
        alone::{LARGE_PYTHON, alone},
        limits::{SETTINGS, too_long},
    },
    python::{self, Import, ParseMeter},
};

/// One test of the core lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneTest {
    /// As the list names it.
    pub name: String,
    /// Its line in the list, one-based.
    pub line: usize,
    /// What it imports; nothing where an earlier line names it too. Why it cannot be told.
    pub imports: Result<Vec<String>, String>,
}

/// The list of the lane: where Molt's tool writes it where the usual one is not there.
pub(super) fn list(files: &dyn Files, usual: RelPath) -> Result<RelPath, FileError> {
    let Some(early) = RelPath::new(EARLY).ok().filter(|_| usual.as_str() == LATER) else { return Ok(usual) };
    // one that cannot be read is there, and is told by what reads it
    let is_early = files.read(&usual).is_ok_and(|it| it.is_none()) && files.read(&early)?.is_some();
    Ok(if is_early { early } else { usual })
}

/// The list of the lane's tests in Molt since 2026-02-13, and before.
const LATER: &str = "tests/differential/basic/CORE_TESTS.txt";
const EARLY: &str = "tests/differential/core/TESTS.txt";

/// Reads the list and every test on it; none where there is no list, and a fault where it cannot be read. Paths are relative to the workspace; blank lines
/// and lines that begin with `#` are skipped, and so is what does not end in `.py`. Whoever calls it asks `meter` whether it
/// was too much.
pub(super) fn read(files: &dyn Files, list: &RelPath, meter: &ParseMeter) -> Result<Option<Vec<LaneTest>>, Fault> {
    let fault = |message: String| Fault { message, molt: None, line: None };
    let Some(text) = files.text(list).map_err(|error| fault(error.to_string()))? else { return Ok(None) };
    FileError::unless_merged(list, &text).map_err(|error| fault(error.to_string()))?;
    if let Some(why) = too_long(text.len(), SETTINGS) {
        return Err(fault(format!("cannot read {list}: {why}")));
    }
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let entries = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    // one that is named again is read once, and its imports are counted once
    let mut known: HashMap<&str, Option<String>> = HashMap::new();
    let mut res = Vec::new();
    for (line, name) in entries {
        let imports = match known.get(name) {
            Some(None) => Ok(Vec::new()),
            Some(Some(why)) => Err(why.clone()),
            None if meter.excess().is_some() => break,
            None => imports(files, name, meter),
        };
        known.entry(name).or_insert_with(|| imports.as_ref().err().cloned());
        res.push(LaneTest { name: name.to_owned(), line, imports });
    }
    Ok(Some(res))
}

/// What a test imports by name: whole modules, and the module part of `from` without dots.
fn imports(files: &dyn Files, name: &str, meter: &ParseMeter) -> Result<Vec<String>, String> {
    let path = RelPath::new(name).map_err(|error| error.to_string())?;
    let bytes = files.read(&path).map_err(|error| error.source.to_string())?.ok_or("there is no such file")?;
    if path.extension() != Some("py") {
        return Ok(Vec::new());
    }
    meter.add_files(1);
    if !meter.admits(bytes.len()) {
        return Ok(Vec::new());
    }
    let _alone = alone(bytes.len() > LARGE_PYTHON);
    let source = python::decode(bytes).map_err(|error| error.to_string())?;
    let module = meter.parse(&source.text).map_err(|error| error.to_string())?;
    let summary = python::summarize(&module, &source.text, Dialect::default());
    let names = summary.all_imports.into_iter().filter_map(|it| match it {
        Import::Module(name) => Some(name),
        Import::From { level: 0, module, .. } => Some(module),
        Import::From { .. } => None,
    });
    Ok(names.map(String::from).collect())
}
