//! The order of the clusters: the workspace's own where its plan states one, else Molt's of the dialect's month.

use super::{Cluster, document};
use crate::base::{Dialect, FileError, Files, RelPath, alone::marks, limits};

/// The clusters in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// In the plan's order.
    pub clusters: Vec<Cluster>,
    /// The document that states it; none where it is the default of a dialect.
    pub source: Option<RelPath>,
}

/// A default: id, name, steps.
type DefaultCluster = (&'static str, &'static str, &'static [&'static [&'static str]]);

/// The clusters of Molt's execution plan of 2026-02-12 (its document 0028).
const FEBRUARY: [DefaultCluster; 7] = [
    ("importlib-blocker", "Importlib blocker", &[]),
    ("fast-close", "P2 fast close", &[&["concurrent.futures", "pickle"]]),
    ("runtime-heavy", "Runtime-heavy cluster", &[&["_asyncio", "smtplib", "zipfile", "zipimport"]]),
    ("data-number", "Data/number cluster", &[&["decimal", "statistics", "locale"]]),
    (
        "metadata-email",
        "Metadata/email cluster",
        &[&["importlib.metadata", "email.header", "email.message", "email.policy"]],
    ),
    ("tooling", "Tooling cluster", &[&["ctypes", "gettext", "shelve"]]),
    (FINAL, "Final hardening", &[]),
];

/// Those of its lowering plan of 2026-08.
const AUGUST: [DefaultCluster; 5] = [
    ("import-system", "Import system blockers and resolver correctness", &[]),
    (
        "concurrency",
        "Concurrency substrate in strict order",
        &[&["socket", "select", "selectors"], &["threading"], &["asyncio"]],
    ),
    (
        "core-adjacent",
        "Core-adjacent performance/semantic modules",
        &[&["builtins", "math", "re", "struct", "time", "inspect", "functools", "itertools", "operator", "contextlib"]],
    ),
    ("long-tail", "Capability-gated long tail", &[]),
    (FINAL, "Final hardening", &[]),
];

/// The id of the step that sets the final gate.
const FINAL: &str = "final-hardening";

/// Where Molt keeps its plan in 2026-08.
const LATER: &str = "docs/spec/areas/compat/plans/stdlib_lowering_plan.md";

impl Order {
    /// The order of a workspace: that of the plan document at `configured`, or where Molt has moved it to; Molt's of the
    /// dialect's month where neither states one.
    ///
    /// # Errors
    /// When a document is there and cannot be read.
    pub fn of_workspace(files: &dyn Files, configured: &RelPath, dialect: Dialect) -> Result<Self, FileError> {
        let later = RelPath::new(LATER).unwrap_or_else(|_| configured.clone());
        for path in [configured, &later] {
            let text = files.text(path)?;
            FileError::unless_merged(path, text.as_deref().unwrap_or_default())?;
            if let Some(why) = text.as_deref().and_then(too_large) {
                return Err(FileError::unusable(path, "", why));
            }
            if let Some(order) = text.and_then(|text| Self::read(&text, path)) {
                return Ok(order);
            }
        }
        Ok(Self::of(dialect))
    }

    /// Molt's order of a dialect's month.
    pub fn of(dialect: Dialect) -> Self {
        let rows: &[DefaultCluster] = if dialect.is_late() { &AUGUST } else { &FEBRUARY };
        let cluster = |(at, (id, name, steps)): (usize, &DefaultCluster)| Cluster {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            order: at + 1,
            steps: steps.iter().map(|it| it.iter().map(|it| (*it).to_owned()).collect()).collect(),
            line: None,
            is_final_gate: *id == FINAL,
        };
        Self { clusters: rows.iter().enumerate().map(cluster).collect(), source: None }
    }

    /// The order that a document states; none where it states none.
    pub fn read(text: &str, path: &RelPath) -> Option<Self> {
        let mut clusters = document::clusters(text);
        if clusters.is_empty() {
            return None;
        }
        for it in &mut clusters {
            it.id = known_id(it).unwrap_or_else(|| slug(&it.name));
        }
        Some(Self { clusters, source: Some(path.clone()) })
    }

    /// The cluster of that id, name or number.
    pub fn called(&self, name: &str) -> Option<&Cluster> {
        self.clusters.iter().find(|it| it.is_called(name))
    }
}

/// Why a plan is not read, where it is larger than a document may be.
fn too_large(text: &str) -> Option<String> {
    limits::too_long(text.len(), limits::DOCUMENT).or_else(|| {
        let (marks, limit) = (marks(text), limits::DOCUMENT_MARKS);
        (marks > limit).then(|| format!("it has {marks} marks of Markdown, and more than {limit} are not read"))
    })
}

/// The id of a default cluster with the same modules or the same name.
fn known_id(cluster: &Cluster) -> Option<String> {
    let mut own: Vec<&str> = cluster.modules().collect();
    own.sort_unstable();
    FEBRUARY.iter().chain(&AUGUST).find_map(|(id, name, steps)| {
        let mut theirs: Vec<&str> = steps.iter().flat_map(|it| it.iter().copied()).collect();
        theirs.sort_unstable();
        let is_it = if own.is_empty() { cluster.name.eq_ignore_ascii_case(name) } else { own == theirs };
        is_it.then(|| (*id).to_owned())
    })
}

/// `Data/number cluster` as `data-number`.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty() && *it != "cluster");
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_defaults_number_their_clusters_and_end_with_the_final_gate() {
        for dialect in [Dialect::February, Dialect::August] {
            let order = Order::of(dialect);
            assert!(order.clusters.iter().enumerate().all(|(at, it)| it.order == at + 1));
            assert!(order.clusters.last().unwrap().is_final_gate);
            assert_eq!(order.clusters.iter().filter(|it| it.is_final_gate).count(), 1);
        }
        let order = Order::of(Dialect::August);
        assert_eq!(order.called("2").unwrap().steps.len(), 3);
        assert_eq!(order.called("CONCURRENCY").unwrap().modules().last(), Some("asyncio"));
        assert!(order.called("7").is_none());
    }

    #[test]
    fn a_cluster_of_a_document_keeps_the_id_of_the_one_with_the_same_modules() {
        let path = RelPath::new("plan.md").unwrap();
        let text = "## Execution Order\n1. Tools: `gettext`, `ctypes`, `shelve`.\n2. Web/net cluster: `http.client`.\n";
        let order = Order::read(text, &path).unwrap();
        let ids: Vec<&str> = order.clusters.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["tooling", "web-net"]);
        assert_eq!(Order::read("# Nothing\n1. `a`\n", &path), None);
    }
}
