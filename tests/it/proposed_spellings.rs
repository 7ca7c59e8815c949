//! What the job that may push lets through of the lock, this program can read: its script looks at lines, and knows no TOML. Its part
//! that compares two locks is run alone, on locks with lines of all kinds put in.

#![cfg(unix)]

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use molt_sync::{
    config::Paths,
    workspace::{last_refresh, parsed},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::support::Sandbox;

const DIGEST: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A lock with an own entry and the own table, and those of another series.
fn lock() -> Vec<String> {
    let text = format!(
        r#"schema = 1

[[release]]
version = "3.12.9"
artifact = "Python-3.12.9.tgz"
sha256 = "{DIGEST}"
verified_by = "reviewed"
reviewed_by = "A Person"

[[release]]
version = "3.13.77"
artifact = "Python-3.13.77.tgz"
sha256 = "{DIGEST}"
verified_by = "sigstore"
checked = [
  "sha256",
  "lock"
]

[last_refresh."3.12"]
series = "3.12"

[last_refresh."3.13"]
added = ["a.b", "c"]
before = "3.13.76"
changed = []
order = 3
release = "3.13.77"
removed = [
  "d",
]
retired = []
stubs = []
series = "3.13"
"#
    );
    text.lines().map(str::to_owned).collect()
}

/// Lines that mean much in TOML, or nearly nothing.
const LINES: [&str; 64] = [
    "schema = 1",
    "schema = 1 # one",
    "",
    "# a, b",
    "\t",
    "]",
    "],",
    "] # c",
    "\"sha256\"",
    "\"sha256\",",
    "\"sha256\" # d,",
    "\"lock\" #,",
    "'lock' , # e",
    "\"a.b\"",
    "\"a..b\",",
    "\"a.\"",
    "\"c\" # x,",
    "'c',",
    "checked = [",
    "checked = [ # ,",
    "checked = [\"sha256\" \"lock\"]",
    "checked = ['sha256', \"lock\",]",
    "checked = []",
    "size = 7",
    "size = 07",
    "size = 999999999999999999",
    "log_index = 1_0",
    "signed_at = 'then'",
    "identity = \"a # b\"",
    "identity = 'a\" # b'",
    "identity = \"a\" b\"",
    "issuer = ''",
    "names_sha256 = \"aa\"",
    "added = [\"a..b.\"]",
    "added = [",
    "added = [\"a\",, \"b\"]",
    "removed = ['x', \"y\" ]",
    "removed = [ , ]",
    "before = \"3.13.0 [older], +more\"",
    "before = \"\u{e9}\"",
    "before = ''",
    "release = \"3.13.99999\"",
    "release = \"3.13.05\"",
    "release = \"3.13.7rc1\"",
    "release = \"3.12.7\"",
    "order = 00",
    "order = 12",
    "series = \"3.13\"",
    "[last_refresh.\"3.13\"]",
    "[last_refresh.\"3.12\"] # x",
    "[[release]]",
    "version = \"3.13.77\" # x",
    "series  = '3.13' # x",
    "'series' = \"3.13\"",
    "\"order\"\t=\t12",
    "\"size\" = 7",
    "'version' = '3.13.77'",
    "\"checked\" = [",
    "\"sha256' = \"aa\"",
    "[ last_refresh . '3.13' ] # x",
    "[last_refresh.'3.12']",
    "[\"last_refresh\".\"3.13\"]",
    "[[ release ]]",
    "[['release']] # y",
];

/// What becomes of a line: it goes, it is doubled, or another one stands before it or in its place.
#[derive(Debug, Clone)]
enum Edit {
    Gone,
    Twice,
    Before(&'static str),
    Instead(&'static str),
}

fn edits() -> impl Strategy<Value = Vec<(usize, Edit)>> {
    let line = || proptest::sample::select(&LINES[..]);
    let edit = prop_oneof![
        1 => Just(Edit::Gone),
        1 => Just(Edit::Twice),
        4 => line().prop_map(Edit::Before),
        4 => line().prop_map(Edit::Instead),
    ];
    proptest::collection::vec((0..lock().len(), edit), 1..4)
}

fn changed(edits: &[(usize, Edit)]) -> String {
    let mut lines = lock();
    for (at, edit) in edits {
        let at = *at % lines.len();
        match edit {
            Edit::Gone => drop(lines.remove(at)),
            Edit::Twice => lines.insert(at, lines[at].clone()),
            Edit::Before(line) => lines.insert(at, (*line).to_owned()),
            Edit::Instead(line) => (*line).clone_into(&mut lines[at]),
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n") + "\n"
}

/// The part of the script that says what a lock has besides what is its own.
fn comparer() -> String {
    let box_ = Sandbox::with_series("3.13");
    box_.sync(&["init", "--github", "--install", "true"]).succeeds();
    let text = box_.read(".github/workflows/molt-sync-watch.yml");
    let (_, rest) = text.split_once("refreshed=\"$work/$2-last\" '\n").unwrap();
    rest.split_once("' \"$work/lock\"").unwrap().0.to_owned()
}

fn others(program: &str, text: &str, own: &Path) -> String {
    let mut command = Command::new("awk");
    command.args(["-v", "series=3[.]13", "-v", "release=3[.]13[.]77", "-v"]).arg(format!("own={}", own.display()));
    for name in ["about", "grounds", "orders", "refreshed"] {
        command.arg("-v").arg(format!("{name}={}.{name}", own.display()));
    }
    let mut child = command.arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success());
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn a_lock_that_is_let_through_can_be_read() {
    let (program, box_) = (comparer(), Sandbox::empty());
    let own = box_.root().join("own");
    let others = |text: &str| others(&program, text, &own);
    let before = others(&(lock().join("\n") + "\n"));
    assert!(before.contains("3.12.9"), "{before}");
    let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let through = std::cell::Cell::new(0);
    let paths = Paths::default();
    runner
        .run(&edits(), |edits| {
            let text = changed(&edits);
            if others(&text) == before {
                through.set(through.get() + 1);
                let read = parsed(&paths, &text).and_then(|it| last_refresh(&it, &paths));
                prop_assert!(read.is_ok(), "{:?}\n{}", read.err(), text);
            }
            Ok(())
        })
        .unwrap();
    assert!(through.get() > 50, "only {} of them are let through, and the rest says nothing", through.get());
}
