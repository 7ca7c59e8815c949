//! Every gate on the workspace before a refresh and on the staged tree after it.

use std::collections::BTreeMap;

use crate::{
    base::{FileError, Files, number_of},
    command::support::{
        failure::{Exit, Failure},
        remarks::Remarks,
        state::WorkspaceState,
        way::Way,
    },
    gates::{Finding, Inputs, KnownFindings, Mode, numbered},
};

pub(in crate::command) use crate::command::support::judging::{inputs, run, sources};

/// Stops where an input of the gates is there and cannot be used: what a change does to what is judged by it is not known.
pub(super) fn undamaged(files: &dyn Files, before: &Inputs) -> Result<(), Failure> {
    let all = before.damages(files)?;
    let Some((path, first)) = all.first() else { return Ok(()) };
    // which side is right is a person's to say
    FileError::unless_merged(path, &files.text(path).ok().flatten().unwrap_or_default())?;
    let message = format!("the change cannot be judged by the gates: {first}");
    let hint = format!("restore {path} from git, or put in its place what belongs there; `molt-sync gates` says more");
    let others = all[1..].iter().map(|(_, why)| why.clone());
    Err(Failure::new(Exit::Usage, message, hint).with_details(others))
}

/// What all gates say before and after.
pub(in crate::command) struct GatesCompared {
    /// Findings before.
    pub(in crate::command) before: usize,
    /// Findings afterwards, in words.
    pub(in crate::command) after: Vec<String>,
    /// Findings that are new, by gate.
    pub(in crate::command) broken: BTreeMap<&'static str, Vec<String>>,
}

/// Runs all gates before and after. What is found afterwards and was not there before stands in the way, but for the gates
/// that `allowed` names.
pub(in crate::command) fn compare(
    before: &Inputs,
    after: &Inputs,
    state: &WorkspaceState,
    allowed: &[String],
) -> (GatesCompared, Remarks) {
    let mode = Mode::default();
    let old = run(before, &state.config.gates, &mode);
    let new = run(after, &state.config.gates, &mode);
    let new = numbered(&new);
    let words = |it: &Finding| {
        let path = it.path.as_ref().map_or(String::new(), |path| format!(" ({path})"));
        format!("{}: {}{path}", it.gate, it.message)
    };
    let all = new.iter().map(|(it, _)| words(it)).collect();
    let known = KnownFindings::new(&old);
    let broken: Vec<&Finding> =
        new.into_iter().filter(|(it, number)| known.is_new(it, *number)).map(|(it, _)| it).collect();
    let refused: Vec<&&Finding> = broken.iter().filter(|it| !allowed.iter().any(|id| id == it.gate)).collect();
    let mut remarks = Remarks::default();
    if !refused.is_empty() {
        let message = format!("the change would break the gates in {}", number_of(refused.len(), "place"));
        let hint = "repair the named files by hand, or accept it with --allow-gate ID --sign-off NAME --reason TEXT";
        let failure = Failure::new(Exit::No, message, hint).with_details(refused.iter().map(|it| words(it)));
        remarks.obstacle(failure, Way::allow(refused.iter().map(|it| it.gate)));
    }
    let mut by_gate: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for finding in broken {
        by_gate.entry(finding.gate).or_default().push(finding.message.clone());
    }
    (GatesCompared { before: numbered(&old).len(), after: all, broken: by_gate }, remarks)
}
