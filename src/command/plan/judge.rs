//! Every gate on the workspace before a refresh and on the staged tree after it.

use std::collections::BTreeMap;

use crate::{
    base::number_of,
    command::support::{
        failure::{Exit, Failure},
        obstacles::Obstacles,
        state::WorkspaceState,
        way::Way,
    },
    gates::{Finding, FindingCounts, Inputs, Mode, numbered},
    report::RefreshReport,
};

pub(in crate::command) use crate::command::support::judging::{inputs, run, sources};

/// Runs all gates before and after. What is found afterwards and was not there before stands in the way, but for the gates
/// that `allowed` names; returned are the new findings, by gate.
pub(in crate::command) fn compare(
    before: &Inputs,
    after: &Inputs,
    state: &WorkspaceState,
    allowed: &[String],
    report: &mut RefreshReport,
    obstacles: &mut Obstacles,
) -> BTreeMap<&'static str, Vec<String>> {
    let mode = Mode::default();
    let old = run(before, &state.config.gates, &mode);
    let new = run(after, &state.config.gates, &mode);
    let new = numbered(&new);
    let words = |it: &Finding| {
        let path = it.path.as_ref().map_or(String::new(), |path| format!(" ({path})"));
        format!("{}: {}{path}", it.gate, it.message)
    };
    report.gates_before = numbered(&old).len();
    report.gates_after = new.iter().map(|(it, _)| words(it)).collect();
    let known = FindingCounts::new(&old);
    let broken: Vec<&Finding> =
        new.into_iter().filter(|(it, number)| known.is_new(it, *number)).map(|(it, _)| it).collect();
    let refused: Vec<&&Finding> = broken.iter().filter(|it| !allowed.iter().any(|id| id == it.gate)).collect();
    if !refused.is_empty() {
        let message = format!("the change would break the gates in {}", number_of(refused.len(), "place"));
        let hint = "repair the named files by hand, or accept it with --allow-gate ID --sign-off NAME --reason TEXT";
        let failure = Failure::new(Exit::No, message, hint).with_details(refused.iter().map(|it| words(it)));
        obstacles.note(failure, Way::allow(refused.iter().map(|it| it.gate)));
    }
    let mut res: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for finding in broken {
        res.entry(finding.gate).or_default().push(finding.message.clone());
    }
    res
}
