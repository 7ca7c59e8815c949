//! `differential run` on tests that are shell scripts, with the shell as the reference and a stand-in as the candidate: it runs the same
//! script and tells it so, so that each test decides itself what the candidate does otherwise.

use std::collections::{BTreeMap, BTreeSet};

use molt_sync::differential::{READY_MADE, STATUSES};
use serde_json::Value;

use crate::support::{Sandbox, book::page, run::Ended};

/// Variables of the machine that runs these tests that would decide which part of the tests is run, and how.
const OTHERS: [&str; 12] = [
    "CI_NODE_INDEX",
    "CI_NODE_TOTAL",
    "CIRCLE_NODE_INDEX",
    "CIRCLE_NODE_TOTAL",
    "BUILDKITE_PARALLEL_JOB",
    "BUILDKITE_PARALLEL_JOB_COUNT",
    "SYSTEM_JOBPOSITIONINPHASE",
    "SYSTEM_TOTALJOBSINPHASE",
    "TEST_SHARD_INDEX",
    "TEST_TOTAL_SHARDS",
    "TEST_SHARD_STATUS_FILE",
    "XML_OUTPUT_FILE",
];

const LANE: &str = "[lanes.x]\nreference = ['sh']\ncandidate = ['sh', '{root}/candidate.sh']\ntimeout = 1.5\n";

/// A workspace with these tests, in the folder `t`.
pub fn workspace(settings: &str, tests: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("molt-sync.toml", settings);
    sandbox.write("candidate.sh", "SIDE=candidate\n. \"$1\"\n");
    for (name, text) in tests {
        sandbox.write(&format!("t/{name}.py"), text);
    }
    sandbox
}

pub fn with(sandbox: &Sandbox, env: &[(&str, &str)], args: &[&str]) -> Ended {
    let mut command = sandbox.command(&sandbox.ws(""), &[&["differential"], args].concat());
    for it in OTHERS {
        command.env_remove(it);
    }
    command.envs(env.iter().copied());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap_or_else(|| panic!("{args:?} {}", output.status));
    Ended { code, out: text(output.stdout), err: text(output.stderr) }
}

pub fn differential(sandbox: &Sandbox, args: &[&str]) -> Ended {
    with(sandbox, &[], args)
}

/// The JSON of a run, and its exit code.
pub fn json(sandbox: &Sandbox, args: &[&str]) -> (Value, i32) {
    let ended = differential(sandbox, &[args, &["--format", "json"]].concat());
    let value =
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", ended.out, ended.err));
    (value, ended.code)
}

