//! What becomes of some 900 sentences: `sentences.txt` has each in a line, below it what is wrong in it, if anything, and behind an arrow
//! what `docs sync` makes of it, if it writes there.

use std::fmt::Write as _;

use super::{synced, wrong};

/// What stands above each that begins with no heading of its own.
const TITLE: &str = "# Library\n\n";

#[test]
fn each_sentence_is_told_and_written_as_listed() {
    let listed = include_str!("sentences.txt");
    let mut rows: Vec<(&str, String)> = Vec::new();
    for line in listed.lines() {
        match (line.strip_prefix("    "), rows.last_mut()) {
            (Some(_), Some((_, told))) => _ = writeln!(told, "{line}"),
            _ => rows.push((line, String::new())),
        }
    }
    let is_other = |(sentence, told): &&(&str, String)| *told != outcome(sentence);
    let others: Vec<String> = rows.iter().filter(is_other).map(|(it, _)| format!("{it}\n{}", outcome(it))).collect();
    assert!(
        rows.len() > 800 && others.is_empty(),
        "{} of {} are read otherwise:\n{}",
        others.len(),
        rows.len(),
        others.concat()
    );
}

fn outcome(sentence: &str) -> String {
    let text = sentence.replace("\\n", "\n");
    let title = if text.starts_with('#') { "" } else { TITLE };
    let text = format!("{title}{text}");
    let (told, new) = (wrong(&text).join("; "), synced(&text));
    let mut res = String::new();
    if !told.is_empty() {
        _ = writeln!(res, "    {told}");
    }
    if new != text {
        _ = writeln!(res, "    -> {}", new[title.len()..].replace('\n', "\\n"));
    }
    res
}
