//! The plan in Markdown, for a document or a pull request.

use super::{PlanReport, word};
use crate::audit::Status;

impl PlanReport<'_> {
    /// It.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        line!(out, "## Execution order");
        out.push('\n');
        line!(out, "{}; {}.", capital(&self.source()), self.gate());
        out.push_str(&self.clusters_part());
        if let Some(since) = &self.since {
            out.push('\n');
            out.push_str(&since.section("### Since then"));
        }
        if !self.next.is_empty() {
            out.push('\n');
            line!(out, "### Next");
            out.push('\n');
        }
        out.push_str(&self.next_part());
        out
    }

    /// The clusters, each with a table of its modules.
    pub fn clusters_part(&self) -> String {
        let mut out = String::new();
        for (cluster, modules) in self.clusters() {
            out.push('\n');
            line!(out, "### {}. {}", cluster.order, cluster.name);
            out.push('\n');
            if modules.is_empty() {
                line!(out, "It names no modules.");
                continue;
            }
            if let Some(words) = self.progress(modules) {
                line!(out, "{words}.");
                out.push('\n');
            }
            // a column of nothing says nothing
            let is_measured = modules.iter().any(|it| it.missing_names.is_some());
            let [head, rule] = if is_measured { [" names missing |", " ---: |"] } else { [""; 2] };
            line!(out, "| module | status | stub | intrinsics |{head} tests | waits for |");
            line!(out, "| --- | --- | --- | ---: |{rule} ---: | --- |");
            for it in modules {
                let missing = it.missing_names.as_ref().map_or("not measured".to_owned(), |it| it.len().to_string());
                let missing = if is_measured { format!(" {missing} |") } else { String::new() };
                let waits: Vec<String> = it.blocked_by.iter().map(|it| format!("`{it}`")).collect();
                let stub = if it.is_stub { "yes" } else { "no" };
                line!(
                    out,
                    "| `{}` | {} | {stub} | {} |{missing} {} | {} |",
                    it.name,
                    word(it),
                    it.intrinsics.len(),
                    it.tests.targeted,
                    waits.join(", ")
                );
            }
        }
        out
    }

    /// Where the whole conversion stands, a line each.
    pub fn checkpoint_part(&self) -> String {
        let mut out = String::new();
        for status in Status::of(self.audit.dialect) {
            line!(out, "- {}: {}", status.word(), self.audit.count(status));
        }
        line!(out, "- stubs among them: {}", self.audit.count_stubs());
        for (cluster, modules) in self.clusters().filter(|(_, modules)| !modules.is_empty()) {
            let (finished, _) = self.finished(modules);
            line!(out, "- {}: {finished} of {} modules finished", cluster.name, modules.len());
        }
        line!(out, "- {}", self.gate());
        out
    }

    /// What could be next, as a list.
    pub fn next_part(&self) -> String {
        let mut out = String::new();
        for (at, it) in self.next.iter().enumerate() {
            line!(out, "{}. `{}`: {}", at + 1, it.module.name, it.reason());
        }
        out
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
