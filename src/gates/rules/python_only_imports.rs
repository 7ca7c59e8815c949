//! What is on intrinsics imports nothing that is not.

use std::collections::BTreeSet;

use super::import_chain;
use crate::audit::Status;
use crate::gates::gate::{Gate, GateFacts, Headline, Verdict, word};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "python-only-imports",
    title: "no module imports a python-only one",
    why: "A module is only as compiled as what it imports.",
    repair: "Convert the imported module, or import it where it is used and not at module level.",
    is_hard: false,
    molt: Some(("25", Headline::Words("non-python-only modules cannot depend on python-only stdlib modules"))),
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let is_python = |status: Option<Status>| status == Some(Status::PythonOnly);
    let records = &facts.audit().records;
    let python: BTreeSet<&str> = records.iter().filter(|it| is_python(it.status)).map(|it| it.name.as_str()).collect();
    let reaching = if python.is_empty() { BTreeSet::new() } else { facts.graph.reaching(python.iter().copied()) };
    let importers = records.iter().filter(|it| reaching.contains(it.name.as_str()));
    let importers: Vec<_> = importers
        .filter(|it| it.status.is_some() && !is_python(it.status))
        .map(|it| (it, format!("`{}` is {} and", it.name, word(it.status))))
        .collect();
    let python: Vec<&str> = python.into_iter().collect();
    import_chain::findings(facts, &importers, &python).into()
}
