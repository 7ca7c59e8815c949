//! The rules by which Molt's own runner judges a test (`tests/molt_diff.py` of 2026-02), one test or more for each: what
//! `differential run` says, and what Molt's runner says of the same file where that is something else, with the reason. The
//! candidate is the same interpreter, started by a stand-in for Molt's compiler that sets `SIDE`.

#![cfg(target_os = "linux")]

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use crate::{
    differential::{json, statuses, workspace},
    support::Sandbox,
};

/// `build FILE … --output OUT`, as Molt's compiler is called: writes a launcher, or does not where the file says so.
const STAND_IN: &str = "import os, shlex, sys
BOOT = 'import runpy, sys; runpy.run_path(sys.argv[1], run_name=\"__main__\")'
def main():
    file, out = sys.argv[2], sys.argv[sys.argv.index('--output') + 1]
    for line in open(file, errors='replace'):
        if line.startswith('# refuse: '):
            sys.exit(line[10:].strip())
        if line.startswith('# leave nothing'):
            sys.exit(0)
    words = ' '.join(map(shlex.quote, [sys.executable, '-c', BOOT, file]))
    with open(out, 'w') as launcher:
        launcher.write('#!/bin/sh\\nSIDE=candidate exec ' + words + '\\n')
    os.chmod(out, 0o755)
if __name__ == '__main__':
    main()
";

/// What each test begins with.
const START: &str = "import os, sys\nSIDE = os.environ.get('SIDE', 'reference')\n";

/// The manifest that has the tests that are expected to fail by policy.
const MANIFEST: &str = "tools/stdlib_full_coverage_manifest.py";