/// Each test's status, by its name without folder and ending.
pub fn statuses(results: &Value) -> BTreeMap<String, String> {
    let name = |it: &Value| it["test"].as_str().unwrap().trim_start_matches("t/").trim_end_matches(".py").to_owned();
    results["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (name(it), it["status"].as_str().unwrap().to_owned()))
        .collect()
}

const WORDS: &[(&str, &str, &str)] = &[
    ("pass", "pass", "echo hello"),
    ("pass-stderr", "pass", "echo hello; echo ${SIDE:-reference} >&2"),
    ("pass-normalized", "pass", "# MOLT_META: normalize=newlines\nprintf 'a'; [ \"$SIDE\" ] && printf '\\r'; echo"),
    ("pass-exception", "pass", "echo 'ValueError: x' >&2; exit 1"),
    ("fail-stdout", "fail", "echo ${SIDE:-reference}"),
    ("fail-exit", "fail", "echo a; [ \"$SIDE\" ] && exit 3; exit 0"),
    ("fail-stderr", "fail", "# MOLT_META: stderr=match\necho a; echo ${SIDE:-reference} >&2"),
    ("fail-exception", "fail", "# MOLT_META: stderr=exception\necho \"ValueError: ${SIDE:-x}\" >&2; exit 1"),
    ("fail-newline", "fail", "printf a; [ \"$SIDE\" ] || echo"),
    ("fail-bytes", "fail", "printf '\\377\\000'; [ \"$SIDE\" ] && printf '\\376'; echo"),
    ("vacuous-silent", "vacuous", ":"),
    ("vacuous-failed", "vacuous", "exit 1"),
    ("vacuous-exception", "vacuous", "echo \"ValueError: ${SIDE:-x}\" >&2; exit 1"),
    ("timeout", "timeout", "echo a; [ \"$SIDE\" ] && exec sleep 60; :"),
    ("reference-failed", "reference-failed", "echo a; [ \"$SIDE\" ] || exec sleep 60; :"),
    ("both-time-out", "timeout", "exec sleep 60"),
    ("unstable", "unstable", "cat /proc/sys/kernel/random/uuid"),
    ("skip", "skip", "# MOLT_META: platforms=windows\necho ${SIDE:-reference}"),
    (
        "skip-package",
        "skip",
        "[ \"$SIDE\" ] && echo a\necho \"ModuleNotFoundError: No module named 'msgpack'\" >&2; exit 1",
    ),
    ("xfail", "xfail", "# MOLT_META: expect_fail=molt\necho ${SIDE:-reference}"),
    ("xpass", "xpass", "# MOLT_META: xfail=molt xfail_reason=never\necho a"),
    ("env", "pass", "# MOLT_ENV: A=1 B=x=y\necho $A $B"),
];

#[test]
fn help_tells_of_every_status_and_every_ready_made_lane_and_so_does_the_book_of_statuses() {
    let help = Sandbox::empty().run(&["differential", "run", "--help"]).succeeds().out;
    let book = page("docs/src/differential.md").text;
    let has = |text: &str, word: &str| {
        text.split(|it: char| !it.is_alphanumeric() && it != '-').any(|it| it.trim_end_matches('-') == word)
    };
    let statuses: Vec<&str> = STATUSES.iter().map(|it| it.word()).collect();
    for word in READY_MADE.iter().map(|it| it.0).chain(statuses.iter().copied()) {
        assert!(has(&help, word), "the help of `differential run` does not tell of {word}");
    }
    for word in statuses {
        assert!(has(&book, word), "docs/src/differential.md does not tell of {word}");
    }
    // percentages on the scoreboard are over what was compared here
    for it in STATUSES {
        assert_eq!(molt_sync::scoreboard::is_compared(it.word()), it.is_compared(), "{}", it.word());
    }
}

/// The words that take more than a script to come about, and the tests that show them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("build-failed", "a_program_is_built_and_run_with_its_places"),
    ("diverged", "lanes_are_compared_with_each_other"),
    ("flaky", "what_fails_beside_others_and_passes_alone_is_flaky_and_fails_nothing"),
    ("oom", "a_program_that_runs_out_of_memory_is_told_by_the_kernel_and_not_by_its_exit_code"),
    ("uncalibrated", "a_lane_without_its_toolchain_is_uncalibrated_and_neither_passes_nor_skips"),
];

#[test]
fn every_word_of_a_verdict_has_its_test() {
    let shown: BTreeSet<&str> = WORDS.iter().map(|it| it.1).chain(ELSEWHERE.iter().map(|it| it.0)).collect();
    let unseen: Vec<&str> = STATUSES.iter().map(|it| it.word()).filter(|it| !shown.contains(it)).collect();
    assert!(unseen.is_empty(), "no test shows what these words stand for: {unseen:?}");
    let tests: Vec<(&str, &str)> = WORDS.iter().map(|(name, _, text)| (*name, *text)).collect();
    let sandbox = workspace(LANE, &tests);
    let (results, code) = json(&sandbox, &["run", "t", "--lane", "x", "--jobs", "4"]);
    let expected: BTreeMap<String, String> =
        WORDS.iter().map(|(name, status, _)| ((*name).to_owned(), (*status).to_owned())).collect();
    assert_eq!(statuses(&results), expected, "{results:#}");
    assert_eq!((code, &results["schema"]), (1, &Value::from(1)));
    let totals = &results["totals"];
    // percentages are over what was compared: not over what is vacuous, unstable, skipped or without a reference
    assert_eq!((&totals["total"], &totals["compared"], &totals["pass"]), (&22.into(), &15.into(), &5.into()));
    assert_eq!(totals["pass_percent"], 33.3);
    let measured = |it: &&Value| it["program_kb"].as_u64().is_some() && it["seconds"].as_f64().is_some();
    let run = results["results"].as_array().unwrap().iter().filter(|it| it["status"] != "skip" || it["why"] != "");
    assert!(run.filter(|it| it["status"] == "pass").all(|it| measured(&it)), "{results:#}");
}

