//! What git has done and then fails behind, and what a run that was cut off leaves beside the workspace.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use molt_sync::stdlib::ModuleKind;

use crate::support::{Release, Sandbox};

pub const REFRESH: [&str; 4] = ["refresh", "3.13", "--mirror", "../mirror"];
pub const SIGN: [&str; 4] = ["--sign-off", "me", "--reason", "more"];

pub fn git(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(sandbox.ws("")).args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A repository that has a release to bring in.
pub fn repository() -> Sandbox {
    let sandbox = Sandbox::with_series("3.13");
    let release = Release::based_on("3.13", "3.13.77").with("json.newer", ModuleKind::Module);
    sandbox.publish("3.13.77", "tgz", &release.tgz());
    git(&sandbox, &["init", "-q", "-b", "main"]);
    git(&sandbox, &["config", "user.name", "A"]);
    git(&sandbox, &["config", "user.email", "a@example.org"]);
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "start"]);
    sandbox
}

/// A folder with a `git` that does this before or after the real one, as a shell sees it.
pub fn wrapped(sandbox: &Sandbox, script: &str) -> String {
    let real = String::from_utf8(Command::new("sh").args(["-c", "command -v git"]).output().unwrap().stdout).unwrap();
    let bin = sandbox.root().join("bin");
    fs::create_dir_all(&bin).unwrap();
    let text = format!("#!/bin/sh\nreal={}\n{script}\n", real.trim());
    fs::write(bin.join("git"), text).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

#[test]
fn a_commit_that_git_fails_behind_is_not_taken_back() {
    for script in [
        // the commit is made, and git says that it failed: a disk that is full for the index, a signal
        "\"$real\" \"$@\"; code=$?; case \" $* \" in *' commit '*) exit 128 ;; esac; exit $code",
        "\"$real\" \"$@\"; code=$?; case \" $* \" in *' commit '*) kill -9 $$ ;; esac; exit $code",
        // and its index knows nothing of it
        "case \" $* \" in *' commit '*) cp .git/index \"$0.index\" 2>/dev/null || cp ws/.git/index \"$0.index\"; \"$real\" \"$@\"; \"$real\" -C \"$2\" read-tree HEAD~1; exit 128 ;; esac; exec \"$real\" \"$@\"",
    ] {
        let sandbox = repository();
        let path = wrapped(&sandbox, script);
        let before = git(&sandbox, &["rev-parse", "HEAD"]);
        let arguments = [&REFRESH[..], &SIGN, &["--commit"]].concat();
        let ended = sandbox.sync_with(&[("PATH", Path::new(&path))], &arguments);
        assert_eq!(ended.code, 0, "{script}\n{}\n{}", ended.out, ended.err);
        assert_ne!(git(&sandbox, &["rev-parse", "HEAD"]), before, "{script}");
        assert_eq!(git(&sandbox, &["status", "--porcelain"]), "", "{script}");
        assert!(sandbox.ws("src/molt/stdlib/json/newer.py").exists(), "{script}");
        sandbox.sync(&["recover"]).succeeds().says("nothing was cut off");
    }
}

#[test]
fn what_a_person_saves_before_the_commit_is_not_committed_and_not_lost() {
    let save = "echo '# mine' >> src/molt/stdlib/json/newer.py 2>/dev/null || echo '# mine' >> ws/src/molt/stdlib/json/newer.py";
    for script in [
        format!("case \" $* \" in *' add --all '*) {save} ;; esac; exec \"$real\" \"$@\""),
        format!("\"$real\" \"$@\"; code=$?; case \" $* \" in *' add --all '*) {save} ;; esac; exit $code"),
    ] {
        let sandbox = repository();
        let path = wrapped(&sandbox, &script);
        let before = git(&sandbox, &["rev-parse", "HEAD"]);
        let arguments = [&REFRESH[..], &SIGN, &["--commit"]].concat();
        let ended = sandbox.sync_with(&[("PATH", Path::new(&path))], &arguments);
        assert!(ended.code != 0 && ended.err.contains("newer.py was changed after it was written"), "{}", ended.err);
        assert_eq!(git(&sandbox, &["rev-parse", "HEAD"]), before, "{script}");
        assert_eq!(git(&sandbox, &["diff", "--cached", "--name-only"]), "", "{script}");
        let place = ended.err.split(" is in ").nth(1).unwrap_or_default().trim().to_owned();
        let kept = fs::read_to_string(sandbox.ws(&place)).or_else(|_| fs::read_to_string(&place));
        assert!(kept.unwrap_or_default().contains("# mine"), "{}", ended.err);
    }
}

/// The only folder below `place`.
fn only_folder(place: &Path) -> PathBuf {
    let mut all: Vec<PathBuf> = fs::read_dir(place).unwrap().map(|it| it.unwrap().path()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Kills a run with `--worktree` on this branch behind the git command that has this word. Returns its temporary folder.
fn killed_behind(sandbox: &Sandbox, word: &str, branch: &str) -> PathBuf {
    let script =
        format!("\"$real\" \"$@\"; code=$?; case \" $* \" in *' {word} '*) kill -9 $PPID; sleep 1 ;; esac; exit $code");
    let path = wrapped(sandbox, &script);
    let place = sandbox.root().join(format!("tmp-{branch}"));
    fs::create_dir(&place).unwrap();
    let arguments = [&REFRESH[..], &SIGN, &["--worktree", "--branch", branch]].concat();
    let mut command = sandbox.command(&sandbox.ws(""), &arguments);
    let ended = command.env("PATH", path).env("TMPDIR", &place).output().unwrap();
    assert_eq!(ended.status.code(), None, "{word}: {ended:?}");
    only_folder(&place)
}

#[test]
fn a_work_tree_of_a_run_that_was_cut_off_is_taken_away_by_recover() {
    let sandbox = repository();
    let empty = killed_behind(&sandbox, "worktree add", "empty");
    let made = killed_behind(&sandbox, "commit", "made");
    let busy = killed_behind(&sandbox, "worktree add", "busy");
    // as behind a restart of the machine
    let gone = killed_behind(&sandbox, "worktree add", "gone");
    fs::remove_dir_all(&gone).unwrap();
    // what only looks like one is a person's, also where git's folder alone says so
    let mine = sandbox.root().join("molt-sync-docs");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("notes"), "x").unwrap();
    git(&sandbox, &["worktree", "add", "-q", "-b", "mine", mine.join("tree").to_str().unwrap()]);
    fs::write(mine.join("tree/draft"), "x").unwrap();
    let planted = sandbox.root().join("molt-sync-planted");
    fs::create_dir_all(planted.join("work")).unwrap();
    let admin = sandbox.ws(".git/worktrees/planted");
    fs::create_dir_all(&admin).unwrap();
    fs::write(admin.join("gitdir"), format!("{}\n", planted.join("tree/.git").display())).unwrap();
    fs::write(admin.join("HEAD"), "ref: refs/heads/planted\n").unwrap();
    fs::write(admin.join("commondir"), "../..\n").unwrap();
    fs::write(sandbox.ws(".git/molt-sync/tree/worktree-0123456789abcdef"), {
        let place = planted.join("tree");
        format!("{{\"place\":{place:?},\"branch\":\"main\",\"start\":\"0\"}}\nhmac-sha256 {}\n", "0".repeat(64))
    })
    .unwrap();

    let held = fs::File::options().write(true).open(busy.join("lock")).unwrap();
    held.lock().unwrap();
    sandbox.refuses(
        &[&REFRESH[..], &SIGN, &["--worktree", "--branch", "empty"]].concat(),
        3,
        &["there is such a branch already", "`molt-sync recover` takes away"],
    );
    let ended = sandbox.sync(&["recover"]).succeeds();
    for (folder, words) in
        [(&empty, "taken away\n"), (&gone, "taken away\n"), (&made, "the branch made has a commit and stays")]
    {
        let tree = folder.join("tree");
        assert!(ended.out.contains(tree.to_str().unwrap()) && ended.out.contains(words), "{}", ended.out);
        assert!(!folder.exists(), "{}", folder.display());
    }
    assert!(busy.join("tree").exists() && planted.join("work").exists() && !planted.join("lock").exists());
    assert!(mine.join("tree/draft").exists() && mine.join("notes").exists() && !mine.join("lock").exists());
    let branches = git(&sandbox, &["branch", "--format=%(refname:short)"]);
    assert_eq!(branches.lines().collect::<Vec<_>>(), ["busy", "made", "main", "mine"], "a person's stay");
    // a program that another test starts may have it open for a moment still
    held.unlock().unwrap();
    drop(held);
    sandbox.sync(&["recover"]).succeeds().says(busy.to_str().unwrap());
    sandbox.sync(&["recover"]).succeeds().says("nothing was cut off");
    sandbox.sync(&[&REFRESH[..], &SIGN, &["--worktree", "--branch", "empty"]].concat()).succeeds();
}

#[test]
fn a_look_at_gits_folder_that_fails_is_no_folder_that_is_absent() {
    let sandbox = repository();
    // a folder that nobody can look into, also not root: its name is too long to be followed
    fs::write(sandbox.ws("docs/spec/STATUS.md"), "x\n").unwrap();
    drop(fs::remove_dir_all(sandbox.ws(".molt-sync")));
    let git_folder = sandbox.ws(".git");
    fs::rename(&git_folder, sandbox.root().join("kept")).unwrap();
    let long = "x".repeat(300);
    fs::write(&git_folder, format!("gitdir: {long}\n")).unwrap();
    let ended = sandbox.sync(&["docs", "sync"]);
    assert_eq!(ended.code, 5, "{}{}", ended.out, ended.err);
    assert!(!sandbox.ws(".molt-sync").exists(), "no other store was made");
}

#[test]
fn a_lock_of_gits_is_named_with_what_to_do() {
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        let sandbox = repository();
        sandbox.write(&format!(".git/{lock}"), "");
        let before = sandbox.read("tools/stdlib_module_union.py");
        let ended = sandbox.sync(&[&REFRESH[..], &SIGN, &["--commit"]].concat());
        assert!(ended.code != 0 && ended.err.contains("remove the lock file"), "{lock}: {}", ended.err);
        assert_eq!(sandbox.read("tools/stdlib_module_union.py"), before, "{lock}");
        fs::remove_file(sandbox.ws(&format!(".git/{lock}"))).unwrap();
        assert_eq!(git(&sandbox, &["status", "--porcelain"]), "", "{lock}");
        sandbox.sync(&[&REFRESH[..], &SIGN, &["--commit"]].concat()).succeeds();
    }
}

#[test]
fn what_was_changed_since_is_no_change_of_this_moment() {
    let sandbox = Sandbox::with_series("3.13");
    sandbox.trust("3.13.90", "Python-3.13.90.tgz", b"x");
    sandbox.write("baselines/releases.lock.toml", "schema = 1\n");
    sandbox.refuses(&["undo"], 6, &["baselines/releases.lock.toml was changed since that change was applied"]);
}
