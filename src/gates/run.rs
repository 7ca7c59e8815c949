//! All gates on one workspace, and where Molt's checker would have stopped.

use rayon::prelude::*;

use crate::base::Dialect;

use super::{
    gate::{Gate, GateFacts, GateOutcome, Headline, PREFIX, Verdict},
    registry::GATES,
    rules::stdlib_root,
};

/// The last line of Molt's checker when nothing is wrong.
pub const OK: &str = "stdlib intrinsics lint: ok";

/// What every gate says, in order.
pub fn run(facts: &GateFacts<'_>) -> Vec<GateOutcome> {
    run_some(facts, |_| true)
}

/// What the gates of some ids say, in order.
pub fn run_some(facts: &GateFacts<'_>, is_wanted: impl Fn(&str) -> bool + Sync) -> Vec<GateOutcome> {
    let outcome = |gate: &'static Gate| {
        let verdict = stdlib_root::keeps_from(gate, facts).map_or_else(|| (gate.run)(facts), Verdict::NotJudged);
        let (mut findings, not_judged) = match verdict {
            Verdict::Judged(findings) => (findings, None),
            Verdict::NotJudged(why) => (Vec::new(), Some(why)),
        };
        for finding in &mut findings {
            finding.gate = gate.id;
            let of = finding.path.as_ref().and_then(|it| facts.inputs.unusable.get(it));
            finding.words.extend(of);
        }
        GateOutcome { gate, findings, not_judged }
    };
    GATES.par_iter().filter(|it| is_wanted(it.id)).map(outcome).collect()
}

/// The gates that look at nothing but what [`super::Inputs::of_tree`] reads.
const OF_THE_TREE: [&str; 16] = [
    "strict-implemented",
    "strict-imports",
    "strict-fallback",
    "backed-fallback",
    "stdlib-fallback",
    "pass-fallback",
    "bootstrap-roots",
    "bootstrap-closure",
    "bootstrap-modules",
    "intrinsic-partial-ratchet",
    "zero-non-intrinsic",
    "package-kind",
    "subpackage-kind",
    "top-level-coverage",
    "submodule-coverage",
    "core-lane",
];

/// Whether a gate looks at nothing but the tree, its names, the budget and the core lane.
pub fn needs_the_tree_alone(id: &str) -> bool {
    OF_THE_TREE.contains(&id)
}

/// The first gate at which Molt's checker would have stopped, and its first line; none for the line where it breaks down
/// with a traceback. None at all where it would have passed.
pub fn first_in_molt(outcomes: &[GateOutcome], dialect: Dialect) -> Option<(&'static Gate, Option<String>)> {
    let outcome = outcomes.iter().find(|it| it.gate.molt.is_some() && it.findings.iter().any(|it| !it.is_ours))?;
    let (_, headline) = outcome.gate.molt?;
    // of several inputs that are at fault, the checker names one
    let own = outcome.findings.iter().find_map(|it| it.headline.clone());
    let line = match headline {
        Headline::Words(_) => outcome.gate.line(dialect),
        Headline::Bare => Some(PREFIX.to_owned()),
        Headline::Finding => own.map(|it| format!("{PREFIX} {it}")),
        Headline::Line => own,
        Headline::Crash => None,
    };
    Some((outcome.gate, line))
}

/// The gate of that id.
pub fn by_id(id: &str) -> Option<&'static Gate> {
    GATES.iter().find(|it| it.id == id)
}
