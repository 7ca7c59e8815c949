//! Files that nobody should write, under the gates: a finding with its place or a clear error, and never a crash.

use std::{fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{ATTESTATION, BINDINGS, DOCUMENT, LANE, LOAD, MANIFEST, RATCHET, STD, TABLE, UNION, mini},
};

/// The findings of one gate, as `path:line:column: message`.
fn findings(box_: &Sandbox, gate: &str) -> Vec<String> {
    let ended = box_.sync(&["gates", "--only", gate, "--format", "json"]);
    assert!(ended.code == 1 && !ended.err.contains("panicked"), "{}\n{}", ended.out, ended.err);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    let text = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    let all = report["gates"][0]["findings"].as_array().unwrap().clone();
    let line = |it: &Value| {
        let place = ["path", "line", "column"].map(|key| text(&it[key])).join(":");
        format!("{}: {}", place.trim_start_matches("src/molt/stdlib/"), text(&it["message"]))
    };
    all.iter().map(line).collect()
}

fn with(path: &str, bytes: &[u8]) -> Sandbox {
    let box_ = Sandbox::of(&mini());
    box_.write(&format!("{STD}/{path}"), bytes);
    box_
}

#[test]
fn files_that_are_no_python_are_findings_with_their_place() {
    let deep = |open: &str| format!("{LOAD}x = {}\n", open.repeat(200_000));
    for (bytes, expected) in [
        (b"x = 1\ny = '\xff'\n".to_vec(), "this.py:2:6: byte 0xff is not UTF-8"),
        (b"# coding: latin-1\nx = '\xff'\n".to_vec(), "this.py:1:1: the file is in latin-1, not in UTF-8"),
        (b"# coding: nope\n".to_vec(), "this.py:1:1: the declared encoding nope is not known"),
        ([b"\xef\xbb\xbf", LOAD.as_bytes()].concat(), "this.py:1:1: the file begins with a byte order mark"),
        (b"x = 1\n\0\n".to_vec(), "this.py:2:1: there is a NUL byte"),
        (b"x = 1\nif x\n".to_vec(), "this.py:2:5: Expected `:`"),
        (deep("(").into_bytes(), "this.py:3:1: it is nested more than 32768 levels deep"),
        (deep("-").into_bytes(), "this.py:3:1: it is nested more than 32768 levels deep"),
        (deep("[").into_bytes(), "this.py:3:1: it is nested more than 32768 levels deep"),
        ("(".repeat(32_000).into_bytes(), "this.py:1:32001: "),
        (format!("x = {}1", "not ".repeat(32_000)).into_bytes(), ""),
    ] {
        let box_ = with("this.py", &bytes);
        if expected.is_empty() {
            box_.sync(&["gates", "--only", "source"]).succeeds();
            continue;
        }
        let found = findings(&box_, "source");
        assert!(found.len() == 1 && found[0].starts_with(expected), "{found:?}");
        // the rest goes on
        box_.sync(&["gates", "--skip", "source,zero-non-intrinsic,audit-document-current"]).succeeds();
    }
}

#[test]
fn a_large_file_is_judged_like_any_other() {
    let mut text = LOAD.repeat(110_000);
    text += "def f():\n    require_intrinsic('molt_nowhere')\n";
    assert!(text.len() > 10_000_000);
    let found = findings(&with("this.py", text.as_bytes()), "known-intrinsics");
    assert_eq!(found, ["this.py:220002:5: `molt_nowhere` is not in runtime/molt-runtime/src/intrinsics/manifest.pyi"]);
    let table = format!("{LOAD}x = [{}]\n", "(1, 'a'), ".repeat(300_000));
    with("this.py", table.as_bytes()).sync(&["gates"]).succeeds();
}

#[test]
fn what_stands_in_the_place_of_a_module_is_a_finding() {
    let box_ = Sandbox::of(&mini());
    fs::create_dir(box_.ws(&format!("{STD}/folder.py"))).unwrap();
    symlink("loop.py", box_.ws(&format!("{STD}/loop.py"))).unwrap();
    symlink("nowhere.py", box_.ws(&format!("{STD}/dangling.py"))).unwrap();
    symlink("..", box_.ws(&format!("{STD}/up"))).unwrap();
    let found = findings(&box_, "source");
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[3].contains("a link stands there that leads to no file"), "{found:?}");
    assert_eq!(found[0], "dangling.py:null:null: it cannot be read: it is a link to nothing");
    assert!(found[1].starts_with("folder.py:null:null: it cannot be read: is a directory"), "{found:?}");
    assert!(found[2].starts_with("loop.py:null:null: it cannot be read: Too many levels"), "{found:?}");
    let first = box_.sync(&["gates", "--molt-order"]);
    assert!(
        first.code == 1 && first.out.starts_with("Traceback (most recent call last):\n- src/molt/stdlib/dangling.py")
    );
}

