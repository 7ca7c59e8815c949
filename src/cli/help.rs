//! What help shows: the commands in groups, the global options and the exit codes on the main page alone, and examples behind every
//! command's own page.

use std::ffi::OsString;

use clap::{Command, builder::StyledStr};

use super::{examples::examples, usage::named};
use crate::host::Terminal;

/// The commands of the main page, by what they are for.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Start", &["demo", "init", "doctor", "config", "schema", "completions", "man"]),
    ("Keep in step", &["refresh", "watch", "apply", "undo", "recover"]),
    ("Judge the tree", &["gates", "ratchet", "stubs", "scoreboard", "accept", "differential"]),
    ("Documents", &["docs"]),
    ("Facts and plans", &["baseline", "api", "impact", "surface", "plan", "landed"]),
    ("Trust", &["trust", "verify", "audit-upstream"]),
];

/// What the exit codes mean, in the order of their numbers.
pub(super) const EXIT_CODES: [&str; 7] = [
    "Done, or nothing to do",
    "The answer is no: a gate, a check or a test fails, or a release waits",
    "It could not run: usage, settings, or an input that is missing or cannot be read",
    "A person has to decide",
    "Something could not be verified",
    "The network or the disk failed",
    "The workspace changed underneath the run",
];

const OTHER_OPTIONS: &str = "Options of every command, such as --root, --color and --offline: `molt-sync --help`";

/// The commands in the order of the main page, with what is on no list behind them.
pub(super) fn in_order(root: Command) -> Command {
    let listed = GROUPS.iter().flat_map(|(_, names)| *names).enumerate();
    let root = root.mut_subcommands(|it| it.display_order(usize::MAX));
    listed.fold(root, |root, (at, name)| root.mut_subcommand(name, |it| it.display_order(at)))
}

/// How wide a line is at most.
const WIDTH: usize = 100;

/// The page that words ask for.
pub(super) fn asked(words: &[OsString], root: &mut Command) -> StyledStr {
    root.build();
    let is_about = words.iter().position(|it| it == "help");
    let is_long = is_about.is_some() || words.iter().any(|it| it == "--help");
    let rest: Vec<OsString> =
        words.iter().enumerate().filter(|(at, _)| Some(*at) != is_about).map(|it| it.1.clone()).collect();
    page(named(root, &rest), root, is_long)
}

/// The page of one command of a root that was built.
pub(super) fn page(command: &Command, root: &Command, is_long: bool) -> StyledStr {
    let mut command =
        if command.get_name() == root.get_name() { main_page(root.clone()) } else { own_page(command.clone()) };
    if is_long { command.render_long_help() } else { command.render_help() }
}

/// Prints a page as the terminal wants it.
pub(super) fn print(page: &StyledStr, terminal: &Terminal) {
    let text = if terminal.colors_results() { page.ansi().to_string() } else { page.to_string() };
    // a stream that is closed leaves nobody to tell
    drop(terminal.result(&text));
}

/// A command line in as many lines as a narrow terminal needs, which a shell reads as one.
fn in_lines(line: &str) -> String {
    // beside the two blanks before it, and the sign of a line that goes on
    const WIDEST: usize = 75;
    let (mut res, mut width) = (String::new(), 0);
    for word in line.split(' ') {
        if width > 0 && width + 1 + word.len() > WIDEST {
            res += " \\\n      ";
            width = 4;
        } else if width > 0 {
            res.push(' ');
            width += 1;
        }
        res += word;
        width += word.len();
    }
    res
}

fn own_page(command: Command) -> Command {
    let name = command.get_bin_name().unwrap_or_default().trim_start_matches("molt-sync ").to_owned();
    let more = command.get_after_long_help().map(|it| format!("{}\n\n", it.ansi())).unwrap_or_default();
    let header = *command.get_styles().get_header();
    let all = examples(&name).into_iter().map(|(line, what)| format!("  # {what}\n  {}\n", in_lines(line)));
    let all: Vec<String> = all.collect();
    let shown = match all.len() {
        0 => String::new(),
        _ => format!("{header}Examples:{header:#}\n{}\n", all.join("\n")),
    };
    command
        .mut_args(|it| if it.is_global_set() { it.hide(true) } else { it })
        .after_help(OTHER_OPTIONS)
        .after_long_help(StyledStr::from(format!("{more}{shown}{OTHER_OPTIONS}")))
}

