//! The acceptance template on a made-up runtime: twins, stubs that raise, declarations, reports.

use serde_json::Value;

use crate::support::{
    Sandbox,
    tree::{ATTESTATION, BINDINGS, MANIFEST, TABLE, Tree as _, mini},
};

const INDEX: &str = "tests/differential/COVERAGE_INDEX.yaml";
const RUNTIME: &str = "runtime/molt-runtime/src/json.rs";
const SHIM: &str = "from _intrinsics import require_intrinsic as _require_intrinsic\n\n_DUMPS = _require_intrinsic(\"molt_json_dumps\", globals())\n\n\ndef dumps(obj):\n    if obj is None:\n        raise TypeError(\"no\")\n    return _DUMPS(obj)\n";

/// A workspace whose `this` is a converted module that forwards to `molt_json_dumps`.
fn workspace(rust: &str) -> Sandbox {
    let mut tree = mini();
    tree.module("this.py", SHIM);
    let others = "pub extern \"C\" fn molt_capabilities_has(x: u64) -> u64 { has(x) }\npub extern \"C\" fn molt_stdlib_probe(x: u64) -> u64 { x }\n";
    tree.write("runtime/molt-runtime/src/lib.rs", format!("mod json;\n{others}").as_bytes());
    tree.write(RUNTIME, rust.as_bytes());
    tree.write(INDEX, b"stdlib:\n  this:\n    tests:\n      - tests/differential/stdlib/this_basic.py\n");
    tree.write("tests/differential/stdlib/this_basic.py", b"import this\n");
    Sandbox::of(&tree)
}

const WORKS: &str = "pub extern \"C\" fn molt_json_dumps(x: u64) -> u64 { with_gil!(_py, { dump(_py, x) }) }\n";

/// The verdict of each point, and the evidence of all.
fn points(sandbox: &Sandbox, more: &[&str]) -> (Vec<String>, String, i32) {
    let ended = sandbox.sync(&[&["accept", "this", "--format", "json"], more].concat());
    let value: Value =
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err));
    let points = value["modules"][0]["points"].as_array().unwrap().clone();
    let verdicts = points.iter().map(|it| it["verdict"].as_str().unwrap().to_owned()).collect();
    let evidence = points.iter().flat_map(|it| it["evidence"].as_array().unwrap().clone());
    let evidence = evidence.map(|it| format!("{}:{} {}\n", it["path"], it["line"], it["text"]));
    (verdicts, evidence.collect(), ended.code)
}

#[test]
fn a_converted_module_meets_what_can_be_seen_without_a_run() {
    let sandbox = workspace(WORKS);
    let (verdicts, evidence, code) = points(&sandbox, &[]);
    let expected = ["met", "met", "met", "met", "not-measured", "met", "met", "not-measured", "not-measured"];
    assert_eq!(verdicts, expected, "{evidence}");
    assert_eq!(code, 1, "what was not measured is not met");
    assert!(evidence.contains("\"runtime/molt-runtime/src/json.rs\":1 \"`molt_json_dumps` is defined\""), "{evidence}");
}

#[test]
fn an_implementation_is_a_definition_that_works() {
    let raises = "{ raise_exception::<u64>(_py, \"RuntimeError\", \"later\") }";
    for (rust, verdict, parity, words) in [
        (WORKS.to_owned(), "met", "not-measured", "is defined"),
        ("// fn molt_json_dumps(x: u64) {}\n".into(), "missing", "not-measured", "no source of the runtime defines"),
        ("extern \"C\" { fn molt_json_dumps(x: u64) -> u64; }\n".into(), "missing", "not-measured", "declared here"),
        (format!("pub fn molt_json_dumps(x: u64) -> u64 {raises}\n"), "missing", "not-measured", "only raises"),
        (
            "pub fn molt_json_dumps(_x: u64) -> u64 { MoltObject::none().bits() }\n".into(),
            "missing",
            "not-measured",
            "only returns",
        ),
        (
            "#[cfg(test)]\nmod tests {\n    fn molt_json_dumps(x: u64) -> u64 { dump(x) }\n}\n".into(),
            "missing",
            "not-measured",
            "no source",
        ),
        (
            format!(
                "#[cfg(not(target_arch = \"wasm32\"))]\n{WORKS}#[cfg(target_arch = \"wasm32\")]\npub fn molt_json_dumps(_x: u64) -> u64 {raises}\n"
            ),
            "met",
            "missing",
            "its twin for target_arch = \\\"wasm32\\\" only raises",
        ),
        (format!("#[cfg(unix)]\n{WORKS}"), "met", "missing", "and not for WebAssembly"),
        (format!("#[cfg(target_family = \"wasm\")]\n{WORKS}"), "missing", "not-measured", "alone"),
        (
            format!(
                "#[cfg(feature = \"json\")]\n{WORKS}#[cfg(not(feature = \"json\"))]\npub fn molt_json_dumps(x: u64) -> u64 {raises}\n"
            ),
            "met",
            "not-measured",
            "only raises",
        ),
    ] {
        let (verdicts, evidence, _) = points(&workspace(&rust), &[]);
        assert_eq!((verdicts[0].as_str(), verdicts[7].as_str()), (verdict, parity), "{rust}\n{evidence}");
        assert!(evidence.contains(words), "{words} is not in\n{evidence}");
    }
}

