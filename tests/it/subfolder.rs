//! A workspace that is a folder of its repository: services show findings beside lines of files of the repository.

use std::{fs, process::Command};

use crate::support::{
    Release, Sandbox,
    workflow::{Forge, git_at, git_in, said, step, value},
};

/// A repository at the top of the sandbox with a workspace in `ws`, of which a module and a document are wrong.
fn repository(is_repository: bool) -> Sandbox {
    let sandbox = Sandbox::with_series("3.14");
    sandbox.write("src/molt/stdlib/abc.py", "def f(:\n");
    let status = sandbox.read("docs/spec/STATUS.md");
    sandbox.write("docs/spec/STATUS.md", status + "\nThere are `1` top-level required names.\n");
    if is_repository {
        for arguments in [&["init", "-q"][..], &["add", "-A"]] {
            let status = Command::new("git").arg("-C").arg(sandbox.root()).args(arguments).status();
            assert!(status.unwrap().success());
        }
    }
    sandbox
}

fn uris(sarif: &str) -> Vec<String> {
    let log: serde_json::Value = serde_json::from_str(sarif).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let uri = |it: &serde_json::Value| it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    results.iter().map(|it| uri(it).as_str().unwrap().to_owned()).collect()
}

#[test]
fn paths_count_from_the_root_of_the_repository() {
    for (is_repository, prefix) in [(true, "ws/"), (false, "")] {
        let sandbox = repository(is_repository);
        let run = |check: &[&str], format: &str| sandbox.sync(&[check, &["--format", format]].concat()).out;
        for (check, file) in [(&["gates"][..], "src/molt/stdlib/abc.py"), (&["docs", "check"], "docs/spec/STATUS.md")] {
            let uris = uris(&run(check, "sarif"));
            assert!(uris.contains(&format!("{prefix}{file}")), "{check:?}: {uris:?}");
            assert!(uris.iter().all(|it| it.starts_with(prefix)), "{check:?}: {uris:?}");
            assert!(
                run(check, "github").contains(&format!("file={prefix}{file}")),
                "{check:?}: {}",
                run(check, "github")
            );
            let junit = run(check, "junit");
            assert!(junit.contains(&format!("{prefix}{file}:")), "{check:?}: {junit}");
            // people and scripts name files from the workspace's root, where they run it
            assert!(!run(check, "human").contains(&format!("ws/{file}")), "{check:?}");
        }
    }
}

