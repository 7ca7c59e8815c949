//! Git around a run: hooks that refuse, rewrite or fail late, what the environment says, and a git that does not answer.

#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
};

use crate::{
    changes::{committed, git, refresh},
    support::Sandbox,
};

const NEWER: &str = "src/molt/stdlib/json/newer.py";

fn hook(box_: &Sandbox, name: &str, body: &str) {
    let path = box_.ws(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
}

fn files(box_: &Sandbox) -> Vec<(String, Vec<u8>)> {
    box_.snapshot().into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect()
}

/// Nothing of a run is left: not a file, not a branch, not a work tree.
#[track_caller]
fn is_as_before(box_: &Sandbox, before: &[(String, Vec<u8>)]) {
    assert!(files(box_) == before);
    assert_eq!(git(box_, &["status", "--short"]), "");
    assert_eq!(git(box_, &["branch", "--format=%(refname:short)"]), "main\n");
    assert_eq!(git(box_, &["branch", "--show-current"]), "main\n");
    assert_eq!(git(box_, &["worktree", "list", "--porcelain"]).matches("worktree ").count(), 1);
}

#[test]
fn another_repository_in_the_environment_is_not_written_to() {
    let (box_, other) = (committed(), committed());
    let args = refresh(&["--worktree", "--branch", "sync/3.13"]);
    let mirror = box_.root().join("mirror");
    let args: Vec<&str> =
        args.into_iter().map(|it| if it == "../mirror" { mirror.to_str().unwrap() } else { it }).collect();
    let (dir, index, top) = (other.ws(".git"), other.ws(".git/index"), other.ws(""));
    let env: [(&str, &Path); 3] = [("GIT_DIR", &dir), ("GIT_INDEX_FILE", &index), ("GIT_WORK_TREE", &top)];
    let (before, theirs) = (git(&box_, &["rev-parse", "main"]), other.snapshot());
    box_.sync_with(&env, &args).succeeds();
    assert!(other.snapshot() == theirs);
    assert_eq!(git(&box_, &["rev-parse", "main"]), before, "the branch that was there is where it was");
    assert_eq!(git(&box_, &["rev-parse", "sync/3.13^"]), before);
    assert_eq!(git(&box_, &["status", "--short"]), "");
    box_.sync_with(&env, &refresh(&["--commit"])).succeeds();
    assert!(other.snapshot() == theirs);
    assert_eq!(git(&box_, &["rev-parse", "main^"]), before);
}

#[test]
fn hooks_see_what_git_tells_them_and_nothing_else() {
    let box_ = committed();
    hook(&box_, "pre-commit", "test -n \"$(git ls-files 'docs/*.md')\" && test -z \"$GIT_LITERAL_PATHSPECS\"");
    box_.sync(&refresh(&["--commit"])).succeeds();
    assert_eq!(git(&box_, &["status", "--short"]), "");
}

#[test]
fn everything_a_hook_says_is_told() {
    let box_ = committed();
    let before = files(&box_);
    hook(&box_, "pre-commit", "echo first >&2\necho >&2\necho the second >&2\nexit 1");
    let ended = box_.sync(&refresh(&["--commit"]));
    assert!(ended.code == 2 && ended.err.contains("first") && ended.err.contains("\n  the second\n"), "{}", ended.err);
    is_as_before(&box_, &before);
    box_.refuses(&["undo"], 2, &["there is no changeset to take back"]);
}

#[test]
fn a_tag_with_the_name_of_a_branch_is_not_that_branch() {
    for name in ["main", "foo"] {
        let box_ = committed();
        git(&box_, &["tag", name]);
        hook(&box_, "pre-commit", "exit 1");
        let before = files(&box_);
        assert_ne!(box_.sync(&refresh(&["--branch", "foo"])).code, 0, "{name}");
        git(&box_, &["tag", "-d", name]);
        is_as_before(&box_, &before);
    }
}

#[test]
fn a_hook_that_rewrites_and_refuses_leaves_its_version_beside() {
    let box_ = committed();
    let before = files(&box_);
    hook(&box_, "pre-commit", &format!("echo '# formatted' >> {NEWER}\nexit 1"));
    let ended = box_.sync(&refresh(&["--commit"]));
    assert_eq!(ended.code, 2, "{}", ended.err);
    let place = ended.err.split("what a hook made of the files is in ").nth(1).unwrap().trim();
    let kept = fs::read_to_string(box_.ws("").join(place)).unwrap();
    assert!(kept.ends_with("# formatted\n"), "{kept}");
    is_as_before(&box_, &before);
}

#[test]
fn a_hook_that_rewrites_and_agrees_is_committed_as_git_would() {
    let box_ = committed();
    hook(&box_, "pre-commit", &format!("echo '# formatted' >> {NEWER}\ngit add {NEWER}"));
    box_.sync(&refresh(&["--commit"])).succeeds();
    assert!(git(&box_, &["show", &format!("HEAD:{NEWER}")]).ends_with("# formatted\n"));
}

#[test]
fn a_hook_that_fails_behind_the_deed_leaves_nothing() {
    let box_ = committed();
    let before = files(&box_);
    hook(&box_, "post-checkout", "echo behind >&2\nexit 1");
    for more in [&["--branch", "sync/3.13"][..], &["--worktree", "--branch", "sync/3.13"]] {
        let ended = box_.sync(&refresh(more));
        assert!(ended.code == 2 && ended.err.contains("behind"), "{more:?}: {}", ended.err);
        is_as_before(&box_, &before);
    }
}

#[test]
fn a_repository_in_the_workspace_is_not_committed_in_it() {
    let box_ = committed();
    git(&box_, &["rm", "-q", "-r", "--cached", "docs"]);
    git(&box_, &["commit", "-q", "-m", "docs are elsewhere"]);
    let status = Command::new("git").args(["init", "-q"]).current_dir(box_.ws("docs")).status().unwrap();
    assert!(status.success());
    box_.refuses(&refresh(&[]), 3, &["uncommitted changes", "docs/spec/STATUS.md"]);
    box_.sync(&refresh(&["--allow-dirty", "docs/**", "--allow-dirty", "ROADMAP.md"])).succeeds();
}

#[test]
fn where_git_does_not_answer_a_person_can_go_on() {
    let box_ = committed();
    let nowhere = box_.root().join("nowhere");
    let env: [(&str, &Path); 1] = [("PATH", &nowhere)];
    let before = box_.snapshot();
    let ended = box_.sync_with(&env, &refresh(&[]));
    assert!(ended.code == 2 && ended.err.contains("cannot start git"), "{}", ended.err);
    assert!(ended.err.contains("hint: install git, or add --allow-dirty '**'"), "{}", ended.err);
    assert!(box_.snapshot() == before);
    box_.sync_with(&env, &["gates"]).says("");
    // who only looks sees the change, and what would stop it
    let looked = box_.sync_with(&env, &refresh(&["--dry-run"]));
    assert!(
        looked.code == 2 && looked.out.contains("newer.py") && looked.err.contains("cannot start git"),
        "{}",
        looked.err
    );
    box_.sync_with(&env, &refresh(&["--allow-dirty", "**"])).succeeds();
    assert!(box_.ws(NEWER).exists());
    box_.sync_with(&env, &["undo"]).succeeds();
    assert!(!box_.ws(NEWER).exists());
}

/// Kills the program that called git, which called this hook.
const KILL: &str = "kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)";

#[cfg(target_os = "linux")]
#[test]
fn what_was_done_for_a_commit_that_never_came_is_taken_back() {
    for (name, body) in [
        ("pre-commit", format!("{KILL}\nexit 1")),
        ("post-checkout", format!("{KILL}\nexit 0")),
        ("pre-commit", format!("{KILL}\nrm -f .git/index.lock\nkill -9 $PPID")),
    ] {
        for more in [&["--commit"][..], &["--branch", "sync/3.13"]] {
            if name == "post-checkout" && more.len() == 1 {
                continue;
            }
            let box_ = committed();
            let before = files(&box_);
            hook(&box_, name, &body);
            let status = box_.command(&box_.ws(""), &refresh(more)).stderr(std::process::Stdio::null()).status();
            assert_eq!(status.unwrap().code(), None, "{name} {more:?}: it was killed");
            fs::remove_file(box_.ws(".git/hooks").join(name)).unwrap();
            settled(&box_);
            let again = box_.sync(&["recover"]).succeeds();
            assert!(again.out.contains("is taken back"), "{name} {more:?}: {}", again.out);
            is_as_before(&box_, &before);
            box_.sync(&refresh(more)).succeeds();
            assert_eq!(git(&box_, &["status", "--short"]), "");
        }
    }
}

/// Waits until git, which goes on alone for a moment, has let go of the index.
#[cfg(target_os = "linux")]
fn settled(box_: &Sandbox) {
    let lock = box_.ws(".git/index.lock");
    let start = std::time::Instant::now();
    while lock.exists() && start.elapsed().as_secs() < 20 {
        std::thread::yield_now();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_writes_takes_it_back_and_goes_on_unless_somebody_worked_on_it() {
    let box_ = committed();
    hook(&box_, "pre-commit", &format!("{KILL}\nexit 1"));
    let status = box_.command(&box_.ws(""), &refresh(&["--branch", "sync/3.13"])).status().unwrap();
    assert_eq!(status.code(), None);
    fs::remove_file(box_.ws(".git/hooks/pre-commit")).unwrap();
    settled(&box_);
    let text = box_.read(NEWER);
    box_.write(NEWER, format!("{text}# mine\n"));
    box_.refuses(&refresh(&[]), 6, &["a run was cut off before its commit, and then", "newer.py changed"]);
    box_.write(NEWER, text);
    let ended = box_.sync(&refresh(&["--branch", "sync/3.13"])).succeeds();
    assert!(ended.err.contains("a run had been cut off before its commit"), "{}", ended.err);
    assert_eq!(git(&box_, &["rev-list", "--count", "main..sync/3.13"]), "1\n");
    assert_eq!(git(&box_, &["status", "--short"]), "");
}