#[test]
fn a_name_that_is_no_text_is_a_finding() {
    use std::os::unix::ffi::OsStrExt as _;
    let box_ = Sandbox::of(&mini());
    let name = std::ffi::OsStr::from_bytes(b"src/molt/stdlib/\xff.py");
    fs::write(box_.ws("").join(name), LOAD).unwrap();
    fs::create_dir(box_.ws(&format!("{STD}/a\\b"))).unwrap();
    fs::write(box_.ws(&format!("{STD}/a\\b/c.py")), "import _py_x\n").unwrap();
    let found = findings(&box_, "source");
    assert!(found.len() == 2 && found.iter().all(|it| it.contains("whose name is not clean UTF-8")), "{found:?}");
    assert!(found[0].contains("stdlib/a\\\\b\""), "{found:?}");
}

#[test]
fn two_files_of_one_dotted_name_are_both_judged() {
    let box_ = Sandbox::of(&mini());
    box_.write(&format!("{STD}/json.tool.py"), "import _py_x\n");
    assert_eq!(findings(&box_, "host-fallback"), ["json.tool.py:1:8: `_py_x` is imported"]);
}

#[test]
fn what_is_no_plain_file_is_not_read_and_what_is_elsewhere_is_not_shown() {
    let box_ = Sandbox::of(&mini());
    assert!(std::process::Command::new("mkfifo").arg(box_.ws(&format!("{STD}/fifo.py"))).status().unwrap().success());
    symlink("/dev/zero", box_.ws(&format!("{STD}/zero.py"))).unwrap();
    let secret = box_.file("secret", b"hush hush\n");
    symlink(secret, box_.ws(&format!("{STD}/link.py"))).unwrap();
    let ended = box_.sync(&["gates", "--only", "source"]);
    assert_eq!((ended.code, ended.out.matches("it is not a regular file").count()), (1, 1), "{}", ended.out);
    assert_eq!(ended.out.matches("leads out of the workspace").count(), 2, "{}", ended.out);
    assert!(ended.out.contains("link.py") && !ended.out.contains("hush"), "{}", ended.out);
}

#[test]
fn inputs_that_cannot_be_used_are_findings() {
    for (path, bytes, gate, expected) in [
        (RATCHET, &b"true"[..], "ratchet-file", "is not a JSON object"),
        (RATCHET, b"[1]", "ratchet-file", "is not a JSON object"),
        (RATCHET, b"{\"max_intrinsic_partial\": 873.0}", "ratchet-file", "has no whole number"),
        (RATCHET, b"{\"max_intrinsic_partial\": -1}", "ratchet-file", "has no whole number"),
        (RATCHET, b"{\"max_intrinsic_partial\": ", "ratchet-file", "is not JSON"),
        (RATCHET, b"\xff", "ratchet-file", "cannot read"),
        (UNION, b"x = (\n", "baseline", "does not parse: line"),
        (UNION, b"", "baseline", "has no tuple STDLIB_MODULE_UNION"),
        (UNION, b"\xff", "baseline", "cannot read"),
        (ATTESTATION, b"x = (\n", "attestation-file", "does not parse: line"),
        (ATTESTATION, b"\xff", "attestation-file", "cannot read"),
        (MANIFEST, b"\xff", "manifest", "cannot read"),
        (MANIFEST, b"def molt_capabilities_has(\n", "manifest-form", "does not end in"),
        (MANIFEST, b"", "manifest", "defines no intrinsic"),
        (BINDINGS, b"\xff", "bindings-stub", "cannot read"),
        (LANE, b"# \xff", "core-lane", "cannot read"),
        (
            LANE,
            b"tests/differential/basic/one.py\n../x.py\n",
            "core-lane",
            ":2:null: ../x.py: `../x.py` is not a clean",
        ),
        (LANE, b"gone.py\n", "core-lane", ":1:null: gone.py: there is no such file"),
    ] {
        let box_ = Sandbox::of(&mini());
        box_.write(path, bytes);
        let found = findings(&box_, gate);
        assert!(found.len() == 1 && found[0].contains(expected), "{path}: {found:?}");
    }
    for (path, gate) in
        [(RATCHET, "ratchet-file"), (UNION, "baseline"), (ATTESTATION, "attestation-file"), (MANIFEST, "manifest")]
    {
        let box_ = Sandbox::of(&mini());
        fs::remove_file(box_.ws(path)).unwrap();
        assert_eq!(findings(&box_, gate), [format!("{path}:null:null: there is no {path}")]);
    }
}

