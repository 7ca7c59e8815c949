//! No module hides a missing intrinsic: not behind a loader that may return nothing, and not behind an import that may
//! fail quietly.

use std::collections::HashSet;

use crate::gates::{
    finding::Finding,
    gate::{Gate, GateFacts, Headline, Verdict},
};
use crate::{
    audit::{Record, Status},
    python::Span,
};

pub(in crate::gates) const STRICT: Gate = Gate {
    id: "strict-fallback",
    title: "strict roots have no fallback",
    why: "A fallback in a root that programs rely on turns a missing intrinsic into another program.",
    repair: "Load with require_intrinsic, and import without try.",
    is_hard: true,
    molt: Some(("26b", Headline::Words("strict-import roots used forbidden fallback patterns"))),
    run: run_strict,
};

pub(in crate::gates) const BACKED: Gate = Gate {
    id: "backed-fallback",
    title: "intrinsic-backed modules have no fallback",
    why: "A finished module needs none.",
    molt: Some(("26c", Headline::Words("intrinsic-backed modules used forbidden fallback patterns"))),
    run: run_backed,
    ..STRICT
};

pub(in crate::gates) const ALL: Gate = Gate {
    id: "stdlib-fallback",
    title: "no module has a fallback",
    why: "In a compiled program there is nothing to fall back to: what is missing must say so.",
    molt: Some(("27", Headline::Words("all-stdlib fallback gate violated"))),
    run: run_all,
    ..STRICT
};

/// One fallback pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FallbackShape {
    /// What it is.
    pub message: &'static str,
    /// Where.
    pub span: Span,
}

/// The fallback patterns of a module as Molt's checker counts them: one for loaders at most, one for each `try`.
pub fn counted(record: &Record) -> Vec<FallbackShape> {
    let mut has_loader = false;
    let mut res = shapes(record);
    res.retain(|it| it.message != LOADER || !std::mem::replace(&mut has_loader, true));
    res
}

const LOADER: &str = "a loader is called that may return nothing";

/// Every fallback pattern of a module.
pub fn shapes(record: &Record) -> Vec<FallbackShape> {
    let Some(said) = record.said() else { return Vec::new() };
    let optional = said.optional_loads.iter().map(|span| FallbackShape { message: LOADER, span: *span });
    let tries = said.import_fallbacks.iter();
    let tries =
        tries.map(|span| FallbackShape { message: "a `try` imports and handles the import's failure", span: *span });
    optional.chain(tries).collect()
}

fn findings<'a>(records: impl Iterator<Item = &'a Record>) -> Verdict {
    let found = records.flat_map(|record| shapes(record).into_iter().map(move |it| (record, it)));
    found.map(|(record, it)| Finding::of(record, it.message).span(it.span).related([it.message])).collect()
}

fn run_strict(facts: &GateFacts<'_>) -> Verdict {
    let roots = facts.strict_roots();
    findings(roots.iter().filter_map(|it| facts.audit().get(it)))
}

fn run_backed(facts: &GateFacts<'_>) -> Verdict {
    findings(facts.audit().records.iter().filter(|it| it.status == Some(Status::Backed)))
}

/// What the two gates before this one report is not said again.
fn run_all(facts: &GateFacts<'_>) -> Verdict {
    let roots = facts.strict_roots();
    let in_august = facts.audit().dialect.is_late();
    if facts.mode.fallback_backed_only || (in_august && !roots.is_empty()) {
        return Verdict::NotJudged(
            "this run judges fallbacks in intrinsic-backed modules and strict roots only".into(),
        );
    }
    let roots: HashSet<&String> = roots.iter().collect();
    let rest = facts.audit().records.iter().filter(|it| it.status != Some(Status::Backed) && !roots.contains(&it.name));
    findings(rest)
}
