//! The page of the scoreboard: a year of made rows for 900 modules, and rows that somebody hostile has written.
//!
//! `MOLT_SYNC_PAGE` names a folder in which the pages are kept with what `scoreboard show` prints: `.ci/run` looks at them in a browser.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    changes::git,
    support::{
        Sandbox,
        tree::{LOAD, STD, Tree as _, mini},
    },
};

const HISTORY: &str = "docs/scoreboard/history.jsonl";
const WEEKS: usize = 52;
const MODULES: usize = 900;
const LARGEST: u64 = 300 * 1024;

/// The name of a module: short ones, and ones as long as those of packages in packages.
fn module(at: usize) -> String {
    let words = ["codec", "process", "structures", "_support", "asyncio", "machinery", "parser", "tool", "handlers"];
    let word = words[at % words.len()];
    match at % 3 {
        0 => format!("{word}_{at}"),
        1 => format!("package{}.{word}{at}", at % 40),
        _ => format!("concurrent_{}.backend.{word}_{at}", at % 17),
    }
}

fn day(week: usize) -> String {
    let start: jiff::civil::Date = "2025-09-04".parse().unwrap();
    start.checked_add(jiff::Span::new().days(7 * i64::try_from(week).unwrap())).unwrap().to_string()
}

fn tests(at: usize) -> Vec<String> {
    (0..=at % 3).map(|nth| format!("tests/differential/stdlib/{}_{nth}.py", module(at).replace('.', "_"))).collect()
}

/// A row: in each week some modules are finished, some tests repaired, now and then something breaks.
fn row(week: usize) -> Value {
    let is_finished = |at: usize| at % 97 < week && !(week % 9 == 4 && at % 50 == 7);
    let state = |at: usize| match at {
        _ if is_finished(at) => "intrinsic-backed",
        _ if at % 211 == 5 => "python-only",
        _ if at % 173 == 9 => "probe-only",
        _ if at % 60 == 11 => "intrinsic-support",
        _ => "intrinsic-partial",
    };
    let of = |wanted: &str| (0..MODULES).filter(|at| state(*at) == wanted).map(module).collect::<Vec<_>>();
    let states = ["intrinsic-backed", "intrinsic-partial", "intrinsic-support", "probe-only", "python-only"];
    let modules: serde_json::Map<String, Value> = states.map(|it| (it.to_owned(), json!(of(it)))).into_iter().collect();
    let outcome = |at: usize| match at {
        _ if at % 90 < week + 20 => "pass",
        _ if at % 29 == 3 => "xfail",
        _ if at % 31 == 4 => "vacuous",
        _ => "fail",
    };
    let all: Vec<(usize, String)> = (0..MODULES).flat_map(|at| tests(at).into_iter().map(move |it| (at, it))).collect();
    let mut outcomes: std::collections::BTreeMap<&str, Vec<&String>> = std::collections::BTreeMap::new();
    let mut owners: std::collections::BTreeMap<&str, Vec<&String>> = std::collections::BTreeMap::new();
    for (at, test) in &all {
        outcomes.entry(outcome(*at)).or_default().push(test);
        if outcome(*at) == "xfail" {
            owners.entry(["asyncio runtime", "too_dynamic_policy", "numeric-repr"][at % 7 % 3]).or_default().push(test);
        }
    }
    let count = |word: &str| outcomes.get(word).map_or(0, Vec::len);
    let compared = count("pass") + count("fail") + count("xfail");
    #[expect(clippy::cast_precision_loss, reason = "tests are few")]
    let percent = (count("pass") as f64 / compared as f64 * 1000.0).round() / 10.0;
    let source = format!("tree at {week:02}c0ffee{week:x}");
    let figure = |value: Value| json!({ "value": value, "source": source });
    let report = format!("run-{week}.json: {compared} of {} tests compared", all.len());
    let offenders: Vec<String> = (0..week % 5)
        .map(|at| format!("{} (native): {} to {} KiB", tests(at * 37)[0], 40_000 + at, 70_000 + at))
        .collect();
    let missing = if week % 13 == 5 { vec!["compression"] } else { vec![] };
    json!({
        "schema": 1, "date": day(week), "commit": format!("{week:02}c0ffee{week:031x}"),
        "figures": {
            "intrinsic-backed": figure(json!(of("intrinsic-backed").len())),
            "intrinsic-partial": figure(json!(of("intrinsic-partial").len())),
            "probe-only": figure(json!(of("probe-only").len())), "python-only": figure(json!(of("python-only").len())),
            "missing-top-level": figure(json!(missing.len())), "missing-submodules": figure(json!(0)),
            "native-pass": { "value": percent, "source": report },
            "wasm-pass": { "value": null, "source": null, "note": "not measured: no report of this lane" },
            "memory-regressions": { "value": offenders.len(), "source": report },
        },
        "beside": {
            "stubs": figure(json!(200 - week)), "unreadable": figure(json!(0)),
            "native-compared": figure(json!(compared)), "native-tests": figure(json!(all.len())),
            "native-expected": figure(json!(count("xfail"))), "native-vacuous": figure(json!(count("vacuous"))),
        },
        "public-names": { "present": 9000 + week * 20, "required": 12_400,
            "modules": (0..MODULES).map(|at| (module(at), json!([at % 40, 40]))).collect::<serde_json::Map<_, _>>() },
        "releases": { "3.12": "3.12.13", "3.13": format!("3.13.{}", 7 + week / 8), "3.14": format!("3.14.{}", week / 6) },
        "budget": 880 - (week / 10) * 60,
        "modules": modules,
        "missing": { "top-level": missing },
        "lanes": { "native": {
            "report": format!("run-{week}.json"), "compared": compared, "passed": count("pass"), "there": all.len(),
            "outcomes": outcomes, "owners": owners,
        } },
        "offenders": offenders,
    })
}

