//! The template in Markdown, for a pull request's body.

use super::{AcceptReport, line_of};
use crate::{
    acceptance::PointVerdict,
    base::text::{code_span, in_markdown},
    report::other_settings,
};

/// Evidence of one point that is shown.
const SHOWN: usize = 10;

impl AcceptReport {
    /// It.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for module in &self.modules {
            line!(out, "## Acceptance of {}", code_span(&module.module));
            out.push('\n');
            let family: Vec<String> = module.family.iter().map(|it| code_span(it)).collect();
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
        if let Some(said) = other_settings(&self.settings) {
            line!(out, "{}\n", in_markdown(&said));
        }
        out
    }

    /// The change of the attestation as a block of code, behind the report: in one, nobody is called and nothing is closed, and a patch in which
    /// a character is another one does not apply. Empty where nothing is proposed.
    pub fn markdown_patch(&self) -> String {
        let mut out = String::new();
        if let Some(patch) = &self.attestation {
            // longer than any that the patch has
            let fence = "`".repeat(patch.split(|it| it != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
            line!(out, "{fence}diff");
            out.push_str(patch);
            line!(out, "{fence}");
        }
        out
    }
}
