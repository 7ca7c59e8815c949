//! The scoreboard's figures of the tree before and after a change, what of them worsens, and which exception that needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{Files, number_of},
    changeset::Changeset,
    command::support::{failure::Failure, remarks::Remarks, state::WorkspaceState},
    gates::Inputs,
    scoreboard::{Exception, FIGURES, FigureScope, Tree, of_trees},
};

/// Names that are shown before the rest is counted.
const SHOWN: usize = 8;

/// The scoreboard's figures of the tree, before and after.
pub(super) type FigurePairs = BTreeMap<&'static str, (u64, u64)>;

/// The figures, and what a person has to sign for where the workspace keeps a scoreboard.
pub(super) fn figures(
    files: &dyn Files,
    state: &WorkspaceState,
    (before, after): (&Inputs, &Inputs),
    changeset: &Changeset,
) -> Result<(FigurePairs, Remarks), Failure> {
    let [old, new] = [before, after].map(|it| Tree::new(&it.audit, &it.layout, &it.required));
    let value = |tree: &Tree, of: FigureScope| match of {
        FigureScope::State(status) => Some(tree.counts.get(&status).copied().unwrap_or_default()),
        FigureScope::MissingTop => Some(tree.missing_top.len() as u64),
        FigureScope::MissingBelow => Some(tree.missing_below.len() as u64),
        FigureScope::Lane(_) | FigureScope::Memory => None,
    };
    let both = FIGURES.iter().filter_map(|it| Some((it.id, (value(&old, it.of)?, value(&new, it.of)?)))).collect();
    let mut remarks = Remarks::default();
    if files.read(&state.paths.scoreboard)?.is_some() {
        remarks.for_a_person.extend(unsigned(state, (&old, &new), changeset));
    }
    Ok((both, remarks))
}

/// What worsens and no exception of the change names, in words.
fn unsigned(state: &WorkspaceState, (old, new): (&Tree, &Tree), changeset: &Changeset) -> Option<String> {
    let mut named: BTreeSet<(String, String)> = BTreeSet::new();
    for edit in changeset.edits.iter().filter(|it| it.path.below(&state.paths.exceptions).is_some()) {
        let text = edit.after.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        // what this program has just written can be read
        let exception = Exception::parse(&edit.path, &text).ok().flatten();
        named.extend(exception.iter().flat_map(Exception::pairs).map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
    let open = of_trees(old, new).into_iter().filter(|it| !named.contains(&(it.figure.into(), it.identity.clone())));
    let open: Vec<String> = open.map(|it| format!("{} `{}`", it.figure, it.identity)).collect();
    if open.is_empty() {
        return None;
    }
    let rest = open.len().saturating_sub(SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let shown = open.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    Some(format!(
        "sign for what worsens on the scoreboard, {}: {shown}{more}; `molt-sync scoreboard except --base REF` writes the exception",
        number_of(open.len(), "thing")
    ))
}