/// A test: what it shows of which rule, the status, what Molt's runner says instead and why, and the program.
struct Row(&'static str, &'static str, Option<(&'static str, &'static str)>, &'static str);

const NOT_TOLD: &str = "nothing was compared that could have differed";
const KERNEL: &str = "only the kernel knows who ran out of memory, and not a word or a code";
const LINE_ENDS: &str =
    "its runner reads text, which turns every line end into a line feed before anything looks at it";
const BOTH: &str = "neither side came to an end";

const ROWS: &[Row] = &[
    // 1: headers stand on any line whose stripped text begins with the tag
    Row("header-on-the-last-line", "pass", None, "print(os.environ.get('A', SIDE))\n# MOLT_ENV: A=1"),
    Row("header-that-is-indented", "pass", None, "if True:\n    # MOLT_ENV: A=1\n    print(os.environ.get('A', SIDE))"),
    Row("header-in-a-string", "pass", None, "x = '''\n# MOLT_ENV: A=1\n'''\nprint(os.environ.get('A', SIDE))"),
    Row("header-behind-code-is-none", "pass", None, "x = 1 # MOLT_META: skip=1\nprint(1)"),
    Row("header-values-add-up", "pass", None, "# MOLT_META: platforms=windows\n# MOLT_META: platforms=linux\nprint(1)"),
    Row("header-token-without-a-value", "pass", None, "# MOLT_META: skip\nprint(1)"),
    Row(
        "env-is-split-at-the-first-sign",
        "pass",
        None,
        "# MOLT_ENV: A=b=c D=e\nprint(SIDE if os.environ.get('A') != 'b=c' else 1)",
    ),
    Row(
        "env-of-the-last-line-counts",
        "pass",
        None,
        "# MOLT_ENV: A=1\n# MOLT_ENV: A=2\nprint(SIDE if os.environ.get('A') != '2' else 1)",
    ),
    Row(
        "env-is-stronger-than-the-usual",
        "pass",
        None,
        "# MOLT_ENV: PYTHONHASHSEED=7\nprint(SIDE if os.environ['PYTHONHASHSEED'] != '7' else 1)",
    ),
    // 2: skip rules
    Row("skip-1", "skip", None, "# MOLT_META: skip=1\nprint(SIDE)"),
    Row("skip-any-of-them", "skip", None, "# MOLT_META: skip=no,Yes\nprint(SIDE)"),
    Row("skip-on", "skip", None, "# MOLT_META: skip=on\nprint(SIDE)"),
    Row("skip-0", "pass", None, "# MOLT_META: skip=0\nprint(1)"),
    Row("platforms-of-another", "skip", None, "# MOLT_META: platforms=windows,macos\nprint(SIDE)"),
    Row("platform-in-the-singular", "skip", None, "# MOLT_META: platform=freebsd\nprint(SIDE)"),
    Row("platforms-posix", "pass", None, "# MOLT_META: platforms=posix\nprint(1)"),
    Row("platforms-in-capitals", "pass", None, "# MOLT_META: platforms=UNIX\nprint(1)"),
    Row("platforms-wasm", "skip", None, "# MOLT_META: platforms=wasm\nprint(SIDE)"),
    Row("wasm-only", "skip", None, "# MOLT_META: wasm=only\nprint(SIDE)"),
    Row("wasm-true", "skip", None, "# MOLT_META: wasm=true\nprint(SIDE)"),
    Row("wasm-0-on-another-host", "pass", None, "# MOLT_META: wasm=0\nprint(1)"),
    Row("py-of-others", "skip", None, "# MOLT_META: py=2.7,3.1\nprint(SIDE)"),
    Row("python-of-others", "skip", None, "# MOLT_META: python=3.99\nprint(SIDE)"),
    Row("py-without-a-series", "pass", None, "# MOLT_META: py=2\nprint(1)"),
    Row("min-py-above", "skip", None, "# MOLT_META: min_py=3.99\nprint(SIDE)"),
    Row("min-py-below", "pass", None, "# MOLT_META: min_py=3.2\nprint(1)"),
    Row("min-py-first-counts", "pass", None, "# MOLT_META: min_py=3.2,3.99\nprint(1)"),
    Row("min-py-first-that-is-one", "skip", None, "# MOLT_META: min_py=new,3.99\nprint(SIDE)"),
    Row("min-py-that-is-none", "pass", None, "# MOLT_META: min_py=new\nprint(1)"),
    Row("max-py-below", "skip", None, "# MOLT_META: max_py=3.1\nprint(SIDE)"),
    Row("max-py-above", "pass", None, "# MOLT_META: max_py=3.99\nprint(1)"),
    Row("skip-before-an-expected-failure", "skip", None, "# MOLT_META: skip=1 expect_fail=molt\nprint(SIDE)"),
    // 3: how the reference is started
    Row(
        "started-with-the-file-twice",
        "pass",
        None,
        "print(1 if sys.argv[0] == sys.argv[1] and sys.argv[0].endswith('twice.py') and len(sys.argv) == 2 else SIDE)",
    ),
    Row(
        "started-as-the-main-module",
        "pass",
        None,
        "print(1 if (__name__, __package__, sys.path[0]) == ('__main__', '', '') else SIDE)",
    ),
    Row(
        "started-with-a-path-and-a-seed",
        "pass",
        None,
        "print(1 if (os.environ['PYTHONPATH'], os.environ['PYTHONHASHSEED']) == ('src', '0') else SIDE)",
    ),
    Row(
        "started-with-a-temporary-folder",
        "pass",
        None,
        "import tempfile\nprint(1 if os.environ['TMPDIR'] == os.environ['TEMP'] == os.environ['TMP'] == tempfile.gettempdir() else SIDE)",
    ),
    // 4: what becomes of the reference
    Row(
        "reference-without-msgpack",
        "skip",
        None,
        "print(SIDE)\nraise RuntimeError('msgpack is required for parse_msgpack fallback')",
    ),
    Row(
        "reference-without-cbor2",
        "skip",
        None,
        "print(SIDE)\nraise RuntimeError('cbor2 is required for parse_cbor fallback')",
    ),
    Row("reference-with-the-words-and-0", "fail", None, "print(SIDE, 'cbor2 is required for parse_cbor fallback')"),
    Row("reference-out-of-memory-in-words", "pass", Some(("oom", KERNEL)), "print(1)\nraise MemoryError('x')"),
    Row(
        "candidate-out-of-memory-in-words",
        "pass",
        Some(("oom", KERNEL)),
        "print(1)\nSIDE == 'candidate' and print('allocation failed', file=sys.stderr)",
    ),
    Row(
        "candidate-ends-with-137",
        "fail",
        Some(("oom", KERNEL)),
        "print(1)\nsys.exit(137 if SIDE == 'candidate' else 0)",
    ),
    Row("words-that-only-sound-like-it", "pass", None, "print(1)\nprint('boom', file=sys.stderr)"),
    Row("both-take-too-long", "timeout", Some(("pass", BOTH)), "import time\ntime.sleep(60)"),
    Row(
        "candidate-takes-too-long",
        "timeout",
        Some(("fail", "")),
        "import time\nprint(1)\nSIDE == 'candidate' and time.sleep(60)",
    ),
    Row(
        "reference-takes-too-long",
        "reference-failed",
        Some(("fail", "")),
        "import time\nprint(1)\nSIDE == 'reference' and time.sleep(60)",
    ),
    // 5 and 10: builds
    Row(
        "build-refuses-what-runs",
        "build-failed",
        Some(("fail", "")),
        "# refuse: SyntaxError: not supported\nprint(1)",
    ),
    Row(
        "build-refuses-what-fails-otherwise",
        "build-failed",
        Some(("fail", "")),
        "# refuse: SyntaxError: no\nprint(1)\nraise ValueError",
    ),
    Row("build-refuses-a-syntax-error", "pass", None, "# refuse: x.py:3: SyntaxError: no\n1 +"),
    Row("build-refuses-an-indentation", "pass", None, "# refuse: SyntaxError: no\nif 1:\nprint(1)"),
    Row("build-refuses-tabs", "pass", None, "# refuse: IndentationError: no\nif 1:\n\tprint(1)\n        print(2)"),
    Row("build-refuses-for-another-reason", "build-failed", Some(("fail", "")), "# refuse: error: 7\n1 +"),
    Row("build-accepts-a-syntax-error", "pass", None, "1 +"),
    Row(
        "build-refuses-what-is-expected-to-fail",
        "xfail",
        Some(("pass", "")),
        "# MOLT_META: expect_fail=molt\n# refuse: error\nprint(1)",
    ),
    // 9: what is made equal
    Row(
        "normalize-newlines",
        "pass",
        None,
        "# MOLT_META: normalize=newlines\nsys.stdout.buffer.write(b'a\\r\\n' if SIDE == 'candidate' else b'a\\n')",
    ),
    Row(
        "normalize-in-capitals",
        "pass",
        None,
        "# MOLT_META: normalize=ALL\nprint('a/b' if SIDE == 'candidate' else 'a\\\\b')",
    ),
    Row(
        "normalize-paths",
        "pass",
        None,
        "# MOLT_META: normalize=paths\nprint('a/b' if SIDE == 'candidate' else 'a\\\\b')",
    ),
    Row("normalize-nothing", "fail", None, "print('a/b' if SIDE == 'candidate' else 'a\\\\b')"),
    Row(
        "normalize-no-newlines",
        "fail",
        Some(("pass", LINE_ENDS)),
        "sys.stdout.buffer.write(b'a\\r\\n' if SIDE == 'candidate' else b'a\\n')",
    ),
    Row(
        "normalize-stderr-too",
        "pass",
        None,
        "# MOLT_META: normalize=paths stderr=match\nprint(1)\nprint('a/b' if SIDE == 'candidate' else 'a\\\\b', file=sys.stderr)",
    ),
    // 11: what passes
    Row("stdout-differs", "fail", None, "print(SIDE)"),
    Row("stdout-without-its-last-line-end", "fail", None, "print(1, end='' if SIDE == 'candidate' else '\\n')"),
    Row("stdout-with-a-blank-more", "fail", None, "print('1 ' if SIDE == 'candidate' else '1')"),
    Row("stdout-that-is-not-utf-8", "pass", None, "sys.stdout.buffer.write(b'\\xff\\xfe\\n')"),
    Row(
        "stdout-with-other-bytes",
        "fail",
        None,
        "sys.stdout.buffer.write(b'\\xff\\n' if SIDE == 'candidate' else b'\\xfe\\n')",
    ),
    Row("stdout-with-a-zero-byte", "fail", None, "print('a\\0b' if SIDE == 'candidate' else 'a')"),
    Row("exit-code-differs", "fail", None, "print(1)\nsys.exit(3 if SIDE == 'candidate' else 4)"),
    Row("exit-code-agrees", "pass", None, "print(1)\nsys.exit(3)"),
    Row(
        "signal-is-no-exit-code",
        "fail",
        None,
        "import signal\nprint(1, flush=True)\nSIDE == 'candidate' and os.kill(os.getpid(), signal.SIGTERM)",
    ),
    Row("stderr-does-not-count", "pass", None, "print(1)\nprint(SIDE, file=sys.stderr)"),
    Row("stderr-ignore", "pass", None, "# MOLT_META: stderr=Ignore\nprint(1)\nprint(SIDE, file=sys.stderr)"),
    Row("stderr-match", "fail", None, "# MOLT_META: stderr=match\nprint(1)\nprint(SIDE, file=sys.stderr)"),
    Row("stderr-exact", "fail", None, "# MOLT_META: stderr=exact\nprint(1)\nprint(SIDE, file=sys.stderr)"),
    Row("stderr-of-any-other-word", "fail", None, "# MOLT_META: stderr=strict\nprint(1)\nprint(SIDE, file=sys.stderr)"),
    Row("stderr-exact-agrees", "pass", None, "# MOLT_META: stderr=exact\nprint(1)\nprint('x', file=sys.stderr)"),
    Row(
        "stderr-exception-agrees",
        "pass",
        None,
        "# MOLT_META: stderr=exception\nprint(1)\nprint('line of', SIDE, file=sys.stderr)\nraise ValueError('x')",
    ),
    Row(
        "stderr-exception-of-another-type",
        "fail",
        None,
        "# MOLT_META: stderr=traceback\nprint(1)\nraise (ValueError if SIDE == 'candidate' else KeyError)('x')",
    ),
    Row(
        "stderr-exception-with-another-message",
        "fail",
        None,
        "# MOLT_META: stderr=exception_signature\nprint(1)\nraise ValueError(SIDE)",
    ),
    Row(
        "stderr-exception-on-no-side",
        "fail",
        None,
        "# MOLT_META: stderr=exception\nprint(1)\nprint('1:', SIDE, file=sys.stderr)",
    ),
    Row(
        "stderr-exception-on-one-side",
        "fail",
        None,
        "# MOLT_META: stderr=exception\nprint(1)\nSIDE == 'candidate' and print('ValueError: x', file=sys.stderr)",
    ),
    Row(
        "stderr-exception-is-any-word",
        "fail",
        None,
        "# MOLT_META: stderr=exception\nprint(1)\nprint('ValueError: x', file=sys.stderr)\nSIDE == 'candidate' and print('done', file=sys.stderr)",
    ),
    // 12: expected failures
    Row("expect-fail", "xfail", Some(("pass", "")), "# MOLT_META: expect_fail=molt\nprint(SIDE)"),
    Row("expect-fail-in-capitals", "xfail", Some(("pass", "")), "# MOLT_META: expect_fail=MOLT\nprint(SIDE)"),
    Row("expect-fail-of-another", "fail", None, "# MOLT_META: expect_fail=other\nprint(SIDE)"),
    Row("expect-fail-that-passes", "xpass", Some(("fail", "")), "# MOLT_META: xfail=molt xfail_reason=never\nprint(1)"),
    Row(
        "expect-fail-where-the-reference-fails",
        "fail",
        None,
        "# MOLT_META: expect_fail=molt\nprint(SIDE)\nraise ValueError",
    ),
    Row(
        "expect-fail-agrees-where-the-reference-fails",
        "pass",
        None,
        "# MOLT_META: expect_fail=molt\nprint(1)\nraise ValueError",
    ),
    Row("too-dynamic", "xfail", Some(("pass", "")), "print(SIDE)"),
    Row("too-dynamic-that-passes", "xpass", Some(("fail", "")), "print(1)"),
    // what Molt's rules cannot see
    Row("silent", "vacuous", Some(("pass", NOT_TOLD)), "pass"),
    Row("silent-failure", "vacuous", Some(("pass", NOT_TOLD)), "sys.exit(1)"),
    Row("silent-with-other-exceptions", "vacuous", Some(("pass", NOT_TOLD)), "raise ValueError(SIDE)"),
    Row("silent-with-the-same-exception", "pass", None, "raise ValueError('x')"),
    Row("silent-failure-of-one-side", "fail", None, "sys.exit(1 if SIDE == 'candidate' else 0)"),
    Row(
        "reference-that-differs-from-itself",
        "unstable",
        Some(("fail", "the reference differs from itself")),
        "print(os.getpid())",
    ),
];

/// What Molt's runner calls a status: it has four words.
fn molts(row: &Row) -> &'static str {
    row.2.map_or(row.1, |it| it.0)
}

