//! One cause, one message, and a hint that leads on: branches, plans, undo, budgets, settings, interpreters.

use molt_sync::stdlib::ModuleKind;
use serde_json::Value;

use crate::{
    changes::{committed, git, refresh},
    support::{Release, Sandbox},
};

#[test]
fn a_branch_that_cannot_be_made_says_why() {
    let sandbox = committed();
    git(&sandbox, &["branch", "taken"]);
    git(&sandbox, &["branch", "deep/er"]);
    for (branch, code, words) in [
        ("taken", 3, &["there is such a branch already", "git switch taken", "git branch -D taken"][..]),
        ("main", 3, &["there is such a branch already", "--commit"]),
        ("deep", 3, &["the branch deep/er is there"]),
        ("taken/more", 3, &["the branch taken is there"]),
        ("a b", 2, &["git takes no such name"]),
        ("x..y", 2, &["git takes no such name"]),
        ("@", 2, &["git takes no such name"]),
        ("0123456789012345678901234567890123456789", 2, &["git takes no such name"]),
    ] {
        for more in [&[][..], &["--worktree"]] {
            let args = refresh(&[&["--branch", branch][..], more].concat());
            sandbox.refuses(&args, code, words);
            let ended = sandbox.sync(&args);
            assert!(!ended.err.contains("shallow"), "{}", ended.err);
        }
    }
}

#[test]
fn a_run_says_where_its_change_is_and_what_comes_next() {
    let sandbox = committed();
    let ended = sandbox.sync(&refresh(&["--patch", "../a b.patch", "--report", "../r.md"])).succeeds();
    let ended = ended
        .says("note: the patch is in '../a b.patch', and nothing was applied: `git -C ")
        .says("the report is in ../r.md");
    // the command that it names does it
    let command = ended.out.split("nothing was applied: `").nth(1).unwrap().split('`').next().unwrap();
    let status = std::process::Command::new("sh").args(["-c", command]).status().unwrap();
    assert!(status.success() && sandbox.ws("src/molt/stdlib/json/newer.py").exists(), "{command}");
    git(&sandbox, &["reset", "-q", "--hard"]);
    git(&sandbox, &["clean", "-fdq"]);
    let full = sandbox.root().canonicalize().unwrap().join("p.json");
    let words = format!("the plan is in ../p.json, and nothing was applied: `molt-sync apply {}`", full.display());
    sandbox.sync(&refresh(&["--plan", "../p.json"])).succeeds().says(&words);
    let ended = sandbox.sync(&["apply", "../p.json", "--branch", "by-plan"]).succeeds();
    assert!(ended.err.contains("on the new branch by-plan, which is checked out now; `git switch -`"), "{}", ended.err);
    git(&sandbox, &["switch", "-q", "-"]);
    assert_eq!(git(&sandbox, &["branch", "--show-current"]), "main\n");
    sandbox
        .sync(&refresh(&["--branch", "by-run"]))
        .succeeds()
        .says("on the new branch by-run, which is checked out now");
    let ended = sandbox.sync(&refresh(&["--branch", "nothing"])).succeeds();
    ended.says("nothing to commit, so that the branch nothing was not made");
    git(&sandbox, &["switch", "-q", "main"]);
    let ended = sandbox.sync(&refresh(&["--worktree", "--branch", "beside"])).succeeds();
    assert!(ended.err.contains("the commit is on the new branch beside, and this checkout stays"), "{}", ended.err);
}

