//! The claims as Markdown, for a job's summary or a pull request.

use std::fmt::Write as _;

use super::{DocsReport, NAMED, excerpt::Excerpt, printable};
use crate::base::text::in_markdown;

impl DocsReport {
    /// The report.
    pub fn markdown(&self) -> String {
        let mut out = format!("## {}\n\n{}\n", if self.is_census() { "Census" } else { "Documents" }, self.summary());
        for it in self.remarks(NAMED) {
            let _ = writeln!(out, "\n{}", in_markdown(&it));
        }
        if self.wrong().any(|it| self.is_told(it)) {
            out += "\n| place | what | says | is |\n| --- | --- | --- | --- |\n";
        }
        for claim in self.wrong().filter(|it| self.is_told(it)) {
            let what = claim.code.map_or(String::new(), |it| format!("{} {}", it.id(), it.title()));
            let Excerpt { stated, wanted } = Excerpt::of(claim);
            let wanted = wanted.map(|it| it.join(" ")).or(claim.why.first().cloned()).unwrap_or_default();
            let _ = writeln!(
                out,
                "| {} | {what} | {} | {} |",
                cell(&format!("{}:{}", claim.path, claim.line)),
                cell(&stated.join(" ")),
                cell(&wanted)
            );
        }
        out
    }
}

/// Words of others in a cell, cut after some: a code span, in which they are not markup.
fn cell(text: &str) -> String {
    let text = printable(text);
    let text = match text.char_indices().nth(120) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    };
    // a bar ends a cell in a code span too
    if text.is_empty() { text } else { in_markdown(&text).replace('|', "\\|") }
}
