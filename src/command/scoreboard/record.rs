//! `molt-sync scoreboard record`: the row of a week, in the history and in the table of the handbook, in one changeset.

use std::collections::{BTreeMap, BTreeSet};

use super::{args::RecordArgs, measured::tree, reports, standing::is_to_come};
use crate::{
    base::{Files, RelPath, Staged, attributes_of, limits::too_long},
    changeset::Changeset,
    command::{
        acquire::{NamesReach, recorded_names},
        support::{
            base_commit::Base,
            changed_files::changed_files,
            checked_out::{WorkspaceReach, whole},
            context::{Context, Format},
            failure::{Exit, Failure},
            public_names::cached_names,
            uncommitted::refuse_uncommitted,
            workspace::Workspace,
        },
    },
    config::{Config, Paths},
    docs::with_row,
    host::{Cache, git, longest},
    impact::{Shims, SurfaceRow as NamesOfModule, SurfaceTotals},
    report::scoreboard as report,
    scoreboard::{History, PublicNamesFigure, Put, Row, RowInputs, Tree, row},
    workspace::{baselines, history, lock, ratchet},
};

/// Runs it.
pub(super) fn run(context: &Context, request: &RecordArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace_for(!request.dry_run)?;
    if request.at.is_none() {
        whole(&workspace, WorkspaceReach::Tree, true)?;
    }
    let made = made(context, &workspace, request)?;
    let changeset = match made {
        RecordOutcome::Stays(day) => {
            if request.dry_run {
                context.print_patch("")?;
            } else {
                context.print(&report::stays(&day, context.options.format == Format::Json))?;
            }
            context.note(&format!("the week has the row of {day} already; --replace puts another one in its place"));
            return Ok(Exit::Done);
        }
        RecordOutcome::Row(it) => it,
    };
    let RecordedRow { row, changeset, has_table, replaced } = *changeset;
    if let Some(why) = row.figures.get("intrinsic-backed").and_then(|it| it.note.as_deref()) {
        context.warn(why);
    }
    if !has_table {
        let operations = &workspace.config.paths.operations;
        let head: Vec<&str> = crate::scoreboard::columns().collect();
        context.note(&format!(
            "{operations} has no table of the scoreboard; one whose head is `| {} |` gets the rows too",
            head.join(" | ")
        ));
    }
    if request.dry_run {
        context.print_patch(&changeset.diff())?;
        return Ok(Exit::Done);
    }
    refuse_uncommitted(&workspace.root, &changeset, &request.allow_dirty)?;
    workspace.apply(&changeset.edits)?;
    let files: Vec<String> = changeset.edits.iter().map(|it| it.path.to_string()).collect();
    context.print(&report::recorded(&row, &files, &replaced, context.options.format == Format::Json))?;
    Ok(Exit::Done)
}

/// Records the row of today where the week has none: its day, where one was recorded.
pub(in crate::command) fn weekly(context: &Context) -> Result<Option<String>, Failure> {
    let workspace = context.workspace_for(true)?;
    whole(&workspace, WorkspaceReach::Tree, true)?;
    let RecordOutcome::Row(it) = made(context, &workspace, &RecordArgs::default())? else { return Ok(None) };
    let RecordedRow { row, changeset, .. } = *it;
    refuse_uncommitted(&workspace.root, &changeset, &[])?;
    workspace.apply(&changeset.edits)?;
    Ok(Some(row.date))
}

/// What comes of a recording.
pub(super) enum RecordOutcome {
    /// The week has the row of this day already.
    Stays(String),
    /// A row that is to be written.
    Row(Box<RecordedRow>),
}

/// A row and the change that writes it down.
pub(super) struct RecordedRow {
    pub(super) row: Row,
    pub(super) changeset: Changeset,
    pub(super) has_table: bool,
    pub(super) replaced: Vec<String>,
}

/// The day of the present commit, where that is later than a day.
fn made_after(workspace: &Workspace, date: &str) -> Result<Option<String>, Failure> {
    let root = &workspace.root;
    if !git::is_repository(root)? {
        return Ok(None);
    }
    let Some((head, _)) = git::head(root)? else { return Ok(None) };
    let made = git::date(root, &head)?;
    Ok(Some(made).filter(|it| it.as_str() > date))
}

