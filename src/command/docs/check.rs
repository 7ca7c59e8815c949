//! `molt-sync docs check`: every claim of every document against the facts. It never writes.

use std::collections::BTreeSet;

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use super::{
    base,
    brought::bindings_then,
    gates,
    load::LoadedDocs,
    lost::{ChangesResult, MANAGED, changes, is_same, losses, missing},
    on_disk::present,
    past::{PastOfFiles, of_files},
    place,
    repairs::changeset,
    stops::say_what_stops,
    tree,
    waivers::waive,
};
use crate::{
    base::{Files as _, RelPath},
    command::{
        ratchet::signed_upto,
        support::{
            base_commit::Base,
            context::{CommandLine, Context, Format},
            failure::{Exit, Failure},
            state::WorkspaceState,
            witnesses::contradictions,
            workspace::Workspace,
        },
    },
    config::FILE,
    docs::{
        self, Claim, ClaimKind, ClaimState, Code, CodeClass, DocumentStatements, Facts, Invariant, Value, patterns,
        source_file,
    },
    gates::Fault,
    host,
    report::{DocsReport, HistoryComparison},
};

/// What is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct DocsCheckRequest {
    /// Documents, as patterns; all of them by default
    pub files: Vec<String>,
    /// Compare with where this branch parted from REF: no budget is higher than is signed for, and no statement is lost
    #[arg(long, value_name = "REF", value_parser = Text::new())]
    pub base: Option<String>,
    /// Fail for what this branch brings alone (needs --base)
    #[arg(long, requires = "base")]
    pub new_only: bool,
    /// End with exit code 0 whatever was found
    #[arg(long)]
    pub exit_zero: bool,
}

impl DocsCheckRequest {
    /// The same with the documents as patterns from the workspace's root.
    pub(super) fn seen_from_root(&self, context: &Context, workspace: &Workspace, loaded: &LoadedDocs) -> Self {
        Self { files: place::from_root(context, workspace, loaded, &self.files), ..self.clone() }
    }
}

/// Runs it.
pub(super) fn run(context: &Context, request: &DocsCheckRequest) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let (state, loaded, asked) = read(context, &workspace, request.base.as_deref())?;
    let request = &request.seen_from_root(context, &workspace, &loaded);
    let (claims, compared, by_word) = judged(context, &workspace, (&state, &loaded, asked), request)?;
    let patch = match context.options.format {
        Format::Patch => changeset(context, &workspace, &loaded, &claims, false)?.diff(),
        _ => String::new(),
    };
    let mut report = report(&loaded, claims, compared);
    report.documents = asked_for(&loaded, &request.files);
    report.new_only = request.new_only;
    report.unread.extend(by_word);
    let report = located(context, report);
    let class = report.class();
    show(context, &workspace, &report, &patch)?;
    Ok(if request.exit_zero { Exit::Done } else { exit(class) })
}

/// What a check of all documents says, for who only wants to know how they stand.
pub(in crate::command) fn standing(context: &Context, workspace: &Workspace) -> Result<DocsReport, Failure> {
    let (state, loaded, asked) = read(context, workspace, None)?;
    let (claims, compared, by_word) =
        judged(context, workspace, (&state, &loaded, asked), &DocsCheckRequest::default())?;
    let mut report = report(&loaded, claims, compared);
    report.unread.extend(by_word);
    Ok(report)
}

/// The documents of a workspace in which something is bound.
pub(in crate::command) fn bound_documents(
    context: &Context,
    workspace: &Workspace,
) -> Result<BTreeSet<RelPath>, Failure> {
    let (_, loaded, _) = read(context, workspace, None)?;
    Ok(loaded.bound_documents())
}

/// The report of a check.
pub(super) fn report(loaded: &LoadedDocs, claims: Vec<Claim>, compared: HistoryComparison) -> DocsReport {
    let (documents, facts, bound) = (loaded.documents.len(), loaded.facts.iter().count(), loaded.bound(&claims));
    DocsReport {
        check: "docs",
        claims,
        documents,
        facts,
        bound,
        compared,
        new_only: false,
        unread: loaded.unread.clone(),
    }
}

