//! The report as the body of a pull request. Names from an archive are data: they stand in code spans, escaped.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{RefreshReport, Statement, harmless::harmless};
use crate::{
    audit::Status,
    base::text::{code_span as code, in_markdown},
    release::{LockClaim, REVIEWED},
};

/// The changes inside of modules that are listed; a pull request has a longest body.
const IMPACT: usize = 60;

impl RefreshReport {
    /// `Refresh to CPython 3.13.5`
    pub fn title(&self) -> String {
        let what = self.release.as_deref().unwrap_or(&self.series);
        if self.is_new_series {
            return format!("Add CPython {}, recorded from {what}", self.series);
        }
        match self.action.as_str() {
            "drop" => format!("Drop CPython {what}"),
            "stubs" => "Bring the stubs in step with the union".to_owned(),
            _ => format!("Refresh to CPython {what}"),
        }
    }

    /// The report in Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n\n", self.title());
        self.release(&mut out);
        self.obstacles(&mut out);
        if self.is_empty() {
            out.push_str("\nNothing to do: the workspace is in step.\n");
            return harmless(&out);
        }
        self.upstream_in_markdown(&mut out);
        if let Some(it) = &self.impact {
            it.markdown(&mut out, IMPACT);
        }
        self.numbers(&mut out);
        self.stubs_in_markdown(&mut out);
        section(&mut out, "Findings of the gates afterwards", self.gates_after.iter().map(|it| in_markdown(it)));
        let own = self.external.iter().map(|it| format!("{}: {}", code(&it.name), in_markdown(&it.state)));
        section(&mut out, "The workspace's own gates", own);
        self.documents(&mut out);
        let left = self.not_importable.iter().map(|(path, why)| format!("{}: {}", code(path), in_markdown(why)));
        section(&mut out, "Left out of the release's names", left);
        section(&mut out, "Accepted exceptions", self.exceptions.iter().map(|it| code(it)));
        section(&mut out, "What a person still has to do", self.for_a_person.iter().map(|it| in_markdown(it)));
        section(&mut out, "Notes", self.notes.iter().map(|it| in_markdown(it)));
        for (word, paths) in &self.files {
            section(&mut out, &format!("Files {word}"), paths.iter().map(|it| code(it)));
        }
        if self.action == "refresh" {
            out.push_str(BASELINES);
        }
        out.push_str(BACK);
        harmless(&out)
    }

    /// Which release it is, and why it is believed.
    fn release(&self, out: &mut String) {
        if let Some(before) = &self.before {
            let _ = writeln!(out, "- Recorded before: {}", in_markdown(before));
        }
        if self.action != "refresh" {
            return;
        }
        if let Some(release) = &self.release {
            let day = self.released.as_deref().unwrap_or("the day is not known to this run");
            let name = format!("CPython {}", in_markdown(release));
            let name = self.page.as_ref().map_or(name.clone(), |page| format!("[{name}]({page})"));
            let _ = writeln!(out, "- Release: {name}, {}", in_markdown(day));
        }
        let _ = writeln!(out, "- Source: {}", code(&self.source));
        let _ = writeln!(out, "- SHA-256: {}", code(self.sha256.as_deref().unwrap_or("-")));
        let _ = writeln!(out, "- Verified: {}", in_markdown(self.checked_words().as_deref().unwrap_or("by nobody")));
        if let Some(it) = &self.signed {
            let _ = writeln!(out, "- Signed: {}", code(&it.to_string()));
        }
        for it in &self.looked_for {
            let _ = writeln!(out, "  - {}", in_markdown(it));
        }
        // who reviewed the digest stands with what it was held against
        let is_said = |it: &LockClaim| self.verified_by.as_deref() == Some("lock") && it.verified_by == REVIEWED;
        if let Some(it) = self.lock_says.as_ref().filter(|it| self.signed.is_none() && !is_said(it)) {
            let _ = writeln!(out, "- The lock says, and this run did not check: {}", code(&it.to_string()));
        }
        if !self.checked.is_empty() {
            let _ = writeln!(out, "- Checked: {}", in_markdown(&self.checked.join(", ")));
        }
        if let Some(it) = &self.recalls {
            let _ = writeln!(out, "- Recalls: {}", in_markdown(it));
        }
    }

    fn upstream_in_markdown(&self, out: &mut String) {
        if self.action != "refresh" {
            return;
        }
        let against = match (&self.before, &self.nearest) {
            (Some(before), _) => format!("against {}", in_markdown(before)),
            (None, Some(nearest)) => format!("against {}, the nearest recorded series", in_markdown(nearest)),
            (None, None) => "against nothing: no other series is recorded".to_owned(),
        };
        let _ = writeln!(out, "\n## What changed upstream\n\nCompared {against}:\n");
        if self.delta.is_empty() {
            out.push_str("- no name came, went or changed its kind\n");
        }
        for it in &self.delta.0 {
            let _ = writeln!(out, "- {}: {}", code(it.name()), in_markdown(&it.words()));
        }
    }

    fn numbers(&self, out: &mut String) {
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
        // the states are above; what is missing is not among them
        for (id, (before, after)) in self.figures.iter().filter(|(id, _)| id.starts_with("missing-")) {
            let _ = writeln!(out, "| {} of the scoreboard | {before} | {after} |", code(id));
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
    }

    /// Each stub with why it is made, moved or removed.
    fn stubs_in_markdown(&self, out: &mut String) {
        let words: BTreeMap<&str, String> = self.delta.0.iter().map(|it| (it.name(), it.words())).collect();
        for (label, names) in self.stub_rows() {
            let why = |name: &String| match words.get(name.as_str()) {
                Some(words) => format!("{}: upstream, {}", code(name), in_markdown(words)),
                None if label == "created" => {
                    format!("{}: the union has it, and the tree has no file for it", code(name))
                }
                None if label == "retired" => format!("{}: no series of the union has it any more", code(name)),
                None => code(name),
            };
            section(out, &format!("Stubs {label}"), names.iter().map(why));
        }
    }

    /// What of the documents changes, old and new, and what stays wrong.
    fn documents(&self, out: &mut String) {
        let parts =
            self.docs.iter().map(|it| format!("{}: {} {}", in_markdown(&it.path), in_markdown(&it.block), it.state));
        section(out, "Documents", parts);
        let either = |it: &Option<String>| it.as_deref().map_or("nothing".to_owned(), code);
        let row = |it: &Statement| format!("{}: {} → {}", in_markdown(&it.place()), either(&it.old), either(&it.new));
        let (older, brought): (Vec<&Statement>, Vec<&Statement>) = self.statements.iter().partition(|it| it.was_wrong);
        for (title, all) in [
            ("Statements that change", brought),
            ("Statements that were wrong before this release already, and are right afterwards", older),
        ] {
            section(out, title, some(all.into_iter().map(row), "the patch has them all"));
        }
        let wrong = self.still_wrong.iter().map(|it| in_markdown(it));
        section(out, "Statements that are still wrong", some(wrong, "`molt-sync docs check` has them all"));
    }

    /// What a person has to decide before any of it happens.
    fn obstacles(&self, out: &mut String) {
        if self.obstacles.is_empty() {
            return;
        }
        out.push_str("\n## What stands in the way\n\nNothing of this was written, and no one has signed it.\n\n");
        for it in &self.obstacles {
            let _ = writeln!(out, "- {}", in_markdown(&it.message));
            for line in &it.details {
                let _ = writeln!(out, "  - {}", in_markdown(line));
            }
            if let Some(hint) = &it.hint {
                let _ = writeln!(out, "  - To resolve it: {}", in_markdown(hint));
            }
        }
        if let Some(passes) = &self.passes {
            let _ = writeln!(out, "\nWhat passes, and writes the change unless it has `--patch`: {}", code(passes));
        }
    }
}

/// Why recorded facts are part of a change.
const BASELINES: &str = "\n## Why baselines are in it\n\nA baseline records what the release has, name by name. The gates and the next refresh are compared with it, without the release having to be downloaded again.\n";

/// How any change of this program is taken back.
const BACK: &str = "\n## How to take it back\n\nBefore it is committed: `molt-sync undo`. Afterwards: `git revert` of its commit, which restores the baselines, the budget, the stubs and the documents together.\n";

/// Rows of one kind in a page that people read.
const SHOWN: usize = 60;

/// Not more than a page can have, and what has the rest.
fn some(lines: impl ExactSizeIterator<Item = String>, rest: &str) -> impl Iterator<Item = String> {
    let more = lines.len().checked_sub(SHOWN).filter(|it| *it > 0);
    lines.take(SHOWN).chain(more.map(|it| format!("and {it} more: {rest}")))
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: String = lines.map(|line| format!("- {line}\n")).collect();
    if !lines.is_empty() {
        let _ = write!(out, "\n## {title}\n\n{lines}");
    }
}