fn made(context: &Context, workspace: &Workspace, request: &RecordArgs) -> Result<RecordOutcome, Failure> {
    let paths = &workspace.config.paths;
    let mut history = history(&workspace.disk, &paths.scoreboard)?;
    let lanes = reports::read(context, &request.reports)?;
    let then = request.at.as_deref().map(|at| Base::of(workspace, at)).transpose()?;
    let date = match (&request.date, &then) {
        (Some(date), _) => date.clone(),
        (None, Some(then)) => git::date(&workspace.root, &then.commit)?,
        (None, None) => context.today(),
    };
    if is_to_come(&date, context) {
        let message = format!("cannot record the row of {date}: that day is still to come");
        return Err(Failure::new(Exit::Usage, message, "name a day that has begun with --date"));
    }
    if let (Some(day), false) = (history.of_week(&date), request.replace) {
        return Ok(RecordOutcome::Stays(day.to_owned()));
    }
    if let Some(day) = history.old_row(&date) {
        return Err(is_old(day, &history));
    }
    if then.is_none()
        && let Some(made) = made_after(workspace, &date)?
    {
        context.warn(&format!(
            "the row of {date} is measured on the tree as it is, which is of {made}; `--at COMMIT` measures that of another day"
        ));
    }
    // a release that is at hand is read by whoever asks first
    if let Err(failure) = recorded_names(context, NamesReach::AtHand) {
        context.warn(&failure.message);
    }
    let point = match &then {
        Some(then) => MeasuredPoint::at(then, workspace)?,
        None => MeasuredPoint::now(workspace)?,
    };
    if let Err(why) = &point.names {
        context.note(&format!("the row has no number of public names: {why}"));
    }
    // what was run in the weeks before, and not in those behind a day that is recorded late
    let before = history.best_lanes(Some(&date));
    let tests = if lanes.is_empty() { None } else { Some(point.tests(workspace)?) };
    let source = RowInputs {
        date: &date,
        commit: point.commit.as_deref(),
        modified: point.modified,
        tree: &point.tree,
        lanes,
        tests,
        releases: point.releases,
        budget: point.budget,
        names: point.names.ok(),
    };
    let row = row(source, &before.iter().map(|(name, it)| (name.clone(), it)).collect());
    let replaced = match history.put(row.clone(), request.replace) {
        Put::Stays(day) => return Ok(RecordOutcome::Stays(day)),
        Put::IsOld(day) => return Err(is_old(&day, &history)),
        Put::Added => Vec::new(),
        Put::Replaced(days) => days,
    };
    // a row of the table that the history does not have is a person's, and stays
    let (changeset, has_table) = written(workspace, &history, (&row, !replaced.is_empty(), &replaced))?;
    Ok(RecordOutcome::Row(Box::new(RecordedRow { row, changeset, has_table, replaced })))
}

fn is_old(day: &str, history: &History) -> Failure {
    let last = history.last_day().unwrap_or(day);
    let message =
        format!("cannot replace the row of {day}: rows of later weeks are there, and no old row is rewritten");
    let hint = format!(
        "only the row of the last week, that of {last}, is replaced; a week without a row gets one without --replace"
    );
    Failure::new(Exit::Usage, message, hint)
}

/// What is measured.
struct MeasuredPoint {
    commit: Option<String>,
    modified: bool,
    tree: Tree,
    releases: BTreeMap<String, String>,
    budget: Option<u64>,
    /// Why there are none where there are none.
    names: Result<PublicNamesFigure, String>,
}

impl MeasuredPoint {
    fn of(files: &dyn Files, config: &Config, cache: &Cache) -> Result<Self, Failure> {
        let recorded = baselines(files, &config.paths)?;
        let names = match cached_names(cache, &lock(files, &config.paths)?, recorded.values()) {
            Ok(names) => {
                let shims = Shims::read(files, &config.paths.stdlib)?;
                let rows = names.rows(&shims, &BTreeSet::new(), &[]);
                let totals = SurfaceTotals::of(&rows);
                let of = |it: &NamesOfModule| (it.module.clone(), (it.present.len() as u64, it.required as u64));
                let (present, required) = (totals.present as u64, totals.required as u64);
                Ok(PublicNamesFigure { present, required, modules: rows.iter().map(of).collect() })
            }
            // what was not looked at has no number
            Err(why) => Err(why),
        };
        let releases = recorded.into_iter();
        let releases = releases.filter_map(|(series, it)| Some((series.to_string(), it.facts.release?.to_string())));
        Ok(Self {
            commit: None,
            modified: false,
            tree: tree(files, config)?,
            names,
            releases: releases.collect(),
            budget: ratchet(files, &config.paths)?.map(|it| it.budget),
        })
    }