#[test]
fn what_an_earlier_run_wrote_and_nobody_committed_is_named_where_nothing_new_comes() {
    let sandbox = committed();
    sandbox.sync(&refresh(&[])).succeeds();
    let ended = sandbox.sync(&refresh(&["--commit"])).succeeds();
    let ended =
        ended.says("there is nothing new to commit; ").says(" that molt-sync wrote before are not committed: `");
    let command = ended.out.split("are not committed: `").nth(1).unwrap().split('`').next().unwrap();
    assert!(command.starts_with("git add -- ") && command.contains("baselines/3.13.json"), "{command}");
    let elsewhere = refresh(&["--branch", "later", "-C", "ws"]);
    let elsewhere: Vec<&str> = elsewhere.iter().map(|it| it.strip_prefix("../").unwrap_or(it)).collect();
    let elsewhere = sandbox.run(&elsewhere).succeeds().says("so that the branch later was not made; ");
    let command = elsewhere.out.split("are not committed: `").nth(1).unwrap().split('`').next().unwrap();
    // the commands that it names do it, wherever they are run
    let done = std::process::Command::new("sh")
        .args(["-c", &format!("{command} -qm later")])
        .current_dir(sandbox.root())
        .status()
        .unwrap();
    assert!(done.success(), "{command}");
    assert_eq!(git(&sandbox, &["branch", "--show-current"]), "later\n");
    assert_eq!(git(&sandbox, &["status", "--porcelain"]), "");
    sandbox.sync(&refresh(&["--commit"])).succeeds().says("note: there is nothing to commit\n");
}

#[test]
fn a_patch_of_a_workspace_in_a_subfolder_is_applied_by_the_command_that_is_named() {
    let sandbox = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    sandbox.publish("3.13.77", "tgz", &release.tgz());
    let at_top = |args: &[&str]| {
        let status = std::process::Command::new("git").args(args).current_dir(sandbox.root()).status().unwrap();
        assert!(status.success(), "{args:?}");
    };
    at_top(&["init", "-q"]);
    at_top(&["add", "ws"]);
    at_top(&[
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
        "commit",
        "-qm",
        "x",
    ]);
    let out = sandbox.sync(&refresh(&["--patch", "../a.patch"])).succeeds().out;
    let command = out.split("nothing was applied: `").nth(1).unwrap().split('`').next().unwrap();
    assert!(std::process::Command::new("sh").args(["-c", command]).status().unwrap().success());
    assert!(sandbox.ws("src/molt/stdlib/json/newer.py").exists());
}

#[test]
fn undo_names_a_commit_and_a_redo() {
    for how in [&["--commit"][..], &["--branch", "x"]] {
        let sandbox = committed();
        sandbox.sync(&refresh(how)).succeeds();
        let commit = git(&sandbox, &["rev-parse", "HEAD"]).trim().to_owned();
        let words = [format!("it was committed as {commit}"), format!("hint: `git revert {commit}`")];
        for args in [&["undo"][..], &["undo", "--dry-run"]] {
            sandbox.refuses(args, 3, &words.each_ref().map(String::as_str));
        }
        // also where it is not the last commit, and where somebody committed it by hand
        git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "more"]);
        sandbox.refuses(&["undo"], 3, &words.each_ref().map(String::as_str));
    }
    // a file that was not committed before is part of the commit as well
    let sandbox = committed();
    let digest = "0".repeat(64);
    let add = ["trust", "add", "3.13.78", "--artifact", "Python-3.13.78.tgz", "--sha256", &digest, "--by", "A"];
    sandbox.sync(&add).succeeds();
    sandbox.sync(&refresh(&["--commit"])).succeeds();
    sandbox.refuses(&["undo"], 3, &["it was committed as", "git revert"]);
    let sandbox = committed();
    let before = sandbox.snapshot();
    sandbox.sync(&refresh(&[])).succeeds();
    let after = sandbox.snapshot();
    for round in 0..2 {
        let ended = sandbox.sync(&["undo"]).succeeds().says("Take back `molt-sync refresh 3.13 ");
        assert!(ended.err.contains("`molt-sync undo` again redoes it"), "{}", ended.err);
        assert!(changed(&before, &sandbox.snapshot()).is_empty(), "{round}");
        let ended = sandbox.sync(&["undo"]).succeeds().says("Redo `molt-sync refresh 3.13 ");
        assert!(ended.err.contains("`molt-sync undo` again takes it back"), "{}", ended.err);
        assert!(changed(&after, &sandbox.snapshot()).is_empty(), "{round}");
    }
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "by hand"]);
    sandbox.refuses(&["undo"], 3, &["it was committed as", "git revert"]);
}

