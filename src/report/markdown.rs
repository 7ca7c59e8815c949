//! The report as the body of a pull request. Names from an archive are data: they stand in code spans, escaped.

use std::fmt::Write as _;

use super::{RefreshReport, harmless::harmless};
use crate::{
    audit::Status,
    base::text::{code_span as code, in_markdown},
};

impl RefreshReport {
    /// `Refresh to CPython 3.13.5`
    pub fn title(&self) -> String {
        let what = self.release.as_deref().unwrap_or(&self.series);
        if self.is_new_series {
            return format!("Add CPython {}, recorded from {what}", self.series);
        }
        if self.action == "drop" { format!("Drop CPython {what}") } else { format!("Refresh to CPython {what}") }
    }

    /// The report in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let title = self.title();
        let _ = writeln!(out, "# {title}\n");
        if let Some(before) = &self.before {
            let _ = writeln!(out, "- Recorded before: {}", in_markdown(before));
        }
        if self.action == "refresh" {
            let _ = writeln!(out, "- Source: {}", code(&self.source));
            let _ = writeln!(out, "- SHA-256: {}", code(self.sha256.as_deref().unwrap_or("-")));
            let _ = writeln!(out, "- Verified by: {}", in_markdown(self.verified_by.as_deref().unwrap_or("nobody")));
            if let Some(it) = &self.signed {
                let _ = writeln!(out, "- Signed: {}", code(&it.to_string()));
            }
            if let Some(it) = self.lock_says.as_ref().filter(|_| self.signed.is_none()) {
                let _ = writeln!(out, "- The lock says, and this run did not check: {}", code(&it.to_string()));
            }
        }
        if self.is_empty() {
            out.push_str("\nNothing to do: the workspace is in step.\n");
            return out;
        }
        if !self.delta.is_empty() && !self.is_new_series && self.action == "refresh" {
            out.push_str("\n## What changed upstream\n\n");
            for it in &self.delta.0 {
                let _ = writeln!(out, "- {}: {}", code(it.name()), in_markdown(&it.words()));
            }
        }
        out.push_str("\n## What changes here\n\n| | before | after |\n|---|---|---|\n");
        for row in &self.union {
            let _ = writeln!(out, "| {} of the union | {} | {} |", row.what, row.before, row.after);
        }
        for (word, (before, after)) in &self.statuses {
            let _ = writeln!(out, "| {} modules | {before} | {after} |", code(word));
            if *word == Status::Partial.word() {
                let _ = writeln!(out, "| of them stubs | {} | {} |", self.stub_modules.0, self.stub_modules.1);
            }
        }
        let _ = writeln!(out, "| findings of the gates | {} | {} |", self.gates_before, self.gates_after.len());
        if let Some(growth) = &self.growth {
            let _ = writeln!(
                out,
                "| budget of `intrinsic-partial` modules | {} | {} |",
                growth.budget_before, growth.budget_after
            );
            if let Some(sign_off) = &growth.sign_off {
                let _ = writeln!(out, "\nThe higher budget was signed off by {}.", code(sign_off));
            }
        }
        for (label, names) in self.stub_rows() {
            let names: Vec<String> = names.iter().map(|it| code(it)).collect();
            let _ = writeln!(out, "\nStubs {label}: {}.", names.join(", "));
        }
        section(&mut out, "Findings", self.gates_after.iter().map(|it| in_markdown(it)));
        section(
            &mut out,
            "The workspace's own gates",
            self.external.iter().map(|it| format!("{}: {}", code(&it.name), in_markdown(&it.state))),
        );
        section(
            &mut out,
            "Documents",
            self.docs.iter().map(|it| format!("{}: {} {}", in_markdown(&it.path), in_markdown(&it.block), it.state)),
        );
        section(
            &mut out,
            "Left out of the release's names",
            self.not_importable.iter().map(|(path, why)| format!("{}: {}", code(path), in_markdown(why))),
        );
        section(&mut out, "What a person still has to do", self.for_a_person.iter().map(|it| code(it)));
        section(&mut out, "Notes", self.notes.iter().map(|it| in_markdown(it)));
        for (word, paths) in &self.files {
            section(&mut out, &format!("Files {word}"), paths.iter().map(|it| code(it)));
        }
        harmless(&out)
    }
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: String = lines.map(|line| format!("- {line}\n")).collect();
    if !lines.is_empty() {
        let _ = write!(out, "\n## {title}\n\n{lines}");
    }
}
