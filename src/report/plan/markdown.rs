//! The plan in Markdown, for a document or a pull request.

use super::{PlanReport, word};

impl PlanReport<'_> {
    /// It.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        line!(out, "## Execution order");
        out.push('\n');
        line!(out, "{}; {}.", capital(&self.source()), self.gate());
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
            line!(out, "| module | status | stub | intrinsics | names missing | tests | waits for |");
            line!(out, "| --- | --- | --- | ---: | ---: | ---: | --- |");
            for it in modules {
                let missing = it.missing_names.as_ref().map_or("not measured".to_owned(), |it| it.len().to_string());
                let waits: Vec<String> = it.blocked_by.iter().map(|it| format!("`{it}`")).collect();
                let stub = if it.is_stub { "yes" } else { "no" };
                line!(
                    out,
                    "| `{}` | {} | {stub} | {} | {missing} | {} | {} |",
                    it.name,
                    word(it),
                    it.intrinsics.len(),
                    it.tests.targeted,
                    waits.join(", ")
                );
            }
        }
        if let Some(since) = &self.since {
            out.push('\n');
            out.push_str(&since.section("### Since then"));
        }
        if !self.next.is_empty() {
            out.push('\n');
            line!(out, "### Next");
            out.push('\n');
        }
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
