//! What `init --github` and `init --systemd` write: held against the tools that judge such files, and the commands in them run.

#![cfg(unix)]

use std::{fs, process::Command};

use crate::support::{
    Sandbox, program,
    workflow::{git_in, said, scripts, step, tool, value},
};

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const CHECK: &str = ".github/workflows/molt-sync-check.yml";
const DIFFERENTIAL: &str = ".github/workflows/molt-sync-differential.yml";

/// Two lanes with the shell as the interpreter of either side.
const LANES: &str = "[differential]\ntests = 't'\nparts = 2\n\
    [lanes.one]\nreference = ['sh']\ncandidate = ['sh']\nlauncher = 'script'\n\
    [lanes.two]\nreference = ['sh']\ncandidate = ['sh', '-u']\nlauncher = 'script'\n";

const SCOREBOARD: &str = ".github/workflows/molt-sync-scoreboard.yml";

/// With an install step that does nothing.
const INIT: &[&str] = &["init", "--github", "--install", "true"];

#[test]
fn schedulers_are_written_once_and_never_over_a_persons_words() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&[INIT, &["--systemd"]].concat()).succeeds().says(&format!("{WATCH} is written\n"));
    let before = box_.snapshot();
    box_.sync(&["init", "--github"]).succeeds().says(&format!("{CHECK} is as it should be\n"));
    assert!(box_.snapshot() == before);
    for text in [box_.read(WATCH), box_.read(CHECK), box_.read("systemd/molt-sync-watch.service")] {
        let left = ["%INSTALL%", "%ALLOWED%", "%FOLDER%"];
        assert!(left.iter().all(|it| !text.contains(it)), "{text}");
    }
    box_.write(CHECK, box_.read(CHECK) + "# mine\n");
    box_.refuses(&["init", "--github"], 3, &["molt-sync-check.yml is there already and says something else"]);
    box_.refuses(&["init", "--github", "--check"], 1, &["molt-sync-check.yml is not what this configuration asks for"]);
    box_.remove(".github");
    box_.refuses(&["init", "--github", "--check"], 1, &["molt-sync-watch.yml is not there"]);
    let root = box_.root().join("elsewhere");
    fs::create_dir(&root).unwrap();
    box_.refuses(&["init", root.to_str().unwrap(), "--github"], 2, &["is not a molt-sync workspace"]);
}

