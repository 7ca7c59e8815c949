//! Changesets on the real file system, and, in the files beside this one, on one that fails.

mod crash;
mod faults;
mod simulated;

use std::{fs, path::Path};

use super::{seal::Seal, *};
use crate::{
    base::{Edit, RelPath},
    changeset::Journal,
};

fn edit(path: &str, before: Option<&str>, after: Option<&str>) -> Edit {
    let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
    Edit { path: RelPath::new(path).unwrap(), before: bytes(before), after: bytes(after) }
}

/// Every file with its text, temporary ones included, and every folder.
fn snapshot(root: &Path) -> Vec<String> {
    let mut res = Vec::new();
    for entry in fs::read_dir(root).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            res.push(format!("{}/", path.display()));
            res.extend(snapshot(&path));
        } else {
            res.push(format!("{} {}", path.display(), fs::read_to_string(&path).unwrap()));
        }
    }
    res.sort();
    res
}

fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("d/e")).unwrap();
    fs::write(dir.path().join("d/a"), "a").unwrap();
    fs::write(dir.path().join("d/e/b"), "b").unwrap();
    dir
}

#[test]
fn edits_are_applied_and_emptied_folders_go() {
    let dir = tree();
    let edits = [edit("d/a", Some("a"), Some("A")), edit("d/e/b", Some("b"), None), edit("n/m/c", None, Some("c"))];
    apply(dir.path(), &edits).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "A");
    assert_eq!(fs::read_to_string(dir.path().join("n/m/c")).unwrap(), "c");
    assert!(!dir.path().join("d/e").exists() && snapshot(dir.path()).len() == 5);
}

#[test]
fn any_error_leaves_the_tree_as_it_was() {
    for (what, last) in [
        ("changed meanwhile", edit("d/a", Some("other"), Some("x"))),
        ("appeared meanwhile", edit("d/e/b", None, Some("x"))),
        ("gone meanwhile", edit("d/gone", Some("x"), None)),
        ("a file in the way", edit("d/a/x", None, Some("x"))),
        ("a folder in the way", edit("d/e", None, Some("x"))),
    ] {
        let dir = tree();
        let before = snapshot(dir.path());
        let edits = [edit("0/new", None, Some("x")), edit("d/e/b2", None, Some("x")), last];
        assert!(apply(dir.path(), &edits).is_err(), "{what}");
        assert_eq!(snapshot(dir.path()), before, "{what}");
    }
}

#[test]
fn links_are_refused_and_modes_are_kept() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let dir = tree();
    symlink(dir.path().join("d"), dir.path().join("link")).unwrap();
    symlink(dir.path().join("d/a"), dir.path().join("d/l")).unwrap();
    for path in ["link/a", "d/l"] {
        let before = snapshot(dir.path());
        assert!(matches!(apply(dir.path(), &[edit(path, Some("a"), Some("x"))]), Err(ApplyError::Target { .. })));
        assert_eq!(snapshot(dir.path()), before);
    }
    let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
    for (path, bits) in [("d/a", 0o755), ("d/e/b", 0o751)] {
        fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(bits)).unwrap();
    }
    apply(dir.path(), &[edit("d/a", Some("a"), Some("x")), edit("d/e/b", Some("b"), Some("y"))]).unwrap();
    assert_eq!((mode("d/a"), mode("d/e/b")), (0o755, 0o751));
}

#[test]
fn one_run_writes_at_a_time_and_its_lock_ends_with_it() {
    let dir = tree();
    let (writer, recovered) = Writer::open(dir.path(), "molt-sync one").unwrap();
    assert_eq!(recovered, Recovered::Nothing);
    let error = Writer::open(dir.path(), "molt-sync two").unwrap_err();
    let words = format!("another run is at work in this workspace: pid {}: molt-sync one", std::process::id());
    assert_eq!(error.to_string(), words);
    drop(writer);
    Writer::open(dir.path(), "molt-sync two").unwrap();
}