#[test]
fn what_does_nothing_or_is_never_compiled_is_no_implementation() {
    let item = |body: &str| format!("pub fn molt_json_dumps(x: u64) -> u64 {{ {body} }}\n");
    let under = |attributes: &str| format!("{attributes}\n{WORKS}");
    for (rust, words) in [
        (item("loop {}"), "never returns"),
        (item("2"), "only returns"),
        (item("1 - 1"), "only returns"),
        (item("x"), "only returns"),
        (item("x ^ 0"), "only returns"),
        (item("abort()"), "never returns"),
        (item("std::process::abort()"), "never returns"),
        (item("assert!(false); x"), "never returns"),
        (item("None.unwrap()"), "never returns"),
        (item("Option::<u64>::None.unwrap()"), "never returns"),
        (item("unreachable!()"), "only raises"),
        (item("if false { dump(x) } else { x }"), "only returns"),
        (item("return x; dump(x)"), "only returns"),
        (item("#[cfg(any())] { return dump(x); } x"), "only returns"),
        (item("let _ = x + 1; MoltObject::from_int(7).bits()"), "only returns"),
        (
            item("nothing(x)") + "fn nothing(x: u64) -> u64 { further(x) }\nfn further(_x: u64) -> u64 { 0 }\n",
            "only returns",
        ),
        (item("other(x)") + "fn other(x: u64) -> u64 { molt_json_dumps(x) }\n", "never returns"),
        (under("#[cfg(any())]"), "no source of the runtime defines"),
        (under("#[cfg(false)]"), "no source of the runtime defines"),
        (under("#[cfg(all(unix, not(unix)))]"), "no source of the runtime defines"),
        (under("#[cfg_attr(all(), cfg(any()))]"), "no source of the runtime defines"),
        (under("#[cfg(all(windows, target_os = \"linux\"))]"), "no source of the runtime defines"),
        (
            format!("#[cfg(all(feature = \"a\", not(feature = \"a\")))]\nmod m {{ {WORKS} }}\n"),
            "no source of the runtime defines",
        ),
    ] {
        let (verdicts, evidence, _) = points(&workspace(&rust), &[]);
        assert!(verdicts[0] == "missing" && evidence.contains(words), "{rust}\n{evidence}");
    }
    for body in ["x + 1", "crate::json::encode(x)", "let y = x; inner(y)", "nothing(x).len()"] {
        let rust = item(body) + "fn inner(x: u64) -> u64 { dump(x) }\nfn nothing(x: u64) -> u64 { x }\n";
        let (verdicts, evidence, _) = points(&workspace(&rust), &[]);
        assert_eq!(verdicts[0], "met", "{rust}\n{evidence}");
    }
}

#[test]
fn what_takes_nothing_and_returns_a_constant_is_to_be_judged() {
    for (body, verdict) in [
        ("MoltObject::from_float(std::f64::consts::PI).bits()", "to-judge"),
        ("MoltObject::from_int(0).bits()", "to-judge"),
        ("MoltObject::none().bits()", "missing"),
        ("0", "missing"),
        ("clock()", "met"),
    ] {
        let sandbox = workspace(&format!("pub fn molt_json_dumps() -> u64 {{ {body} }}\n"));
        let (verdicts, evidence, code) = points(&sandbox, &[]);
        assert_eq!((verdicts[0].as_str(), code), (verdict, 1), "{body}\n{evidence}");
    }
}

