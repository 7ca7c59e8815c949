//! What was converted between two revisions.

use std::process::Command;

use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{LOAD, Tree as _, mini},
};

fn git(sandbox: &Sandbox, arguments: &[&str]) {
    let ended = Command::new("git")
        .current_dir(sandbox.ws(""))
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

fn commit(sandbox: &Sandbox, tag: &str) {
    git(sandbox, &["add", "-A"]);
    git(sandbox, &["commit", "-qm", tag]);
    git(sandbox, &["tag", tag]);
}

#[test]
fn nothing_is_said_of_attestations_where_one_end_has_none() {
    const CHECKER: &str = "tools/check_stdlib_intrinsics.py";
    const ATTESTATION: &str = "tools/stdlib_full_coverage_manifest.py";
    const JUDGE: &str = "STATUS_INTRINSIC = \"intrinsic-backed\"\nSTATUS_INTRINSIC_PARTIAL = \"intrinsic-partial\"\nSTATUS_PROBE_ONLY = \"probe-only\"\nSTATUS_PYTHON_ONLY = \"python-only\"\n\n\ndef main():\n    return 0\n";
    let sandbox = Sandbox::of(&mini());
    sandbox.write(CHECKER, JUDGE);
    sandbox.remove(ATTESTATION);
    git(&sandbox, &["init", "-q"]);
    commit(&sandbox, "one");
    sandbox.remove(CHECKER);
    sandbox.write(
        ATTESTATION,
        "STDLIB_FULLY_COVERED_MODULES = (\"os\",)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {\"os\": (\"molt_capabilities_has\",)}\n",
    );
    sandbox.write("src/molt/stdlib/abc.py", format!("{LOAD}require_intrinsic(\"molt_json_dumps\", globals())\n"));
    let told = sandbox.sync(&["landed", "--since", "one"]).succeeds().out;
    assert!(told.contains("  abc: ") && !told.contains("attested"), "{told}");
}

#[test]
fn what_landed_is_told_from_git_and_from_the_tree() {
    let mut tree = mini();
    tree.write("tests/differential/COVERAGE_INDEX.yaml", b"stdlib:\n  copy:\n    tests:\n      - a/b.py\n");
    let sandbox = Sandbox::of(&tree);
    git(&sandbox, &["init", "-q"]);
    commit(&sandbox, "one");
    sandbox.write("src/molt/stdlib/copy.py", format!("{LOAD}require_intrinsic(\"molt_json_dumps\", globals())\n"));
    sandbox.write("src/molt/stdlib/abc.py", format!("{LOAD}x = 1\n"));
    sandbox.write(
        "tests/differential/COVERAGE_INDEX.yaml",
        "stdlib:\n  copy:\n    tests:\n      - a/b.py\n      - tests/differential/stdlib/copy_more.py\n",
    );
    sandbox.write("tests/differential/stdlib/copy_more.py", "import copy\n");
    commit(&sandbox, "two");
    sandbox.write(
        "tools/stdlib_full_coverage_manifest.py",
        "STDLIB_FULLY_COVERED_MODULES = (\"os\",)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {\"os\": (\"molt_capabilities_has\",)}\n",
    );
    let json = |arguments: &[&str]| -> Value {
        let all = [&["landed", "--format", "json"], arguments].concat();
        serde_json::from_str(&sandbox.sync(&all).succeeds().out).unwrap()
    };
    let found = json(&["--since", "one", "--until", "two"]);
    let modules: Vec<&str> =
        found["modules"].as_array().unwrap().iter().map(|it| it["module"].as_str().unwrap()).collect();
    assert_eq!(modules, ["copy"]);
    assert_eq!(found["modules"][0]["intrinsics"]["gained"], serde_json::json!(["molt_json_dumps"]));
    assert_eq!(found["modules"][0]["tests"], serde_json::json!(["tests/differential/stdlib/copy_more.py"]));
    assert_eq!(found["changed_otherwise"], serde_json::json!(["abc"]));
    assert_eq!(found["tests"], serde_json::json!(["tests/differential/stdlib/copy_more.py"]));
    let found = json(&["--since", "two"]);
    let os = &found["modules"][0];
    assert_eq!((os["module"].as_str(), os["status"]["after"].as_str()), (Some("os"), Some("intrinsic-backed")));
    assert_eq!(os["attested"], serde_json::json!({ "before": false, "after": true }));
    let words = sandbox.sync(&["landed", "--since", "one", "--format", "markdown"]).succeeds();
    assert!(words.out.contains("- `copy`: 1 intrinsic more: molt_json_dumps; 1 test more"), "{}", words.out);
    assert!(words.out.contains("- `os`: intrinsic-backed instead of intrinsic-partial; attested"), "{}", words.out);
    // a day stands for its last commit
    assert_eq!(json(&["--since", "2090-01-01"])["since"]["commit"], json(&["--since", "two"])["since"]["commit"]);
    sandbox.refuses(&["landed", "--since", "1999-01-01"], 2, &["there is no commit of 1999-01-01"]);
    // git would take an expression there, and with one all memory
    for search in ["HEAD^{/((a{1,255}){1,255}){1,255}x}", ":/start", "^main"] {
        sandbox.refuses(&["landed", "--since", search], 2, &["cannot", search]);
    }
    let plan = sandbox.sync(&["plan", "--since", "one", "--format", "json"]).succeeds();
    let plan: Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["since"]["modules"].as_array().unwrap().len(), 2);
    let words = sandbox.sync(&["plan", "--since", "one"]).succeeds();
    assert!(words.out.contains("from one to the tree as it is: 2 modules changed"), "{}", words.out);
    sandbox.refuses(&["landed", "--since", "nosuch"], 2, &["nosuch"]);
    assert_eq!(sandbox.sync(&["landed"]).code, 2);
}

