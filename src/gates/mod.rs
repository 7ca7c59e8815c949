//! One small file a kind of gate: a function from workspace facts to findings. The order is that of Molt's checker.
//!
//! Here are the gates on names: collisions, coverage and kinds, each for the top level and for what is below (Molt's
//! gates 16 to 21). The rest of the audit joins them in the same registry.

mod collision;
mod coverage;
mod kind;

use crate::stdlib::{Layout, Union};

/// What a gate judges.
pub struct Facts<'a> {
    /// The workspace's tree.
    pub layout: &'a Layout,
    /// What the union requires.
    pub union: &'a Union,
}

/// The part of the names that a gate looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Names without a dot.
    Top,
    /// Names with one.
    Below,
}

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Finding {
    /// The gate's id.
    pub gate: &'static str,
    /// The module that it is about.
    pub module: String,
    /// What is wrong, in words.
    pub message: String,
}

/// One gate.
pub struct Gate {
    /// Its id, for options and reports.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    run: fn(&Facts<'_>, Level) -> Vec<(String, String)>,
    level: Level,
}

/// Every gate, in the order in which Molt's checker judges them.
pub const GATES: &[Gate] = &[
    Gate {
        id: "top-level-collision",
        title: "one file for each top-level name",
        run: collision::run,
        level: Level::Top,
    },
    Gate {
        id: "top-level-coverage",
        title: "every top-level name of the union",
        run: coverage::run,
        level: Level::Top,
    },
    Gate { id: "package-kind", title: "top-level packages are packages", run: kind::run, level: Level::Top },
    Gate { id: "submodule-collision", title: "one file for each submodule", run: collision::run, level: Level::Below },
    Gate { id: "submodule-coverage", title: "every submodule of the union", run: coverage::run, level: Level::Below },
    Gate { id: "subpackage-kind", title: "subpackages are packages", run: kind::run, level: Level::Below },
];

/// The findings of every gate, in order.
pub fn run(facts: &Facts<'_>) -> Vec<Finding> {
    let findings = GATES.iter().flat_map(|gate| {
        let found = (gate.run)(facts, gate.level).into_iter();
        found.map(|(module, message)| Finding { gate: gate.id, module, message })
    });
    findings.collect()
}

impl Level {
    fn has(self, name: &str) -> bool {
        name.contains('.') == (self == Self::Below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Memory, RelPath},
        stdlib::SeriesNames,
    };

    /// What the gates say of `tree`, where `a`, `p` and `p.q` are required, and `p` and `p.q` as packages.
    fn findings(tree: &[&str]) -> Vec<(String, String)> {
        let set = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect();
        let names = SeriesNames {
            modules: set(&["a", "p"]),
            packages: set(&["p"]),
            py_modules: set(&["a", "p", "p.q"]),
            py_packages: set(&["p", "p.q"]),
        };
        let union = Union { by_series: [("3.14".parse().unwrap(), names)].into() };
        let files = Memory(tree.iter().map(|it| (RelPath::new(format!("s/{it}")).unwrap(), Vec::new())).collect());
        let layout = Layout::read(&files, &RelPath::new("s").unwrap()).unwrap();
        run(&Facts { layout: &layout, union: &union }).into_iter().map(|it| (it.gate.to_owned(), it.module)).collect()
    }

    const GOOD: [&str; 4] = ["__init__.py", "a.py", "p/__init__.py", "p/q/__init__.py"];

    #[test]
    fn a_complete_tree_passes_and_a_package_may_stand_for_a_module() {
        assert_eq!(findings(&GOOD), []);
        assert_eq!(findings(&["__init__.py", "a/__init__.py", "p/__init__.py", "p/q/__init__.py", "extra.py"]), []);
    }

    #[test]
    fn each_gate_has_its_violation() {
        let with = |gone: &str, new: &[&str]| {
            let tree: Vec<&str> = GOOD.into_iter().filter(|it| *it != gone).chain(new.iter().copied()).collect();
            findings(&tree)
        };
        let one = |gate: &str, module: &str| vec![(gate.to_owned(), module.to_owned())];
        assert_eq!(with("a.py", &[]), one("top-level-coverage", "a"));
        assert_eq!(with("", &["a/__init__.py"]), one("top-level-collision", "a"));
        assert_eq!(with("p/__init__.py", &["p.py"]), one("package-kind", "p"));
        assert_eq!(with("p/q/__init__.py", &[]), one("submodule-coverage", "p.q"));
        assert_eq!(with("", &["p/q.py"]), one("submodule-collision", "p.q"));
        assert_eq!(with("p/q/__init__.py", &["p/q.py"]), one("subpackage-kind", "p.q"));
    }
}
