//! The facts that every workspace has: sizes of the union, statuses, budget, roots, gates, files.

use std::collections::BTreeSet;

use super::{
    fact::{Fact, Facts, Probe, Value},
    scoreboard::COLUMNS,
};
use crate::{
    audit::{Audit, Ratchet, Status},
    base::{Dialect, RelPath},
    clusters::Order,
    gates::{CheckersLists, GATES, Policy, Queue},
    stdlib::{Baseline, Union},
};

/// What facts are collected from.
pub struct Collected<'a> {
    /// The recorded baselines.
    pub baselines: &'a [&'a Baseline],
    /// The union of the supported series.
    pub union: &'a Union,
    /// Every module with its state.
    pub audit: &'a Audit,
    /// The budget, where there is one.
    pub ratchet: Option<Ratchet>,
    /// What the gates hold the tree to.
    pub policy: &'a Policy,
    /// Where files are, by role.
    pub paths: Vec<(&'static str, RelPath)>,
    /// The tree of modules.
    pub stdlib: &'a RelPath,
    /// The file of the union.
    pub union_file: &'a RelPath,
    /// The file of the budget.
    pub ratchet_file: &'a RelPath,
    /// The audit document.
    pub audit_document: &'a RelPath,
}

/// All facts.
pub fn collect(from: &Collected<'_>) -> Facts {
    let mut facts = Facts::default();
    union(&mut facts, from);
    statuses(&mut facts, from);
    gates(&mut facts, from);
    for (role, path) in &from.paths {
        let (path, source, how) = if *role == "audit" && path != from.audit_document {
            (from.audit_document, "the tree", "where the document is, with no file at the configured path")
        } else {
            (path, "molt-sync.toml", "the configured path")
        };
        facts.add(Fact::new(format!("path.{role}"), Value::Text(path.to_string()), source, how));
    }
    let columns = COLUMNS.iter().map(|it| (*it).to_owned()).collect();
    facts.add(Fact::new(
        "scoreboard.columns",
        Value::List(columns),
        "molt-sync",
        "the columns of the weekly scoreboard",
    ));
    facts.add(
        Fact::new("commands", Value::Text("molt-sync --help".into()), "molt-sync", "its own command lines")
            .with_command("molt-sync --help"),
    );
    facts
}

