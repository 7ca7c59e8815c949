//! What `init --github` and `init --systemd` write: held against the tools that judge such files, and the commands in them run.

#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use molt_sync::stdlib::Kind;

use crate::{
    changes::git,
    support::{Release, Sandbox},
};

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const CHECK: &str = ".github/workflows/molt-sync-check.yml";

#[test]
fn schedulers_are_written_once_and_never_over_a_persons_words() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["init", "--github", "--systemd"]).succeeds().says(&format!("{WATCH} is written\n"));
    let before = box_.snapshot();
    box_.sync(&["init", "--github"]).succeeds().says(&format!("{CHECK} is as it should be\n"));
    assert!(box_.snapshot() == before);
    for text in [box_.read(WATCH), box_.read(CHECK), box_.read("systemd/molt-sync-watch.service")] {
        let left = ["%INSTALL%", "%ALLOWED%", "%ROOT%", "%PROGRAM%", "%CACHE%"];
        assert!(left.iter().all(|it| !text.contains(it)), "{text}");
    }
    box_.write(CHECK, box_.read(CHECK) + "# mine\n");
    box_.refuses(&["init", "--github"], 3, &["molt-sync-check.yml is there already and says something else"]);
    box_.refuses(&["init", "--github", "--install", "a\nb"], 2, &["it is not one line"]);
    box_.remove(".github");
    box_.sync(&["init", "--github", "--install", "./install.sh \"x\": y"]).succeeds();
    assert!(box_.read(WATCH).contains("run: \"./install.sh \\\"x\\\": y\"\n"));
    let root = box_.root().join("elsewhere");
    fs::create_dir(&root).unwrap();
    box_.refuses(&["init", root.to_str().unwrap(), "--github"], 2, &["is no workspace"]);
}

#[test]
fn actions_are_pinned_and_only_one_job_may_write() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["init", "--github"]).succeeds();
    for text in [box_.read(WATCH), box_.read(CHECK)] {
        for line in text.lines().filter(|it| it.trim_start().starts_with("- uses:")) {
            let revision = line.split('@').nth(1).unwrap().split(' ').next().unwrap();
            assert!(revision.len() == 40 && revision.bytes().all(|it| it.is_ascii_hexdigit()), "{line}");
        }
        assert!(text.contains("\npermissions: {}\n") && text.contains("concurrency:"));
        assert_eq!(text.matches("actions/checkout@").count(), text.matches("persist-credentials: false").count());
    }
    let text = box_.read(WATCH);
    let (detect, propose) = text.split_once("\n  propose:\n").unwrap();
    assert!(!detect.contains(": write") && propose.contains("contents: write"));
    assert!(!propose.contains("molt-sync watch") && !propose.contains("cargo "), "it runs nothing from outside");
    // in scripts, what comes from outside is read from the environment only
    for script in scripts(&text).iter().chain(&scripts(&box_.read(CHECK))) {
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn the_tools_that_judge_them_find_nothing() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["init", "--github", "--systemd"]).succeeds();
    judged(&box_, "zizmor", &["--offline", "--no-progress", "--persona=auditor", WATCH, CHECK]);
    let units = ["systemd/molt-sync-watch.service", "systemd/molt-sync-watch.timer"];
    judged(&box_, "systemd-analyze", &["verify", units[0], units[1]]);
}

fn judged(box_: &Sandbox, tool: &str, args: &[&str]) {
    match Command::new(tool).args(args).current_dir(box_.ws("")).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(output.status.success() && !said.contains("molt-sync-watch.service:"), "{tool}: {said}");
        }
        Err(error) => eprintln!("skipped: {tool} does not start ({error})"),
    }
}

/// The scripts of the steps, with their indentation taken away.
fn scripts(text: &str) -> Vec<String> {
    let mut res = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(script) = line.trim_start().strip_prefix("run: ") else { continue };
        if script != "|" {
            let is_quoted = script.starts_with('"');
            res.push(if is_quoted { serde_json::from_str(script).unwrap() } else { script.to_owned() });
            continue;
        }
        let depth = line.len() - line.trim_start().len() + 2;
        let mut script = String::new();
        while let Some(line) = lines.next_if(|it| it.trim().is_empty() || it.starts_with(&" ".repeat(depth))) {
            script += line.get(depth..).unwrap_or_default();
            script.push('\n');
        }
        res.push(script);
    }
    res
}