/// Files outside of git's folder that differ.
fn changed(a: &crate::support::run::Snapshot, b: &crate::support::run::Snapshot) -> Vec<String> {
    let own = |it: &&String| !it.starts_with(".git/");
    a.keys().chain(b.keys()).filter(own).filter(|it| a.get(*it) != b.get(*it)).cloned().collect()
}

#[test]
fn a_dropped_series_leaves_room_that_is_told_and_can_be_taken_away() {
    let sandbox = Sandbox::with_series("3.13,3.14");
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "start"]);
    let budget: Value = serde_json::from_str(&sandbox.read("tools/stdlib_intrinsics_ratchet.json")).unwrap();
    let ended = sandbox.sync(&["baseline", "drop", "3.14"]).succeeds();
    let line = ended.out.lines().find(|it| it.contains("leaves room for")).unwrap_or_else(|| panic!("{}", ended.out));
    assert!(line.contains("`molt-sync ratchet lower` lowers the budget to "), "{line}");
    assert_eq!(ended.out.matches("ratchet lower").count(), 1, "{}", ended.out);
    let count: u64 = line.rsplit(' ').next().unwrap().parse().unwrap();
    let json = |args: &[&str]| -> (i32, Value) {
        let ended = sandbox.sync(args);
        (ended.code, serde_json::from_str(&ended.out).unwrap())
    };
    let (_, shown) = json(&["ratchet", "show", "--format", "json"]);
    assert_eq!((shown["lowers_to"].as_u64(), shown["lower_refuses"].is_null()), (Some(count), true), "{shown}");
    sandbox.sync(&["ratchet", "show"]).succeeds().says(&format!("lower` lowers the budget to {count}"));
    let (code, lowered) = json(&["ratchet", "lower", "--format", "json"]);
    assert_eq!(
        (code, lowered["after"].as_u64(), &lowered["before"]),
        (0, Some(count), &budget["max_intrinsic_partial"])
    );
    for command in ["show", "lower"] {
        sandbox.sync(&["ratchet", command]).succeeds().says("no room");
    }
}

#[test]
fn ratchet_show_and_lower_say_the_same() {
    let sandbox = committed();
    let count: u64 = {
        let ended = sandbox.sync(&["ratchet", "show", "--format", "json"]).succeeds();
        serde_json::from_str::<Value>(&ended.out).unwrap()["intrinsic_partial"].as_u64().unwrap()
    };
    let set = |budget: u64| {
        sandbox.write("tools/stdlib_intrinsics_ratchet.json", format!("{{\"max_intrinsic_partial\": {budget}}}\n"));
    };
    set(count - 2);
    for command in ["show", "lower"] {
        let ended = sandbox.sync(&["ratchet", command]);
        assert!(ended.code == 1 && ended.out.contains("2 modules over it"), "{command}: {} {}", ended.out, ended.err);
    }
    // a raise that is not committed and not needed goes back, and no further than it came from
    set(count + 2);
    sandbox
        .sync(&["ratchet", "show"])
        .succeeds()
        .says(&format!("room for 2; `molt-sync ratchet lower` lowers the budget to {count}"));
    sandbox.sync(&["ratchet", "lower"]).succeeds().says(&format!("the budget is {count} now, {} before", count + 2));
    // room that was committed, without a module that has left
    set(count + 2);
    git(&sandbox, &["commit", "-q", "-a", "-m", "room"]);
    let words = "but no module has left intrinsic-partial since";
    sandbox.sync(&["ratchet", "show"]).succeeds().says("room for 2; `molt-sync ratchet lower` refuses: ").says(words);
    sandbox.refuses(
        &["ratchet", "lower"],
        1,
        &[words, "hint: name with --base REF the revision that this work began at"],
    );
    sandbox.write("src/molt/stdlib/colorsys.py", "def (\n");
    sandbox.sync(&["ratchet", "show"]).succeeds().says("lower` refuses: cannot count the modules");
    sandbox.refuses(&["ratchet", "lower"], 1, &["cannot count the modules"]);
}

