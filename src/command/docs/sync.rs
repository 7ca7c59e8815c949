//! `molt-sync docs sync`: repairs what a tool may repair, in all documents or in none.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};

use super::{
    check::{DocsCheckRequest, asked_for, exit, judged, located, read, report, show},
    fed::hold_audit,
    repairs::changeset,
    stops::{stopped, stops},
};
use crate::{
    base::{RelPath, number_of},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        output_args::DirtyArgs,
        uncommitted::refuse_lost,
    },
    docs::{Claim, ClaimKind, CodeClass, may_repair},
    report::HistoryComparison,
};

/// What is asked for.
#[derive(Debug, Clone, Default, Args)]
pub struct Sync {
    /// Which documents.
    #[command(flatten)]
    pub check: DocsCheckRequest,
    /// Write nothing; print what would change as a patch
    #[arg(long)]
    pub dry_run: bool,
    /// Whose words count where a person and the facts disagree
    #[arg(long, value_enum)]
    pub take: Option<TakenSide>,
    /// Which documents may have changes.
    #[command(flatten)]
    pub dirty: DirtyArgs,
}

/// Whose words count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TakenSide {
    /// The facts': what a person wrote is replaced
    Source,
}

/// Runs it.
pub(super) fn run(context: &Context, request: &Sync) -> Result<Exit, Failure> {
    let writes = !request.dry_run && context.options.format != Format::Patch;
    let workspace = context.workspace_for(writes)?;
    let (state, loaded, asked) = read(context, &workspace, request.check.base.as_deref())?;
    let check = request.check.seen_from_root(context, &workspace, &loaded);
    let (claims, compared, by_word) = judged(context, &workspace, (&state, &loaded, asked), &check)?;
    let report = |claims: Vec<Claim>, compared: HistoryComparison| {
        let mut report = report(&loaded, claims, compared);
        report.documents = asked_for(&loaded, &check.files);
        report.unread.extend(by_word.iter().cloned());
        report
    };
    if let Err(failure) = stop(&claims) {
        // a form that lists findings has what stops it as one
        if !matches!(context.options.format, Format::Human | Format::Json | Format::Patch) {
            show(context, &workspace, &report(claims, compared), "")?;
        }
        return Err(failure);
    }
    let (mut claims, held) = held(claims);
    hold_audit(&loaded, &mut claims);
    for (path, why) in &held.why {
        context.terminal.warn(&format!("{path} was not looked at for repairs: {why}"));
    }
    let take_source = request.take == Some(TakenSide::Source);
    let changeset = changeset(context, &workspace, &loaded, &claims, take_source)?;
    if !writes {
        let left = if request.check.exit_zero { Exit::Done } else { left(&claims, &held, take_source) };
        let shown = match context.options.format {
            Format::Human | Format::Json | Format::Patch => {
                // a patch has no room for it
                for it in &by_word {
                    context.terminal.warn(&format!("not looked at: {it}"));
                }
                context.print_patch(&changeset.diff())
            }
            _ => show(context, &workspace, &report(held.with(claims), compared), ""),
        };
        return shown.map(|()| left);
    }
    let by_hand = claims.iter().filter(|it| repairs(it, take_source) && it.is_by_hand()).map(|it| it.path.clone());
    refuse_lost(&workspace.root, &changeset, &request.dirty.allow_dirty, &by_hand.collect())?;
    workspace.apply(&changeset.edits)?;
    let repaired = claims.iter().filter(|it| repairs(it, take_source)).count();
    let left = left(&claims, &held, take_source);
    // what was repaired is claimed all the same
    let after = |it: Claim| if repairs(&it, take_source) { it.repaired() } else { it };
    let claims: Vec<Claim> = claims.into_iter().map(after).collect();
    let report = report(held.with(claims), compared);
    if context.options.format == Format::Human {
        let mut lines: String = changeset.edits.iter().map(|it| format!("{}: written\n", it.path)).collect();
        let places = number_of(repaired, "place");
        lines += &format!("{places} in {} repaired\n", number_of(changeset.edits.len(), "document"));
        context.print(&lines)?;
    }
    show(context, &workspace, &located(context, report), "")?;
    Ok(if request.check.exit_zero { Exit::Done } else { left })
}

/// What is still to be decided afterwards.
fn left(claims: &[Claim], held: &WithheldDocuments, take_source: bool) -> Exit {
    let open = claims.iter().filter(|it| !repairs(it, take_source)).chain(&held.claims);
    exit(open.map(Claim::class).max().unwrap_or(CodeClass::Note))
}

fn repairs(claim: &Claim, take_source: bool) -> bool {
    may_repair(claim, take_source) || (claim.kind == ClaimKind::Audit && claim.class() == CodeClass::Repair)
}

/// Claims of documents that state what a broken rule is about: those documents are not written.
struct WithheldDocuments {
    claims: Vec<Claim>,
    why: BTreeMap<RelPath, String>,
}

impl WithheldDocuments {
    /// All claims again, in their order.
    fn with(&self, mut claims: Vec<Claim>) -> Vec<Claim> {
        claims.extend(self.claims.iter().cloned());
        claims.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        claims
    }
}

/// Parts the claims into those that may be repaired, and those of the documents that state the facts of a broken rule.
fn held(claims: Vec<Claim>) -> (Vec<Claim>, WithheldDocuments) {
    let words = |(id, rule)| format!("it states {id}, and `{rule}` does not hold");
    let why: BTreeMap<RelPath, String> = stopped(&claims).into_iter().map(|(path, it)| (path, words(it))).collect();
    let (held, free) = claims.into_iter().partition(|it| it.kind != ClaimKind::Invariant && why.contains_key(&it.path));
    (free, WithheldDocuments { claims: held, why })
}

fn stop(claims: &[Claim]) -> Result<(), Failure> {
    let found: Vec<&Claim> = claims.iter().filter(|it| stops(it)).collect();
    let Some(first) = found.first() else { return Ok(()) };
    let is_broken = found.iter().any(|it| it.class() == CodeClass::Broken);
    let lines = found.iter().map(|it| format!("{}:{}: {}", it.path, it.line, it.message()));
    let exit = if is_broken { Exit::Usage } else { Exit::Person };
    Err(Failure::new(exit, "nothing was written, because something has to be repaired first", first.repair.clone())
        .with_details(lines))
}
