//! Where the generated workflows run what they run, and what of the repository can change that: a pull request brings files, links
//! and folders, and none of them may stand in the place of this program or of its workspace.

#![cfg(unix)]

use std::{fs, os::unix::fs::symlink};

use crate::support::{
    Sandbox,
    workflow::{git_in, step},
};

const WATCH: &str = ".github/workflows/molt-sync-watch.yml";
const CHECK: &str = ".github/workflows/molt-sync-check.yml";
const HASH: &str = "71c7f1cc33c9e24de93f2b3627433bed3ccbc3b3";
const FROM_GIT: &[&str] = &["init", "--github", "--from-git", "https://forge.example/o/r", "--rev", HASH];
const COMPARE: &[&str] = &["init", "--github", "--check"];

/// The folder that each install step of a workflow runs in.
fn places(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let at = (0..lines.len()).filter(|it| lines[*it].contains("- name: Install molt-sync"));
    let place = |at: usize| lines[at + 1..].iter().find_map(|it| it.trim().strip_prefix("working-directory: "));
    at.map(|at| place(at).unwrap()).collect()
}

/// In a checkout cargo would obey files of the checkout: the toolchain that one names, or a wrapper for the compiler.
#[test]
fn what_builds_this_program_runs_in_no_checkout() {
    let box_ = Sandbox::with_series("3.13");
    box_.write(".github/workflows/x", "");
    let wheel = "https://forge.example/molt_sync-0.1.0-py3-none-any.whl";
    let digest = "ab".repeat(32);
    for (args, place) in [
        (FROM_GIT, "${{ runner.temp }}"),
        (&["init", "--github"], "${{ runner.temp }}"),
        (&["init", "--github", "--install", "tools/get"], "\".\""),
        // which goes elsewhere by itself
        (&["init", "--github", "--from-wheel", wheel, "--sha256", &digest], "\".\""),
        // a line that only begins like one of this program's
        (&["init", "--github", "--install", "cargo install --locked --git x --rev y molt-sync && ./z"], "\".\""),
    ] {
        box_.sync(args).succeeds();
        for name in [WATCH, CHECK] {
            let text = box_.read(name);
            assert!(!places(&text).is_empty() && places(&text).iter().all(|it| *it == place), "{args:?}: {text}");
        }
        box_.sync(COMPARE).succeeds();
    }
    let action = fs::read_to_string(crate::support::book::top().join("action.yml")).unwrap();
    let build = action.split("- id: build").nth(1).unwrap();
    assert!(build.split("run: |").next().unwrap().contains("working-directory: ${{ runner.temp }}"));
}

/// A forge reads what git has, and follows no link.
#[test]
fn a_workflow_behind_a_link_is_not_there() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(FROM_GIT).succeeds();
    box_.sync(COMPARE).succeeds();
    for (path, link) in [(CHECK, "../../aside"), (".github/workflows", "../aside"), (".github", "aside")] {
        fs::rename(box_.ws(path), box_.ws("aside")).unwrap();
        symlink(link, box_.ws(path)).unwrap();
        assert!(box_.ws(CHECK).exists(), "{path}");
        box_.refuses(COMPARE, 1, &["lies behind the symbolic link", path]);
        box_.refuses(FROM_GIT, 3, &["lies behind the symbolic link", path]);
        fs::remove_file(box_.ws(path)).unwrap();
        fs::rename(box_.ws("aside"), box_.ws(path)).unwrap();
        box_.sync(COMPARE).succeeds();
    }
}

/// A line of the install step that `--install` refuses is no more taken from a file: a runner would put words of a pull request
/// into it.
#[test]
fn an_install_line_that_nobody_could_have_named_is_not_kept() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(FROM_GIT).succeeds();
    let line = box_.read(CHECK).lines().find(|it| it.contains("run: \"cargo")).unwrap().to_owned();
    for other in ["echo ${{ github.event.pull_request.title }}", "true\\u000acurl x", ""] {
        let before = [WATCH, CHECK].map(|it| box_.read(it));
        for name in [WATCH, CHECK] {
            box_.write(name, box_.read(name).replace(&line, &format!("        run: \"{other}\"")));
        }
        box_.refuses(COMPARE, 1, &["is not what this configuration asks for"]);
        box_.refuses(&["init", "--github"], 3, &["is there already and says something else"]);
        for (name, text) in [WATCH, CHECK].into_iter().zip(before) {
            box_.write(name, text);
        }
    }
}

