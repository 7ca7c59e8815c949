//! `molt-sync accept`: the acceptance template of converted modules, point by point, with evidence.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use clap::{Args, builder::NonEmptyStringValueParser as Text};
use rayon::prelude::*;

use crate::{
    acceptance::{
        self, CheckerLane, Families, KnownNames, Member, Report, Runtime, SharedFacts, Subject, TestRuns, accept,
        propose,
    },
    audit::{Arm, Graph, Manifest, Record, bindings},
    base::{Files as _, RelPath, Staged},
    changeset::Changeset,
    command::{
        changed_modules::changed_modules,
        execution_plan::{lacking, no_module},
        gates::read_tree,
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            last_change::LastChanges,
            links::link_on_the_way,
            report_file::{ReportFile, lane_of},
            workspace::Workspace,
        },
    },
    gates::{self, GateOutcome, Inputs, Mode, symbol},
    host,
    report::{AcceptReport, AcceptedModule},
    workspace::indexed_tests,
};

/// What is asked for.
#[derive(Debug, Clone, Args)]
pub struct AcceptArgs {
    /// The modules, each with its family: its submodules and its private siblings
    #[arg(value_name = "MODULE", required_unless_present_any = ["changed", "all"], value_parser = Text::new())]
    pub modules: Vec<String>,
    /// Judge every module of the tree
    #[arg(long, conflicts_with_all = ["modules", "changed"])]
    pub all: bool,
    /// Judge the modules that this branch changed, or whose intrinsics, attestation or tests it changed (needs --base)
    #[arg(long, requires = "base", conflicts_with = "modules")]
    pub changed: bool,
    /// The revision that this branch left
    #[arg(long, value_name = "REF", requires = "changed", value_parser = Text::new())]
    pub base: Option<String>,
    /// A report of differential tests that ran: ours, Molt's summary.json, or results as JSONL; may be repeated, and the last one
    /// counts. LANE=FILE names the lane of a report that does not
    #[arg(long = "report", value_name = "FILE", value_parser = Text::new())]
    pub reports: Vec<String>,
    /// Propose the attestation of the modules as a patch, where all their points are met
    #[arg(long)]
    pub attest: bool,
}

/// Where a run of Molt's tests leaves its summary, in 2026-02 and in 2026-08.
const SUMMARIES: [&str; 2] = ["logs/molt_diff/summary.json", "tmp/diff/summary.json"];

/// Runs it.
pub fn run(context: &Context, request: &AcceptArgs) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let inputs = read_tree(&workspace)?;
    let (mut gone, mut settings) = (BTreeMap::new(), Vec::new());
    let modules = match &request.base {
        Some(base) => {
            let changed = changed_modules(&workspace, &inputs, base)?;
            for (path, why) in &changed.unclear {
                context.terminal.note(&format!("every attested module is judged, because {path} was changed: {why}"));
            }
            (gone, settings) = (changed.gone, changed.differs);
            changed.modules.into_iter().collect()
        }
        None if request.all => inputs.audit.by_name().map(|it| it.name.clone()).collect(),
        None => request.modules.clone(),
    };
    let ran = reports(context, &workspace, &request.reports)?;
    let mut subjects = subjects(&workspace, &inputs, &modules)?;
    // only reports have an age to compare with
    if ran.is_some() {
        date(&workspace, &mut subjects)?;
    }
    let (read, (lanes, names)) = rayon::join(
        || AcceptInputs::new(&workspace, &inputs, &subjects),
        || rayon::join(|| Lanes::new(&workspace, &inputs), || names(context, &workspace, &subjects)),
    );
    let (read, names) = (read?, names?);
    let facts = read.facts(&workspace, &inputs, (&lanes, &names), ran.as_ref());
    let judged = |it: &Subject<'_>| AcceptedModule {
        module: it.module.to_owned(),
        family: it.members.iter().map(|it| it.record.name.clone()).collect(),
        points: accept(&facts, it),
    };
    let mut report = AcceptReport { modules: subjects.par_iter().map(judged).collect(), attestation: None, settings };
    report.modules.extend(gone.into_iter().map(|(module, path)| AcceptedModule {
        family: vec![module.clone()],
        module,
        points: acceptance::gone(&path),
    }));
    if request.attest {
        report.attestation = attestation(context, &workspace, &report, &subjects)?;
    }
    match context.options.format {
        Format::Json => context.print(&report.json()),
        Format::Markdown => context.print_markdown(&report.markdown(), &report.markdown_patch()),
        Format::Junit => context.print(&report.junit().map_err(|error| {
            Failure::new(Exit::Io, format!("cannot write the test report: {error}"), "use --format json")
        })?),
        _ => context.print(&report.human(context.terminal.is_verbose())),
    }?;
    Ok(if report.is_met() { Exit::Done } else { Exit::No })
}