fn exception(reason: &str, identity: &str, expires: &str) -> String {
    let quoted = |it: &str| serde_json::to_string(it).unwrap();
    format!(
        "reason = {}\nsigned_off_by = \"Ann Owner\"\nexpires = {expires}\n[figures]\npython-only = [{}]\n[rollback]\nplan = \"revert the merge of the parser\"\n",
        quoted(reason),
        quoted(identity)
    )
}

/// Keeps a page, and what `show` says of the same rows, where somebody asks for it.
fn keep(sandbox: &Sandbox, page: &str, name: &str) {
    let Ok(folder) = std::env::var("MOLT_SYNC_PAGE") else { return };
    let shown = sandbox.sync(&["scoreboard", "show", "--format", "json"]).succeeds().out;
    fs::create_dir_all(&folder).unwrap();
    fs::write(Path::new(&folder).join(format!("{name}.html")), sandbox.read(page)).unwrap();
    fs::write(Path::new(&folder).join(format!("{name}.json")), shown).unwrap();
}

#[test]
fn a_year_of_900_modules_is_one_small_page() {
    let mut files = mini();
    let mut index = String::from("stdlib:\n");
    for at in 0..MODULES {
        let name = module(at);
        files.module(&format!("{}.py", name.replace('.', "/")), LOAD);
        index += &format!("  {name}:\n    tests:\n");
        index += &tests(at).iter().map(|it| format!("      - {it}\n")).collect::<String>();
    }
    files.write("tests/differential/COVERAGE_INDEX.yaml", index.as_bytes());
    let rows: String = (0..WEEKS).map(|it| format!("{}\n", row(it))).collect();
    files.write(HISTORY, rows.as_bytes());
    files.write(
        "docs/scoreboard/exceptions/parser.toml",
        exception("it was too slow by half", "codec_0", "2026-10-01").as_bytes(),
    );
    files.write(
        "docs/scoreboard/exceptions/old.toml",
        exception("upstream has dropped it", "tool_7", "2026-01-31").as_bytes(),
    );
    let sandbox = Sandbox::of(&files);
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "-A"]);
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    git(&sandbox, &[&who[..], &["commit", "-q", "-m", "start"]].concat());
    let html = ["scoreboard", "html", "docs/board/page.html", "--now", "2026-09-01"];
    fs::create_dir(sandbox.ws("docs/board")).unwrap();
    sandbox.sync(&html).succeeds();
    let page = sandbox.read("docs/board/page.html");
    assert!(page.contains("<th scope=col>last change") && page.contains("<th scope=col>names present"));
    let size = fs::metadata(sandbox.ws("docs/board/page.html")).unwrap().len();
    assert!(size <= LARGEST, "{size} bytes");
    assert_eq!(page.matches("<tr><th scope=row><a href=\"../../src/molt/stdlib/").count(), MODULES);
    for (what, words) in [
        ("tests of the index, and how many passed", "<td>3<td>3<td>"),
        ("names that are there", " of 40<td>"),
        ("who owns what fails", "<tr><th scope=row>too_dynamic_policy<td>native<td>"),
        ("the worst offender", "40000 to 70000 KiB"),
        ("an exception that has run out", "2026-01-31 <strong class=worse>expired</strong>"),
        ("a release that came", "3.14.8"),
    ] {
        assert!(page.contains(words), "{what}: {words}");
    }
    assert!(page.contains("data-beside=\"public-names\">10020 of 12400<"));
    // links can lead to a forge, and nowhere that a browser would run
    sandbox.sync(&[&html[..], &["--links", "https://example.org/o/n/blob/abc/"]].concat()).succeeds();
    assert!(sandbox.read("docs/board/page.html").contains("href=\"https://example.org/o/n/blob/abc/src/molt/stdlib/"));
    let refused = sandbox.sync(&["scoreboard", "html", "x.html", "--links", "javascript:alert(1)"]);
    assert!(refused.code == 2 && refused.err.contains("begins with https://"), "{}", refused.err);
    sandbox.sync(&html).succeeds();
    keep(&sandbox, "docs/board/page.html", "year");
}

