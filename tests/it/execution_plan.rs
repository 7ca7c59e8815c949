//! The execution order, with where each cluster stands.

use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{LOAD, Tree as _, mini},
};

const PLAN: &str = "docs/spec/areas/compat/0028_STDLIB_INTRINSICS_EXECUTION_PLAN.md";

fn workspace() -> Sandbox {
    let mut tree = mini();
    tree.module("os.py", &format!("import colorsys\n{LOAD}"));
    tree.module("colorsys.py", "x = 1\n");
    tree.write(
        PLAN,
        b"# Plan\n\n## Blocker-First Execution Order\n1. First cluster: `os`, `nosuch`.\n2. Second:\n   - `json`\n   - `xml.dom`\n3. Final hardening: set `intrinsic-partial == 0`.\n\n`os`: intrinsic-backed\n",
    );
    tree.write(
        "tests/differential/COVERAGE_INDEX.yaml",
        b"stdlib:\n  json:\n    tests:\n      - a/json_basic.py\n      - a/cpython312plus_api_gap_top_level_json_0a1b2c3d.py\n",
    );
    Sandbox::of(&tree)
}

fn json(sandbox: &Sandbox, more: &[&str]) -> Value {
    let ended = sandbox.sync(&[&["plan", "--format", "json"], more].concat()).succeeds();
    serde_json::from_str(&ended.out).unwrap()
}

#[test]
fn the_order_is_the_documents_and_the_status_the_trees() {
    let sandbox = workspace();
    let plan = json(&sandbox, &[]);
    let names: Vec<&str> = plan["clusters"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["First cluster", "Second", "Final hardening"]);
    let module = |cluster: usize, at: usize| plan["clusters"][cluster]["modules"][at].clone();
    let os = module(0, 0);
    assert_eq!((os["module"].as_str(), os["status"].as_str()), (Some("os"), Some("intrinsic-partial")));
    assert_eq!(os["blocked_by"], serde_json::json!(["colorsys"]));
    assert_eq!(os["intrinsics"], serde_json::json!(["molt_capabilities_has"]));
    assert!(os["missing_names"].is_null() && os["stub"] == false);
    assert!(module(0, 1)["status"].is_null());
    assert_eq!((module(1, 0)["step"].clone(), module(1, 1)["step"].clone()), (1.into(), 2.into()));
    assert_eq!(module(1, 0)["tests"], serde_json::json!({ "targeted": 1, "generated": 1 }));
    let next: Vec<&str> = plan["next"].as_array().unwrap().iter().map(|it| it["module"].as_str().unwrap()).collect();
    assert_eq!(next[..4], ["colorsys", "nosuch", "os", "json"], "{next:?}");
    assert_eq!(plan["final_gate"]["can_be_set"], false);
    assert_eq!(plan["source"], PLAN);
}

#[test]
fn without_a_document_the_order_is_that_of_molt() {
    let sandbox = workspace();
    sandbox.remove(PLAN);
    let plan = json(&sandbox, &["--next", "0"]);
    assert!(plan["source"].is_null() && plan["next"].as_array().unwrap().is_empty());
    assert_eq!(plan["clusters"][1]["modules"][0]["module"], "concurrent.futures");
    sandbox.write("docs/spec/areas/compat/plans/stdlib_lowering_plan.md", "## Execution order\n1. Only: `json`\n");
    assert_eq!(json(&sandbox, &[])["clusters"].as_array().unwrap().len(), 1, "the later place");
    sandbox.write("molt-sync.toml", "[paths]\nplan = \"docs/mine.md\"\n");
    sandbox.write("docs/mine.md", "## Execution order\n1. A: `os`\n2. B: `json`\n");
    assert_eq!(json(&sandbox, &[])["source"], "docs/mine.md");
}

#[test]
fn one_cluster_and_one_module_can_be_asked_for() {
    let sandbox = workspace();
    let plan = json(&sandbox, &["--cluster", "second"]);
    assert_eq!(plan["clusters"].as_array().unwrap().len(), 1);
    assert!(plan["next"].as_array().unwrap().iter().all(|it| it["cluster"] == "second"));
    sandbox.sync(&["plan", "--why", "colorsys"]).succeeds().says("os -> colorsys (first)");
    assert_eq!(json(&sandbox, &["--why", "os"])["why"]["blocker_chains"], serde_json::json!([["os", "colorsys"]]));
    sandbox.refuses(&["plan", "--cluster", "secnd"], 2, &["there is no cluster `secnd`", "did you mean `second`?"]);
    sandbox.refuses(&["plan", "--why", "jsn"], 2, &["the tree has no module `jsn`"]);
}

#[test]
fn progress_is_counted_by_cluster() {
    let sandbox = workspace();
    for arguments in [vec!["init", "-q"], vec!["add", "-A"], vec!["commit", "-qm", "x"]] {
        let own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        let ended = std::process::Command::new("git").args(own).args(arguments).current_dir(sandbox.ws("")).output();
        assert!(ended.unwrap().status.success());
    }
    sandbox.write(
        "tools/stdlib_full_coverage_manifest.py",
        "STDLIB_FULLY_COVERED_MODULES = (\"os\",)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {\"os\": (\"molt_capabilities_has\",)}\n",
    );
    let plan = json(&sandbox, &["--since", "HEAD"]);
    let first = &plan["clusters"][0];
    assert_eq!((first["modules_finished"].clone(), first["modules_finished_before"].clone()), (1.into(), 0.into()));
    sandbox.sync(&["plan", "--since", "HEAD"]).succeeds().says("1 of 2 finished, 0 at HEAD");
    assert!(json(&sandbox, &[])["clusters"][0]["modules_finished_before"].is_null());
}

