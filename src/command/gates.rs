//! `molt-sync gates`: every gate on the workspace as it stands.

use std::{collections::HashSet, mem::ManuallyDrop};

use crate::{
    audit::{Graph, document_prose},
    base::{Dialect, Files, Memory, RelPath, Version, most_like, number_of},
    command::{
        acquire::missing_names,
        gates_end::ended,
        gates_request::{Gates, GatesArgs, GatesCommand},
        own_gates::{self, not_judged, own_gate},
        plan::judge,
        support::{
            base_commit::Base,
            checked_out::{WorkspaceReach, whole},
            checkout::GitCheckout,
            context::{Context, Format, no_workspace},
            failure::{Exit, Failure},
            judging::only_repositories,
            witnesses::{beside, witnesses},
            workspace::Workspace,
        },
    },
    config::{Config, FILE},
    gates::{
        self, GATES, Gate, GateFacts, GateOutcome, Inputs, Known, OK, Policy, SURFACE_KEPT, by_id, checkers_lists,
    },
    python,
    report::{GateReport, compare, envelope, json_document},
    stubs::Templates,
    workspace::{
        DamageKind, OtherUnion, Reading, accepted_older, all_unmerged, dialect, lock, stub_templates, unknown,
        whole_records,
    },
};

/// Runs what is asked for.
pub fn run(context: &Context, args: GatesArgs) -> Result<Exit, Failure> {
    match &args.command {
        Some(GatesCommand::Explain { id }) => explain(context, id.as_deref()).map(|()| Exit::Done),
        None => judged(context, &args.request(context.options.format)?),
    }
}

/// Judges them.
fn judged(context: &Context, request: &Gates) -> Result<Exit, Failure> {
    for id in request.only.iter().chain(&request.skip) {
        known(id).map_err(|failure| own_gate(context, id).map_or(failure, |it| not_judged(&it)))?;
    }
    let workspace = context.tree()?;
    let templates = workspace.stub_templates()?;
    let policy = &workspace.config.gates;
    // this is the end of the process, and the system takes memory back faster than it can be taken apart
    let root = workspace.shown_root();
    let mut inputs = ManuallyDrop::new(read(&workspace.disk, (&workspace.config, &root), request, &templates)?);
    only_repositories(&GitCheckout::at(&workspace.root), &mut inputs)?;
    let then = request.base.as_deref().map(|base| Base::of_gates(&workspace, base)).transpose()?;
    let then = then.map(|it| it.files(&workspace).map(|files| (it, files))).transpose()?;
    let needed = inputs.required.top_level.iter().chain(&inputs.required.submodules);
    // Molt's checker says its line of any folder
    if !inputs.has_root && !request.molt_order && context.options.config.is_none() && !has_other_parts(&workspace)? {
        let paths = &workspace.config.paths;
        let details = [format!("there is no {FILE} and no {}", paths.stdlib)];
        return Err(no_workspace(&workspace.root.display().to_string()).with_details(details));
    }
    let lacks = !inputs.has_root || needed.into_iter().any(|it| !inputs.layout.places(it).exist());
    whole(&workspace, WorkspaceReach::Tree, lacks)?;
    let unknown = unknown_names(&workspace.config, &inputs);
    if !unknown.is_empty() {
        let names = unknown.join("`, `");
        context.terminal.warn(&format!("molt-sync.toml holds modules to a rule that are not in the tree: `{names}`"));
    }
    if request.molt_order {
        // what Molt's checker says does not depend on them
        if let Err(damage) = whole_records(&workspace.disk, &workspace.config.paths) {
            context.warn(&damage.to_string());
        }
    } else {
        know(&workspace, &mut inputs, then.as_ref())?;
    }
    let wanted = |gate: &Gate| {
        let is = |ids: &[String]| ids.iter().any(|it| it == gate.id);
        (request.only.is_empty() || is(&request.only)) && !is(&request.skip)
    };
    // the one gate for which releases are looked at is asked only where it counts
    let names = by_id(SURFACE_KEPT).is_some_and(wanted) && !request.molt_order;
    if names {
        inputs.surface = missing_names(context, &workspace.disk, &workspace.config)?;
    }
    if !request.molt_order {
        other_lists(context, &workspace, inputs.audit.dialect)?;
    }
    let graph = Graph::new(&inputs.audit);
    let facts = GateFacts { inputs: &inputs, graph: &graph, policy, mode: &request.mode };
    let outcomes = gates::run(&facts);
    if request.molt_order {
        return molt_order(context, &outcomes, inputs.audit.dialect);
    }
    let old = then.as_ref().map(|then| at_base(context, (&workspace, request, names), then)).transpose()?;
    let base = request.base.as_deref().zip(old.as_deref());
    let mut report = GateReport::new(&facts, &workspace.disk, &outcomes, base, request.new_only);
    report.settings = then.as_ref().map(|(it, _)| it.differs.clone()).unwrap_or_default();
    report.unjudged = unjudged(&workspace, &inputs, request.dialect)?;
    if let Some(path) = &request.compare {
        return held_against(context, &report, path);
    }
    // it is off where nobody has turned it on, and does not stand in the list of what was not judged then
    let is_off = |gate: &Gate| gate.id == SURFACE_KEPT && facts.inputs.surface.is_none() && request.only.is_empty();
    report.choose(|gate| wanted(gate) && !is_off(gate));
    if report.chosen().next().is_none() {
        let message = "--only and --skip leave no gate to judge";
        return Err(Failure::new(
            Exit::Usage,
            message,
            "leave one of them out; `molt-sync gates explain` lists the gates",
        ));
    }
    let ended = ended(&report, &inputs, &request.only);
    if ended.as_ref().is_err_and(|failure| !failure.in_result) {
        return ended;
    }
    context.print(&match context.options.format {
        Format::Json => report.json(),
        Format::Sarif => report.sarif(&workspace.prefix()?),
        Format::Github => report.github(&workspace.prefix()?),
        Format::Junit => report.junit(&workspace.prefix()?).map_err(|error| {
            Failure::new(Exit::Io, format!("cannot write the report: {error}"), "use --format json")
        })?,
        _ => {
            let (all, colors) = (context.terminal.is_verbose(), context.terminal.colors_results());
            report.human(all, colors, &|it| context.located(it))
        }
    })?;
    ended
}

