//! `accept --changed`: a module is judged where anything changed that it stands on, and not its own file alone.

use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{ATTESTATION, BINDINGS, MANIFEST, TABLE, Tree as _, mini},
};

const INDEX: &str = "tests/differential/COVERAGE_INDEX.yaml";
const TEST: &str = "tests/differential/stdlib/this_basic.py";
const NAMED: &str = "tests/differential/stdlib/this_more.py";
const RUNTIME: &str = "runtime/molt-runtime/src/json.rs";
const OTHERS: &str = "runtime/molt-runtime/src/lib.rs";
const MODULE: &str = "src/molt/stdlib/this.py";
const SHIM: &str = "from _intrinsics import require_intrinsic as _require_intrinsic\n\n_DUMPS = _require_intrinsic(\"molt_json_dumps\", globals())\n\n\ndef dumps(obj):\n    return _DUMPS(obj)\n";

/// A repository whose `this` is a converted module that forwards to `molt_json_dumps`.
fn repository() -> Sandbox {
    let mut tree = mini();
    tree.module("this.py", SHIM);
    tree.attest("    \"this\",\n", "    \"this\": (\"molt_json_dumps\",),\n");
    let others = "pub extern \"C\" fn molt_capabilities_has(x: u64) -> u64 { has(x) }\npub extern \"C\" fn molt_stdlib_probe(x: u64) -> u64 { x }\n";
    tree.write(OTHERS, format!("mod json;\nmod help;\n{others}").as_bytes());
    tree.write("runtime/molt-runtime/src/help.rs", b"pub fn dump(x: u64) -> u64 { x + 1 }\n");
    tree.write(RUNTIME, b"pub extern \"C\" fn molt_json_dumps(x: u64) -> u64 { crate::help::dump(x) }\n");
    tree.write(INDEX, format!("stdlib:\n  this:\n    tests:\n      - {TEST}\n").as_bytes());
    tree.write(TEST, b"import this\n");
    tree.write(NAMED, b"import this\n");
    let sandbox = Sandbox::of(&tree);
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-qm", "x"]);
    sandbox
}

fn git(sandbox: &Sandbox, args: &[&str]) {
    let all = [&["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"], args].concat();
    let ended = std::process::Command::new("git").args(all).current_dir(sandbox.ws("")).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
}

/// The modules that are judged, the evidence of all points as text, and how it ends.
fn judged(sandbox: &Sandbox) -> (Vec<String>, String, i32) {
    let ended = sandbox.sync(&["accept", "--changed", "--base", "main", "--format", "json"]);
    let value: Value =
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err));
    let modules = value["modules"].as_array().unwrap();
    let names = modules.iter().map(|it| it["module"].as_str().unwrap().to_owned()).collect();
    (names, value.to_string() + &ended.err, ended.code)
}

#[test]
fn a_change_of_what_a_module_stands_on_has_it_judged() {
    let sandbox = repository();
    assert_eq!(judged(&sandbox).0, Vec::<String>::new());
    for (path, from, to, words) in [
        (RUNTIME, "crate::help::dump(x)", "todo!()", "only raises"),
        (RUNTIME, "molt_json_dumps", "molt_json_dump", "no source of the runtime defines"),
        (MANIFEST, "def molt_json_dumps(x: Any)", "def molt_json_dumps()", "missing"),
        (BINDINGS, "def molt_json_dumps(x", "def molt_json_dump(x", "missing"),
        (TABLE, "crate::molt_json_dumps", "crate::molt_other", "is resolved to `molt_other`"),
        (ATTESTATION, "    \"this\",\n", "", "module"),
        (INDEX, TEST, "tests/differential/stdlib/gone.py", "gone.py"),
        (TEST, "import this", "print(1)", "module"),
        (NAMED, "import this", "print(1)", "module"),
    ] {
        let text = sandbox.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        sandbox.write(path, text.replacen(from, to, 1));
        let (names, said, code) = judged(&sandbox);
        assert_eq!((names, code), (vec!["this".to_owned()], 1), "{path}\n{said}");
        assert!(said.contains(words), "{path}: {words} is not in\n{said}");
        sandbox.write(path, text);
    }
    for path in [RUNTIME, TEST, NAMED] {
        let text = sandbox.read(path);
        sandbox.remove(path);
        assert_eq!(judged(&sandbox).0, ["this"], "{path}");
        sandbox.write(path, text);
    }
    // a source that only others call says nothing of whom it is about
    sandbox.write("runtime/molt-runtime/src/help.rs", "pub fn dump(x: u64) -> u64 { x }\n");
    let (names, said, _) = judged(&sandbox);
    assert!(names == ["this"] && said.contains("help.rs was changed: it defines no intrinsic itself"), "{said}");
}