/// The public names that modules lack; no release is looked for where there is no module to judge.
fn names(context: &Context, workspace: &Workspace, subjects: &[Subject<'_>]) -> Result<KnownNames, Failure> {
    if subjects.is_empty() { Ok(KnownNames::default()) } else { lacking(context, workspace) }
}

/// The modules, each with its family; a file that is of several families is read once.
fn subjects<'a>(workspace: &Workspace, inputs: &'a Inputs, modules: &'a [String]) -> Result<Vec<Subject<'a>>, Failure> {
    let audit = &inputs.audit;
    let known = Families::new(audit);
    let families = modules.iter().map(|module| match audit.get(module) {
        Some(_) => Ok((module.as_str(), known.of(module))),
        None => Err(no_module(audit, module)),
    });
    let families: Vec<(&str, Vec<&str>)> = families.collect::<Result<_, _>>()?;
    let names: BTreeSet<&str> = families.iter().flat_map(|(_, it)| it).copied().collect();
    let records: Vec<_> = names.into_iter().filter_map(|it| audit.get(it)).collect();
    let member = |record: &&'a Record| {
        let bytes = workspace.disk.read(&record.path)?.unwrap_or_default();
        Ok::<_, Failure>((record.name.as_str(), Member::new(record, bytes, audit.dialect)))
    };
    let known: BTreeMap<&str, Member<'a>> = records.par_iter().map(member).collect::<Result<_, _>>()?;
    let subject = |(module, names): (&'a str, Vec<&str>)| {
        Subject::new(module, names.into_iter().filter_map(|it| known.get(it).cloned()).collect())
    };
    Ok(families.into_iter().map(subject).collect())
}