/// Holds what is recorded against the lock and the compared commit. A record that a merge has left both sides in is a person's to
/// settle; one that cannot be used is a finding.
fn know(workspace: &Workspace, inputs: &mut Inputs, then: Option<&(Base, Memory)>) -> Result<(), Failure> {
    let (files, paths) = (&workspace.disk, &workspace.config.paths);
    all_unmerged(files, paths)?;
    let locked = noted(inputs, lock(files, paths))?;
    // nothing is older without another one to compare with
    let older = if then.is_some() { noted(inputs, accepted_older(files, paths))? } else { Vec::new() };
    let known = beside(&locked, older, then.map(|(it, files)| (it, files as &dyn Files)))?;
    inputs.recorded.know(known, files, (&paths.baselines, &paths.union, &paths.lock));
    Ok(())
}

/// What was read. One that cannot be used is noted as a finding, and nothing is known of it.
fn noted<T: Default>(inputs: &mut Inputs, reading: Reading<T>) -> Result<T, Failure> {
    reading.or_else(|damage| {
        let why = damage.to_string();
        let path = RelPath::new(damage.name.as_str()).ok().filter(|_| damage.kind == DamageKind::Unusable);
        let Some(path) = path else { return Err(damage.into()) };
        inputs.recorded.note_damage(&path, why);
        Ok(T::default())
    })
}

/// Whether a folder without modules is a workspace all the same: one from which they are gone.
fn has_other_parts(workspace: &Workspace) -> Result<bool, Failure> {
    let paths = &workspace.config.paths;
    let settings = RelPath::new(FILE).ok();
    for path in [&paths.union, &paths.ratchet, &paths.manifest, &paths.attestation].into_iter().chain(&settings) {
        // one that cannot be used is there
        match workspace.disk.read(path) {
            Ok(None) => {}
            Err(error) if !error.is_about_the_file() => return Err(error.into()),
            _ => return Ok(true),
        }
    }
    Ok(false)
}