fn tool(dir: &Path, name: &str, body: &str) {
    fs::create_dir_all(dir).unwrap();
    let path = dir.join(name);
    fs::write(&path, format!("#!/bin/bash\n{body}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

/// A workspace with a remote, a change as the first job leaves it, and a `gh` that writes down how it was called.
struct Proposal {
    box_: Sandbox,
    script: String,
    allowed: String,
}

impl Proposal {
    fn new() -> Self {
        let box_ = Sandbox::with_series("3.13");
        box_.publish("3.13.77", "tgz", &Release::based_on("3.13", "3.13.77").with("json.newer", Kind::Module).tgz());
        box_.sync(&["init", "--github"]).succeeds();
        git(&box_, &["init", "-q", "-b", "main"]);
        git(&box_, &["add", "-A"]);
        git(&box_, &["commit", "-q", "-m", "start"]);
        let origin = box_.root().join("origin");
        git(&box_, &["clone", "-q", "--bare", ".", origin.to_str().unwrap()]);
        git(&box_, &["remote", "add", "origin", origin.to_str().unwrap()]);
        git(&box_, &["fetch", "-q", "origin"]);
        let args = [
            "refresh",
            "3.13",
            "--mirror",
            "../mirror",
            "--patch",
            "../changes/3.13.patch",
            "--report",
            "../changes/3.13.md",
        ];
        fs::create_dir(box_.root().join("changes")).unwrap();
        box_.sync(&[&args[..], &["--sign-off", "A", "--reason", "grew"]].concat()).succeeds();
        box_.file("changes/3.13.message", b"Refresh to CPython 3.13.77\n\nGenerated-By: molt-sync\n");
        tool(&box_.root().join("bin"), "gh", "echo \"$@\" >> \"$GH_LOG\"");
        let text = box_.read(WATCH);
        let script = scripts(&text).pop().unwrap();
        let allowed = text.lines().find_map(|it| it.trim().strip_prefix("ALLOWED: '")).unwrap();
        Self { script, allowed: allowed.trim_end_matches('\'').to_owned(), box_ }
    }

    /// Runs the script of the second job in a fresh clone, as a runner does.
    fn run(&self) -> Output {
        let root = self.box_.root();
        drop(fs::remove_dir_all(root.join("runner")));
        let clone = Command::new("git").args(["clone", "-q", "origin", "runner"]).current_dir(root).status().unwrap();
        assert!(clone.success());
        let path = format!("{}:{}", root.join("bin").display(), std::env::var("PATH").unwrap());
        Command::new("bash")
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", &self.script])
            .current_dir(root.join("runner"))
            .env("PATH", path)
            .env("GH_LOG", root.join("gh.log"))
            .env("GH_TOKEN", "none")
            .env("SERIES", "3.13")
            .env("CHANGES", root.join("changes"))
            .env("BASE", "main")
            .env("ALLOWED", &self.allowed)
            .output()
            .unwrap()
    }

    /// Often, because a pipe that ends early may or may not be noticed.
    #[track_caller]
    fn is_left_alone(&self) {
        let tip = self.origin(&["rev-parse", "molt-sync/3.13"]);
        for _ in 0..5 {
            let refused = self.run();
            assert_eq!(refused.status.code(), Some(3), "{refused:?}");
            assert!(String::from_utf8_lossy(&refused.stdout).contains("somebody has committed to molt-sync/3.13"));
            assert_eq!(self.origin(&["rev-parse", "molt-sync/3.13"]), tip);
        }
    }

    fn origin(&self, args: &[&str]) -> String {
        git(&self.box_, &[&["--git-dir", "../origin"][..], args].concat())
    }
}

#[test]
fn the_second_job_pushes_one_branch_and_leaves_a_persons_alone() {
    let it = Proposal::new();
    let first = it.run();
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let log = fs::read_to_string(it.box_.root().join("gh.log")).unwrap();
    assert!(log.contains("workflow run molt-sync-check.yml --ref molt-sync/3.13\n"), "{log}");
    assert!(
        log.contains("pr create --base main --head molt-sync/3.13 --title Refresh to CPython 3.13.77 --body-file"),
        "{log}"
    );
    let files = it.origin(&["show", "--format=%ae", "--name-only", "molt-sync/3.13"]);
    assert!(
        files.contains("src/molt/stdlib/json/newer.py\n") && files.contains("users.noreply.github.com\n"),
        "{files}"
    );
    let tip = it.origin(&["rev-parse", "molt-sync/3.13"]);
    let again = it.run();
    assert!(String::from_utf8_lossy(&again.stdout).contains("molt-sync/3.13 is as it should be"), "{again:?}");
    assert_eq!(it.origin(&["rev-parse", "molt-sync/3.13"]), tip);
    // a person works on the branch
    git(&it.box_, &["fetch", "-q", "origin"]);
    git(&it.box_, &["switch", "-q", "-c", "mine", "origin/molt-sync/3.13"]);
    it.box_.write("mine.txt", "mine");
    git(&it.box_, &["add", "mine.txt"]);
    git(&it.box_, &["commit", "-q", "-m", "mine"]);
    git(&it.box_, &["push", "-q", "origin", "mine:molt-sync/3.13"]);
    it.is_left_alone();
    // or writes the commit on it anew, which keeps its author
    git(&it.box_, &["reset", "-q", "--hard", "HEAD~1"]);
    it.box_.write("mine.txt", "mine");
    git(&it.box_, &["add", "mine.txt"]);
    git(&it.box_, &["commit", "-q", "--amend", "--no-edit"]);
    git(&it.box_, &["push", "-q", "--force", "origin", "mine:molt-sync/3.13"]);
    it.is_left_alone();
}

#[test]
fn the_second_job_takes_nothing_but_plain_files_where_a_refresh_writes() {
    let it = Proposal::new();
    let patch = it.box_.root().join("changes/3.13.patch");
    let good = fs::read_to_string(&patch).unwrap();
    let new = |path: &str, mode: &str| {
        format!("diff --git a/{path} b/{path}\nnew file mode {mode}\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n")
    };
    for bad in [
        new(".github/workflows/evil.yml", "100644"),
        new("Cargo.toml", "100644"),
        new("src/molt/stdlib/evil.sh", "100644"),
        new("baselines/../build.rs", "100644"),
        new("src/molt/stdlib/evil.py", "100755"),
        new("src/molt/stdlib/link.py", "120000"),
        new(".hidden/x.md", "100644"),
    ] {
        fs::write(&patch, format!("{good}{bad}")).unwrap();
        let ended = it.run();
        assert!(!ended.status.success(), "{bad}");
        assert_eq!(it.origin(&["branch", "--list", "molt-sync/*"]), "", "{bad}");
    }
    fs::write(&patch, "no patch at all\n").unwrap();
    assert!(!it.run().status.success());
    fs::write(&patch, good).unwrap();
    assert!(it.run().status.success());
}

#[test]
fn the_commands_of_the_checks_run() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["init", "--github"]).succeeds();
    let text = box_.read(CHECK);
    let scripts = scripts(&text);
    let bin = box_.root().join("bin");
    tool(&bin, "molt-sync", &format!("exec '{}' \"$@\"", env!("CARGO_BIN_EXE_molt-sync")));
    tool(
        &bin,
        "gh",
        "for word in \"$@\"; do case $word in sarif=@*) base64 -d \"${word#sarif=@}\" | gzip -dc | head -c 20 >> \"$GH_LOG\";; esac; done",
    );
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = |script: &str, values: &[(&str, &str)]| {
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script])
            .current_dir(box_.ws(""))
            .envs([("PATH", path.as_str()), ("COMMIT", "c"), ("REF", "r"), ("GITHUB_REPOSITORY", "a/b")])
            .env("RUNNER_TEMP", box_.root())
            .env("GITHUB_OUTPUT", box_.root().join("output"))
            .env("GH_LOG", box_.root().join("gh.log"))
            .env("MOLT_SYNC_CACHE_DIR", box_.root().join("cache"))
            .envs(values.iter().copied())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let [_install, gates, docs, upload, verdict] = scripts.as_slice() else { panic!("{scripts:?}") };
    for script in [gates, docs, upload] {
        let (code, said) = run(script, &[]);
        assert_eq!(code, Some(0), "{script}: {said}");
    }
    assert!(!box_.root().join("output").exists(), "nothing failed");
    assert_eq!(fs::read_to_string(box_.root().join("gh.log")).unwrap().matches("$schema").count(), 2);
    assert_eq!(run(verdict, &[("GATES", ""), ("DOCS", "")]).0, Some(0));
    assert_eq!(run(verdict, &[("GATES", "1"), ("DOCS", "")]).0, Some(1));
    box_.write("src/molt/stdlib/json/__init__.py", "import importlib\n");
    assert_eq!(run(gates, &[]).0, Some(0));
    assert_eq!(fs::read_to_string(box_.root().join("output")).unwrap(), "failed=1\n");
}
