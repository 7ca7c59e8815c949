//! `init` and `demo`, and the command line itself.

use crate::support::{Sandbox, program};

#[test]
fn init_makes_a_workspace_that_is_in_step() {
    let box_ = Sandbox::empty();
    box_.run(&["init", "ws"]).succeeds().says("series 3.12, 3.13, 3.14");
    for path in [
        "molt-sync.toml",
        "src/molt/stdlib/__init__.py",
        "src/molt/stdlib/_intrinsics.py",
        "src/molt/stdlib/xml/dom/pulldom.py",
        "src/molt/stdlib/msilib/__init__.py",
        "runtime/molt-runtime/src/intrinsics/manifest.pyi",
        "tools/stdlib_module_union.py",
        "tools/stdlib_intrinsics_ratchet.json",
        "tools/stdlib_full_coverage_manifest.py",
        "baselines/3.14.json",
        "docs/spec/STATUS.md",
        "ROADMAP.md",
        "docs/OPERATIONS.md",
        "docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md",
    ] {
        assert!(box_.ws(path).is_file(), "{path}");
    }
    box_.sync(&["refresh", "3.13", "--source", "bundled", "--dry-run"]).succeeds();
    box_.sync(&["docs", "adopt"]).succeeds().says("is there already");
    let before = box_.snapshot();
    let again = box_.run(&["init", "ws"]);
    assert!(again.code == 2 && again.err.contains("is there already"), "{}", again.err);
    assert!(again.err.contains("a Molt checkout needs no `init`"), "{}", again.err);
    // other files are no obstacle, and the hint does not say that they are
    std::fs::create_dir(box_.root().join("taken")).unwrap();
    std::fs::write(box_.root().join("taken/ROADMAP.md"), "mine").unwrap();
    let taken = box_.run(&["init", "taken"]);
    assert!(taken.code == 2 && taken.err.contains("or one that has none of the files of a workspace"), "{}", taken.err);
    std::fs::create_dir(box_.root().join("full")).unwrap();
    std::fs::write(box_.root().join("full/thesis.txt"), "mine").unwrap();
    box_.run(&["init", "full"]).succeeds();
    assert!(before == box_.snapshot());
    let unknown = box_.run(&["init", "other", "--series", "3.11"]);
    assert!(
        unknown.code == 2 && unknown.err.contains("no bundled baseline of 3.11") && !box_.root().join("other").exists()
    );
}

#[test]
fn the_workspace_is_found_from_below() {
    let box_ = Sandbox::with_whole_series("3.13");
    let below = box_.ws("src/molt/stdlib/xml");
    box_.run(&["-C", "ws", "baseline", "show", "3.13"]).succeeds().says("CPython 3.13.5");
    let output = std::process::Command::new(program())
        .args(["refresh", "3.13", "--source", "bundled", "--dry-run"])
        .current_dir(below)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn demo_runs_the_whole_job_and_says_where_it_lies() {
    let box_ = Sandbox::empty();
    let ended = box_.run(&["demo", "--keep", "ws"]).succeeds();
    assert!(ended.err.contains("refused, as it should be"), "{}", ended.err);
    let ended = ended
        .says("CPython 3.14.10, a new series")
        .says("reconstructed")
        .says("The workspace lies in ws\n")
        .says("`molt-sync --root ws gates`");
    assert!(ended.out.contains("signed off by demo"));
    // its mirror and its cache are gone, and no command that was printed would ask them
    assert!(!ended.out.contains("--mirror") && !ended.out.contains("--cache-dir"), "{}", ended.out);
    assert!(
        box_.ws("src/molt/stdlib/annotationlib.py").is_file()
            && box_.ws("src/molt/stdlib/string/__init__.py").is_file()
    );
    assert!(box_.read("docs/spec/STATUS.md").contains("Union of 3.12/3.13/3.14"));
}

#[test]
fn demo_writes_into_no_folder_that_holds_anything() {
    let box_ = Sandbox::empty();
    let full = box_.root().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("thesis.txt"), "mine").unwrap();
    for place in ["full", "full/thesis.txt"] {
        let ended = box_.run(&["demo", "--keep", place]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert!(ended.err.contains(&format!("cannot make the workspace of the demo in {place}: ")), "{}", ended.err);
        assert!(ended.err.contains("hint: name a new or empty folder"), "{}", ended.err);
    }
    assert_eq!(std::fs::read_dir(&full).unwrap().count(), 1);
    std::fs::create_dir(box_.root().join("empty")).unwrap();
    box_.run(&["demo", "--keep", "empty"]).succeeds();
    // in somebody's repository its files are new, and in nobody's way
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(box_.root().join("full")).status();
    assert!(git.unwrap().success());
    box_.run(&["demo", "--keep", "full/demo"]).succeeds();
}

#[test]
fn a_reconstructed_digest_never_stands_against_the_real_one() {
    let box_ = Sandbox::empty();
    box_.run(&["demo", "--keep", "ws"]).succeeds();
    let real =
        crate::support::Release::whole("3.14", "3.14.10").with("json.real", molt_sync::stdlib::ModuleKind::Module);
    box_.publish("3.14.10", "tgz", &real.tgz());
    let args = ["refresh", "3.14.10", "--mirror", "../mirror", "--sign-off", "me", "--reason", "more"];
    box_.sync(&args).succeeds().says("json.real: added").says("(same as in the lock)").says("lock says  reviewed by ");
}

#[test]
fn help_and_versions_are_results_and_usage_is_not() {
    let box_ = Sandbox::empty();
    box_.run(&["--version"]).succeeds().says("molt-sync 0.1.0");
    // alone it is answered before anything else is looked at, and says the same
    for word in ["--version", "-V"] {
        let (alone, among) = (box_.run(&[word]), box_.run(&["--quiet", word]));
        assert_eq!((alone.code, &alone.out, &alone.err), (among.code, &among.out, &among.err), "{word}");
        assert!(alone.code == 0 && alone.out.starts_with("molt-sync 0.1.0\n"), "{}", alone.out);
    }
    box_.run(&["refresh", "--help"]).succeeds().says("--sign-off <NAME>");
    let wrong = box_.run(&["refrsh"]);
    assert!(wrong.code == 2 && wrong.out.is_empty() && wrong.err.contains("refresh"), "{}", wrong.err);
}

#[test]
fn what_cannot_be_read_is_told_in_one_document_and_paints_nothing() {
    let sandbox = Sandbox::with_series("3.13");
    let damage = "[[bind]]\ndoc = \"a.md\"\nphrase = \"x {ratchet.max}\"\n\"\\u001b[8munknown\\u001b[31m\" = 1\n";
    sandbox.write("docs/bindings.toml", damage);
    let ended = sandbox.sync(&["--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let documents = told["standing"]["documents"].as_str().unwrap();
    assert!(ended.code == 2 && documents.starts_with("not known: "), "{}", ended.out);
    let shown = sandbox.sync(&["--color", "always"]);
    assert!(shown.code == 2 && shown.out.contains("not known: ") && !shown.out.contains("\u{1b}[8m"), "{}", shown.out);
    sandbox.remove("docs/bindings.toml");
    sandbox.write("molt-sync.toml", "mirror = \"/nowhere/\\u001b[8mnone\"\n");
    let ended = sandbox.sync(&["doctor", "--color", "always"]);
    assert!(ended.out.contains("nowhere") && !ended.out.contains("\u{1b}[8m"), "{}", ended.out);
}
