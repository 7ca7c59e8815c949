//! `molt-sync docs census`: what looks like a fact and is bound to none.

use std::collections::BTreeSet;

use clap::Args;

use super::{
    check::{located, show},
    on_disk::present,
    place,
};
use crate::{
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    docs::{self, Claim, Code, Document, Facts, patterns},
    report::{DocsReport, HistoryComparison},
};

/// What is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct Census {
    /// Documents, as patterns; all of them by default
    pub files: Vec<String>,
    /// Also list the facts that no document cites
    #[arg(long)]
    pub uncited: bool,
}

/// Runs it: 2 where a document cannot be read.
pub(super) fn run(context: &Context, request: &Census) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let (state, loaded) = present(&workspace, context.command_line)?;
    let files = place::from_root(context, &workspace, &loaded, &request.files);
    let wanted = patterns(&files).map_err(|why| {
        Failure::new(Exit::Usage, format!("cannot use that pattern: {why}"), "write it as `docs/**/*.md`, in quotes")
    })?;
    let is_wanted = |it: &&Document| files.is_empty() || wanted.is_match(it.path.as_str());
    let documents: Vec<Document> = loaded.documents.iter().filter(is_wanted).cloned().collect();
    let bound = loaded.claims();
    let mut claims = docs::census(&documents, &loaded.rules(), &bound, &state.config.docs.lexicon);
    if request.uncited {
        claims.extend(docs::uncited(&loaded.facts, &bound, &loaded.page));
    }
    // nothing is known of a document that cannot be read
    let is_asked = |it: &&Claim| files.is_empty() || wanted.is_match(it.path.as_str());
    let words = |it: &Claim| match it.code {
        Some(Code::Malformed) => format!("{} cannot be read", it.path),
        _ => it.why.join("; "),
    };
    let unlooked: BTreeSet<String> = loaded.unlooked().filter(is_asked).map(words).collect();
    let exit = if unlooked.is_empty() { Exit::Done } else { Exit::Usage };
    let unread = loaded.unread.iter().cloned().chain(unlooked).collect();
    let facts = Facts::iter(&loaded.facts).count();
    let (documents, compared) = (documents.len(), HistoryComparison::Unasked);
    let report = DocsReport { check: "census", claims, documents, facts, bound: 0, compared, new_only: false, unread };
    let report = located(context, report);
    if context.options.format == crate::command::Format::Human {
        for it in &report.unread {
            context.warn(&format!("not looked at: {it}"));
        }
        context.print(&report.notes(context.terminal.colors_results()))?;
        context.print(&format!("{}\n", report.summary()))?;
    } else {
        show(context, &workspace, &report, "")?;
    }
    Ok(exit)
}