/// `molt-sync gates explain ID`, or all of them.
fn explain(context: &Context, id: Option<&str>) -> Result<(), Failure> {
    let is_human = context.options.format != Format::Json;
    if let Some(own) = id.filter(|it| is_human && by_id(it).is_none()).and_then(|it| own_gate(context, it)) {
        return context.print(&own_gates::page(&own));
    }
    let chosen: Vec<&Gate> = match id {
        Some(id) => vec![known(id)?],
        None => GATES.iter().collect(),
    };
    if context.options.format == Format::Json {
        let rows: Vec<_> = chosen
            .iter()
            .map(|it| {
                let number = it.molt.map(|(number, _)| number);
                serde_json::json!({ "id": it.id, "title": it.title, "why": it.why, "repair": context.located(it.repair), "not_negotiable": it.is_hard, "molt": number })
            })
            .collect();
        return context.print(&json_document(&envelope(serde_json::json!({ "gates": rows }))));
    }
    let line = |it: &Gate| {
        let hard = if it.is_hard { " (not negotiable)" } else { "" };
        format!("{:<26} {}{hard}\n", it.id, it.title)
    };
    let page = |it: &Gate| {
        let hard = if it.is_hard { "\nThe plan of the conversion does not negotiate it.\n" } else { "" };
        let place = it.molt.map_or("Molt's checker does not have it.".to_owned(), |(number, _)| {
            format!("It is number {number} in the order of Molt's checker.")
        });
        format!("{}: {}\n\nwhy: {}\nrepair: {}\n{hard}{place}\n", it.id, it.title, it.why, context.located(it.repair))
    };
    let text = |it| if id.is_some() { page(it) } else { line(it) };
    context.print(&chosen.into_iter().map(text).collect::<String>())
}

/// The gate of that id.
pub(super) fn known(id: &str) -> Result<&'static Gate, Failure> {
    by_id(id).ok_or_else(|| {
        let near = most_like(id, GATES.iter().map(|it| it.id), 0.75);
        let near = near.map_or(String::new(), |it| format!("did you mean `{it}`? "));
        let hint = format!("{near}`molt-sync gates explain` lists them");
        Failure::new(Exit::Usage, format!("there is no gate `{id}`"), hint)
    })
}

/// Reads what the gates judge of a workspace as it is. A tree of which a part is not checked out is refused, and so are records
/// that cannot be read.
pub(super) fn read_tree(workspace: &Workspace) -> Result<Inputs, Failure> {
    let templates = workspace.stub_templates()?;
    whole_records(&workspace.disk, &workspace.config.paths)?;
    let root = workspace.shown_root();
    let inputs = read(&workspace.disk, (&workspace.config, &root), &Gates::default(), &templates)?;
    let needed = inputs.required.top_level.iter().chain(&inputs.required.submodules);
    let lacks = needed.into_iter().any(|it| !inputs.layout.places(it).exist());
    whole(workspace, WorkspaceReach::Tree, lacks)?;
    Ok(inputs)
}

/// Reads what the gates judge, at a revision or as it is.
fn read(
    files: &dyn Files,
    (config, root): (&Config, &str),
    request: &Gates,
    stubs: &Templates,
) -> Result<Inputs, Failure> {
    let dialect = request.dialect.map_or_else(|| dialect(files, config), Ok)?;
    let other = OtherUnion::new(files, config);
    let union = || other.get();
    let known = Known { dialect, union: &union, stubs: Some(stubs) };
    let mut inputs = Inputs::read(files, judge::sources(&config.paths, root), &known)?;
    if let Err(damage) = other.whole() {
        if damage.kind != DamageKind::Unusable {
            return Err(damage.into());
        }
        inputs.required_unknown = Some(format!("what the tree must have is not known: {damage}"));
    }
    Ok(inputs)
}

