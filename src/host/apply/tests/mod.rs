//! Changesets on the real file system, and, in the files beside this one, on one that fails.

mod crash;
mod faults;
mod simulated;

use std::fs;

use super::*;

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

#[cfg(unix)]
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
fn what_was_applied_last_can_be_taken_back_and_that_too() {
    let dir = tree();
    let files = || snapshot(dir.path()).into_iter().filter(|it| !it.contains(store::OWN)).collect::<Vec<_>>();
    let (writer, _) = Writer::open(dir.path(), "molt-sync one").unwrap();
    assert!(matches!(writer.undoing(), Err(ApplyError::NothingToUndo)));
    let before = files();
    let edits = [edit("d/a", Some("a"), Some("A")), edit("d/e/b", Some("b"), None), edit("n/c", None, Some("c"))];
    writer.apply(&edits).unwrap();
    let after = files();
    let back = writer.undoing().unwrap();
    assert_eq!(back.run, "molt-sync one");
    writer.undo(&back).unwrap();
    assert_eq!(files(), before);
    writer.undo(&writer.undoing().unwrap()).unwrap();
    assert_eq!(files(), after);
    fs::write(dir.path().join("d/a"), "mine").unwrap();
    let error = writer.undoing().unwrap_err();
    assert!(matches!(&error, ApplyError::Changed(path) if path.as_str() == "d/a"), "{error}");
}

#[test]
fn what_is_rolled_back_was_never_there() {
    let dir = tree();
    let files = || snapshot(dir.path()).into_iter().filter(|it| !it.contains(store::OWN)).collect::<Vec<_>>();
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
    writer.undo(&writer.undoing().unwrap()).unwrap();
    assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "a");
}

#[cfg(unix)]
#[test]
fn nothing_is_recovered_through_a_link() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    for way in ["a store that is a link", "a folder that became a link"] {
        let dir = tree();
        let edits = [edit("d/a", Some("a"), Some("A")), edit("d/e/new", None, Some("x"))];
        let own = dir.path().join(store::OWN);
        // cut off right behind the decision
        store::make(&own).unwrap();
        fs::create_dir(own.join("txn")).unwrap();
        fs::write(own.join("txn/new-0"), "A").unwrap();
        fs::write(own.join("txn/new-1"), "x").unwrap();
        fs::write(own.join("txn/journal"), Journal::new("molt-sync x", &edits, Vec::new()).encode()).unwrap();
        if way == "a store that is a link" {
            fs::rename(&own, outside.path().join("store")).unwrap();
            symlink(outside.path().join("store"), &own).unwrap();
        } else {
            fs::rename(dir.path().join("d"), outside.path().join("d")).unwrap();
            symlink(outside.path().join("d"), dir.path().join("d")).unwrap();
        }
        let before = snapshot(outside.path());
        assert!(settle(dir.path(), "molt-sync y").is_err(), "{way}");
        assert_eq!(snapshot(outside.path()), before, "{way}");
        for entry in fs::read_dir(outside.path()).unwrap() {
            fs::remove_dir_all(entry.unwrap().path()).unwrap();
        }
    }
}

#[test]
fn what_was_cut_off_before_there_was_a_repository_is_finished() {
    let dir = tree();
    let own = dir.path().join(store::OWN);
    store::make(&own).unwrap();
    fs::create_dir(own.join("txn")).unwrap();
    fs::write(own.join("txn/new-0"), "A").unwrap();
    let edits = [edit("d/a", Some("a"), Some("A"))];
    fs::write(own.join("txn/journal"), Journal::new("molt-sync init", &edits, Vec::new()).encode()).unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    fs::write(dir.path().join(".git/HEAD"), "").unwrap();
    assert_eq!(settle(dir.path(), "molt-sync y").unwrap(), Recovered::Finished("molt-sync init".into(), 1));
    assert_eq!(fs::read_to_string(dir.path().join("d/a")).unwrap(), "A");
    assert!(!own.exists());
}

#[test]
fn a_journal_that_cannot_be_read_is_set_aside() {
    let dir = tree();
    let txn = dir.path().join(store::OWN).join("txn");
    fs::create_dir_all(&txn).unwrap();
    fs::write(txn.join("journal"), "?").unwrap();
    assert!(matches!(settle(dir.path(), "x"), Err(ApplyError::Damaged)));
    let (_, Recovered::SetAside(place)) = Writer::abort(dir.path(), "x").unwrap() else { panic!("not set aside") };
    assert_eq!(fs::read_to_string(Path::new(&place).join("journal")).unwrap(), "?");
    assert_eq!(settle(dir.path(), "x").unwrap(), Recovered::Nothing);
}

#[cfg(unix)]
#[test]
fn a_deleted_file_comes_back_with_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tree();
    let path = dir.path().join("d/e/b");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let (writer, _) = Writer::open(dir.path(), "x").unwrap();
    writer.apply(&[edit("d/e/b", Some("b"), None)]).unwrap();
    writer.undo(&writer.undoing().unwrap()).unwrap();
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o755);
}
