//! What documents claimed where this branch left another, held against the facts of then: what was wrong there already is not
//! what the branch brings.

use std::collections::BTreeSet;

use super::{
    former::candidates,
    load::{Docs, Present, Read, settings_error},
};
use crate::{
    audit::Audit,
    base::RelPath,
    command::{
        context::{Base, CommandLine, Workspace},
        failure::Failure,
        state::State,
    },
    docs::{self, Claim, patterns},
    host::git,
};

/// Every claim at the point where this branch left another, by the settings of then.
pub(super) fn claims(workspace: &Workspace, command_line: CommandLine, then: &Base) -> Result<Vec<Claim>, Failure> {
    let (commit, config) = (&then.commit, &then.config);
    let (options, paths) = (&config.docs, &config.paths);
    let mut files = then.files(workspace)?;
    let roots = patterns(&options.roots).map_err(|why| settings_error(&why))?;
    let tools = super::load::tools();
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
    named.extend(options.facts.values().filter_map(|it| super::check::source_file(&it.source)));
    let is_wanted = |it: &RelPath| {
        (roots.is_match(it.as_str()) && it.extension() == Some("md"))
            || named.contains(it)
            || it.below(&paths.doc_templates).is_some()
            || (it.below(&tools).is_some() && it.extension() == Some("py"))
    };
    files.0.extend(git::files_where(&workspace.root, commit, &[], is_wanted)?.0);
    let state = State::then(&files, &workspace.root, config)?;
    let audit = Audit::run(&files, &state.paths.stdlib, state.rules())?;
    let now = Present { union: &state.union, audit: &audit, budget: state.ratchet.map(|it| it.budget) };
    let read = Read::new(&files, options, &paths.checker)?;
    let index = || {
        let names = git::names_at(&workspace.root, commit, &[]).map_err(|error| error.to_string())?;
        Ok(names.into_iter().collect())
    };
    let loaded = Docs::load_with(&files, &state, &now, read, (command_line, &index))?;
    let mut claims = loaded.claims();
    claims.extend(candidates(&state, &loaded));
    claims.extend(docs::broken(&loaded.facts, &options.invariants, None, &super::load::settings()));
    Ok(claims)
}
