//! What git refuses, and what its user has set: neither is taken for a fact about the workspace.

#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{
    changes::{committed, git, refresh},
    support::Sandbox,
};

const RATCHET: &str = "tools/stdlib_intrinsics_ratchet.json";

/// Something that is done to a workspace.
type Step<'a> = &'a dyn Fn(&Sandbox);

/// A script in a folder of its own, outside of the workspace.
fn script(box_: &Sandbox, name: &str, body: &str) -> PathBuf {
    let path = PathBuf::from(box_.file(name, format!("#!/bin/sh\n{body}\n").as_bytes()));
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    path
}

/// A workspace with a document whose value was right once, or never.
fn stating(value: &str) -> Sandbox {
    let box_ = committed();
    let right = box_.read(RATCHET);
    let budget: String = right.chars().filter(char::is_ascii_digit).collect();
    for older in ["7001", "7002"] {
        box_.write(RATCHET, right.replace(&budget, older));
        git(&box_, &["commit", "-q", "-a", "-m", "another budget"]);
    }
    box_.write(RATCHET, right);
    box_.write("docs/X.md", format!("The budget of unfinished modules is {value} at present.\n"));
    let binding = "[[bind]]\ndoc = \"docs/X.md\"\nphrase = \"budget of unfinished modules is {ratchet.max}\"\n";
    box_.write("docs/bindings.toml", binding);
    git(&box_, &["add", "-A"]);
    git(&box_, &["commit", "-q", "-m", "documents"]);
    box_
}

/// Gives the last commit a signature.
fn sign(box_: &Sandbox) {
    let commit = git(box_, &["cat-file", "commit", "HEAD"]);
    let (head, message) = commit.split_once("\n\n").unwrap();
    let signed =
        format!("{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\n{message}");
    let file = box_.file("signed", signed.as_bytes());
    let name = git(box_, &["hash-object", "-t", "commit", "-w", &file]);
    git(box_, &["update-ref", "HEAD", name.trim()]);
}

#[test]
fn what_a_user_has_set_changes_no_verdict() {
    let box_ = stating("7001");
    sign(&box_);
    let gpg = script(&box_, "gpg", "echo '[GNUPG:] GOODSIG 1 A'\necho 'gpg: Good signature' >&2");
    let ran = script(&box_, "ran", &format!("echo run >> {}", box_.root().join("was-run").display()));
    let run = |name: &str| {
        let cache = box_.root().join(format!("cache-{name}"));
        let ended = box_.sync(&["--cache-dir", cache.to_str().unwrap(), "docs", "check"]);
        (ended.code, ended.out)
    };
    let expected = run("plain");
    assert!(expected.0 == 1 && expected.1.contains("7001 was right from"), "{}", expected.1);
    let plain = fs::read(box_.ws(".git/config")).unwrap();
    let (gpg, ran) = (gpg.to_str().unwrap(), ran.to_str().unwrap());
    for settings in [
        &[("log.showSignature", "true"), ("gpg.program", gpg)][..],
        &[("color.ui", "always"), ("core.quotePath", "true"), ("diff.noprefix", "true")],
        &[("log.follow", "true"), ("log.date", "relative"), ("i18n.logOutputEncoding", "UTF-16")],
        &[("status.showUntrackedFiles", "no"), ("core.pager", "false"), ("format.pretty", "oneline")],
        &[("core.fsmonitor", ran), ("diff.external", ran)],
        &[("blame.ignoreRevsFile", "nowhere"), ("alias.log", "!false")],
    ] {
        for (key, value) in settings {
            git(&box_, &["config", key, value]);
        }
        assert_eq!(run(settings[0].0), expected, "{settings:?}");
        // the test's own git is told of no setting either
        fs::write(box_.ws(".git/config"), &plain).unwrap();
    }
    assert!(!box_.root().join("was-run").exists(), "a run that reads ran a program of the repository's");
}

