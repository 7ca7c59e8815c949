//! The command line: what is said of one that is not understood, and that every command has one JSON document.

use serde_json::Value;

use crate::support::{Release, Sandbox, run::Ended};

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
        (&["baseline"][..], "\n  verify "),
        (&["--offline", "scoreboard"], "\n  badge "),
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
        ("frobnicate", "[OPTIONS] [COMMAND]"),
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
    let sandbox = Sandbox::with_whole_series("3.13,3.14");
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

#[test]
fn a_variable_that_is_set_to_nothing_is_not_set() {
    let sandbox = Sandbox::with_whole_series("3.14");
    let nothing = std::path::Path::new("");
    let names = ["MOLT_SYNC_CACHE_DIR", "MOLT_SYNC_CACHE_LIMIT", "MOLT_SYNC_MIRROR"];
    for name in names {
        sandbox.sync_with(&[(name, nothing)], &["trust", "show"]).succeeds();
        // what is no value is still refused, and the variable is named
        if name != "MOLT_SYNC_MIRROR" && name != "MOLT_SYNC_CACHE_DIR" {
            let ended = sandbox.sync_with(&[(name, std::path::Path::new("much"))], &["trust", "show"]);
            assert!(ended.code == 2 && ended.err.contains(name), "{}", ended.err);
        }
    }
    sandbox.sync_with(&names.map(|it| (it, nothing)), &["refresh", "3.14", "--source", "bundled"]).succeeds();
}

#[test]
fn a_hint_fits_the_command_and_what_was_named() {
    let sandbox = Sandbox::with_series("3.14");
    std::fs::create_dir(sandbox.root().join("folder")).unwrap();
    let release = Release::based_on("3.14", "3.14.99").tgz();
    sandbox.file("unknown 2.tgz", &release);
    sandbox.file("a-file", b"x");
    sandbox.trust("3.14.99", "Python-3.14.99.tgz", b"something else");
    for (args, words, absent) in [
        (&["watch", "--offline"][..], &["hint: name a folder with --mirror, or leave"][..], "--source"),
        (&["audit-upstream", "--offline"], &["hint: name a folder with --mirror, or leave"], "--source"),
        (&["verify", "3.14.98", "--offline"], &["name a folder with --mirror, or leave"], "--source"),
        // files that cannot be written, and folders in the place of files
        (
            &["refresh", "3.14", "--source", "bundled", "--patch", "../none/p"],
            &["the folder ../none is not there"],
            "entity",
        ),
        (
            &["refresh", "3.14", "--source", "bundled", "--report", "../none/r"],
            &["hint: name a file in a folder that"],
            "entity",
        ),
        (
            &["refresh", "3.14", "--source", "bundled", "--patch", "../a-file/p"],
            &["the folder ../a-file is not a folder"],
            "entity",
        ),
        (&["apply", "../folder"], &["cannot read ../folder", "hint: name a file"], "regular"),
        (&["gates", "--compare", "../folder"], &["hint: name a file"], "regular"),
        (&["--config", "../folder", "gates"], &["hint: name a file"], "regular"),
        (
            &["refresh", "3.14", "--source", "bundled", "--patch", "../folder"],
            &["which need not be there yet"],
            "regular",
        ),
        // what is meant as a file, and what is written where a version stands
        (&["baseline", "diff", "../nope", "3.14"], &["cannot read ../nope: there is no such file"], "latest"),
        (&["baseline", "diff", "3.14", "nope.tgz"], &["cannot read nope.tgz: there is no such file"], "latest"),
        (&["baseline", "diff", "nope", "3.14"], &["a baseline file or an archive"], "latest"),
        (&["baseline", "show", "nope"], &["hint: write 3.14\n"], "latest"),
        (
            &["trust", "add", "3", "--artifact", "x", "--sha256", "0", "--by", "A"],
            &["write 3.14.10 or 3.15.0rc1"],
            "latest",
        ),
        (&["refresh", "3"], &["`3` is not a CPython version: a version has two or three numbers"], "it has"),
        // addresses
        (
            &["refresh", "3.14", "--source", "http://x/y.tgz"],
            &["it is an address, and not a file", "--mirror"],
            "No such",
        ),
        (
            &["baseline", "show", "--source", "https://a:b@x/y.tgz"],
            &["read https://x/y.tgz: it is an address"],
            "No such",
        ),
        (&["baseline", "diff", "https://x/y.tgz", "3.14"], &["it is an address, and not a file"], "no such file"),
        (&["verify", "https://x/y.tgz"], &["it is an address, and not a file", "download it"], "no such file"),
        (&["verify", "file:///p/y.tgz"], &["a file is named by its path: /p/y.tgz"], "download"),
        (&["refresh", "3.14", "--mirror", "file:///p%20q"], &["a folder is named by its path: '/p q'"], "looks like"),
        (&["watch", "--mirror", "file://localhost/p"], &["a folder is named by its path: /p"], "looks like"),
        (
            &["watch", "--mirror", "../nowhere"],
            &["cannot read ../nowhere as a folder of releases", "https://"],
            "silent",
        ),
        (&["watch", "--mirror", "../a-file"], &["cannot list ../a-file as a folder of releases"], "silent"),
        // a file of another name
        (&["verify", "../unknown 2.tgz"], &["`molt-sync verify '../unknown 2.tgz' --as VERSION`"], "FILE"),
        (
            &["refresh", "3.14", "--source", "../unknown 2.tgz"],
            &["`molt-sync refresh VERSION --source '../unknown 2.tgz'`"],
            "FILE",
        ),
        (
            &["verify", "../unknown 2.tgz", "--as", "3.14.99"],
            &["unknown 2.tgz, taken for Python-3.14.99.tgz, has digest"],
            "error: Python",
        ),
        (
            &["refresh", "3.14.99", "--source", "../unknown 2.tgz"],
            &["unknown 2.tgz, taken for Python-3.14.99.tgz, has digest"],
            "error: Python",
        ),
    ] {
        let before = sandbox.snapshot();
        let ended = sandbox.sync(args);
        assert!(ended.code != 0 && ended.out.is_empty(), "{args:?}: {} {}", ended.code, ended.err);
        for word in words {
            assert!(ended.err.contains(word), "{args:?}: `{word}` is not in {}", ended.err);
        }
        assert!(!ended.err.contains(absent), "{args:?}: {}", ended.err);
        assert!(sandbox.snapshot() == before, "{args:?}");
    }
}

