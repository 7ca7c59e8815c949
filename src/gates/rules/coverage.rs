//! A name that some supported series has and the tree has not: importing it would fail at build time only.

use crate::base::RelPath;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Level, Verdict},
};
use crate::stdlib::ROOT_MODULE;

pub(in crate::gates) const TOP: Gate = Gate {
    id: "top-level-coverage",
    title: "every top-level name of the union",
    why: "A program that imports a name that CPython has must get it or a clear refusal.",
    repair: "Restore the file where there was one: `git log -- FILE` tells, and a stub in its place would be the work lost. For a name that is new, run `molt-sync stubs sync`, which writes the stub.",
    is_hard: true,
    molt: Some(("17", Headline::Words("stdlib top-level coverage gate violated"))),
    run: |facts| run(facts, Level::Top),
};

pub(in crate::gates) const BELOW: Gate = Gate {
    id: "submodule-coverage",
    title: "every submodule of the union",
    molt: Some(("20", Headline::Words("stdlib submodule coverage gate violated"))),
    run: |facts| run(facts, Level::Below),
    ..TOP
};

fn run(facts: &GateFacts<'_>, level: Level) -> Verdict {
    if let Some(why) = &facts.inputs.required_unknown {
        return Verdict::NotJudged(why.clone());
    }
    let required = match level {
        Level::Top => &facts.inputs.required.top_level,
        Level::Below => &facts.inputs.required.submodules,
    };
    // a dot in a required top-level name would be looked for among the top-level files, where there is none
    let is_there = |name: &str| level.has(name) && name != ROOT_MODULE && facts.inputs.layout.places(name).exist();
    let missing = required.iter().filter(|name| !is_there(name));
    let packages = match level {
        Level::Top => &facts.inputs.required.packages,
        Level::Below => &facts.inputs.required.subpackages,
    };
    let finding = |name: &String| {
        let finding = Finding::new(format!("`{name}` is required and there is no file for it")).module(name);
        // where it should be: a report has to end at some file
        let end = if packages.contains(name) { "/__init__.py" } else { ".py" };
        let path = format!("{}/{}{end}", facts.inputs.sources.stdlib, name.replace('.', "/"));
        match RelPath::new(path) {
            Ok(path) => finding.at(&path),
            Err(_) => finding,
        }
    };
    missing.map(finding).collect()
}