#[test]
fn the_logs_of_two_checks_of_one_commit_can_be_told_apart() {
    let sandbox = repository(false);
    let ids: Vec<String> = [&["gates"][..], &["docs", "check"], &["docs", "census"]]
        .iter()
        .map(|check| {
            let out = sandbox.sync(&[check, &["--format", "sarif"][..]].concat()).out;
            let log: serde_json::Value = serde_json::from_str(&out).unwrap();
            log["runs"][0]["automationDetails"]["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids, ["molt-sync/gates/", "molt-sync/docs/", "molt-sync/census/"]);
}

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const PROPOSE: &str = "Apply allowed paths only, push one branch, open the pull request";

/// A repository with a workspace in the folder `folder`, which is committed, and a release that waits for it.
fn monorepo(folder: &str) -> (Sandbox, std::path::PathBuf) {
    let sandbox = Sandbox::empty();
    let top = sandbox.root().join("mono");
    fs::create_dir_all(top.join("docs")).unwrap();
    fs::write(top.join("docs/a.md"), "a\n".repeat(9)).unwrap();
    git_in(&top, &["init", "-q"]);
    sandbox.run(&["init", &format!("mono/{folder}"), "--series", "3.13"]).succeeds();
    let bytes = Release::based_on("3.13", "3.13.77").without("this").tgz();
    sandbox.file("mirror/3.13.77/Python-3.13.77.tgz", &bytes);
    let digest = molt_sync::base::Sha256::of(&bytes).to_string();
    let trust = ["trust", "add", "3.13.77", "--artifact", "Python-3.13.77.tgz", "--sha256", &digest, "--by", "A"];
    sandbox.run(&[&["-C", &format!("mono/{folder}")], &trust[..]].concat()).succeeds();
    (sandbox, top)
}

#[cfg(unix)]
#[test]
fn workflows_lie_at_the_top_and_work_on_the_folder() {
    for folder in ["compiler", "my (c++) $x/größer"] {
        let (sandbox, top) = monorepo(folder);
        let place = format!("mono/{folder}");
        let run = |args: &[&str]| sandbox.run(&[&["-C", &place], args].concat());
        run(&["init", "--github", "--install", "true"]).succeeds();
        assert!(!top.join(folder).join(".github").exists());
        let text = fs::read_to_string(top.join(WATCH)).unwrap();
        let check = fs::read_to_string(top.join(".github/workflows/molt-sync-check.yml")).unwrap();
        // jobs that run the program do so in the folder, and the others know no folder
        let (detect, others) = text.split_once("\n  propose:\n").unwrap();
        for text in [detect, &check] {
            assert_eq!(value(text, "working-directory"), folder);
        }
        assert!(!others.contains("working-directory"));
        let ended = run(&["init", "--github", "--check"]).succeeds();
        assert!(ended.out.contains("top of the repository"), "{}", ended.out);
        git_in(&top, &["add", "-A"]);
        git_in(&top, &["commit", "-q", "-m", "start"]);

        let changes = sandbox.root().join("changes");
        fs::create_dir(&changes).unwrap();
        let [patch, report] = ["patch", "md"].map(|it| format!("{}/3.13.{it}", changes.display()));
        let mirror = sandbox.root().join("mirror");
        let refresh = ["refresh", "3.13.77", "--mirror", mirror.to_str().unwrap()];
        run(&[&refresh[..], &["--patch", &patch, "--report", &report]].concat()).succeeds();
        fs::write(changes.join("3.13.message"), "Refresh to CPython 3.13.77\n").unwrap();
        let good = fs::read_to_string(&patch).unwrap();
        // the same patch is printed, and git takes it in any folder of the repository
        let printed = run(&[&refresh[..], &["--dry-run"]].concat()).succeeds().out;
        assert_eq!(printed, good);
        for from in [&top, &top.join(folder)] {
            let applied = git_at(from, &["apply", &patch]);
            assert!(applied.status.success(), "{}", said(&applied));
            assert!(!git_in(&top, &["status", "--porcelain"]).is_empty(), "git took no file of it");
            git_in(&top, &["checkout", "-q", "--", "."]);
            git_in(&top, &["clean", "-qfd"]);
        }

        let forge = Forge::of(&top, sandbox.root().join("forge"));
        let (allowed, script) = (value(&text, "ALLOWED"), step(&text, "propose", PROPOSE));
        let propose = || {
            let env =
                [("SERIES", "3.13"), ("BASE", "main"), ("ALLOWED", &allowed), ("CHANGES", changes.to_str().unwrap())];
            forge.run(&forge.checkout(), &script, &env)
        };
        // neither outside of the folder, nor what only looks as if it lay in it
        let author = sandbox.root().join("author");
        git_in(sandbox.root(), &["clone", "-q", "forge/origin", "author"]);
        let outside = ["docs/a.md".to_owned(), format!("{folder}x/README.md"), format!("{folder}/molt-sync.toml")];
        for name in outside.iter().filter(|_| folder == "compiler") {
            git_in(&author, &["reset", "-q", "--hard"]);
            fs::create_dir_all(author.join(name).parent().unwrap()).unwrap();
            fs::write(author.join(name), "changed\n").unwrap();
            git_in(&author, &["add", "-A"]);
            fs::write(&patch, git_at(&author, &["diff", "--cached", "--binary"]).stdout).unwrap();
            let output = propose();
            assert!(output.status.code() == Some(4) && said(&output).contains("refused"), "{name}: {}", said(&output));
        }
        fs::write(&patch, &good).unwrap();
        let output = propose();
        assert!(output.status.success(), "{}", said(&output));
        let names = forge.origin(&["-c", "core.quotePath=false", "diff", "--name-only", "main..molt-sync/3.13"]);
        assert!(names.lines().count() > 3 && names.lines().all(|it| it.starts_with(&format!("{folder}/"))), "{names}");
        assert!(names.contains(&format!("{folder}/baselines/3.13.json")), "{names}");
    }
}

#[cfg(unix)]
#[test]
fn a_workflow_of_another_workspace_is_not_written_over() {
    let (sandbox, top) = monorepo("one");
    sandbox.run(&["init", "mono/two", "--series", "3.13"]).succeeds();
    let init = |folder: &str, more: &[&str]| {
        sandbox.run(&[&["-C", folder, "init", "--github", "--install", "true"], more].concat())
    };
    init("mono/one", &[]).succeeds();
    let before = fs::read_to_string(top.join(WATCH)).unwrap();
    for more in [&[][..], &["--check"]] {
        let ended = init("mono/two", more);
        assert!(ended.code == 3 && ended.err.contains("is about the workspace in one"), "{}", ended.err);
    }
    assert_eq!(fs::read_to_string(top.join(WATCH)).unwrap(), before);
    // the run that would be refused says so there too
    let settings = top.join("one/molt-sync.toml");
    fs::write(&settings, "[paths]\nlock = \"b/lock.toml\"\n").unwrap();
    let watch = |words: &str| {
        let mut command = sandbox.command(&top.join("one"), &["watch", "--github", "--mirror", "../../mirror"]);
        for name in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
            command.env(name, sandbox.root().join(name));
        }
        said(&command.output().unwrap()).contains(words)
    };
    assert!(watch("renew it: molt-sync init --github"));
    init("mono/one", &[]).succeeds();
    assert!(!watch("renew it") && fs::read_to_string(top.join(WATCH)).unwrap().contains("one/b/lock"));
}

/// The command lines between backticks of a text.
fn commands(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|it| it.starts_with("molt-sync ") || it.starts_with("git "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn commands_that_are_named_work_where_the_run_was_started() {
    let (sandbox, top) = monorepo("compiler");
    git_in(&top, &["config", "user.name", "A"]);
    git_in(&top, &["config", "user.email", "a@example.org"]);
    git_in(&top, &["add", "-A"]);
    git_in(&top, &["commit", "-q", "-m", "start"]);
    git_in(&top, &["branch", "taken"]);
    let root = top.join("compiler");
    let clean = || {
        git_in(&top, &["reset", "-q", "--hard"]);
        git_in(&top, &["clean", "-qfd"]);
    };
    let refresh = |more: &[&'static str]| -> Vec<&'static str> {
        [&["refresh", "3.13.77", "--mirror", "../mirror"], more].concat()
    };
    let outside = |args: &[&str]| {
        let mut command = sandbox.command(&top, &[&["-C", "compiler"], args].concat());
        let output = command.output().unwrap();
        said(&output)
    };
    for (args, command) in [
        (refresh(&["--plan", "../p.json"]), "molt-sync --root compiler apply /"),
        (refresh(&["--branch", "taken"]), "git -C compiler switch taken"),
        (refresh(&["--branch", "new"]), "git -C compiler switch -"),
        (refresh(&["--worktree", "--branch", "beside"]), "git -C compiler merge beside"),
        (refresh(&[]), "molt-sync --root compiler undo"),
        (vec!["undo"], "molt-sync --root compiler undo"),
        (vec!["ratchet", "check", "--base", "nowhere"], "git -C compiler branch --all"),
        (vec!["docs", "check"], "molt-sync --root compiler docs sync"),
    ] {
        if args[0] == "docs" {
            let status = fs::read_to_string(root.join("docs/spec/STATUS.md")).unwrap();
            fs::write(root.join("docs/spec/STATUS.md"), status + "\nThere are `1` top-level required names.\n")
                .unwrap();
        }
        let said = outside(&args);
        let found = commands(&said);
        if args[0] != "refresh" || args.len() > 4 {
            assert!(found.iter().any(|it| it.starts_with(command)), "{args:?}: {said}");
        }
        for it in found.iter().filter(|it| !it.contains(" refresh ")) {
            assert!(it.starts_with("git -C ") || it.contains(" --root compiler "), "{it}: {said}");
        }
        if args.contains(&"new") || args.contains(&"beside") {
            git_in(&top, &["switch", "-q", "main"]);
            clean();
        }
    }
    // the plan is found from anywhere by the line that names it
    clean();
    // in a folder of the workspace, git is told where paths count from
    let lock = root.join("baselines/releases.lock.toml");
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, format!("<<<<<<< a\n{text}=======\n{text}>>>>>>> b\n")).unwrap();
    let full = root.canonicalize().unwrap();
    for (dir, command) in [
        (root.join("docs"), format!("git -C {} add baselines/releases.lock.toml", full.display())),
        (root.clone(), "git add baselines/releases.lock.toml".to_owned()),
    ] {
        let output = sandbox.command(&dir, &["trust", "show"]).output().unwrap();
        assert!(commands(&said(&output)).contains(&command), "{}", said(&output));
    }
    // an obstacle's hint, for people and for programs
    clean();
    fs::remove_file(root.join("baselines/releases.lock.toml")).unwrap();
    git_in(&top, &["commit", "-q", "-am", "no lock"]);
    fs::write(root.join("docs/spec/STATUS.md"), "mine\n").unwrap();
    for format in ["human", "json"] {
        let said = outside(&refresh(&["--dry-run", "--format", format]));
        let trust = said.lines().filter(|it| it.contains(" trust add 3.13.77")).collect::<Vec<_>>();
        assert!(!trust.is_empty(), "{said}");
        assert!(trust.iter().all(|it| !it.contains("molt-sync trust")), "{trust:#?}");
    }
}
