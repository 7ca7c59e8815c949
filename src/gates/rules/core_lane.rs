//! What the core tests import is finished.

use std::collections::{BTreeSet, HashMap};

use crate::gates::{
    finding::{Finding, Place},
    gate::{Facts, Gate, Verdict, word},
    inputs::{Fault, LaneTest, lenient},
};
use crate::{
    audit::Status,
    base::{
        Dialect, Files, RelPath,
        alone::{LARGE_PYTHON, alone},
    },
    python::{self, Import, Meter},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "core-lane",
    title: "the core lane imports only finished modules",
    why: "The core tests must not pass by way of something that is still in work.",
    repair: "Finish the module, or keep the test out of the lane's list. A test that the list names must be there.",
    is_hard: false,
    molt: None,
    run,
};

/// Reads the list and every test on it; none where there is no list, and a fault where it cannot be read. Paths are relative to the workspace; blank lines
/// and lines that begin with `#` are skipped, and so is what does not end in `.py`. Whoever calls it asks `meter` whether it
/// was too much.
pub(in crate::gates) fn read(files: &dyn Files, list: &RelPath, meter: &Meter) -> Result<Option<Vec<LaneTest>>, Fault> {
    let Some(text) = lenient(files, list)? else { return Ok(None) };
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
fn imports(files: &dyn Files, name: &str, meter: &Meter) -> Result<Vec<String>, String> {
    let path = RelPath::new(name).map_err(|error| error.to_string())?;
    let bytes = files.read(&path).map_err(|error| error.source.to_string())?.ok_or("there is no such file")?;
    if path.extension() != Some("py") {
        return Ok(Vec::new());
    }
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

/// The modules that the lane's tests import, and all that those import.
pub fn closure<'a>(facts: &Facts<'a>, tests: &[LaneTest]) -> BTreeSet<&'a str> {
    let named = tests.iter().filter_map(|it| it.imports.as_ref().ok()).flatten();
    facts.graph.closure(named.filter_map(|it| facts.graph.canonical(it)))
}

fn run(facts: &Facts<'_>) -> Verdict {
    let list = &facts.inputs.sources.core_lane;
    let tests = match &facts.inputs.core_lane {
        Ok(Some(tests)) => tests,
        // with tests and without their list, the lane would pass by not looking
        Ok(None) if facts.inputs.has_lane_tests => {
            return Verdict::Judged(vec![Finding::new(format!("there is no {list}")).at(list)]);
        }
        Ok(None) => return Verdict::NotJudged(format!("there is no {list} and no test beside it")),
        Err(fault) => return Verdict::Judged(vec![Finding::fault(fault, list)]),
    };
    let broken = tests.iter().filter_map(|test| {
        let why = test.imports.as_ref().err()?;
        let finding = Finding::new(format!("{}: {why}", test.name)).at(list).place(Place::Line(test.line));
        Some(finding.related([test.name.clone()]))
    });
    let mut findings: Vec<Finding> = broken.collect();
    let allowed = &facts.policy.core_lane_statuses;
    for name in closure(facts, tests) {
        let Some(record) = facts.audit().get(name) else { continue };
        let status = record.lane_status();
        if status.is_some_and(|it: Status| !allowed.iter().any(|word| word == it.word())) {
            let message = format!("`{name}` is {} and the core lane imports it", word(status));
            let finding = Finding::of(record, message);
            findings.push(match record.said().and_then(|it| it.marker) {
                Some(marker) => finding.span(marker),
                None => finding,
            });
        }
    }
    findings.into()
}
