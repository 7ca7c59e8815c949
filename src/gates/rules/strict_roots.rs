//! The roots that a run makes strict: they exist, they are on intrinsics, and so is all that they import.

use super::import_chain;
use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict, word},
};

pub(in crate::gates) const LIST: Gate = Gate {
    id: "strict-list",
    title: "the list of strict roots names something",
    why: "A list without a name would make nothing strict and still look like a check.",
    repair: "Name modules with --allowlist-modules A,B or leave the option out.",
    is_hard: false,
    molt: Some(("5", Headline::Words("module list cannot be empty"))),
    run: run_list,
};

pub(in crate::gates) const KNOWN: Gate = Gate {
    id: "strict-known",
    title: "strict roots are in the tree",
    why: "A root that is not there cannot be held to anything.",
    repair: "Correct the name, or bring the module back.",
    is_hard: false,
    molt: Some(("6", Headline::Words("unknown strict-import modules requested"))),
    run: run_known,
};

pub(in crate::gates) const IMPLEMENTED: Gate = Gate {
    id: "strict-implemented",
    title: "strict roots are on intrinsics",
    why: "A strict root is one that a compiled program relies on.",
    repair: "Convert the module, or take it off the list.",
    is_hard: false,
    molt: Some(("7", Headline::Words("strict-import roots must be intrinsic-implemented"))),
    run: run_implemented,
};

pub(in crate::gates) const IMPORTS: Gate = Gate {
    id: "strict-imports",
    title: "strict roots import only what is on intrinsics",
    why: "What a strict root imports runs with it.",
    repair: "Convert what is imported, or stop importing it at module level.",
    is_hard: false,
    molt: Some((
        "26a",
        Headline::Words(
            "strict-import allowlist violated (intrinsic-implemented roots imported non-intrinsic-implemented stdlib modules)",
        ),
    )),
    run: run_imports,
};

fn run_list(facts: &GateFacts<'_>) -> Verdict {
    let is_empty = facts.mode.listed().is_some_and(|it| it.is_empty());
    Verdict::Judged(is_empty.then(|| Finding::new("--allowlist-modules names no module")).into_iter().collect())
}

fn run_known(facts: &GateFacts<'_>) -> Verdict {
    let unknown = facts.strict_roots().into_iter().filter(|it| !facts.inputs.layout.names.contains_key(it));
    unknown.map(|name| Finding::new(format!("`{name}` is not in the tree")).module(&name)).collect()
}

fn run_implemented(facts: &GateFacts<'_>) -> Verdict {
    let roots = facts.strict_roots();
    let records = roots.iter().filter_map(|it| facts.audit().get(it));
    let open = records.filter(|it| facts.is_open(it));
    open.map(|it| Finding::of(it, format!("`{}` is {}", it.name, word(it.status)))).collect()
}

fn run_imports(facts: &GateFacts<'_>) -> Verdict {
    let roots = facts.strict_roots();
    let importers: Vec<_> =
        roots.iter().filter_map(|root| Some((facts.audit().get(root)?, format!("`{root}`")))).collect();
    let open = facts.audit().by_name().filter(|it| facts.is_open(it));
    let open: Vec<&str> = if importers.is_empty() { Vec::new() } else { open.map(|it| it.name.as_str()).collect() };
    import_chain::findings(facts, &importers, &open).into()
}
