//! Molt's own checker as the judge, on copies of a real checkout of 2026-02-13 that are changed in every way of
//! [`crate::support::changes`]: same exit code, same first line, and no difference between the two audits.
//!
//! It takes minutes, so it runs only where `MOLT_SYNC_PARITY` names the checkout: `just parity CHECKOUT`. Everywhere else
//! the same changes are judged on the small tree, whose first lines were found out here.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::support::{
    changes::{Change, TRACEBACK, changes},
    program,
    tree::{OnDisk, STD},
};

const CHECKER: &str = "tools/check_stdlib_intrinsics.py";

/// What the two checkers read and nothing else.
const PARTS: [&str; 5] =
    [STD, "tools", "runtime/molt-runtime/src/intrinsics", "docs/spec/areas/compat", "tests/differential/basic"];

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for it in fs::read_dir(from).unwrap().map(Result::unwrap) {
            copy(&it.path(), &to.join(it.file_name()));
        }
    } else if from.is_file() {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// Exit code and first line.
fn ended(mut command: Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap(), text.lines().next().unwrap_or("").to_owned(), text)
}

fn compare(tree: &mut OnDisk, change: &Change) -> Result<bool, String> {
    (change.make)(tree);
    let report = tree.root().join("report.json");
    drop(fs::remove_file(&report));
    let mut theirs = Command::new("python3.12");
    theirs
        .arg(CHECKER)
        .args(change.options)
        .arg("--json-out")
        .arg(&report)
        .current_dir(tree.root())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let (their_code, mut their_line, _) = ended(theirs);
    if their_code == 1 && their_line.is_empty() {
        their_line = TRACEBACK.into();
    }
    let ours = |more: &[&str]| {
        let mut ours = Command::new(program());
        ours.arg("gates").args(change.options).args(more).current_dir(tree.root());
        ended(ours)
    };
    let (our_code, our_line, _) = ours(&["--molt-order"]);
    if (our_code, &our_line) != (their_code, &their_line) {
        return Err(format!("{}\n  molt {their_code}: {their_line}\n  ours {our_code}: {our_line}", change.name));
    }
    let has_report = report.is_file();
    if has_report {
        let (code, _, text) = ours(&["--compare", report.to_str().unwrap()]);
        if code != 0 {
            return Err(format!("{}: the audits differ\n{text}", change.name));
        }
    }
    tree.put_back();
    Ok(has_report)
}

#[test]
fn changed_checkouts_are_judged_alike() {
    let Ok(checkout) = std::env::var("MOLT_SYNC_PARITY") else {
        eprintln!("skipped: MOLT_SYNC_PARITY names no Molt checkout");
        return;
    };
    let checkout = Path::new(&checkout);
    assert!(checkout.join(CHECKER).is_file(), "{} is no Molt checkout", checkout.display());
    let (changes, next, reports) = (changes(), AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let dir = tempfile::tempdir().unwrap();
        for part in PARTS {
            copy(&checkout.join(part), &dir.path().join(part));
        }
        let mut tree = OnDisk::new(dir.path());
        let mut wrong = Vec::new();
        while let Some(change) = changes.get(next.fetch_add(1, Ordering::Relaxed)) {
            match compare(&mut tree, change) {
                Ok(has_report) => _ = reports.fetch_add(usize::from(has_report), Ordering::Relaxed),
                Err(difference) => wrong.push(difference),
            }
            tree.put_back();
        }
        wrong
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<String> = thread::scope(|scope| {
        let all: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    eprintln!(
        "{} changes judged alike, {} reports compared",
        changes.len() - wrong.len(),
        reports.load(Ordering::Relaxed)
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