#[test]
fn the_lock_of_a_run_that_is_gone_is_waited_for_a_moment() {
    let dir = tree();
    let lock = Writer::open(dir.path(), "molt-sync one").unwrap().0.place.path().join("lock");
    let held = || {
        // no process has so high a number
        fs::write(&lock, format!("pid {}: molt-sync gone\n", i32::MAX)).unwrap();
        let file = fs::File::options().write(true).open(&lock).unwrap();
        file.lock().unwrap();
        file
    };
    let file = held();
    let other = std::thread::spawn(move || {
        let start = std::time::Instant::now();
        while start.elapsed() < std::time::Duration::from_millis(20) {
            std::thread::yield_now();
        }
        file.unlock().unwrap();
    });
    Writer::open(dir.path(), "molt-sync two").unwrap();
    other.join().unwrap();
    let file = held();
    let error = Writer::open(dir.path(), "molt-sync three").unwrap_err();
    assert!(error.to_string().ends_with("molt-sync gone"), "{error}");
    drop(file);
}

#[test]
fn what_was_applied_last_can_be_taken_back_and_that_too() {
    let dir = tree();
    let files = || snapshot(dir.path()).into_iter().filter(|it| !it.contains(journal_dir::OWN)).collect::<Vec<_>>();
    let (writer, _) = Writer::open(dir.path(), "molt-sync one").unwrap();
    assert!(matches!(writer.undoing(false), Err(ApplyError::NothingToUndo)));
    let before = files();
    let edits = [edit("d/a", Some("a"), Some("A")), edit("d/e/b", Some("b"), None), edit("n/c", None, Some("c"))];
    writer.apply(&edits).unwrap();
    let after = files();
    let back = writer.undoing(false).unwrap();
    assert_eq!(back.run, "molt-sync one");
    writer.undo(&back, "undo").unwrap();
    assert_eq!(files(), before);
    writer.undo(&writer.undoing(false).unwrap(), "undo").unwrap();
    assert_eq!(files(), after);
    fs::write(dir.path().join("d/a"), "mine").unwrap();
    let error = writer.undoing(false).unwrap_err();
    assert!(matches!(&error, ApplyError::ChangedSince(path) if path.as_str() == "d/a"), "{error}");
}

#[test]
fn what_is_rolled_back_was_never_there() {
    let dir = tree();
    let files = || snapshot(dir.path()).into_iter().filter(|it| !it.contains(journal_dir::OWN)).collect::<Vec<_>>();
    let (writer, _) = Writer::open(dir.path(), "molt-sync one").unwrap();
    writer.apply(&[edit("d/a", Some("a"), Some("A"))]).unwrap();
    let before = files();
    let edits = [edit("d/a", Some("A"), Some("AA")), edit("d/e/b", Some("b"), None), edit("n/c", None, Some("c"))];
    writer.apply(&edits).unwrap();
    fs::write(dir.path().join("n/c"), "from a hook").unwrap();
    let kept = writer.roll_back(&edits).unwrap();
    assert_eq!(files(), before);
    assert_eq!(kept.len(), 1);
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), "from a hook");
    // and what was applied before it can be taken back
    writer.undo(&writer.undoing(false).unwrap(), "undo").unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "a");
}

/// A change that was cut off right behind its decision in the store at `place`, sealed for `root`.
fn cut_off(root: &Path, place: &Path, edits: &[Edit]) {
    let real = |it: &Path| fs::canonicalize(it).unwrap();
    fs::create_dir_all(place.join("txn")).unwrap();
    for (number, edit) in edits.iter().enumerate() {
        if let Some(bytes) = &edit.after {
            fs::write(place.join(format!("txn/new-{number}")), bytes).unwrap();
        }
    }
    let seal = Seal::new(real(root), real(place));
    let journal = Journal::new("molt-sync x", edits, Vec::new()).encode();
    fs::write(place.join("txn/journal"), seal.seal(seal::Sealed::Journal, journal)).unwrap();
}

fn two() -> [Edit; 2] {
    [edit("d/a", Some("a"), Some("A")), edit("d/e/new", None, Some("x"))]
}

#[test]
fn a_journal_of_this_user_for_this_workspace_is_carried_out() {
    let dir = tree();
    cut_off(dir.path(), &dir.path().join(journal_dir::OWN), &two());
    assert_eq!(settle(dir.path(), "y").unwrap(), Recovered::Finished("molt-sync x".into(), 2));
    assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "A");
}

