//! Every gate: what Molt's checker says of a changed tree, that each gate finds what it is there for, and the command.

use std::collections::BTreeSet;

use molt_sync::{
    audit::Graph,
    base::{Dialect, Memory, RelPath},
    gates::{self, Facts, GATES, Inputs, Known, Mode, Policy, Sources},
    stdlib::Union,
};

use crate::support::{
    changes::{Change, TRACEBACK, changes},
    tree::{self, Tree as _, mini},
};

fn sources() -> Sources {
    let path = |text: &str| RelPath::new(text).unwrap();
    Sources {
        stdlib: path(tree::STD),
        union: path(tree::UNION),
        ratchet: path(tree::RATCHET),
        attestation: path(tree::ATTESTATION),
        manifest: path(tree::MANIFEST),
        bindings_stub: path(tree::BINDINGS),
        bindings_table: path(tree::TABLE),
        runtime: path("runtime/molt-runtime/src"),
        core_lane: path(tree::LANE),
        document: path(tree::DOCUMENT),
        root: "/ws".into(),
    }
}

fn mode(options: &[&str]) -> Mode {
    Mode {
        fallback_backed_only: options.contains(&"--fallback-intrinsic-backed-only"),
        critical: options.contains(&"--critical-allowlist"),
        allowlist: options.iter().position(|it| *it == "--allowlist-modules").map(|at| options[at + 1].to_owned()),
    }
}

/// The first line of Molt's checker, and the gates with findings.
fn judge(files: &Memory, mode: &Mode, dialect: Dialect) -> (String, BTreeSet<&'static str>) {
    let union = Union::default;
    let known = Known { dialect, union: &union, stubs: None };
    let inputs = Inputs::read(files, sources(), &known).unwrap();
    let graph = Graph::new(&inputs.audit);
    let policy = Policy::default();
    let outcomes = gates::run(&Facts { inputs: &inputs, graph: &graph, policy: &policy, mode });
    let first = match gates::first_in_molt(&outcomes) {
        None => gates::OK.to_owned(),
        Some((_, line)) => line.unwrap_or_else(|| TRACEBACK.to_owned()),
    };
    (first, outcomes.iter().filter(|it| !it.findings.is_empty()).map(|it| it.gate.id).collect())
}

fn after(change: &Change) -> Memory {
    let mut files = mini();
    (change.make)(&mut files);
    files
}

#[test]
fn the_small_tree_passes_every_gate() {
    let (first, found) = judge(&mini(), &Mode::default(), Dialect::February);
    assert_eq!((first.as_str(), found), (gates::OK, BTreeSet::new()));
}

#[test]
fn a_changed_tree_is_judged_as_molts_checker_judges_it() {
    let mut wrong = Vec::new();
    for change in changes() {
        let expected = change.says.replacen("F: ", "stdlib intrinsics lint failed: ", 1);
        let (first, _) = judge(&after(&change), &mode(change.options), Dialect::February);
        if first != expected {
            wrong.push(format!("{}:\n  expected {expected}\n  found    {first}", change.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Make = fn(&mut Memory);

/// Gates of which Molt's checker knows nothing, and those that only the later dialect has.
fn others() -> Vec<(&'static str, Dialect, Make)> {
    use tree::{BINDINGS, LANE, MANIFEST, TABLE};
    vec![
        ("policy-gates", Dialect::August, |t| t.module("colorsys.py", "raise ImportError('no')\n")),
        ("core-lane", Dialect::February, |t| t.append_module("sys.py", "# TODO(stdlib, status:partial)\n")),
        ("core-lane", Dialect::February, |t| t.append(LANE, "tests/differential/basic/gone.py\n")),
        ("manifest-form", Dialect::February, |t| t.append(MANIFEST, "def molt_stdlib_probe() -> Any: ...\n")),
        ("manifest-symbols", Dialect::February, |t| t.append(MANIFEST, "def molt_nowhere() -> Any: ...\n")),
        ("bindings-stub", Dialect::February, |t| t.replace(BINDINGS, "(x: Any)", "(y: Any)")),
        ("bindings-stub", Dialect::February, |t| t.delete(BINDINGS)),
        ("bindings-table", Dialect::February, |t| t.replace(TABLE, "arity: 1", "arity: 2")),
        ("bindings-table", Dialect::February, |t| t.replace(TABLE, "symbol: \"molt_json", "symbol: \"molt_jsan")),
        ("bindings-table", Dialect::February, |t| t.replace(TABLE, "\"molt_json_dumps\" =>", "\"molt_json_loads\" =>")),
        ("bindings-table", Dialect::February, |t| t.delete(TABLE)),
    ]
}

#[test]
fn each_gate_finds_what_it_is_there_for() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (gate, dialect, make) in others() {
        let mut files = mini();
        make(&mut files);
        let (_, found) = judge(&files, &Mode::default(), dialect);
        assert!(found.contains(gate), "{gate} is not in {found:?}");
        seen.insert(gate);
    }
    for change in changes() {
        seen.extend(judge(&after(&change), &mode(change.options), Dialect::February).1);
    }
    let mut without_tree = mini();
    without_tree.0.retain(|path, _| !path.as_str().starts_with(tree::STD));
    let (first, found) = judge(&without_tree, &Mode::default(), Dialect::February);
    assert_eq!(first, "stdlib root missing: /ws/src/molt/stdlib");
    seen.extend(found);
    let silent: Vec<_> = GATES.iter().map(|it| it.id).filter(|id| !seen.contains(id)).collect();
    assert!(silent.is_empty(), "no test makes these gates speak: {silent:?}");
    assert_eq!(GATES.iter().filter(|it| it.is_hard).count(), 12, "the seven hard gates, in their parts");
}
