//! A workspace whose documents speak of a cart, whose numbers stand in a file of its own.

use std::process::Command;

use serde_json::Value;

use super::{
    Sandbox,
    tree::{UNION, mini},
};

pub const PAPER: &str = "docs/PAPER.md";
pub const NUMBERS: &str = "tools/numbers.json";
pub const PHRASES: &str = "docs/bindings.toml";
pub const SETTINGS: &str = "molt-sync.toml";

const FACTS: &str = r#"
[docs.facts."cart.wheels"]
source = "json:tools/numbers.json#/wheels"
[docs.facts."cart.spokes"]
source = "json:tools/numbers.json#/spokes"
[docs.facts."cart.crew"]
source = "json:tools/numbers.json#/crew"
[docs.facts."cart.colour"]
source = "json:tools/numbers.json#/colour"
"#;

/// The cart has twelve wheels, 3,450 spokes, a crew of two and is red.
pub fn cart() -> Sandbox {
    let box_ = Sandbox::of(&mini());
    // the names of the one series are those of the union
    let names =
        box_.read(UNION).replace("PY_SUBMODULE_UNION", "PY_MODULES").replace("PY_SUBPACKAGE_UNION", "PY_PACKAGES");
    let names = names.replace("MODULE_UNION", "MODULES").replace("PACKAGE_UNION", "PACKAGES");
    box_.write("tools/stdlib_module_union_3_14.py", names);
    box_.write(SETTINGS, FACTS);
    numbers(&box_, 12);
    box_
}

/// Another number of wheels.
pub fn numbers(box_: &Sandbox, wheels: u32) {
    let text =
        format!("{{\"wheels\": {wheels}, \"spokes\": 3450, \"crew\": [\"ann\", \"bob\"], \"colour\": \"red\"}}\n");
    box_.write(NUMBERS, text);
}

/// The same cart, with these phrases and this paper.
pub fn cart_with(phrases: &[&str], paper: &str) -> Sandbox {
    let box_ = cart();
    bind(&box_, phrases);
    box_.write(PAPER, paper);
    box_
}

/// Binds phrases of the paper.
pub fn bind(box_: &Sandbox, phrases: &[&str]) {
    let entry = |it: &&str| format!("[[bind]]\ndoc = \"{PAPER}\"\nphrase = '''{it}'''\n");
    box_.write(PHRASES, phrases.iter().map(entry).collect::<String>());
}

/// More settings.
pub fn configure(box_: &Sandbox, more: &str) {
    box_.write(SETTINGS, box_.read(SETTINGS) + more);
}

/// `git` in the workspace, on this day.
pub fn git_on(box_: &Sandbox, day: &str, args: &[&str]) -> String {
    let when = format!("{day}T12:00:00+00:00");
    let mut command = Command::new("git");
    command.args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"]).args(args).current_dir(box_.ws(""));
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.org");
        command.env(format!("GIT_{role}_DATE"), &when);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Commits everything, and begins the history where there is none; gives the commit as reports show it.
pub fn commit(box_: &Sandbox, day: &str, subject: &str) -> String {
    if !box_.ws(".git").exists() {
        git_on(box_, day, &["init", "-q", "-b", "main"]);
    }
    git_on(box_, day, &["add", "-A"]);
    git_on(box_, day, &["commit", "-q", "-m", subject]);
    git_on(box_, day, &["rev-parse", "HEAD"])[..9].to_owned()
}

/// What `docs check` ends with, and every claim, right ones included.
pub fn check(box_: &Sandbox, args: &[&str]) -> (i32, Vec<Value>) {
    let ended = box_.sync(&[&["-v", "docs", "check", "--format", "json"], args].concat());
    let report: Value =
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", ended.out, ended.err));
    assert_eq!(report["schema"], 1);
    (ended.code, report["claims"].as_array().unwrap().clone())
}

/// The claims that are wrong, each as `CODE path:line`.
pub fn wrong(box_: &Sandbox, args: &[&str]) -> (i32, Vec<String>) {
    let (code, claims) = check(box_, args);
    let wrong = claims.iter().filter(|it| !it["code"].is_null());
    (code, wrong.map(|it| format!("{} {}:{}", text(it, "code"), text(it, "path"), it["line"])).collect())
}

/// The only claim that is wrong.
#[track_caller]
pub fn only(box_: &Sandbox, code: i32, args: &[&str]) -> Value {
    let (ended, claims) = check(box_, args);
    let mut wrong = claims.into_iter().filter(|it| !it["code"].is_null());
    let first = wrong.next().unwrap();
    let more: Vec<Value> = wrong.collect();
    assert!(more.is_empty(), "{first:#}\n{more:#?}");
    assert_eq!(ended, code, "{first:#}");
    first
}

/// A text of a claim.
pub fn text<'a>(claim: &'a Value, key: &str) -> &'a str {
    claim[key].as_str().unwrap_or_default()
}

/// Why a claim is wrong.
pub fn why(claim: &Value) -> String {
    let all = claim["why"].as_array().unwrap().iter().filter_map(Value::as_str);
    all.collect::<Vec<_>>().join("; ")
}
