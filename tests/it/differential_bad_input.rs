//! `differential` on what nobody would write on purpose: reports, lists and folders that are broken, foreign or hostile. Each is told
//! with its name, ends with 2 or 5, and changes nothing.

#![cfg(target_os = "linux")]

use std::{fs, os::unix::fs::symlink, process::Command};

use serde_json::{Value, json};

use crate::{
    differential::{differential, json, statuses, with, workspace},
    support::Sandbox,
};

const LANE: &str =
    "[lanes.x]\nreference = ['sh']\ncandidate = ['sh', '{root}/candidate.sh']\nlauncher = 'script'\ntimeout = 5\n";

fn three() -> Sandbox {
    workspace(LANE, &[("a", "echo a"), ("b", "echo ${SIDE:-reference}"), ("c", "echo c")])
}

#[test]
fn reports_that_are_none_are_named_and_nothing_is_made_of_them() {
    let sandbox = three();
    differential(&sandbox, &["run", "t", "--report", "good.json"]);
    let good = sandbox.read("good.json");
    let mut later: Value = serde_json::from_str(&good).unwrap();
    later["schema"] = json!(99);
    let mut odd: Value = serde_json::from_str(&good).unwrap();
    odd["results"][0]["status"] = json!("splendid");
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("cut", good.as_bytes()[..good.len() / 2].to_vec()),
        ("twice", [good.as_bytes(), good.as_bytes()].concat()),
        ("list", b"[]".to_vec()),
        ("number", b"7".to_vec()),
        ("words", b"no results today\n".to_vec()),
        ("binary", vec![0xff, 0, 0xfe, b'\n', 0]),
        ("sarif", br#"{"version": "2.1.0", "runs": []}"#.to_vec()),
        ("deep", vec![b'['; 200_000]),
        ("later", later.to_string().into_bytes()),
        ("odd", odd.to_string().into_bytes()),
    ] {
        let name = format!("{name}.json");
        sandbox.write(&name, bytes);
        let before = sandbox.snapshot();
        for args in [
            &["merge", &name][..],
            &["report", &name],
            &["compare", &name, "good.json"],
            &["compare", "good.json", &name],
        ] {
            let ended = differential(&sandbox, args);
            assert!(
                ended.code == 2 && ended.err.contains(&name),
                "{args:?} {}: {}{}",
                ended.code,
                ended.out,
                ended.err
            );
            assert!(ended.out.is_empty() && ended.err.contains("hint: "), "{args:?}: {}", ended.out);
        }
        assert!(sandbox.snapshot() == before);
    }
    // larger than anything that is read into memory
    fs::File::create(sandbox.ws("huge.json")).unwrap().set_len(1 << 40).unwrap();
    for args in [&["merge", "huge.json"][..], &["compare", "good.json", "huge.json"]] {
        let ended = differential(&sandbox, args);
        assert!(matches!(ended.code, 2 | 5) && ended.err.contains("huge.json"), "{}", ended.err);
    }
}

#[test]
fn lists_may_lead_astray_and_are_held_to_files_that_are_there() {
    let sandbox = three();
    sandbox.write("below/here.txt", "");
    symlink("loop", sandbox.ws("loop")).unwrap();
    symlink("nowhere.py", sandbox.ws("t/dangling.py")).unwrap();
    for (list, code, words) in [
        ("t/a.py\0.py\n", 2, "line 1"),
        ("t/a.py\nt/../../nothing.py\n", 2, "line 2"),
        ("loop\n", 2, "line 1"),
        ("t/dangling.py\n", 2, "line 1"),
        ("# nothing\n\n", 2, "none is selected"),
        ("t\n", 2, "line 1"),
    ] {
        sandbox.write("list.txt", list);
        let ended = differential(&sandbox, &["run", "--files-from", "list.txt", "--lane", "x"]);
        assert!(ended.code == code && ended.err.contains(words), "{list:?} {}: {}", ended.code, ended.err);
    }
    // the same test by other names is one test, and a link keeps the name that it has
    symlink("a.py", sandbox.ws("t/link.py")).unwrap();
    sandbox.write("list.txt", "t/a.py\n./t/a.py\nbelow/../t/a.py\nt//a.py\r\n");
    let (results, _) = json(&sandbox, &["run", "--files-from", "list.txt", "--lane", "x"]);
    assert_eq!(statuses(&results).into_keys().collect::<Vec<_>>(), ["a"], "{results:#}");
    let (results, _) = json(&sandbox, &["run", "t/link.py", "--lane", "x"]);
    assert_eq!(results["results"][0]["test"], "t/link.py");
}

