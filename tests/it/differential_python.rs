//! `differential run` with an interpreter that says which it is: Python's own, where one is at hand.

use std::process::Command;

use crate::differential::{differential, json, statuses, workspace};

/// The name of an interpreter that starts; none where there is none, which is told.
fn python() -> Option<&'static str> {
    let starts = |name: &&&str| Command::new(name).args(["-c", "pass"]).output().is_ok_and(|it| it.status.success());
    let found = ["python3", "python3.12", "python3.13"].iter().find(starts);
    if found.is_none() {
        eprintln!("skipped: there is no python3 to start tests with");
    }
    found.copied()
}

fn settings(python: &str, more: &str) -> String {
    format!("[lanes.x]\nreference = ['{python}']\ncandidate = ['{python}']\n{more}\n")
}

#[test]
fn molts_launcher_starts_a_test_as_molts_own_runner_does() {
    let Some(python) = python() else { return };
    let text = "import os, sys, helper\nprint(sys.argv, repr(sys.path[0]), repr(__package__), __name__, os.environ['PYTHONPATH'], os.environ['PYTHONHASHSEED'])\nprint(os.path.exists('t/a.py'), helper.X)\nopen('left.txt', 'w').close()\n";
    let sandbox = workspace(&settings(python, "launcher = 'molt'"), &[("a", text)]);
    sandbox.write("src/helper.py", "X = 1\n");
    sandbox.write(
        "candidate.py",
        format!("import sys\nprint({:?})\nprint('True 1')\n", "['t/a.py', 't/a.py'] '' '' __main__ src 0"),
    );
    let (results, code) = json(&sandbox, &["run", "t"]);
    assert_eq!((statuses(&results)["a"].as_str(), code), ("pass", 0), "{results:#}");
    // the same words printed by something that does not look at itself
    let settings = format!(
        "[lanes.x]\nreference = ['{python}']\nrun = ['{python}', '{{root}}/candidate.py']\nlauncher = 'molt'\n"
    );
    sandbox.write("molt-sync.toml", settings);
    let ended = differential(&sandbox, &["run", "t"]);
    assert_eq!(ended.code, 0, "{}", ended.out);
    assert!(
        !sandbox.ws("src/__pycache__").exists() && !sandbox.ws("left.txt").exists(),
        "the workspace stays as it is"
    );
}

#[test]
fn outcomes_of_the_reference_are_kept_once_they_came_out_the_same_twice() {
    let Some(python) = python() else { return };
    let sandbox = workspace(
        &settings(python, ""),
        &[("a", "import os\nprint('a', os.environ.get('TMPDIR'))\n"), ("b", "import uuid; print(uuid.uuid4())\n")],
    );
    let kept = || {
        let (results, _) = json(&sandbox, &["run", "t", "--jobs", "1"]);
        let all = results["results"].as_array().unwrap().clone();
        (
            all[0]["reference_kept"].as_bool().unwrap(),
            all[0]["status"].as_str().unwrap().to_owned(),
            all[1]["status"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(kept(), (false, "pass".into(), "unstable".into()));
    assert_eq!(kept(), (false, "pass".into(), "unstable".into()));
    assert_eq!(kept(), (true, "pass".into(), "unstable".into()));
    let (fresh, _) = json(&sandbox, &["run", "t", "--fresh"]);
    assert_eq!(fresh["results"][0]["reference_kept"], false);
    sandbox.write("t/a.py", "print('other')\n");
    assert!(!kept().0, "a test with other bytes is another test");
}

#[test]
fn the_interpreters_are_named_and_a_version_that_a_test_needs_is_looked_at() {
    let Some(python) = python() else { return };
    let sandbox = workspace(
        &settings(python, ""),
        &[("a", "# MOLT_META: min_py=3.99\nprint(1)\n"), ("b", "# MOLT_META: min_py=3.2\nprint(1)\n")],
    );
    let (results, _) = json(&sandbox, &["run", "t"]);
    assert_eq!(statuses(&results).into_values().collect::<Vec<_>>(), ["skip", "pass"], "{results:#}");
    let shown = results["fingerprint"]["interpreters"]["x"].as_str().unwrap();
    assert!(shown.starts_with("CPython 3.") && shown.contains(" against CPython 3."), "{shown}");
}
