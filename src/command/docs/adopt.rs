//! `molt-sync docs adopt`: puts a managed region into a document that has none.

use clap::{Args, builder::NonEmptyStringValueParser as Text};

use crate::{
    audit::Audit,
    base::{Files as _, Staged},
    changeset::Changeset,
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        state::WorkspaceState,
        unknown::refuse,
    },
    docs::{BLOCKS, adopt, regions},
    report::{envelope, json_document},
};

/// What is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct Adopt {
    /// The block to add; all of them by default
    #[arg(long = "block", value_name = "NAME", value_parser = Text::new())]
    pub blocks: Vec<String>,
    /// Add it at the end of the section with this heading (needs --block)
    #[arg(long, value_name = "HEADING", requires = "blocks", value_parser = Text::new())]
    pub after: Option<String>,
    /// Write nothing; print what would change as a patch
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs it.
pub(super) fn run(context: &Context, request: &Adopt) -> Result<(), Failure> {
    if let Some(unknown) = request.blocks.iter().find(|name| !BLOCKS.iter().any(|it| it.name == **name)) {
        let known: Vec<&str> = BLOCKS.iter().map(|it| it.name).collect();
        return Err(Failure::new(
            Exit::Usage,
            format!("there is no block `{unknown}`"),
            format!("the blocks are {}", known.join(", ")),
        ));
    }
    let workspace = context.workspace_for(!request.dry_run)?;
    let state = WorkspaceState::load(&workspace)?;
    refuse(&state.unknown)?;
    if let Some(none) = state.unrecorded() {
        // the regions speak of records, which a refresh writes
        context.terminal.warn(&context.located(&format!(
            "of releases, {none}: what the regions say of records is so from the first refresh on (`molt-sync refresh latest --dry-run` shows it)"
        )));
    }
    let audit = Audit::run(&workspace.disk, &state.paths.stdlib, state.rules())?;
    let facts = state.doc_facts(&state.union, &audit, state.ratchet.map(|it| it.budget));
    let mut staged = Staged::new(&workspace.disk);
    let mut lines = String::new();
    for block in
        BLOCKS.iter().filter(|it| request.blocks.is_empty() || request.blocks.iter().any(|name| name == it.name))
    {
        let path = state.paths.document(block.document);
        let Some(text) = staged.text(path)? else {
            lines += &format!("{path}: there is no such document\n");
            continue;
        };
        let fail = |error: &dyn std::fmt::Display| {
            let hint = "repair that place in the document, or name another heading with --after";
            Failure::new(Exit::Person, format!("cannot add block `{}` to {path}: {error}", block.name), hint)
        };
        if regions(&text).map_err(|error| fail(&error))?.iter().any(|it| it.name == block.name) {
            lines += &format!("{path}: block `{}` is there already\n", block.name);
            continue;
        }
        let wanted = state.documents.render(block.name, &facts)?.unwrap_or_default();
        let new = adopt(&text, block.name, &wanted, request.after.as_deref()).map_err(|error| fail(&error))?;
        staged.write(path, new)?;
        lines += &format!("{path}: block `{}` added\n", block.name);
    }
    let changeset = Changeset { edits: staged.into_edits() };
    if !request.dry_run {
        workspace.apply(&changeset.edits)?;
    }
    if context.options.format == Format::Json {
        let patch = request.dry_run.then(|| context.for_git(&changeset.diff())).transpose()?;
        let done: Vec<&str> = lines.lines().collect();
        let text = envelope(serde_json::json!({ "documents": done, "applied": !request.dry_run, "patch": patch }));
        return context.print(&json_document(&text));
    }
    if request.dry_run {
        context.terminal.notes(&lines);
        return context.print_patch(&changeset.diff());
    }
    context.print(&lines)
}