    fn at(then: &Base, workspace: &Workspace) -> Result<Self, Failure> {
        let files = then.tree(workspace)?;
        Ok(Self { commit: Some(then.commit.clone()), ..Self::of(&files, &then.config, &workspace.cache)? })
    }

    fn now(workspace: &Workspace) -> Result<Self, Failure> {
        let res = Self::of(&workspace.disk, &workspace.config, &workspace.cache)?;
        if !git::is_repository(&workspace.root)? {
            return Ok(res);
        }
        let Some((head, _)) = git::head(&workspace.root)? else { return Ok(res) };
        let Paths { stdlib, union, attestation, .. } = &workspace.config.paths;
        let places = [stdlib, union, attestation].map(RelPath::clone).into();
        let changed = changed_files((&workspace.root, &workspace.disk), &head, &places)?;
        // what git does not know is part of the tree, and of no commit
        let committed = git::names_at(&workspace.root, &head, &[stdlib])?;
        let modified = !changed.is_empty() || !workspace.disk.list(stdlib, ".py")?.is_subset(&committed);
        Ok(Self { commit: Some(head), modified, ..res })
    }

    /// How many differential tests there are.
    fn tests(&self, workspace: &Workspace) -> Result<u64, Failure> {
        let lane = &workspace.config.paths.core_lane;
        let folder = lane.parent().and_then(|it| it.parent()).unwrap_or_else(|| lane.clone());
        let names = match &self.commit {
            Some(commit) if !self.modified => git::names_at(&workspace.root, commit, &[&folder])?,
            _ => workspace.disk.list(&folder, ".py")?,
        };
        Ok(names.iter().filter(|it| it.extension() == Some("py")).count() as u64)
    }
}

/// The attribute by which git keeps the rows of both sides of a merge.
const UNION: &str = "merge=union";

/// The history, where it can be read again: one that cannot would end every later command.
fn readable(path: &RelPath, text: String) -> Result<String, Failure> {
    let Some(why) = too_long(text.len(), usize::try_from(longest(path)).unwrap_or(usize::MAX)) else { return Ok(text) };
    let message = format!("cannot add the row to {path}: {why}");
    let hint = "record it with fewer reports, or with reports that have no peaks of memory: they are most of a row";
    Err(Failure::new(Exit::Usage, message, hint))
}

fn written(
    workspace: &Workspace,
    history: &History,
    (row, replace, replaced): (&Row, bool, &[String]),
) -> Result<(Changeset, bool), Failure> {
    let paths = &workspace.config.paths;
    let mut staged = Staged::new(&workspace.disk);
    staged.write(&paths.scoreboard, readable(&paths.scoreboard, history.text())?)?;
    if git::is_repository(&workspace.root)? {
        let attributes = paths.scoreboard.parent_file(".gitattributes");
        let text = staged.text(&attributes)?.unwrap_or_default();
        let name = paths.scoreboard.file_name();
        let pattern = attributes_of(name);
        let is_it = |line: &str| {
            let begins = |with: &str| line.strip_prefix(with).is_some_and(|it| it.starts_with([' ', '\t']));
            // the bare name of an older line is as right, where git reads no more into it than a name
            begins(&pattern) || (pattern[1..] == *name && !name.starts_with(['#', '!', '"']) && begins(name))
        };
        if !text.lines().any(is_it) {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            staged.write(&attributes, format!("{text}{gap}{pattern} {UNION}\n"))?;
        }
    }
    let document = staged.text(&paths.operations)?;
    let with = document.and_then(|it| with_row(&it, row, replace, replaced));
    let has_table = with.is_some();
    if let Some(text) = with {
        staged.write(&paths.operations, text)?;
    }
    let edits = staged.into_edits().into_iter().filter(|it| it.change().is_some()).collect();
    Ok((Changeset { edits }, has_table))
}