#[test]
fn a_module_that_cannot_be_read_is_no_work() {
    let sandbox = Sandbox::with_series("3.13");
    git(&sandbox, &["init", "-q"]);
    commit(&sandbox, "one");
    sandbox.write("src/molt/stdlib/copy.py", [LOAD.as_bytes(), b"\xff\0junk\n"].concat());
    sandbox.write("src/molt/stdlib/colorsys.py", "def f(:\n");
    sandbox.write("src/molt/stdlib/antigravity.py", format!("{LOAD}def work():\n    return 1\n"));
    let told = sandbox.sync(&["landed", "--since", "one"]).succeeds().out;
    assert!(told.contains("1 from stub to work, 2 not readable"), "{told}");
    for line in [
        "  copy: not readable instead of intrinsic-partial\n",
        "  colorsys: not readable instead of intrinsic-partial\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let told: Value =
        serde_json::from_str(&sandbox.sync(&["landed", "--since", "one", "--format", "json"]).succeeds().out).unwrap();
    assert_eq!(told["converted"], serde_json::json!(["antigravity"]));
    // and back again nothing is known of what it was
    commit(&sandbox, "two");
    git(&sandbox, &["checkout", "-q", "one", "--", "src/molt/stdlib/colorsys.py"]);
    let told = sandbox.sync(&["landed", "--since", "two"]).succeeds().out;
    assert!(
        told.contains("0 from stub to work") && told.contains("colorsys: intrinsic-partial instead of not readable\n"),
        "{told}"
    );
}

#[test]
fn a_region_of_a_document_tells_what_landed() {
    let sandbox = Sandbox::with_series("3.13");
    sandbox.write("docs/landed.md.j2", "{{ landed.tranche }}\n");
    let settings = "[docs.blocks.landed]\ntemplate = \"docs/landed.md.j2\"\n";
    sandbox.write("molt-sync.toml", format!("[docs]\nlanded-since = \"one\"\n\n{settings}"));
    let region = "<!-- molt-sync:begin block=landed -->\n<!-- molt-sync:end block=landed -->\n";
    sandbox.write("docs/ours.md", format!("# Ours\n\n## Landed in this tranche\n\n{region}"));
    git(&sandbox, &["init", "-q"]);
    commit(&sandbox, "one");
    sandbox.write("src/molt/stdlib/copy.py", format!("{LOAD}require_intrinsic(\"molt_json_dumps\", globals())\n"));
    sandbox.sync(&["docs", "sync", "--take", "source"]);
    let text = sandbox.read("docs/ours.md");
    assert!(text.contains("from one to the tree as it is: 1 module changed"), "{text}");
    assert!(text.contains("- `copy`: ") && text.contains("molt_json_dumps"), "{text}");
    // the next module makes it stale
    let states = |of: &str| sandbox.sync(&["docs", "check"]).out.contains(of);
    assert!(!states("docs/ours.md"), "{}", sandbox.sync(&["docs", "check"]).out);
    sandbox.write("src/molt/stdlib/abc.py", format!("{LOAD}require_intrinsic(\"molt_json_dumps\", globals())\n"));
    assert!(states("docs/ours.md"));
    // without a revision, or with one that git does not have, nothing is made up
    for (head, words) in [("", "name the revision to begin at"), ("[docs]\nlanded-since = \"nosuch\"\n\n", "nosuch")] {
        sandbox.write("molt-sync.toml", format!("{head}{settings}"));
        let ended = sandbox.sync(&["docs", "check"]);
        assert!(ended.code != 0 && ended.out.contains(words), "{}{}", ended.out, ended.err);
    }
}

#[test]
fn names_of_the_workspace_are_no_links_and_close_nothing() {
    let sandbox = Sandbox::of(&mini());
    git(&sandbox, &["init", "-q"]);
    commit(&sandbox, "one");
    let names =
        ["molt_a, fixes https://forge.example/o/r/issues/3", "molt_b` [see](https://forge.example/y) `c", "molt_c"];
    let loads: String = names.iter().map(|it| format!("require_intrinsic(\"{it}\", globals())\n")).collect();
    sandbox.write("src/molt/stdlib/copy.py", format!("{LOAD}{loads}"));
    commit(&sandbox, "two");
    for arguments in [&["landed", "--since", "one"][..], &["plan", "--since", "one"], &["accept", "copy"]] {
        let said = sandbox.sync(&[arguments, &["--format", "markdown"]].concat()).out;
        assert!(said.contains("molt_c"), "{said}");
        // what is left when the code spans are taken away
        let mut words = String::new();
        for part in pulldown_cmark::Parser::new_ext(&said, pulldown_cmark::Options::ENABLE_TABLES) {
            match part {
                pulldown_cmark::Event::Text(text) => words += &text,
                pulldown_cmark::Event::Start(pulldown_cmark::Tag::Link { dest_url, .. }) => {
                    panic!("{dest_url}: {said}")
                }
                _ => {}
            }
        }
        assert!(!words.contains("://") && !words.contains('`'), "{words}\n{said}");
    }
}
