//! What the scoreboard makes of a history that is damaged, odd, newer or very long, and of reports that are none.

use serde_json::{Value, json};

use crate::support::{Sandbox, tree::mini};

const HISTORY: &str = "docs/scoreboard/history.jsonl";

fn row(date: &str, partial: u64) -> String {
    let figures = json!({ "intrinsic-partial": { "value": partial, "source": "tree" } });
    format!("{}\n", json!({ "schema": 1, "date": date, "commit": null, "figures": figures }))
}

/// Everything that reads the history.
const READERS: [&[&str]; 5] =
    [&["show"], &["record", "--date", "2026-05-01"], &["html", "x.html"], &["badge"], &["show", "--format", "json"]];

#[test]
fn a_history_that_cannot_be_read_is_told_with_its_line_and_stays() {
    let good = row("2026-02-12", 9);
    let newer = "{\"schema\": 2, \"day\": [2026, 7], \"figures\": []}\n";
    for (text, words, hint) in [
        (format!("{good}{{\"schema\": 1, \"date\": \"2026-0\n"), "line 2 is not a row", "git checkout"),
        (format!("{good}null\n"), "line 2 is not a row", "git checkout"),
        (good.replace("2026-02-12", "12.2.2026"), "`12.2.2026` is not a day", "git checkout"),
        (good.replace("2026-02-12", "2026-02-30"), "`2026-02-30` is not a day", "git checkout"),
        // each of these would be sorted elsewhere than its day
        (good.clone() + &row("+002031-02-12", 9), "line 2 is not a row: `+002031-02-12` is not a day", "git checkout"),
        (good.clone() + &row("20260219", 9), "`20260219` is not a day such as", "git checkout"),
        (good.clone() + &row("2026-02-19T12:00", 9), "`2026-02-19T12:00` is not a day", "git checkout"),
        (good.clone() + &row("-000099-02-19", 9), "`-000099-02-19` is not a day", "git checkout"),
        (good.replace(":9", ":-9"), "line 1 is not a row", "git checkout"),
        (format!("{good}{newer}"), "line 2 is not a row: its schema is 2, and 1 is known", "newer molt-sync"),
        (format!("{good}<<<<<<< a\n{good}=======\n>>>>>>> b\n"), "a merge left a conflict at line 2", "both sides"),
        (format!("{good}||||||| base\n"), "line 2", ""),
    ] {
        let sandbox = Sandbox::of(&mini());
        sandbox.write(HISTORY, &text);
        for reader in READERS {
            let ended = sandbox.sync(&[&["scoreboard"], reader].concat());
            assert!(ended.code > 1 && ended.err.contains(words), "{text}: {reader:?}: {} {}", ended.code, ended.err);
            assert!(ended.err.contains(hint), "{text}: {}", ended.err);
            assert!(reader.contains(&"json") || ended.out.is_empty(), "{}", ended.out);
        }
        assert_eq!(sandbox.read(HISTORY), text);
        assert!(!sandbox.ws("x.html").exists());
    }
}

#[test]
fn the_last_row_is_that_of_the_last_week_wherever_it_stands() {
    let sandbox = Sandbox::with_series("3.14");
    let last = |text: &str| {
        sandbox.write(HISTORY, text);
        let facts = sandbox.sync(&["docs", "facts", "scoreboard.last"]).succeeds().out;
        let of = |id: &str| facts.lines().find_map(|it| it.strip_prefix(id)).unwrap().trim().to_owned();
        (of("scoreboard.last.date"), of("scoreboard.last.intrinsic-partial"))
    };
    let (old, new, same) = (row("2026-02-12", 9), row("2026-02-19", 7), row("2026-02-18", 8));
    for text in [old.clone() + &new, new.clone() + &old] {
        assert_eq!(last(&text), ("2026-02-19".into(), "7".into()));
    }
    // of two rows of that week the worse value, as the scoreboard shows it
    for text in [format!("{old}{same}{new}"), format!("{new}{same}{old}")] {
        assert_eq!(last(&text), ("2026-02-19".into(), "8".into()));
    }
}

#[test]
fn no_document_is_held_to_a_history_that_the_scoreboard_refuses() {
    let sandbox = Sandbox::with_series("3.14");
    let good = row("2026-02-12", 9);
    let newer = row("2026-02-19", 7).replace("\"schema\":1", "\"schema\":2");
    for (text, words) in [
        (good.clone() + &row("2026-13-40", 9), "`2026-13-40` is not a day"),
        (good.clone() + &newer, "its schema is 2, and 1 is known"),
        (good.clone() + &row("2026-02-19", 9).replace(":9", ":-9"), "line 2 is not a row"),
        // wherever in it
        (format!("{{}}\n{good}"), "line 1 is not a row"),
    ] {
        sandbox.write(HISTORY, &text);
        sandbox.refuses(&["scoreboard", "show"], 2, &[words]);
        assert!(!sandbox.sync(&["docs", "facts"]).succeeds().out.contains("scoreboard.last"), "{text}");
        let checked = sandbox.sync(&["docs", "check"]);
        assert!(checked.code != 0 && checked.out.contains(words), "{text}: {}{}", checked.out, checked.err);
    }
}