#[test]
fn a_region_of_a_document_is_filled_from_the_plan() {
    let sandbox = Sandbox::with_series("3.13");
    sandbox.write(PLAN, "# Plan\n\n## Execution order\n1. First: `json`, `os`.\n");
    // whoever looks for what a template could state finds it, although nothing states it
    sandbox.sync(&["docs", "facts"]).succeeds().says("`molt-sync docs facts plan.next`");
    let list = sandbox.sync(&["docs", "facts", "--format", "json"]).succeeds();
    let list: serde_json::Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!(list["where-stated"][3]["id"], "plan.next");
    let next = sandbox.sync(&["docs", "facts", "plan.next"]).succeeds();
    assert!(next.out.starts_with("plan.next: ") && next.out.contains("`json`"), "{}", next.out);
    sandbox.sync(&["docs", "facts", "plan"]).succeeds().says("plan.clusters");
    sandbox.refuses(&["docs", "facts", "plan.nex"], 2, &["there is no fact `plan.nex`", "did you mean `plan.next`?"]);
    sandbox.refuses(&["docs", "facts", "landed.tranche"], 2, &["landed-since"]);
    sandbox.write("docs/order.md.j2", "{{ plan.checkpoint }}\n\n{{ plan.clusters }}\n");
    sandbox.write("molt-sync.toml", "[docs.blocks.order]\ntemplate = \"docs/order.md.j2\"\n");
    sandbox
        .write("docs/ours.md", "# Ours\n\n<!-- molt-sync:begin block=order -->\n<!-- molt-sync:end block=order -->\n");
    sandbox.sync(&["docs", "sync", "--take", "source"]).succeeds();
    let text = sandbox.read("docs/ours.md");
    assert!(text.contains("- First: 0 of 2 modules finished\n"), "{text}");
    assert!(text.contains("| `json` | intrinsic-partial | yes | 1 |"), "{text}");
    // a module more in the order makes the region stale
    sandbox.write(PLAN, "# Plan\n\n## Execution order\n1. First: `json`, `os`, `abc`.\n");
    assert_ne!(sandbox.sync(&["docs", "check"]).code, 0);
}

#[test]
fn a_tree_that_is_too_large_is_drawn_without_whole_chains_and_long_chains_are_told_in_part() {
    let sandbox = workspace();
    let leaves: String = (0..14).map(|it| format!("import z{it}\n")).collect();
    (0..14).for_each(|it| sandbox.write(&format!("src/molt/stdlib/z{it}.py"), ""));
    let names: Vec<String> = (0..2000).map(|it| format!("a{it}")).collect();
    for (name, next) in names.iter().zip(names.iter().skip(1).map(String::as_str).chain(["colorsys"])) {
        sandbox.write(&format!("src/molt/stdlib/{name}.py"), format!("import {next}\n{leaves}"));
    }
    sandbox.write(PLAN, format!("# Plan\n\n## Execution order\n1. First: `{}`.\n", names.join("` `")));
    for (format, comment, arrow) in [("dot", "  // ", "\"a7\" -> \"a8\";"), ("mermaid", "  %% ", "m8 --> m9")] {
        let drawn = sandbox.sync(&["plan", "--format", format]).succeeds().out;
        assert!(drawn.contains(&format!("\n{comment}the tree is too large for whole chains: ")), "{format}");
        assert!(drawn.contains(arrow) && !drawn.contains("z3"), "{format}");
    }
    let why = json(&sandbox, &["--why", "colorsys"]);
    let chains = why["why"]["chains"].as_array().unwrap();
    assert_eq!(chains.len(), 2000);
    let first: Vec<&str> = chains[0]["modules"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!((first[0], first[1], first[48], &first[49..]), ("a0", "a1", "a48", &["…", "colorsys"][..]));
    assert_eq!(chains[1960]["modules"].as_array().unwrap().len(), 41, "a short one is told whole");
}

#[test]
fn graphs_and_markdown_show_what_blocks_what() {
    let sandbox = workspace();
    let dot = sandbox.sync(&["plan", "--format", "dot"]).succeeds();
    assert!(dot.out.starts_with("digraph plan {") && dot.out.contains("\"os\" -> \"colorsys\";"), "{}", dot.out);
    let mermaid = sandbox.sync(&["plan", "--format", "mermaid"]).succeeds();
    assert!(mermaid.out.starts_with("flowchart LR") && mermaid.out.contains("m1 --> m5"), "{}", mermaid.out);
    sandbox.sync(&["plan", "--format", "markdown"]).succeeds().says("| `os` | intrinsic-partial | no | 1 |");
    let refused = sandbox.sync(&["gates", "--format", "dot"]);
    assert!(refused.code == 2 && refused.err.contains("[possible values: human, json, "), "{}", refused.err);
}
