//! Every gate: what Molt's checker says of a changed tree, that each gate finds what it is there for, and the command.

use std::collections::BTreeSet;

use molt_sync::{
    audit::Graph,
    base::{Dialect, Memory, RelPath},
    gates::{self, GATES, GateFacts, Inputs, Known, Mode, Policy, Sources},
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
        baselines: path("baselines"),
        checker: path("tools/check_stdlib_intrinsics.py"),
        root: "/ws".into(),
    }
}

fn mode(options: &[&str]) -> Mode {
    Mode {
        fallback_backed_only: options.contains(&"--fallback-intrinsic-backed-only"),
        critical: options.contains(&"--critical-allowlist"),
        allowlist: options.iter().position(|it| *it == "--allowlist-modules").map(|at| options[at + 1].to_owned()),
        as_molt: true,
    }
}

/// What was found.
struct Found {
    /// The first line of Molt's checker.
    first: String,
    /// The gate that it is about.
    stopped: Option<&'static str>,
    /// Every finding: its gate and its words.
    all: Vec<(&'static str, String)>,
}

fn judge(files: &Memory, mode: &Mode, dialect: Dialect) -> Found {
    let union = Union::default;
    let known = Known { dialect, union: &union, stubs: None };
    let inputs = Inputs::read(files, sources(), &known).unwrap();
    let graph = Graph::new(&inputs.audit);
    let policy = Policy::default();
    let outcomes = gates::run(&GateFacts { inputs: &inputs, graph: &graph, policy: &policy, mode });
    let (first, stopped) = match gates::first_in_molt(&outcomes, dialect) {
        None => (gates::OK.to_owned(), None),
        Some((gate, line)) => (line.unwrap_or_else(|| TRACEBACK.to_owned()), Some(gate.id)),
    };
    let all = outcomes.iter().flat_map(|it| it.findings.iter().map(|finding| (it.gate.id, finding.message.clone())));
    Found { first, stopped, all: all.collect() }
}

fn after(change: &Change) -> Memory {
    let mut files = mini();
    (change.make)(&mut files);
    files
}

#[test]
fn the_small_tree_passes_every_gate() {
    let found = judge(&mini(), &Mode::default(), Dialect::February);
    assert_eq!((found.first.as_str(), found.all), (gates::OK, vec![]));
}

#[test]
fn a_changed_tree_is_judged_as_molts_checker_judges_it() {
    let mut wrong = Vec::new();
    for change in changes() {
        let expected = change.says.replacen("F: ", "stdlib intrinsics lint failed: ", 1);
        let first = judge(&after(&change), &mode(change.options), Dialect::February).first;
        if first != expected {
            wrong.push(format!("{}:\n  expected {expected}\n  found    {first}", change.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Make = fn(&mut Memory);

/// Gates of which Molt's checker knows nothing, those that only the later dialect has, and those that it hides behind
/// another one: with what is wrong, in words.
fn others() -> Vec<(&'static str, Dialect, Make, &'static str)> {
    use Dialect::{August, February};
    use tree::{BINDINGS, LANE, MANIFEST, TABLE};
    vec![
        ("policy-gates", August, |t| t.module("colorsys.py", "raise ImportError('no')\n"), "colorsys"),
        ("core-lane", February, |t| t.append_module("sys.py", "# TODO(stdlib, status:partial)\n"), "`sys` is"),
        ("core-lane", February, |t| t.append(LANE, "tests/differential/basic/gone.py\n"), "gone.py: there is no"),
        ("core-lane", February, |t| t.delete(LANE), "there is no tests/differential/basic/CORE_TESTS.txt"),
        (
            "manifest-form",
            February,
            |t| t.append(MANIFEST, "def molt_stdlib_probe() -> Any: ...\n"),
            "molt_stdlib_probe",
        ),
        ("manifest-symbols", February, |t| t.append(MANIFEST, "def molt_nowhere() -> Any: ...\n"), "`molt_nowhere`"),
        (
            "bindings-stub",
            February,
            |t| t.replace(BINDINGS, "dumps(x: Any)", "dumps(y: Any)"),
            "says `def molt_json_dumps(y: Any)",
        ),
        (
            "bindings-stub",
            February,
            |t| t.replace(BINDINGS, "dumps(x: Any)", "dumps(y: Any)"),
            "lacks `def molt_json_dumps(x: Any)",
        ),
        ("bindings-stub", February, |t| t.replace(BINDINGS, "molt_capabilities_has", "x\nmolt"), "says `molt"),
        ("bindings-stub", February, |t| t.delete(BINDINGS), "there is no"),
        ("bindings-table", February, |t| t.replace(TABLE, "arity: 1", "arity: 2"), "has 2 parameters and 1 in"),
        ("bindings-table", February, |t| t.replace(TABLE, "symbol: \"molt_json", "symbol: \"molt_jsan"), "is bound to"),
        (
            "bindings-table",
            February,
            |t| t.replace(TABLE, "\"molt_json_dumps\" =>", "\"molt_json_loads\" =>"),
            "`molt_json_dumps` is in the table and cannot be resolved",
        ),
        (
            "bindings-table",
            August,
            |t| t.replace(TABLE, "\"molt_json_dumps\" =>", "\"molt_json_loads\" =>"),
            "`molt_json_loads` can be resolved and is not in the table",
        ),
        (
            "bindings-table",
            February,
            |t| t.replace(TABLE, "crate::molt_json_dumps", "crate::molt_stdlib_probe"),
            "`molt_json_dumps` is resolved to `molt_stdlib_probe`",
        ),
        ("bindings-table", February, without_arms, "`molt_json_dumps` is in the table and cannot be resolved"),
        ("bindings-table", February, |t| t.delete(TABLE), "there is no"),
        ("recorded-union", February, |t| t.write("baselines/3.14.json", b"{}"), "cannot read baselines/3.14.json: "),
    ]
}

fn without_arms(files: &mut Memory) {
    let text = files.text(tree::TABLE);
    files.write(tree::TABLE, text.replace("=> Some(", "==").as_bytes());
}

#[test]
fn each_gate_finds_what_it_is_there_for() {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (gate, dialect, make, words) in others() {
        let mut files = mini();
        make(&mut files);
        let all = judge(&files, &Mode::default(), dialect).all;
        assert!(all.iter().any(|(id, message)| *id == gate && message.contains(words)), "{gate}: {words}: {all:?}");
        seen.insert(gate);
    }
    for change in changes() {
        // only the gate that the change is about
        seen.extend(judge(&after(&change), &mode(change.options), Dialect::February).stopped);
    }
    let mut without_tree = mini();
    without_tree.0.retain(|path, _| !path.as_str().starts_with(tree::STD));
    let found = judge(&without_tree, &Mode::default(), Dialect::February);
    assert_eq!(found.first, "stdlib root missing: /ws/src/molt/stdlib");
    seen.extend(found.stopped);
    // it asks the facts of releases, and `public_names` has the tests of it
    seen.insert("surface-kept");
    let silent: Vec<_> = GATES.iter().map(|it| it.id).filter(|id| !seen.contains(id)).collect();
    assert!(silent.is_empty(), "no test makes these gates speak: {silent:?}");
    assert_eq!(GATES.iter().filter(|it| it.is_hard).count(), 12, "the seven hard gates, in their parts");
}

#[test]
fn another_file_may_resolve_the_symbols_in_august() {
    let mut files = mini();
    without_arms(&mut files);
    let all = judge(&files, &Mode::default(), Dialect::August).all;
    assert!(!all.iter().any(|(id, _)| *id == "bindings-table"), "{all:?}");
}