#[test]
fn what_stands_in_the_place_of_an_input_is_a_finding() {
    for (path, gate) in [
        (LANE, "core-lane"),
        (BINDINGS, "bindings-stub"),
        (TABLE, "bindings-table"),
        (DOCUMENT, "audit-document"),
        (MANIFEST, "manifest"),
        (RATCHET, "ratchet-file"),
        (UNION, "baseline"),
        (ATTESTATION, "attestation-file"),
    ] {
        let box_ = Sandbox::of(&mini());
        fs::remove_file(box_.ws(path)).unwrap();
        fs::create_dir(box_.ws(path)).unwrap();
        assert_eq!(findings(&box_, gate), [format!("{path}:null:null: cannot read {path}: is a directory")]);
    }
    // the file that Molt keeps it in today does not stand in for one that is there and cannot be read
    let box_ = Sandbox::of(&mini());
    box_.write("docs/spec/areas/compat/surfaces/stdlib/stdlib_intrinsics_audit.generated.md", box_.read(DOCUMENT));
    box_.sync(&["gates", "--only", "audit-document"]).succeeds();
    fs::remove_file(box_.ws(DOCUMENT)).unwrap();
    box_.sync(&["gates", "--only", "audit-document"]).succeeds();
    fs::create_dir(box_.ws(DOCUMENT)).unwrap();
    assert_eq!(findings(&box_, "audit-document").len(), 1);
}

#[test]
fn a_folder_without_a_tree_is_a_finding_where_it_was_named() {
    let box_ = Sandbox::empty();
    fs::create_dir(box_.ws("")).unwrap();
    let ended = box_.run(&["-C", "ws", "gates", "--molt-order"]);
    assert_eq!(ended.code, 1);
    let line = ended.out.lines().next().unwrap();
    assert!(line.starts_with("stdlib root missing: /") && line.ends_with("/ws/src/molt/stdlib"), "{line}");
    let ended = box_.sync(&["gates"]);
    assert!(ended.code == 2 && ended.err.contains("is not a molt-sync workspace"), "{}", ended.err);
}

#[test]
fn what_the_tree_must_have_is_not_judged_by_a_damaged_baseline() {
    let box_ = Sandbox::of(&mini());
    box_.remove(UNION);
    for (text, words) in [("{", "line 1"), ("{\"schema\": 1}", "missing field"), ("\u{0}", "line 1")] {
        box_.write("baselines/3.14.json", text);
        let found = findings(&box_, "recorded-union");
        assert!(
            found.len() == 1
                && found[0].starts_with("baselines/3.14.json:null:null: cannot read baselines/3.14.json: "),
            "{found:?}"
        );
        assert!(found[0].contains(words), "{found:?}");
        assert_eq!(findings(&box_, "baseline").len(), 1);
        let words = ["cannot judge 1 gate that --only names", "what the tree must have is not known"];
        for gate in ["top-level-coverage", "submodule-coverage", "package-kind", "subpackage-kind"] {
            box_.refuses(&["gates", "--only", gate], 2, &words);
        }
    }
    box_.remove("baselines/3.14.json");
    assert_eq!(box_.sync(&["gates", "--only", "baseline"]).code, 1, "that there is no union is a finding");
}

#[test]
fn a_union_that_is_only_read_in_part_vouches_for_nothing() {
    let sandbox = Sandbox::with_series("3.13,3.14");
    let whole = sandbox.read(UNION);
    sandbox.sync(&["gates"]).succeeds();
    for (from, to, words) in [
        // a name that is gone from all of it
        (
            "STDLIB_PY_PACKAGES_BY_VERSION",
            "STDLIB_PY_PACKAGES_BY_SERIES",
            "it has no dictionary STDLIB_PY_PACKAGES_BY_VERSION",
        ),
        ("        \"json\",\n", "        \"json\",\n        \"z z\",\n", "it lists `z z`, which is not a module name"),
    ] {
        assert!(whole.contains(from), "{whole}");
        sandbox.write(UNION, whole.replace(from, to).replace("    \"this\",\n", ""));
        let ended = sandbox.sync(&["gates"]);
        assert!(ended.code == 1 && ended.out.contains("recorded-union") && ended.out.contains(words), "{}", ended.out);
    }
}