/// Modules that the policy of the workspace names and the tree does not have: a slip of the pen turns a gate off.
fn unknown_names<'a>(config: &'a Config, inputs: &Inputs) -> Vec<&'a str> {
    let (own, molts) = (&config.gates, Policy::default());
    let lists = [
        (&own.strict_roots, &molts.strict_roots),
        (&own.bootstrap_modules, &molts.bootstrap_modules),
        (&own.pass_fallback_modules, &molts.pass_fallback_modules),
        (&own.allowed_policy_gates, &molts.allowed_policy_gates),
    ];
    let set = lists.into_iter().filter(|(own, molts)| own != molts).flat_map(|(own, _)| own);
    set.map(String::as_str).filter(|it| !inputs.layout.names.contains_key(*it)).collect()
}

/// Warns where Molt's checker in the tree has other lists than these gates: it has had some in between the two dialects.
fn other_lists(context: &Context, workspace: &Workspace, dialect: Dialect) -> Result<(), Failure> {
    let (policy, checker) = (&workspace.config.gates, &workspace.config.paths.checker);
    let bytes = match workspace.disk.read(checker) {
        // that its rules are not known is said of the run
        Err(error) if error.is_about_the_file() => None,
        other => other?,
    };
    let Some(bytes) = bytes else { return Ok(()) };
    for (name, constant, theirs) in checkers_lists(&String::from_utf8_lossy(&bytes)).lists {
        let ours = policy.list(name, dialect);
        let only = |a: &[String], b: &[String]| {
            let b: std::collections::HashSet<&String> = b.iter().collect();
            a.iter().filter(|it| !b.contains(it)).cloned().collect::<Vec<_>>()
        };
        let (more, less) = (only(&theirs, &ours), only(&ours, &theirs));
        let is_other = !more.is_empty() || !less.is_empty();
        if is_other && !policy.is_own(name) {
            let list = |words: &str, names: &[String]| {
                if names.is_empty() { String::new() } else { format!(", {words} `{}`", names.join("`, `")) }
            };
            context.terminal.warn(&format!(
                "{constant} in {checker} is another list than {name} here{}{}; set {name} below [gates] to follow it",
                list("with", &more),
                list("without", &less)
            ));
        }
    }
    Ok(())
}

/// What no gate looks at: the audit document's own words, as far as Molt's checker does not hold them as constants, and
/// rules of the checker that are not known here.
fn unjudged(workspace: &Workspace, inputs: &Inputs, asked: Option<Dialect>) -> Result<Vec<String>, Failure> {
    let config = &workspace.config;
    let unread = inputs.recorded.unread.iter();
    let mut res: Vec<String> = unread.map(|(path, release)| unread_archive(path, *release)).collect();
    if asked.is_none() {
        let unknown = unknown(&workspace.disk, config, true)?;
        res.extend(
            unknown
                .into_iter()
                .filter(|it| it.path == config.paths.checker)
                .map(|it| format!("{}; the states here are by the rules of {}", it.why, inputs.audit.dialect)),
        );
    }
    let (Ok(text), path) = (&inputs.document, &inputs.sources.document) else { return Ok(res) };
    let prose = document_prose(text);
    let checker = &config.paths.checker;
    let found = match workspace.disk.read(checker) {
        Err(error) if error.is_about_the_file() => None,
        other => other?,
    };
    let constants = match found {
        Some(bytes) => python::strings(&String::from_utf8_lossy(&bytes)),
        None => Vec::new(),
    };
    let constants: HashSet<&str> = constants.iter().flat_map(|it| it.lines()).map(str::trim_end).collect();
    let other: Vec<usize> = prose.iter().filter(|(_, it)| !constants.contains(it)).map(|(line, _)| *line).collect();
    if let Some(first) = other.first() {
        let lines = number_of(other.len(), "line");
        let compares = "Molt's checker compares them byte for byte with what it would write";
        res.push(format!(
            "{lines} of {path} that no constant of {checker} has (the first is line {first}); {compares}"
        ));
    }
    Ok(res)
}

fn unread_archive(path: &RelPath, release: Version) -> String {
    format!(
        "whether CPython {release} has the facts that {path} newly records, because no gate reads its archive; \
         `molt-sync refresh {release} --dry-run` does, and changes nothing where they are its"
    )
}

