//! What blocks what, as a graph for Graphviz and for Mermaid: the modules of the clusters, what they wait for, and the chains of
//! imports between them.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanReport, word};
use crate::{audit::Status, clusters::ModuleStanding};

/// How a module looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Finished,
    InWork,
    Stub,
}

impl Look {
    fn of(it: &ModuleStanding<'_>) -> Self {
        match (it.is_finished(), it.is_stub || it.status.is_none_or(|it| !it.is_implemented())) {
            (true, _) => Self::Finished,
            (_, true) => Self::Stub,
            _ => Self::InWork,
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::Finished => "#c8e6c9",
            Self::InWork => "#fff3c4",
            Self::Stub => "#f8c9c4",
        }
    }
}

/// The arrows.
struct DrawnImports<'a> {
    /// Who imports what.
    all: BTreeSet<(&'a str, &'a str)>,
    /// Whether they are all that is on a chain.
    is_whole: bool,
}

/// A tree with more modules and imports than this, taken as often as there are modules in the clusters, is not walked from each of them.
const MOST_STEPS: usize = 50_000_000;
/// What is said of such a tree.
const NOT_WHOLE: &str =
    "the tree is too large for whole chains: only imports from one module of a cluster to another are drawn";

impl PlanReport<'_> {
    /// For Graphviz.
    pub fn dot(&self) -> String {
        let mut out = String::new();
        line!(out, "digraph plan {{");
        line!(out, "  rankdir=LR;");
        line!(out, "  node [shape=box, style=filled, fontname=\"sans-serif\"];");
        for (cluster, modules) in self.clusters() {
            line!(out, "  subgraph cluster_{} {{", cluster.order);
            line!(out, "    label={};", quoted(&format!("{}. {}", cluster.order, cluster.name)));
            for it in modules {
                let label = quoted(&format!("{}\n{}", it.name, word(it))).replace('\n', "\\n");
                line!(out, "    {} [label={label}, fillcolor=\"{}\"];", quoted(it.name), Look::of(it).color());
            }
            line!(out, "  }}");
        }
        let imports = self.imports_drawn();
        if !imports.is_whole {
            line!(out, "  // {NOT_WHOLE}");
        }
        for name in self.others(&imports) {
            line!(out, "  {} [fillcolor=\"{}\"];", quoted(name), self.look(name).color());
        }
        for (from, to) in imports.all {
            line!(out, "  {} -> {};", quoted(from), quoted(to));
        }
        line!(out, "}}");
        out
    }

    /// For Mermaid.
    pub fn mermaid(&self) -> String {
        let imports = self.imports_drawn();
        let others = self.others(&imports);
        let shown = self.clusters().flat_map(|(_, modules)| modules.iter().map(|it| it.name));
        let numbers: BTreeMap<&str, usize> = shown.chain(others.iter().copied()).zip(1..).collect();
        let id = |name: &str| numbers.get(name).map_or("m0".to_owned(), |number| format!("m{number}"));
        let mut out = String::new();
        line!(out, "flowchart LR");
        if !imports.is_whole {
            line!(out, "  %% {NOT_WHOLE}");
        }
        for (cluster, modules) in self.clusters() {
            line!(out, "  subgraph c{}[{}]", cluster.order, text(&format!("{}. {}", cluster.order, cluster.name)));
            for it in modules {
                line!(out, "    {}[{}]", id(it.name), text(&format!("{}: {}", it.name, word(it))));
            }
            line!(out, "  end");
        }
        for name in &others {
            line!(out, "  {}[{}]", id(name), text(name));
        }
        for (from, to) in imports.all {
            line!(out, "  {} --> {}", id(from), id(to));
        }
        let looks = self.clusters().flat_map(|(_, modules)| modules.iter().map(|it| (it.name, Look::of(it))));
        let looks: Vec<(&str, Look)> = looks.chain(others.iter().map(|it| (*it, self.look(it)))).collect();
        for (class, look) in [("finished", Look::Finished), ("work", Look::InWork), ("stub", Look::Stub)] {
            let ids: Vec<String> = looks.iter().filter(|(_, it)| *it == look).map(|(name, _)| id(name)).collect();
            if !ids.is_empty() {
                line!(out, "  classDef {class} fill:{}", look.color());
                line!(out, "  class {} {class}", ids.join(","));
            }
        }
        out
    }

    fn look(&self, name: &str) -> Look {
        match self.audit.get(name) {
            Some(it) if matches!(it.status, Some(Status::Backed | Status::Support)) => Look::Finished,
            Some(it) if it.is_implemented() && !it.is_stub => Look::InWork,
            _ => Look::Stub,
        }
    }

    /// The modules on a chain that are in no cluster, sorted.
    fn others<'s>(&self, imports: &DrawnImports<'s>) -> BTreeSet<&'s str> {
        let own: BTreeSet<&str> = self.names().collect();
        let ends = imports.all.iter().flat_map(|(from, to)| [*from, *to]);
        ends.filter(|it| !own.contains(it)).collect()
    }

    /// The imports on the chains from each module to the others and to what it waits for.
    fn imports_drawn(&self) -> DrawnImports<'_> {
        let names: BTreeSet<&str> = self.names().collect();
        let is_whole = names.len().saturating_mul(self.graph.size()) <= MOST_STEPS;
        let mut all = BTreeSet::new();
        for module in self.clusters().flat_map(|(_, modules)| modules) {
            if is_whole {
                let ways = self.graph.ways([module.name]);
                all.extend(ways.imports_to(names.iter().copied().chain(module.blocked_by.iter().copied())));
            } else {
                let direct = self.graph.imports(module.name).filter(|it| *it != module.name && names.contains(it));
                all.extend(direct.map(|it| (module.name, it)));
            }
        }
        DrawnImports { all, is_whole }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.clusters().flat_map(|(_, modules)| modules.iter().map(|it| it.name))
    }
}

/// As Graphviz quotes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// As Mermaid does.
fn text(text: &str) -> String {
    format!("\"{}\"", text.replace('&', "#amp;").replace('%', "#37;").replace('"', "#quot;").replace(['<', '>'], "'"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_label_of_mermaid_is_no_directive() {
        assert_eq!(super::text("A %%{init & <b> \""), "\"A #37;#37;{init #amp; 'b' #quot;\"");
    }
}
