//! Where each module of the order stands now, as it follows from the tree.

use std::collections::{BTreeMap, HashMap};

use super::{Cluster, Order};
use crate::{
    audit::{Audit, Graph, Marks, Record, Status},
    base::RelPath,
};

/// What is known of a tree.
pub struct KnownTree<'a> {
    /// Every module with its status.
    pub audit: &'a Audit,
    /// Which module imports which.
    pub graph: &'a Graph<'a>,
    /// The differential tests of each module, by the workspace's own index.
    pub tests: &'a BTreeMap<String, Vec<String>>,
    /// The public names that a module lacks; none where that is not known.
    pub missing_names: &'a dyn Fn(&str) -> Option<Vec<String>>,
}

/// How many tests a module has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TestCount {
    /// Those that a person wrote for it.
    pub targeted: usize,
    /// Those that a generator wrote, which only ask which names there are.
    pub generated: usize,
}

/// One module.
#[derive(Debug)]
pub struct ModuleStanding<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its file; none where the tree has no such module.
    pub path: Option<&'a RelPath>,
    /// Its status; none where there is no file or it cannot be read.
    pub status: Option<Status>,
    /// Whether it is nothing but a generated stub.
    pub is_stub: bool,
    /// Whether it says that it is not finished.
    pub has_marker: bool,
    /// The intrinsics that it loads, sorted.
    pub intrinsics: Vec<&'a str>,
    /// The public names that it lacks; none where that is not known.
    pub missing_names: Option<Vec<String>>,
    /// Its tests.
    pub tests: TestCount,
    /// How many modules import it, directly or not.
    pub dependents: usize,
    /// What it imports, directly or not, and that has to be converted first: stubs and what is on no intrinsic; sorted, and no
    /// more than can be looked through.
    pub blocked_by: Vec<&'a str>,
    /// How many more there are.
    pub blocked_more: usize,
    /// Which step of its cluster it is in, one-based.
    pub step: usize,
}

/// The whole order.
pub struct OrderStanding<'a> {
    /// Each cluster with its modules, in order.
    pub clusters: Vec<(&'a Cluster, Vec<ModuleStanding<'a>>)>,
    /// The document that states the order; none where it is a default.
    pub source: Option<&'a RelPath>,
    /// How many modules import each, directly or not.
    pub(super) dependents: HashMap<&'a str, usize>,
    /// The modules in which there is no work yet.
    pub(super) unconverted: Marks,
}

/// The most modules that one is said to wait for.
const MOST_BLOCKERS: usize = 200;

impl<'a> OrderStanding<'a> {
    /// Where every module of the order stands.
    pub fn new(order: &'a Order, known: &KnownTree<'a>) -> Self {
        let dependents: HashMap<&str, usize> = known.graph.dependents().into_iter().collect();
        let unconverted = unconverted(known);
        let of_cluster = |cluster: &'a Cluster| {
            let steps = cluster.steps.iter().enumerate();
            let modules = steps.flat_map(|(step, names)| names.iter().map(move |it| (step + 1, it.as_str())));
            let modules =
                modules.map(|(step, name)| ModuleStanding::new(name, step, known, (&dependents, &unconverted)));
            (cluster, modules.collect())
        };
        let clusters = order.clusters.iter().map(of_cluster).collect();
        Self { clusters, source: order.source.as_ref(), dependents, unconverted }
    }

    /// All modules of all clusters.
    pub fn modules(&self) -> impl Iterator<Item = (&'a Cluster, &ModuleStanding<'a>)> {
        self.clusters.iter().flat_map(|(cluster, all)| all.iter().map(move |it| (*cluster, it)))
    }
}

impl<'a> ModuleStanding<'a> {
    pub(super) fn new(
        name: &'a str,
        step: usize,
        known: &KnownTree<'a>,
        (dependents, unconverted): (&HashMap<&'a str, usize>, &Marks),
    ) -> Self {
        let (blocked_by, all) = known.graph.imported_among(name, unconverted, MOST_BLOCKERS);
        let record = known.audit.get(name);
        let loads = record.and_then(Record::said).map(|it| it.loads.as_slice()).unwrap_or_default();
        Self {
            name,
            path: record.map(|it| &it.path),
            status: record.and_then(|it| it.status),
            is_stub: record.is_some_and(|it| it.is_stub),
            has_marker: record.is_some_and(Record::has_marker),
            intrinsics: loads.iter().map(|(name, _)| &**name).collect(),
            missing_names: (known.missing_names)(name),
            tests: TestCount::of(known.tests.get(name)),
            dependents: dependents.get(name).copied().unwrap_or_default(),
            blocked_more: all - blocked_by.len(),
            blocked_by,
            step,
        }
    }

    /// One module of the tree, whichever cluster it is in.
    pub fn of(record: &'a Record, known: &KnownTree<'a>) -> Self {
        let dependents = known.graph.reaching([record.name.as_str()]).len().saturating_sub(1);
        Self::new(&record.name, 1, known, (&[(record.name.as_str(), dependents)].into(), &unconverted(known)))
    }

    /// The modules that it waits for, in words.
    pub fn waits_for(&self) -> String {
        let more = if self.blocked_more == 0 { String::new() } else { format!(" and {} more", self.blocked_more) };
        format!("{}{more}", self.blocked_by.join(", "))
    }

    /// Whether nothing is left to do in it.
    pub fn is_finished(&self) -> bool {
        matches!(self.status, Some(Status::Backed | Status::Support))
    }
}

/// Every module in which there is no work yet.
fn unconverted(known: &KnownTree<'_>) -> Marks {
    known.graph.marked(known.audit.by_name().filter(|it| is_unconverted(it)).map(|it| it.name.as_str()))
}

/// Whether there is no work in a module yet.
pub(super) fn is_unconverted(record: &Record) -> bool {
    record.is_stub || !record.is_implemented()
}

impl TestCount {
    fn of(paths: Option<&Vec<String>>) -> Self {
        let paths = paths.map(Vec::as_slice).unwrap_or_default();
        let generated = paths.iter().filter(|it| is_probe(it)).count();
        Self { targeted: paths.len() - generated, generated }
    }
}

/// Whether a test is one that a generator wrote to ask which names there are: `cpython312plus_api_gap_…` and
/// `builtins_symbol_…` in Molt's trees of 2026-02 and 2026-08.
pub fn is_probe(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let gap = file.strip_prefix("cpython").map(|it| it.trim_start_matches(|it: char| it.is_ascii_digit()));
    file.starts_with("builtins_symbol_") || gap.is_some_and(|it| it.starts_with("plus_api_gap_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_probes_are_told_from_tests() {
        for (path, expected) in [
            ("tests/differential/stdlib/cpython312plus_api_gap_top_level_math_0a1b2c3d.py", true),
            ("cpython315plus_api_gap_submodule_x_0a1b2c3d.py", true),
            ("tests/differential/basic/builtins_symbol_abs.py", true),
            ("tests/differential/stdlib/cpython_api.py", false),
            ("tests/differential/stdlib/math_basic.py", false),
            ("builtins_symbol_x/math.py", false),
        ] {
            assert_eq!(is_probe(path), expected, "{path}");
        }
    }
}
