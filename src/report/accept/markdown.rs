//! The template in Markdown, for a pull request's body.

use super::{AcceptReport, line_of};
use crate::acceptance::PointVerdict;

/// Evidence of one point that is shown.
const SHOWN: usize = 10;

impl AcceptReport {
    /// It.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for module in &self.modules {
            line!(out, "## Acceptance of `{}`", module.module);
            out.push('\n');
            let family: Vec<String> = module.family.iter().map(|it| format!("`{it}`")).collect();
            line!(out, "Family: {}. Of nine points: {}.", family.join(", "), module.summary());
            out.push('\n');
            line!(out, "| point | verdict |");
            line!(out, "| --- | --- |");
            for it in &module.points {
                line!(out, "| {}. {} | {} |", it.point.number, it.point.title, it.verdict.word());
            }
            out.push('\n');
            for it in module.points.iter().filter(|it| it.verdict != PointVerdict::Met) {
                line!(out, "{}. {}: {}", it.point.number, it.point.title, it.verdict.word());
                for evidence in it.evidence.iter().take(SHOWN) {
                    line!(out, "   - {}", line_of(evidence));
                }
                if let Some(more) = it.evidence.len().checked_sub(SHOWN).filter(|it| *it > 0) {
                    line!(out, "   - and {more} more");
                }
            }
            out.push('\n');
        }
        if let Some(patch) = &self.attestation {
            out.push_str("```diff\n");
            out.push_str(patch);
            out.push_str("```\n");
        }
        out
    }
}
