//! The handbook's scoreboard as its readers see it: however an old row is rewritten in the document's text, `scoreboard check` tells it, and
//! what only looks otherwise in that text is no change.

use serde_json::{Value, json};

use crate::{
    scoreboard::{OPERATIONS, commit, record, repository},
    support::{Sandbox, run::Ended},
};

const DAYS: [&str; 3] = ["2026-02-12", "2026-02-19", "2026-02-26"];

/// A repository with three rows, the commit `base`, and the text of its table.
fn with_rows() -> (Sandbox, String) {
    let sandbox = repository();
    for day in DAYS {
        record(&sandbox, day, &[]);
    }
    commit(&sandbox, "rows");
    let text = sandbox.read(OPERATIONS);
    let table: Vec<&str> = text.lines().filter(|it| it.starts_with('|')).collect();
    (sandbox, table.join("\n"))
}

fn check(sandbox: &Sandbox) -> (Ended, Value) {
    let ended = sandbox.sync(&["scoreboard", "check", "--base", "main", "--format", "json", "--now", "2026-03-10"]);
    let found = serde_json::from_str(&ended.out).unwrap_or_default();
    (ended, found)
}

#[test]
fn however_an_old_row_is_rewritten_it_is_told() {
    let (sandbox, table) = with_rows();
    let document = sandbox.read(OPERATIONS);
    let lines: Vec<&str> = table.lines().collect();
    let worse = table.replace(lines[3], &lines[3].replacen("| 1 |", "| 9999 |", 1));
    let without = table.replace(&format!("{}\n", lines[3]), "");
    let (rest, second) = (&lines[0][6..], &lines[3][12..]);
    assert!(worse != table && without != table && rest.starts_with(" | "), "{rest}");
    let other_head = |head: &str| worse.replacen("| Date", head, 1);
    let escaped = worse.replacen("intrinsic-backed", "intrinsic\\-backed", 1);
    let indented: String = lines.iter().map(|it| format!("    {it}\n")).collect();
    let html = |row: &str| {
        let cells = row.trim_matches('|').split('|').map(|it| format!("<td>{}</td>", it.trim()));
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let rows = |all: &[&str]| all.iter().map(|it| html(it)).collect::<String>();
    let worse_lines: Vec<&str> = worse.lines().filter(|it| !it.starts_with("| ---")).collect();
    let more = |row: String| table.replacen(lines[2], &format!("{}\n{row}", lines[2]), 1);
    let late = |day: &str| more(format!("| {day} {}", second.replacen("| 1 |", "| 9999 |", 1)));
    for (what, text) in [
        ("plain", worse.clone()),
        ("a row goes", without),
        ("an escape in the head, the old one in a footnote", format!("[^old]: before\n{indented}\n{escaped}")),
        ("an escape, the old one folded", format!("<details>\n\n{table}\n\n</details>\n\n{escaped}")),
        ("an escape alone", escaped.clone()),
        ("bold head", other_head("| **Date**")),
        ("a head with an entity", other_head("| Dat&#101;")),
        ("another first column", other_head("| Day")),
        ("small letters", worse.replacen(lines[0], &lines[0].to_lowercase(), 1)),
        ("no first bar in the head", other_head("Date")),
        (
            "another rule, and the old one is no table",
            format!("{}\n\n{}", table.replacen(lines[1], "|---|", 1), other_head("| Day")),
        ),
        ("the old one is no table", table.replacen(lines[1], "|---|", 1)),
        ("only folded", format!("<details>\n<summary>Scoreboard</summary>\n\n{table}\n\n</details>")),
        ("only in an element that is hidden", format!("<div hidden>\n\n{table}\n\n</div>")),
        ("only in a template", format!("<template>\n\n{table}\n\n</template>")),
        ("only in a footnote", format!("[^old]:\n{indented}")),
        ("only in code", format!("```\n{table}\n```")),
        (
            "as HTML, the old one folded",
            format!("<details>\n\n{table}\n\n</details>\n\n<table>\n{}</table>", rows(&worse_lines)),
        ),
        ("as HTML beside it", format!("{table}\n\n<table>\n{}</table>", rows(&worse_lines))),
        ("in a hidden element beside it", format!("{table}\n\n<div class=\"hidden\">\n\n{worse}\n\n</div>")),
        (
            "titles that nobody knows, with the days",
            format!("{table}\n\n{}", worse.replacen(lines[0], &"| x ".repeat(10), 1)),
        ),
        ("a day of an old week", late("2026-02-18")),
        ("without its first bar", late("2026-02-18").replacen("\n| 2026-02-18", "\n2026-02-18", 1)),
        ("an entity in the day", late("2026&#45;02-18")),
        ("the day in bold", late("**2026-02-18**")),
        ("the day as a link", late("[2026-02-18](x)")),
        ("the day in words", late("18 February 2026")),
        ("a list and a quote", format!("{table}\n\n- > {}", worse.replace('\n', "\n  > "))),
    ] {
        sandbox.write(OPERATIONS, document.replacen(&table, &text, 1));
        let (ended, found) = check(&sandbox);
        let days = found["table"].as_array().map_or(0, Vec::len);
        assert!(ended.code == 1 && days > 0, "{what}: {} {}{}", ended.code, ended.out, ended.err);
    }
    // and what has no day that can be read
    for (what, day) in [
        ("a day with words", "2026-02-18 (corrected)"),
        ("struck out", "~~2026-02-18~~"),
        ("no day", ""),
        ("a picture", "![2026-02-18](https://example.org/2026-02-18.svg)"),
        ("a week", "W8"),
        ("hidden digits", "2026-02-1<span hidden>8</span>8"),
        ("no such day", "2026-02-31"),
    ] {
        sandbox.write(OPERATIONS, document.replacen(&table, &late(day), 1));
        let (ended, found) = check(&sandbox);
        let undated = found["undated"].as_array().map_or(0, Vec::len);
        assert!(ended.code == 1 && undated == 1, "{what}: {} {}{}", ended.code, ended.out, ended.err);
    }
    sandbox.write(OPERATIONS, document.replacen(&table, &late("W8"), 1));
    let ended = sandbox.sync(&["scoreboard", "check", "--base", "main"]);
    assert!(ended.code == 1, "{}", ended.out);
    ended.says("came or went that has no day that can be read: `W8`");
}

#[test]
fn what_readers_see_as_before_is_no_change() {
    let (sandbox, table) = with_rows();
    let document = sandbox.read(OPERATIONS);
    let lines: Vec<&str> = table.lines().collect();
    let new = lines[4].replace(DAYS[2], "2026-03-05");
    for (what, text) in [
        ("an escape", table.replacen("intrinsic-backed", "intrinsic\\-backed", 1)),
        ("emphasis, blanks and code", table.replacen("| 2026-02-12 | 1 |", "|  **2026-02-12**|`1`|", 1)),
        ("without outer bars", table.replacen("| 2026-02-12", "2026-02-12", 1)),
        ("a row more", format!("{table}\n{new}")),
        ("another row of the last week", table.replace(DAYS[2], "2026-02-27")),
        ("a copy of it", format!("{table}\n\nAgain:\n\n{table}")),
        ("another table with days", format!("{table}\n\n| Date | what |\n|---|---|\n| {} | broken |", DAYS[0])),
        ("words behind it", format!("{table}\nRules")),
        ("a quote of it", format!("> {}", table.replace('\n', "\n> "))),
    ] {
        sandbox.write(OPERATIONS, document.replacen(&table, &text, 1));
        let (ended, found) = check(&sandbox);
        let lost = (&found["table"], &found["undated"]);
        assert!(
            ended.code == 0 && lost == (&json!([]), &json!([])),
            "{what}: {} {}{}",
            ended.code,
            ended.out,
            ended.err
        );
    }
}

#[test]
fn the_row_is_written_where_readers_see_the_scoreboard() {
    let (sandbox, table) = with_rows();
    let document = sandbox.read(OPERATIONS);
    let row = table.lines().last().unwrap().replace(DAYS[2], "2026-03-05");
    for (before, shown) in [
        (format!("<details>\n\n{table}\n\n</details>\n\n"), table.clone()),
        (format!("```\n{table}\n```\n\n"), table.replacen("| Date", "| **Date**", 1)),
        (String::new(), format!("> {}", table.replace('\n', "\n> "))),
        (String::new(), table.replacen("| 2026-02-26", "2026-02-26", 1)),
    ] {
        let text = format!("{before}{shown}");
        sandbox.write(OPERATIONS, document.replacen(&table, &text, 1));
        let lead = if shown.starts_with('>') { "> " } else { "" };
        commit(&sandbox, "another form");
        record(&sandbox, "2026-03-05", &[]);
        assert_eq!(sandbox.read(OPERATIONS), document.replacen(&table, &format!("{text}\n{lead}{row}"), 1));
        crate::changes::git(&sandbox, &["checkout", "-q", "HEAD~1", "--", "."]);
    }
}
