//! The README and the book: everything that they show is run, every link leads somewhere, and the picture is of a real run.

use std::{fs, path::Path};

use anstyle_svg::Term;

use crate::support::{
    Sandbox,
    book::{Page, Shell, fits, is_pinned, page, pages_in, steps, top},
};

/// What there is to read for users.
fn pages() -> Vec<Page> {
    let mut res = vec![page("README.md")];
    res.extend(pages_in("docs/src"));
    res
}

/// What a line of a `sh` block ends with, `# exits with 3`; 0 where it does not say so.
fn code_of(line: &str) -> i32 {
    line.split_once("# exits with ").map_or(0, |(_, it)| it[..1].parse().unwrap())
}

/// A line that cannot be run here has options that there are, if it is a line of ours.
fn is_spelt(line: &str) -> bool {
    let words: Vec<&str> = line.split(" #").next().unwrap().split_whitespace().collect();
    let Some(("molt-sync", arguments)) = words.split_first().map(|(first, rest)| (*first, rest)) else { return true };
    let help: Vec<&str> = arguments.iter().copied().chain(["--help"]).collect();
    Sandbox::empty().run(&help).code == 0
}

/// What is wrong with the blocks of a page, each by its line, in a shell like this one.
fn wrong(page: &Page, like: &Shell) -> Vec<String> {
    let mut res = Vec::new();
    let blocks = page.blocks();
    let is_run = |language: &str| ["console", "sh"].contains(&language);
    let shell = blocks.iter().any(|it| is_run(&it.language) && it.not_run.is_none()).then(|| like.copy());
    for block in &blocks {
        let place = format!("{}:{}", page.path, block.line);
        match (block.language.as_str(), &block.not_run, &shell) {
            ("console" | "sh", Some(_), _) => {
                let lines = block.text.lines().map(|it| it.trim_start_matches("$ "));
                res.extend(lines.filter(|it| !is_spelt(it)).map(|it| format!("{place}: `{it}` is not understood")));
            }
            ("console", None, Some(shell)) => {
                for step in steps(&block.text) {
                    let (printed, code) = shell.run(&step.command);
                    if code != step.code || !fits(&step.expected, &printed.lines().collect::<Vec<_>>()) {
                        res.push(format!("{place}: `{}` ends with {code}:\n{printed}", step.command));
                    }
                }
            }
            ("sh", None, Some(shell)) => {
                for line in block.text.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
                    let (printed, code) = shell.run(line);
                    if code != code_of(line) {
                        res.push(format!("{place}: `{line}` ends with {code}:\n{printed}"));
                    }
                }
            }
            ("toml", ..) if block.text.starts_with("[[bind]]") => {
                res.extend(molt_sync::docs::bindings(&block.text).err().map(|it| format!("{place}: {it}")));
            }
            ("toml", ..) => {
                let sandbox = Sandbox::empty();
                let file = sandbox.file("settings.toml", block.text.as_bytes());
                let ended = sandbox.run(&["--config", &file, "config", "show"]);
                res.extend((ended.code != 0).then(|| format!("{place}: {}", ended.err)));
            }
            // these run as they are, in CI
            ("", ..) if ["cargo run --release -- demo\n", "cargo test\n"].contains(&block.text.as_str()) => {}
            // what is no command and no setting of ours
            ("yaml" | "text" | "markdown", ..) => {}
            (other, ..) => res.push(format!("{place}: nobody looks at a block of `{other}`")),
        }
    }
    res
}

#[test]
fn what_is_shown_is_what_happens() {
    let (pages, shell) = (pages(), Shell::new());
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|it| scope.spawn(|| wrong(it, &shell))).collect();
        runs.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let count: usize = pages.iter().flat_map(Page::blocks).map(|it| steps_or_lines(&it.text, &it.language)).sum();
    assert!(count > 40, "{count} commands are shown");
}

fn steps_or_lines(text: &str, language: &str) -> usize {
    if language == "console" { steps(text).len() } else { usize::from(language == "sh") * text.lines().count() }
}

