//! Goals of a branch's own: a binding takes a value out of the present that its words do not, and readers do not see it. It counts with
//! a name, as a waiver does.

use std::collections::{HashMap, HashSet};

use super::{
    binding::{Binding, Tense},
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::Facts,
    form,
};
use crate::base::{RelPath, number_of};

/// Makes what only a binding calls a goal that `before` does not have, and that names nobody, a wrong value; tells the others. `file` is
/// that of the bindings.
pub fn hold_goals(
    claims: &mut [Claim],
    (bindings, before): (&[Binding], &[Binding]),
    facts: &Facts,
    file: &RelPath,
) -> Vec<Claim> {
    let is_goal = |it: &&Binding| !it.is_default() && it.tense == Tense::Goal;
    let known: HashSet<(Option<&str>, &str)> =
        before.iter().filter(is_goal).map(|it| (it.doc(), it.phrase.as_str())).collect();
    let mut by_phrase: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, it) in claims.iter().enumerate().filter(|(_, it)| is_untrue(it, facts)) {
        by_phrase.entry(it.binding.clone()).or_default().push(at);
    }
    let mut res = Vec::new();
    for binding in bindings.iter().filter(is_goal).filter(|it| !known.contains(&(it.doc(), it.phrase.as_str()))) {
        let all = by_phrase.get(&binding.phrase).into_iter().flatten().copied();
        let all: Vec<usize> = all.filter(|at| binding.applies_to(&claims[*at].path)).collect();
        let (Some(_), Some(by)) = (all.first(), binding.by()) else {
            for at in all {
                let why = "the binding that calls it a goal is this branch's own, and says not by whom (`by`)";
                let due = claims[at].facts.first().and_then(|id| facts.get(id)).map(|it| it.value.to_string());
                let claim = claims[at].clone().wrong(ClaimState::HandEdited, Code::Contradicted, why);
                let due = due.unwrap_or_default();
                let repair =
                    format!("write {due} there, say in its own words that it is an aim, or give the binding `by`");
                claims[at] = Claim { repair, ..claim };
            }
            continue;
        };
        let many = number_of(all.len(), "value");
        let why = format!("{by} calls {many} a goal, by a binding that this branch brings");
        let mut told = Claim::about(ClaimKind::Document, file, ClaimState::Broken, Code::OwnExcuse, why);
        (told.line, told.binding) = (binding.line, binding.phrase.clone());
        res.push(told);
    }
    res
}

/// Whether a value that a binding calls a goal is not that of its fact.
fn is_untrue(it: &Claim, facts: &Facts) -> bool {
    let fact = it.facts.first().and_then(|id| facts.get(id));
    it.kind == ClaimKind::Phrase
        && it.is_goal
        && it.code.is_none()
        && fact.is_some_and(|fact| !form::states(&it.stated, &fact.value))
}
