//! The facts that take a look at more of the tree, which is taken where something states them.

use std::collections::BTreeMap;

use super::{gates, names, order, settings::settings, subject::Present};
use crate::{
    audit::Audit,
    base::Files,
    command::support::{failure::Failure, state::WorkspaceState},
    docs::{Binding, Claim, ClaimKind, ClaimState, Code, Document, Facts},
    gates::CheckersLists,
};

/// Adds the facts that take a look at more of the tree, where something states them; what of them cannot be known is a claim.
pub(super) fn where_stated(
    facts: &mut Facts,
    (files, state, now): (&dyn Files, &WorkspaceState, &Present<'_>),
    (documents, bindings): (&[Document], &[Binding]),
    (words, lists): (&[String], &CheckersLists),
) -> Result<(Vec<Claim>, BTreeMap<&'static str, String>), Failure> {
    let options = &state.config.docs;
    let has_own = !(options.blocks.is_empty()
        && options.files.is_empty()
        && options.facts.is_empty()
        && options.invariants.is_empty()
        && bindings.iter().all(Binding::is_default));
    let open = gates::add(facts, documents, (files, state, now, has_own), (words, lists))?;
    let marks = [order::MARKS, names::MARKS, &[order::LANDED]];
    let stated = names::are_stated(marks, (files, state), documents, bindings)?;
    if stated[0] {
        order::add(facts, files, state, now.audit)?;
    }
    let mut odd = Vec::new();
    if stated[2] {
        odd.extend(order::add_landed(facts, files, state)?.err());
    }
    if stated[1] {
        odd.extend(names::add(facts, files, state)?.err());
    }
    let broken = |why: String| Claim::about(ClaimKind::Document, &settings(), ClaimState::Broken, Code::Source, why);
    Ok((odd.into_iter().map(broken).collect(), open))
}

/// Adds those of these facts that `id` names, or that lie below it; why one cannot be had.
pub(super) fn asked(
    facts: &mut Facts,
    (files, state): (&dyn Files, &WorkspaceState),
    id: &str,
) -> Result<Option<String>, Failure> {
    let is_asked = |mark: &str| {
        facts.get(mark).is_none() && mark.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let (plan, landed) = (order::MARKS.iter().any(|it| is_asked(it)), is_asked(order::LANDED));
    let names = facts.get("api.names.required").is_none() && (names::is_one(id) || id.starts_with("module."));
    let mut why = None;
    if plan {
        let audit = Audit::run(files, &state.paths.stdlib, state.rules())?;
        order::add(facts, files, state, &audit)?;
    }
    if landed {
        why = why.or(order::add_landed(facts, files, state)?.err());
    }
    if names {
        let open = names::add(facts, files, state)?.err();
        why = why.or(open.filter(|_| names::is_one(id)));
    }
    Ok(why)
}

/// The facts that are looked for only where something states them or somebody asks for them: each with what it is.
pub(super) fn where_asked() -> impl Iterator<Item = (&'static str, &'static str)> {
    order::WHAT.into_iter()
}
