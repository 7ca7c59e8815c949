//! The disk says no at each step in turn, once or from then on; and somebody saves a target at each step.

use std::{io::ErrorKind, sync::Arc};

use super::super::{
    ApplyError,
    fs::{At, Fs as _},
    recover::Recovered,
    transaction::Transaction,
};
use super::simulated::{Loss, Simulated};
use crate::base::{Edit, RelPath};

/// What is there, by name; folders have no bytes.
type Files = Vec<(String, Option<Arc<[u8]>>)>;

const FILES: [(&str, &[u8]); 5] = [("d/a", b"a"), ("d/b", b"b"), ("e/c", b"c"), ("gone/d", b"d"), ("README", b"mine")];

fn edits() -> Vec<Edit> {
    let edit = |path: &str, before: Option<&str>, after: Option<&str>| {
        let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        Edit { path: RelPath::new(path).unwrap(), before: bytes(before), after: bytes(after) }
    };
    vec![
        edit("d/a", Some("a"), Some("A")),
        edit("d/b", Some("b"), Some("B")),
        edit("gone/d", Some("d"), None),
        edit("new/x/y", None, Some("y")),
        edit("e/c", Some("c"), Some("C")),
    ]
}

fn transaction(fs: &Simulated) -> Transaction<'_> {
    Transaction { fs, keeps: true, without: None }
}

fn tree(fs: &Simulated) -> Files {
    fs.image().into_iter().filter(|(name, _)| name.starts_with("tree")).collect()
}

fn ends() -> [Files; 2] {
    let new = Simulated::with(&FILES);
    transaction(&new).apply("test", &edits()).unwrap();
    [tree(&Simulated::with(&FILES)), tree(&new)]
}

#[test]
fn whatever_the_disk_refuses_leaves_the_tree_as_it_was() {
    let [old, new] = ends();
    for has_no_exchange in [false, true] {
        let whole = Simulated { has_no_exchange, ..Simulated::with(&FILES) };
        transaction(&whole).apply("test", &edits()).unwrap();
        assert_eq!(tree(&whole), new);
        let ops = whole.ops();
        let end = 1 + ops.iter().rposition(|it| *it == "sync folder").unwrap();
        for (number, op) in ops.iter().enumerate() {
            for kind in [
                ErrorKind::StorageFull,
                ErrorKind::Other,
                ErrorKind::PermissionDenied,
                ErrorKind::ReadOnlyFilesystem,
                ErrorKind::Interrupted,
            ] {
                for lasts in [false, true] {
                    let fault = Some((number as u64 + 1, kind, lasts));
                    let fs = Simulated { fault, has_no_exchange, ..Simulated::with(&FILES) };
                    let result = transaction(&fs).apply("test", &edits());
                    let what = format!("{kind:?} at {op} {number} of {end}, lasting {lasts}: {result:?}");
                    match result {
                        Ok(()) => assert_eq!(tree(&fs), new, "{what}"),
                        Err(ApplyError::Stuck { .. }) => assert!(lasts, "{what}"),
                        Err(_) => assert_eq!(tree(&fs), old, "{what}"),
                    }
                    // once the disk is well again, the next run finds nothing half done
                    let fs = Simulated { fault: None, has_no_exchange, ..fs };
                    transaction(&fs).recover().unwrap();
                    assert!(tree(&fs) == old || tree(&fs) == new, "{what}");
                    assert!(!fs.image().keys().any(|it| it.starts_with("store/txn")), "{what}");
                }
            }
        }
    }
}

