//! What is said of gates in other words: that nothing violates them, that the checker as a whole passes, and that a module
//! keeps it from passing.

use std::ops::Range;

use super::{
    gate_name::{BESIDE, CALLED, GateClaim, IS, LINKS, called, stands},
    number::Quantity as Number,
    token::{TextToken, TokenKind},
};

/// The checker as a whole, in the usual run and with each of its stricter options.
const CHECKER: &str = "checker";
const CRITICAL: &str = "checker.critical";
const BACKED: &str = "checker.backed";

/// Names that stand for a gate only beside that word: there are other critical violations.
const BARE: &[&str] = &["core", "critical", "coverage", "bootstrap"];

/// How many tokens behind the name of the checker its options are looked for in.
const OPTIONS: usize = 40;

/// What a sentence says.
pub(super) fn said(all: &[TextToken<'_>], sentence: &Range<usize>) -> Vec<GateClaim> {
    let mut res = Vec::new();
    for head in sentence.clone() {
        if all[head].kind != TokenKind::Word {
            continue;
        }
        res.extend(match &*all[head].word {
            "violation" | "violations" => violations(all, sentence, head),
            "blocker" | "blockers" => blocker(all, sentence, head),
            "checker" | "gates" => whole(all, sentence, head),
            "check-stdlib-intrinsics.py" => script(all, sentence, head),
            _ => None,
        });
    }
    res
}

/// "zero fallback violations"
fn violations(all: &[TextToken<'_>], sentence: &Range<usize>, head: usize) -> Option<GateClaim> {
    let (gates, start) = names(all, sentence, head, &["pattern", "patterns"]);
    let is_bare = all[start..head].iter().all(|it| !CALLED.iter().any(|(words, _)| it.is(words)) || it.is(BARE));
    let has_stdlib = || all[start..head].iter().any(|it| it.is(&["stdlib", "union"]));
    let count = start.checked_sub(1).filter(|it| *it >= sentence.start)?;
    let Number::Whole(count_of) = all[count].number()?.said else { return None };
    let is = |at: usize, words: &[&str]| sentence.contains(&at) && all[at].is(words);
    let allowed = ["allowed", "permitted", "tolerated", "accepted", "acceptable", "expected", "may", "must", "should"];
    let is_rule = is(head + 1, &allowed) || (is(head + 1, IS) && is(head + 2, &allowed));
    if gates.is_empty() || (is_bare && !has_stdlib()) || is_rule {
        return None;
    }
    Some(GateClaim { gates, passes: count_of == 0, at: head, part: count..head + 1 })
}

/// "the bootstrap checker blocker remains `re`"
fn blocker(all: &[TextToken<'_>], sentence: &Range<usize>, head: usize) -> Option<GateClaim> {
    let (mut gates, start) = names(all, sentence, head, &["checker", "gate", "gates", "global"]);
    let has_checker = all[start..head].iter().any(|it| it.is(&["checker", "gate", "gates"]));
    let is = |at: usize, words: &[&str]| sentence.contains(&at) && all[at].is(words);
    let mut at = head + 1;
    while is(at, LINKS) {
        at += 1;
    }
    let has_is = (head + 1..at).any(|it| all[it].is(IS));
    let is_module = sentence.contains(&at) && all[at].is_code && all[at].kind == TokenKind::Word;
    if !(has_checker && has_is && is_module) {
        return None;
    }
    if gates.is_empty() {
        // "... in the bootstrap gate"
        let mut later = (at..sentence.end).filter(|it| all[*it].is(&["gate", "gates"]) && !all[*it].is_code);
        let named = later.find_map(|it| called(all, sentence, it));
        gates = named.map_or_else(|| vec![CHECKER], |(gates, _)| gates);
    }
    Some(GateClaim { gates, passes: false, at: head, part: start..at + 1 })
}

/// "the intrinsics checker is green", "all stdlib gates pass"
fn whole(all: &[TextToken<'_>], sentence: &Range<usize>, head: usize) -> Option<GateClaim> {
    let own = ["stdlib", "intrinsics", "intrinsic", "global", "union"];
    let mut start = head;
    while start > sentence.start && all[start - 1].is(&own) && !all[start - 1].is_code {
        start -= 1;
    }
    let is_named = start < head;
    let before = start.checked_sub(1).filter(|it| *it >= sentence.start).map(|it| &all[it]);
    let is_all = before.is_some_and(|it| it.is(&["all", "every"]));
    if all[head].is_code || !is_named || (all[head].is(&["gates"]) && !is_all) {
        return None;
    }
    let (passes, at) = stands(all, sentence, head)?;
    Some(GateClaim { gates: vec![CHECKER], passes, at, part: start..at + 1 })
}

/// "`python3 tools/check_stdlib_intrinsics.py --critical-allowlist` is green"
fn script(all: &[TextToken<'_>], sentence: &Range<usize>, head: usize) -> Option<GateClaim> {
    let near = sentence.end.min(head + OPTIONS);
    let end = (head + 1..near).find(|it| !all[*it].is_code).unwrap_or(near);
    let options: Vec<&str> =
        all[head + 1..end].iter().filter(|it| it.kind == TokenKind::Word).map(|it| it.word.as_ref()).collect();
    let gate = match options[..] {
        [] => CHECKER,
        ["critical-allowlist"] => CRITICAL,
        ["fallback-intrinsic-backed-only"] => BACKED,
        _ => return None,
    };
    if !all[head].is_code {
        return None;
    }
    let (passes, at) = stands(all, sentence, end - 1)?;
    Some(GateClaim { gates: vec![gate], passes, at, part: head..at + 1 })
}

/// The gates that are named up to `head`, with some more words among them, and where that begins.
fn names(all: &[TextToken<'_>], sentence: &Range<usize>, head: usize, more: &[&str]) -> (Vec<&'static str>, usize) {
    let mut gates: Vec<&'static str> = Vec::new();
    let mut start = head;
    while start > sentence.start {
        let token = &all[start - 1];
        if let Some((_, ids)) = CALLED.iter().find(|(words, _)| token.is(words)) {
            let new: Vec<&str> = ids.iter().copied().filter(|it| !gates.contains(it)).collect();
            gates.extend(new);
        } else if token.is(&["and"]) || !(token.is(BESIDE) || token.is(more) || token.is_mark(&['/', '-'])) {
            break;
        }
        start -= 1;
    }
    (gates, start)
}