#[test]
fn an_example_that_is_not_true_is_found() {
    let shell = Shell::new();
    let page = |text: &str| wrong(&Page { path: "page.md".into(), text: text.into() }, &shell);
    let block = |text: &str| page(&format!("# A page\n\n```console\n{text}```\n"));
    assert_eq!(block("$ molt-sync ratchet show\nbudget 835, [..]: no room\n"), [""; 0]);
    for text in [
        "$ molt-sync ratchet show\nbudget 834, [..]\n",
        "$ molt-sync ratchet show\n",
        "$ molt-sync ratchet show\n...\nmore\n",
        "$ molt-sync gates explain ratchett\n...\n",
        "$ molt-sync gates\n? 1\n...\n",
    ] {
        assert_eq!(block(text).len(), 1, "{text}");
    }
    assert_eq!(page("```sh\nmolt-sync gates   # exits with 1\nmolt-sync undo --nope\n```\n").len(), 2);
    let not_run =
        "<!-- not run: it needs the network -->\n\n```sh\nmolt-sync watch --every 6h\nmolt-sync watch --evry 6h\n```\n";
    assert_eq!(page(not_run).len(), 1);
    assert_eq!(page("```toml\n[watch]\nbudgett = 7\n```\n").len(), 1);
    assert_eq!(page("```toml\n[[bind]]\ndoc = 7\n```\n").len(), 1);
    assert_eq!(page("```rust\nfn main() {}\n```\n").len(), 1);
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = pages();
    for path in ["ARCHITECTURE.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md", "examples/lanes/README.md"] {
        pages.push(page(path));
    }
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in &pages {
        let folder = Path::new(&page.path).parent().unwrap();
        for link in page.links().into_iter().filter(|it| !it.contains("://")) {
            count += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { page.path.clone() } else { joined(folder, file) };
            // mdBook publishes its own folder alone
            let is_left = page.path.starts_with("docs/src/") && !target.starts_with("docs/src/");
            let leads = top().join(&target).exists()
                && (anchor.is_empty() || self::page(&target).anchors().iter().any(|it| it == anchor));
            if is_left || !leads {
                wrong.push(format!("{}: {link}", page.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 50, "{count} links");
}

/// `folder/path` without its dots.
fn joined(folder: &Path, path: &str) -> String {
    let mut parts: Vec<&str> = folder.iter().map(|it| it.to_str().unwrap()).collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => assert!(parts.pop().is_some(), "{path} leads out of the repository"),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn the_summary_has_every_page_of_the_book_once() {
    let listed: Vec<String> = page("docs/src/SUMMARY.md").links().iter().map(|it| format!("docs/src/{it}")).collect();
    let mut sorted = listed.clone();
    sorted.sort();
    let there: Vec<String> = pages_in("docs/src").into_iter().map(|it| it.path).collect();
    assert_eq!(sorted, there.into_iter().filter(|it| it != "docs/src/SUMMARY.md").collect::<Vec<_>>());
    let book = fs::read_to_string(top().join("docs/book.toml")).unwrap();
    assert_eq!(toml::from_str::<toml::Table>(&book).unwrap()["book"]["src"].as_str(), Some("src"));
}

/// The longest line of the picture; the end of a longer one is left out.
const COLUMNS: usize = 110;

/// The lines of a list in it.
const LISTED: usize = 3;

#[test]
fn the_picture_is_of_a_real_run() {
    let shell = Shell::new();
    let mut screen = String::new();
    for line in [
        "molt-sync",
        "molt-sync refresh 3.14 --source bundled --sign-off you --reason 'new in 3.14'",
        "molt-sync gates",
        "molt-sync docs check",
    ] {
        let (printed, code) = shell.run(&line.replacen("molt-sync", "molt-sync --color always", 1));
        assert_eq!(code, 0, "{printed}");
        screen += &format!("\x1b[1;32m$\x1b[0m \x1b[1m{line}\x1b[0m\n");
        for it in shown(&printed.replace("--color always ", "")) {
            screen += &format!("{it}\n");
        }
        screen.push('\n');
    }
    let svg = Term::new().render_svg(screen.trim_end());
    assert!(is_pinned("docs/src/refresh.svg", &svg), "`just picture` makes it again");
}

/// What is printed, with dots for the middle of a list and for the end of a long line.
fn shown(printed: &str) -> Vec<String> {
    let mut res: Vec<String> = Vec::new();
    let mut listed = 0;
    for line in printed.lines() {
        listed = if line.starts_with("    ") && !line.starts_with("     ") { listed + 1 } else { 0 };
        if listed > LISTED {
            res.extend((listed == LISTED + 1).then(|| "    \u{2026}".to_owned()));
            continue;
        }
        let is_long = line.chars().count() > COLUMNS;
        res.push(if is_long { line.chars().take(COLUMNS - 1).chain(['\u{2026}']).collect() } else { line.into() });
    }
    res
}
