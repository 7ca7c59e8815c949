//! The template for a terminal.

use super::{AcceptReport, line_of};
use crate::{acceptance::PointVerdict, report::other_settings};

/// Evidence of one point that is shown.
const SHOWN: usize = 6;

impl AcceptReport {
    /// It; `all` shows the evidence of points that are met too.
    pub fn human(&self, all: bool) -> String {
        let mut out = String::new();
        if self.modules.is_empty() {
            line!(out, "no module was changed");
        }
        for module in &self.modules {
            let rest: Vec<&str> = module.family.iter().skip(1).map(String::as_str).collect();
            let family = if rest.is_empty() { String::new() } else { format!(" (with {})", rest.join(", ")) };
            line!(out, "{}{family}: {}", module.module, module.summary());
            for it in &module.points {
                line!(out, "  {}. {}: {}", it.point.number, it.point.title, it.verdict.word());
                let shown = match (all, it.verdict) {
                    (true, _) => it.evidence.len(),
                    (false, PointVerdict::Met) => 0,
                    (false, _) => SHOWN,
                };
                for evidence in it.evidence.iter().take(shown) {
                    line!(out, "       {}", line_of(evidence));
                }
                let more = it.evidence.len().saturating_sub(shown);
                if more > 0 && it.verdict != PointVerdict::Met {
                    line!(out, "       and {more} more, which --verbose shows");
                }
            }
        }
        if let Some(said) = other_settings(&self.settings) {
            line!(out, "{said}");
        }
        if let Some(patch) = &self.attestation {
            out.push('\n');
            out.push_str(patch);
        }
        out
    }
}