#[test]
fn a_revision_that_is_not_there_is_looked_for_where_it_may_be() {
    let sandbox = committed();
    sandbox.refuses(&["ratchet", "check", "--base", "nowhere"], 2, &["there is no such commit", "git branch --all"]);
    git(&sandbox, &["update-ref", "refs/remotes/origin/trunk", "HEAD"]);
    for args in [&["ratchet", "check", "--base", "trunk"][..], &["gates", "--base", "trunk"]] {
        sandbox.refuses(args, 2, &["there is no such commit", "there is origin/trunk, the branch of a remote"]);
    }
    git(&sandbox, &["switch", "-q", "--orphan", "other"]);
    git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "apart"]);
    git(&sandbox, &["switch", "-q", "main"]);
    sandbox.refuses(&["ratchet", "check", "--base", "other"], 2, &["they have none", "a commit in common"]);
    let source = format!("file://{}", sandbox.ws("").display());
    git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "newer"]);
    let shallow = Sandbox::empty();
    let status = std::process::Command::new("git")
        .args(["clone", "-q", "--depth", "1", &source, "ws"])
        .current_dir(shallow.root())
        .status()
        .unwrap();
    assert!(status.success());
    for (revision, words) in [
        ("HEAD~3", &["the clone is shallow", "git fetch --unshallow"][..]),
        ("main^", &["the clone is shallow", "git fetch --unshallow"]),
        ("deadbeef", &["the clone is shallow", "git fetch --unshallow"]),
        ("mian", &["there is main, which is called nearly so", "git branch --all"]),
        ("mian~3", &["git branch --all"]),
        ("v1", &["git branch --all"]),
        ("origin/old", &["hint: fetch it: `git fetch origin old:refs/remotes/origin/old`"]),
    ] {
        shallow.refuses(&["ratchet", "check", "--base", revision], 2, words);
        let is_shallow = words[0].contains("shallow");
        assert_eq!(shallow.sync(&["gates", "--base", revision]).err.contains("shallow"), is_shallow, "{revision}");
    }
    // also where there is nothing to lower
    shallow.refuses(&["ratchet", "lower", "--base", "nope"], 2, &["there is no such commit"]);
}

#[test]
fn a_folder_that_is_no_workspace_is_one_error_and_a_missing_tree_one_finding() {
    let sandbox = Sandbox::empty();
    std::fs::create_dir(sandbox.ws("")).unwrap();
    sandbox.write("notes.txt", "mine");
    for args in [&["gates"][..], &["gates", "--format", "sarif"], &["gates", "--only", "top-level-coverage"]] {
        let ended = sandbox.run(&[&["-C", "ws"], args].concat());
        assert!(ended.code == 2 && ended.err.contains("ws is not a molt-sync workspace"), "{}", ended.err);
        assert!(ended.err.contains("there is no molt-sync.toml and no src/molt/stdlib"), "{}", ended.err);
    }
    let sandbox = Sandbox::with_series("3.13");
    sandbox.remove("src/molt/stdlib");
    let ended = sandbox.sync(&["gates", "--format", "json"]);
    let report: Value = serde_json::from_str(&ended.out).unwrap();
    let gates = report["gates"].as_array().unwrap();
    let found: Vec<&str> = gates
        .iter()
        .filter(|it| it["findings"].as_array().is_some_and(|it| !it.is_empty()))
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    assert_eq!((ended.code, found), (1, vec!["stdlib-root"]));
    let judged = |id: &str| gates.iter().find(|it| it["id"] == id).unwrap()["not_judged"].is_null();
    assert!(!judged("top-level-coverage") && !judged("intrinsic-partial-ratchet") && judged("manifest"));
    for (path, gate) in [
        ("runtime", "manifest"),
        ("tools/stdlib_module_union.py", "baseline"),
        ("tools/stdlib_intrinsics_ratchet.json", "ratchet-file"),
        ("docs", "audit-document"),
    ] {
        let sandbox = Sandbox::with_series("3.13");
        sandbox.remove(path);
        let ended = sandbox.sync(&["gates"]);
        assert!(ended.code == 1 && ended.out.contains("1 failed with 1 finding"), "{path}: {}", ended.out);
        assert!(ended.out.contains(&format!("{gate} (")), "{path}: {}", ended.out);
    }
}

