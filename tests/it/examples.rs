//! The examples of help: each is run in a workspace, for people and as JSON, so that every gate, fact, path and option in it is there,
//! and every command prints what its schema says. `examples.toml` has what they need, and why some are not run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde::Deserialize;

use crate::support::{
    book::{Shell, top},
    schema::{name_of, wrong_in},
};

/// What stands beside the examples.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beside {
    /// Commands that are about what releases have inside of their modules.
    of_releases: BTreeSet<String>,
    /// What has to be done before the examples of a command, by its words.
    before: BTreeMap<String, String>,
    /// Why an example cannot be run here, by its line.
    not_run: BTreeMap<String, String>,
    /// Why no example shows a document of a schema, by its name.
    not_shown: BTreeMap<String, String>,
}

fn beside() -> Beside {
    toml::from_str(&fs::read_to_string(top().join("tests/it/examples.toml")).unwrap()).unwrap()
}

/// Each command with its examples.
fn commands() -> Vec<(String, Vec<String>)> {
    let mut res: Vec<(String, Vec<String>)> = Vec::new();
    for line in fs::read_to_string(top().join("src/cli/examples.txt")).unwrap().lines() {
        match line.strip_prefix("  ") {
            None => res.push((line.trim_end_matches(':').to_owned(), Vec::new())),
            Some(it) => res.last_mut().unwrap().1.push(it.split("  # ").next().unwrap().to_owned()),
        }
    }
    res
}

/// What is wrong with the examples of a command, and the schemas of what they print.
fn wrong(
    [plain, of_releases]: [&Shell; 2],
    beside: &Beside,
    (command, lines): &(String, Vec<String>),
) -> (Vec<String>, BTreeSet<String>) {
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    let shell = if beside.of_releases.contains(command) { of_releases } else { plain };
    let begun = || {
        let res = shell.copy();
        for line in beside.before.get(command).into_iter().flat_map(|it| it.lines()) {
            let (printed, code) = res.run(line);
            assert!(code == 0, "before `{command}`: `{line}` ends with {code}:\n{printed}");
        }
        res
    };
    let lines: Vec<&String> = lines.iter().filter(|it| !beside.not_run.contains_key(*it)).collect();
    if lines.is_empty() {
        return (wrong, seen);
    }
    let (plain, json) = (begun(), begun());
    for line in lines {
        // done, the answer no, or for a person to decide: whatever it names is there
        let (printed, code) = plain.run(line);
        if ![0, 1, 3].contains(&code) {
            wrong.push(format!("`{line}` ends with {code}:\n{printed}"));
        }
        if line.contains("--format") || line.contains(" > ") {
            continue;
        }
        let (printed, _) = json.run(&format!("{line} --format json 2> /dev/null"));
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        wrong.extend(wrong_in(&words, &printed).into_iter().map(|it| format!("`{line} --format json`: {it}")));
        match serde_json::from_str::<serde_json::Value>(&printed) {
            Ok(value) if value.get("error").is_some() => drop(seen.insert("error".to_owned())),
            Ok(_) => drop(seen.insert(name_of(&words))),
            Err(error) => wrong.push(format!("`{line} --format json` prints no JSON document: {error}\n{printed}")),
        }
    }
    (wrong, seen)
}

#[test]
fn the_examples_of_help_can_be_run_and_print_what_their_schemas_say() {
    let (plain, of_releases, beside, commands) = (Shell::new(), Shell::with_releases(), beside(), commands());
    let all: BTreeSet<&str> = commands.iter().flat_map(|it| &it.1).map(String::as_str).collect();
    let gone: Vec<&String> = beside.not_run.keys().filter(|it| !all.contains(it.as_str())).collect();
    assert!(gone.is_empty(), "there is no such example any more: {gone:?}");
    let next = std::sync::Mutex::new(commands.iter());
    let work = || {
        let mut res = Vec::new();
        // the lock is not held while one is run
        while let Some(it) = { next.lock().unwrap().next() } {
            res.push(wrong([&plain, &of_releases], &beside, it));
        }
        res
    };
    let found: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        runs.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    let lines: Vec<&String> = found.iter().flat_map(|it| &it.0).collect();
    assert!(lines.is_empty(), "\n{}", lines.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("\n"));
    let seen: BTreeSet<&str> = found.iter().flat_map(|it| &it.1).map(String::as_str).collect();
    let is_told = |it: &str| seen.contains(it) || beside.not_shown.contains_key(it);
    let names = molt_sync::report::schemas::names().map(|it| it.0);
    let unseen: Vec<&str> = names.filter(|it| !is_told(it)).collect();
    assert!(unseen.is_empty(), "no example prints what these schemas are of: {unseen:?}");
}
