//! Statuses beside module names: "`pickle` remains intrinsic-partial", "`os`, `sys`: intrinsic-backed". A sentence that goes
//! on ("is intrinsic-backed for …") speaks of a part of the module and is not compared.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    check::Rules,
    claim::{Claim, Kind, State},
    code::Code,
    flow::{self, Flow},
};
use crate::base::RelPath;

static SENTENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = r"`[A-Za-z_][0-9A-Za-z_.]*`";
    let verb = r"(?:: | \(| (?:is|are|remains?|stays?)(?: currently| still| now| all)? | (?:currently|still) )";
    let status = "intrinsic-backed|intrinsic-partial|intrinsic-support|policy-gate|probe-only|python-only";
    let end = r"(?:\.(?: |$)|;|\)|$| and (?:is|are|remains?) )";
    Regex::new(&format!("({name}(?:(?:, (?:and )?| and |/){name})*){verb}`?({status})`?{end}")).ok()
});

/// What a document says of the status of modules.
pub(super) fn claims(path: &RelPath, all: &[Flow], rules: &Rules<'_>) -> Vec<Claim> {
    let Some(regex) = &*SENTENCE else { return Vec::new() };
    let mut res = Vec::new();
    for flow in all.iter().filter(|it| !matches!(it.kind, flow::Kind::Code(_)) && !it.is_ignored) {
        if !flow.text.contains("intrinsic-") && !flow.text.contains("-only") && !flow.text.contains("policy-gate") {
            continue;
        }
        for found in regex.captures_iter(&flow.text) {
            let (Some(names), Some(status)) = (found.get(1), found.get(2)) else { continue };
            if is_conditional(&flow.text[..names.start()]) {
                continue;
            }
            let names: Vec<&str> = names.as_str().split('`').skip(1).step_by(2).collect();
            let Some(truth) = names.iter().map(|it| rules.status(it)).collect::<Option<Vec<&str>>>() else { continue };
            let claim = Claim::new(Kind::Status, path, flow.place(status.range()), status.as_str());
            let whole = found.get(0).map_or(status.range(), |it| it.range());
            let mut claim = claim.in_sentence(&flow.text, whole, status.range());
            claim.as_of = super::check::day(flow);
            claim.binding = names.join(",");
            let wrong: Vec<usize> = (0..names.len()).filter(|it| truth[*it] != status.as_str()).collect();
            let about: &[usize] = if wrong.is_empty() { &[0] } else { &wrong };
            claim.facts = about.iter().map(|it| format!("module.{}.status", names[*it])).collect();
            if !wrong.is_empty() {
                let is_one = truth.iter().all(|it| *it == truth[0]);
                let words = wrong.iter().map(|it| format!("`{}` is {}", names[*it], truth[*it]));
                claim.wanted = is_one.then(|| truth[0].to_owned());
                let code = if is_one { Code::StaleValue } else { Code::Contradicted };
                let state = if is_one { State::Stale } else { State::HandEdited };
                claim = claim.wrong(state, code, words.collect::<Vec<_>>().join(", "));
            }
            res.push(claim);
        }
    }
    res
}

/// "when `x` is …" says nothing of what is.
fn is_conditional(before: &str) -> bool {
    let last = before.trim_end().rsplit([' ', '(']).next().unwrap_or_default();
    ["if", "when", "until", "unless", "once", "whether", "after", "while"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(last))
}