#[test]
fn actions_are_pinned_and_only_one_job_may_write() {
    let box_ = Sandbox::with_series("3.13");
    box_.write("molt-sync.toml", LANES);
    box_.sync(INIT).succeeds();
    for text in [box_.read(WATCH), box_.read(CHECK), box_.read(DIFFERENTIAL)] {
        for line in text.lines().filter(|it| it.trim_start().starts_with("- uses:")) {
            let revision = line.split('@').nth(1).unwrap().split(' ').next().unwrap();
            assert!(revision.len() == 40 && revision.bytes().all(|it| it.is_ascii_hexdigit()), "{line}");
        }
        assert!(text.contains("\npermissions: {}\n") && text.contains("concurrency:"));
        assert_eq!(text.matches("actions/checkout@").count(), text.matches("persist-credentials: false").count());
    }
    let text = box_.read(WATCH);
    let (detect, writers) = text.split_once("\n  propose:\n").unwrap();
    let (propose, tell) = writers.split_once("\n  tell:\n").unwrap();
    assert!(!detect.contains(": write") && propose.contains("contents: write"));
    assert!(tell.contains("issues: write") && !tell.contains("contents:") && !propose.contains("issues:"));
    for script in scripts(writers) {
        assert!(!script.contains("molt-sync watch --") && !script.contains("cargo "), "it runs nothing from outside");
    }
    // what the first job left in the middle of a failure goes on
    for job in [propose, tell] {
        assert!(job.contains("\n    if: ${{ !cancelled() && needs.detect.outputs."), "{job}");
    }
    assert!(
        detect.contains("\n        if: ${{ !cancelled() && steps.watch.outputs.series")
            && propose.contains("fail-fast: false")
    );
    // in scripts, what comes from outside is read from the environment only
    let others = [CHECK, DIFFERENTIAL].map(|it| box_.read(it));
    assert!(!others[1].contains(": write"), "it runs the repository's own programs");
    for script in others.iter().chain([&text]).flat_map(|it| scripts(it)) {
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn the_tools_that_judge_them_find_nothing() {
    let box_ = Sandbox::with_series("3.13");
    box_.write("molt-sync.toml", LANES);
    box_.sync(&[INIT, &["--systemd"]].concat()).succeeds();
    judged(&box_, "zizmor", &["--offline", "--no-progress", "--persona=auditor", WATCH, CHECK, DIFFERENTIAL]);
    let units = ["systemd/molt-sync-watch.service", "systemd/molt-sync-watch.timer"];
    judged(&box_, "systemd-analyze", &["verify", units[0], units[1]]);
}

/// A workspace that keeps a scoreboard has a workflow for it.
#[test]
fn the_scoreboard_has_a_workflow_where_there_is_one() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(INIT).succeeds();
    assert!(!box_.ws(SCOREBOARD).exists());
    box_.sync(&["scoreboard", "record"]).succeeds();
    box_.sync(&["init", "--github"]).succeeds().says(&format!("{SCOREBOARD} is written\n"));
    judged(&box_, "zizmor", &["--offline", "--no-progress", "--persona=auditor", SCOREBOARD]);
    let text = box_.read(SCOREBOARD);
    assert!(!text.contains(": write") && !text.contains("%INSTALL%") && text.contains("\npermissions: {}\n"), "{text}");
    assert_eq!(text.matches("actions/checkout@").count(), text.matches("persist-credentials: false").count());
    let scripts = scripts(&text);
    assert!(scripts.iter().all(|it| !it.contains("${{")), "{scripts:?}");
    // what they run is there, and does what they are for
    git_in(&box_.ws(""), &["init", "-q"]);
    git_in(&box_.ws(""), &["add", "-A"]);
    git_in(&box_.ws(""), &["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "-m", "start"]);
    git_in(&box_.ws(""), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let bin = box_.root().join("bin");
    tool(&bin, "molt-sync", &format!("exec '{}' \"$@\"", program().display()));
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for script in &scripts {
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script])
            .current_dir(box_.ws(""))
            .envs([("PATH", path.as_str()), ("BASE", "main"), ("LINKS", "https://example.org/o/n/blob/abc")])
            .env("RUNNER_TEMP", box_.root())
            .env("MOLT_SYNC_CACHE_DIR", box_.root().join("cache"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{script}: {}", said(&output));
    }
    let page = fs::read_to_string(box_.root().join("scoreboard.html")).unwrap();
    assert!(page.contains("href=\"https://example.org/o/n/blob/abc/src/molt/stdlib/"));
}

fn judged(box_: &Sandbox, tool: &str, args: &[&str]) {
    match Command::new(tool).args(args).current_dir(box_.ws("")).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(output.status.success(), "{tool}: {said}");
        }
        Err(error) => eprintln!("skipped: {tool} does not start ({error})"),
    }
}

#[test]
fn the_commands_of_the_checks_run() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(INIT).succeeds();
    let text = box_.read(CHECK);
    let scripts = scripts(&text);
    let bin = box_.root().join("bin");
    tool(&bin, "molt-sync", &format!("exec '{}' \"$@\"", program().display()));
    tool(
        &bin,
        "gh",
        "for word in \"$@\"; do case $word in sarif=@*) base64 -d \"${word#sarif=@}\" | gzip -dc | head -c 20 >> \"$GH_LOG\";; esac; done",
    );
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let launch = |script: &str, values: &[(&str, &str)]| {
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
        (output.status.code(), output)
    };
    let run_out = |script: &str, values: &[(&str, &str)]| said(&launch(script, values).1);
    let run = |script: &str, values: &[(&str, &str)]| {
        let (code, output) = launch(script, values);
        (code, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let [_install, gates, docs, upload, verdict] = scripts.as_slice() else { panic!("{scripts:?}") };
    for script in [gates, docs, upload] {
        let (code, said) = run(script, &[]);
        assert_eq!(code, Some(0), "{script}: {said}");
    }
    let failed = || fs::read_to_string(box_.root().join("output")).unwrap_or_default();
    assert_eq!(failed(), "", "nothing failed");
    assert_eq!(fs::read_to_string(box_.root().join("gh.log")).unwrap().matches("$schema").count(), 2);
    assert_eq!(run(verdict, &[("GATES", ""), ("DOCS", "")]).0, Some(0));
    assert_eq!(run(verdict, &[("GATES", "1"), ("DOCS", "")]).0, Some(1));

    // a base that is not green does not fail what is no worse
    let git = |args: &[&str]| git_in(&box_.ws(""), args);
    let commit = || git(&["add", "-A"]) + &git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    box_.write("src/molt/stdlib/json/__init__.py", "import importlib\n");
    git(&["init", "-q"]);
    commit();
    git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(&["switch", "-q", "-c", "change"]);
    box_.write("src/molt/stdlib/abc.py", "# words\n".to_owned() + &box_.read("src/molt/stdlib/abc.py"));
    commit();
    let on = |reference: &'static str| [("BASE", "main"), ("GITHUB_REF", reference)];
    assert_eq!(run(gates, &on("refs/pull/7/merge")), (Some(0), String::new()));
    assert_eq!(failed(), "");
    let annotated = run_out(verdict, &on("refs/pull/7/merge"));
    assert!(!annotated.contains("::error file=src/molt/stdlib/json"), "{annotated}");
    // what the base has got meanwhile is not this branch's
    git(&["switch", "-q", "-c", "onward", "origin/main"]);
    box_.write("src/molt/stdlib/copy.py", "import importlib\n");
    commit();
    git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(&["switch", "-q", "change"]);
    assert_eq!(run(gates, &on("refs/pull/7/merge")).0, Some(0));
    assert_eq!(failed(), "");
    // a finding of its own is one, a base that is not here is no pass, and the default branch is judged whole
    for (prepare, reference, base, expected) in [
        (false, "refs/heads/main", "main", "failed=1\n"),
        (false, "refs/pull/7/merge", "elsewhere", "failed=2\n"),
        (true, "refs/heads/change", "main", "failed=1\n"),
    ] {
        if prepare {
            box_.write("src/molt/stdlib/abc.py", "import importlib\n");
        }
        drop(fs::remove_file(box_.root().join("output")));
        assert_eq!(run(gates, &[("BASE", base), ("GITHUB_REF", reference)]).0, Some(0));
        assert_eq!(failed(), expected, "{reference} {base}");
    }
    assert!(text.contains("\n      BASE: ${{ github.base_ref || github.event.repository.default_branch }}\n"));
    assert!(text.contains("\n          fetch-depth: 0\n"));
}

#[test]
fn a_workflow_follows_its_configuration_and_says_that_it_does_not() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["init", "--github", "--install", "./install.sh"]).succeeds();
    let before = box_.read(WATCH);
    box_.write("molt-sync.toml", "[paths]\nlock = \"a+b/ü lock.toml\"\n");
    box_.refuses(&["init", "--github", "--check"], 1, &["molt-sync-watch.yml is not what this configuration asks for"]);
    // the run that would be refused says so
    let (summary, output) = (box_.file("summary", b""), box_.file("output", b""));
    fs::create_dir_all(box_.root().join("mirror/3.13.5")).unwrap();
    let env = [("GITHUB_OUTPUT", output.as_ref()), ("GITHUB_STEP_SUMMARY", summary.as_ref())];
    let ended = box_.sync_with(&env, &["watch", "--github", "--mirror", "../mirror"]);
    assert!(ended.err.contains("renew it: molt-sync init --github"), "{}", ended.err);
    let told = fs::read_to_string(&output).unwrap();
    assert!(
        told.contains("notices=[\"CPython releases may change files that the workflow does not allow\"]"),
        "{told}"
    );
    box_.sync(&["init", "--github"]).succeeds();
    let after = box_.read(WATCH);
    assert!(after.contains("run: \"./install.sh\"") && after != before);
    assert!(value(&after, "ALLOWED").contains("a\\+b/ü lock\\.toml"), "{}", value(&after, "ALLOWED"));
    let ended = box_.sync_with(&env, &["watch", "--github", "--mirror", "../mirror"]);
    assert!(!ended.err.contains("renew it"), "{}", ended.err);
    for (key, path, words) in [
        ("status", ".github/S.md", "status is .github/S.md, where git or a forge looks for instructions"),
        ("lock", "molt-sync.toml", "may change molt-sync.toml"),
    ] {
        box_.write("molt-sync.toml", format!("[paths]\n{key} = \"{path}\"\n"));
        box_.refuses(&["init", "--github"], 2, &[words]);
    }
}

#[test]
fn below_the_root_a_change_is_allowed_to_documents_alone() {
    let box_ = Sandbox::with_series("3.13");
    let allows = |allowed: &str, path: &str| {
        let judge = "export LC_ALL=C.UTF-8; [[ $1 =~ $2 ]]";
        Command::new("bash").args(["-c", judge, "bash", path, allowed]).status().unwrap().success()
    };
    for roots in ["**", "docs/**/*.{md,sh,py}", "**/*.[a-z][a-z]", "docs/**/*.??", "docs/**"] {
        box_.write("molt-sync.toml", format!("[docs]\nroots = [\"{roots}\"]\n"));
        box_.sync(&["init", "--github", "--install", "./install.sh"]).succeeds();
        let allowed = value(&box_.read(WATCH), "ALLOWED");
        assert!(allows(&allowed, "docs/x/PLAN.md") && allows(&allowed, "baselines/3.13.json"), "{roots}: {allowed}");
        for path in
            ["docs/conf.py", "docs/deploy.sh", "docs/x/a.rs", "src/lib.rs", "x/Makefile", "tools/x.py", "docs/amd"]
        {
            assert!(!allows(&allowed, path), "{roots}: {path}: {allowed}");
        }
    }
}

#[test]
fn the_scripts_of_the_jobs_are_clean() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(INIT).succeeds();
    let text = box_.read(WATCH);
    let tell = step(&text, "tell", "Open an issue for what was not told before");
    let propose = step(&text, "propose", "Apply allowed paths only, push one branch, open the pull request");
    for (name, script) in [("tell.sh", tell), ("propose.sh", propose)] {
        // set by the runner
        let known = "export SERIES='' CHANGES='' BASE='' ALLOWED='' NOTICES='' GITHUB_SERVER_URL='' GITHUB_REPOSITORY='' GITHUB_RUN_ID=''";
        box_.write(name, format!("#!/bin/bash\n{known}\nset -euo pipefail\n{script}"));
        judged(&box_, "shellcheck", &[name]);
        let parsed = Command::new("bash").args(["-n", name]).current_dir(box_.ws("")).status().unwrap();
        assert!(parsed.success());
    }
}