/// A checkout may have another form of a text than git.
#[test]
fn workflows_with_carriage_returns_are_this_programs_own() {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(FROM_GIT).succeeds();
    for name in [WATCH, CHECK] {
        box_.write(name, box_.read(name).replace('\n', "\r\n"));
    }
    box_.sync(COMPARE).succeeds();
    let before = box_.snapshot();
    box_.sync(&["init", "--github"]).succeeds().says("is as it should be");
    assert!(box_.snapshot() == before);
    box_.write("molt-sync.toml", "[docs.files.\"docs/FACTS.md\"]\ntemplate = \"builtin:facts\"\n");
    box_.refuses(COMPARE, 1, &["molt-sync-watch.yml is not what this configuration asks for"]);
    box_.sync(&["init", "--github"]).succeeds();
    let text = box_.read(WATCH);
    assert!(text.contains("FACTS") && text.lines().count() == text.matches("\r\n").count(), "{text}");
}

/// Where a pull request takes the workspace away from its folder, the one above it is not judged in its place.
#[test]
fn the_checks_judge_the_workspace_of_their_folder_alone() {
    let box_ = Sandbox::with_series("3.13");
    fs::create_dir_all(box_.ws("compiler/sub")).unwrap();
    for name in ["Gates", "Documents", "Verdict"] {
        let text = step(include_str!("../../docs-templates/schedulers/check.yml"), "check", name);
        let line = text.lines().find(|it| it.contains("molt-sync ")).unwrap();
        assert!(line.contains("--root . "), "{line}");
    }
    assert_eq!(box_.run_at("compiler", &["gates", "--root", "."]).code, 2);
    box_.run_at("compiler", &["gates"]).succeeds();
}

/// Who gives a pull request another base has made another comparison of it.
#[test]
fn the_checks_run_again_where_the_base_is_another_one() {
    for text in [
        include_str!("../../docs-templates/schedulers/check.yml"),
        include_str!("../../docs-templates/schedulers/scoreboard.yml"),
    ] {
        let behind = text.split("  pull_request:\n").nth(1).unwrap();
        let types = behind.lines().find(|it| it.trim().starts_with("types:")).unwrap();
        assert!(["opened", "synchronize", "reopened", "edited"].iter().all(|it| types.contains(it)), "{types}");
    }
}

/// A workspace that goes to another folder of its repository is no new one, whatever is left in its place.
#[test]
fn a_workspace_that_was_moved_is_not_compared_with_nothing() {
    for leaves_link in [false, true] {
        let box_ = Sandbox::with_series("3.13");
        let (top, from, to) = (box_.ws("top"), box_.ws("top/compiler"), box_.ws("top/molt"));
        fs::create_dir_all(&from).unwrap();
        for entry in fs::read_dir(box_.ws("")).unwrap().map(Result::unwrap).filter(|it| it.file_name() != "top") {
            fs::rename(entry.path(), from.join(entry.file_name())).unwrap();
        }
        git_in(&top, &["init", "-q"]);
        git_in(&top, &["add", "-A"]);
        git_in(&top, &["commit", "-q", "-m", "start"]);
        git_in(&top, &["tag", "start"]);
        git_in(&top, &["mv", "compiler", "molt"]);
        if leaves_link {
            symlink("molt", &from).unwrap();
        }
        // a part that stays is no workspace
        if !leaves_link {
            fs::create_dir(&from).unwrap();
            fs::write(from.join("molt-sync.toml"), "").unwrap();
            fs::copy(to.join("tools/stdlib_intrinsics_ratchet.json"), from.join("ratchet.json")).unwrap();
        }
        let budget = to.join("tools/stdlib_intrinsics_ratchet.json");
        let text = fs::read_to_string(&budget).unwrap();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        fs::write(&budget, text.replace(&digits, "9999")).unwrap();
        git_in(&top, &["add", "-A"]);
        git_in(&top, &["commit", "-q", "-m", "move"]);
        for args in [
            &["gates", "--base", "start"][..],
            &["docs", "check", "--base", "start"],
            &["ratchet", "check", "--base", "start"],
        ] {
            let ended = box_.run_at("top/molt", args);
            assert_eq!(ended.code, 3, "{args:?}: {}{}", ended.out, ended.err);
            assert!(ended.err.contains("its workspace is") && ended.err.contains("compiler"), "{}", ended.err);
        }
        // beside another one that stays, it is new
        drop(fs::remove_file(&from));
        drop(fs::remove_dir_all(&from));
        git_in(&top, &["checkout", "-q", "start", "--", "compiler"]);
        git_in(&top, &["add", "-A"]);
        git_in(&top, &["commit", "-q", "-m", "both"]);
        let ended = box_.run_at("top/molt", &["gates", "--base", "start"]);
        assert!(!ended.err.contains("its workspace is"), "{}{}", ended.out, ended.err);
    }
}

