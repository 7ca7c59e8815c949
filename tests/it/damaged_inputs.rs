//! An input that is damaged: one finding of `gates` with its name, no false ones beside it, and one clear stop of `refresh`.

use std::{fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{BINDINGS, LANE, MANIFEST, RATCHET, STD, TABLE, UNION},
};

const BASELINE: &str = "baselines/3.13.json";
const LOCK: &str = "baselines/releases.lock.toml";
const INDEX: &str = "tests/differential/COVERAGE_INDEX.yaml";

/// A refresh that changes nothing where nothing is damaged.
const REFRESH: [&str; 5] = ["refresh", "3.13", "--source", "bundled", "--dry-run"];

/// A workspace with all inputs.
fn whole() -> Sandbox {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["refresh", "3.13", "--source", "bundled", "--sign-off", "me", "--reason", "begin"]).succeeds();
    box_.write(INDEX, "stdlib:\n  json:\n    tests: []\n");
    box_.sync(&["gates"]).succeeds();
    box_.sync(&REFRESH).succeeds();
    box_
}

/// A way in which a file is damaged, and what does it.
type Damage = (&'static str, Box<dyn Fn()>);

/// Each way in which a file is damaged.
fn damages(box_: &Sandbox, path: &str) -> Vec<Damage> {
    let (place, bytes) = (box_.ws(path), fs::read(box_.ws(path)).unwrap());
    let with = |bytes: Vec<u8>| {
        let place = place.clone();
        Box::new(move || fs::write(&place, &bytes).unwrap()) as Box<dyn Fn()>
    };
    let half = bytes.len() / 2;
    let instead = |make: fn(&std::path::Path)| {
        let place = place.clone();
        Box::new(move || {
            fs::remove_file(&place).unwrap();
            make(&place);
        }) as Box<dyn Fn()>
    };
    vec![
        ("garbage", with(b"%&( \0 {{{ garbage\n".to_vec())),
        ("not UTF-8", with([&bytes[..half], b"\xff\xfe", &bytes[half..]].concat())),
        ("a folder", instead(|it| fs::create_dir(it).unwrap())),
        ("a link to nothing", instead(|it| symlink("nowhere", it).unwrap())),
    ]
}

fn bytes_of(box_: &Sandbox, path: &str) -> Vec<u8> {
    fs::read(box_.ws(path)).unwrap()
}

/// Puts a file back.
fn restore(box_: &Sandbox, path: &str, bytes: &[u8]) {
    let place = box_.ws(path);
    if fs::symlink_metadata(&place).is_ok_and(|it| it.is_dir()) {
        fs::remove_dir(&place).unwrap();
    } else {
        fs::remove_file(&place).unwrap();
    }
    fs::write(&place, bytes).unwrap();
}

/// Every finding, as `gate path`, and the gates that were not judged.
fn judged(box_: &Sandbox) -> (i32, Vec<String>, Vec<String>) {
    let ended = box_.sync(&["gates", "--format", "json"]);
    let report: Value = serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("{}\n{}", ended.out, ended.err));
    let (mut found, mut open) = (Vec::new(), Vec::new());
    for gate in report["gates"].as_array().unwrap() {
        let id = gate["id"].as_str().unwrap();
        found.extend(
            gate["findings"].as_array().unwrap().iter().map(|it| format!("{id} {}", it["path"].as_str().unwrap())),
        );
        if !gate["not_judged"].is_null() {
            open.push(id.to_owned());
        }
    }
    (ended.code, found, open)
}

#[test]
fn a_damaged_input_is_one_finding_and_one_stop() {
    let box_ = whole();
    for (path, gate) in [
        (BASELINE, "recorded-union"),
        (LOCK, "recorded-union"),
        (UNION, "baseline"),
        (RATCHET, "ratchet-file"),
        (MANIFEST, "manifest"),
        (LANE, "core-lane"),
    ] {
        let bytes = bytes_of(&box_, path);
        for (what, damage) in damages(&box_, path) {
            damage();
            let (code, found, _) = judged(&box_);
            assert_eq!((code, found), (1, vec![format!("{gate} {path}")]), "{path}: {what}");
            let name = if path == LANE && what == "garbage" { None } else { Some(path) };
            // a line of the list that names no test is a finding of what could be read
            if let Some(name) = name {
                box_.refuses_as_it_is(&REFRESH, 2, &[name, "hint: "]);
                box_.refuses_as_it_is(&REFRESH[..4], 2, &[name, "hint: "]);
            }
            restore(&box_, path, &bytes);
        }
    }
}

#[test]
fn what_is_compared_with_a_damaged_input_is_not_judged() {
    let box_ = whole();
    let manifest = bytes_of(&box_, MANIFEST);
    let cut = &manifest[..manifest.len() - 4];
    for (bytes, gate) in [(&b""[..], "manifest"), (cut, "manifest-form")] {
        box_.write(MANIFEST, bytes);
        let (code, found, open) = judged(&box_);
        assert_eq!((code, found), (1, vec![format!("{gate} {MANIFEST}")]));
        for it in ["known-intrinsics", "manifest-symbols", "bindings-stub", "bindings-table"] {
            assert!(open.iter().any(|open| open == it), "{it} was judged: {open:?}");
        }
        box_.refuses_as_it_is(&REFRESH, 2, &[MANIFEST, "restore"]);
    }
    // Molt's checker reads it as it stands
    box_.write(MANIFEST, "");
    let first = box_.sync(&["gates", "--molt-order"]);
    assert!(first.code == 1 && first.out.contains("unknown intrinsic names"), "{}", first.out);
    assert!(box_.sync(&["gates"]).out.contains("Molt's checker stops at `known-intrinsics`"));
    box_.write(MANIFEST, &manifest);
    for path in [BINDINGS, TABLE] {
        let bytes = bytes_of(&box_, path);
        fs::remove_file(box_.ws(path)).unwrap();
        fs::create_dir(box_.ws(path)).unwrap();
        let (code, found, _) = judged(&box_);
        assert_eq!((code, found.len()), (1, 1), "{path}: {found:?}");
        box_.refuses_as_it_is(&REFRESH, 2, &[path, "is a directory"]);
        restore(&box_, path, &bytes);
    }
}