/// Notes when each of the modules was changed last.
fn date(workspace: &Workspace, subjects: &mut [Subject<'_>]) -> Result<(), Failure> {
    let all: BTreeSet<&RelPath> = subjects.iter().flat_map(|it| &it.members).map(|it| &it.record.path).collect();
    let known = LastChanges::of(workspace, &all.into_iter().collect::<Vec<_>>())?;
    for it in subjects {
        let paths: Vec<&RelPath> = it.members.iter().map(|it| &it.record.path).collect();
        it.changed = Some(known.newest(&paths)?);
    }
    Ok(())
}

/// Every report that is named; those that Molt leaves in the workspace, where none is.
fn reports(context: &Context, workspace: &Workspace, named: &[String]) -> Result<Option<TestRuns>, Failure> {
    let mut files: Vec<(Option<&str>, PathBuf)> = Vec::new();
    for it in named {
        let (lane, path) = lane_of(it)?;
        files.push((lane, path.to_path_buf()));
    }
    if files.is_empty() {
        for it in SUMMARIES.iter().filter_map(|it| RelPath::new(*it).ok()) {
            if workspace.disk.read(&it)?.is_none() {
                continue;
            }
            if came_with_a_commit(workspace, &it)? {
                context.warn(&format!(
                    "{it} came with a commit, and is not taken for a run: name it with --report where it is one"
                ));
                continue;
            }
            files.push((None, workspace.root.join(it.as_str())));
        }
    }
    let mut res = Vec::new();
    for (lane, path) in &files {
        let ReportFile { text, results, .. } = ReportFile::read(context, *lane, path)?;
        let name = path.strip_prefix(&workspace.root).unwrap_or(path).display().to_string();
        if results.is_list_of_debts() || !results.has_verdicts() {
            let message = format!(
                "cannot use {name} as a report: it has the tests that are known to fail, or peaks of memory, and no run of tests"
            );
            return Err(Failure::new(Exit::Usage, message, "name the results of that run"));
        }
        let made = host::modified(path).map_err(|error| Failure::io("read", path, &error))?;
        let rows = results.results.iter().map(|it| (it.test.as_str(), it.lane.as_str(), it.status.word()));
        res.push(Report::new(&name, rows, &results.fingerprint.interpreters, (&text, Some(made))));
    }
    Ok((!res.is_empty()).then(|| TestRuns::new(res)))
}

/// Whether a file is whoever's who could write the branch: git knows it, or a folder that it lies in, as a link or as another
/// repository. What a link leads to may have come with a commit under any name.
fn came_with_a_commit(workspace: &Workspace, path: &RelPath) -> Result<bool, Failure> {
    if link_on_the_way(&workspace.disk, path)?.is_some() {
        return Ok(true);
    }
    let all = std::iter::successors(Some(path.clone()), RelPath::parent).collect();
    Ok(host::git::is_repository(&workspace.root)? && host::git::has_any(&workspace.root, &all)?)
}

/// What every gate says in the two lanes of the template.
struct Lanes {
    fallback: Vec<GateOutcome>,
    critical: Vec<GateOutcome>,
}

impl Lanes {
    fn new(workspace: &Workspace, inputs: &Inputs) -> Self {
        let graph = Graph::new(&inputs.audit);
        let run = |mode: &Mode| {
            gates::run(&gates::GateFacts { inputs, graph: &graph, policy: &workspace.config.gates, mode })
        };
        let fallback = Mode { fallback_backed_only: true, ..Mode::default() };
        let critical = Mode { critical: true, ..Mode::default() };
        let (fallback, critical) = rayon::join(|| run(&fallback), || run(&critical));
        Self { fallback, critical }
    }
}

/// What is read besides what the gates judge.
struct AcceptInputs {
    runtime: Runtime,
    table: Result<(Vec<crate::audit::TableBinding>, Vec<Arm>), String>,
    /// The arms beside the table, each with its file.
    resolvers: Vec<(RelPath, Arm)>,
    tests: BTreeMap<String, Vec<(RelPath, usize)>>,
    present: BTreeSet<RelPath>,
    /// The generated stub file; none where it cannot be read.
    stub: Option<Manifest>,
}

impl AcceptInputs {
    fn new(workspace: &Workspace, inputs: &Inputs, subjects: &[Subject<'_>]) -> Result<Self, Failure> {
        let (files, paths) = (&workspace.disk, &workspace.config.paths);
        let members = || subjects.iter().flat_map(|it| &it.members).map(|it| it.record);
        let loads = members().filter_map(|it| it.said()).flat_map(|it| &it.loads);
        let symbols: BTreeSet<&str> = loads.map(|(name, _)| symbol(name, inputs.audit.dialect)).collect();
        let table = match &inputs.bindings_table {
            Ok(text) => bindings(text).map_err(|error| error.to_string()),
            Err(fault) => Err(fault.message.clone()),
        };
        let mut tests: BTreeMap<String, Vec<(RelPath, usize)>> = BTreeMap::new();
        let mut present = BTreeSet::new();
        let names: BTreeSet<&str> = members().map(|it| it.name.as_str()).collect();
        for (key, all) in
            indexed_tests(files, &paths.coverage_index)?.into_iter().filter(|(key, _)| names.contains(key.as_str()))
        {
            let places = all.into_iter().filter_map(|it| Some((RelPath::new(it.path).ok()?, it.line)));
            let places: Vec<(RelPath, usize)> = places.collect();
            for (path, _) in &places {
                if files.read(path)?.is_some() {
                    present.insert(path.clone());
                }
            }
            tests.insert(key, places);
        }
        let runtime = Runtime::read(files, &inputs.sources.runtime, &symbols)?;
        let mut resolvers = Vec::new();
        // in 2026-08 generated files of each crate resolve the symbols
        if matches!(&table, Ok((_, arms)) if arms.is_empty()) {
            let is_generated =
                |it: &RelPath| it.parent().is_some_and(|folder| folder.file_name().contains("generated"));
            let found = files.list(&inputs.sources.runtime, "_resolver.rs")?;
            for path in found.into_iter().filter(is_generated) {
                let text = files.text(&path)?.unwrap_or_default();
                let (_, arms) = bindings(&text).map_err(|error| {
                    let hint = "generate it again: `python3 tools/gen_intrinsics.py`";
                    Failure::new(Exit::Usage, format!("cannot read {path}: {error}"), hint)
                })?;
                resolvers.extend(arms.into_iter().map(|it| (path.clone(), it)));
            }
        }
        let stub = inputs.bindings_stub.as_ref().ok().map(|it| Manifest::parse(it.clone()));
        Ok(Self { runtime, table, resolvers, tests, present, stub })
    }

    fn facts<'a>(
        &'a self,
        workspace: &'a Workspace,
        inputs: &'a Inputs,
        (lanes, names): (&'a Lanes, &'a KnownNames),
        ran: Option<&'a TestRuns>,
    ) -> SharedFacts<'a> {
        let table = self.table.as_ref().map_err(Clone::clone);
        let own = table.as_ref().map(|(_, arms)| arms.as_slice()).unwrap_or_default();
        let path = &inputs.sources.bindings_table;
        let apart = self.resolvers.iter().map(|(path, it)| (it.symbol.as_str(), (path, it)));
        SharedFacts {
            inputs,
            fallback: CheckerLane::new(&lanes.fallback),
            critical: CheckerLane::new(&lanes.critical),
            runtime: &self.runtime,
            stub: self.stub.as_ref().map(Manifest::by_name),
            manifest: inputs.manifest.as_ref().map(crate::audit::Manifest::by_name).unwrap_or_default(),
            arms: own.iter().map(|it| (it.symbol.as_str(), (path, it))).chain(apart).collect(),
            table: table.map(|(bound, _)| bound.iter().map(|it| (it.name.as_str(), it)).collect()),
            tests: &self.tests,
            index: &workspace.config.paths.coverage_index,
            present: &self.present,
            ran,
            thresholds: &workspace.config.acceptance,
            names,
        }
    }
}

