//! How a run of the gates ends: what was not judged is no pass.

use crate::{
    base::number_of,
    command::support::failure::{Exit, Failure},
    gates::{Inputs, SURFACE_KEPT},
    report::{GateReport, GateRow},
};

/// The gate whose list a branch can take away, with the tests in it.
const CORE_LANE: &str = "core-lane";

/// The exit code. What was asked for by name and not judged is no answer, whatever else was found. Where an input is damaged, of which
/// no finding that counts tells, what needs it was not judged, and that is no pass.
pub(super) fn ended(report: &GateReport<'_>, inputs: &Inputs, only: &[String]) -> Result<Exit, Failure> {
    let asked = |row: &&GateRow| only.iter().any(|it| it == row.gate.id);
    let silent: Vec<String> = report.chosen().filter(asked).filter_map(not_judged).collect();
    if !silent.is_empty() {
        let message = format!("cannot judge {} that --only names", number_of(silent.len(), "gate"));
        let failure = Failure::new(Exit::Usage, message, "repair what it needs, or leave it out");
        return Err(beside(failure.with_details(silent), report));
    }
    if report.failing() > 0 {
        return Ok(Exit::No);
    }
    // a number that nobody counted is no pass
    let surface = report.chosen().find(|row| row.gate.id == SURFACE_KEPT).and_then(|row| row.not_judged.as_deref());
    if let Some((why, names)) = surface.zip(inputs.surface.as_ref()) {
        let failure = Failure::new(Exit::Usage, format!("cannot judge {SURFACE_KEPT}: {why}"), names.repair());
        return Err(beside(failure, report));
    }
    if let Some(row) = report.chosen().find(|row| row.gate.id == CORE_LANE && row.is_judged_no_more()) {
        let why = row.not_judged.as_deref().unwrap_or_default();
        let message = format!("cannot judge {CORE_LANE}, by which the base is judged: {why}");
        return Err(Failure::new(Exit::Usage, message, "restore the list, or compare with a commit that has none"));
    }
    let is_damaged =
        inputs.manifest.as_ref().map_or(true, |it| it.damage().is_some()) || inputs.required_unknown.is_some();
    let silent: Vec<String> = report.chosen().filter_map(not_judged).collect();
    if silent.is_empty() || !is_damaged {
        return Ok(Exit::Done);
    }
    let message = format!("cannot judge {}: what they need is damaged", number_of(silent.len(), "gate"));
    Err(Failure::new(Exit::Usage, message, "repair it; `molt-sync gates` without choices tells where")
        .with_details(silent))
}

/// The failure, told beside the report where that has something of other gates.
fn beside(failure: Failure, report: &GateReport<'_>) -> Failure {
    let is_empty = report.chosen().all(|row| row.not_judged.is_some());
    Failure { in_result: !is_empty, ..failure }
}

/// Which gate was not judged, and why.
fn not_judged(row: &GateRow) -> Option<String> {
    Some(format!("{}: {}", row.gate.id, row.not_judged.as_deref()?))
}
