//! All gates on a real tree, against Molt's checker, and on copies of the tree ten and a hundred times as large.

use std::{fs, path::Path};

use crate::measure::{Line, RUNS, command, compare_in, median, peak, time};

const STD: &str = "src/molt/stdlib";

/// What the gates read.
const PARTS: [&str; 6] = [
    STD,
    "tools",
    "runtime/molt-runtime/src",
    "docs/spec/areas/compat",
    "tests/differential/basic",
    "src/molt/_intrinsics.pyi",
];

pub(crate) fn run(checkout: &Path) {
    let ours = command(env!("CARGO_BIN_EXE_molt-sync"), &["gates", "--only", "source,known-intrinsics"]);
    let all = command(env!("CARGO_BIN_EXE_molt-sync"), &["gates"]);
    let checker = command("python3.12", &["tools/check_stdlib_intrinsics.py"]);
    compare_in(checkout, "all gates", &all, "Molt's checker", &checker, "at most 0.010, and under 50 ms");
    let ruff = command("ruff", &["check", "--isolated", "--no-cache", "--select", "E9", "--exit-zero", STD]);
    compare_in(checkout, "all gates", &all, "ruff's syntax alone", &ruff, "at most 1.0");
    weigh("all gates", &all, checkout, 1.0);
    let docs = command(env!("CARGO_BIN_EXE_molt-sync"), &["docs", "check", "--exit-zero"]);
    // the first run asks git for the history, and those behind it find it in the cache
    tell!("docs check: {:.1} ms (goal: under 150 ms)", times(&docs, checkout));
    weigh("docs check", &docs, checkout, 1.0);
    let one = times(&ours, checkout);
    for factor in [10, 100] {
        let dir = tempfile::tempdir().unwrap();
        for part in PARTS {
            copy(&checkout.join(part), &dir.path().join(part));
        }
        for number in 1..factor {
            copy(&checkout.join(STD), &dir.path().join(STD).join(format!("copy_{number}")));
        }
        let many = times(&ours, dir.path());
        tell!(
            "a tree {factor} times as large: {many:.1?} ms, {:.1} times as long (goal: at most {factor})",
            many / one
        );
        compare_in(
            dir.path(),
            &format!("a tree {factor} times as large"),
            &ours,
            "ruff's syntax alone",
            &ruff,
            "at most 1.5",
        );
        weigh("its memory", &ours, dir.path(), f64::from(factor));
    }
}

/// The median in milliseconds.
fn times(line: &Line, dir: &Path) -> f64 {
    let runs = (0..RUNS).map(|_| time(line, dir).unwrap()).collect();
    median(runs).as_secs_f64() * 1000.0
}

fn weigh(what: &str, line: &Line, dir: &Path, factor: f64) {
    match peak(line, dir) {
        Some(peak) => {
            #[allow(clippy::cast_precision_loss, reason = "a memory's size is far below")]
            let each = peak as f64 / factor;
            tell!("{what}: peak {peak} KiB, {each:.0} for each copy (goal: under 102400 for one)");
        }
        None => tell!("{what}: not measured, /usr/bin/time is not installed"),
    }
}

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
