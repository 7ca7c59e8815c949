//! The command line: what is said of one that is not understood, and that every command has one JSON document.

use serde_json::Value;

use crate::support::{Sandbox, run::Ended};

const VARIABLES: [(&str, &str); 3] =
    [("MOLT_SYNC_MIRROR", "/nowhere"), ("MOLT_SYNC_CACHE_DIR", "/nowhere/cache"), ("MOLT_SYNC_CACHE_LIMIT", "1G")];

fn with_variables(sandbox: &Sandbox, args: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = sandbox.command(sandbox.root(), args);
    for (name, _) in VARIABLES {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_command_that_needs_another_one_prints_its_help() {
    let sandbox = Sandbox::empty();
    for (args, says) in [
        (&[][..], "\n  refresh "),
        (&["--offline"], "\n  refresh "),
        (&["baseline"], "\n  verify "),
        (&["docs"], "\n  census "),
        (&["ratchet"], "\n  lower "),
        (&["trust"], "\n  signer "),
    ] {
        for variables in [&[][..], &VARIABLES] {
            let ended = with_variables(&sandbox, args, variables);
            assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{args:?}");
            assert!(ended.err.contains("\nUsage: molt-sync") && ended.err.contains(says), "{args:?}: {}", ended.err);
        }
    }
}

#[test]
fn usage_lines_do_not_depend_on_the_environment() {
    let sandbox = Sandbox::empty();
    for (line, usage) in [
        ("refresh", "refresh [OPTIONS] <VERSION>"),
        ("refresh 3.14 --sign-off x", "refresh [OPTIONS] <VERSION>"),
        ("refresh 3.14 --worktree", "refresh [OPTIONS] <VERSION>"),
        ("baseline verify", "baseline verify [OPTIONS] --python <PATH>"),
        ("baseline diff 3.13", "baseline diff [OPTIONS] <OLD> <NEW>"),
        ("trust add 3.14.1", "trust add [OPTIONS] --artifact <NAME> --sha256 <HEX> --by <NAME> <VERSION>"),
        ("ratchet check", "ratchet check [OPTIONS] --base <REF>"),
        ("gates --onyl x", "gates [OPTIONS]"),
        ("init", "init [OPTIONS] <DIR>"),
        ("docs resolve --driver a", "docs resolve [OPTIONS] [FILES]..."),
        ("docs bind README.md:3", "docs bind [OPTIONS] <FILE:LINE> <FACT>"),
        ("frobnicate", "[OPTIONS] <COMMAND>"),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let [plain, set] = [&[][..], &VARIABLES].map(|it| with_variables(&sandbox, &args, it));
        assert_eq!((plain.code, set.code, plain.out.as_str()), (2, 2, ""), "{line}: {}", plain.err);
        assert_eq!(plain.err, set.err, "{line}");
        assert!(plain.err.contains(&format!("Usage: molt-sync {usage}\n")), "{line}: {}", plain.err);
    }
    let bad = with_variables(&sandbox, &["baseline", "show"], &[("MOLT_SYNC_CACHE_LIMIT", "much")]);
    assert!(bad.code == 2 && bad.err.contains("comes from the variable MOLT_SYNC_CACHE_LIMIT"), "{}", bad.err);
}

#[test]
fn a_tip_is_near_to_what_was_written() {
    let sandbox = Sandbox::empty();
    for (line, tip) in [
        ("refrsh", Some("'refresh'")),
        ("gatse", Some("'gates'")),
        ("docs chekc", Some("'check'")),
        ("baseline shw", Some("'show'")),
        ("gates --onyl x", Some("'--only'")),
        ("init --githb", Some("'--github'")),
        ("--format jso gates", Some("'json'")),
        ("stubs check", None),
        ("undo --foo", None),
        ("frobnicate", None),
        ("gates --fallback", None),
        ("--format text gates", None),
        ("refresh 3.14 -x", None),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let ended = sandbox.run(&args);
        assert_eq!(ended.code, 2, "{line}");
        let found = ended.err.lines().find(|it| it.trim().starts_with("tip: "));
        assert_eq!(found.is_some(), tip.is_some(), "{line}: {}", ended.err);
        assert!(tip.is_none_or(|tip| found.is_some_and(|it| it.ends_with(tip))), "{line}: {}", ended.err);
    }
}

/// Runs it with `--format json` and makes sure that stdout is one document with a schema, which tells of an error where the
/// run failed.
fn json(sandbox: &Sandbox, line: &str) -> (i32, Value) {
    let args: Vec<&str> = line.split(' ').filter(|it| !it.is_empty()).chain(["--format", "json"]).collect();
    let ended = sandbox.sync(&args);
    let value: Value = serde_json::from_str(&ended.out)
        .unwrap_or_else(|error| panic!("{line}: {error}\n{}\n{}", ended.out, ended.err));
    assert!(value["schema"].is_u64(), "{line}: {value}");
    if let Some(error) = value.get("error") {
        assert_eq!(error["code"].as_i64(), Some(i64::from(ended.code)), "{line}: {error}");
        assert!(
            error["message"].as_str().is_some_and(|it| !it.is_empty()) && error["hint"].is_string(),
            "{line}: {error}"
        );
        assert!(ended.err.contains("error: "), "people are told as well: {}", ended.err);
    }
    (ended.code, value)
}

#[test]
fn every_command_gives_one_json_document() {
    let sandbox = Sandbox::with_series("3.13,3.14");
    for line in [
        // what is not understood
        "",
        "--offline",
        "baseline",
        "frobnicate",
        "refresh",
        "refresh x",
        "refresh 3.14 --no-such-option",
        "baseline diff 3.13",
        "gates --skip",
        "gates explain nothing",
        "gates --format sarif",
        // what reads
        "--version",
        "gates",
        "gates --molt-order",
        "gates explain",
        "ratchet show",
        "ratchet check --base main",
        "docs check",
        "docs facts",
        "docs explain DOC005",
        "docs census",
        "baseline show",
        "baseline diff 3.13 3.14",
        "baseline verify --python no-such-python",
        "trust show",
        "verify nothing.tgz",
        "audit-upstream --offline",
        "watch --offline",
        "recover",
        // dry runs, and what writes
        "refresh 3.14 --source bundled --dry-run",
        "refresh 3.14 --source bundled",
        "baseline drop 3.13 --dry-run",
        "baseline drop 3.13 --plan ../a.plan",
        "baseline drop 3.13 --patch ../a.patch --report ../a.md",
        "baseline drop 3.13 --branch x",
        "apply ../a.plan --dry-run",
        "apply ../a.plan",
        "apply ../a.plan",
        "undo --dry-run",
        "undo",
        "undo",
        "ratchet lower --dry-run",
        "ratchet lower",
        "docs sync --dry-run",
        "docs sync",
        "docs adopt --dry-run",
        "docs adopt",
        "docs bind README.md:1 ratchet.max",
        "docs resolve ROADMAP.md",
        "docs resolve nothing.md",
        "trust add 3.14.90 --artifact source-tree --sha256 0 --by me",
        "init ../other",
        "init ../other",
        "demo",
    ] {
        let (code, value) = json(&sandbox, line);
        assert_eq!(code == 0 || code == 1, value.get("error").is_none() || code == 1, "{line}: {code} {value}");
        if line.ends_with("--dry-run") && code == 0 {
            assert!(value["patch"].is_string(), "{line}: {value}");
        }
    }
    // the last word counts
    let ended = sandbox.sync(&["gates", "--onyl", "x", "--format=json"]);
    let value: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(value["error"]["hint"], "a similar argument exists: '--only'");
    assert_eq!(sandbox.sync(&["--format", "json", "gates", "--format", "human", "--onyl"]).out, "");
}