/// How many documents were asked for: all of them where none is named.
pub(super) fn asked_for(loaded: &LoadedDocs, files: &[String]) -> usize {
    match patterns(files) {
        Ok(wanted) if !files.is_empty() => {
            loaded.documents.iter().filter(|it| wanted.is_match(it.path.as_str())).count()
        }
        // a pattern that is none has ended the run
        _ => loaded.documents.len(),
    }
}

/// Reads the workspace, and asks git what differs from the commit that it is compared with.
pub(super) fn read(
    context: &Context,
    workspace: &Workspace,
    base: Option<&str>,
) -> Result<(WorkspaceState, LoadedDocs, ChangesResult), Failure> {
    // git waits for the disk, and judging does not
    let (loaded, asked) = host::beside(|| present(workspace, context.command_line), || changes(workspace, base));
    let (state, loaded) = loaded?;
    Ok((state, loaded, asked))
}

/// The budget that sign-offs allow, where it rose.
fn signed_budget(workspace: &Workspace, then: &Base, facts: (&Facts, &Facts)) -> Result<Option<u64>, Failure> {
    let max = |facts: &Facts| match facts.get("ratchet.max")?.value {
        Value::Int(it) => u64::try_from(it).ok(),
        _ => None,
    };
    match (max(facts.0), max(facts.1)) {
        (Some(before), Some(now)) if now > before => signed_upto(workspace, then, (before, now)).map(Some),
        _ => Ok(None),
    }
}