/// The change of the attestation by which the modules that are met are attested.
fn attestation(
    context: &Context,
    workspace: &Workspace,
    report: &AcceptReport,
    subjects: &[Subject<'_>],
) -> Result<Option<String>, Failure> {
    let open: Vec<&str> = report.modules.iter().filter(|it| !it.is_met()).map(|it| it.module.as_str()).collect();
    if !open.is_empty() {
        context.terminal.note(&format!("no attestation is proposed: not every point is met of {}", open.join(", ")));
        return Ok(None);
    }
    let path = &workspace.config.paths.attestation;
    let text = workspace.disk.text(path)?.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("cannot propose an attestation: there is no {path}"), "restore it from git")
    })?;
    let records = subjects.iter().flat_map(|it| &it.members).map(|it| it.record);
    let modules: BTreeMap<&str, Vec<&str>> = records
        .map(|it| (it.name.as_str(), it.said().into_iter().flat_map(|it| &it.loads).map(|(name, _)| &**name).collect()))
        .collect();
    let proposal = propose(&text, &modules).map_err(|why| {
        let hint = "write each module and each contract on lines of its own, as Molt does";
        Failure::new(Exit::Person, format!("cannot propose a change of {path}: {why}"), hint)
    })?;
    for it in &proposal.attested {
        context.terminal.note(&format!("{it} is attested already"));
    }
    let mut staged = Staged::new(&workspace.disk);
    staged.write(path, proposal.text)?;
    Ok(Some(Changeset { edits: staged.into_edits() }.diff()))
}