#[test]
fn a_feature_or_a_name_that_its_crate_does_not_have_is_never_on() {
    let manifest = "[package]\nname = \"rt\"\n\n[features]\njson = []\n";
    for (attribute, build, verdict) in [
        ("#[cfg(feature = \"json\")]", "", "met"),
        ("#[cfg(feature = \"jsno\")]", "", "missing"),
        ("#[cfg(not(feature = \"jsno\"))]", "", "met"),
        ("#[cfg(never)]", "", "missing"),
        ("#[cfg(has_json)]", "fn main() { println!(\"cargo:rustc-cfg=has_json\"); }\n", "met"),
    ] {
        let sandbox = workspace(&format!("{attribute}\n{WORKS}"));
        sandbox.write("runtime/molt-runtime/Cargo.toml", manifest);
        sandbox.write("runtime/molt-runtime/build.rs", build);
        let (verdicts, evidence, _) = points(&sandbox, &[]);
        assert_eq!(verdicts[0], verdict, "{attribute}\n{evidence}");
    }
    // a source beside the crates is compiled by nobody
    let sandbox = workspace("");
    sandbox.write("runtime/molt-runtime/Cargo.toml", manifest);
    sandbox.write("runtime/notes/json.rs", WORKS);
    assert_eq!(points(&sandbox, &[]).0[0], "missing");
}

#[test]
fn a_branch_of_a_function_that_only_raises_as_webassembly_refutes_parity() {
    let body = "#[cfg(target_arch = \"wasm32\")] { raise_exception(_py, \"no\") } #[cfg(not(target_arch = \"wasm32\"))] { dump(x) }";
    let sandbox = workspace(&format!("pub fn molt_json_dumps(x: u64) -> u64 {{ {body} }}\n"));
    let (verdicts, evidence, _) = points(&sandbox, &[]);
    assert_eq!((verdicts[0].as_str(), verdicts[7].as_str()), ("met", "missing"), "{evidence}");
    assert!(evidence.contains("as WebAssembly, it only raises"), "{evidence}");
}

#[test]
fn every_module_can_be_asked_for() {
    let sandbox = workspace(WORKS);
    let ended = sandbox.sync(&["accept", "--all", "--format", "json"]);
    let value: Value = serde_json::from_str(&ended.out).unwrap();
    let modules: Vec<&str> =
        value["modules"].as_array().unwrap().iter().map(|it| it["module"].as_str().unwrap()).collect();
    assert!(modules.contains(&"this") && modules.contains(&"copy") && modules.is_sorted(), "{modules:?}");
    let gates: Value = serde_json::from_str(&sandbox.sync(&["gates", "--format", "json"]).out).unwrap();
    assert_eq!(modules.len(), gates["modules"].as_array().unwrap().len());
    assert_eq!(sandbox.sync(&["accept", "--all", "this"]).code, 2);
    assert_eq!(sandbox.sync(&["accept"]).code, 2);
}

#[test]
fn manifest_and_bindings_have_to_say_the_same() {
    let cases: [(&str, &str, &str, [&str; 2], &str); 5] = [
        (
            MANIFEST,
            "def molt_json_dumps(x: Any)",
            "def molt_json_dumps(x: Any, y: Any)",
            ["missing", "missing"],
            "and `molt_json_dumps` takes 1",
        ),
        (MANIFEST, "def molt_json_dumps(x: Any) -> Any: ...\n", "", ["missing", "missing"], "is not in the manifest"),
        (
            BINDINGS,
            "def molt_json_dumps(x: Any)",
            "def molt_json_dumps()",
            ["met", "missing"],
            "0 parameters here and 1",
        ),
        (
            TABLE,
            "\"molt_json_dumps\" => Some(crate::molt_json_dumps",
            "\"molt_json_dumps\" => Some(crate::molt_other",
            ["met", "missing"],
            "is resolved to `molt_other`",
        ),
        (TABLE, "        \"molt_json_dumps\" => ", "        // ", ["met", "missing"], "nothing resolves it"),
    ];
    for (path, from, to, expected, words) in cases {
        let sandbox = workspace(WORKS);
        let text = sandbox.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        sandbox.write(path, text.replacen(from, to, 1));
        let (verdicts, evidence, _) = points(&sandbox, &[]);
        assert_eq!([verdicts[1].as_str(), verdicts[2].as_str()], expected, "{path}\n{evidence}");
        assert!(evidence.contains(words), "{words} is not in\n{evidence}");
    }
}

