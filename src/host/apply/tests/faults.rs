//! The disk says no at each step in turn, once or from then on; and somebody saves a target at each step.

use std::{io::ErrorKind, sync::Arc};

use super::super::{
    ApplyError,
    fs::{At, Fs as _},
    recover::Recovered,
    seal::Seal,
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
    Transaction::new(fs, Seal::of_a_test())
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
fn what_is_written_into_a_file_that_was_open_is_found() {
    let [old, _] = ends();
    let whole = Simulated::with(&FILES);
    transaction(&whole).apply("test", &edits()).unwrap();
    let ops = whole.ops();
    let exchanged = 1 + ops.iter().position(|it| *it == "exchange").unwrap();
    let last = 1 + ops.iter().rposition(|it| *it == "exchange").unwrap();
    for number in exchanged + 1..=last {
        let meanwhile = Some((number as u64, "d/a", b"saved by a person".to_vec()));
        let fs = Simulated { meanwhile, has_it_open: true, ..Simulated::with(&FILES) };
        let result = transaction(&fs).apply("test", &edits());
        assert!(matches!(&result, Err(ApplyError::Changed(it)) if it.as_str() == "d/a"), "{number}: {result:?}");
        assert_eq!(fs.read(At::Tree("d/a")).unwrap(), Some(b"saved by a person".to_vec()), "{number}");
        let others = |all: &Files| -> Files { all.iter().filter(|(name, _)| name != "tree/d/a").cloned().collect() };
        assert_eq!(others(&tree(&fs)), others(&old), "{number}");
    }
    assert!(last > exchanged + 1);
}

#[test]
fn what_somebody_saves_meanwhile_outlives_a_crash() {
    let [old, new] = ends();
    let (mut torn, mut cases) = (0, 0);
    for has_no_exchange in [false, true] {
        let whole = Simulated { has_no_exchange, ..Simulated::with(&FILES) };
        transaction(&whole).apply("test", &edits()).unwrap();
        let steps = whole.ops().len() as u64;
        for number in 1..=steps {
            for path in ["d/a", "d/b", "e/c", "gone/d"] {
                for stop in number..steps + 12 {
                    let meanwhile = Some((number, path, b"saved by a person".to_vec()));
                    let fs = Simulated { stops_at: Some(stop), has_no_exchange, meanwhile, ..Simulated::with(&FILES) };
                    let is_done = transaction(&fs).apply("test", &edits()).is_ok();
                    if !fs.was_saved() {
                        continue;
                    }
                    for keeps in [|_| true, |_| false, |it| it % 2 == 0] {
                        cases += 1;
                        let fs = fs.crash(keeps, Loss::Kept);
                        let recovered = transaction(&fs).recover();
                        if let Err(ApplyError::Torn { .. }) = recovered {
                            torn += 1;
                            assert!(matches!(transaction(&fs).abort(), Ok(Recovered::TakenBack(_))));
                        } else {
                            recovered.unwrap();
                        }
                        let what = format!("{path} at {number}, cut at {stop}, {has_no_exchange}, {is_done}");
                        let saved = fs.read(At::Tree(path)).unwrap();
                        let is_somewhere = fs.image().values().flatten().any(|it| **it == *b"saved by a person");
                        assert!(is_somewhere, "{what}: it is lost");
                        assert_eq!(saved.as_deref(), Some(&b"saved by a person"[..]), "{what}");
                        let but_it = |all: &Files| -> Files {
                            all.iter()
                                .filter(|(name, _)| !name.ends_with(path) && name != "tree/gone")
                                .cloned()
                                .collect()
                        };
                        let now = but_it(&tree(&fs));
                        assert!(now == but_it(&old) || now == but_it(&new), "{what}: torn");
                        assert!(!fs.image().keys().any(|it| it.starts_with("store/txn")), "{what}");
                    }
                }
            }
        }
    }
    assert!(torn > 100 && cases > 10_000, "{torn} of {cases}");
}

#[test]
fn a_cut_off_change_whose_files_were_edited_since_is_a_persons() {
    let whole = Simulated::with(&FILES);
    transaction(&whole).apply("test", &edits()).unwrap();
    let (mut torn, mut aborted, mut kept) = (0, 0, 0);
    for stop in 0..=whole.ops().len() as u64 {
        let fs = Simulated { stops_at: Some(stop), ..Simulated::with(&FILES) };
        drop(transaction(&fs).apply("test", &edits()));
        let fs = fs.crash(|_| true, Loss::Kept);
        let was_new = fs.read(At::Tree("d/b")).unwrap() == Some(b"B".to_vec());
        if was_new && fs.read(At::Store("txn/journal")).unwrap().is_none() {
            // it is done
            continue;
        }
        fs.save("d/b", b"mine");
        let before = fs.image();
        match transaction(&fs).recover() {
            Err(ApplyError::Torn { run, paths }) => {
                torn += 1;
                assert_eq!((run.as_str(), paths), ("test", vec!["d/b".to_owned()]));
                assert_eq!(fs.image(), before, "nothing is touched");
                let Recovered::TakenBack(stayed) = transaction(&fs).abort().unwrap() else { panic!("not taken back") };
                // where its new bytes were written over, the old ones are kept
                assert_eq!(stayed.len(), usize::from(was_new));
                kept += stayed.len();
                if was_new {
                    assert_eq!(stayed, ["d/b (what was there before is in store/kept/0-b)"]);
                    assert_eq!(fs.read(At::Store("kept/0-b")).unwrap(), Some(b"b".to_vec()));
                }
                aborted += 1;
            }
            other => assert!(matches!(other, Ok(Recovered::Nothing | Recovered::Discarded)), "{other:?}"),
        }
        assert_eq!(fs.read(At::Tree("d/b")).unwrap(), Some(b"mine".to_vec()));
        assert_eq!(fs.read(At::Tree("d/a")).unwrap(), Some(b"a".to_vec()));
        assert!(!fs.image().keys().any(|it| it.starts_with("store/txn")));
    }
    assert!(torn > 1 && aborted == torn && kept > 1, "{torn} {kept}");
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
fn a_damaged_journal_is_told_and_set_aside_when_a_person_says_so() {
    let whole = Simulated::with(&FILES);
    transaction(&whole).apply("test", &edits()).unwrap();
    let (mut damaged, mut done, mut without) = (0, 0, 0);
    for stop in 0..=whole.ops().len() as u64 {
        let fs = Simulated { stops_at: Some(stop), ..Simulated::with(&FILES) };
        drop(transaction(&fs).apply("test", &edits()));
        let fs = fs.crash(|_| true, Loss::Kept);
        let before = tree(&fs);
        let found = ["txn/journal", "txn/done"].into_iter().find(|it| fs.read(At::Store(it)).unwrap().is_some());
        if let Some(name) = found {
            fs.damage(name);
        }
        match (found, transaction(&fs).recover()) {
            (Some(name), Err(ApplyError::Unverified { place, .. })) => {
                assert_eq!(place, format!("store/{name}"));
                damaged += usize::from(name == "txn/journal");
                done += usize::from(name == "txn/done");
                let aborted = transaction(&fs).abort();
                assert!(matches!(&aborted, Ok(Recovered::SetAside(it)) if it == "store/damaged-0"), "{aborted:?}");
                assert!(matches!(transaction(&fs).recover(), Ok(Recovered::Nothing)));
            }
            (None, Ok(_)) => without += 1,
            other => panic!("{other:?}"),
        }
        assert_eq!(tree(&fs), before, "nothing is touched");
    }
    assert!(damaged > 1 && done > 0 && without > 1, "{damaged} {done} {without}");
}
