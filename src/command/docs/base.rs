//! What documents claimed where this branch left another, held against the facts of then: what was wrong there already is not
//! what the branch brings.

use std::{collections::BTreeSet, sync::Arc};

use super::settings::settings_error;
use super::{
    load::{DocsInputs, LoadedDocs},
    subject::Present,
    unbelieved::unbelieved,
};
use crate::{
    audit::Audit,
    base::RelPath,
    command::support::{
        base_commit::Base,
        context::CommandLine,
        failure::{Exit, Failure},
        state::WorkspaceState,
        workspace::Workspace,
    },
    docs::{self, Claim, Document, DocumentStatements, Facts, Invariant, patterns, source_file},
    host::git,
};

/// Every claim at the point where this branch left another, by the settings of then, and the documents of then.
pub(super) fn claims(
    workspace: &Workspace,
    command_line: CommandLine,
    then: &Base,
) -> Result<(Vec<Claim>, Vec<Document>), Failure> {
    let (_, loaded) = loaded(workspace, command_line, then, true)?;
    let DocumentStatements { mut claims, former, .. } = loaded.claims_and_former();
    claims.extend(former);
    claims.extend(docs::broken(&loaded.facts, &then.config.docs.invariants, None, &super::settings::settings()));
    Ok((claims, loaded.documents))
}

/// The facts there. One that could not be known then is not a fact that was not there.
pub(super) fn facts(workspace: &Workspace, command_line: CommandLine, then: &Base) -> Result<Facts, Failure> {
    // what could not be believed then keeps no branch from repairing it
    let (state, loaded) = loaded(workspace, command_line, then, false)?;
    let rules = workspace.config.docs.invariants.iter().filter_map(Invariant::nonincreasing);
    let gone = rules.into_iter().find(|it| loaded.facts.get(it).is_none());
    match (gone, state.unknown.first()) {
        (Some(id), Some(unknown)) => Err(Failure::new(
            Exit::Usage,
            format!("cannot compare {id} with {}: {}", &then.commit[..then.commit.len().min(9)], unknown.why),
            "name a later revision with --base, or take the rule out of molt-sync.toml",
        )),
        _ => Ok(loaded.facts),
    }
}

fn loaded(
    workspace: &Workspace,
    command_line: CommandLine,
    then: &Base,
    is_doubted: bool,
) -> Result<(WorkspaceState, LoadedDocs), Failure> {
    let (commit, config) = (&then.commit, &then.config);
    let (options, paths) = (&config.docs, &config.paths);
    let mut files = then.files(workspace)?;
    let roots = patterns(&options.roots).map_err(|why| settings_error(&why))?;
    let tools = super::settings::tools();
    let mut named: BTreeSet<RelPath> =
        [&options.bindings, &paths.checker, &paths.lock, &paths.scoreboard].map(RelPath::clone).into();
    named.extend(options.blocks.values().map(|it| it.template.clone()));
    named.extend(
        options
            .files
            .iter()
            .flat_map(|(path, it)| [Some(path.clone()), RelPath::new(it.template.as_str()).ok()])
            .flatten(),
    );
    named.extend(options.facts.values().filter_map(|it| source_file(&it.source)));
    let is_wanted = |it: &RelPath| {
        (roots.is_match(it.as_str()) && it.extension() == Some("md"))
            || named.contains(it)
            || it.below(&paths.doc_templates).is_some()
            || (it.below(&tools).is_some() && it.extension() == Some("py"))
    };
    files.0.extend(git::files_where(&workspace.root, commit, &[], is_wanted)?.0);
    let mut state = WorkspaceState::then(&files, &workspace.root, config)?;
    let audit = Arc::new(Audit::run(&files, &state.paths.stdlib, state.rules())?);
    if is_doubted {
        state.snapshot.unknown.extend(unbelieved(&files, &state, &audit)?);
    }
    let now = Present { union: &state.union, audit: &audit, budget: state.ratchet.map(|it| it.budget) };
    let read = DocsInputs::new(&files, options, &paths.checker)?;
    let index = || git::all_names_at(&workspace.root, commit).map_err(|error| error.to_string());
    let loaded = LoadedDocs::load_with(&files, &state, &now, read, (command_line, &index))?;
    Ok((state, loaded))
}
