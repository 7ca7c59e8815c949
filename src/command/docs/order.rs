//! The execution order and where it stands, and what landed since a revision, as facts that a template fills a region with: asked only
//! where one does.

use std::collections::BTreeMap;

use crate::{
    audit::{Audit, Graph},
    base::{Files, option_word},
    clusters::{KnownTree, Order, OrderStanding, candidates},
    command::support::{
        audited::bounded,
        failure::{Exit, Failure},
        landed_between::since,
        state::WorkspaceState,
    },
    docs::{Fact, Facts, Value},
    report::PlanReport,
    workspace::indexed_paths,
};

/// What whoever states one of them writes.
pub(super) const MARKS: &[&str] = &["plan.checkpoint", "plan.clusters", "plan.next"];

/// What whoever states what landed writes.
pub(super) const LANDED: &str = "landed.tranche";

/// Each of them, with what it is.
pub(super) const WHAT: [(&str, &str); 4] = [
    (LANDED, "what landed since the revision `landed-since` of the settings, as a list"),
    (MARKS[0], "where the conversion stands, as a list"),
    (MARKS[1], "each cluster with a table of its modules"),
    (MARKS[2], "the modules that could be next, as a list"),
];

/// How many modules that could be next are named.
const NEXT: usize = 5;

/// Adds them.
pub(super) fn add(facts: &mut Facts, files: &dyn Files, state: &WorkspaceState, audit: &Audit) -> Result<(), Failure> {
    bounded(audit)?;
    let paths = &state.paths;
    let order = Order::of_workspace(files, &paths.plan, audit.dialect)?;
    let graph = Graph::new(audit);
    let tests = indexed_paths(files, &paths.coverage_index)?;
    // a document says the same on every machine, whichever releases are at hand there
    let known = KnownTree { audit, graph: &graph, tests: &tests, missing_names: &|_| None };
    let unmeasured = BTreeMap::new();
    let standing = OrderStanding::new(&order, &known);
    let mut next = candidates(&standing, &known);
    next.truncate(NEXT);
    let report = PlanReport {
        standing,
        only: None,
        next,
        why: None,
        audit,
        graph: &graph,
        unmeasured: &unmeasured,
        measured: &[],
        since: None,
    };
    let source = report.standing.source.unwrap_or(&paths.stdlib).clone();
    let parts = [report.checkpoint_part(), report.clusters_part(), report.next_part()];
    for ((id, what), text) in WHAT.into_iter().skip(1).zip(parts) {
        let text = text.trim().to_owned();
        facts.add(Fact::new(id, Value::Text(text), &source, what).with_command("molt-sync plan --format markdown"));
    }
    Ok(())
}

/// Adds what landed since the revision of the settings; why that cannot be said, where there is none or git does not have it.
pub(super) fn add_landed(
    facts: &mut Facts,
    files: &dyn Files,
    state: &WorkspaceState,
) -> Result<Result<(), String>, Failure> {
    let Some(name) = &state.config.docs.landed_since else {
        let why =
            format!("the fact `{LANDED}` has no value: name the revision to begin at as `landed-since` below [docs]");
        return Ok(Err(why));
    };
    let report = match since(files, state, name) {
        Ok(it) => it,
        // a revision that is not there is a claim that cannot be kept, and a failure of git is one
        Err(error) if matches!(error.exit, Exit::Usage) => {
            return Ok(Err(format!("the fact `{LANDED}` has no value: {}", error.message)));
        }
        Err(error) => return Err(error),
    };
    let text = report.part().trim().to_owned();
    let what = WHAT[0].1;
    let command = format!("molt-sync landed {} --format markdown", option_word("--since", name));
    facts.add(Fact::new(LANDED, Value::Text(text), &state.paths.stdlib, what).with_command(command));
    Ok(Ok(()))
}