#[test]
fn a_shim_that_works_itself_is_to_be_judged_within_the_bounds_that_are_set() {
    let sandbox = workspace(WORKS);
    sandbox.write(
        "src/molt/stdlib/this.py",
        format!("{SHIM}\n\ndef all_of(objects):\n    for it in objects:\n        dumps(it)\n"),
    );
    let (verdicts, evidence, _) = points(&sandbox, &[]);
    assert_eq!(verdicts[3], "to-judge");
    assert!(evidence.contains("this.py\":13 \"a loop\""), "{evidence}");
    sandbox.write("molt-sync.toml", "[acceptance]\nloops = 1\n");
    assert_eq!(points(&sandbox, &[]).0[3], "met");
    for (more, words) in [
        ("exec(\"x = 1\")\n", "written as text"),
        ("def f(a):\n    return sorted(map(_DUMPS, a))\n\n\ndef g(a):\n    return sum(a)\n", "a loop"),
        ("from _thisinside import work\n", "`_thisinside` carries a part of it"),
    ] {
        sandbox.write("src/molt/stdlib/this.py", format!("{SHIM}\n\n{more}"));
        sandbox.write("src/molt/stdlib/_thisinside.py", "def work(a):\n    return a\n");
        let (verdicts, evidence, _) = points(&sandbox, &[]);
        assert!(verdicts[3] == "to-judge" && evidence.contains(words), "{more}\n{evidence}");
    }
    sandbox.write("molt-sync.toml", "[acceptance]\nloop = 1\n");
    sandbox.refuses(&["accept", "this"], 2, &["unknown field `loop`"]);
}