fn main_page(root: Command) -> Command {
    let header = *root.get_styles().get_header();
    let literal = *root.get_styles().get_literal();
    let known: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
    let others: Vec<&str> = root.get_subcommands().map(Command::get_name).filter(|it| !known.contains(it)).collect();
    let mut groups = String::new();
    for (title, names) in GROUPS.iter().map(|(title, names)| (*title, *names)).chain([("Others", others.as_slice())]) {
        groups += &format!("{header}{title}:{header:#}\n");
        for it in names.iter().filter_map(|name| root.find_subcommand(name)) {
            let about = it.get_about().map(ToString::to_string).unwrap_or_default();
            let name = format!("{:<16}", it.get_name());
            groups +=
                &format!("  {literal}{name}{literal:#}{}\n", wrapped(&about, WIDTH - 18).join(&format!("\n{:18}", "")));
        }
        groups.push('\n');
    }
    let header = root.get_styles().get_header();
    let codes: Vec<String> = EXIT_CODES.iter().enumerate().map(|(code, what)| format!("\n  {code}  {what}")).collect();
    let codes = format!("{header}Exit codes:{header:#}{}", codes.concat());
    let first =
        format!("{groups}`molt-sync` alone shows where the workspace stands; `molt-sync COMMAND --help` has examples");
    let names: Vec<String> = root.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    names
        .iter()
        .fold(root, |root, name| root.mut_subcommand(name, |it| it.hide(true)))
        .override_usage("molt-sync [OPTIONS] [COMMAND]")
        .help_template("{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}")
        .before_help(StyledStr::from(first))
        .after_help("")
        .after_long_help(StyledStr::from(codes))
}

/// A text in lines of at most so many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut res = vec![String::new()];
    for word in text.split(' ') {
        let line = res.last_mut().filter(|it| it.is_empty() || it.chars().count() + 1 + word.chars().count() <= width);
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => res.push(word.to_owned()),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::super::formats;
    use super::*;

    /// Every command that does something, by the words that call it.
    fn leaves(command: &Command, path: &str, res: &mut Vec<String>) {
        let below: Vec<&Command> = command.get_subcommands().filter(|it| it.get_name() != "help").collect();
        if below.is_empty() || command.get_name() == "gates" {
            res.push(path.trim().to_owned());
        }
        for it in below {
            leaves(it, &format!("{path} {}", it.get_name()), res);
        }
    }

    #[test]
    fn every_command_has_examples_that_it_understands() {
        let (root, mut all) = (formats::command(), Vec::new());
        leaves(&root, "", &mut all);
        for name in all {
            let examples = examples(&name);
            assert!(!examples.is_empty(), "`{name}` has no example");
            for (line, _) in examples {
                let words = line.split(" > ").next().unwrap().split_whitespace().map(|it| it.trim_matches('\''));
                let words: Vec<&str> = words.collect();
                assert!(line.starts_with(&format!("molt-sync {name}")), "{line} is no example of {name}");
                if let Err(error) = formats::command().try_get_matches_from(words) {
                    panic!("{line}: {error}");
                }
            }
        }
    }

    #[test]
    fn every_command_is_in_a_group() {
        let (root, known) = (formats::command(), GROUPS.iter().flat_map(|(_, names)| *names).collect::<Vec<_>>());
        for name in root.get_subcommands().map(Command::get_name).filter(|it| *it != "help") {
            assert!(known.contains(&&name), "`{name}` needs a place in `GROUPS`");
        }
        assert!(known.iter().all(|name| root.find_subcommand(name).is_some()));
    }

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrapped("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrapped("abcdefg h", 3), ["abcdefg", "h"]);
    }
}