#[test]
fn the_first_week_is_a_page_that_says_what_was_not_measured() {
    let sandbox = Sandbox::of(&mini());
    sandbox.sync(&["scoreboard", "record", "--date", "2026-02-12"]).succeeds();
    sandbox.sync(&["scoreboard", "html", "page.html"]).succeeds();
    let page = sandbox.read("page.html");
    assert!(page.contains("data-figure=native-pass>not measured<") && page.contains("1 week since 2026-02-12"));
    assert!(page.contains("data-beside=\"public-names\">not measured<"));
    // what nobody knows of any module has no column
    assert!(!page.contains("<th scope=col>last change") && !page.contains("<th scope=col>tests"));
    // an index that cannot be read is not one without tests
    sandbox.write("tests/differential/COVERAGE_INDEX.yaml", "stdlib:\n\t- x\n");
    sandbox.refuses(&["scoreboard", "html", "page.html"], 2, &["COVERAGE_INDEX.yaml: line 2"]);
    sandbox.remove("tests/differential/COVERAGE_INDEX.yaml");
    keep(&sandbox, "page.html", "first");
}

#[test]
fn names_that_somebody_hostile_chose_stay_names() {
    let evil = "</script><script>alert(1)</script>";
    let bell = "a\u{7}\u{202e}b\n::error::x";
    let mut files = mini();
    files.module("a<b onload=x>'#%41.py", LOAD);
    let week = |date: &str, state: &str, evil_state: &str| {
        json!({
            "schema": 1, "date": date, "commit": "<b>\"'", "budget": 5,
            "figures": { "intrinsic-partial": { "value": 4, "source": evil, "note": bell }, "native-pass": { "value": 50.0, "source": bell } },
            "beside": { evil: { "value": 1, "source": evil } },
            "releases": { "3.14": format!("{date}{evil}") },
            "modules": { state: [evil, bell, "a<b onload=x>'#%41"], evil_state: ["x"] },
            "lanes": { evil: { "report": evil, "compared": 1, "passed": 0, "outcomes": { "fail": [evil, bell] }, "owners": { evil: [bell] } } },
            "offenders": [evil, bell],
        })
    };
    let rows = [week("2026-02-12", "intrinsic-partial", evil), week("2026-02-19", "python-only", bell)];
    files.write(HISTORY, rows.map(|it| format!("{it}\n")).concat().as_bytes());
    files.write("docs/scoreboard/exceptions/x.toml", exception(evil, bell, "2026-10-01").as_bytes());
    let sandbox = Sandbox::of(&files);
    sandbox.sync(&["scoreboard", "html", "page.html"]).succeeds();
    let page = sandbox.read("page.html");
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    assert!(!page.contains("<b>\"") && !page.contains("<b onload") && page.contains("&lt;/script&gt;"));
    assert!(
        page.contains(&format!("href=\"{STD}/a%3Cb%20onload%3Dx%3E%27%23%2541.py\"")),
        "{}",
        page.contains("onload")
    );
    let mut outs = vec![("html", page)];
    for form in ["human", "markdown", "github", "json"] {
        outs.push((form, sandbox.sync(&["scoreboard", "show", "--format", form]).succeeds().out));
    }
    outs.push(("badge", sandbox.sync(&["scoreboard", "badge"]).succeeds().out));
    for (form, out) in &outs {
        let is_odd = |it: char| (it.is_control() && it != '\n') || it == '\u{202e}';
        assert!(!out.contains(is_odd), "{form}: {out}");
        // a line of its own could be a command to a runner
        assert!(!out.lines().any(|it| it.trim_start().starts_with("::error::x")), "{form}: {out}");
    }
    assert!(outs[2].1.lines().all(|it| !it.contains("<script>") || it.contains('`')), "{}", outs[2].1);
}
