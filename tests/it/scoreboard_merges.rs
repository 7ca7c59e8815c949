//! What two branches come to that both recorded, and both wrote exceptions: real merges, rebases and picks, with the driver and without.

use std::process::Command;

use serde_json::{Value, json};

use crate::{
    changes::git,
    scoreboard::{FOLDER, FULL, HISTORY, OPERATIONS, commit, module, record, repository, rows, values},
    support::{
        Sandbox, program,
        tree::{ATTESTATION, LOAD},
    },
};

/// Merges `from` into the present branch and gives the files that conflict.
fn merge(sandbox: &Sandbox, from: &str) -> String {
    let arguments = ["merge", "-q", "--no-edit", from];
    drop(Command::new("git").args(arguments).current_dir(sandbox.ws("")).output().unwrap());
    git(sandbox, &["diff", "--name-only", "--diff-filter=U"])
}

/// Two branches that both recorded: the same week, and one a week more.
fn two_branches(with_rows: bool) -> Sandbox {
    let sandbox = repository();
    if with_rows {
        record(&sandbox, "2026-02-12", &[]);
        commit(&sandbox, "row");
    }
    for (branch, change, day) in [("a", "this", "2026-02-18"), ("b", "copy", "2026-02-19")] {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        module(&sandbox, &format!("{change}.py"), &format!("{LOAD}# {branch}\n"));
        commit(&sandbox, "work");
        let attested = if branch == "a" { "'colorsys', 'this'" } else { "'colorsys'" };
        sandbox.write(
            ATTESTATION,
            format!("STDLIB_FULLY_COVERED_MODULES = ({attested},)\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {{}}\n"),
        );
        record(&sandbox, day, &[]);
        commit(&sandbox, "row of this week");
    }
    sandbox
}

#[test]
fn the_rows_of_two_branches_survive_a_merge_and_the_worse_values_are_shown() {
    for with_rows in [true, false] {
        for (into, from) in [("a", "b"), ("b", "a")] {
            let sandbox = two_branches(with_rows);
            git(&sandbox, &["switch", "-q", into]);
            // the table of a document is a conflict without the driver, and the history is none
            assert_eq!(merge(&sandbox, from), format!("{OPERATIONS}\n"));
            git(&sandbox, &["merge", "--abort"]);
            let driver = format!("{} scoreboard merge-driver %O %A %B", program().display());
            git(&sandbox, &["config", "merge.board.driver", &driver]);
            sandbox.write(".git/info/attributes", format!("{OPERATIONS} merge=board\n"));
            assert_eq!(merge(&sandbox, from), "");
            let table: Vec<String> = sandbox
                .read(OPERATIONS)
                .lines()
                .filter(|it| it.starts_with("| 2026"))
                .map(|it| it[2..12].to_owned())
                .collect();
            assert_eq!(
                table,
                if with_rows {
                    vec!["2026-02-12", "2026-02-18", "2026-02-19"]
                } else {
                    vec!["2026-02-18", "2026-02-19"]
                }
            );
            let shown = rows(&sandbox);
            assert_eq!(shown.len(), if with_rows { 2 } else { 1 });
            // of the two rows of one week, the branch that did not finish `this` has the worse figures
            assert_eq!(values(shown.last().unwrap())[..2], [json!(1), json!(25)]);
            sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
            // the next row is added in its place, whatever the order of the lines
            record(&sandbox, "2026-02-26", &[]);
            assert_eq!(sandbox.read(HISTORY).lines().count(), if with_rows { 4 } else { 3 });
        }
    }
}

