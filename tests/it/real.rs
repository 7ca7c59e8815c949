//! Real input, where it is at hand: interpreters on the machine, releases in the mirror that `MOLT_SYNC_CORPUS` names, and
//! the Molt checkout (with git, layout of 2026-02) that `MOLT_SYNC_CHECKOUT` names, with its own checker as the judge.

use std::{path::Path, process::Command};

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox};

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
        let verified = box_.run(&["baseline", "verify", "--python", &python, "--format", "json"]);
        let answer: serde_json::Value = serde_json::from_str(&verified.out).unwrap();
        let known =
            ["CPython 3.12.1 on linux", "CPython 3.13.0 on linux"].iter().any(|it| answer["interpreter"] == *it);
        if known {
            assert_eq!((verified.code, answer["unexplained"].as_u64()), (0, Some(0)), "{}", verified.out);
            let differences = answer["differences"].as_array().unwrap();
            assert!(!differences.is_empty() && differences.iter().all(|it| it["because"].is_string()));
        } else {
            eprintln!(
                "not judged: {} is not among the interpreters whose differences are known",
                answer["interpreter"]
            );
        }
        box_.run(&["baseline", "show", "--source", &format!("interpreter:{python}")]).succeeds().says("[unverified]");
    }
    if let Some(python) = interpreter("python3.13") {
        // a name that went missing in the record is not explained away by another patch release
        let box_ = Sandbox::with_whole_series("3.13");
        let mut damaged = crate::support::recorded_whole("3.13", "3.13.5");
        damaged.facts.modules.remove("json.decoder");
        box_.write("baselines/3.13.json", damaged.render());
        let found = box_.sync(&["baseline", "verify", "--python", &python]);
        assert!(
            found.code == 1 && found.out.contains("json.decoder: only in the interpreter (module) (NOT EXPLAINED)"),
            "{}",
            found.out
        );
        box_.refuses(&["baseline", "verify", "--python", &python, "--series", "3.12"], 2, &["not of series 3.12"]);
        names_are_looked_for_both_ways(&python);
    }
    let refused = box_.run(&["baseline", "verify", "--python", "no-such-python"]);
    assert!(refused.code == 2 && refused.err.contains("cannot start no-such-python"), "{}", refused.err);
    let other = box_.run(&["baseline", "verify", "--python", "true"]);
    assert!(other.code == 2 && other.err.contains("it answered nothing"), "{}", other.err);
}

/// A record that has a name too many and lacks some, against an interpreter that makes one more.
#[cfg(unix)]
fn names_are_looked_for_both_ways(python: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let box_ = Sandbox::with_whole_series("3.13");
    let mut damaged = crate::support::recorded_whole("3.13", "3.13.5");
    let model = damaged.facts.modules.remove("pyexpat.model").unwrap();
    damaged.facts.modules.insert("json.nosuch".into(), model);
    box_.write("baselines/3.13.json", damaged.render());
    let born = "import sys, types; sys.modules['json.born'] = types.ModuleType('json.born'); exec(sys.argv[1])";
    let script = format!("#!/bin/sh\nexec '{python}' -I -S -B -c \"{born}\" \"$5\"\n");
    let maker = box_.file("python-and-more", script.as_bytes());
    std::fs::set_permissions(&maker, std::fs::Permissions::from_mode(0o755)).unwrap();
    let found = box_.sync(&["baseline", "verify", "--python", &maker]);
    assert_eq!(found.code, 1, "{}", found.out);
    for line in [
        "  pyexpat.model: only in the interpreter (alias) (NOT EXPLAINED)\n",
        "  json.nosuch: only in the baseline (alias) (NOT EXPLAINED)\n",
        "  json.born: importable after json and not recorded (NOT EXPLAINED)\n",
        "  not looked at, because importing them does more: ",
        "names below idlelib, ",
    ] {
        assert!(found.out.contains(line), "{line}: {}", found.out);
    }
}

#[cfg(not(unix))]
fn names_are_looked_for_both_ways(_: &str) {}

#[test]
fn an_interpreter_is_a_source_once_its_answer_was_reviewed() {
    let Some(python) = interpreter("python3.13").or_else(|| interpreter("python3.12")) else {
        eprintln!("skipped: there is no python3.12 or python3.13 here");
        return;
    };
    let box_ = Sandbox::with_whole_series("3.14");
    let source = format!("interpreter:{python}");
    let series = if python.contains("3.13") { "3.13" } else { "3.12" };
    let refused = box_.sync(&["refresh", series, "--source", &source]);
    assert_eq!(refused.code, 4, "{}", refused.err);
    let digest = refused.err.split("has the digest ").nth(1).unwrap().split(',').next().unwrap();
    let hint = refused.err.split("molt-sync ").last().unwrap().trim().replace("NAME", "me");
    assert!(hint.contains("--sha256 HEX"), "the value to review is not filled in: {hint}");
    let hint = hint.replace("HEX", digest);
    box_.sync(&hint.split(' ').collect::<Vec<_>>()).succeeds();
    // one that is older than what is recorded is not the latest
    let older = box_.sync(&["refresh", "latest", "--source", &source]);
    assert_eq!(older.code, 3, "{}", older.err);
    box_.sync(&["refresh", series, "--source", &source, "--sign-off", "me", "--reason", "more"])
        .succeeds()
        .says("[from an interpreter]");
}

