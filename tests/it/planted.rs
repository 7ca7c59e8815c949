//! A change that somebody put into the place where molt-sync keeps its own: no command carries it out. Those that read go on
//! and say so; those that write refuse, and say how to go on.

#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::{DirBuilderExt as _, symlink},
    path::{Path, PathBuf},
};

use molt_sync::{
    base::{Edit, RelPath},
    changeset::Journal,
};

use crate::{changes::git, support::Sandbox};

const BUDGET: &str = "tools/stdlib_intrinsics_ratchet.json";
const READERS: [&[&str]; 3] = [&["ratchet", "show"], &["gates"], &["trust", "show"]];
const WRITER: [&str; 2] = ["ratchet", "lower"];

/// A changeset that raises the budget, adds a workflow and deletes a module, in the store at `place`.
fn plant(box_: &Sandbox, place: &Path) {
    let text = box_.read(BUDGET);
    let edit = |path: &str, before: Option<String>, after: Option<String>| Edit {
        path: RelPath::new(path).unwrap(),
        before: before.map(String::into_bytes),
        after: after.map(String::into_bytes),
    };
    let module = "src/molt/stdlib/abc.py";
    let edits = [
        edit(BUDGET, Some(text.clone()), Some(text.replace(|it: char| it.is_ascii_digit(), "9"))),
        edit(".github/workflows/evil.yml", None, Some("on: push\n".into())),
        edit(module, Some(box_.read(module)), None),
    ];
    fs::create_dir_all(place.join("txn")).unwrap();
    for (number, edit) in edits.iter().enumerate().filter(|(_, it)| it.after.is_some()) {
        fs::write(place.join(format!("txn/new-{number}")), edit.after.as_ref().unwrap()).unwrap();
    }
    let journal = Journal::new("molt-sync refresh 3.14", &edits, Vec::new()).encode();
    fs::write(place.join("txn/journal"), journal).unwrap();
}

/// Readers go on and say so, writers refuse with this code, and no byte of the tree changes.
#[track_caller]
fn is_not_believed(box_: &Sandbox, what: &str, words: &str) {
    let before = files(box_);
    for reader in READERS {
        let ended = box_.sync(reader);
        // a `.git` that git refuses stops what has to ask it
        let refuses = what.ends_with("no repository") && ended.err.contains("not a git repository");
        assert!(
            [0, 1].contains(&ended.code) || (refuses && ended.code == 2),
            "{what} {reader:?}: {} {}",
            ended.code,
            ended.err
        );
        assert!(ended.err.contains(words), "{what} {reader:?}: {}", ended.err);
        assert!(files(box_) == before, "{what}: {reader:?} wrote");
    }
    for writer in [&WRITER[..], &["undo"], &["recover"]] {
        let ended = box_.sync(writer);
        assert_eq!(ended.code, 3, "{what} {writer:?}: {}", ended.err);
        assert!(ended.err.contains("\nhint: "), "{what}: {}", ended.err);
        assert!(files(box_) == before, "{what}: {writer:?} wrote");
    }
}

fn files(box_: &Sandbox) -> Vec<(String, Vec<u8>)> {
    box_.snapshot().into_iter().filter(|(path, _)| !path.starts_with(".git")).collect()
}

fn workspace() -> Sandbox {
    let res = Sandbox::with_series("3.13");
    // what `init` was recorded by is of no matter here
    drop(fs::remove_dir_all(res.ws(".molt-sync")));
    res
}

fn repository() -> Sandbox {
    let res = workspace();
    git(&res, &["init", "-q", "-b", "main"]);
    git(&res, &["add", "-A"]);
    git(&res, &["commit", "-q", "-m", "start"]);
    res
}

const TRUST: [&str; 9] = [
    "trust",
    "add",
    "3.13.77",
    "--artifact",
    "Python-3.13.77.tgz",
    "--sha256",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "--by",
    "A. Tester",
];

const NOT_SIGNED: &str = "it is not signed";

#[test]
fn a_planted_change_is_not_carried_out_wherever_it_lies() {
    type Make = fn() -> Sandbox;
    let places: [(&str, Make, &str); 4] = [
        ("a plain folder", workspace, ".molt-sync"),
        ("a repository, at the root", repository, ".molt-sync"),
        ("a repository from an archive", repository, ".git/molt-sync/tree"),
        ("a folder named .git that is no repository", workspace, ".molt-sync"),
    ];
    for (what, make, place) in places {
        let box_ = make();
        if what.ends_with("no repository") {
            fs::create_dir(box_.ws(".git")).unwrap();
        }
        plant(&box_, &box_.ws(place));
        is_not_believed(&box_, what, NOT_SIGNED);
        let said = box_.sync(&["recover"]).err;
        assert!(said.contains("\n  .github/workflows/evil.yml: would be created\n"), "{said}");
        let before = files(&box_);
        box_.sync(&["recover", "--abort"]).succeeds().says("damaged-0");
        assert!(box_.ws(place).join("damaged-0/journal").exists(), "{what}");
        assert!(!box_.sync(&["trust", "show"]).succeeds().err.contains(NOT_SIGNED), "{what}");
        box_.sync(&["recover"]).succeeds().says("nothing was cut off");
        assert!(files(&box_) == before, "{what}");
    }
}