#[test]
fn days_that_are_there_twice_are_one_week_with_the_worse_values() {
    let sandbox = Sandbox::of(&mini());
    sandbox.write(
        HISTORY,
        row("2026-02-12", 9) + &row("2026-02-12", 7) + "\n\n" + &row("2026-02-12", 9) + &row("2026-02-20", 7),
    );
    let shown: Value =
        serde_json::from_str(&sandbox.sync(&["scoreboard", "show", "--format", "json"]).succeeds().out).unwrap();
    let rows = shown["rows"].as_array().unwrap();
    let values: Vec<&Value> = rows.iter().map(|it| &it["figures"]["intrinsic-partial"]["value"]).collect();
    assert_eq!(values, [&json!(9), &json!(7)]);
    // a row without figures is one in which nothing was measured
    assert_eq!(rows[0]["figures"]["wasm-pass"]["value"], Value::Null);
}

#[test]
fn a_report_that_is_none_is_refused_and_one_that_adds_to_a_run_needs_that_run() {
    let sandbox = Sandbox::of(&mini());
    let debts = json!({ "tests": { "tests/differential/a.py": { "dimensions": { "native": { "status": "fail", "tracking": "#7", "root_cause": "x" } } } } });
    let debts = sandbox.file("debts.json", debts.to_string().as_bytes());
    let memory = "{\"run_id\": \"1\", \"file\": \"tests/differential/a.py\", \"status\": \"ok\", \"build_rc\": 0, \"run_rc\": 0, \"run\": {\"max_rss\": 800}}\n";
    let memory = sandbox.file("rss_metrics.jsonl", memory.as_bytes());
    let record =
        |reports: &[&str]| sandbox.sync(&[&["scoreboard", "record", "--replace", "--report"], reports].concat());
    for text in [
        "",
        "[]",
        "{}",
        "{\"results\": []}",
        "{\"passed\": 1}",
        "{\"passed\": 3, \"failed\": 1, \"total\": 9}",
        "{\"file\": \"a\"}\nnot json\n",
        "\u{feff}",
    ] {
        let path = sandbox.file("bad.json", text.as_bytes());
        let ended = record(&[&path]);
        assert!(ended.code == 2 && ended.err.contains("cannot use"), "{text}: {} {}", ended.code, ended.err);
    }
    for path in [&debts, &memory] {
        let ended = record(&[path]);
        assert!(ended.code == 2 && ended.err.contains("no run of tests"), "{}", ended.err);
    }
    assert!(!sandbox.ws(HISTORY).exists());
    let lines: String = (0..12)
        .map(|at| {
            format!(
                "{{\"file\": \"tests/differential/{}.py\", \"raw_status\": \"{}\"}}\n",
                if at == 0 { "a".into() } else { at.to_string() },
                if at == 0 { "fail" } else { "pass" }
            )
        })
        .collect();
    let run = sandbox.file("native_calibration.jsonl", lines.as_bytes());
    record(&[&run, &debts, &memory]).succeeds();
    let shown: Value =
        serde_json::from_str(&sandbox.sync(&["scoreboard", "show", "--format", "json"]).succeeds().out).unwrap();
    let row = &shown["rows"][0];
    assert_eq!(
        (&row["expected"], &row["figures"]["native-pass"]["value"]),
        (&json!({ "native": { "#7": 1 } }), &json!(91.7))
    );
    assert_eq!(row["beside"]["native-expected"]["value"], 1);
    assert!(sandbox.read(HISTORY).contains("\"peaks\":{\"tests/differential/a.py\":800}"));
    // a failure that is expected, and that nobody is named for, is told as such
    let expected =
        |file: &str| format!("{{\"file\": \"{file}\", \"raw_status\": \"fail\", \"expect_molt_fail\": true}}\n");
    let text = lines.lines().skip(1).map(|it| format!("{it}\n")).collect::<String>();
    let text = text + &expected("tests/differential/a.py") + &expected("tests/differential/z.py");
    let run = sandbox.file("native_calibration.jsonl", text.as_bytes());
    for (reports, wanted) in [
        (&[&*run][..], json!({ "native": { "nobody named": 2 } })),
        (&[&run, &debts], json!({ "native": { "#7": 1, "nobody named": 1 } })),
    ] {
        record(reports).succeeds();
        let shown = sandbox.sync(&["scoreboard", "show", "--format", "json"]).succeeds().out;
        let shown: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(shown["rows"][0]["expected"], wanted);
    }
}

#[test]
fn a_row_that_could_not_be_read_again_is_not_written() {
    const MOST: usize = 64 << 20;
    let sandbox = Sandbox::of(&mini());
    let line = row("2026-02-12", 9);
    let begins = format!("{},\"offenders\":[\"", line.trim_end().strip_suffix('}').unwrap());
    let text = format!("{begins}{}\"]}}\n", "x".repeat(MOST - 100 - begins.len()));
    sandbox.write(HISTORY, &text);
    sandbox.sync(&["scoreboard", "badge"]).succeeds();
    let ended = sandbox.sync(&["scoreboard", "record", "--date", "2026-02-19"]);
    assert!(ended.code == 2 && ended.err.contains("and more than 67108864 are not read"), "{}", ended.err);
    assert!(sandbox.read(HISTORY) == text, "the history is another one");
}