fn python() -> Option<String> {
    let ask = |name: &str| Command::new(name).args(["-c", "import sys; print(sys.executable)"]).output().ok();
    let found =
        ["python3.12", "python3", "python3.13"].into_iter().find_map(|it| ask(it).filter(|it| it.status.success()));
    if found.is_none() {
        eprintln!("skipped: there is no python3 to start tests with");
    }
    found.map(|it| String::from_utf8(it.stdout).unwrap().trim().to_owned())
}

/// A workspace with all tests in the folder `t`.
fn sandbox(python: &str) -> Sandbox {
    let lane = format!(
        "[lanes.x]\nreference = ['{python}']\nbuild = ['{python}', '{{root}}/src/molt/cli.py', 'build', '{{file}}', '--profile', 'dev', \
        '--output', '{{out}}/{{stem}}_molt']\nrun = ['{{out}}/{{stem}}_molt']\nartefact = '{{out}}/{{stem}}_molt'\nlauncher = 'molt'\n\
        timeout = 1.5\n"
    );
    let texts: Vec<(&str, String)> = ROWS.iter().map(|it| (it.0, format!("{START}{}\n", it.3))).collect();
    let tests: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let sandbox = workspace(&lane, &tests);
    sandbox.write("src/molt/cli.py", STAND_IN);
    sandbox.write("src/molt/__init__.py", "");
    let dynamic: Vec<String> = ROWS
        .iter()
        .filter(|it| it.0.starts_with("too-dynamic"))
        .map(|it| format!("    \"t/{}.py\",\n", it.0))
        .collect();
    sandbox
        .write(MANIFEST, format!("TOO_DYNAMIC_EXPECTED_FAILURE_TESTS: tuple[str, ...] = (\n{})\n", dynamic.concat()));
    sandbox
}

