//! Managed regions: patched by `refresh`, put in by `docs adopt`, and a person's words are safe.

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox};

const REFRESH: [&str; 8] = ["refresh", "3.14", "--mirror", "../mirror", "--sign-off", "me", "--reason", "more"];

fn sandbox() -> Sandbox {
    let box_ = Sandbox::with_whole_series("3.14");
    let release = Release::whole("3.14", "3.14.99").with("json.newer", ModuleKind::Module).without("wave");
    box_.publish("3.14.99", "tgz", &release.tgz());
    box_
}

#[test]
fn a_refresh_changes_what_stands_in_regions_and_nothing_else() {
    let box_ = sandbox();
    let around = |text: &str| {
        let (before, rest) = text.split_once("<!-- molt-sync:begin").unwrap();
        let (_, after) = rest.split_once("<!-- molt-sync:end").unwrap();
        format!("{before}|{after}")
    };
    let docs = ["docs/spec/STATUS.md", "ROADMAP.md", "docs/OPERATIONS.md"];
    for doc in docs {
        let text = box_.read(doc) + "\nMine: 3.14 and `733` and\ttabs  \r\nno final newline";
        box_.write(doc, text.replace("# ", "#  "));
    }
    let before = docs.map(|doc| box_.read(doc));
    box_.sync(&REFRESH).succeeds();
    for (doc, before) in docs.iter().zip(&before) {
        let after = box_.read(doc);
        assert_ne!(after, *before, "{doc}");
        assert_eq!(around(&after), around(before), "{doc}");
    }
    let status = box_.read(docs[0]);
    assert!(status.contains("release 3.14.99,"), "{status}");
    assert!(status.contains("- Last change: CPython 3.14.99 after 3.14.10 [assembled, not from a release]: 1 names added, 1 removed, 0 changed"), "{status}");
    assert!(
        box_.read(docs[1]).contains("- Stubs created: `json.newer`\n- Stubs retired: `wave`\n"),
        "{}",
        box_.read(docs[1])
    );
    assert!(box_.read(docs[2]).contains("molt-sync refresh 3.14 --dry-run\n"));
}

#[test]
fn a_persons_words_in_a_region_stop_the_run() {
    let box_ = sandbox();
    let status = box_.read("docs/spec/STATUS.md");
    box_.write("docs/spec/STATUS.md", status.replace("- Union of", "- (see the wiki) Union of"));
    box_.refuses(&REFRESH, 3, &["docs/spec/STATUS.md:5: block `stdlib-status` was edited by hand"]);
    // a person says whose words count
    let taken = |side: &str| {
        let take = format!("{side}=docs/spec/STATUS.md");
        box_.sync(&[&REFRESH[..], &["--take", &take]].concat()).succeeds();
        let text = box_.read("docs/spec/STATUS.md");
        box_.sync(&["undo"]).succeeds();
        text
    };
    let edited = box_.read("docs/spec/STATUS.md");
    assert_eq!(taken("ours"), edited);
    let theirs = taken("theirs");
    assert!(theirs.contains("release 3.14.99,") && !theirs.contains("wiki"), "{theirs}");
    box_.refuses(&[&REFRESH[..], &["--take", "merge=docs/spec/STATUS.md"]].concat(), 2, &["the history of a file"]);
    for (take, why) in
        [("both=a", "none of ours, theirs and merge"), ("a", "ours=PATH"), ("ours=../a", "clean relative")]
    {
        let ended = box_.sync(&[&REFRESH[..], &["--take", take]].concat());
        assert!(ended.code == 2 && ended.err.contains(why), "{}", ended.err);
    }
    // another layout of the same words is nobody's edit
    box_.write("docs/spec/STATUS.md", status.replace("\n- ", "\n* "));
    box_.sync(&REFRESH).succeeds();
}

#[test]
fn a_persons_words_are_carried_over_to_the_new_ones() {
    let box_ = sandbox();
    let git = |args: &[&str]| crate::changes::git(&box_, args);
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "start"]);
    let (path, merge) = ("docs/spec/STATUS.md", ["--take", "merge=docs/spec/STATUS.md"]);
    let merge = [&REFRESH[..], &merge].concat();
    let status = box_.read(path);
    let edit = |from: &str, to: &str| {
        box_.write(path, status.replace(from, to));
        git(&["commit", "-q", "-a", "-m", "mine"]);
    };
    edit("release 3.14.10", "the release of winter, 3.14.10");
    box_.refuses(&merge, 3, &["cannot be merged: both sides changed the same lines"]);
    edit("## Standard library in step", "## Our standard library in step");
    box_.sync(&merge).succeeds();
    let text = box_.read(path);
    assert!(text.contains("## Our standard library in step") && text.contains("release 3.14.99,"), "{text}");
    // they are a person's still
    let ended = box_.sync(&["docs", "check", path]);
    assert!(ended.code == 3 && ended.out.contains("a person changed it"), "{}\n{}", ended.out, ended.err);
}