#[test]
fn one_that_a_commit_brings_is_refused_by_name() {
    let box_ = repository();
    plant(&box_, &box_.ws(".molt-sync"));
    git(&box_, &["add", "-f", ".molt-sync"]);
    git(&box_, &["commit", "-q", "-m", "plant"]);
    is_not_believed(&box_, "tracked", ".molt-sync is in git's index");
    box_.refuses(&["recover", "--unverified"], 3, &["git rm -r --cached .molt-sync"]);
    assert_eq!(git(&box_, &["status", "--porcelain"]), "", "not even in the store is anything touched");
    git(&box_, &["rm", "-q", "-r", "--cached", ".molt-sync"]);
    git(&box_, &["commit", "-q", "-m", "out"]);
    fs::remove_dir_all(box_.ws(".molt-sync")).unwrap();
    box_.sync(&["recover"]).succeeds();
}

#[test]
fn a_workspace_below_the_top_of_a_repository_is_no_exception() {
    let box_ = Sandbox::empty();
    fs::create_dir_all(box_.ws("")).unwrap();
    git(&box_, &["init", "-q", "-b", "main"]);
    box_.run(&["init", "ws/below/molt", "--series", "3.13"]).succeeds();
    let root = box_.ws("below/molt");
    drop(fs::remove_dir_all(root.join(".molt-sync")));
    let budget = root.join(BUDGET);
    let text = fs::read_to_string(&budget).unwrap();
    let edit =
        Edit { path: RelPath::new(BUDGET).unwrap(), before: Some(text.clone().into()), after: Some("9\n".into()) };
    let txn = root.join(".molt-sync/txn");
    fs::create_dir_all(&txn).unwrap();
    fs::write(txn.join("new-0"), "9\n").unwrap();
    fs::write(txn.join("journal"), Journal::new("x", &[edit], Vec::new()).encode()).unwrap();
    let ended = box_.run_at("below/molt", &["ratchet", "show"]).succeeds();
    assert!(ended.err.contains(NOT_SIGNED), "{}", ended.err);
    assert_eq!(box_.run_at("below/molt", &WRITER).code, 3);
    assert_eq!(fs::read_to_string(&budget).unwrap(), text);
}

#[test]
fn what_is_no_plain_file_of_the_users_own_is_neither_read_nor_waited_for() {
    type Twist = fn(&Path, &Path);
    let twists: [(&str, Twist); 7] = [
        ("the store is a link", |store, outside| {
            fs::rename(store, outside.join("store")).unwrap();
            symlink(outside.join("store"), store).unwrap();
        }),
        ("its folder is a link", |store, outside| {
            fs::rename(store.join("txn"), outside.join("txn")).unwrap();
            symlink(outside.join("txn"), store.join("txn")).unwrap();
        }),
        ("the journal is a link", |store, outside| {
            fs::rename(store.join("txn/journal"), outside.join("journal")).unwrap();
            symlink(outside.join("journal"), store.join("txn/journal")).unwrap();
        }),
        ("the journal is endless", |store, _| {
            fs::remove_file(store.join("txn/journal")).unwrap();
            symlink("/dev/zero", store.join("txn/journal")).unwrap();
        }),
        ("the journal is huge", |store, _| {
            fs::File::create(store.join("txn/journal")).unwrap().set_len(1 << 40).unwrap();
        }),
        ("the journal is a pipe", |store, _| {
            fs::remove_file(store.join("txn/journal")).unwrap();
            let made = std::process::Command::new("mkfifo").arg(store.join("txn/journal")).status().unwrap();
            assert!(made.success());
        }),
        ("the store is a pipe", |store, _| {
            fs::remove_dir_all(store).unwrap();
            assert!(std::process::Command::new("mkfifo").arg(store).status().unwrap().success());
        }),
    ];
    let box_ = workspace();
    for (what, twist) in twists {
        let outside = tempfile::tempdir().unwrap();
        let store = box_.ws(".molt-sync");
        plant(&box_, &store);
        twist(&store, outside.path());
        let before = (box_.read(BUDGET), listed(outside.path()));
        for (args, codes) in [(&READERS[0], &[0][..]), (&&WRITER[..], &[3]), (&&["recover"][..], &[3])] {
            let ended = box_.sync(args);
            assert!(codes.contains(&ended.code), "{what} {args:?}: {} {}", ended.code, ended.err);
            assert!(ended.err.contains(".molt-sync"), "{what} {args:?}: {}", ended.err);
        }
        assert!((box_.read(BUDGET), listed(outside.path())) == before, "{what}");
        drop(fs::remove_file(&store));
        drop(fs::remove_dir_all(&store));
    }
}

