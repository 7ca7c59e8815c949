//! A package of CPython that is a single file here: its submodules could not be imported. The other way round is fine.

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Level, Verdict},
};

pub(in crate::gates) const TOP: Gate = Gate {
    id: "package-kind",
    title: "top-level packages are packages",
    why: "Modules below a name can only be imported where the name is a package.",
    repair: "Move NAME.py to NAME/__init__.py; `molt-sync refresh` does it for stubs.",
    is_hard: true,
    molt: Some(("18", Headline::Words("stdlib package kind gate violated"))),
    run: |facts| run(facts, Level::Top),
};

pub(in crate::gates) const BELOW: Gate = Gate {
    id: "subpackage-kind",
    title: "subpackages are packages",
    molt: Some(("21", Headline::Words("stdlib subpackage kind gate violated"))),
    run: |facts| run(facts, Level::Below),
    ..TOP
};

fn run(facts: &GateFacts<'_>, level: Level) -> Verdict {
    if let Some(why) = &facts.inputs.required_unknown {
        return Verdict::NotJudged(why.clone());
    }
    let packages = match level {
        Level::Top => &facts.inputs.required.packages,
        Level::Below => &facts.inputs.required.subpackages,
    };
    let wrong = packages.iter().filter_map(|name| {
        let places = facts.inputs.layout.places(name);
        let module = places.module.filter(|_| places.package.is_none())?;
        let message = format!("`{name}` is a package in CPython and {module} is a single file");
        Some(Finding::new(message).module(name).at(&module))
    });
    wrong.collect()
}