#[test]
fn the_differential_tests_have_a_workflow_where_lanes_are_configured() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(INIT).succeeds();
    assert!(!box_.ws(DIFFERENTIAL).exists(), "nothing says how a program is started");
    box_.write("molt-sync.toml", LANES);
    box_.refuses(&["init", "--github", "--check"], 1, &["molt-sync-differential.yml is not there"]);
    box_.sync(&["init", "--github"]).succeeds().says(&format!("{DIFFERENTIAL} is written\n"));
    let text = box_.read(DIFFERENTIAL);
    assert!(text.contains("\n        part: [1, 2]\n"), "{text}");
    assert_eq!(value(&text, "LANES"), "one,two");

    // what its steps do, on two machines and then on one
    for (name, script) in [("a", "echo a"), ("b", "echo b"), ("c", "echo ${NOT_SET}c"), ("d", "echo d")] {
        box_.write(&format!("t/{name}.py"), script);
    }
    let bin = box_.root().join("bin");
    tool(&bin, "molt-sync", &format!("exec '{}' \"$@\"", program().display()));
    let run = |script: &str, part: &str| {
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", script])
            .current_dir(box_.ws(""))
            .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
            .envs([("PART", part), ("PARTS", "2"), ("LANES", "one,two")])
            .env("RUNNER_TEMP", box_.root())
            .env("MOLT_SYNC_CACHE_DIR", box_.root().join("cache"))
            .output()
            .unwrap();
        (output.status.code(), said(&output))
    };
    let (part, merge) = (step(&text, "part", "Run this part of the tests"), step(&text, "merge", "Join the parts"));
    let parts = box_.root().join("parts");
    fs::create_dir(&parts).unwrap();
    let hand_on = |name: &str| fs::rename(box_.root().join(name), parts.join(name)).unwrap();
    let (code, words) = run(&part, "1");
    assert_eq!(code, Some(0), "what fails is told by the last job: {words}");
    hand_on("part-1.json");
    let (code, words) = run(&merge, "");
    assert!(code == Some(2) && words.contains("is missing"), "{words}");
    assert_eq!(run(&part, "2").0, Some(0));
    hand_on("part-2.json");
    let (code, words) = run(&merge, "");
    assert!(code == Some(1) && words.contains("::error file=t/c.py,title=fail in lane two::"), "{words}");
    assert!(!words.contains("lane one::"), "{words}");

    for (settings, code, why) in [
        (LANES.replace("parts = 2", "parts = 0"), 2, "parts is not between 1 and 256"),
        (LANES.replace("[lanes.two]", "[lanes.'two ${{ x }}']"), 2, "cannot write a workflow for lane"),
    ] {
        box_.write("molt-sync.toml", settings);
        box_.refuses(&["init", "--github"], code, &[why]);
    }
}