#[test]
fn each_rule_of_molts_runner_gives_the_status_that_is_due() {
    let Some(python) = python() else { return };
    let (results, code) = json(&sandbox(&python), &["run", "t", "--jobs", "4"]);
    let expected: BTreeMap<String, String> = ROWS.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
    let found = statuses(&results);
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(name, status)| found.get(*name) != Some(status))
        .map(|(name, status)| format!("{name}: {status} is due, {:?}", found.get(name)))
        .collect();
    assert!(wrong.is_empty() && found.len() == ROWS.len(), "{wrong:#?}\n{results:#}");
    assert_eq!(code, 1);
}

/// The judge itself, where a checkout of Molt is at hand.
#[test]
fn molts_own_runner_says_the_same_but_for_what_is_named() {
    let (Ok(checkout), Some(python)) = (std::env::var("MOLT_SYNC_CHECKOUT"), python()) else {
        eprintln!("skipped: MOLT_SYNC_CHECKOUT names no Molt checkout, or there is no python3");
        return;
    };
    let sandbox = sandbox(&python);
    for name in ["tests/molt_diff.py", "pyproject.toml"] {
        sandbox.write(name, fs::read(Path::new(&checkout).join(name)).unwrap());
    }
    let list: String = ROWS.iter().map(|it| format!("t/{}.py\n", it.0)).collect();
    sandbox.write("list.txt", list);
    let output = Command::new(&python)
        .args(["tests/molt_diff.py", "--files-from", "list.txt", "--jobs", "1", "--python-version", "3"])
        .args(["--json-output", "summary.json"])
        .current_dir(sandbox.ws(""))
        .env("PATH", format!("{}:{}", Path::new(&python).parent().unwrap().display(), std::env::var("PATH").unwrap()))
        .env("MOLT_DIFF_ROOT", sandbox.ws("diff"))
        .envs([("MOLT_DIFF_TIMEOUT", "1.5"), ("MOLT_DIFF_MOLT_PYTHON", python.as_str())])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let summary: serde_json::Value = serde_json::from_str(&sandbox.read("summary.json")).unwrap();
    let names = |key: &str| -> Vec<String> {
        let all = summary[key].as_array().unwrap_or_else(|| panic!("{summary:#}\n{said}"));
        all.iter().map(|it| it.as_str().unwrap().trim_start_matches("t/").trim_end_matches(".py").to_owned()).collect()
    };
    let (failed, skipped) = (names("failed_files"), names("skipped_files"));
    let oom = |name: &str| said.lines().any(|it| it.starts_with("[OOM] ") && it.contains(&format!("t/{name}.py")));
    let word = |name: &str| match () {
        () if skipped.iter().any(|it| it == name) => "skip",
        () if oom(name) => "oom",
        () if failed.iter().any(|it| it == name) => "fail",
        () => "pass",
    };
    let wrong: Vec<String> = ROWS
        .iter()
        .filter(|it| word(it.0) != molts(it))
        .map(|it| format!("{}: {} is due, {}", it.0, molts(it), word(it.0)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{said}");
}
