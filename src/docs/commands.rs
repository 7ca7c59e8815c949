//! Command lines in documents: what calls molt-sync must still be understood by it, and a script of the workspace that is
//! called must still be there. Nothing is run.

use std::{
    collections::{BTreeSet, HashMap},
    sync::atomic::{AtomicUsize, Ordering},
};

use globset::GlobSet;

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
    fact::Value,
    flow::{self, Flow},
    rules::{DocsRules, Document},
    title::Title,
};
use crate::base::RelPath;

/// Bytes of the longest command line that is judged.
const LONGEST: usize = 4000;
/// How much of a longer one is shown.
const SHOWN: usize = 200;
/// The most command lines of molt-sync, each counted once a document, that all documents may have together: a wrong one takes a tenth of
/// a millisecond.
const MOST: usize = 10_000;

/// How many command lines were judged in all documents.
#[derive(Default)]
pub(super) struct CommandBudget(AtomicUsize);

impl CommandBudget {
    /// Whether one more is judged.
    fn take(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) < MOST
    }

    /// Why none of them is judged, where there are too many.
    pub(super) fn exceeded(self) -> Option<String> {
        let is_exceeded = self.0.into_inner() > MOST;
        is_exceeded.then(|| {
            format!("the documents have more than {MOST} command lines of molt-sync, so no command line is judged")
        })
    }
}

/// The command lines of a document.
pub(super) fn claims(
    path: &RelPath,
    all: &[Flow],
    (rules, budget): (&DocsRules<'_>, &CommandBudget),
    is_manual: bool,
) -> Vec<Claim> {
    let mut res = Vec::new();
    let mut known = CheckedLines { budget, by_line: HashMap::new() };
    // what stands below a title of another time was right then
    for flow in all.iter().filter(|it| !it.is_ignored && !it.headings.iter().any(|it| is_of_the_past(it))) {
        // a diary names what there was
        let scripts = is_manual && super::tense::day(flow).is_none() && flow.kind != flow::BlockKind::Row;
        if let flow::BlockKind::Code(info) = &flow.kind {
            let all = lines(&flow.text);
            // a run that is shown with its error is no example
            let fails = |index: usize| all.get(index + 1).is_some_and(|it| it.1.starts_with("error:"));
            for (at, line) in all.iter().enumerate().filter(|(index, _)| !fails(*index)).map(|(_, it)| *it) {
                if let Some((from, line)) = command_in(info, line) {
                    res.extend(claim(path, flow, at + from, line, (rules, &mut known), scripts));
                }
            }
            continue;
        }
        // code spans stand between every other backtick
        let mut at = 0;
        for (index, part) in flow.text.split('`').enumerate() {
            let is_command = part.starts_with("molt-sync ") || part.starts_with("python");
            if index % 2 == 1 && is_command && !is_spoken_of(&flow.text, at, part) {
                res.extend(claim(path, flow, at, part, (rules, &mut known), scripts));
            }
            at += part.len() + 1;
        }
    }
    res
}

/// The command of a line of a block, and where it begins: the line of a shell, what stands behind a prompt, and what a workflow runs.
fn command_in<'t>(info: &str, line: &'t str) -> Option<(usize, &'t str)> {
    if is_shell(info) {
        return Some((0, line));
    }
    let bare = line.trim_start();
    let before = match info.trim() {
        "" => "$ ",
        "yaml" | "yml" => {
            if bare.starts_with("- ") {
                "- run: "
            } else {
                "run: "
            }
        }
        _ => return None,
    };
    let command = bare.strip_prefix(before).filter(|it| it.starts_with("molt-sync "))?;
    Some((line.len() - command.len(), command))
}

fn is_of_the_past(title: &Title) -> bool {
    title.is_history || ["history", "changelog"].iter().any(|it| title.text.trim().eq_ignore_ascii_case(it))
}

/// Words beside a command by which it is none that one is told to run.
const SPOKEN: [&str; 14] = [
    "gone",
    "removed",
    "renamed",
    "replaced",
    "dropped",
    "deprecated",
    "formerly",
    "former",
    "never",
    "not",
    "longer",
    "was",
    "were",
    "old",
];
/// So many words on either side are beside it, in so many bytes.
const BESIDE: (usize, usize) = (3, 60);

/// Whether the words beside a code span say of its command that it is no longer there, or must not be run.
fn is_spoken_of(text: &str, at: usize, span: &str) -> bool {
    let behind = at + span.len();
    let before = &text[text.ceil_char_boundary(at.saturating_sub(BESIDE.1))..at];
    let behind = &text[behind..text.floor_char_boundary(text.len().min(behind + BESIDE.1))];
    // the same sentence, without what stands in code
    let before = before.rsplit(". ").next().unwrap_or(before).rsplit('`').nth(1).unwrap_or_default();
    let behind = behind.split(". ").next().unwrap_or(behind).split('`').nth(1).unwrap_or_default();
    let is_it = |it: &&str| {
        SPOKEN.iter().any(|word| it.trim_matches(|it: char| !it.is_alphanumeric()).eq_ignore_ascii_case(word))
    };
    before.split_whitespace().rev().take(BESIDE.0).any(|it| is_it(&it))
        || behind.split_whitespace().take(BESIDE.0).any(|it| is_it(&it))
}

