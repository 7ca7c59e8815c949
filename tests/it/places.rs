//! Where things go that are not the workspace's: the cache and temporary folders. None of them lands in it, and what cannot be
//! made or is given up half-way leaves nothing behind.

#![cfg(unix)]

use std::{
    ffi::OsStr,
    fs::{self, Permissions},
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::Path,
};

use crate::{
    changes::{committed, git, refresh},
    support::Sandbox,
};

/// Everything in the workspace but git's own.
fn files(box_: &Sandbox) -> Vec<(String, Vec<u8>)> {
    box_.snapshot().into_iter().filter(|(path, _)| !path.starts_with(".git/")).collect()
}

#[test]
fn without_a_home_nothing_is_cached_in_the_workspace() {
    let plain = committed();
    plain.sync(&refresh(&[])).succeeds();
    let expected = files(&plain);
    let odd = OsStr::from_bytes(b"h\xe9");
    let ways: [(&str, &[(&str, &OsStr)]); 5] = [
        ("unset", &[]),
        ("empty", &[("HOME", OsStr::new(""))]),
        ("relative", &[("HOME", OsStr::new("."))]),
        ("relative and no UTF-8", &[("HOME", odd)]),
        ("relative cache", &[("XDG_CACHE_HOME", OsStr::new("rel"))]),
    ];
    for (name, env) in ways {
        let box_ = committed();
        let mut command = box_.command(&box_.ws(""), &refresh(&[]));
        command.env_remove("MOLT_SYNC_CACHE_DIR").env_remove("HOME").env_remove("XDG_CACHE_HOME");
        let output = command.envs(env.iter().copied()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("nothing is cached: "), "{name}: {said}");
        assert!(files(&box_) == expected, "{name}");
    }
    // a home that is no UTF-8 is one all the same, and one in the workspace is none
    let home = plain.root().join(odd);
    fs::create_dir(&home).unwrap();
    for (home, is_used) in [(home.clone(), true), (plain.ws(""), false)] {
        let mut command = plain.command(&plain.ws(""), &["docs", "check"]);
        command.env_remove("MOLT_SYNC_CACHE_DIR").env_remove("XDG_CACHE_HOME").env("HOME", &home);
        plain.write("docs/X.md", "x");
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.contains("nothing is cached: the user's cache lies in the workspace"), !is_used, "{said}");
        assert!(!plain.ws(".cache").exists());
    }
}

#[test]
fn a_cache_that_is_named_in_the_workspace_is_refused_unless_git_ignores_it() {
    let box_ = committed();
    let link = box_.root().join("link");
    std::os::unix::fs::symlink(box_.ws(""), &link).unwrap();
    for place in ["new/cache", ".", "docs", "../ws/cache", link.join("cache").to_str().unwrap()] {
        box_.refuses(
            &[&["--cache-dir", place], &refresh(&[])[..]].concat(),
            2,
            &["it lies in the workspace", "--cache-dir"],
        );
    }
    box_.write(".gitignore", "/cache/\n");
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "ignored"]);
    box_.sync(&[&["--cache-dir", "cache"], &refresh(&["--commit"])[..]].concat()).succeeds();
    assert_eq!(git(&box_, &["status", "--short"]), "");
    // what came with a checkout is not the user's
    box_.write("cache/facts", "forged");
    git(&box_, &["add", "-f", "cache/facts"]);
    git(&box_, &["commit", "-q", "-m", "a cache"]);
    box_.refuses(&["--cache-dir", "cache", "docs", "check"], 2, &["it lies in the workspace"]);
}

#[test]
fn a_cache_to_which_a_link_of_the_workspace_leads_is_none() {
    let box_ = committed();
    let outside = box_.root().join("outside");
    fs::create_dir(&outside).unwrap();
    box_.write(".gitignore", "/cache\n");
    std::os::unix::fs::symlink(&outside, box_.ws("cache")).unwrap();
    for place in ["cache", "cache/deep", "src/../cache"] {
        let named = [&["--cache-dir", place], &refresh(&["--dry-run"])[..]].concat();
        box_.refuses(&named, 2, &["a link on the way leads out", "--cache-dir"]);
    }
    let mut command = box_.command(&box_.ws(""), &refresh(&["--dry-run"]));
    command.env_remove("MOLT_SYNC_CACHE_DIR").env("XDG_CACHE_HOME", box_.ws("cache"));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("nothing is cached: the user's cache lies in the workspace"), "{said}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn a_cache_that_cannot_be_used_fails_no_run_that_needs_none() {
    for below in ["", "/below"] {
        let box_ = committed();
        let place = box_.file("file", b"a file") + below;
        box_.sync(&[&["--cache-dir", &place], &refresh(&["--commit"])[..]].concat()).succeeds();
        box_.sync(&["--cache-dir", &place, "docs", "check"]).succeeds();
        assert_eq!(fs::read(box_.root().join("file")).unwrap(), b"a file");
    }
}