#[test]
fn the_exceptions_of_two_branches_survive_a_merge() {
    let sandbox = repository();
    record(&sandbox, "2026-02-12", &[]);
    commit(&sandbox, "row");
    let except = [&["scoreboard", "except", "--base", "main", "--now", "2026-03-03"][..], &FULL].concat();
    for (branch, path) in [("a", "this.py"), ("b", "copy.py")] {
        git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
        module(&sandbox, path, "x = 1\n");
        sandbox.sync(&except).succeeds();
        commit(&sandbox, "worse, and signed for");
    }
    assert_eq!(merge(&sandbox, "a"), "");
    let check = ["scoreboard", "check", "--base", "main", "--now", "2026-03-03"];
    sandbox.sync(&check).succeeds().says("2 signed for");
    // both branches signed for the same, and the one that ends first counts
    git(&sandbox, &["switch", "-q", "-c", "c", "main"]);
    module(&sandbox, "copy.py", "x = 1\n");
    let sooner: Vec<&str> = except.iter().map(|it| if *it == "2026-04-30" { "2026-03-20" } else { *it }).collect();
    sandbox.sync(&sooner).succeeds();
    commit(&sandbox, "the same");
    assert!(merge(&sandbox, "b").starts_with(FOLDER));
    let ended = sandbox.sync(&check);
    assert!(ended.code == 3 && ended.err.contains("a merge left a conflict"), "{}", ended.err);
    git(&sandbox, &["merge", "--abort"]);
    let driver = format!("{} scoreboard merge-driver %O %A %B", program().display());
    git(&sandbox, &["config", "merge.board.driver", &driver]);
    sandbox.write(".git/info/attributes", format!("{FOLDER}/*.toml merge=board\n"));
    assert_eq!(merge(&sandbox, "b"), "");
    sandbox.sync(&check).succeeds();
    let late = sandbox.sync(&["scoreboard", "check", "--base", "main", "--now", "2026-03-21"]);
    assert!(late.code == 1 && late.out.contains("expired on 2026-03-20"), "{}", late.out);
}