#[test]
fn expressions_and_templates_that_cannot_be_used_are_faults_of_the_settings() {
    let sandbox = Sandbox::with_series("3.13");
    let settings = sandbox.read("molt-sync.toml");
    for (more, line, words) in [
        ("[[docs.invariant]]\nexpr = \"1 +\"\n", 6, "`1 +` is not an expression: unexpected end"),
        ("[[docs.invariant]]\nexpr = \"nonincreasing(\"\n", 6, "is not an expression"),
        ("[[docs.invariant]]\nexpr = \"stdlib.total ==== 3\"\n", 6, "is not an expression"),
        ("[docs.facts.\"x.y\"]\nsource = \"expr:(1\"\n", 6, "`(1` is not an expression"),
    ] {
        sandbox.write("molt-sync.toml", format!("{settings}{more}"));
        for args in [&["docs", "check"][..], &["docs", "sync"], &["gates"], &["ratchet", "show"]] {
            sandbox.refuses(args, 2, &["cannot read molt-sync.toml: line ", &format!("line {line}, "), words]);
        }
    }
    for (more, words) in [
        ("[[docs.invariant]]\nexpr = \"1 + 1\"\n", "it gives 2, which is not true or false"),
        ("[[docs.invariant]]\nexpr = \"stdlib.totl == 3\"\n", "undefined"),
        ("[[docs.invariant]]\nexpr = \"nonincreasing(x.y)\"\n", "there is no fact `x.y`"),
        ("[docs.files.\"docs/x.md\"]\ntemplate = \"x.j2\"\n", "the template x.j2, line 1"),
    ] {
        sandbox.write("molt-sync.toml", format!("{settings}{more}"));
        sandbox.write("x.j2", "{% if %}\n");
        let ended = sandbox.sync(&["docs", "check"]);
        assert!(ended.code == 2 && ended.out.contains("DOC022 unusable expression or template"), "{}", ended.out);
        assert!(ended.out.contains(words), "{words}: {}", ended.out);
        sandbox.refuses(&["docs", "sync"], 2, &["nothing was written", "hint: correct it"]);
    }
    // one that does not hold is a person's
    sandbox.write("molt-sync.toml", format!("{settings}[[docs.invariant]]\nexpr = \"stdlib.total == 3\"\n"));
    let ended = sandbox.sync(&["docs", "check"]);
    assert!(ended.code == 3 && ended.out.contains("DOC012 invariant broken"), "{}", ended.out);
}

#[test]
fn the_census_is_listed_in_every_format() {
    let sandbox = Sandbox::with_series("3.12,3.13");
    sandbox.write("docs/more.md", "# More\n\nAll tests are run on Python 3.12/3.13 every night.\n");
    let at = "docs/more.md";
    for (format, words) in [
        ("human", &["docs/more.md:3:", "1 place in "][..]),
        (
            "github",
            &[
                "::notice file=docs/more.md,line=3,",
                "title=DOC007 unbound number",
                "::notice title=census::1 place in ",
            ],
        ),
        ("junit", &["<testsuite name=\"census\"", "skipped=\"1\"", "docs/more.md:3:"]),
        ("sarif", &["\"docs/more.md\"", "\"startLine\": 3"]),
        ("markdown", &["## Census", "1 place in ", "docs/more.md:3"]),
        ("json", &["\"path\": \"docs/more.md\""]),
    ] {
        let ended = sandbox.sync(&["docs", "census", at, "--format", format]).succeeds();
        for word in words {
            assert!(ended.out.contains(word), "{format}: `{word}` is not in {}", ended.out);
        }
    }
    for format in ["github", "junit", "sarif", "markdown"] {
        sandbox.sync(&["docs", "sync", "--dry-run", "--format", format]).succeeds();
    }
}