#[test]
fn a_module_that_cannot_be_judged_leaves_the_audit_document_open() {
    let box_ = whole();
    assert_eq!(judged(&box_).1, Vec::<String>::new());
    let module = format!("{STD}/this.py");
    box_.write(&module, "def f(:\n");
    let (code, found, open) = judged(&box_);
    assert_eq!((code, found), (1, vec![format!("source {module}")]));
    assert!(open.iter().any(|it| it == "audit-document-current"), "{open:?}");
}

#[test]
fn a_fact_that_is_not_known_is_no_fact_that_there_is_none_of() {
    let box_ = whole();
    let stubs = box_.sync(&["docs", "facts", "stdlib.stubs"]).succeeds().out;
    let stubs = stubs.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    box_.write("docs/z.md", format!("# Z\n\nThere are {stubs} stubs in the tree, [{stubs}][f:stdlib.stubs] in all.\n"));
    box_.sync(&["docs", "bind", "docs/z.md:3:11", "stdlib.stubs"]).succeeds();
    let told = box_.sync(&["docs", "check", "docs/z.md", "-v"]);
    assert!(told.out.contains("for stdlib.stubs"), "{}", told.out);
    box_.write(&format!("{STD}/this.py"), "def f(:\n");
    let ended = box_.sync(&["docs", "check"]);
    assert!(ended.out.contains("DOC017") && !ended.out.contains("DOC008"), "{}", ended.out);
    box_.refuses(&["docs", "bind", "docs/z.md:3:11", "stdlib.stubs"], 2, &["`stdlib.stubs` is not known", "DOC017"]);
}

#[test]
fn settings_and_an_index_that_are_damaged_stop_a_run() {
    let box_ = whole();
    let settings = bytes_of(&box_, "molt-sync.toml");
    for (what, damage) in damages(&box_, "molt-sync.toml") {
        damage();
        for args in [&["gates"][..], &REFRESH, &["docs", "check"]] {
            let ended = box_.sync(args);
            assert!(ended.code == 2 && ended.err.contains("molt-sync.toml"), "{what} {args:?}: {}", ended.err);
        }
        restore(&box_, "molt-sync.toml", &settings);
    }
    for (text, why) in [("", "it has no key"), ("%&(\n", "line 1: it is neither a key nor an item")] {
        box_.write(INDEX, text);
        box_.refuses_as_it_is(&REFRESH, 2, &[INDEX, why]);
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_of_baselines_is_not_an_empty_one() {
    let box_ = whole();
    fs::remove_dir_all(box_.ws("baselines")).unwrap();
    box_.write("baselines", "x");
    for args in [&["gates"][..], &REFRESH] {
        box_.refuses_as_it_is(args, 2, &["cannot read baselines: it is not a folder"]);
    }
}

#[test]
fn a_folder_that_is_only_empty_is_no_repository_to_any_command() {
    let box_ = whole();
    fs::create_dir(box_.ws(&format!("{STD}/empty"))).unwrap();
    box_.sync(&["gates"]).succeeds();
    let ended = box_.sync(&[&REFRESH[..], &["--format", "json"]].concat()).succeeds();
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&report["gates_before"], report["gates_after"].as_array().unwrap().len()), (&Value::from(0), 0));
}

#[test]
fn what_cannot_be_judged_for_a_damage_is_no_pass_where_nothing_tells_of_it() {
    let box_ = whole();
    let manifest = bytes_of(&box_, MANIFEST);
    let cut = [&manifest[..], b"def molt_cut_off(a"].concat();
    for (bytes, skipped) in [(&b""[..], "manifest"), (&cut[..], "manifest-form")] {
        box_.write(MANIFEST, bytes);
        assert_eq!(box_.sync(&["gates"]).code, 1);
        box_.refuses(&["gates", "--skip", skipped], 2, &["cannot judge", "what they need is damaged"]);
    }
    // one that the base has already is no new finding, and what is new is not known
    let git = |args: &[&str]| crate::changes::git(&box_, args);
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "cut"]);
    box_.refuses(&["gates", "--base", "HEAD", "--new-only"], 2, &["cannot judge", "what they need is damaged"]);
    box_.write(MANIFEST, &manifest);
    box_.sync(&["gates", "--base", "HEAD", "--new-only"]).succeeds();
}

#[test]
fn the_lock_of_an_editor_is_no_source() {
    let box_ = whole();
    fs::create_dir_all(box_.ws("runtime/molt-runtime/src")).unwrap();
    symlink("me@host.123:456", box_.ws("runtime/molt-runtime/src/.#lib.rs")).unwrap();
    box_.sync(&["gates"]).succeeds();
    box_.sync(&REFRESH).succeeds();
}