/// Neither a branch nor a work tree is left, and no folder in `tmp`.
#[track_caller]
fn nothing_is_left(box_: &Sandbox, before: &[(String, Vec<u8>)], tmp: &Path) {
    assert!(files(box_) == before);
    assert_eq!(git(box_, &["branch", "--format=%(refname:short)"]), "main\n");
    assert_eq!(git(box_, &["branch", "--show-current"]), "main\n");
    assert_eq!(git(box_, &["worktree", "list", "--porcelain"]).matches("worktree ").count(), 1);
    let left: Vec<_> = fs::read_dir(tmp).into_iter().flatten().map(|it| it.unwrap().path()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_filter_that_fails_leaves_nothing_and_is_the_cause_that_is_told() {
    for (broken, more) in [
        ("smudge", &["--worktree", "--branch", "sync"][..]),
        ("clean", &["--worktree", "--branch", "sync"]),
        ("clean", &["--branch", "sync"]),
        ("clean", &["--commit"]),
    ] {
        let box_ = committed();
        box_.write(".gitattributes", "*.py filter=big\n");
        git(&box_, &["add", "-A"]);
        git(&box_, &["commit", "-q", "-m", "attributes"]);
        let before = files(&box_);
        for (key, value) in [("clean", "cat"), ("smudge", "cat"), ("required", "true"), (broken, "false")] {
            git(&box_, &["config", &format!("filter.big.{key}"), value]);
        }
        let tmp = box_.root().join("tmp");
        fs::create_dir(&tmp).unwrap();
        let ended = box_.sync_with(&[("TMPDIR", &tmp)], &refresh(more));
        assert_eq!(ended.code, 2, "{broken} {more:?}: {}", ended.err);
        let first = ended.err.lines().find(|it| it.starts_with("error: ")).unwrap();
        assert!(first.contains("external filter"), "{broken} {more:?}: {}", ended.err);
        git(&box_, &["config", &format!("filter.big.{broken}"), "cat"]);
        nothing_is_left(&box_, &before, &tmp);
        box_.sync_with(&[("TMPDIR", &tmp)], &refresh(more)).succeeds();
        assert_eq!(git(&box_, &["status", "--short"]), "");
    }
}

#[test]
fn a_folder_for_a_work_tree_that_cannot_be_made_is_told_and_leaves_nothing() {
    let box_ = committed();
    let before = files(&box_);
    let args = refresh(&["--worktree", "--branch", "sync"]);
    let empty = box_.root().join("empty");
    fs::create_dir(&empty).unwrap();
    let file = box_.file("file", b"a file");
    for place in ["nowhere/at/all", &file] {
        let ended = box_.sync_with(&[("TMPDIR", Path::new(place))], &args);
        assert!(ended.code == 5 && ended.err.contains("TMPDIR"), "{place}: {}", ended.err);
        nothing_is_left(&box_, &before, &empty);
    }
    // a relative one is where the run began, and not where git is
    box_.write("tmp/.gitignore", "*\n");
    box_.sync_with(&[("TMPDIR", Path::new("tmp"))], &args).succeeds();
    assert_eq!(fs::read_dir(box_.ws("tmp")).unwrap().count(), 1);
    assert_eq!(git(&box_, &["status", "--short"]), "");
    box_.refuses(&args, 3, &["there is such a branch already"]);
}

#[test]
fn a_disk_that_is_full_in_the_middle_leaves_no_branch() {
    let box_ = committed();
    let before = files(&box_);
    let real = std::env::var("PATH").unwrap();
    let own = box_.root().join("bin");
    // a git whose work tree does not fit: the branch is made, and then there is no room
    let body = "#!/bin/sh\nfor it; do case $it in worktree) is=1;; add) [ -n \"$is\" ] && add=1;; esac; done\n\
                [ -z \"$add\" ] && exec \"$REAL_GIT\" \"$@\"\n\"$REAL_GIT\" -C \"$2\" branch sync\n\
                echo 'error: unable to write file a.py' >&2\necho 'fatal: cannot create directory: No space left on device' >&2\nexit 128\n";
    box_.file("bin/git", body.as_bytes());
    fs::set_permissions(own.join("git"), Permissions::from_mode(0o755)).unwrap();
    let real_git = std::env::split_paths(&real).map(|it| it.join("git")).find(|it| it.is_file()).unwrap();
    let path = format!("{}:{real}", own.display());
    let empty = box_.root().join("empty");
    fs::create_dir(&empty).unwrap();
    let env = [("PATH", Path::new(&path)), ("REAL_GIT", &real_git), ("TMPDIR", &empty)];
    let ended = box_.sync_with(&env, &refresh(&["--worktree", "--branch", "sync"]));
    let words = ["unable to write file a.py", "No space left", "hint: make room"];
    assert!(ended.code == 2 && words.iter().all(|it| ended.err.contains(it)), "{}", ended.err);
    nothing_is_left(&box_, &before, &empty);
}

/// An entry of `PATH` that is empty is the current folder, which is anybody's.
#[test]
fn an_interpreter_is_none_of_the_current_folder() {
    let box_ = Sandbox::with_series("3.13");
    box_.write("python3.13", "#!/bin/sh\ntouch ran\n");
    fs::set_permissions(box_.ws("python3.13"), Permissions::from_mode(0o755)).unwrap();
    for path in [":/usr/bin:/bin", "/usr/bin:/bin:", "/usr/bin:.:/bin", "."] {
        for args in [
            &["baseline", "verify", "--python", "python3.13"][..],
            &["baseline", "show", "--source", "interpreter:python3.13"],
        ] {
            box_.sync_with(&[("PATH", Path::new(path))], args);
            assert!(!box_.ws("ran").exists(), "{path} {args:?}");
        }
    }
}

/// A `PATH` with a git before which, when it is first asked for `at`, a person commits to a branch or makes it; `person` beside the
/// workspace says which commit that is.
pub fn person_at(box_: &Sandbox, at: &str, branch: &str, commits: bool) -> String {
    let real = std::env::var("PATH").unwrap();
    let git = std::env::split_paths(&real).map(|it| it.join("git")).find(|it| it.is_file()).unwrap();
    let (git, person) = (git.display(), box_.root().join("person"));
    let ws = box_.ws("");
    let person = person.display();
    let commit = if commits { "$('{git}' commit-tree $p^{tree} -p $p -m mine)" } else { "$p" };
    let commit = commit.replace("{git}", &git.to_string());
    let body = format!(
        "#!/bin/bash\nif [[ \" $* \" == *' {at} '* && ! -e '{person}' ]]; then (\nunset ${{!GIT_@}}\ncd '{}'\n\
         export GIT_{{AUTHOR,COMMITTER}}_NAME=P GIT_{{AUTHOR,COMMITTER}}_EMAIL=p@example.org\n\
         p=$('{git}' rev-parse -q --verify refs/heads/{branch} || '{git}' rev-parse HEAD)\nc={commit}\n\
         '{git}' update-ref refs/heads/{branch} $c\necho $c > '{person}'\n); fi\nexec '{git}' \"$@\"\n",
        ws.display()
    );
    box_.file("bin/git", body.as_bytes());
    fs::set_permissions(box_.root().join("bin/git"), Permissions::from_mode(0o755)).unwrap();
    format!("{}:{real}", box_.root().join("bin").display())
}

#[test]
fn a_branch_that_a_person_makes_or_moves_meanwhile_stays() {
    let (here, aside) = (&["--branch", "sync"][..], &["--worktree", "--branch", "sync"][..]);
    for (more, at, commits) in [
        (here, "check-ref-format", false),
        (here, "check-ref-format", true),
        (here, "switch", true),
        (here, "commit", true),
        (aside, "check-ref-format", false),
        (aside, "check-ref-format", true),
        (aside, "worktree add", true),
        (aside, "worktree remove", true),
    ] {
        let box_ = committed();
        let path = person_at(&box_, at, "sync", commits);
        let ended = box_.sync_with(&[("PATH", Path::new(&path))], &refresh(more));
        let theirs = fs::read_to_string(box_.root().join("person"));
        let theirs = theirs.unwrap_or_else(|_| panic!("{more:?} {at}: nobody came; {}", ended.err));
        let count = git(&box_, &["rev-list", "--count", theirs.trim(), "^refs/heads/sync"]);
        assert_eq!(count, "0\n", "{more:?} {at}: {}", ended.err);
        if at == "check-ref-format" {
            assert_eq!(git(&box_, &["rev-parse", "sync"]), theirs, "{more:?}: nothing is committed to it");
            assert!(ended.code != 0 && git(&box_, &["status", "--short"]).is_empty(), "{more:?}: {}", ended.err);
        }
    }
}