#[cfg(unix)]
#[test]
fn an_own_gate_that_cannot_start_is_told_with_what_it_said() {
    let sandbox = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    sandbox.publish("3.13.77", "tgz", &release.tgz());
    sandbox.file("bin/no-rights", b"#!/bin/sh\n");
    let fake = sandbox.file(
        "bin/python",
        b"#!/bin/sh\necho first >&2\necho \"$0: can't open file '/x/$1': [Errno 2] No such file or directory\" >&2\nexit 2\n",
    );
    std::fs::set_permissions(&fake, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for (command, words) in [
        (vec!["no-such-program"], &["no-such-program"][..]),
        (vec!["../ws/ROADMAP.md"], &["ROADMAP.md"]),
        (vec!["sh", "-c", "echo early >&2; exec no-such-program"], &["\n  early\n", "no-such-program"]),
        (vec![&fake as &str, "tools/nothing.py"], &["\n  first\n", "can't open file"]),
    ] {
        let command: Vec<String> = command.iter().map(|it| format!("{it:?}")).collect();
        let settings = format!("[[external-gates]]\nname = \"own\"\ncommand = [{}]\n", command.join(", "));
        sandbox.write("molt-sync.toml", settings);
        let words =
            [&["cannot start the gate `own`", "hint: nothing was written; correct its command"], words].concat();
        sandbox.refuses(&refresh(&[]), 2, &words);
        sandbox.refuses(&refresh(&["--allow-gate", "own"]), 2, &words);
    }
}

#[test]
fn a_new_series_is_added_and_not_refreshed() {
    let sandbox = committed();
    let release = Release::based_on("3.14", "3.15.0").with("newmod", ModuleKind::Module);
    sandbox.publish("3.15.0", "tgz", &release.tgz());
    git(&sandbox, &["commit", "-q", "-a", "-m", "trust"]);
    let sign = ["--mirror", "../mirror", "--sign-off", "A", "--reason", "x", "--commit"];
    sandbox.sync(&[&["refresh", "3.15"][..], &sign].concat()).succeeds();
    let message = git(&sandbox, &["show", "--no-patch", "--format=%B"]);
    assert!(
        message.starts_with("Add CPython 3.15, recorded from 3.15.0\n\nCPython 3.15 is a new series here, "),
        "{message}"
    );
    assert!(message.contains("CPython-Release: 3.15.0\n"), "{message}");
    let next =
        Release::based_on("3.14", "3.15.1").with("newmod", ModuleKind::Module).with("json.newest", ModuleKind::Module);
    sandbox.publish("3.15.1", "tgz", &next.tgz());
    git(&sandbox, &["commit", "-q", "-a", "-m", "trust"]);
    sandbox.sync(&[&["refresh", "3.15"][..], &sign].concat()).succeeds();
    let message = git(&sandbox, &["show", "--no-patch", "--format=%B"]);
    assert!(message.starts_with("Refresh to CPython 3.15.1\n\nRecorded before: 3.15.0"), "{message}");
}

#[test]
fn a_message_of_the_workspaces_own_commands_no_terminal() {
    let sandbox = committed();
    let words = "Größe ⚙\u{fe0f} of {{ release }}\u{1b}[8m, hidden\u{202e}\r\n\r\n\tA line\rof it.\n";
    sandbox.write("tools/molt-sync/docs-templates/commit-message.j2", words);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "template"]);
    sandbox.sync(&refresh(&["--commit"])).succeeds();
    let said = git(&sandbox, &["log", "-1", "--format=%B"]);
    assert!(said.starts_with("Größe ⚙\u{fe0f} of 3."), "{said:?}");
    assert!(said.contains("\\u{1b}[8m, hidden\\u{202e}\n\n\tA line\\rof it.\n"), "{said:?}");
}