#[test]
fn a_baseline_that_a_person_edited_is_not_written_over() {
    let box_ = sandbox();
    let path = "baselines/3.14.json";
    let text = box_.read(path);
    box_.write(
        path,
        text.replacen("    \"abc\",\n", "    \"abc\",\n    \"abd\",\n", 1).replacen(
            "    \"abc\": ",
            "    \"abd\": {\"kind\":\"module\",\"path\":\"Lib/abd.py\"},\n    \"abc\": ",
            1,
        ),
    );
    box_.refuses(&REFRESH, 3, &["was edited by hand", path, "--take theirs=baselines/3.14.json"]);
    box_.refuses(&[&REFRESH[..], &["--take", "ours=baselines/3.14.json"]].concat(), 3, &["was edited by hand"]);
    box_.sync(&[&REFRESH[..], &["--take", "theirs=baselines/3.14.json"]].concat()).succeeds();
    assert!(!box_.read(path).contains("abd"));
}

#[test]
fn broken_markers_stop_the_run() {
    for (from, to, word) in [
        ("<!-- molt-sync:end block=stdlib-status -->", "", "never ends"),
        ("molt-sync:begin block=stdlib-status", "molt-sync:begin blok=stdlib-status", "unknown part"),
        ("block=stdlib-status -->", "block=other -->", "ends where"),
    ] {
        let box_ = sandbox();
        let status = box_.read("docs/spec/STATUS.md");
        box_.write("docs/spec/STATUS.md", status.replace(from, to));
        box_.refuses(&REFRESH, 3, &["cannot patch docs/spec/STATUS.md: line", word]);
    }
}

#[test]
fn adopt_adds_a_region_to_an_existing_document() {
    let box_ = sandbox();
    let mine = "# Mine\n\n## One\n\ntext\n\n## Two\n\nlast line without an end";
    for doc in ["docs/spec/STATUS.md", "ROADMAP.md", "docs/OPERATIONS.md"] {
        box_.write(doc, mine);
    }
    box_.sync(&REFRESH)
        .succeeds()
        .says("docs/spec/STATUS.md has no region `stdlib-status`; `molt-sync docs adopt` adds it");
    assert_eq!(box_.read("ROADMAP.md"), mine);
    let dry = box_.sync(&["docs", "adopt", "--dry-run"]).succeeds();
    assert!(dry.out.starts_with("diff --git a/ROADMAP.md") && box_.read("ROADMAP.md") == mine);
    box_.sync(&["docs", "adopt", "--block", "stdlib-status", "--after", "## One"]).succeeds();
    let status = box_.read("docs/spec/STATUS.md");
    assert!(
        status.starts_with("# Mine\n\n## One\n\ntext\n\n<!-- molt-sync:begin block=stdlib-status sum=1-"),
        "{status}"
    );
    assert!(status.ends_with("\n\n## Two\n\nlast line without an end"), "{status}");
    box_.sync(&["docs", "adopt"])
        .succeeds()
        .says("STATUS.md: block `stdlib-status` is there already")
        .says("ROADMAP.md: block `stdlib-growth` added");
    assert!(box_.read("ROADMAP.md").starts_with(mine));
    let before = box_.snapshot();
    box_.sync(&REFRESH).succeeds().says("no byte was changed");
    assert!(before == box_.snapshot());
    box_.refuses(&["docs", "adopt", "--block", "nope"], 2, &["there is no block `nope`"]);
}

#[test]
fn the_audit_document_keeps_its_prose() {
    let box_ = sandbox();
    let path = "docs/spec/areas/compat/0016_STDLIB_INTRINSICS_AUDIT.md";
    let own = box_.read(path).replace("## Rules", "## Rules of `our` own: `5`\n\n- `json`: `kept`\n");
    box_.write(path, &own);
    box_.sync(&REFRESH).succeeds();
    let after = box_.read(path);
    let gone: Vec<_> = own.lines().filter(|line| !after.contains(line)).collect();
    assert_eq!(gone, ["- `wave`"]);
    assert!(after.contains("- `json.newer`\n") && after.contains("- `json`: `kept`\n"));
    box_.write(path, "# Something else\n");
    box_.refuses(
        &["refresh", "3.14", "--mirror", "../mirror"],
        3,
        &["cannot patch docs/spec/areas/compat", "0 generated counts"],
    );
}
