//! Statuses beside module names: "`pickle` remains intrinsic-partial", "`os`, `sys`: intrinsic-backed". A sentence that goes
//! on ("is intrinsic-backed for …") speaks of a part of the module and is not compared.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    check::{Document, Rules},
    claim::{Claim, Kind, State},
    code::Code,
    flow::{self, Flow},
    tense::{day, has_before, is_past},
};
static SENTENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = r"`[A-Za-z_][0-9A-Za-z_.]*`";
    let verb = r"(?:: | \(| (?:is|are|remains?|stays?)(?: currently| still| now| all)? | (?:currently|still) )";
    let status = "intrinsic-backed|intrinsic-partial|intrinsic-support|policy-gate|probe-only|python-only";
    let end = r"(?:\.(?: |$)|;|\)|$| and (?:is|are|remains?) )";
    Regex::new(&format!("({name}(?:(?:, (?:and )?| and |/){name})*){verb}`?({status})`?{end}")).ok()
});

/// What a document says of the status of modules.
pub(super) fn claims(document: &Document, all: &[Flow], rules: &Rules<'_>) -> Vec<Claim> {
    let Document { path, text } = document;
    let Some(regex) = &*SENTENCE else { return Vec::new() };
    let mut res = Vec::new();
    for flow in all.iter().filter(|it| !matches!(it.kind, flow::Kind::Code(_)) && !it.is_ignored) {
        if !flow.text.contains("intrinsic-") && !flow.text.contains("-only") && !flow.text.contains("policy-gate") {
            continue;
        }
        for found in regex.captures_iter(&flow.text) {
            let (Some(names), Some(status)) = (found.get(1), found.get(2)) else { continue };
            if is_unsaid(&flow.text, &names.range()) {
                continue;
            }
            let names: Vec<&str> = names.as_str().split('`').skip(1).step_by(2).collect();
            let Some(truth) = names.iter().map(|it| rules.status(it)).collect::<Option<Vec<&str>>>() else { continue };
            let claim = Claim::new(Kind::Status, path, flow.place(status.range()), status.as_str());
            let whole = found.get(0).map_or(status.range(), |it| it.range());
            let mut claim = claim.in_sentence(&flow.text, whole, status.range());
            claim.as_of = day(flow);
            claim.binding = names.join(",");
            let wrong: Vec<usize> = (0..names.len()).filter(|it| truth[*it] != status.as_str()).collect();
            let about: &[usize] = if wrong.is_empty() { &[0] } else { &wrong };
            claim.facts = about.iter().map(|it| format!("module.{}.status", names[*it])).collect();
            if !wrong.is_empty() {
                let is_one = truth.iter().all(|it| *it == truth[0]);
                let words = wrong.iter().map(|it| format!("`{}` is {}", names[*it], truth[*it]));
                // a word with marks in it is a person's
                let is_plain = text.get(claim.span.clone()).is_some_and(|it| it == status.as_str());
                claim.wanted = (is_one && is_plain).then(|| truth[0].to_owned());
                let (code, state) = match claim.wanted {
                    Some(_) => (Code::StaleValue, State::Stale),
                    None => (Code::Contradicted, State::HandEdited),
                };
                claim = claim.wrong(state, code, words.collect::<Vec<_>>().join(", "));
            }
            res.push(claim);
        }
    }
    res
}

/// "when `x` is …", "neither `x` …", "the goal: `x` is …" and "`x` was …" say nothing of what is.
fn is_unsaid(text: &str, names: &Range<usize>) -> bool {
    const WORDS: [&str; 25] = [
        "if", "when", "until", "unless", "once", "whether", "after", "while", "before", "neither", "nor", "not", "no",
        "never", "wrong", "false", "untrue", "goal", "target", "aim", "should", "must", "would", "could", "will",
    ];
    has_before(text, names, &WORDS) || is_past(text, names)
}
