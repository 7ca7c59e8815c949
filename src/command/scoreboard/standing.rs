//! How a branch stands to where it left another one: what worsened, and which exceptions allow it.

use std::collections::BTreeMap;

use super::{
    args::CheckArgs,
    measured::{Counted, counted},
    reports,
};
use crate::{
    audit::Status,
    base::{Files as _, RelPath, day},
    command::{
        ratchet,
        support::{
            base_commit::Base,
            context::Context,
            failure::{Exit, Failure},
            workspace::Workspace,
        },
    },
    docs::{TableLosses, lost_table_rows, table_days},
    host::{self, git},
    scoreboard::{FigureScope, Judged, LaneFigures, Tree, by_id, is_pass, judge, lost_rows, of_lanes, of_trees},
    workspace::{exceptions, history},
};

/// What was found.
pub(super) struct ScoreboardStanding {
    /// The commit that was compared with.
    pub(super) base: String,
    pub(super) judged: Judged,
    /// The days of old rows of the history that were changed or taken away.
    pub(super) lost_rows: Vec<String>,
    /// The same of the handbook's table, as its readers see it.
    pub(super) lost_table_rows: TableLosses,
    /// Why the budget may not be what it is.
    pub(super) budget: Option<Failure>,
    /// The settings that the base has otherwise.
    pub(super) differs: Vec<String>,
}

impl ScoreboardStanding {
    pub(super) fn new(context: &Context, workspace: &Workspace, request: &CheckArgs) -> Result<Self, Failure> {
        let paths = &workspace.config.paths;
        let then = Base::where_left(workspace, &request.base)?;
        // what git says is the same in the work tree is read, and judged, once; by other settings nothing is
        let places = then.places().into_iter().collect();
        let (counted_now, changed) = host::beside(
            || counted(&workspace.disk, &workspace.config, None),
            || git::changed(&workspace.root, &then.commit, Some(&places)),
        );
        let (counted_now, changed) = (counted_now?, changed?);
        no_links(workspace, &counted_now)?;
        let templates = &then.config.paths.stub_templates;
        let is_known = then.differs.is_empty() && !changed.iter().any(|it| it.below(templates).is_some());
        let is_same = |it: &RelPath| is_known && !changed.contains(it);
        let files = then.tree_but(workspace, &is_same)?;
        let before = counted(&files, &then.config, Some((&counted_now, &is_same)))?.tree;
        let mut now = counted_now.tree;
        // whoever takes a module out of the union in the same change has finished nothing
        let gone = before.states.keys().filter(|it| !now.states.contains_key(*it)).cloned().collect();
        for name in ratchet::missed(workspace, (&then, &files), gone)? {
            let missing = if name.contains('.') { &mut now.missing_below } else { &mut now.missing_top };
            missing.insert(name);
        }
        let mut worsened = of_trees(&before, &now);
        let place = &then.config.paths.scoreboard;
        let old = history(&then.plain(&workspace.root, place)?, place)?;
        let new = history(&workspace.disk, &paths.scoreboard)?;
        refuse_to_come("the scoreboard", new.days(), context)?;
        let run = reports::read(context, &request.reports)?;
        // neither side of a merge hides what the other one brings: the worse of both is judged, against the better of the base
        let (best, since, worst) = (old.best_lanes(None), new.lanes_since(&old), new.worst_lanes());
        worsened.extend(of_lanes(&by_name(&best), &lanes(&since, &run)));
        let lanes = lanes(&worst, &run);
        worsened.sort();
        let known = exceptions(&files, &then.config.paths.exceptions)?;
        let signed = exceptions(&workspace.disk, &paths.exceptions)?;
        let outcomes = lanes.iter().map(|(name, lane)| (name.as_str(), lane.by_test())).collect();
        let is_bad = |figure: &str, identity: &str| is_bad(&now, &outcomes, figure, identity);
        let judged = judge(&worsened, &signed, &known, &context.today(), &is_bad);
        let operations = &then.config.paths.operations;
        let table_then = then.plain(&workspace.root, operations)?.text(operations)?.unwrap_or_default();
        let table_now = workspace.disk.text(&paths.operations)?.unwrap_or_default();
        let days = table_days(&table_now);
        refuse_to_come(paths.operations.as_str(), days.iter().map(String::as_str), context)?;
        Ok(Self {
            judged,
            lost_table_rows: lost_table_rows(&table_then, &table_now),
            lost_rows: lost_rows(&old, &new),
            budget: ratchet::rise(workspace, (&then, &files), &request.base)?,
            differs: then.differs,
            base: then.commit,
        })
    }