/// Every claim with its history and the waivers, of the documents that were asked for.
pub(super) fn judged(
    context: &Context,
    workspace: &Workspace,
    (state, loaded, asked): (&WorkspaceState, &LoadedDocs, ChangesResult),
    request: &DocsCheckRequest,
) -> Result<(Vec<Claim>, HistoryComparison, Vec<String>), Failure> {
    let DocumentStatements { mut claims, former, open } = loaded.claims_and_former();
    let settings = RelPath::new(FILE).unwrap_or_else(|_| RelPath::root());
    let asked = asked?;
    let then = match (&request.base, &asked) {
        (None, _) => None,
        (Some(_), Ok(changes)) => changes.then.clone(),
        (Some(base), Err(_)) => Some(Base::where_left(workspace, base)?),
    };
    let before = then.as_ref().map(|then| base_facts(workspace, context.command_line, state, then)).transpose()?;
    let options = &state.config.docs;
    let signed = match (&then, &before) {
        (Some(then), Some(before)) => signed_budget(workspace, then, (before, &loaded.facts))?,
        _ => None,
    };
    claims.extend(docs::broken(&loaded.facts, &options.invariants, before.as_ref().map(|it| (it, signed)), &settings));
    // what follows from a source that is told of is not told again
    claims.retain(|it| it.kind != ClaimKind::Invariant || it.code != Some(Code::Source) || loaded.is_whole);
    // the budget is one line of its file
    let ratchet = &state.paths.ratchet;
    let text = workspace.disk.text(ratchet).unwrap_or(None).unwrap_or_default();
    let line = text.lines().position(|it| it.contains("\"max_intrinsic_partial\"")).map_or(1, |at| at + 1);
    claims.iter_mut().filter(|it| it.kind == ClaimKind::Invariant && it.path == *ratchet).for_each(|it| it.line = line);
    let floors = &options.floors;
    for (what, least, have) in
        [("documents", floors.files, loaded.documents.len()), ("claims", floors.claims, claims.len())]
    {
        if have < least {
            let why = format!("{have} {what} were found, and there have to be {least}");
            claims.push(Claim::about(ClaimKind::Document, &settings, ClaimState::Broken, Code::Floor, why));
        }
    }
    docs::leave_future(&mut claims, &context.today());
    // git is asked once for both
    let mut needed = docs::needed(&claims, &loaded.facts);
    needed.extend(docs::needed(&former, &loaded.facts));
    needed.sort();
    needed.dedup();
    let PastOfFiles { histories, head } = of_files(loaded, &workspace.root, &context.cache(), &needed)?;
    docs::judge(&mut claims, &loaded.facts, &histories);
    let mut unread = tree::hold(&mut claims, workspace, state, (&context.cache(), head))?;
    let found = losses(context, workspace, state, loaded, (&claims, asked))?;
    claims.extend(found.claims);
    claims.extend(missing(workspace, state, loaded));
    if let Some(then) = &then {
        claims.extend(not_as_recorded(workspace, then)?);
        let told = loaded.own_goals(&mut claims, &bindings_then(workspace, then)?);
        claims.extend(told);
    }
    claims.extend(docs::once_right(former, &loaded.facts, &histories));
    docs::close_corrected(&mut claims, &loaded.documents);
    claims.extend(docs::overdue(&claims, &loaded.documents, &context.today()));
    if let (true, Some(then)) = (request.new_only, &then) {
        let (mut before, documents) = base::claims(workspace, context.command_line, then)?;
        before.extend(docs::overdue(&before, &documents, &context.today()));
        let renamed = docs::renamed(&documents, &loaded.documents);
        docs::mark_old(&mut claims, &before, is_same(&documents, &loaded.documents), &renamed);
    }
    docs::leave_counted(&mut claims);
    let known = then.as_ref().filter(|it| !it.is_given).map(|it| it.config.docs.waivers.as_slice());
    // they were read already, and only the line is looked for
    let text = workspace.disk.text(&settings).unwrap_or(None).unwrap_or_default();
    let is_judged = loaded.is_whole && loaded.unreadable().next().is_none();
    let about_waivers =
        waive(&mut claims, (&options.waivers, known), (&context.today(), is_judged), (&settings, &text))?;
    // what is waived is not written, and neither is what belongs to it
    docs::settle(&mut claims);
    claims.extend(about_waivers);
    if !request.files.is_empty() {
        let wanted = patterns(&request.files).map_err(|why| {
            Failure::new(
                Exit::Usage,
                format!("cannot use that pattern: {why}"),
                "write it as `docs/**/*.md`, in quotes",
            )
        })?;
        let is_odd = |it: &Claim| it.kind == ClaimKind::Document && wanted.is_match(it.path.as_str());
        let is_there = loaded.documents.iter().any(|it| wanted.is_match(it.path.as_str()));
        // one that cannot be read is told as such
        if !is_there && !claims.iter().any(is_odd) {
            let message = format!("no document is called {}", request.files.join(" or "));
            return Err(Failure::new(
                Exit::Usage,
                message,
                "name it from the workspace's root; `docs.roots` lists what is read",
            ));
        }
        unread.extend(
            request
                .files
                .iter()
                .filter(|it| !is_named(it, loaded, &claims))
                .map(|it| format!("no document is called {it}")),
        );
        let read: std::collections::HashSet<&RelPath> = loaded.documents.iter().map(|it| &it.path).collect();
        // what keeps any document from being judged is no matter of which are asked for
        let is_of_all = |it: &Claim| {
            let is_broken = it.class() == CodeClass::Broken && !read.contains(&it.path) && it.binding != MANAGED;
            is_broken || it.kind == ClaimKind::Invariant || it.code == Some(Code::Floor)
        };
        claims.retain(|it| wanted.is_match(it.path.as_str()) || is_of_all(it));
    }
    say_what_stops(&mut claims);
    unread.extend(gates::not_judged(&open, &loaded.open_gates));
    Ok((claims, found.compared, unread))
}

/// Whether a pattern names a document that was read, or one that could not be.
fn is_named(pattern: &String, loaded: &LoadedDocs, claims: &[Claim]) -> bool {
    let Ok(wanted) = patterns([pattern]) else { return false };
    let is_it = |it: &RelPath| wanted.is_match(it.as_str());
    loaded.documents.iter().any(|it| is_it(&it.path))
        || claims.iter().any(|it| it.kind == ClaimKind::Document && is_it(&it.path))
}