fn listed(dir: &Path) -> Vec<PathBuf> {
    let mut res = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()) {
        if entry.is_dir() {
            res.extend(listed(&entry));
        }
        res.push(entry);
    }
    res.sort();
    res
}

#[test]
fn a_file_named_git_leads_nowhere_else() {
    let (box_, other) = (workspace(), repository());
    fs::write(box_.ws(".git"), format!("gitdir: {}\n", other.ws(".git").display())).unwrap();
    plant(&box_, &other.ws(".git/molt-sync/tree"));
    let before = listed(&other.ws(".git"));
    let ended = box_.sync(&["ratchet", "show"]);
    assert!(ended.code == 2 && ended.err.contains("which can be another tree's repository"), "{}", ended.err);
    drop(box_.sync(&WRITER));
    assert_eq!(listed(&other.ws(".git")), before);
}

#[test]
fn another_users_store_is_not_used() {
    let box_ = workspace();
    plant(&box_, &box_.ws(".molt-sync"));
    // root alone can give files away
    if std::os::unix::fs::chown(box_.ws(".molt-sync"), Some(12345), None).is_err() {
        return;
    }
    is_not_believed(&box_, "another user's", "belongs to another user");
}

#[test]
fn a_key_never_comes_from_the_workspace_and_without_one_runs_work() {
    let box_ = workspace();
    let (nowhere, relative, inside) = (box_.root().join("file"), PathBuf::from("state"), box_.ws("state"));
    fs::write(&nowhere, "").unwrap();
    fs::DirBuilder::new().mode(0o700).create(&inside).unwrap();
    let budget = box_.read(BUDGET);
    for state in [&nowhere, &relative, &inside] {
        let env: [(&str, &Path); 2] = [("XDG_STATE_HOME", state), ("HOME", Path::new("home"))];
        box_.sync_with(&env, &TRUST).succeeds();
        let ended = box_.sync_with(&env, &["undo"]);
        assert!(ended.code == 3 && ended.err.contains("undo --unverified"), "{}", ended.err);
        // nothing was cut off, and nothing says that it was
        assert!(ended.err.contains("error: what is kept of the last change lies in "), "{}", ended.err);
        box_.sync_with(&env, &["recover"]).succeeds().says("nothing was cut off");
        let ended = box_.sync_with(&env, &["undo", "--unverified", "--dry-run"]).succeeds();
        assert!(ended.out.contains("releases.lock.toml"), "{}", ended.out);
        box_.sync_with(&env, &["undo", "--unverified"]).succeeds();
        plant(&box_, &box_.ws(".molt-sync"));
        let ended = box_.sync_with(&env, &["ratchet", "show"]).succeeds();
        assert!(ended.err.contains("was not carried out"), "{}", ended.err);
        assert_eq!(box_.read(BUDGET), budget);
        box_.sync_with(&env, &["recover", "--abort"]).succeeds();
        assert!(!box_.ws("state/molt-sync").exists() && !box_.ws("home").exists(), "no key lands in the workspace");
    }
}

#[test]
fn a_change_that_was_cut_off_follows_no_folder_that_was_moved_until_a_person_says_so() {
    let box_ = workspace();
    plant(&box_, &box_.ws(".molt-sync"));
    box_.sync(&["recover", "--unverified"]).succeeds().says("is finished: its 3 files are written");
    assert!(box_.ws(".github/workflows/evil.yml").exists());
    box_.sync(&["recover"]).succeeds().says("nothing was cut off");
}

#[test]
fn an_undo_that_only_looks_writes_nothing() {
    let box_ = workspace();
    box_.write(".molt-sync/lock", "planted\n");
    let listed = || listed(&box_.ws(".molt-sync"));
    let before = listed();
    box_.refuses(&["undo", "--dry-run"], 2, &["there is no changeset to take back"]);
    assert_eq!((listed(), box_.read(".molt-sync/lock")), (before, "planted\n".to_owned()));
}