#[test]
fn folders_that_cannot_be_written_are_told_before_anything_runs() {
    let sandbox = three();
    sandbox.write("file", "");
    for args in [
        &["run", "t", "--work", "/proc/nowhere"][..],
        &["run", "t", "--work", "file/below"],
        &["vet", "t", "--work", "/proc/nowhere"],
        &["run", "t", "--ledger", "t"],
    ] {
        let ended = differential(&sandbox, args);
        assert!(matches!(ended.code, 2 | 5) && ended.out.is_empty(), "{args:?} {}: {}", ended.code, ended.out);
        assert!(ended.err.contains("error: ") && ended.err.contains("hint: "), "{args:?}: {}", ended.err);
    }
    // what is not needed is not missed
    for tmp in ["/nonexistent", "/proc", ""] {
        let ended = with(&sandbox, &[("TMPDIR", tmp)], &["run", "t"]);
        assert!(ended.code == 1 && ended.out.contains("2 of 3 compared pass"), "{tmp:?}: {}{}", ended.out, ended.err);
    }
    for file in ["/proc/nowhere/x.json", "t"] {
        let ended = differential(&sandbox, &["run", "t", "--report", file]);
        assert!(matches!(ended.code, 2 | 5) && ended.err.contains(file), "{file} {}: {}", ended.code, ended.err);
        assert!(ended.out.is_empty() && !ended.err.contains("1 failure"), "before it runs: {}", ended.err);
    }
}

#[test]
fn every_change_between_two_runs_is_told_by_its_name() {
    let sandbox = three();
    let (base, _) = json(&sandbox, &["run", "t/a.py"]);
    let report = |name: &str, words: &[(&str, &str)]| {
        let result = |(test, status): &(&str, &str)| {
            let mut it = base["results"][0].clone();
            (it["test"], it["status"]) = (json!(test), json!(status));
            it
        };
        let mut all = base.clone();
        all["results"] = words.iter().map(result).collect();
        sandbox.write(name, all.to_string());
    };
    report(
        "a.json",
        &[
            ("1", "pass"),
            ("2", "fail"),
            ("3", "pass"),
            ("4", "fail"),
            ("5", "pass"),
            ("6", "oom"),
            ("7", "pass"),
            ("8", "pass"),
        ],
    );
    report(
        "b.json",
        &[
            ("1", "timeout"),
            ("2", "pass"),
            ("3", "flaky"),
            ("4", "vacuous"),
            ("5", "skip"),
            ("6", "fail"),
            ("8", "pass"),
            ("9", "pass"),
        ],
    );
    let (changes, code) = json(&sandbox, &["compare", "a.json", "b.json"]);
    let set = |word: &str| -> Vec<&str> {
        changes["changes"][word].as_array().unwrap().iter().map(|it| it["test"].as_str().unwrap()).collect()
    };
    for (word, test) in [
        ("broken", "1"),
        ("fixed", "2"),
        ("newly-flaky", "3"),
        ("newly-vacuous", "4"),
        ("no-longer-compared", "5"),
        ("other", "6"),
        ("gone", "7"),
        ("new", "9"),
    ] {
        assert_eq!(set(word), [test], "{word}: {changes:#}");
    }
    assert_eq!((&changes["worse"], code), (&json!(5), 1));
    let human = differential(&sandbox, &["compare", "a.json", "b.json"]);
    assert!(human.out.contains("newly-flaky 3 [x] pass → flaky"), "{}", human.out);
    let github = differential(&sandbox, &["compare", "a.json", "b.json", "--format", "github"]);
    assert_eq!(github.out.matches("::error ").count(), 6, "{}", github.out);
}