/// The records that facts come from and that are not what was recorded, as the commit that this is compared with says.
fn not_as_recorded(workspace: &Workspace, then: &Base) -> Result<Vec<Claim>, Failure> {
    let before = host::git::files(&workspace.root, &then.commit, &[&then.config.paths.baselines])?;
    let recorded = contradictions(&workspace.disk, &workspace.config.paths, Some((then, &before)))?;
    let claim = |(path, fault): (RelPath, Fault)| {
        let mut claim = Claim::about(ClaimKind::Document, &path, ClaimState::Broken, Code::Source, fault.message);
        let archive =
            "or refresh the series from a verified archive where `--source bundled` took the place of another record";
        claim.repair = format!("restore the record and the lock from git, {archive}");
        claim
    };
    Ok(recorded.faults.into_iter().map(claim).collect())
}

/// What must not rise, at the point where this branch left another: by the settings of then, as far as they name it.
fn base_facts(
    workspace: &Workspace,
    command_line: CommandLine,
    state: &WorkspaceState,
    then: &Base,
) -> Result<docs::Facts, Failure> {
    // one that is new now may have been in its file before
    let mut sources = state.config.docs.facts.clone();
    sources.extend(then.config.docs.facts.clone());
    let is_in_a_file =
        |id: &str| id == "ratchet.max" || sources.get(id).is_some_and(|it| source_file(&it.source).is_some());
    // what is counted or computed takes the whole tree of then
    if state.config.docs.invariants.iter().filter_map(Invariant::nonincreasing).any(|it| !is_in_a_file(it)) {
        return base::facts(workspace, command_line, then);
    }
    let mut facts = docs::Facts::default();
    if let Some(budget) = then.budget(workspace)? {
        let budget = i64::try_from(budget).unwrap_or(i64::MAX);
        let path = &then.config.paths.ratchet;
        facts.add(docs::Fact::new("ratchet.max", docs::Value::Int(budget), path, "max_intrinsic_partial"));
    }
    // facts of the workspace's own that are read from files
    let index = || Ok(Vec::new());
    let own: Vec<RelPath> = sources.values().filter_map(|it| source_file(&it.source)).collect();
    let own = host::git::files(&workspace.root, &then.commit, &own.iter().collect::<Vec<_>>())?;
    let from = docs::FactSources { files: &own, index: &index };
    // what the base does not have cannot have risen
    drop(docs::configured(&mut facts, &sources, &from));
    Ok(facts)
}

/// The exit code of a check.
pub(super) fn exit(class: CodeClass) -> Exit {
    match class {
        CodeClass::Note => Exit::Done,
        CodeClass::Repair => Exit::No,
        CodeClass::Person => Exit::Person,
        CodeClass::Broken => Exit::Usage,
    }
}

/// The report with repairs that work as they stand, where it is for whoever runs this; others have the workspace elsewhere.
pub(super) fn located(context: &Context, mut report: DocsReport) -> DocsReport {
    if matches!(context.options.format, Format::Human | Format::Json) {
        report.claims.iter_mut().for_each(|it| it.repair = context.located(&it.repair));
    }
    report
}

/// Prints a report in the form that was asked for.
pub(super) fn show(context: &Context, workspace: &Workspace, report: &DocsReport, patch: &str) -> Result<(), Failure> {
    context.whole()?;
    let text = match context.options.format {
        Format::Patch => return context.print_patch(patch),
        Format::Json => report.json(context.terminal.is_verbose()),
        Format::Sarif => report.sarif(&workspace.prefix()?),
        Format::Github => {
            if let Some(path) = host::environment("GITHUB_STEP_SUMMARY") {
                let path = std::path::PathBuf::from(path);
                host::append_summary(&path, &report.markdown())
                    .map_err(|error| Failure::io("append to", &path, &error))?;
            }
            report.github(&workspace.prefix()?)
        }
        Format::Junit => report.junit(&workspace.prefix()?).map_err(|error| {
            Failure::new(Exit::Io, format!("cannot write the report: {error}"), "use --format json")
        })?,
        Format::Markdown => report.markdown(),
        _ => report.human(context.terminal.is_verbose(), context.terminal.colors_results()),
    };
    context.print(&text)
}
