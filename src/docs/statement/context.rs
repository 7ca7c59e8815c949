//! What is said around a statement: whether it is of the union's names, of a cluster of modules, or of a part of what is counted.

use std::ops::Range;

use super::{
    super::{flow::Flow, rules::DocsRules},
    lexicon::{self, About},
    mood::CountShape,
    shape::NumberStatement,
    token::{TextToken, TokenKind},
};

/// The fact of the cluster that a name stands for.
pub(super) fn cluster(rules: &DocsRules<'_>, name: &str) -> Option<String> {
    let exact = format!("cluster.{name}.status");
    if rules.facts.get(&exact).is_some() {
        return Some(exact);
    }
    let mut found = rules.facts.clusters().filter(|it| {
        it.strip_prefix("cluster.").is_some_and(|it| it.strip_prefix(name).is_some_and(|it| it.starts_with('-')))
    });
    let first = found.next()?.to_owned();
    found.next().is_none().then_some(first)
}

/// Whether a text, or what introduces it, speaks of the names of the union.
pub(super) fn is_about_names(flow: &Flow, text: &str) -> bool {
    let has = |text: &str| {
        let lower = text.to_lowercase();
        ["union", "required", "cpython", "stdlib"].iter().any(|it| lower.contains(it))
    };
    has(text) || flow.leads.iter().any(|it| has(it)) || flow.headings.iter().any(|it| has(&it.text))
}

/// "25 top-level required names are new" counts some of them.
pub(super) fn is_of_a_part(all: &[TextToken<'_>], statement: &NumberStatement, sentence: &Range<usize>) -> bool {
    let end = statement.part.end;
    if statement.shape != CountShape::Count
        || statement.about == About::Missing
        || end >= sentence.end
        || !all[end].is(&["are", "is", "were", "was", "that", "which"])
    {
        return false;
    }
    let is_known = [
        "required",
        "left",
        "remaining",
        "listed",
        "known",
        "counted",
        "reported",
        "tracked",
        "in",
        "currently",
        "now",
        "still",
        "expected",
        "there",
        "covered",
        "a",
        "the",
        "audited",
        "present",
    ];
    let next = &all[(end + 1).min(sentence.end)..sentence.end];
    // "664 intrinsic-partial modules are only stubs"
    let narrows =
        next.iter().find(|it| !it.is(&["only", "still", "just", "mere", "merely", "mostly", "nothing", "but"]));
    if narrows.is_some_and(|it| it.is(&["stubs", "stub", "placeholders"])) {
        return true;
    }
    match next.first() {
        Some(word) if statement.about == About::Union => {
            word.kind == TokenKind::Word && lexicon::status(&word.word).is_none() && !word.is(&is_known)
        }
        Some(word) => word.is(&["new", "missing", "added", "gone", "done", "fixed", "that", "which", "not", "removed"]),
        None => false,
    }
}
