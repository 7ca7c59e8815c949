//! The execution order and where it stands, as facts that a template fills a region with: asked only where one does.

use std::collections::BTreeMap;

use crate::{
    audit::{Audit, Graph},
    base::Files,
    clusters::{Known, Order, Standing, candidates},
    command::support::{audited::bounded, failure::Failure, indexed_tests::indexed_tests, state::State},
    docs::{Fact, Facts, Value},
    report::PlanReport,
};

/// What whoever states one of them writes.
pub(super) const MARKS: &[&str] = &["plan.checkpoint", "plan.clusters", "plan.next"];

/// How many modules that could be next are named.
const NEXT: usize = 5;

/// Adds them.
pub(super) fn add(facts: &mut Facts, files: &dyn Files, state: &State, audit: &Audit) -> Result<(), Failure> {
    bounded(audit)?;
    let paths = &state.paths;
    let order = Order::of_workspace(files, &paths.plan, audit.dialect)?;
    let graph = Graph::new(audit);
    let tests = indexed_tests(files, &paths.coverage_index)?;
    // a document says the same on every machine, whichever releases are at hand there
    let known = Known { audit, graph: &graph, tests: &tests, missing_names: &|_| None };
    let unmeasured = BTreeMap::new();
    let standing = Standing::new(&order, &known);
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
        since: None,
    };
    let source = report.standing.source.unwrap_or(&paths.stdlib).clone();
    for (id, text, what) in [
        (MARKS[0], report.checkpoint_part(), "where the conversion stands, as a list"),
        (MARKS[1], report.clusters_part(), "each cluster with a table of its modules"),
        (MARKS[2], report.next_part(), "the modules that could be next, as a list"),
    ] {
        let text = text.trim().to_owned();
        facts.add(Fact::new(id, Value::Text(text), &source, what).with_command("molt-sync plan --format markdown"));
    }
    Ok(())
}
