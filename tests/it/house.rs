//! The house: who may use whom, and the size and the tidiness of files.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// `(module, modules that it may use)`, in the order of the pipeline; the table of ARCHITECTURE.md.
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("release", &["base"]),
    ("watch", &["base", "release"]),
    ("archive", &["base"]),
    ("python", &["base"]),
    ("stdlib", &["base", "archive", "python"]),
    ("stubs", &["base", "stdlib", "python"]),
    ("audit", &["base", "python", "stdlib", "stubs"]),
    ("gates", &["base", "python", "stdlib", "stubs", "audit"]),
    ("clusters", &["base", "stdlib", "audit"]),
    ("acceptance", &["base", "python", "audit", "gates", "clusters"]),
    ("scoreboard", &["base", "stdlib", "audit", "gates"]),
    ("docs", &["base", "python", "stdlib", "audit", "gates", "clusters", "scoreboard"]),
    ("refresh", &["base", "python", "stdlib"]),
    ("differential", &["base"]),
    ("impact", &["base", "python", "stdlib", "audit"]),
    ("changeset", &["base"]),
    (
        "report",
        &[
            "base",
            "python",
            "release",
            "archive",
            "stdlib",
            "stubs",
            "audit",
            "gates",
            "clusters",
            "acceptance",
            "scoreboard",
            "docs",
            "differential",
            "impact",
            "changeset",
        ],
    ),
    ("config", &["base", "audit", "gates", "acceptance", "docs", "differential"]),
    (
        "workspace",
        &["base", "release", "stdlib", "stubs", "audit", "scoreboard", "docs", "refresh", "differential", "config"],
    ),
    ("host", &["base", "archive", "release", "differential", "changeset"]),
    (
        "command",
        &[
            "base",
            "release",
            "watch",
            "archive",
            "python",
            "stdlib",
            "stubs",
            "audit",
            "gates",
            "clusters",
            "acceptance",
            "scoreboard",
            "docs",
            "refresh",
            "differential",
            "impact",
            "changeset",
            "report",
            "config",
            "workspace",
            "host",
        ],
    ),
    ("cli", &["base", "command", "host"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut res = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            res.extend(rust_files(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            res.push(path);
        }
    }
    res.sort();
    res
}

/// The code of a file without its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split("\n#[cfg(test)]\nmod tests").next().unwrap().to_owned()
}