#[test]
fn an_option_that_is_given_nothing_is_not_understood() {
    let sandbox = Sandbox::empty();
    for args in [
        &["--mirror", "", "refresh", "3.14"][..],
        &["refresh", "3.14", "--source", ""],
        &["refresh", "3.14", "--branch="],
        &["gates", "--base", ""],
        &["docs", "check", "--base="],
        &["ratchet", "check", "--base", ""],
        &["ratchet", "lower", "--base", ""],
        &["trust", "add", "3.14.1", "--artifact", "x", "--sha256", "0", "--by", ""],
    ] {
        let ended = sandbox.run(args);
        assert!(ended.code == 2 && ended.err.contains("a value is required"), "{args:?}: {}", ended.err);
    }
}

#[test]
fn a_value_that_is_not_understood_leads_to_the_help_of_its_command() {
    let sandbox = Sandbox::empty();
    for (line, name) in [
        ("--format json docs sync --take x", "molt-sync docs sync"),
        ("--format json -C docs --color loud gates", "molt-sync gates"),
        ("refresh 3.14 --cache-limit much --format=json", "molt-sync refresh"),
        ("--format json --timeout 0", "molt-sync"),
    ] {
        let args: Vec<&str> = line.split(' ').collect();
        let ended = sandbox.run(&args);
        let value: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(value["error"]["hint"], format!("`{name} --help` lists what it takes"), "{line}");
    }
}

#[test]
fn help_and_usage_errors_are_coloured_as_the_command_line_says() {
    let box_ = Sandbox::empty();
    for (line, is_coloured) in [
        ("--color always gates --nope", true),
        ("--color always gates --help", true),
        ("gates --nope --color=always", true),
        ("--color never gates --nope", false),
        ("--color always gates --help --color never", false),
    ] {
        let ended = box_.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!((ended.out + &ended.err).contains('\u{1b}'), is_coloured, "{line}");
    }
}