#[test]
fn signals_that_the_caller_ignores_end_a_program_all_the_same() {
    let sandbox = workspace(
        LANE,
        &[("a", "kill -INT $$; echo a"), ("b", "kill -HUP $$; echo b"), ("c", "kill -QUIT $$; echo c")],
    );
    let own = sandbox.command(&sandbox.ws(""), &["differential", "run", "t", "--format", "json"]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' INT HUP QUIT; exec \"$0\" \"$@\""]).arg(own.get_program()).args(own.get_args());
    command.current_dir(sandbox.ws(""));
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.output().unwrap();
    let results: Value = serde_json::from_slice(&output.stdout).unwrap();
    let words: Vec<String> = statuses(&results).into_values().collect();
    assert_eq!(words, ["vacuous", "vacuous", "vacuous"], "each ends before it prints: {results:#}");
}

#[test]
fn a_link_that_leads_out_of_the_tree_is_not_run_and_not_shown() {
    let sandbox = three();
    let outside = sandbox.file("outside/secret.py", b"echo secret\n");
    symlink(&outside, sandbox.ws("t/out.py")).unwrap();
    symlink(sandbox.root().join("outside"), sandbox.ws("folder")).unwrap();
    sandbox.write("list.txt", "t/out.py\n");
    sandbox.write("through.txt", "t/../folder/secret.py\n");
    let before = sandbox.snapshot();
    for args in [
        &["vet", "t/out.py", "--lane", "x"][..],
        &["vet", "t", "--lane", "x"],
        &["vet", "folder", "--lane", "x"],
        &["vet", "folder/secret.py", "--lane", "x"],
        &["vet", "--files-from", "list.txt", "--lane", "x"],
        &["vet", "--files-from", "through.txt", "--lane", "x"],
        &["run", "t/out.py", "--lane", "x"],
        &["run", "folder/../outside/secret.py", "--lane", "x"],
    ] {
        let ended = differential(&sandbox, args);
        assert!(ended.code == 2 && ended.out.is_empty(), "{args:?} {}: {}{}", ended.code, ended.out, ended.err);
        assert!(
            ended.err.contains("leads out of the workspace") && !ended.err.contains("echo"),
            "{args:?}: {}",
            ended.err
        );
    }
    assert!(sandbox.snapshot() == before);
    // one that stays inside is a test, and one elsewhere that the user names is the user's
    fs::remove_file(sandbox.ws("t/out.py")).unwrap();
    symlink("a.py", sandbox.ws("t/link.py")).unwrap();
    for test in ["t/link.py", &outside] {
        let ended = differential(&sandbox, &["vet", test, "--lane", "x"]);
        assert_eq!(ended.code, 0, "{test}: {}", ended.err);
    }
    // where all is a link that Bazel made, it is the tests
    let tree = sandbox.root().join("runfiles/_main");
    fs::create_dir_all(tree.join("t")).unwrap();
    fs::copy(sandbox.ws("molt-sync.toml"), tree.join("molt-sync.toml")).unwrap();
    symlink(sandbox.ws("t/a.py"), tree.join("t/a.py")).unwrap();
    let mut command = sandbox.command(&tree, &["differential", "vet", "t", "--lane", "x"]);
    command.env("RUNFILES_DIR", sandbox.root().join("runfiles"));
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
}

#[test]
fn runs_are_kept_where_no_commit_has_brought_any() {
    let sandbox = three();
    let run = |arguments: &[&str], root: Option<&str>| {
        let all = [&["differential", "run", "t/a.py", "--lane", "x"], arguments].concat();
        let mut command = sandbox.command(&sandbox.ws(""), &all);
        if let Some(root) = root {
            command.env("MOLT_DIFF_ROOT", root);
        }
        let ended = command.output().unwrap();
        (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
    };
    let elsewhere = sandbox.root().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, sandbox.ws("tmp")).unwrap();
    sandbox.write("kept/molt-sync/kept/00/x.json", "{}\n");
    symlink("kept", sandbox.ws("other")).unwrap();
    for args in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "x"]] {
        crate::changes::git(&sandbox, args);
    }
    for (arguments, root, words) in [
        (&["--work", "tmp/diff"][..], None, "leads out of the workspace"),
        (&[], Some("tmp/diff"), "leads out of the workspace"),
        (&["--work", "kept"], None, "files in it came with a commit"),
        (&["--work", "other/molt-sync"], None, "files in it came with a commit"),
        (&[], Some("kept"), "files in it came with a commit"),
        (&[], Some("other"), "files in it came with a commit"),
    ] {
        let (code, said) = run(arguments, root);
        assert!(code == Some(2) && said.contains(words), "{arguments:?} {root:?}: {code:?} {said}");
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    // a folder of the workspace's own, of which git knows nothing, and one elsewhere
    for (arguments, root) in [(&["--work", "mine"][..], None), (&[], Some("mine")), (&[], elsewhere.to_str())] {
        let (code, said) = run(arguments, root);
        assert_eq!(code, Some(0), "{arguments:?} {root:?}: {said}");
    }
}