#[test]
fn what_decides_how_the_runtime_is_built_is_about_every_module() {
    let sandbox = repository();
    let lib = sandbox.read(OTHERS);
    sandbox.write(OTHERS, format!("#[cfg(any())]\nmod off;\n{lib}"));
    sandbox.write("runtime/molt-runtime/Cargo.toml", "[package]\nname = \"molt-runtime\"\n");
    sandbox.write("runtime/molt-runtime/build.rs", "fn main() {}\n");
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-qm", "builds"]);
    assert_eq!(judged(&sandbox).0, Vec::<String>::new());
    let table = sandbox.read(TABLE);
    for (path, text, words) in [
        (OTHERS, format!("mod off;\n#[cfg(any())]\n{lib}"), "it decides what else is compiled"),
        (
            TABLE,
            table.replace("    match symbol {", "    if true { return None; }\n    match symbol {"),
            "its code around the entries",
        ),
        (TABLE, format!("#[cfg(any())]\n{table}"), "its code around the entries"),
        (
            "runtime/molt-runtime/Cargo.toml",
            "[package]\nname = \"molt-runtime\"\n[lib]\npath = \"o.rs\"\n".into(),
            "it decides what is compiled",
        ),
        ("runtime/molt-runtime/build.rs", "fn main() { x() }\n".into(), "it decides what is compiled"),
    ] {
        let old = sandbox.read(path);
        assert_ne!(old, text, "{path}");
        sandbox.write(path, text);
        let (names, said, _) = judged(&sandbox);
        assert!(names == ["this"] && said.contains(words), "{path}: {words}: {said}");
        sandbox.write(path, old);
    }
}

/// So many names are no command line of git.
#[test]
fn an_index_of_very_many_tests_beside_the_others_is_compared_all_the_same() {
    let sandbox = repository();
    let test = |at: usize| format!("elsewhere/of/the/tests/a_test_with_a_long_name_{at:06}.py");
    let rows: String = (0..60_000).map(|at| format!("      - {}\n", test(at))).collect();
    sandbox.write(INDEX, format!("stdlib:\n  this:\n    tests:\n{rows}"));
    sandbox.write(&test(17), "import this\n");
    sandbox.write("elsewhere/other.py", "import this\n");
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-qm", "tests"]);
    assert_eq!(judged(&sandbox).0, Vec::<String>::new());
    sandbox.write("elsewhere/other.py", "print(1)\n");
    assert_eq!(judged(&sandbox).0, Vec::<String>::new(), "nothing names that file");
    sandbox.write(&test(17), "print(1)\n");
    assert_eq!(judged(&sandbox).0, ["this"]);
}

#[test]
fn a_module_that_a_branch_deletes_is_named() {
    let sandbox = repository();
    sandbox.remove(MODULE);
    let (names, said, code) = judged(&sandbox);
    assert_eq!((names, code), (vec!["this".to_owned()], 1), "{said}");
    assert!(said.contains("this branch deletes the module"), "{said}");
    let ended = sandbox.sync(&["accept", "--changed", "--base", "main", "--attest"]);
    assert!(ended.code == 1 && ended.out.contains("this: 9 missing"), "{}", ended.out);
    // it has another file, and is there
    sandbox.write("src/molt/stdlib/this/__init__.py", SHIM);
    let (names, said, _) = judged(&sandbox);
    assert!(names == ["this"] && !said.contains("deletes"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_package_that_is_a_link_now_is_gone() {
    let box_ = repository();
    let package = "src/molt/stdlib/pack";
    box_.write(&format!("{package}/__init__.py"), SHIM);
    box_.write(&format!("{package}/part.py"), SHIM);
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-qm", "a package"]);
    git(&box_, &["tag", "base"]);
    for to in ["../../../elsewhere", "/nowhere"] {
        std::fs::rename(box_.ws(package), box_.ws("elsewhere")).unwrap();
        std::os::unix::fs::symlink(to, box_.ws(package)).unwrap();
        let ended = box_.sync(&["accept", "--changed", "--base", "base"]);
        assert!(ended.code == 1 && ended.out.contains("pack.part"), "{to}: {}{}", ended.out, ended.err);
        std::fs::remove_file(box_.ws(package)).unwrap();
        std::fs::rename(box_.ws("elsewhere"), box_.ws(package)).unwrap();
    }
}