#[test]
fn a_candidate_that_does_nothing_passes_no_test() {
    let tests: Vec<(&str, &str)> =
        WORDS.iter().filter(|it| !it.1.contains("reference")).map(|it| (it.0, it.2)).collect();
    for null in ["true", "false"] {
        let settings = format!("[lanes.null]\nreference = ['sh']\ncandidate = ['{null}']\ntimeout = 1.5\n");
        let (results, _) = json(&workspace(&settings, &tests), &["run", "t", "--jobs", "4"]);
        let words: Vec<String> = statuses(&results).into_values().collect();
        assert!(words.iter().all(|it| !["pass", "xpass", "flaky"].contains(&it.as_str())), "{null}: {results:#}");
        assert_eq!(results["totals"]["pass"], 0);
    }
}

#[test]
fn what_agrees_alone_is_a_success_and_says_what_it_comes_to() {
    let sandbox = workspace(LANE, &[("a", "echo a"), ("b", ":"), ("builtins_symbol_abs_82451b41", "echo b")]);
    let ended = differential(&sandbox, &["run", "t"]).succeeds();
    for words in [
        "lane x (sh against sh {root}/candidate.sh): 2 of 2 compared pass (100.0 %); 1 vacuous",
        "without generated probes: 1 of 1 compared pass (100.0 %); 1 vacuous",
        "generated probes: 1 of 1 compared pass",
        "vacuous t/b.py [x]: the reference prints nothing",
        "memory measured with ",
    ] {
        assert!(ended.out.contains(words), "{words}:\n{}", ended.out);
    }
}

