//! What `--format json` prints is what `molt-sync schema` says of it, key by key.

use serde_json::Value;

use crate::{
    interfaces::packed_with,
    pinned::workspace,
    support::{
        Sandbox,
        schema::{wrong, wrong_in},
    },
};

/// Two archives whose `copy` differs in each way that has its own keys.
fn archives(sandbox: &Sandbox) -> [String; 2] {
    let pack = |version: &str, copy: &str, page: &str| {
        let all = [
            ("Lib/copy.py", copy),
            ("Lib/types.py", "globals().update(f())\nx = 1\n"),
            ("Doc/library/copy.rst", page),
            (
                "Doc/deprecations/pending-removal-in-3.16.rst",
                "* :func:`copy.copy` goes.\n\n* :mod:`copy`: Strange uses.\n",
            ),
        ];
        packed_with(version, &all)
    };
    let old = "def copy(x): pass\nclass A:\n    def gone(self): pass\n";
    let new = "import warnings\ndef copy(x, y=1, /, *rest, deep=False, **more): pass\nclass A: pass\ndef old(x):\n    if x:\n        warnings._deprecated('old', remove=(3, 15))\nif x:\n    z = 1\n";
    let page = ".. module:: copy\n\n.. function:: copy(x)\n\n   .. versionchanged:: 3.13.81\n      More.\n\n   .. deprecated-removed:: 3.13.81 3.15\n      Some.\n";
    [sandbox.file("old.tgz", &pack("3.13.80", old, "")), sandbox.file("new.tgz", &pack("3.13.81", new, page))]
}

/// A small workspace in which a gate and a document fail, with a mirror that has a newer release.
fn failing() -> Sandbox {
    let sandbox = workspace();
    sandbox.remove("src/molt/stdlib/this.py");
    sandbox.write("docs/guide.md", "Audited modules: 1234 total.\n");
    sandbox
}

#[test]
fn what_is_printed_is_what_its_schema_says() {
    let (mini, whole, nowhere) = (failing(), Sandbox::with_series("3.12,3.13"), Sandbox::empty());
    std::fs::create_dir(nowhere.ws("")).unwrap();
    let refresh = ["refresh", "3.13.80", "--mirror", "../mirror", "--dry-run"];
    let bundled = ["refresh", "3.14", "--source", "bundled", "--dry-run"];
    let [old, new] = archives(&mini);
    let (old, new) = (old.as_str(), new.as_str());
    let mut found = Vec::new();
    for (name, sandbox, arguments) in [
        ("error", &mini, &["gates", "explain", "ratchett"][..]),
        ("error", &whole, &bundled[..4]),
        ("overview", &whole, &[]),
        ("overview", &nowhere, &[]),
        ("refresh", &mini, &refresh),
        ("refresh", &whole, &bundled),
        ("gates", &mini, &["gates"]),
        ("gates", &mini, &["gates", "--only", "top-level-coverage"]),
        ("gates", &whole, &["gates", "--dialect", "2026-08"]),
        ("ratchet-show", &whole, &["ratchet", "show"]),
        ("docs-check", &mini, &["docs", "check"]),
        ("docs-check", &whole, &["docs", "check", "--verbose"]),
        ("baseline-diff", &whole, &["baseline", "diff", "3.12", "3.13"]),
        ("impact", &mini, &["impact", old, new]),
        ("surface", &mini, &["surface", "--source", new]),
        ("surface", &mini, &["surface", "--attested", "--source", old]),
        ("api-show", &mini, &["api", "show", "copy", "--source", new]),
        ("api-show", &mini, &["api", "show", "time", "--source", new]),
    ] {
        let schema: Value = serde_json::from_str(&sandbox.run(&["schema", name]).succeeds().out).unwrap();
        let ended = sandbox.sync(&[arguments, &["--format", "json"]].concat());
        let value: Value = serde_json::from_str(&ended.out).unwrap_or_else(|_| panic!("{name}: {}", ended.err));
        found.extend(wrong(&value, &schema, &schema, name).into_iter().map(|it| format!("{arguments:?}: {it}")));
        // and it would be found
        let mut other = value.clone();
        other["more"] = Value::Null;
        assert!(!wrong(&other, &schema, &schema, name).is_empty(), "{name}");
        assert!(!wrong_in(arguments, &other.to_string()).is_empty(), "{name}");
        other = value.clone();
        other["schema"] = Value::from("1");
        assert!(!wrong(&other, &schema, &schema, name).is_empty(), "{name}");
        assert!(!wrong(&Value::Object(serde_json::Map::new()), &schema, &schema, name).is_empty(), "{name}");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_schema_says_what_each_key_is() {
    let sandbox = Sandbox::empty();
    let help = sandbox.run(&["schema", "--help"]).succeeds().out;
    let names = help.lines().filter_map(|it| it.trim().strip_prefix("- ")?.split_once(':')).map(|it| it.0);
    let names: Vec<&str> = names.collect();
    assert!(names.len() > 7 && names.contains(&"settings"), "{help}");
    let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/pinned/help")).unwrap();
    let pages: Vec<String> = pages.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    let commands = pages.iter().filter_map(|it| it.strip_prefix("molt-sync-")?.strip_suffix(".txt"));
    for command in commands.clone() {
        let is_group = commands.clone().any(|it| it.strip_prefix(command).is_some_and(|it| it.starts_with('-')));
        // what `schema` prints is a schema itself
        let is_told = is_group || command == "schema" || names.contains(&command);
        assert!(is_told, "there is no schema of `{command}`: it needs a row in src/report/schemas/table.rs");
    }
    for name in names {
        let schema: Value = serde_json::from_str(&sandbox.run(&["schema", name]).succeeds().out).unwrap();
        let definitions = schema["$defs"].as_object().into_iter().flat_map(serde_json::Map::values);
        for it in definitions.chain([&schema]) {
            for (key, value) in it["properties"].as_object().into_iter().flatten() {
                assert!(value["description"].is_string() || key == "change", "{name}: nothing says what `{key}` is");
            }
        }
    }
    assert_eq!(sandbox.run(&["schema", "nope"]).code, 2);
}