/// Whatever lies in the store, a reader goes on and says so, a writer refuses, and neither touches a byte, here or outside.
#[test]
fn nothing_that_somebody_put_into_the_store_is_believed_or_followed() {
    use std::os::unix::fs::symlink;
    type Plant = fn(&Path, &Path);
    let plants: [(&str, Plant); 13] = [
        ("no seal", |own, _| {
            fs::write(own.join("txn/journal"), Journal::new("x", &two(), Vec::new()).encode()).unwrap();
        }),
        ("not a journal", |own, _| fs::write(own.join("txn/journal"), "?").unwrap()),
        ("another workspace's", |own, outside| {
            fs::create_dir_all(outside.join("ws/.molt-sync")).unwrap();
            cut_off(&outside.join("ws"), &outside.join("ws/.molt-sync"), &two());
            fs::rename(outside.join("ws/.molt-sync/txn/journal"), own.join("txn/journal")).unwrap();
        }),
        ("done, without a seal", |own, _| {
            fs::remove_file(own.join("txn/journal")).unwrap();
            fs::write(own.join("txn/done"), Journal::new("x", &two(), Vec::new()).encode()).unwrap();
        }),
        ("a store that is a link", |own, outside| {
            fs::rename(own, outside.join("store")).unwrap();
            symlink(outside.join("store"), own).unwrap();
        }),
        ("a folder in it that is a link", |own, outside| {
            fs::rename(own.join("txn"), outside.join("txn")).unwrap();
            symlink(outside.join("txn"), own.join("txn")).unwrap();
        }),
        ("a journal that is a link", |own, outside| {
            fs::rename(own.join("txn/journal"), outside.join("journal")).unwrap();
            symlink(outside.join("journal"), own.join("txn/journal")).unwrap();
        }),
        ("a journal with a second name", |own, outside| {
            fs::hard_link(own.join("txn/journal"), outside.join("journal")).unwrap();
        }),
        ("a journal that is a pipe", |own, _| {
            fs::remove_file(own.join("txn/journal")).unwrap();
            let mode = rustix::fs::Mode::from_raw_mode(0o600);
            rustix::fs::mknodat(rustix::fs::CWD, own.join("txn/journal"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
        }),
        ("a journal that is a device", |own, _| {
            fs::remove_file(own.join("txn/journal")).unwrap();
            symlink("/dev/zero", own.join("txn/journal")).unwrap();
        }),
        ("a journal without an end", |own, _| {
            let file = fs::File::create(own.join("txn/journal")).unwrap();
            file.set_len(1 << 40).unwrap();
        }),
        ("a journal that is a folder", |own, _| {
            fs::remove_file(own.join("txn/journal")).unwrap();
            fs::create_dir(own.join("txn/journal")).unwrap();
        }),
        ("a folder that is a file", |own, _| {
            fs::remove_dir_all(own.join("txn")).unwrap();
            fs::write(own.join("txn"), "?").unwrap();
        }),
    ];
    for (what, plant) in plants {
        let (dir, outside) = (tree(), tempfile::tempdir().unwrap());
        let own = dir.path().join(journal_dir::OWN);
        cut_off(dir.path(), &own, &two());
        plant(&own, outside.path());
        let files = || [snapshot(&dir.path().join("d")), names(outside.path())];
        let before = files();
        let settled = settle(dir.path(), "y");
        assert!(matches!(settled, Ok(Recovered::Doubted(_))), "{what}: {settled:?}");
        let opened = Writer::open(dir.path(), "y").map(drop);
        assert!(matches!(opened, Err(ApplyError::Unverified { .. } | ApplyError::Odd { .. })), "{what}: {opened:?}");
        assert_eq!(files(), before, "{what}");
        if what != "a store that is a link" {
            let aborted = Writer::abort(dir.path(), "y").unwrap().1;
            assert!(matches!(aborted, Recovered::SetAside(_)), "{what}: {aborted:?}");
            assert_eq!(settle(dir.path(), "y").unwrap(), Recovered::Nothing, "{what}");
        }
        assert_eq!(files(), before, "{what}");
    }
}

/// Every name with its kind and size.
fn names(root: &Path) -> Vec<String> {
    let mut res = Vec::new();
    for entry in fs::read_dir(root).unwrap().map(Result::unwrap) {
        let about = entry.metadata().unwrap();
        res.push(format!("{} {:?} {}", entry.path().display(), about.file_type(), about.len()));
        if about.is_dir() {
            res.extend(names(&entry.path()));
        }
    }
    res.sort();
    res
}

#[test]
fn other_parts_of_the_store_are_not_followed_either() {
    use std::os::unix::fs::symlink;
    for (name, kind) in [("lock", "file"), ("last", "folder"), ("earlier", "folder"), ("promise", "file")] {
        let (dir, outside) = (tree(), tempfile::tempdir().unwrap());
        let own = dir.path().join(journal_dir::OWN);
        fs::create_dir(&own).unwrap();
        let target = outside.path().join("target");
        if kind == "file" {
            fs::write(&target, "theirs").unwrap();
        } else {
            fs::create_dir(&target).unwrap();
            fs::write(target.join("done"), "theirs").unwrap();
        }
        symlink(&target, own.join(name)).unwrap();
        let before = names(outside.path());
        if let Ok((writer, _)) = Writer::open(dir.path(), "y") {
            assert!(name != "lock");
            assert!(!matches!(writer.pending_commit(), Ok(Some(_))), "{name}");
            assert!(writer.undoing(false).is_err(), "{name}");
            for (from, to) in [("a", "A"), ("A", "AA"), ("AA", "AAA")] {
                writer.apply(&[edit("d/a", Some(from), Some(to))]).unwrap();
            }
        } else {
            assert_eq!(name, "lock");
        }
        assert_eq!(names(outside.path()), before, "{name}");
    }
}

#[test]
fn a_folder_that_became_a_link_is_not_written_through() {
    let (dir, outside) = (tree(), tempfile::tempdir().unwrap());
    cut_off(dir.path(), &dir.path().join(journal_dir::OWN), &two());
    fs::rename(dir.path().join("d"), outside.path().join("d")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("d"), dir.path().join("d")).unwrap();
    let before = snapshot(outside.path());
    assert!(settle(dir.path(), "y").is_err());
    assert_eq!(snapshot(outside.path()), before);
}

#[test]
fn what_is_not_signed_can_be_finished_by_a_person_who_has_looked() {
    let dir = tree();
    let own = dir.path().join(journal_dir::OWN);
    cut_off(dir.path(), &own, &two());
    fs::write(own.join("txn/journal"), Journal::new("old", &two(), Vec::new()).encode()).unwrap();
    let Err(ApplyError::Unverified { why, would, .. }) = Writer::open(dir.path(), "y") else { panic!("believed") };
    assert!(why.contains("an earlier version of molt-sync wrote it, or someone else"), "{why}");
    assert_eq!(would, ["d/a: would be replaced", "d/e/new: would be created"]);
    let (_, recovered) = Writer::open_for(dir.path(), "y", Settling::FinishUnverified).unwrap();
    assert_eq!(recovered, Recovered::Finished("old".into(), 2));
    assert_eq!(fs::read_to_string(dir.path().join("d/e/new")).unwrap(), "x");
}

#[test]
fn staged_bytes_that_are_other_ones_are_not_put_into_the_tree() {
    let dir = tree();
    let own = dir.path().join(journal_dir::OWN);
    cut_off(dir.path(), &own, &[edit("d/e/new", None, Some("x"))]);
    fs::remove_file(own.join("txn/new-0")).unwrap();
    assert!(matches!(Writer::open(dir.path(), "y").map(drop), Err(ApplyError::Damaged)));
    assert!(!dir.path().join("d/e/new").exists());
    let (_, recovered) = Writer::abort(dir.path(), "y").unwrap();
    assert!(matches!(recovered, Recovered::TakenBack(_)), "{recovered:?}");
}

#[test]
fn what_was_cut_off_before_there_was_a_repository_is_finished() {
    let dir = tree();
    let own = dir.path().join(journal_dir::OWN);
    cut_off(dir.path(), &own, &two());
    fs::create_dir(dir.path().join(".git")).unwrap();
    fs::write(dir.path().join(".git/HEAD"), "").unwrap();
    assert_eq!(settle(dir.path(), "molt-sync y").unwrap(), Recovered::Finished("molt-sync x".into(), 2));
    assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "A");
    assert!(!own.exists());
}

#[test]
fn a_deleted_file_comes_back_with_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tree();
    let path = dir.path().join("d/e/b");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let (writer, _) = Writer::open(dir.path(), "x").unwrap();
    writer.apply(&[edit("d/e/b", Some("b"), None)]).unwrap();
    writer.undo(&writer.undoing(false).unwrap(), "undo").unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o755);
}
