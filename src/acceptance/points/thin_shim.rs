//! Point 4: the Python side only normalises arguments, maps errors and checks capabilities. Measured is how much of it hands work
//! on; beyond a bound, a person judges, with the lines at hand.

use crate::{
    acceptance::{
        facts::{Member, SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence, PointVerdict},
    },
    base::{number_of, percent},
    python::Span,
};

/// Lines of one kind that are shown.
const SHOWN: usize = 12;

pub(in crate::acceptance) fn thin_shim(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    for member in &subject.members {
        judge(&mut found, facts, member);
        helpers(&mut found, facts, (subject, member));
    }
    found.outcome()
}

/// Private modules of the workspace's own, which CPython does not have: what was moved there is not in the shim, and is judged where
/// it is.
fn helpers(found: &mut Findings, facts: &SharedFacts<'_>, (subject, member): (&Subject<'_>, &Member<'_>)) {
    let Some(shim) = &member.shim else { return };
    let required = &facts.inputs.required;
    for (name, span) in &shim.imports {
        let name = name.trim_start_matches("molt.stdlib.");
        let is_cpythons = required.top_level.contains(name) || required.submodules.contains(name);
        let is_private = name.rsplit('.').next().is_some_and(|it| it.starts_with('_'));
        let is_there = facts.inputs.audit.get(name).is_some();
        if is_private && is_there && !is_cpythons && !subject.has(name) {
            let text = format!("`{name}` carries a part of it and is not of its family: accept it too");
            found.add(PointVerdict::ToJudge, PointEvidence::at(&member.record.path, member.line(span.start), text));
        }
    }
}

fn judge(found: &mut Findings, facts: &SharedFacts<'_>, member: &Member<'_>) {
    let (path, name) = (&member.record.path, &member.record.name);
    let Some(shim) = &member.shim else {
        found.missing(PointEvidence::of(path, format!("`{name}` cannot be read")));
        return;
    };
    if member.record.is_stub {
        found.missing(PointEvidence::at(path, 1, format!("`{name}` is only a stub: there is no shim yet")));
        return;
    }
    let bounds = facts.thresholds;
    let thin = shim.forwards + shim.guards;
    // what is shown is rounded, and what is judged is not
    let share = percent(thin as u64, shim.statements as u64, 0).unwrap_or(100.0);
    let is_thin = thin * 100 >= bounds.forwards * shim.statements;
    let measure = format!(
        "`{name}`: {share:.0} % of {} forward or check ({} forward, {} check), {}, {}, {}, {}",
        number_of(shim.statements, "statement"),
        shim.forwards,
        shim.guards,
        number_of(shim.loops.len(), "loop"),
        number_of(shim.arithmetic.len(), "calculation"),
        match shim.state.len() {
            1 => "1 change of state".to_owned(),
            count => format!("{count} changes of state"),
        },
        number_of(shim.imports.len(), "other import"),
    );
    let is_over = |count: usize, bound: usize| count > bound;
    let over = [
        ("it does more than forward", &shim.others, !is_thin),
        ("a loop", &shim.loops, is_over(shim.loops.len(), bounds.loops)),
        ("a calculation", &shim.arithmetic, is_over(shim.arithmetic.len(), bounds.arithmetic)),
        ("state", &shim.state, is_over(shim.state.len(), bounds.state)),
        ("what it runs is named or written as text, and does not show", &shim.hidden, !shim.hidden.is_empty()),
    ];
    let imports: Vec<Span> = shim.imports.iter().map(|(_, it)| *it).collect();
    let many = ("an import", &imports, is_over(imports.len(), bounds.imports));
    let over: Vec<_> = over.into_iter().chain([many]).filter(|(.., is_over)| *is_over).collect();
    let verdict = if over.is_empty() { PointVerdict::Met } else { PointVerdict::ToJudge };
    found.add(verdict, PointEvidence::at(path, 1, measure));
    for (what, spans, _) in over {
        let mut lines: Vec<usize> = spans.iter().map(|it| member.line(it.start)).collect();
        lines.dedup();
        for line in lines.iter().take(SHOWN) {
            found.add(verdict, PointEvidence::at(path, *line, what));
        }
        if let Some(more) = lines.len().checked_sub(SHOWN).filter(|it| *it > 0) {
            found.add(verdict, PointEvidence::of(path, format!("{what}: {more} lines more")));
        }
    }
}
