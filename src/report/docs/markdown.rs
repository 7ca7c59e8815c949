//! The claims as Markdown, for a job's summary or a pull request.

use std::fmt::Write as _;

use super::{DocsReport, printable};
use crate::docs::Class;

impl DocsReport {
    /// The report.
    pub fn markdown(&self) -> String {
        let mut out = format!("## Documents\n\n{}\n", self.summary());
        if self.class() > Class::Note {
            out += "\n| place | what | says | is |\n| --- | --- | --- | --- |\n";
        }
        for claim in self.counted() {
            let what = claim.code.map_or(String::new(), |it| format!("{} {}", it.id(), it.title()));
            let wanted = claim.wanted.as_deref().or(claim.why.first().map(String::as_str)).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {}:{} | {what} | {} | {} |",
                claim.path,
                claim.line,
                cell(&claim.stated),
                cell(wanted)
            );
        }
        out
    }
}

/// Text in a cell, cut after some words.
fn cell(text: &str) -> String {
    let text = printable(text).replace('|', "\\|").replace('<', "&lt;");
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}