#[test]
fn a_git_that_refuses_is_no_missing_history() {
    let box_ = stating("6543");
    box_.sync(&["docs", "check"]).says("was never right");
    let real = std::env::var("PATH").unwrap();
    for (name, body, words) in [
        (
            "owner",
            "echo \"fatal: detected dubious ownership in repository at '/w'\" >&2; exit 128",
            "dubious ownership",
        ),
        (
            "objects",
            "echo 'error: object file .git/objects/ab is empty' >&2; echo 'fatal: loose object ab is corrupt' >&2; exit 128",
            "object file",
        ),
        ("killed", "kill -9 $$", "signal: 9"),
        (
            "traced",
            "echo '12:00:00 git.c:1 trace: built-in' >&2; echo 'fatal: bad config line 1' >&2; exit 128",
            "bad config line 1",
        ),
    ] {
        let program = script(&box_, &format!("{name}/git"), body);
        let path = format!("{}:{real}", program.parent().unwrap().display());
        let env = [("PATH", Path::new(&path))];
        let cache = box_.root().join(format!("cache-{name}"));
        let cache = cache.to_str().unwrap();
        let before = box_.snapshot();
        for args in [&["--cache-dir", cache, "docs", "check"][..], &["docs", "sync"], &refresh(&[])] {
            let ended = box_.sync_with(&env, args);
            assert!(
                ended.code == 2 && ended.err.contains(words) && ended.err.contains("hint: "),
                "{args:?} {}",
                ended.err
            );
        }
        assert!(box_.snapshot() == before, "{name}");
    }
    let env = [("PATH", Path::new("/nowhere"))];
    let ended = box_.sync_with(&env, &["--cache-dir", box_.root().join("c").to_str().unwrap(), "docs", "check"]);
    assert!(ended.code == 2 && ended.err.contains("cannot start git: no folder of PATH has"), "{}", ended.err);
}

#[test]
fn a_repository_that_is_damaged_is_told_of() {
    let damages: [(&str, Step<'_>, &str); 3] = [
        ("index", &|it| it.write(".git/index", "garbage"), "index file"),
        ("branch", &|it| it.write(".git/refs/heads/main", ""), "cannot ask what is checked out"),
        (
            "object",
            &|it| {
                let name = git(it, &["rev-parse", &format!("HEAD~1:{RATCHET}")]);
                let (folder, rest) = name.trim().split_at(2);
                it.remove(&format!(".git/objects/{folder}/{rest}"));
            },
            "missing blob",
        ),
    ];
    for (name, damage, words) in damages {
        let box_ = stating("6543");
        damage(&box_);
        let args = if name == "index" { refresh(&[]) } else { vec!["docs", "check"] };
        let ended = box_.sync(&args);
        assert!(ended.code == 2 && ended.err.contains(words), "{name}: {} {}", ended.code, ended.err);
    }
}

#[test]
fn before_the_first_commit_there_is_no_history_and_no_error() {
    let box_ = Sandbox::with_series("3.13");
    git(&box_, &["init", "-q", "-b", "main"]);
    box_.write("docs/X.md", "The budget of unfinished modules is 6543 at present.\n");
    let binding = "[[bind]]\ndoc = \"docs/X.md\"\nphrase = \"budget of unfinished modules is {ratchet.max}\"\n";
    box_.write("docs/bindings.toml", binding);
    let ended = box_.sync(&["docs", "check"]);
    assert!(ended.code == 1 && ended.out.contains("is not here"), "{} {}", ended.out, ended.err);
}

#[test]
fn a_folder_of_the_path_that_is_relative_has_no_git() {
    let sandbox = committed();
    sandbox.write("git", "#!/bin/sh\necho ran > ../ran\nexit 1\n");
    fs::set_permissions(sandbox.ws("git"), Permissions::from_mode(0o755)).unwrap();
    let real = std::env::var("PATH").unwrap();
    for path in [format!(":{real}"), format!(".:{real}"), format!("x:{real}")] {
        for args in [&["doctor"][..], &["docs", "check"], &["gates", "--base", "HEAD"]] {
            sandbox.sync_with(&[("PATH", Path::new(&path))], args);
            assert!(!sandbox.root().join("ran").exists(), "{path}: {args:?}");
        }
    }
}