fn is_shell(info: &str) -> bool {
    let word = info.split([' ', ',']).next().unwrap_or_default();
    matches!(word, "sh" | "bash" | "shell" | "console" | "zsh")
}

/// Lines with their place; one that ends in a backslash goes on.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut res: Vec<(usize, &str)> = Vec::new();
    let mut start = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begin = start.unwrap_or(at);
        at += line.len();
        if line.trim_end().ends_with('\\') {
            start = Some(begin);
        } else {
            start = None;
            res.push((begin, text[begin..at].trim_end()));
        }
    }
    res
}

/// What is wrong with each line that was looked at already.
struct CheckedLines<'a> {
    budget: &'a CommandBudget,
    by_line: HashMap<&'a str, Result<(), String>>,
}

fn claim<'a>(
    path: &RelPath,
    flow: &'a Flow,
    at: usize,
    line: &'a str,
    (rules, known): (&DocsRules<'_>, &mut CheckedLines<'a>),
    scripts: bool,
) -> Option<Claim> {
    let mut arguments = words(line)?;
    let program = arguments.next()?;
    let is_ours = program == "molt-sync";
    if !is_ours && (!scripts || (!program.starts_with("python") && program != "uv")) {
        return None;
    }
    let shown = if line.len() > LONGEST { &line[..line.floor_char_boundary(SHOWN)] } else { line };
    let mut claim = Claim::new(ClaimKind::Command, path, flow.place(at..at + shown.len()), shown);
    shown.clone_into(&mut claim.sentence);
    shown.clone_into(&mut claim.binding);
    claim.facts = vec!["commands".into()];
    if line.len() > LONGEST {
        let why = format!("the command line has {} bytes, and more than {LONGEST} are not judged", line.len());
        return Some(claim.wrong(ClaimState::HandEdited, Code::Command, why));
    }
    if is_ours {
        let judge = || if known.budget.take() { (rules.command_line)(&arguments.collect::<Vec<_>>()) } else { Ok(()) };
        let known = known.by_line.entry(line).or_insert_with(judge);
        if let Err(why) = known {
            claim = claim.wrong(ClaimState::HandEdited, Code::Command, why.clone());
        }
        return Some(claim);
    }
    let script = arguments.by_ref().find(|it| it.starts_with("tools/"))?;
    let script = RelPath::new(script).ok().filter(|it| it.extension() == Some("py"))?;
    if !rules.scripts.contains(&script) {
        claim = claim.wrong(ClaimState::HandEdited, Code::Command, format!("there is no {script}"));
    } else if let Some(option) = unknown_option(arguments, &script, rules) {
        claim = claim.wrong(ClaimState::HandEdited, Code::Command, format!("{script} has no option {option}"));
    }
    Some(claim)
}

/// The first option that a script does not have, where it is known which ones it has.
fn unknown_option<'a>(
    arguments: impl Iterator<Item = &'a str>,
    script: &RelPath,
    rules: &DocsRules<'_>,
) -> Option<&'a str> {
    let is_checker = matches!(&rules.facts.get("path.checker")?.value, Value::Text(it) if it == script.as_str());
    // what stands behind a pipe is another program's
    let own = arguments.take_while(|it| !matches!(*it, "|" | "&&" | "||" | ";" | ">" | "--") && !it.starts_with('#'));
    let names = own.filter(|it| it.starts_with("--")).map(|it| it.split_once('=').map_or(it, |(name, _)| name));
    let is_name = |it: &&str| it[2..].bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-') && it.len() > 2;
    let mut names = names.filter(is_name).filter(|it| *it != "--help").peekable();
    names.peek()?;
    let options = if is_checker { rules.checker_options } else { rules.called.get(script)?.options()? };
    if options.is_empty() {
        return None;
    }
    names.find(|name| !options.has(name))
}

/// The scripts that manuals name.
pub fn called(documents: &[Document], manuals: &GlobSet, scripts: &BTreeSet<RelPath>) -> BTreeSet<RelPath> {
    let mut res = BTreeSet::new();
    for document in documents.iter().filter(|it| manuals.is_match(it.path.as_str())) {
        for (at, _) in document.text.match_indices("tools/") {
            let rest = &document.text[at..];
            let end = rest.find(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '/' | '_' | '-' | '.')));
            let name = RelPath::new(&rest[..end.unwrap_or(rest.len())]).ok();
            res.extend(name.filter(|it| scripts.contains(it)));
        }
    }
    res
}

/// The words of a command, without a prompt and the variables in front; none for what has blanks to fill in.
fn words(line: &str) -> Option<impl Iterator<Item = &str>> {
    let line = line.trim_start().trim_start_matches("$ ");
    let is_open = ["<", "…", "...", "{", "$", "|", "`", "'", "\"", "&&", ";"].iter().any(|it| line.contains(it));
    if is_open && line.starts_with("molt-sync") {
        return None;
    }
    let is_variable = |it: &&str| {
        it.split_once('=').is_some_and(|(name, _)| name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_'))
    };
    let words = line.split_whitespace().filter(|it| *it != "\\").skip_while(is_variable);
    Some(words.take_while(|it| !it.starts_with('#')))
}