#[test]
fn a_module_with_a_stub_in_its_family_has_no_shim_and_one_of_stubs_no_intrinsic() {
    let sandbox = Sandbox::with_series("3.13");
    sandbox.write("runtime/molt-runtime/src/lib.rs", "pub fn molt_capabilities_has(x: u64) -> u64 { has(x) }\n");
    let ended = sandbox.sync(&["accept", "json", "--format", "json"]);
    let value: Value = serde_json::from_str(&ended.out).unwrap();
    let module = &value["modules"][0];
    let family: Vec<&str> = module["family"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(family[..2], ["json", "_json"]);
    assert!(family.contains(&"json.decoder") && !family.contains(&"json.__main__"), "{family:?}");
    let verdict = |at: usize| module["points"][at]["verdict"].as_str().unwrap();
    assert_eq!((verdict(0), verdict(3)), ("missing", "missing"));
}

#[test]
fn tests_count_where_a_person_wrote_them_and_reports_tell_how_they_end() {
    let sandbox = workspace(WORKS);
    let report = |native: &str, wasm: &str| {
        let row = |lane: &str, status: &str| {
            format!(
                "{{\"test\":\"tests/differential/stdlib/this_basic.py\",\"lane\":\"{lane}\",\"status\":\"{status}\"}}"
            )
        };
        let text = format!(
            "{{\"schema\":1,\"finished\":\"2100-01-01T00:00:00Z\",\"results\":[{},{}]}}",
            row("native", native),
            row("wasm", wasm)
        );
        sandbox.file("report.json", text.as_bytes())
    };
    for (native, wasm, tests, parity) in [
        ("pass", "pass", "met", "met"),
        ("pass", "fail", "met", "missing"),
        ("oom", "pass", "met", "missing"),
        ("xfail", "pass", "met", "missing"),
        ("pass", "skip", "met", "not-measured"),
        // that it fails as its head says makes it no pass
        ("pass", "xfail", "met", "missing"),
        ("xfail", "xfail", "met", "missing"),
        ("uncalibrated", "uncalibrated", "not-measured", "not-measured"),
        ("skip", "skip", "not-measured", "not-measured"),
    ] {
        let path = report(native, wasm);
        let (verdicts, evidence, _) = points(&sandbox, &["--report", &path]);
        assert_eq!((verdicts[4].as_str(), verdicts[7].as_str()), (tests, parity), "{native} {wasm}\n{evidence}");
    }
    let path = sandbox
        .file("old.json", sandbox.read("../report.json").replace("2100", "2001").replace("skip", "pass").as_bytes());
    let (verdicts, evidence, _) = points(&sandbox, &["--report", &path]);
    assert_eq!(verdicts[7], "not-measured");
    assert!(evidence.contains("is older than the last change"), "{evidence}");
    // Molt's own summary of 2026-02 names what failed alone
    let molts = sandbox
        .file("summary.json", b"{\"passed\":0,\"failed\":1,\"failed_files\":[\"tests/differential/stdlib/this_basic.py\"],\"skipped_files\":[]}");
    let (verdicts, ..) = points(&sandbox, &["--report", &molts]);
    assert_eq!((verdicts[4].as_str(), verdicts[7].as_str()), ("met", "missing"));
    // its results of both lanes: the name of the file says which lane, or the command line
    let test = "tests/differential/stdlib/this_basic.py";
    let lines = format!("{{\"file\":\"{test}\",\"raw_status\":\"pass\"}}\n");
    let items = format!(
        "{{\"passed\":1,\"failed\":0,\"failed_files\":[],\"item_results\":[{{\"path\":\"{test}\",\"status\":\"pass\"}}]}}"
    );
    let [native, wasm, summary] = [("r.jsonl", &lines), ("r_wasm.jsonl", &lines), ("wasm_summary.json", &items)]
        .map(|(name, text)| sandbox.file(name, text.as_bytes()));
    let stated = format!("wasm={native}");
    for (other, parity) in [(&wasm, "met"), (&summary, "met"), (&stated, "met"), (&native, "not-measured")] {
        let (verdicts, evidence, _) = points(&sandbox, &["--report", &native, "--report", other]);
        assert_eq!((verdicts[4].as_str(), verdicts[7].as_str()), ("met", parity), "{other}\n{evidence}");
    }
    let none = sandbox.file("none.json", b"{}");
    sandbox.refuses(&["accept", "this", "--report", &none], 2, &["as a report", "hint:"]);
    sandbox.write(INDEX, "stdlib:\n  this:\n    tests:\n      - tests/differential/stdlib/cpython312plus_api_gap_top_level_this_0a1b2c3d.py\n");
    assert_eq!(points(&sandbox, &[]).0[4], "missing");
    sandbox.write(INDEX, "stdlib:\n  this:\n    tests:\n      - tests/differential/stdlib/gone.py\n");
    assert_eq!(points(&sandbox, &[]).0[4], "missing", "a test that is not there is none");
}

#[test]
fn a_red_tree_counts_where_it_is_red_for_the_family() {
    let sandbox = workspace(WORKS);
    sandbox.write(
        "src/molt/stdlib/copy.py",
        "from _intrinsics import require_intrinsic\nrequire_intrinsic(\"molt_nosuch\", globals())\n",
    );
    let (verdicts, evidence, _) = points(&sandbox, &[]);
    assert_eq!((verdicts[5].as_str(), verdicts[6].as_str()), ("met", "met"));
    assert!(evidence.contains("elsewhere, none of them in the family"), "{evidence}");
    sandbox.write("src/molt/stdlib/this.py", format!("{SHIM}_require_intrinsic(\"molt_nosuch\", globals())\n"));
    let (verdicts, evidence, _) = points(&sandbox, &[]);
    assert_eq!((verdicts[5].as_str(), verdicts[6].as_str()), ("missing", "missing"));
    assert!(evidence.contains("known-intrinsics"), "{evidence}");
}

#[test]
fn what_a_module_that_cannot_be_parsed_loads_is_not_known() {
    let sandbox = workspace(WORKS);
    sandbox.write("src/molt/stdlib/_this.py", "def broken(:\n");
    let (verdicts, evidence, code) = points(&sandbox, &[]);
    let seen: Vec<&str> = [0, 1, 2, 3].map(|it| verdicts[it].as_str()).to_vec();
    assert_eq!(seen, ["not-measured", "not-measured", "not-measured", "missing"], "{evidence}");
    assert!(
        evidence.contains("_this.py\":null \"`_this` cannot be parsed: what it loads is not known\""),
        "{evidence}"
    );
    assert!(["met", "to-judge"].iter().all(|it| ![5, 6].map(|at| verdicts[at].as_str()).contains(it)), "{verdicts:?}");
    assert_eq!(code, 1);
}

#[test]
fn every_form_says_the_same_and_nothing_is_attested_that_is_not_met() {
    let sandbox = workspace(WORKS);
    let before = sandbox.read(ATTESTATION);
    let ended = sandbox.sync(&["accept", "this", "--attest"]);
    assert_eq!(ended.code, 1);
    ended.says("this: 3 not-measured, 6 met");
    sandbox.sync(&["accept", "this", "--format", "markdown"]).says("| 8. native and wasm parity | not-measured |");
    let junit = sandbox.sync(&["accept", "this", "--format", "junit"]);
    assert!(junit.out.contains("tests=\"9\" skipped=\"3\""), "{}", junit.out);
    assert_eq!(sandbox.read(ATTESTATION), before);
    sandbox.refuses(&["accept", "thsi"], 2, &["the tree has no module `thsi`", "did you mean `this`?"]);
    assert_eq!(sandbox.sync(&["accept"]).code, 2);
    let refused = sandbox.sync(&["accept", "this", "--format", "sarif"]);
    assert!(refused.code == 2 && refused.err.contains("[possible values: human, json, "), "{}", refused.err);
}
