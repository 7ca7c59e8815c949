//! What stands above or beside a statement and may make it one of another time: a heading, the lead of a list, the label of a row. Whether
//! it does, a person knows; so that nothing is written there which nobody asks for.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    super::{
        claim::{Claim, ClaimState},
        code::Code,
        flow::{Flow, QUOTE},
        text::elsewhere::is_release_heading,
    },
    token::{TextToken, tokens},
};
use crate::base::{RelPath, path_word};

/// Words of a place that is about something that happened, or was or will be said.
static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let all = "january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct \
     nov dec monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter yesterday week weekly month monthly \
     quarter quarterly year yearly kw sprint iteration phase step wave round cycle milestone last first initial second third former old \
     previous started start began beginning launch launched retrospective retro postmortem incident minutes meeting standup call talk demo \
     announcement announced blog post notes changelog changes unreleased release releases released new pr adr decision decisions problem \
     motivation background appendix fork forked review report reports want wanted after before when then done said says told wrote quote \
     quoted alpha beta rc tag commit archive archived experiment proposal draft example examples history was pypy jython graalpy micropython circuitpython codon nuitka mypyc \
     wasm windows linux macos session handoff interview lessons considered alternatives log logs goal goals target targets aim aims objective \
     objectives";
    all.split_whitespace().collect()
});

/// Parts of the paths of documents that are records.
const PATHS: [&str; 22] = [
    "news",
    "history",
    "meetings",
    "meeting",
    "minutes",
    "blog",
    "posts",
    "adr",
    "adrs",
    "rfcs",
    "archive",
    "archived",
    "reports",
    "releases",
    "talks",
    "old",
    "retro",
    "changelog",
    "changes",
    "decisions",
    "logs",
    "journal",
];

/// Titles of manuals, which speak of no other time.
const MANUAL: [&[&str]; 7] = [
    &["getting", "started"],
    &["first", "steps"],
    &["quick", "start"],
    &["notes"],
    &["background"],
    &["release", "process"],
    &["examples"],
];

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 300;

/// The heading, the lead or the label that makes a statement a doubtful one.
pub(in super::super) fn doubt(path: &RelPath, flow: &Flow, label: &str) -> Option<String> {
    if path.as_str().to_lowercase().split(['/', '.', '-', '_']).any(|it| PATHS.contains(&it)) {
        return Some(path.to_string());
    }
    if flow.leads.iter().any(|it| **it == *QUOTE) {
        return Some("a quotation".to_owned());
    }
    let is_doubtful = |it: &str| it.len() <= LONGEST && is_doubtful(it);
    // of all that stands below a heading it is asked once
    let above = flow.headings.iter().rev().find(|it| *it.is_doubtful.get_or_init(|| is_doubtful(&it.text)));
    if let Some(title) = above {
        return Some(title.text.clone());
    }
    let last = |it: &str| it.rsplit(". ").next().unwrap_or(it).to_owned();
    let lead = flow.leads.last().map(|it| last(it)).filter(|it| is_doubtful(it));
    let is_counted = |it: &str| it.len() <= LONGEST && tokens(it).iter().any(|it| it.number().is_some());
    lead.or_else(|| (is_doubtful(label) || is_counted(label)).then(|| label.to_owned()))
}

/// Leaves a value to a person that may be one of another time, and lets who asks for it have it written.
pub(in super::super) fn leave_to_a_person(claim: &mut Claim, what: &str) {
    leave_for_who_asks(
        claim,
        format!("\"{what}\", where it stands, may make it the value of another time or of something else"),
    );
}

/// Leaves a value to a person for some reason, and lets who asks for it have it written.
pub(in super::super) fn leave_for_who_asks(claim: &mut Claim, why: String) {
    claim.code = Some(Code::Contradicted);
    claim.state = ClaimState::HandEdited;
    let path = path_word(claim.path.as_str());
    let wanted = claim.wanted.as_deref().unwrap_or_default();
    claim.repair = format!(
        "if it is of now, write {wanted} there or have it written with `molt-sync docs sync --take source {path}`; if not, say so by \
         `<!-- molt-sync:as-of DAY -->` above it"
    );
    claim.holds_nothing_up = true;
    claim.why.push(why);
}

/// Whether a title has such a word, or the number of a release, of a request or of a day. What it calls current is current.
fn is_doubtful(title: &str) -> bool {
    let all = tokens(title);
    if all.first().is_some_and(|it| it.is(&["current", "currently", "now", "today"])) {
        return false;
    }
    // what every manual has
    if MANUAL.iter().any(|two| all.len() == two.len() && all.iter().zip(*two).all(|(it, word)| it.is(&[word]))) {
        return false;
    }
    // two numbers that begin a title are those of a section
    let has_numbers = |at: usize| {
        let text = all[at].text;
        let parts: Vec<&str> = text.trim_start_matches(['v', '[', '#']).split(['.', '/', '-']).collect();
        let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let is_series = parts.len() == 2 && parts[0] == "3";
        let is_enough = parts.len() > 2 || (parts.len() == 2 && at > 0);
        let is_day_or_release = is_enough && parts.iter().all(is_number) && !is_series;
        is_day_or_release || (text.len() == 8 && text.starts_with("20") && is_number(&text))
    };
    let is_plan_of_a_day = all.iter().any(|it| it.is(&["plan", "program", "roadmap"]));
    // "ADR-012"
    let bare = |at: usize| all[at].word.trim_end_matches(|it: char| it.is_ascii_digit() || it == '-');
    (0..all.len()).any(|at| WORDS.contains(bare(at)) || has_numbers(at) || is_somebodys(all[at].text))
        || is_release_heading(title)
        || (title.contains('#') && all.iter().any(|it| it.number().is_some()))
        || (!is_plan_of_a_day && (0..all.len()).any(|at| is_period(&all, at)))
}

/// Words that begin a title, and are no names of anybody.
const NOBODY: [&str; 20] = [
    "Molt",
    "Python",
    "Today",
    "What",
    "It",
    "Here",
    "There",
    "That",
    "Who",
    "Let",
    "Project",
    "Tree",
    "Library",
    "Checker",
    "Audit",
    "Repository",
    "Team",
    "User",
    "Reader",
    "Compiler",
];

/// "Ann's": what a person has is theirs.
fn is_somebodys(text: &str) -> bool {
    let name = text.strip_suffix("'s").or_else(|| text.strip_suffix("’s")).unwrap_or_default();
    let is_name = name.starts_with(char::is_uppercase) && name.chars().skip(1).all(char::is_lowercase);
    is_name && !NOBODY.contains(&name)
}

/// Whether a token is a year, a part of one ("2026-08", "2026-W33", "Q3", "H1"), or numbered as a day or a run is.
pub(super) fn is_period(all: &[TextToken<'_>], at: usize) -> bool {
    let (text, word) = (all[at].text, all[at].word.as_ref());
    let is_digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let is_year = text.len() == 4 && text.starts_with("20") && is_digits(text);
    let rest = word.strip_prefix("20").and_then(|it| it.get(2..)).unwrap_or(word).trim_start_matches(['-', '/']);
    let number = rest.trim_start_matches(['q', 'h', 'w']);
    let is_short = rest.len() > number.len() && number.len() < 3 && is_digits(number);
    let is_month = word.len() == 7 && word.starts_with("20") && word.get(4..5) == Some("-") && is_digits(&word[5..]);
    let is_numbered = all[at].is(&["day", "run"]) && all.get(at + 1).is_some_and(|it| it.number().is_some());
    is_year || is_short || is_month || is_numbered
}
