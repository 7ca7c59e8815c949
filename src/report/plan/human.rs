//! The plan for a terminal.

use super::{ModuleEffect, PlanReport, word};
use crate::{base::number_of, clusters::ModuleStanding};

impl PlanReport<'_> {
    /// It.
    pub fn human(&self) -> String {
        let mut out = String::new();
        if let Some(why) = &self.why {
            self.explain(&mut out, why);
            return out;
        }
        line!(out, "{}", self.source());
        if let Some(why) = self.unmeasured() {
            line!(out, "{why}");
        }
        for (cluster, modules) in self.clusters() {
            out.push('\n');
            line!(out, "{}. {} ({})", cluster.order, cluster.name, cluster.id);
            if let Some(words) = self.progress(modules).filter(|_| !modules.is_empty()) {
                line!(out, "  {words}");
            }
            if modules.is_empty() && !cluster.is_final_gate {
                line!(out, "  it names no modules");
            }
            let width = modules.iter().map(|it| it.name.len()).max().unwrap_or_default();
            for it in modules {
                line!(out, "  {:<width$}  {}", it.name, state(it));
            }
            if cluster.is_final_gate {
                line!(out, "  {}", self.gate());
            }
        }
        if let Some(since) = &self.since {
            out.push('\n');
            out.push_str(&since.human());
        }
        if !self.next.is_empty() {
            out.push('\n');
            line!(out, "next");
        }
        for (at, it) in self.next.iter().enumerate() {
            let cluster = it.cluster.map_or(String::new(), |it| format!(" ({})", it.id));
            line!(out, "  {}. {}{cluster}: {}", at + 1, it.module.name, it.reason());
        }
        out
    }

    fn explain(&self, out: &mut String, why: &ModuleEffect<'_>) {
        let it = &why.module;
        line!(out, "{}: {}", it.name, state(it));
        let within: Vec<&str> = self
            .standing
            .clusters
            .iter()
            .filter(|(cluster, _)| cluster.modules().any(|name| name == it.name))
            .map(|(cluster, _)| cluster.id.as_str())
            .collect();
        if !within.is_empty() {
            line!(out, "it is in the cluster {}", within.join(", "));
        }
        if why.chains.is_empty() {
            line!(out, "no other module of the order imports it, directly or not");
        } else {
            line!(out, "{} of the order to it, the shortest of each module:", number_of(why.chains.len(), "chain"));
        }
        for chain in &why.chains {
            line!(out, "  {} ({})", chain.modules.join(" -> "), chain.cluster);
        }
        if !why.blockers.is_empty() {
            line!(out, "it waits for {}:", number_of(why.blockers.len(), "module"));
        }
        for chain in &why.blockers {
            line!(out, "  {}", chain.join(" -> "));
        }
    }
}

/// One module in a line.
pub(super) fn state(it: &ModuleStanding<'_>) -> String {
    let mut parts = vec![match (it.is_stub, it.has_marker) {
        (true, _) => format!("{}, only a stub", word(it)),
        (false, true) => format!("{}, in work", word(it)),
        (false, false) => word(it).to_owned(),
    }];
    if it.path.is_some() {
        parts.push(number_of(it.intrinsics.len(), "intrinsic"));
        parts.extend(it.missing_names.as_ref().map(|names| format!("{} missing", number_of(names.len(), "name"))));
    }
    parts.push(format!("{} ({} generated)", number_of(it.tests.targeted, "test"), it.tests.generated));
    if !it.blocked_by.is_empty() {
        parts.push(format!("waits for {}", it.waits_for()));
    }
    parts.join("; ")
}