/// Every module that a file names after `crate::`, also inside braces: `use crate::{base::X, stdlib}`.
fn uses(text: &str) -> Vec<String> {
    let word =
        |it: &str| it.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect::<String>();
    let mut res = Vec::new();
    for part in text.split("crate::").skip(1) {
        let Some(inside) = part.strip_prefix('{') else {
            res.push(word(part));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (at, it) in inside.char_indices() {
            match it {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    res.push(word(&inside[start..at]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    res.push(word(&inside[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
    }
    res.retain(|it| !it.is_empty());
    res
}

#[test]
fn every_module_uses_only_what_it_may() {
    let mut wrong = Vec::new();
    for (module, may_use) in MAY_USE {
        let files = rust_files(&root().join("src").join(module));
        assert!(!files.is_empty(), "there is no src/{module}");
        for file in files {
            for used in uses(&code(&file)) {
                let known = MAY_USE.iter().any(|(it, _)| *it == used);
                if known && used != *module && !may_use.contains(&used.as_str()) {
                    wrong.push(format!("{}: `{module}` uses `{used}`", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for line in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        assert!(MAY_USE.iter().any(|(it, _)| *it == line.trim_end_matches(';')), "{line} is not in the table");
    }
}

#[test]
fn the_table_is_the_one_that_is_written_down() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (module, may_use) in MAY_USE {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{module}` |")));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{module}`"));
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let expected = if may_use.is_empty() { "–".to_owned() } else { may_use.join(", ") };
        assert_eq!(cell, expected, "{module}");
    }
}

#[test]
fn files_that_are_named_are_there() {
    let pages = fs::read_dir(root().join("docs/src/design")).unwrap().map(|it| it.unwrap().path());
    let named = ["ARCHITECTURE.md", "CONTRIBUTING.md"].map(|it| root().join(it)).into_iter().chain(pages);
    for page in named {
        let text = fs::read_to_string(&page).unwrap();
        let ours =
            |it: &&str| ["src/", "tests/", "docs/", "docs-templates/", "fuzz/"].iter().any(|at| it.starts_with(at));
        for path in text.split('`').skip(1).step_by(2).filter(ours) {
            assert!(root().join(path).exists(), "{}: there is no {path}", page.display());
        }
    }
}

/// Whether there is a test of that path: `house::x` below `tests/it/`, `docs::code::tests::x` beside what it tests.
fn has_test(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once("::") else { return false };
    let (folder, module) = match module.strip_suffix("::tests") {
        Some(module) => ("src", module),
        None => ("tests/it", module),
    };
    let file = root().join(folder).join(module.replace("::", "/")).with_extension("rs");
    // a module in a folder of its own is no file beside it, and such a test is not there
    fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("fn {name}()")))
}

#[test]
fn tests_that_a_recipe_names_are_there() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|it| it.contains("::")).collect();
    let gone: Vec<&&str> = named.iter().filter(|it| !has_test(it)).collect();
    assert!(named.len() > 9 && gone.is_empty(), "there are no such tests: {gone:?}");
    assert!(!has_test("house::nothing") && !has_test("docs::code::tests::nothing"));
}

/// Whether a file of a folder's own has nothing but documentation, modules and re-exports.
fn is_list_of_modules(text: &str) -> bool {
    let mut is_in_list = false;
    text.lines().all(|line| {
        let of_list = is_in_list;
        let item = match line.strip_prefix("pub(") {
            Some(rest) => rest.split_once(") ").map_or(rest, |it| it.1),
            None => line.strip_prefix("pub ").unwrap_or(line),
        };
        let is_use = item.starts_with("use ");
        is_in_list = (of_list || is_use) && !line.ends_with(';');
        let is_module = item.starts_with("mod ") && item.ends_with(';');
        of_list
            || is_use
            || is_module
            || line.is_empty()
            || line.starts_with("//")
            || line.starts_with("#[")
            || line.starts_with("#![")
    })
}

#[test]
fn the_file_of_a_folder_holds_documentation_and_re_exports_alone() {
    let files = rust_files(&root().join("src"));
    let of_folders = files.iter().filter(|it| it.ends_with("mod.rs") && !is_test(it));
    let wrong: Vec<_> =
        of_folders.filter(|it| !is_list_of_modules(&fs::read_to_string(it).unwrap())).map(|it| it.display()).collect();
    assert!(wrong.is_empty(), "items in {wrong:#?}");
    for text in ["//! X.\n\nmod a;\n\npub(super) use a::{\n    B,\n    C,\n};\n", "#[cfg(test)]\nmod tests;\n"] {
        assert!(is_list_of_modules(text), "{text}");
    }
    for text in ["use a::B;\nconst C: u8 = 1;\n", "mod a {\n    use b;\n}\n", "pub(crate) fn a() {}\n", "impl A {}\n"] {
        assert!(!is_list_of_modules(text), "{text}");
    }
}

/// Whether a file is part of a folder of tests.
fn is_test(file: &Path) -> bool {
    file.components().any(|it| it.as_os_str() == "tests")
}

#[test]
fn files_are_small_and_tidy() {
    let mut sizes = Vec::new();
    for file in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.display();
        assert!(text.starts_with("//! "), "{name} does not begin with its purpose");
        let code = code(&file);
        for word in ["todo!(", "unimplemented!(", "dbg!(", ".unwrap()", ".expect("] {
            let used = code.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            assert!(!used || is_test(&file), "{name} has {word}");
        }
        let lines = code.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//")).count();
        assert!(lines <= 400, "{name} has {lines} lines of code");
        if !is_test(&file) {
            sizes.push(lines);
        }
    }
    sizes.sort_unstable();
    assert!(sizes[sizes.len() / 2] <= 150, "the median file has {} lines of code", sizes[sizes.len() / 2]);
}

/// The type that a line defines. A `type` that is indented is one that a trait asks for.
fn type_defined(line: &str) -> Option<&str> {
    let item = line.trim_start();
    let item = match item.strip_prefix("pub(") {
        Some(rest) => rest.split_once(") ")?.1,
        None => item.strip_prefix("pub ").unwrap_or(item),
    };
    let (keyword, rest) = item.split_once(' ')?;
    let defines = match keyword {
        "struct" | "enum" | "union" | "trait" => true,
        "type" => !line.starts_with(' '),
        _ => false,
    };
    let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
    Some(&rest[..end]).filter(|it| defines && it.starts_with(char::is_uppercase))
}

#[test]
fn every_type_has_a_name_of_its_own() {
    let mut places = BTreeMap::<String, Vec<String>>::new();
    for file in rust_files(&root().join("src")) {
        if is_test(&file) {
            continue;
        }
        for line in code(&file).lines() {
            if let Some(name) = type_defined(line) {
                places.entry(name.to_owned()).or_default().push(file.display().to_string());
            }
        }
    }
    assert!(places.contains_key("Version"), "no types are found");
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "one name, one type: {places:#?}");
}

#[test]
fn only_the_host_touches_the_outside() {
    for file in rust_files(&root().join("src")) {
        let path = file.strip_prefix(root().join("src")).unwrap();
        if path.starts_with("host") {
            continue;
        }
        let code = code(&file);
        for word in [
            "std::fs::",
            "std::env::var",
            "std::process::Command",
            "SystemTime::now",
            "Instant::now",
            "reqwest::",
            "println!",
            "eprintln!",
        ] {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

/// A plan is made of a tree in memory as of one on disk: what it knows of the world comes as a value.
#[test]
fn a_plan_touches_nothing() {
    let files = rust_files(&root().join("src/command/plan"));
    assert!(files.len() > 10, "{files:?}");
    for file in files.into_iter().chain(rust_files(&root().join("src/refresh"))) {
        for word in ["host", "state.root", "state.cache", "Disk"] {
            let is_word = |at: usize, end: usize, text: &str| {
                let is_part = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
                !is_part(text[..at].chars().next_back()) && !is_part(text[end..].chars().next())
            };
            let code = code(&file);
            let lines = code.lines().filter(|it| !it.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let used = lines.match_indices(word).any(|(at, _)| is_word(at, at + word.len(), &lines));
            assert!(!used, "{} uses {word}", file.display());
        }
    }
}

/// What reads files, git or the network, by the usual names of its values.
const READERS: [&str; 10] = ["files", "disk", "base", "place", "staged", "cache", "git", "host", "mirror", "writer"];

#[test]
fn a_failure_to_read_is_dropped_for_a_reason_that_stands_above_it() {
    let names = READERS.join("|");
    let call = format!(
        r"\b(?:{names})(?:\(\))?(?:\.|::)\w+\((?:[^()]|\([^()]*\))*\)\s*\.(?:ok\(\)|unwrap_or_default\(\)|unwrap_or\((?:false|true)\)|is_ok_and\(|is_ok\(\))"
    );
    let call = regex::Regex::new(&call).unwrap();
    // neither paths nor what may be missing
    let is_no_reading = |found: &str| found.contains("strip_prefix") || found.contains("as_deref");
    let mut bare = Vec::new();
    for file in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for found in call.find_iter(code).filter(|it| !is_no_reading(it.as_str())) {
            let above: Vec<&str> = code[..found.start()].lines().rev().skip(1).take(2).map(str::trim_start).collect();
            if !above.iter().any(|it| it.starts_with("//")) {
                bare.push(format!("{}: {}", file.display(), found.as_str()));
            }
        }
    }
    assert!(bare.is_empty(), "a failure is no absence; say above it why it may be dropped:\n{}", bare.join("\n"));
}

#[test]
fn every_pattern_that_is_switched_off_where_it_is_wrong_is_right() {
    let literal = regex::Regex::new(r#"Regex::new\(\s*r"([^"]*)",?\s*\)\s*\.ok\(\)"#).unwrap();
    let mut seen = 0;
    for file in rust_files(&root().join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        for found in literal.captures_iter(&text) {
            let pattern = regex::Regex::new(&found[1]);
            assert!(pattern.is_ok(), "{}: {pattern:?}", file.display());
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn tests_neither_sleep_nor_hide() {
    for file in rust_files(&root().join("tests")).into_iter().chain(rust_files(&root().join("src"))) {
        let text = fs::read_to_string(&file).unwrap();
        let is_this = file.ends_with("house.rs");
        assert!(is_this || !text.contains("#[ignore"), "{} ignores a test", file.display());
        assert!(is_this || text.contains("fn backoff") || !text.contains("thread::sleep"), "{} sleeps", file.display());
    }
}

/// Words for which plain English or the field has a better one. The list grows, and what is found is reworded.
const UNUSUAL: [&str; 6] = ["somebody", "anew", "whoever", "whosoever", "thereof", "therein"];

/// The same of two words, with what may stand before and behind them.
const PHRASES: [(&str, &[&str], &[&str]); 2] =
    [("is no", &["there", "answer"], &["longer"]), ("held against", &[], &[])];

/// The phrases of a text that are not as they may be.
fn phrases(text: &str) -> Vec<&'static str> {
    let words: Vec<&str> =
        text.split_whitespace().map(|it| it.trim_matches(|it: char| !it.is_alphanumeric())).collect();
    let mut res = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let before = at.checked_sub(1).map_or("", |it| words[it]).to_lowercase();
        let behind = words.get(at + 2).copied().unwrap_or_default();
        let is_bad = |it: &&(&str, &[&str], &[&str])| {
            it.0 == pair.join(" ") && !it.1.contains(&before.as_str()) && !it.2.contains(&behind)
        };
        res.extend(PHRASES.iter().filter(is_bad).map(|it| it.0));
    }
    res
}

#[test]
fn what_is_said_is_in_plain_words() {
    assert_eq!(
        phrases("There is no file. It is no longer so, it is no file, and is held against it."),
        ["is no", "held against"]
    );
    let mut found = Vec::new();
    let mut look = |file: &Path, text: &str| {
        let words = text.split(|it: char| !it.is_alphanumeric() && it != '-').filter(|it| UNUSUAL.contains(it));
        found.extend(words.chain(phrases(text)).map(|it| format!("{}: {it}", file.display())));
    };
    for file in rust_files(&root().join("src")) {
        if file.components().any(|it| it.as_os_str() == "tests") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().map(str::trim_start).filter(|it| !it.starts_with("//")) {
            line.split('"').skip(1).step_by(2).for_each(|said| look(&file, said));
        }
    }
    let help = fs::read_dir(root().join("tests/it/pinned/help")).unwrap().map(|it| it.unwrap().path());
    for file in help.chain([root().join("README.md")]) {
        look(&file, &fs::read_to_string(&file).unwrap());
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