#[test]
fn the_driver_merges_the_history_as_well() {
    let sandbox = two_branches(true);
    let driver = format!("{} scoreboard merge-driver %O %A %B", program().display());
    git(&sandbox, &["config", "merge.board.driver", &driver]);
    sandbox.write(".git/info/attributes", format!("{OPERATIONS} merge=board\n{HISTORY} merge=board\n"));
    git(&sandbox, &["switch", "-q", "a"]);
    assert_eq!(merge(&sandbox, "b"), "");
    let days: Vec<String> = sandbox
        .read(HISTORY)
        .lines()
        .map(|it| serde_json::from_str::<Value>(it).unwrap()["date"].to_string())
        .collect();
    assert_eq!(days, ["\"2026-02-12\"", "\"2026-02-18\"", "\"2026-02-19\""]);
    // what is not a row is a person's conflict all the same
    let (base, ours, theirs) = ("one\n", "two\n", "three\n");
    let paths = [("base.md", base), ("ours.md", ours), ("theirs.md", theirs)]
        .map(|(name, text)| sandbox.file(name, text.as_bytes()));
    let ended = sandbox.sync(&["scoreboard", "merge-driver", &paths[0], &paths[1], &paths[2]]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(std::fs::read_to_string(&paths[1]).unwrap().contains("<<<<<<<"));
}

/// Has git use the driver for these files.
fn with_driver(sandbox: &Sandbox, files: &[&str]) {
    let driver = format!("{} scoreboard merge-driver %O %A %B", program().display());
    git(sandbox, &["config", "merge.board.driver", &driver]);
    let lines: String = files.iter().map(|it| format!("{it} merge=board\n")).collect();
    sandbox.write(".git/info/attributes", lines);
}

#[test]
fn a_rebase_and_a_cherry_pick_keep_the_rows_of_both() {
    for (how, driver) in [("rebase", false), ("rebase", true), ("cherry-pick", false), ("cherry-pick", true)] {
        let sandbox = two_branches(true);
        if driver {
            with_driver(&sandbox, &[OPERATIONS, HISTORY]);
        }
        git(&sandbox, &["switch", "-q", "b"]);
        let run = |arguments: &[&str]| {
            let command =
                Command::new("git").args(arguments).env("GIT_EDITOR", "true").current_dir(sandbox.ws("")).output();
            command.unwrap().status.success()
        };
        let went = run(if how == "rebase" { &["rebase", "a"] } else { &["cherry-pick", "main..a"] });
        assert_eq!(went, driver, "{how}");
        if !driver {
            // the rows are both there already; those of the document's table are a person's to keep
            assert_eq!(git(&sandbox, &["diff", "--name-only", "--diff-filter=U"]), format!("{OPERATIONS}\n"), "{how}");
            let text = sandbox.read(OPERATIONS);
            let kept =
                text.lines().filter(|it| !["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| it.starts_with(mark)));
            sandbox.write(OPERATIONS, kept.map(|it| format!("{it}\n")).collect::<String>());
            git(&sandbox, &["add", OPERATIONS]);
            assert!(run(&[how, "--continue"]), "{how}");
        }
        let shown = rows(&sandbox);
        assert_eq!((sandbox.read(HISTORY).lines().count(), shown.len()), (3, 2), "{how}");
        assert_eq!(values(&shown[1])[..2], [json!(1), json!(25)], "{how}");
        assert_eq!(sandbox.read(OPERATIONS).matches("\n| 2026-02-").count(), 3, "{how}");
        sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
    }
}

#[test]
fn one_branch_that_replaced_the_row_of_the_week_and_one_that_went_on_lose_nothing() {
    for (into, from) in [("a", "b"), ("b", "a")] {
        for driver in [false, true] {
            let sandbox = repository();
            record(&sandbox, "2026-02-12", &[]);
            commit(&sandbox, "row");
            git(&sandbox, &["switch", "-q", "-c", "a"]);
            module(&sandbox, "this.py", LOAD);
            sandbox.write(
                ATTESTATION,
                "STDLIB_FULLY_COVERED_MODULES = ('colorsys', 'this')\nSTDLIB_REQUIRED_INTRINSICS_BY_MODULE = {}\n",
            );
            record(&sandbox, "2026-02-13", &["--replace"]);
            commit(&sandbox, "replaced");
            git(&sandbox, &["switch", "-q", "-c", "b", "main"]);
            record(&sandbox, "2026-02-19", &[]);
            commit(&sandbox, "the next week");
            if driver {
                with_driver(&sandbox, &[HISTORY]);
            }
            git(&sandbox, &["switch", "-q", into]);
            let conflicts = merge(&sandbox, from);
            assert!(!conflicts.contains(HISTORY), "{conflicts}");
            let shown = rows(&sandbox);
            let days: Vec<&Value> = shown.iter().map(|it| &it["date"]).collect();
            assert_eq!(days, ["2026-02-13", "2026-02-19"], "{into} {driver}");
            // git alone keeps the replaced row as well, and of two the worse is shown
            assert_eq!(values(&shown[0])[0], json!(if driver { 2 } else { 1 }), "{into} {driver}");
        }
    }
}

#[test]
fn a_merge_hides_no_test_that_one_branch_broke() {
    for (into, from) in [("a", "b"), ("b", "a")] {
        let sandbox = repository();
        let report =
            |name: &str, fails: &[(&str, usize)], peak: u64| crate::scoreboard::report(&sandbox, name, fails, peak);
        record(&sandbox, "2026-02-12", &["--report", &report("base.json", &[], 50_000)]);
        commit(&sandbox, "row");
        // of the week of both branches, each is better in something: nothing of it is shown, and all that is worse is named
        for (branch, day, fails, peak) in
            [("a", "2026-02-18", &[("native", 3)], 50_000), ("b", "2026-02-19", &[("wasm", 5)], 90_000)]
        {
            git(&sandbox, &["switch", "-q", "-c", branch, "main"]);
            record(&sandbox, day, &["--report", &report(&format!("{branch}.json"), fails, peak)]);
            commit(&sandbox, "row of this week");
        }
        with_driver(&sandbox, &[OPERATIONS]);
        git(&sandbox, &["switch", "-q", into]);
        assert_eq!(merge(&sandbox, from), "");
        let check = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
        assert_eq!(check.code, 1, "{}", check.out);
        for name in ["t3.py: broken", "t5.py: broken", "50000 KiB before, 90000 KiB now"] {
            assert!(check.out.contains(name), "{name}: {}", check.out);
        }
        let shown = rows(&sandbox);
        assert_eq!(values(&shown[1])[6..], [json!(91.7), json!(91.7), json!(2)]);
        let badge = sandbox.sync(&["scoreboard", "badge", "--figure", "native-pass"]).succeeds();
        assert!(badge.out.contains("91.7 %"), "{}", badge.out);
        // the rows that the base has were judged before, and a branch that adds none is not judged by them again
        git(&sandbox, &["branch", "-f", "main", "HEAD"]);
        git(&sandbox, &["switch", "-q", "-c", "next", "main"]);
        sandbox.sync(&["scoreboard", "check", "--base", "main"]).succeeds();
        // what comes next is compared with the better of both
        record(&sandbox, "2026-02-26", &["--report", &report("next.json", &[("native", 3)], 50_000)]);
        let check = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
        assert!(
            check.code == 1 && check.out.contains("t3.py: broken") && !check.out.contains("t5.py"),
            "{}",
            check.out
        );
    }
}