/// A pattern, a link and a region of the workspace's own bind values in documents that instruct a program: these are written all the
/// same, and others of that kind are not.
#[test]
fn documents_that_are_written_by_a_pattern_or_a_link_are_let_through() {
    let box_ = Sandbox::with_series("3.13");
    let modules = box_.sync(&["docs", "facts", "stdlib.total"]).succeeds().out;
    let total: String = modules.split(": ").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
    box_.write("CLAUDE.md", format!("There are {total} modules in all.\n"));
    box_.write("AGENTS.md", "Nothing.\n");
    box_.write("GEMINI.md", "Nothing.\n");
    box_.write(
        "docs/bindings.toml",
        "[[bind]]\ndoc = \"{AGENTS,CLAUDE}.md\"\nphrase = \"There are {stdlib.total} modules\"\n",
    );
    box_.write("molt-sync.toml", "[docs]\nroots = [\"*.md\", \"docs/**/*.md\"]\n");
    box_.sync(FROM_GIT).succeeds();
    let line = |key: &str| {
        let text = box_.read(WATCH);
        text.lines().find_map(|it| it.trim().strip_prefix(key)).unwrap().to_owned()
    };
    let written = line("written=");
    assert!(written.contains("CLAUDE") && !written.contains("AGENTS") && !written.contains("GEMINI"), "{written}");
    // once it has one too, the lists are others
    box_.write("AGENTS.md", format!("There are {total} modules in all.\n"));
    box_.refuses(COMPARE, 1, &["molt-sync-watch.yml is not what this configuration asks for"]);
    box_.sync(FROM_GIT).succeeds();
    assert!(line("written=").contains("AGENTS"));
}

/// Where a pull request puts a link in the place of the workspace's folder, what that leads to is not judged for it.
#[test]
fn the_checks_stop_where_their_folder_is_a_link() {
    let box_ = Sandbox::with_series("3.13");
    let top = box_.ws("top");
    for name in ["my compiler", "other"] {
        fs::create_dir_all(top.join(name)).unwrap();
    }
    git_in(&top, &["init", "-q"]);
    for (text, name) in [
        (include_str!("../../docs-templates/schedulers/check.yml"), "Gates"),
        (include_str!("../../docs-templates/schedulers/scoreboard.yml"), "Compare with the base, by name"),
    ] {
        let script = step(text, "check", name).replace("molt-sync ", "true ");
        let code = |folder: &str| {
            let mut command = std::process::Command::new("bash");
            command.args(["--noprofile", "--norc", "-euo", "pipefail", "-c"]);
            command.envs([("RUNNER_TEMP", "/dev"), ("GITHUB_OUTPUT", "/dev/null"), ("BASE", "")]);
            let script = script.replace("\"$RUNNER_TEMP/gates.sarif\"", "/dev/null");
            command.arg(script);
            command.env("FOLDER", folder).current_dir(top.join(folder)).output().unwrap().status.code()
        };
        assert_eq!((code("my compiler"), code("."), code("other")), (Some(0), Some(0), Some(0)));
        fs::rename(top.join("my compiler"), top.join("moved")).unwrap();
        symlink("other", top.join("my compiler")).unwrap();
        assert_eq!(code("my compiler"), Some(3));
        fs::remove_file(top.join("my compiler")).unwrap();
        fs::rename(top.join("moved"), top.join("my compiler")).unwrap();
    }
}

/// A file that the base has where the new settings look for modules does not make the folder a workspace of then.
#[test]
fn a_workspace_that_was_moved_beside_a_file_is_not_compared_with_nothing() {
    let box_ = Sandbox::with_series("3.13");
    let (top, from, to) = (box_.ws("top"), box_.ws("top/compiler"), box_.ws("top/vendor"));
    fs::create_dir_all(&from).unwrap();
    for entry in fs::read_dir(box_.ws("")).unwrap().map(Result::unwrap).filter(|it| it.file_name() != "top") {
        fs::rename(entry.path(), from.join(entry.file_name())).unwrap();
    }
    fs::create_dir_all(to.join("mods")).unwrap();
    fs::write(to.join("mods/a.py"), "x = 1\n").unwrap();
    git_in(&top, &["init", "-q"]);
    git_in(&top, &["add", "-A"]);
    git_in(&top, &["commit", "-q", "-m", "start"]);
    git_in(&top, &["tag", "start"]);
    fs::remove_dir_all(to.join("mods")).unwrap();
    fs::rename(from.join("src/molt/stdlib"), to.join("mods")).unwrap();
    for entry in fs::read_dir(&from).unwrap().map(Result::unwrap) {
        fs::rename(entry.path(), to.join(entry.file_name())).unwrap();
    }
    fs::write(to.join("molt-sync.toml"), "[paths]\nstdlib = \"mods\"\n").unwrap();
    git_in(&top, &["add", "-A"]);
    git_in(&top, &["commit", "-q", "-m", "move"]);
    let ended = box_.run_at("top/vendor", &["gates", "--base", "start"]);
    assert!(ended.code == 3 && ended.err.contains("its workspace is"), "{}{}", ended.out, ended.err);
}
