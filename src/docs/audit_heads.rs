//! What stands above the generated lists of the audit document: the queues and their modules are those of Molt's checker, the
//! headings are its words, and a number in a heading is that of the names below it.

use super::{
    claim::{Claim, ClaimKind, ClaimState},
    code::Code,
};
use crate::{
    audit::{DocumentList, document_lists},
    base::RelPath,
    gates::Queue,
};

/// What a document's lists are held against, each with the file that says so.
pub struct Heads<'a> {
    /// The queues; a title that is empty may be any.
    pub queues: Option<(&'a [Queue], &'a str)>,
    /// The headings of the lists, in order; none where nobody says what they are.
    pub titles: (Vec<&'a str>, &'a str),
}

impl<'a> Heads<'a> {
    /// The headings that the checker prints, as its strings stand in it.
    pub fn titles(strings: &'a [String]) -> Vec<&'a str> {
        strings.iter().filter_map(|it| it.strip_prefix("### ")).map(str::trim).filter(|it| !it.is_empty()).collect()
    }
}

/// What is wrong above the lists of the audit document.
pub fn audit_heads(path: &RelPath, text: &str, wanted: &Heads<'_>) -> Vec<Claim> {
    let all = document_lists(text);
    let (queues, lists): (Vec<&DocumentList>, Vec<&DocumentList>) = all.iter().partition(|it| it.is_queue);
    let mut res = Vec::new();
    let mut add = |line: usize, stated: &str, binding: &str, why: String, repair: String| {
        let mut claim = Claim::new(ClaimKind::Audit, path, 0..0, stated);
        (claim.line, claim.binding) = (line, binding.to_owned());
        claim = claim.wrong(ClaimState::HandEdited, Code::EditedBlock, why);
        claim.repair = repair;
        res.push(claim);
    };
    if let Some((theirs, source)) = wanted.queues {
        for at in 0..theirs.len().max(queues.len()) {
            let (is, should) = (queues.get(at), theirs.get(at));
            let line = is.map_or_else(|| queues.last().map_or(1, |it| it.line), |it| it.line);
            match (is, should) {
                (Some(is), None) => add(
                    line,
                    &is.title,
                    "queues",
                    format!("{source} has no such queue"),
                    "take it out, or add it there".into(),
                ),
                (None, Some((title, _))) => add(
                    line,
                    "",
                    "queues",
                    format!("the queue `{title}` of {source} is not in it"),
                    format!("write `### {title}` and its modules there, or take it out of {source}"),
                ),
                (Some(is), Some((title, names))) => {
                    if !title.is_empty() && is.title != *title {
                        let why = format!("{source} calls that queue `{title}`");
                        add(line, &is.title, "queues", why, format!("write `### {title}` there"));
                    }
                    if is.names != *names {
                        let (what, list) = difference(&is.names, names);
                        let why = format!("below it {what}: {source} has {list}");
                        let lines: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
                        add(line, &is.title, "queues", why, format!("list {} there, in this order", lines.join(", ")));
                    }
                }
                (None, None) => {}
            }
        }
    }
    let (titles, checker) = &wanted.titles;
    for (at, list) in lists.iter().enumerate() {
        // of as many there is one at each place
        let should = if titles.len() == lists.len() { Some(titles[at]) } else { None };
        let is_known =
            should.map_or_else(|| titles.is_empty() || titles.contains(&&*list.title), |it| it == list.title);
        if !is_known {
            let (why, repair) = match should {
                Some(title) => (format!("{checker} heads that list `{title}`"), format!("write `### {title}` there")),
                None => (format!("{checker} has no such heading"), "write it as it was".into()),
            };
            add(list.line, &list.title, "headings", why, repair);
        }
    }
    for list in &all {
        if let Some(said) = count(&list.title).filter(|it| *it != list.names.len()) {
            let why = format!("it says {said}, and {} modules are below it", list.names.len());
            add(list.line, &list.title, "headings", why, format!("write {} there", list.names.len()));
        }
    }
    res
}

/// How two lists of names differ, and what the second has where they part.
fn difference(is: &[String], should: &[String]) -> (String, String) {
    let at = is.iter().zip(should).position(|(a, b)| a != b).unwrap_or(is.len().min(should.len()));
    let name = |it: Option<&String>| it.map_or_else(|| "nothing".to_owned(), |it| format!("`{it}`"));
    (format!("module {} is {}", at + 1, name(is.get(at))), name(should.get(at)))
}

/// The number of modules that a heading says it has: "Backed (41 modules)", "12 modules", "Partial (837)".
fn count(title: &str) -> Option<usize> {
    let words: Vec<&str> = title.split([' ', '(', ')', ':', '`', '*', ',']).filter(|it| !it.is_empty()).collect();
    let number = |it: &str| it.parse::<usize>().ok();
    let counted = words.windows(2).find_map(|it| {
        let is_noun = ["module", "modules", "name", "names", "entries", "entry", "file", "files"].contains(&it[1]);
        number(it[0]).filter(|_| is_noun)
    });
    let inner = || number(title.trim_end().strip_suffix(')')?.rsplit_once('(')?.1.trim_matches(['`', '*', ' ']));
    counted.or_else(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n## Queue (Generated)\n### P0 (Phase 2: first)\n- `a`: `probe-only`\n- `b`: `probe-only`\n\n### P1\n- `c`: `probe-only`\n\n## Audit (Generated)\n### Done (1 modules)\n- `a`\n\n### Open\n- `b`\n- `c`\n\n## Rest\n### Other (5)\n- `x`\n";

    fn found(text: &str) -> Vec<String> {
        let queue = |title: &str, names: &[&str]| (title.to_owned(), names.iter().map(|it| (*it).to_owned()).collect());
        let queues = [queue("P0 (Phase 2: first)", &["a", "b"]), queue("P1", &["c"])];
        let heads =
            Heads { queues: Some((&queues, "check.py")), titles: (vec!["Done (1 modules)", "Open"], "check.py") };
        let path = RelPath::new("audit.md").unwrap();
        audit_heads(&path, text, &heads).iter().map(|it| format!("{}: {}", it.line, it.why[0])).collect()
    }

    #[test]
    fn what_stands_above_a_list_is_compared_with_it() {
        assert_eq!(found(TEXT), [""; 0]);
        for (from, to, wanted) in [
            ("- `b`: `probe-only`\n", "", "4: below it module 2 is nothing: check.py has `b`"),
            (
                "- `a`: `probe-only`\n- `b`",
                "- `b`: `probe-only`\n- `a`",
                "4: below it module 1 is `b`: check.py has `a`",
            ),
            ("- `c`: `probe-only`\n", "- `c`: `probe-only`\n- `d`: `probe-only`\n", "8: below it module 2 is `d`"),
            ("### P1\n", "### P2\n", "8: check.py calls that queue `P1`"),
            ("### P1\n- `c`: `probe-only`\n\n", "", "4: the queue `P1` of check.py is not in it"),
            ("### P1\n", "### P1\n### P3\n", "8: below it module 1 is nothing"),
            ("### Open", "### Opened", "15: check.py heads that list `Open`"),
            ("### Done (1 modules)", "### Done (2 modules)", "12: check.py heads that list"),
        ] {
            assert!(TEXT.contains(from), "{from}");
            let all = found(&TEXT.replacen(from, to, 1));
            assert!(all.iter().any(|it| it.starts_with(wanted)), "{to}: {all:?}");
        }
        let bare = Heads { queues: None, titles: (Vec::new(), "") };
        let path = RelPath::new("audit.md").unwrap();
        let why = |text: &str| audit_heads(&path, text, &bare).first().map(|it| it.why[0].clone());
        assert_eq!(why(TEXT), None);
        assert_eq!(why(&TEXT.replace("(1 modules)", "(7)")).unwrap(), "it says 7, and 1 modules are below it");
        assert_eq!(
            why(&TEXT.replace("### Open", "### 3 modules are open")).unwrap(),
            "it says 3, and 2 modules are below it"
        );
        assert_eq!(why(&TEXT.replace("### Open", "### Open: **2** names")), None);
    }
}