#[test]
fn a_difference_is_shown_with_its_place_in_every_form() {
    let sandbox = workspace(LANE, &[("a", "echo one; echo \"two ${SIDE:-reference} <&>\"")]);
    let human = differential(&sandbox, &["run", "t"]);
    for words in [
        "FAIL t/a.py [x]: stdout differs from line 2, column 5",
        "  expected: two reference <&>",
        "^ line 2, column 5",
        "-two reference <&>\n",
        "+two candidate <&>\n",
    ] {
        assert!(human.out.contains(words), "{words}:\n{}", human.out);
    }
    // what cannot be shown takes more room than it has columns, and the mark stands below the difference all the same
    let odd = workspace(LANE, &[("a", "printf \"\\000\\377\\033 ${SIDE:-reference}\"")]);
    let text = differential(&odd, &["run", "t"]).out;
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|it| it.starts_with("  expected: ")).unwrap();
    assert_eq!(lines[at].find("reference"), lines[at + 2].find('^'), "{text}");
    let form = |form| differential(&sandbox, &["run", "t", "--format", form]).out;
    let junit = form("junit");
    assert!(
        junit.contains("<failure message=\"fail: stdout differs from line 2, column 5 on\" type=\"fail\">"),
        "{junit}"
    );
    assert!(form("github").starts_with("::error file=t/a.py,title=fail in lane x::stdout differs from line 2"));
    let refused = differential(&sandbox, &["run", "t", "--format", "sarif"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
}

#[test]
fn what_is_wrong_with_the_input_is_said_before_anything_runs() {
    let sandbox = workspace(LANE, &[("a", "echo a")]);
    sandbox.write("list.txt", "# tests\nt/a.py\nt/gone.py\n");
    for (args, words) in [
        (&["run", "t/none.py"][..], &["cannot find the test t/none.py"][..]),
        (&["run", "--files-from", "list.txt"], &["t/gone.py", "line 3"]),
        (&["run", "t", "--lane", "y"], &["no lane `y`", "[lanes.y]", "molt-native-2026-02"]),
        (&["run"], &["no folder tests/differential"]),
        (&["run", "t", "--partition", "slice:3/2"], &["no part 3 of 2"]),
        (&["run", "t", "--resume"], &["cannot resume"]),
        (&["run", "--policy"], &["no folder tests/differential"]),
        (&["run", "t", "--policy"], &["no lane `native`"]),
        (&["run", "t", "--module", "nosuch"], &["no test is tied to it"]),
        (&["run", "t", "--cluster", "nosuch"], &["no cluster `nosuch`"]),
        (&["run", "t", "--only-probes"], &["none is selected"]),
        (&["merge", "molt-sync.toml"], &["molt-sync.toml"]),
        (&["report", "molt-sync.toml"], &["molt-sync.toml"]),
    ] {
        let ended = differential(&sandbox, args);
        assert_eq!(ended.code, 2, "{args:?}\n{}", ended.err);
        assert!(words.iter().all(|it| ended.err.contains(it)), "{args:?}\n{}", ended.err);
    }
    for (settings, words) in [
        ("[lanes.x]\nreference = ['sh']\n", "names no candidate"),
        ("[lanes.x]\nreference = ['sh']\nrun = ['{fil}']\n", "`{fil}`"),
        ("[lanes.x]\nrefrence = ['sh']\n", "unknown field"),
        ("[differential]\nspike-factor = 0.5\n", "spike-factor"),
        ("", "none is configured"),
    ] {
        sandbox.write("molt-sync.toml", settings);
        let ended = differential(&sandbox, &["run", "t"]);
        assert!(ended.code == 2 && ended.err.contains(words), "{settings}\n{}", ended.err);
    }
}

#[test]
fn a_lane_without_its_toolchain_is_uncalibrated_and_neither_passes_nor_skips() {
    for (settings, why) in [
        ("reference = ['sh']\ncandidate = ['no-such-python']", "no-such-python is not there"),
        ("reference = ['no-such-python']\ncandidate = ['sh']", "no-such-python is not there"),
        ("reference = ['sh']\ncandidate = ['sh']\nneeds = ['no-such-tool']", "it needs no-such-tool"),
        ("reference = ['sh']\ncandidate = ['sh']\nneeds = ['{root}/none']", "none, which is not there"),
    ] {
        let sandbox = workspace(&format!("[lanes.x]\n{settings}\n"), &[("a", "echo a")]);
        let ended = differential(&sandbox, &["run", "t"]);
        assert_eq!(ended.code, 2, "{}", ended.out);
        assert!(ended.err.contains("warning: lane x is uncalibrated") && ended.err.contains(why), "{}", ended.err);
        assert!(ended.out.contains("0 of 0 compared pass; 1 uncalibrated"), "{}", ended.out);
    }
}

#[test]
fn a_program_is_built_and_run_with_its_places() {
    let build = "[lanes.x]\nreference = ['sh']\nbuild = ['sh', '{root}/build.sh', '{file}', '{out}/{stem}_molt']\n\
        run = ['{out}/{stem}_molt', '{tmp}', '{root}']\nartefact = '{out}/{stem}_molt'\n";
    let tests = [
        ("built", "echo a"),
        ("refused", "# no-build\necho a"),
        ("forgotten", "# no-artefact\necho a"),
        ("syntax", "# no-build\necho 'SyntaxError: x' >&2; exit 1"),
        ("expected", "# no-build\n# MOLT_META: expect_fail=molt\necho a"),
    ];
    let sandbox = workspace(build, &tests);
    let script = "grep -q no-build \"$1\" && { echo 'x: SyntaxError: unsupported' >&2; exit 2; }\n\
        grep -q no-artefact \"$1\" && exit 0\n\
        { echo '#!/bin/sh'; echo '[ -d \"$1\" ] && [ -f \"$2/build.sh\" ] || exit 9'; cat \"$1\"; } > \"$2\"; chmod +x \"$2\"\n";
    sandbox.write("build.sh", script);
    let (results, _) = json(&sandbox, &["run", "t"]);
    let expected = [
        ("built", "pass"),
        ("refused", "build-failed"),
        ("forgotten", "build-failed"),
        ("syntax", "pass"),
        ("expected", "xfail"),
    ];
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect();
    assert_eq!(statuses(&results), expected, "{results:#}");
    let all = results["results"].as_array().unwrap();
    assert!(all.iter().all(|it| it["build_seconds"].is_f64()), "{results:#}");
    assert!(
        all.iter().any(|it| it["why"].as_str().unwrap().contains("it left no forgotten_molt")
            || it["why"].as_str().unwrap().contains("it left no {stem}_molt")),
        "{results:#}"
    );
}

#[test]
fn nothing_is_left_behind_and_both_sides_see_the_same_folders() {
    let tests = [
        (
            "folders",
            "pwd; echo $HOME $TMPDIR; echo x > $TMPDIR/x; echo x > y; echo x > ~/z; mkdir $TMPDIR/d; chmod 0 $TMPDIR/d",
        ),
        ("clean", "ls -A; ls -A $TMPDIR; ls -A ~; env | sed 's/=.*//' | grep -v -e SIDE -e '^_$' -e OLDPWD | sort"),
        ("daemon", "echo a; (setsid sleep 60 &) ; :"),
    ];
    let sandbox = workspace(LANE, &tests);
    let before = sandbox.snapshot();
    let ended = with(&sandbox, &[("SECRET_TOKEN", "1")], &["run", "t", "--format", "json"]);
    let results: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, results["totals"]["pass"].as_u64()), (0, Some(3)), "{results:#}");
    assert_eq!(sandbox.snapshot(), before);
    assert!(!ended.out.contains("SECRET_TOKEN"));
    let work = sandbox.root().join("cache/differential");
    let work = std::fs::read_dir(work).unwrap().next().unwrap().unwrap().path();
    let left: Vec<_> = std::fs::read_dir(work.join("runs")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_header_that_cannot_be_understood_is_a_finding() {
    let sandbox = workspace(LANE, &[("a", "# MOLT_META: platfroms=linux\n#MOLT_ENV: A=1\necho a")]);
    let ended = differential(&sandbox, &["run", "t"]).succeeds();
    assert!(
        ended.out.contains("header t/a.py:1: `platfroms` is a key that no runner of Molt's reads"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("header t/a.py:2: "), "{}", ended.out);
}

#[test]
fn a_program_that_runs_out_of_memory_is_told_by_the_kernel_and_not_by_its_exit_code() {
    let hold = "head -c 300000000 /dev/zero | tail -c 250000000 | wc -c | grep -c x";
    let tests = [
        ("candidate", format!("echo a; [ \"$SIDE\" ] && {{ {hold} > /dev/null; }}; exit 0")),
        ("both", format!("{hold}; exit 0")),
        ("words", "echo 'MemoryError: out of memory' >&2; exit 137".to_owned()),
    ];
    let tests: Vec<(&str, &str)> = tests.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let sandbox = workspace(&format!("[differential]\nmemory = 60\n{LANE}"), &tests);
    let (results, code) = json(&sandbox, &["run", "t", "--jobs", "1"]);
    let expected = [("both", "oom"), ("candidate", "oom"), ("words", "pass")];
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(name, status)| ((*name).to_owned(), (*status).to_owned())).collect();
    assert_eq!((statuses(&results), code), (expected, 1), "{results:#}");
}
