//! Public names of which nobody can say whether they are missing: where a module's own text does not show what it binds, and where
//! CPython's cannot be read.

use crate::{
    changes::git,
    interfaces::packed_with,
    public_names::{SHIM, SHIM_FILE, json, mirror, workspace},
    support::{
        Sandbox,
        tree::{LOAD, Tree as _, mini},
    },
};

/// What keeps a module from showing what it binds.
const HIDING: [&str; 3] = ["from nowhere import *\n", "globals().update(_names())\n", "def f(:\n"];

#[test]
fn names_that_come_to_be_not_counted_are_no_progress() {
    let sandbox = workspace("def dumps(obj): pass\ndef loads(text): pass\n");
    let mirror = mirror(&sandbox);
    let tighten = |more: &[&str]| sandbox.sync(&[&["surface", "--tighten", "--mirror", &mirror], more].concat());
    tighten(&[]).succeeds();
    let settings = sandbox.read("molt-sync.toml");
    let missing: u64 = settings.trim().rsplit_once(' ').unwrap().1.parse().unwrap();
    sandbox.sync(&["gates", "--only", "surface-kept"]).succeeds();
    for line in HIDING {
        // one name less is there, and that `loads` is missing is hidden
        sandbox.write(SHIM_FILE, SHIM.replace("def dumps", "def _dumps"));
        assert_eq!(sandbox.sync(&["gates", "--only", "surface-kept"]).code, 1);
        sandbox.write(SHIM_FILE, SHIM.replace("def dumps", "def _dumps") + line);
        let words = format!("{} public names missing, and 2 more could not be counted", missing - 1);
        let (most, hint) = ("may be 1 more than surface.max_missing", "let the modules show what they bind");
        sandbox.refuses(&["gates", "--only", "surface-kept"], 2, &[&words, most, "most of those in this (2)"]);
        // a text that does not parse is a finding of another gate
        if line != HIDING[2] {
            let all = ["gates", "--skip", "attested-modules,recorded-union"];
            let ended = sandbox.sync(&all);
            assert_eq!(ended.code, 2);
            for word in ["cannot judge surface-kept: ", &words, most, hint] {
                assert!(ended.err.contains(word), "{word}: {}", ended.err);
            }
        }
        sandbox.refuses(
            &["surface", "--tighten", "--mirror", &mirror],
            2,
            &["cannot tighten surface.max_missing", "2 more could not be counted, 1 more together than", hint],
        );
        assert_eq!(sandbox.read("molt-sync.toml"), settings);
        let told = sandbox.sync(&["surface", "--mirror", &mirror]).succeeds();
        told.says("and 2 more could not be counted, 1 more together");
    }
    // what is bound all the same is counted, and the number covers the rest
    sandbox.write(SHIM_FILE, format!("{SHIM}from nowhere import *\n"));
    sandbox.sync(&["gates", "--only", "surface-kept"]).succeeds();
    tighten(&[]).succeeds().says(&format!("surface.max_missing stays at {missing}; 1 name of it could not be counted"));
    sandbox.sync(&["surface", "--mirror", &mirror]).succeeds().says(&format!("is {missing}: no room"));
    sandbox.write("molt-sync.toml", "");
    tighten(&[]).succeeds().says(&format!("surface.max_missing is {missing} now"));
    assert_eq!(sandbox.read("molt-sync.toml").trim(), settings.trim());
}

#[test]
fn a_finding_that_hides_names_is_larger_than_the_one_at_the_base() {
    let sandbox = workspace("def dumps(obj): pass\ndef loads(text): pass\n");
    let (found, _) = json(&sandbox, &["surface"]);
    let most = found["totals"]["missing"].as_u64().unwrap() - 3;
    sandbox.write("molt-sync.toml", format!("[surface]\nmax_missing = {most}\n"));
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "x"]);
    let new = ["gates", "--only", "surface-kept", "--base", "HEAD", "--new-only"];
    sandbox.sync(&new).succeeds();
    sandbox.write(SHIM_FILE, format!("{SHIM}from nowhere import *\n"));
    sandbox.sync(&new).succeeds();
    sandbox.write(SHIM_FILE, SHIM.replace("def dumps", "def _dumps") + "from nowhere import *\n");
    assert_eq!(sandbox.sync(&new).code, 1);
}

/// A tree in which `copy` is attested, with this text.
fn attested(text: &str) -> Sandbox {
    let mut tree = mini();
    tree.module("copy.py", text);
    tree.attest("'copy', ", "'copy': (), ");
    Sandbox::of(&tree)
}

#[test]
fn an_attested_module_whose_names_nobody_counted_is_no_pass() {
    let whole = format!("{LOAD}def copy(x): pass\ndef deepcopy(x): pass\n");
    let files = [("Lib/copy.py", "def copy(x): pass\ndef deepcopy(x): pass\nif f():\n    rare = 1\n")];
    let archive = packed_with("3.13.80", &files);
    let check = |sandbox: &Sandbox, sources: &[&str]| {
        let sources = sources.iter().flat_map(|it| ["--source", it]);
        let args: Vec<&str> = ["surface", "--attested"].into_iter().chain(sources).collect();
        sandbox.sync(&args)
    };
    // that a build may or may not have a name does not hide it
    let sandbox = attested(&whole);
    let good = sandbox.file("good.tgz", &archive);
    check(&sandbox, &[&good]).succeeds().says("1 unknown");
    // nor does it matter what a module that binds all of them does besides
    sandbox.write("src/molt/stdlib/copy.py", format!("{whole}from nowhere import *\n"));
    check(&sandbox, &[&good]).succeeds();
    for line in HIDING {
        sandbox.write("src/molt/stdlib/copy.py", format!("{LOAD}def copy(x): pass\n{line}"));
        let ended = check(&sandbox, &[&good]);
        assert_eq!(ended.code, 2, "{line}: {}", ended.out);
        assert!(ended.err.contains("which names these attested modules lack was not looked at: copy"), "{}", ended.err);
        // who asks for no verdict gets none
        sandbox.sync(&["surface", "copy", "--source", &good]).succeeds();
    }
    // the text of CPython that cannot be read, be it that of one series
    let sandbox = attested(&whole);
    let bad = sandbox.file("bad.tgz", &packed_with("3.13.80", &[("Lib/copy.py", "def f(:\n")]));
    let older = sandbox.file("older.tgz", &packed_with("3.12.80", &files));
    for sources in [&[&bad[..]][..], &[&bad, &older], &[&older, &bad]] {
        let ended = check(&sandbox, sources);
        assert_eq!(ended.code, 2, "{sources:?}: {}", ended.out);
        assert!(ended.err.contains("was not looked at: copy"), "{}", ended.err);
    }
    check(&sandbox, &[&older]).succeeds();
}
