//! The findings for a terminal: grouped by gate, with the line and a caret, why the gate exists and what repairs it.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{GateReport, GateRow, ShownFinding};
use crate::{
    base::{RelPath, number_of},
    report::other_settings,
};

/// Findings of one gate that are shown before the rest is counted.
const SHOWN: usize = 20;

impl GateReport<'_> {
    /// The report; `all` shows every finding and every gate. Command lines are shown as `located` has them.
    pub fn human(&self, all: bool, color: bool, located: &dyn Fn(&str) -> String) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for row in self.chosen() {
            let findings: Vec<&ShownFinding> = row.findings.iter().filter(|it| all || self.counts(it)).collect();
            match (&row.not_judged, findings.is_empty()) {
                (Some(why), _) if all => _ = writeln!(out, "{}: not judged: {why}", row.gate.id),
                (None, true) if all => _ = writeln!(out, "{}: passed", row.gate.id),
                (_, true) => {}
                (_, false) => {
                    group(&mut out, row, &findings, all, &renderer);
                    let _ = writeln!(out, "  why: {}\n  repair: {}\n", row.gate.why, located(row.gate.repair));
                }
            }
        }
        self.summary(&mut out);
        out
    }

    /// What no finding tells and every form says: the settings of the base, and what was not judged.
    pub(super) fn remarks(&self) -> impl Iterator<Item = String> {
        let unjudged = self.unjudged.iter().map(|it| format!("not judged: {it}"));
        other_settings(&self.settings).into_iter().chain(unjudged)
    }

    fn summary(&self, out: &mut String) {
        let audit = &self.facts.inputs.audit;
        let failed = self.chosen().filter(|row| row.findings.iter().any(|it| self.counts(it))).count();
        let silent = self.chosen().filter(|it| it.not_judged.is_some()).count();
        let _ = writeln!(
            out,
            "{} modules by the rules of {}: {}",
            audit.records.len(),
            audit.dialect,
            self.statuses().join(", ")
        );
        let silent = if silent == 0 { String::new() } else { format!(", {silent} not judged (-v says why)") };
        let findings = self.failing();
        let _ = writeln!(
            out,
            "{}: {failed} failed with {}{silent}",
            number_of(self.chosen().count(), "gate"),
            number_of(findings, "finding")
        );
        for it in &self.unjudged {
            let _ = writeln!(out, "not judged: {it}");
        }
        if let Some(base) = &self.base {
            let old = self.chosen().flat_map(|it| &it.findings).filter(|it| it.is_new == Some(false)).count();
            let _ = writeln!(out, "compared with {base}: {old} of all findings are old");
        }
        if let Some(said) = other_settings(&self.settings) {
            let _ = writeln!(out, "{said}");
        }
        if let Some((gate, _)) = self.molt.as_ref().filter(|_| findings > 0) {
            let _ = writeln!(out, "Molt's checker stops at `{}`; --molt-order prints its first line", gate.id);
        }
    }
}

fn group(out: &mut String, row: &GateRow, findings: &[&ShownFinding], all: bool, renderer: &Renderer) {
    let hard = if row.gate.is_hard { ", not negotiable" } else { "" };
    let _ = writeln!(out, "{} ({}{hard}): {}", row.gate.id, row.gate.title, number_of(findings.len(), "finding"));
    let limit = if all { usize::MAX } else { SHOWN };
    for shown in findings.iter().take(limit) {
        excerpt(out, shown, renderer);
    }
    if let Some(more) = findings.len().checked_sub(limit).filter(|it| *it > 0) {
        let _ = writeln!(out, "  and {more} more; -v shows them all");
    }
}

fn excerpt(out: &mut String, shown: &ShownFinding, renderer: &Renderer) {
    let finding = &shown.finding;
    let path = finding.path.as_ref().map(RelPath::as_str);
    let title = format!("{}{}", finding.message, shown.age());
    let (Some(path), Some(line), Some(text)) = (path, shown.located.line, &shown.located.excerpt) else {
        let place = shown.located.line.zip(shown.located.column).map(|(line, column)| format!(":{line}:{column}"));
        let place = path.map_or(String::new(), |it| format!("{it}{}: ", place.unwrap_or_default()));
        let _ = writeln!(out, "  {place}{title}");
        return;
    };
    let offset = |column: usize| text.char_indices().nth(column - 1).map_or(text.len(), |(at, _)| at);
    let snippet = Snippet::source(text.as_str()).path(path).line_start(line);
    let snippet = match (shown.located.column, shown.located.end_column) {
        (Some(column), Some(end)) => {
            snippet.annotation(AnnotationKind::Primary.span(offset(column)..offset(end).max(offset(column))))
        }
        _ => snippet.annotation(AnnotationKind::Primary.span(0..text.len())),
    };
    let report = [Level::ERROR.primary_title(title.as_str()).element(snippet)];
    let _ = writeln!(out, "{}", renderer.render(&report));
}