#[test]
fn python_reads_the_union_file_back() {
    let Some(python) = interpreter("python3") else {
        eprintln!("skipped: there is no python3 here");
        return;
    };
    let box_ = Sandbox::with_whole_series("3.12,3.13");
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
    let box_ = Sandbox::with_whole_series("3.13");
    let recorded = box_.read("baselines/3.13.json");
    box_.sync(&["refresh", "3.13", "--mirror", &corpus]).succeeds().says("CPython 3.13.5").says("(sigstore)");
    assert!(box_.read("baselines/3.13.json") == recorded, "the bundled baseline is what the release gives");
    let before = box_.snapshot();
    box_.sync(&["refresh", "3.13", "--mirror", &corpus]).succeeds().says("no byte was changed");
    assert!(before == box_.snapshot());
}

/// A copy of the checkout as a sandbox's workspace, and the interpreter that runs its checker.
fn checkout() -> Option<(Sandbox, String)> {
    let (Ok(path), Some(python)) = (std::env::var("MOLT_SYNC_CHECKOUT"), interpreter("python3.12")) else {
        eprintln!("skipped: MOLT_SYNC_CHECKOUT names no Molt checkout, or there is no python3.12");
        return None;
    };
    let box_ = Sandbox::empty();
    git(box_.root(), &["clone", "-q", &path, "ws"]);
    Some((box_, python))
}

fn git(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("git").args(args).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn checker_is_green(box_: &Sandbox, python: &str) {
    let output =
        Command::new(python).args(["-B", "tools/check_stdlib_intrinsics.py"]).current_dir(box_.ws("")).output();
    assert_eq!(String::from_utf8_lossy(&output.unwrap().stdout), "stdlib intrinsics lint: ok\n");
}

#[test]
fn molts_own_checker_is_green_on_what_a_refresh_leaves() {
    let Some((box_, python)) = checkout() else { return };
    // one refresh after the other, with nothing committed in between
    std::fs::remove_dir_all(box_.ws(".git")).unwrap();
    checker_is_green(&box_, &python);
    box_.refuses(&["refresh", "3.14", "--source", "bundled"], 3, &["would be 1 over the budget of 873"]);
    box_.sync(&["refresh", "3.14", "--source", "bundled", "--sign-off", "me", "--reason", "more"]).succeeds();
    checker_is_green(&box_, &python);
    // msilib is a stub file there, and a package in the source release
    let args = ["refresh", "3.12", "--source", "bundled", "--sign-off", "me", "--reason", "more"];
    box_.sync(&args).succeeds().says("moved into packages: msilib");
    checker_is_green(&box_, &python);

    let release = Release::whole("3.14", "3.15.0")
        .with("newmod", ModuleKind::Module)
        .with("_newc", ModuleKind::Extension)
        .with("_newpure", ModuleKind::Module)
        .with("newpkg", ModuleKind::Package)
        .with("newpkg.core", ModuleKind::Module)
        .with("newpkg._impl", ModuleKind::Module)
        .with("newpkg.sub", ModuleKind::Package)
        .with("newpkg.sub.leaf", ModuleKind::Module)
        .with("newpkg.sub.twig", ModuleKind::Module)
        .with("json.newer", ModuleKind::Module)
        .with("imghdr2", ModuleKind::Module)
        .with("_aix_support", ModuleKind::Package)
        .with("_aix_support.sub", ModuleKind::Module)
        .without("antigravity");
    box_.publish("3.15.0", "tgz", &release.tgz());
    let args = ["refresh", "3.15", "--mirror", "../mirror"];
    box_.refuses(&args, 3, &["would be 12 over the budget"]);
    let signed = [&args[..], &["--sign-off", "me", "--reason", "more"]].concat();
    box_.sync(&signed).succeeds().says("moved into packages: _aix_support");
    checker_is_green(&box_, &python);
    assert!(box_.ws("src/molt/stdlib/newpkg/sub/twig.py").exists());
    assert!(!box_.ws("src/molt/stdlib/_aix_support.py").exists());
    // one that vanished leaves with the last series that had it, and its stub with it
    let stub = box_.ws("src/molt/stdlib/_crypt.py");
    assert!(stub.exists());
    for series in ["3.12", "3.13", "3.14"] {
        box_.sync(&["baseline", "drop", series]).succeeds();
    }
    assert!(!stub.exists());
    checker_is_green(&box_, &python);
}

#[test]
fn a_real_release_touches_only_what_a_refresh_should_touch() {
    let (Some((box_, python)), Ok(corpus)) = (checkout(), std::env::var("MOLT_SYNC_CORPUS")) else {
        eprintln!("skipped: MOLT_SYNC_CORPUS names no mirror with real releases");
        return;
    };
    let patch = box_.sync(&["refresh", "3.13", "--mirror", &corpus, "--dry-run"]).succeeds().out;
    assert_eq!(git(&box_.ws(""), &["status", "--short"]), "");
    let file = box_.file("a.patch", patch.as_bytes());
    git(&box_.ws(""), &["apply", "--check", &file]);
    git(&box_.ws(""), &["apply", &file]);
    assert_eq!(git(&box_.ws(""), &["status", "--short"]), "?? baselines/\n");
    checker_is_green(&box_, &python);
}
