//! All that judges a checkout of Molt, against the syntax check of ruff, Molt's checker and itself before, and on copies of the
//! tree ten and a hundred times as large.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{
    measure::{Line, command, ours, text},
    results::{absent, beside, beyond, part, weigh, within},
};

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

/// KiB that the work on one tree may hold.
const MEMORY: u64 = 100 << 10;

pub(crate) fn run(checkouts: &[PathBuf]) {
    for checkout in checkouts {
        let cache = tempfile::tempdir().unwrap();
        part(&format!("A checkout of Molt: {}", about(checkout)));
        on_checkout(checkout, &|args| {
            let mut res = ours(args);
            res.extend(["--cache-dir".to_owned(), text(&cache.path().join("cache")).to_owned()]);
            res
        });
    }
    if let Some(checkout) = checkouts.first() {
        larger(checkout);
    }
}

/// The commit and the sizes of a checkout.
fn about(checkout: &Path) -> String {
    let git = Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(checkout).output();
    let commit =
        git.ok().filter(|it| it.status.success()).map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    format!(
        "{}, {} modules, {} documents",
        commit.as_deref().unwrap_or("a commit that git does not tell"),
        count(&checkout.join(STD), "py"),
        count(checkout, "md")
    )
}

fn count(dir: &Path, extension: &str) -> usize {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let each = entries.map(|it| it.unwrap().path()).map(|it| {
        let is_own = !it.is_symlink() && it.file_name().is_some_and(|it| !it.to_string_lossy().starts_with('.'));
        if is_own && it.is_dir() {
            count(&it, extension)
        } else {
            usize::from(it.extension().is_some_and(|it| it == extension))
        }
    });
    each.sum()
}

fn ruff() -> Line {
    command("ruff", &["check", "--isolated", "--no-cache", "--select", "E9", "--exit-zero", STD])
}

fn on_checkout(checkout: &Path, ours: &dyn Fn(&[&str]) -> Line) {
    let gates = crate::measure::ours(&["gates"]);
    let checker = command("python3.12", &["tools/check_stdlib_intrinsics.py"]);
    beside("all gates", &gates, ["ruff on syntax alone", "at most 1.0"], &ruff(), checkout, 1.0);
    beside("all gates beside Molt's checker", &gates, ["Molt's checker", "at most 0.1"], &checker, checkout, 0.1);
    within("all gates in time", &gates, checkout, Some(Duration::from_millis(50)));
    weigh("memory of all gates", &gates, checkout, [0, MEMORY]);
    // the first run asks git for the history, and those behind it find it in the cache
    let docs = ours(&["docs", "check"]);
    within("`docs check`", &docs, checkout, Some(Duration::from_millis(150)));
    let (work, goal) = ("`docs check` beside an earlier release", "at most 1.3");
    match env::var("MOLT_SYNC_BEFORE") {
        Ok(before) => {
            let before = command(&before, &docs[1..].iter().map(String::as_str).collect::<Vec<_>>());
            beside(work, &docs, ["the earlier one", goal], &before, checkout, 1.3);
        }
        Err(_) => absent(work, "MOLT_SYNC_BEFORE names no earlier program", goal),
    }
    weigh("memory of `docs check`", &docs, checkout, [0, MEMORY]);
    let beyond = |work: &str, line: &[&str], most: u64| {
        beyond(work, &ours(line), "all gates", &gates, (checkout, &|| ()), Duration::from_millis(most));
    };
    beyond("`plan`", &["plan"], 80);
    beyond("`scoreboard record`", &["scoreboard", "record", "--dry-run"], 80);
    beyond("`accept` of a family", &["accept", "json"], 50);
    beyond("`accept` of all modules", &["accept", "--all"], 1000);
    match crate::corpus() {
        // the first run reads the archive, and those behind it find its names in the cache
        Some(corpus) => beyond("`surface`", &["surface", "--source", text(&crate::facts::xz(&corpus))], 80),
        None => absent("`surface`", "MOLT_SYNC_CORPUS names no mirror with real releases", "at most 80ms more"),
    }
}

/// Ten and a hundred times as many files.
fn larger(checkout: &Path) {
    part("Copies of the first checkout's tree");
    for factor in [10, 100] {
        let dir = tempfile::tempdir().unwrap();
        for part in PARTS {
            copy(&checkout.join(part), &dir.path().join(part));
        }
        for number in 1..factor {
            copy(&checkout.join(STD), &dir.path().join(STD).join(format!("copy_{number}")));
        }
        let gates = ours(&["gates"]);
        let work = |what: &str| format!("{what}{factor} times the tree");
        let goal = ["ruff on syntax alone", "at most 1.5"];
        beside(&work("all gates on "), &gates, goal, &ruff(), dir.path(), 1.5);
        let source = ours(&["gates", "--only", "source,known-intrinsics"]);
        beside(&work("two gates, which read all, on "), &source, goal, &ruff(), dir.path(), 1.5);
        weigh(&work("memory of all gates on "), &gates, dir.path(), [0, MEMORY * factor]);
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for it in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|it| it.file_name() != ".git") {
            copy(&it.path(), &to.join(it.file_name()));
        }
    } else if from.is_file() {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}