/// What the gates say of another revision, by its own settings. A file that lies elsewhere now is called as it is now, as far
/// as the settings say where it went.
fn at_base(
    context: &Context,
    (workspace, request, names): (&Workspace, &Gates, bool),
    (then, files): &(Base, Memory),
) -> Result<Vec<GateOutcome>, Failure> {
    let config = &then.config;
    let templates = stub_templates(files, &config.paths)?;
    let mut inputs = read(files, (config, &workspace.shown_root()), request, &templates)?;
    if let Some(why) = inputs.required_unknown {
        let message = format!("cannot compare with {}: {why}", &then.commit[..then.commit.len().min(9)]);
        return Err(Failure::new(Exit::Usage, message, "leave --base out, or name a commit whose records are whole"));
    }
    let known = witnesses(files, &config.paths, None)?;
    inputs.recorded.know(known, files, (&config.paths.baselines, &config.paths.union, &config.paths.lock));
    if names {
        inputs.surface = missing_names(context, files, config)?;
    }
    let mut outcomes = judge::run(&inputs, &config.gates, &request.mode);
    let (old, new) = (config.paths.roles(), workspace.config.paths.roles());
    let mut moves: Vec<(RelPath, RelPath)> = old.into_iter().zip(new).map(|((_, old), (_, new))| (old, new)).collect();
    // of places in each other the inner one counts
    moves.sort_by_key(|(old, _)| std::cmp::Reverse(old.as_str().len()));
    for finding in outcomes.iter_mut().flat_map(|it| &mut it.findings) {
        let Some(path) = &mut finding.path else { continue };
        let now = moves.iter().find_map(|(old, new)| match path.below(old) {
            Some(rest) => Some(new.join(rest)),
            None => (path == old).then(|| new.clone()),
        });
        *path = now.unwrap_or_else(|| path.clone());
    }
    Ok(outcomes)
}

fn molt_order(context: &Context, outcomes: &[GateOutcome], dialect: Dialect) -> Result<Exit, Failure> {
    let stopped = gates::first_in_molt(outcomes, dialect);
    if context.options.format == Format::Json {
        let (gate, line) = stopped.as_ref().map_or((None, Some(OK)), |(gate, line)| (Some(gate.id), line.as_deref()));
        let text = envelope(serde_json::json!({ "passed": gate.is_none(), "gate": gate, "first_line": line }));
        context.print(&json_document(&text))?;
        return Ok(if gate.is_none() { Exit::Done } else { Exit::No });
    }
    let Some((gate, line)) = stopped else {
        context.print(&format!("{OK}\n"))?;
        return Ok(Exit::Done);
    };
    let first = line.unwrap_or_else(|| "Traceback (most recent call last):".into());
    let found = outcomes.iter().filter(|it| it.gate.id == gate.id).flat_map(|it| &it.findings);
    let found = found.filter(|it| !it.is_ours);
    let lines: String = found
        .map(|it| {
            let path = it.path.as_ref().map_or(String::new(), |it| format!("{it}: "));
            format!("- {path}{}\n", it.message)
        })
        .collect();
    context.print(&format!("{first}\n{lines}"))?;
    Ok(Exit::No)
}

fn held_against(context: &Context, report: &GateReport<'_>, path: &std::path::Path) -> Result<Exit, Failure> {
    let bytes = context.read_named(path, 256 << 20)?;
    let unusable = |why: String| {
        let message = format!("cannot compare with {}: {why}", path.display());
        Failure::new(
            Exit::Usage,
            message,
            "name a report that `tools/check_stdlib_intrinsics.py --json-out FILE` wrote",
        )
    };
    let theirs = serde_json::from_slice(&bytes).map_err(|error| unusable(error.to_string()))?;
    let differences = compare(&report.value(), &theirs).map_err(unusable)?;
    if context.options.format == Format::Json {
        let text = envelope(serde_json::json!({ "differences": differences }));
        context.print(&json_document(&text))?;
    } else if differences.is_empty() {
        context.print("no difference: both audits say the same\n")?;
    } else {
        let lines: String = differences.iter().map(|it| format!("{it}\n")).collect();
        context.print(&format!("{lines}{}\n", number_of(differences.len(), "difference")))?;
    }
    Ok(if differences.is_empty() { Exit::Done } else { Exit::No })
}
