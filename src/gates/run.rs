//! All gates on one workspace, and where Molt's checker would have stopped.

use rayon::prelude::*;

use super::{
    gate::{Facts, Gate, Headline, Outcome, PREFIX, Verdict},
    registry::GATES,
    rules::stdlib_root,
};

/// The last line of Molt's checker when nothing is wrong.
pub const OK: &str = "stdlib intrinsics lint: ok";

/// What every gate says, in order.
pub fn run(facts: &Facts<'_>) -> Vec<Outcome> {
    let outcome = |gate: &'static Gate| {
        let verdict = stdlib_root::keeps_from(gate, facts).map_or_else(|| (gate.run)(facts), Verdict::NotJudged);
        let (mut findings, not_judged) = match verdict {
            Verdict::Judged(findings) => (findings, None),
            Verdict::NotJudged(why) => (Vec::new(), Some(why)),
        };
        for finding in &mut findings {
            finding.gate = gate.id;
        }
        Outcome { gate, findings, not_judged }
    };
    GATES.par_iter().map(outcome).collect()
}

/// The first gate at which Molt's checker would have stopped, and its first line; none for the line where it breaks down
/// with a traceback. None at all where it would have passed.
pub fn first_in_molt(outcomes: &[Outcome]) -> Option<(&'static Gate, Option<String>)> {
    let outcome = outcomes.iter().find(|it| it.gate.molt.is_some() && it.findings.iter().any(|it| !it.is_ours))?;
    let (_, headline) = outcome.gate.molt?;
    // of several inputs that are at fault, the checker names one
    let own = outcome.findings.iter().find_map(|it| it.headline.clone());
    let line = match headline {
        Headline::Words(words) => Some(format!("{PREFIX} {words}")),
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
