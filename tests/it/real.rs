//! Real input, where it is at hand: interpreters on the machine, and releases named by `MOLT_SYNC_CORPUS`, a mirror.

use std::process::Command;

use crate::support::Sandbox;

fn interpreter(name: &str) -> Option<String> {
    let asked = Command::new(name).args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    asked.status.success().then(|| String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}

#[test]
fn interpreters_have_the_recorded_names() {
    let box_ = Sandbox::empty();
    for series in ["3.12", "3.13", "3.14"] {
        let Some(python) = interpreter(&format!("python{series}")) else {
            eprintln!("skipped: there is no python{series} here");
            continue;
        };
        box_.run(&["baseline", "verify", "--python", &python]).succeeds().says(", 0 of them unexplained\n");
        box_.run(&["baseline", "show", "--source", &format!("interpreter:{python}")]).succeeds().says("[unverified]");
    }
    let refused = box_.run(&["baseline", "verify", "--python", "no-such-python"]);
    assert!(refused.code == 2 && refused.err.contains("cannot start no-such-python"), "{}", refused.err);
    let other = box_.run(&["baseline", "verify", "--python", "true"]);
    assert!(other.code == 2 && other.err.contains("did not answer the query"), "{}", other.err);
}

#[test]
fn an_interpreter_is_a_source_once_its_answer_was_reviewed() {
    let Some(python) = interpreter("python3.13").or_else(|| interpreter("python3.12")) else {
        eprintln!("skipped: there is no python3.12 or python3.13 here");
        return;
    };
    let box_ = Sandbox::with_series("3.14");
    let source = format!("interpreter:{python}");
    let refused = box_.sync(&["refresh", "latest", "--source", &source]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    let hint = refused.err.split("molt-sync ").last().unwrap().trim().replace("NAME", "me");
    box_.sync(&hint.split(' ').collect::<Vec<_>>()).succeeds();
    box_.sync(&["refresh", "latest", "--source", &source, "--sign-off", "me", "--reason", "more"])
        .succeeds()
        .says("[from an interpreter]");
}

#[test]
fn python_reads_the_union_file_back() {
    let Some(python) = interpreter("python3") else {
        eprintln!("skipped: there is no python3 here");
        return;
    };
    let box_ = Sandbox::with_series("3.12,3.13");
    let script = "
import json, runpy
it = runpy.run_path('tools/stdlib_module_union.py')
names = {'STDLIB_MODULES': 'STDLIB_MODULE', 'STDLIB_PACKAGES': 'STDLIB_PACKAGE', 'STDLIB_PY_MODULES': 'STDLIB_PY_MODULE', 'STDLIB_PY_PACKAGES': 'STDLIB_PY_PACKAGE'}
for plural, stem in names.items():
    tables = it[plural + '_BY_VERSION']
    assert sorted(tables) == ['3.12', '3.13'] == list(it['BASELINE_PYTHON_VERSIONS'])
    union = it[stem + '_UNION']
    assert isinstance(union, tuple) and list(union) == sorted(set().union(*tables.values())), plural
assert set(it['STDLIB_PY_SUBMODULE_UNION']) == {n for n in it['STDLIB_PY_MODULE_UNION'] if '.' in n}
assert set(it['STDLIB_PY_SUBPACKAGE_UNION']) == {n for n in it['STDLIB_PY_PACKAGE_UNION'] if '.' in n}
print(len(it['STDLIB_MODULE_UNION']), len(it['STDLIB_PY_SUBMODULE_UNION']))
";
    let output = Command::new(python).args(["-B", "-c", script]).current_dir(box_.ws("")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "312 521\n");
}

#[test]
fn real_releases_give_what_was_recorded_of_them() {
    let Ok(corpus) = std::env::var("MOLT_SYNC_CORPUS") else {
        eprintln!("skipped: MOLT_SYNC_CORPUS names no mirror with real releases");
        return;
    };
    let box_ = Sandbox::with_series("3.13");
    let recorded = box_.read("baselines/3.13.json");
    box_.sync(&["refresh", "3.13", "--mirror", &corpus]).succeeds().says("CPython 3.13.5").says("(pinned)");
    assert!(box_.read("baselines/3.13.json") == recorded, "the bundled baseline is what the release gives");
    let before = box_.snapshot();
    box_.sync(&["refresh", "3.13", "--mirror", &corpus]).succeeds().says("no byte was changed");
    assert!(before == box_.snapshot());
}