fn size(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn union(facts: &mut Facts, from: &Collected<'_>) {
    let file = from.union_file;
    let series: Vec<String> = from.union.by_series.keys().map(ToString::to_string).collect();
    let newest = series.last().cloned().unwrap_or_default();
    facts.add(
        Fact::new("series", Value::List(series), file, "the supported series")
            .with_history(file, Probe::Tuple("BASELINE_PYTHON_VERSIONS")),
    );
    facts.add(Fact::new("newest-series", Value::Text(newest), file, "the newest supported series"));
    let joined = [
        ("top-level", from.union.top_level().len(), "STDLIB_MODULE_UNION"),
        ("packages", from.union.packages().len(), "STDLIB_PACKAGE_UNION"),
        ("py-modules", from.union.all(|it| &it.py_modules).len(), "STDLIB_PY_MODULE_UNION"),
        ("py-packages", from.union.all(|it| &it.py_packages).len(), "STDLIB_PY_PACKAGE_UNION"),
        ("submodules", from.union.submodules().len(), "STDLIB_PY_SUBMODULE_UNION"),
        ("subpackages", from.union.subpackages().len(), "STDLIB_PY_SUBPACKAGE_UNION"),
    ];
    for (name, count, constant) in joined {
        let fact = Fact::new(format!("union.{name}"), size(count), file, format!("the length of {constant}"));
        facts.add(fact.with_history(file, Probe::Size(constant)));
    }
    for (series, names) in &from.union.by_series {
        let counts = [
            ("top-level", names.modules.len()),
            ("packages", names.packages.len()),
            ("submodules", names.count_submodules(*series, from.baselines)),
            ("subpackages", names.py_packages.iter().filter(|it| it.contains('.')).count()),
        ];
        for (name, count) in counts {
            let derivation = format!("names of {series}");
            facts.add(
                Fact::new(format!("union.{series}.{name}"), size(count), file, derivation)
                    .with_command(format!("molt-sync baseline show {series}")),
            );
        }
        let baseline = from.baselines.iter().find(|it| it.series == *series);
        if let Some(release) = baseline.and_then(|it| it.facts.release) {
            let fact = Fact::new(
                format!("release.{series}"),
                Value::Text(release.to_string()),
                "baselines",
                "the recorded release",
            );
            facts.add(fact.with_command(format!("molt-sync baseline show {series}")));
        }
    }
    let required = from.union.top_level();
    let top: BTreeSet<&str> =
        from.audit.records.iter().map(|it| it.name.split('.').next().unwrap_or_default()).collect();
    let extras =
        top.iter().filter(|it| **it != "molt" && !required.contains(**it)).map(|it| (*it).to_owned()).collect();
    facts.add(Fact::new(
        "stdlib.extras",
        Value::List(extras),
        from.stdlib,
        "top-level names that the union does not have",
    ));
    let names: BTreeSet<&str> = from.audit.records.iter().map(|it| it.name.as_str()).collect();
    let missing = |wanted: &BTreeSet<&str>| wanted.iter().filter(|it| !names.contains(**it)).count();
    let gone = [("missing-top-level", missing(&required)), ("missing-submodules", missing(&from.union.submodules()))];
    for (name, count) in gone {
        facts.add(
            Fact::new(
                format!("stdlib.{name}"),
                size(count),
                from.stdlib,
                "names that the union has and the tree does not",
            )
            .with_command("molt-sync gates"),
        );
    }
}

fn statuses(facts: &mut Facts, from: &Collected<'_>) {
    let (audit, tree) = (from.audit, from.stdlib);
    let seen = from.audit_document;
    let total =
        Fact::new("stdlib.total", size(audit.records.len()), tree, "files of the tree").with_command("molt-sync gates");
    facts.add(total.with_history(seen, Probe::Count(None)));
    for status in Status::of(audit.dialect) {
        let word = status.word();
        let fact =
            Fact::new(format!("stdlib.{word}"), size(audit.count(status)), tree, format!("modules that are {word}"));
        facts.add(fact.with_command("molt-sync gates").with_history(seen, Probe::Count(Some(word.to_owned()))));
    }
    let stubs = audit.count_stubs();
    facts.add(Fact::new("stdlib.stubs", size(stubs), tree, "intrinsic-partial modules that are nothing but stubs"));
    facts.add(Fact::new("stdlib.unreadable", size(audit.unreadable().count()), tree, "files that cannot be judged"));
    for record in audit.by_name() {
        let Some(status) = record.status else { continue };
        let id = format!("module.{}.status", record.name);
        let fact = Fact::new(id, Value::Text(status.word().into()), &record.path, "the audit of the file");
        facts.add(fact.with_command("molt-sync gates").with_history(seen, Probe::Status(record.name.clone())));
    }
    // a document is never a source of a fact: which modules are in a cluster is a convention that facts are named after
    for cluster in Order::of(Dialect::February).clusters.iter().filter(|it| !it.steps.is_empty()) {
        let modules: Vec<&str> = cluster.modules().collect();
        let (id, word) = (format!("cluster.{}.status", cluster.id), Value::Text(cluster.word(audit).into()));
        facts.add(Fact::new(id, word, tree, modules.join(", ")).with_command("molt-sync plan"));
    }
    if let Some(ratchet) = from.ratchet {
        let budget = i64::try_from(ratchet.budget).unwrap_or(i64::MAX);
        let file = from.ratchet_file;
        let fact = Fact::new("ratchet.max", Value::Int(budget), file, "max_intrinsic_partial")
            .with_command("molt-sync ratchet show");
        facts.add(fact.with_history(file, Probe::Json("/max_intrinsic_partial".into())));
        let partial = i64::try_from(audit.count(Status::Partial)).unwrap_or(i64::MAX);
        facts.add(
            Fact::new(
                "ratchet.slack",
                Value::Int(budget.saturating_sub(partial)),
                file,
                "ratchet.max - stdlib.intrinsic-partial",
            )
            .with_command("molt-sync ratchet show"),
        );
    }
}

fn gates(facts: &mut Facts, from: &Collected<'_>) {
    let policy = from.policy;
    let lists = [
        ("strict-roots", policy.strict_roots.clone()),
        ("critical-roots", policy.critical_roots(from.audit.dialect)),
        ("bootstrap-modules", policy.bootstrap_modules.clone()),
        ("pass-fallback-modules", policy.pass_fallback_modules.clone()),
        ("core-lane-statuses", policy.core_lane_statuses.clone()),
    ];
    for (name, list) in lists {
        facts.add(Fact::new(
            format!("gates.{name}"),
            Value::List(list),
            "molt-sync.toml [gates]",
            "what the gates hold the tree to",
        ));
    }
    let ids = GATES.iter().map(|it| it.id.to_owned()).collect();
    facts.add(
        Fact::new("gates.ids", Value::List(ids), "molt-sync", "every gate").with_command("molt-sync gates explain"),
    );
    let mut lines = Vec::new();
    for gate in GATES {
        let Some(line) = gate.line(from.audit.dialect) else { continue };
        let fact = Fact::new(
            format!("gate.{}.line", gate.id),
            Value::Text(line.clone()),
            "molt-sync",
            "the first line of Molt's checker",
        );
        facts.add(fact.with_command(format!("molt-sync gates explain {}", gate.id)));
        lines.push(line);
    }
    lines.dedup();
    facts.add(
        Fact::new("gates.lines", Value::List(lines), "molt-sync", "the first lines of Molt's checker")
            .with_command("molt-sync gates explain"),
    );
}

/// The lists that Molt's own checker holds the tree to, where the workspace does not set them otherwise: they have changed
/// without any other sign. Returned are its queues.
pub fn take_checkers_lists(
    facts: &mut Facts,
    found: CheckersLists,
    checker: &RelPath,
    policy: &Policy,
) -> Option<Vec<Queue>> {
    for (name, constant, list) in found.lists.into_iter().filter(|(name, ..)| !policy.is_own(name)) {
        let fact = Fact::new(format!("gates.{name}"), Value::List(list), checker, constant);
        facts.add(fact.with_history(checker, Probe::Tuple(constant)));
    }
    found.queues
}