#[test]
fn what_somebody_saves_meanwhile_is_kept() {
    let [old, new] = ends();
    for has_no_exchange in [false, true] {
        let whole = Simulated { has_no_exchange, ..Simulated::with(&FILES) };
        transaction(&whole).apply("test", &edits()).unwrap();
        let mut refused = 0;
        for number in 1..=whole.ops().len() as u64 {
            for path in ["d/a", "d/b", "e/c"] {
                let meanwhile = Some((number, path, b"saved by a person".to_vec()));
                let fs = Simulated { has_no_exchange, meanwhile, ..Simulated::with(&FILES) };
                let result = transaction(&fs).apply("test", &edits());
                let saved = fs.read(At::Tree(path)).unwrap().unwrap();
                assert_eq!(saved, b"saved by a person", "{path} at {number}: {result:?}");
                let but_it =
                    |all: &Files| -> Files { all.iter().filter(|(name, _)| !name.ends_with(path)).cloned().collect() };
                let expected = if result.is_ok() { &new } else { &old };
                assert_eq!(but_it(&tree(&fs)), but_it(expected), "{path} at {number}: {result:?}");
                refused += usize::from(matches!(result, Err(ApplyError::Changed(it)) if it.as_str() == path));
            }
        }
        assert!(refused > 20, "{refused}");
    }
}

#[test]
fn a_cut_off_change_whose_files_were_edited_since_is_a_persons() {
    let whole = Simulated::with(&FILES);
    transaction(&whole).apply("test", &edits()).unwrap();
    let (mut torn, mut aborted) = (0, 0);
    for stop in 0..=whole.ops().len() as u64 {
        let fs = Simulated { stops_at: Some(stop), ..Simulated::with(&FILES) };
        drop(transaction(&fs).apply("test", &edits()));
        let fs = fs.crash(|_| true, Loss::Kept);
        if fs.read(At::Tree("d/b")).unwrap() == Some(b"B".to_vec()) {
            continue;
        }
        fs.save("d/b", b"mine");
        let before = fs.image();
        match transaction(&fs).recover() {
            Err(ApplyError::Torn { run, paths }) => {
                torn += 1;
                assert_eq!((run.as_str(), paths), ("test", vec!["d/b".to_owned()]));
                assert_eq!(fs.image(), before, "nothing is touched");
                assert_eq!(transaction(&fs).abort().unwrap(), Recovered::Discarded);
                aborted += 1;
            }
            other => assert!(matches!(other, Ok(Recovered::Nothing | Recovered::Discarded)), "{other:?}"),
        }
        assert_eq!(fs.read(At::Tree("d/b")).unwrap(), Some(b"mine".to_vec()));
        assert_eq!(fs.read(At::Tree("d/a")).unwrap(), Some(b"a".to_vec()));
        assert!(!fs.image().keys().any(|it| it.starts_with("store/txn")));
    }
    assert!(torn > 1 && aborted == torn, "{torn}");
}

#[test]
fn names_that_are_one_file_here_are_refused() {
    let edit = |path: &str| Edit { path: RelPath::new(path).unwrap(), before: None, after: Some(b"x".to_vec()) };
    let edits = [edit("d/Case"), edit("d/case")];
    let fs = Simulated { is_case_blind: true, ..Simulated::with(&FILES) };
    let before = fs.image();
    let error = transaction(&fs).apply("test", &edits).unwrap_err();
    assert!(matches!(&error, ApplyError::Target { path, .. } if path.as_str() == "d/case"), "{error}");
    assert_eq!(fs.image(), before);
    transaction(&Simulated::with(&FILES)).apply("test", &edits).unwrap();
}

#[test]
fn a_damaged_journal_is_told_and_one_of_a_done_change_is_no_matter() {
    let whole = Simulated::with(&FILES);
    transaction(&whole).apply("test", &edits()).unwrap();
    let (mut damaged, mut done) = (0, 0);
    for stop in 0..=whole.ops().len() as u64 {
        let fs = Simulated { stops_at: Some(stop), ..Simulated::with(&FILES) };
        drop(transaction(&fs).apply("test", &edits()));
        let fs = fs.crash(|_| true, Loss::Kept);
        let before = tree(&fs);
        for name in ["txn/journal", "txn/done"] {
            if fs.read(At::Store(name)).unwrap().is_some() {
                fs.damage(name);
            }
        }
        match (fs.read(At::Store("txn/journal")).unwrap(), transaction(&fs).recover()) {
            (Some(_), Err(ApplyError::Damaged)) => damaged += 1,
            (None, Ok(_)) => done += 1,
            other => panic!("{other:?}"),
        }
        assert_eq!(tree(&fs), before, "nothing is touched");
    }
    assert!(damaged > 1 && done > 1, "{damaged} {done}");
}