    pub(super) fn is_fine(&self) -> bool {
        self.judged.is_fine() && self.lost_rows.is_empty() && self.lost_table_rows.is_empty() && self.budget.is_none()
    }
}

/// Refuses a history that has a row of a day that is still to come: it would count as the last one, whatever later weeks bring.
fn refuse_to_come<'a>(place: &str, mut days: impl Iterator<Item = &'a str>, context: &Context) -> Result<(), Failure> {
    let Some(date) = days.find(|it| is_to_come(it, context)) else { return Ok(()) };
    let message = format!("{place} has a row of {date}, a day that is still to come");
    Err(Failure::new(Exit::No, message, "take the row out of it, or correct its day"))
}

/// Stops where a module or the history is a link: git compares where it leads to, so that what was there at the base is not known.
fn no_links(workspace: &Workspace, counted: &Counted) -> Result<(), Failure> {
    let paths = &workspace.config.paths;
    let modules = counted.audit.records.iter().map(|it| &it.path);
    for path in modules.chain([&paths.scoreboard, &paths.operations]) {
        if workspace.disk.is_link(path)? {
            let message =
                format!("cannot compare with the base: {path} is a link, and what it led to there is not known");
            return Err(Failure::new(Exit::Usage, message, "put the file that it leads to in its place"));
        }
    }
    Ok(())
}

/// Whether a day is still to come. One is let pass for those who live where it has begun.
pub(super) fn is_to_come(date: &str, context: &Context) -> bool {
    let tomorrow = day(&context.today()).and_then(|it| it.tomorrow().ok());
    tomorrow.is_some_and(|day| date > day.to_string().as_str())
}

fn by_name(lanes: &BTreeMap<String, LaneFigures>) -> BTreeMap<String, &LaneFigures> {
    lanes.iter().map(|(name, lane)| (name.clone(), lane)).collect()
}

/// The last run of each lane: that of the command line, else that of the history.
fn lanes<'a>(
    recorded: &'a BTreeMap<String, LaneFigures>,
    run: &'a BTreeMap<String, LaneFigures>,
) -> BTreeMap<String, &'a LaneFigures> {
    let mut res = by_name(recorded);
    res.extend(by_name(run));
    res
}

/// The outcome of each test, by lane.
type OutcomesByLane<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>;

/// Whether what an exception allows is still so.
fn is_bad(now: &Tree, lanes: &OutcomesByLane<'_>, figure: &str, identity: &str) -> bool {
    let state = now.states.get(identity);
    match by_id(figure).map(|it| it.of) {
        Some(FigureScope::State(Status::Backed)) => match (state, identity.rsplit_once('.')) {
            (Some(state), _) => *state != Some(Status::Backed),
            (None, Some((module, name))) => now.names.get(module).is_none_or(|it| !it.contains(name)),
            (None, None) => true,
        },
        Some(FigureScope::State(status)) => {
            state.is_some_and(|it| *it == Some(status) || it.is_none() || *it == Some(Status::PolicyGate))
        }
        Some(FigureScope::MissingTop) => now.missing_top.contains(identity),
        Some(FigureScope::MissingBelow) => now.missing_below.contains(identity),
        Some(FigureScope::Lane(name)) => {
            lanes.get(name).is_none_or(|it| it.get(identity).is_none_or(|it| !is_pass(it)))
        }
        // what a peak was before is not kept with the exception, so that its day decides
        Some(FigureScope::Memory) => true,
        None => false,
    }
}
