//! A name that is both a file and a package: which of them is imported would depend on the importer.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Level, Verdict},
};
use crate::stdlib::ROOT_MODULE;

pub(in crate::gates) const TOP: Gate = Gate {
    id: "top-level-collision",
    title: "one file for each top-level name",
    why: "Of a file and a package of one name only one is imported, and the other one lies.",
    repair: "Delete one of the two.",
    is_hard: true,
    molt: Some(("16", Headline::Words("top-level module/package duplicate mapping"))),
    run: |facts| run(facts, Level::Top),
};

pub(in crate::gates) const BELOW: Gate = Gate {
    id: "submodule-collision",
    title: "one file for each submodule",
    molt: Some(("19", Headline::Words("submodule/package duplicate mapping"))),
    run: |facts| run(facts, Level::Below),
    ..TOP
};

fn run(facts: &GateFacts<'_>, level: Level) -> Verdict {
    let names = facts.inputs.layout.names.iter().filter(|(name, _)| level.has(name) && *name != ROOT_MODULE);
    let both = names.filter_map(|(name, places)| Some((name, places.module.as_ref()?, places.package.as_ref()?)));
    both.map(|(name, module, package)| {
        Finding::new(format!("`{name}` is both {module} and {package}")).module(name).at(module)
    })
    .collect()
}
