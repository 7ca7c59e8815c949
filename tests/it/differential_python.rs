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

/// Python ignores the signal of a file that grows too large, so that its programs go on, or end as they like.
#[test]
#[cfg(target_os = "linux")]
fn a_program_that_runs_into_a_limit_of_ours_is_named_on_either_side() {
    let Some(python) = python() else { return };
    let write = "def write(size):\n    with open('big', 'wb') as it:\n        it.write(b'.' * size)\n";
    let own = "import sys\nsize = (3 << 20) if SIDE else 5\nwrite(size)\nprint('done')\n";
    let open = "import os\nfiles = [open('/dev/null') for _ in range(300)]\nprint(len(files))\n";
    let caught = "try:\n    write(3 << 20)\n    print('done')\nexcept OSError:\n    print('refused')\n";
    let child = "import os\nprint(os.WEXITSTATUS(os.system('head -c 3M /dev/zero > big')))\n";
    let side = "import os\nSIDE = os.environ.get('SIDE')\n";
    let sandbox = workspace(
        &format!(
            "[differential]\nfile = 1\n[lanes.x]\nreference = ['{python}']\ncandidate = ['{python}']\nlauncher = 'script'\n\
            candidate-env = {{ SIDE = 'candidate' }}\n"
        ),
        &[
            ("large", &format!("{write}write(3 << 20)\nprint('done')\n")),
            ("large-caught", &format!("{write}{caught}")),
            ("large-seek", "with open('big', 'wb') as it:\n    it.truncate(3 << 20)\nprint('done')\n"),
            ("large-child", child),
            ("large-candidate", &format!("{side}{write}{own}")),
            ("many", open),
            (
                "many-caught",
                &format!("try:\n    {}\nexcept OSError as it:\n    print(it)\n", open.replace('\n', "\n    ").trim()),
            ),
            ("disk", "import errno, os\nprint('before')\nraise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"),
            (
                "only-words",
                "import errno, os\nfor it in (27, 24, 28):\n    print(it, errno.errorcode[it], os.strerror(it))\n",
            ),
            ("below", &format!("{write}write(1 << 19)\nprint('done')\n")),
        ],
    );
    let run = sandbox.command(&sandbox.ws(""), &["differential", "run", "t", "--format", "json"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -S -n 200; exec \"$0\" \"$@\""]).arg(run.get_program()).args(run.get_args());
    limited.current_dir(run.get_current_dir().unwrap());
    for (name, value) in run.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let output = limited.output().unwrap();
    let results: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let whys: std::collections::BTreeMap<String, String> = results["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (it["test"].as_str().unwrap().to_owned(), format!("{}: {}", it["status"].as_str().unwrap(), it["why"]))
        })
        .collect();
    for (name, status, words) in [
        ("large", "reference-failed", "both sides went beyond the limit of the size of one file"),
        ("large-caught", "reference-failed", "both sides went beyond the limit of the size of one file"),
        ("large-seek", "reference-failed", "both sides went beyond the limit of the size of one file"),
        ("large-child", "reference-failed", "both sides went beyond the limit of the size of one file"),
        ("large-candidate", "fail", "the candidate went beyond the limit of the size of one file"),
        ("many", "reference-failed", "both sides went beyond the limit of open files"),
        ("many-caught", "reference-failed", "both sides went beyond the limit of open files"),
        ("disk", "reference-failed", "both sides went beyond the limit of space"),
        ("only-words", "pass", "agree"),
        ("below", "pass", "agree"),
    ] {
        let why = &whys[&format!("t/{name}.py")];
        assert!(why.starts_with(&format!("{status}: ")) && why.contains(words), "{name} {why}\n{whys:#?}");
    }
}
