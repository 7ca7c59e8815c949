//! A failure is not an absence: where a file or a folder cannot be opened, a run ends as if nothing had been in its way, or it
//! stops and has changed nothing.

#![cfg(unix)]

use std::{
    collections::BTreeSet,
    io,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use molt_sync::{
    audit::{Audit, Rules, document_path},
    base::{Dialect, FileError, Files, Memory, RelPath},
};

use crate::support::{
    Sandbox,
    papers::{cart_with, commit, numbers},
    tree::{DOCUMENT, STD, mini},
};

/// A cart whose paper was right once.
fn drifted() -> Sandbox {
    let box_ = cart_with(&["has {cart.wheels} wheels"], "# Cart\n\nThe cart has 7 wheels.\n");
    for at in 0..4 {
        box_.write(&format!("docs/more/{at}.md"), format!("# {at}\n\nThe cart has 7 wheels.\n"));
    }
    let bind = |doc: &str| format!("[[bind]]\ndoc = \"{doc}\"\nphrase = \"has {{cart.wheels}} wheels\"\n");
    box_.write("docs/bindings.toml", bind("docs/PAPER.md") + &bind("docs/more/*.md"));
    numbers(&box_, 7);
    commit(&box_, "2026-01-10", "Build");
    numbers(&box_, 12);
    commit(&box_, "2026-01-11", "Grow");
    box_
}

#[test]
fn a_run_that_may_open_few_files_ends_as_any_other_or_changes_nothing() {
    let original = drifted();
    let before = original.snapshot();
    let mut failed = 0;
    for args in [&["docs", "sync"][..], &["docs", "check", "--exit-zero"], &["gates"]] {
        let copy = |limit: Option<usize>| {
            let box_ = Sandbox::empty();
            let status = Command::new("cp").arg("-a").arg(original.ws("")).arg(box_.root().join("ws")).status();
            assert!(status.unwrap().success());
            let program = box_.command(&box_.ws(""), args);
            let mut shell = Command::new("sh");
            let limit = limit.map_or(String::new(), |it| format!("ulimit -n {it}; "));
            shell
                .args(["-c", &format!("{limit}exec \"$0\" \"$@\"")])
                .arg(program.get_program())
                .args(program.get_args());
            shell.current_dir(box_.ws("")).env("MOLT_SYNC_CACHE_DIR", box_.root().join("cache"));
            let output = shell.output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap(), box_.snapshot(), output.stderr)
        };
        let (code, said, after, _) = copy(None);
        assert_eq!(code, Some(0), "{args:?}: {said}");
        assert_eq!(after != before, args == ["docs", "sync"]);
        for limit in (4..16).step_by(2) {
            let (code, out, tree, errors) = copy(Some(limit));
            let errors = String::from_utf8_lossy(&errors);
            if code == Some(0) {
                assert!(out == said && tree == after, "{args:?} with {limit} files:\n{out}\n{errors}");
            } else {
                failed += 1;
                assert!(tree == before, "{args:?} with {limit} files changed something:\n{errors}");
            }
        }
    }
    // how many files are open at a time depends on the machine
    assert!(failed > 1, "no run ever failed");
}

/// Files of which the reading fails once, at the time that is named.
struct Failing {
    files: Memory,
    left: AtomicUsize,
    code: i32,
}

impl Failing {
    fn new(files: Memory, at: usize, code: i32) -> Self {
        Self { files, left: AtomicUsize::new(at), code }
    }

    fn fails(&self, path: &RelPath) -> Result<(), FileError> {
        let is_now = self.left.fetch_sub(1, Ordering::Relaxed) == 1;
        let error = || FileError { path: path.clone(), source: io::Error::from_raw_os_error(self.code) };
        if is_now { Err(error()) } else { Ok(()) }
    }
}

impl Files for Failing {
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        self.fails(path)?;
        self.files.read(path)
    }

    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError> {
        self.fails(dir)?;
        self.files.list(dir, suffix)
    }

    fn top_level(&self) -> Result<(BTreeSet<RelPath>, BTreeSet<RelPath>), FileError> {
        self.fails(&RelPath::root())?;
        self.files.top_level()
    }
}

#[test]
fn an_audit_is_whole_or_none() {
    let nothing = BTreeSet::new();
    let rules = Rules { dialect: Dialect::February, attested: &nothing, stubs: None, is_early: false };
    let root = RelPath::new(STD).unwrap();
    let whole = Audit::run(&mini(), &root, rules).unwrap();
    for code in [5, 13, 24, 28] {
        for at in 1..=whole.records.len() + 1 {
            let files = Failing::new(mini(), at, code);
            let error = Audit::run(&files, &root, rules).unwrap_err();
            assert!(error.path.as_str().starts_with(STD) && error.source.raw_os_error() == Some(code), "{error}");
        }
        let files = Failing::new(mini(), whole.records.len() + 2, code);
        assert_eq!(Audit::run(&files, &root, rules).unwrap().records.len(), whole.records.len());
    }
}

#[test]
fn a_document_that_cannot_be_read_is_not_taken_for_one_that_is_elsewhere() {
    let document = RelPath::new(DOCUMENT).unwrap();
    assert_eq!(document_path(&mini(), &document).unwrap(), document);
    assert!(document_path(&Failing::new(mini(), 1, 5), &document).is_err());
    let mut moved = mini();
    moved.0.remove(&document);
    assert!(document_path(&Failing::new(moved.clone(), 2, 5), &document).is_err());
    assert_eq!(document_path(&Failing::new(moved, 3, 5), &document).unwrap(), document);
}

#[test]
fn a_file_that_nobody_may_read_is_an_error_with_its_name() {
    use std::os::unix::fs::PermissionsExt as _;
    for path in [&format!("{STD}/json/tool.py"), "docs/PAPER.md", "tools/numbers.json", "docs/bindings.toml"] {
        let box_ = drifted();
        std::fs::set_permissions(box_.ws(path), std::fs::Permissions::from_mode(0o000)).unwrap();
        if std::fs::read(box_.ws(path)).is_ok() {
            eprintln!("skipped: this user may read everything");
            return;
        }
        box_.refuses_as_it_is(&["docs", "sync"], 2, &[&format!("cannot read {path}: "), "permissions"]);
    }
}

#[test]
fn a_workspace_that_cannot_be_looked_for_is_not_none() {
    let box_ = drifted();
    // a file with the name of a folder on the way is an absence, and a circle is not
    std::os::unix::fs::symlink("molt-sync.toml", box_.ws("docs/molt-sync.toml")).unwrap();
    let ended = box_.run_at("docs", &["baseline", "show"]);
    assert!(ended.code != 0 && ended.err.contains("look for a workspace"), "{}\n{}", ended.out, ended.err);
}
