//! Whether a gate passes: "the bootstrap gate currently fails", "the core-lane gate is green", "CI is blocked by the ratchet gate".
//! What a gate is there for, and when it would fail, is another thing.

use std::{collections::BTreeSet, ops::Range};

use super::{
    super::{
        around::{blocks, flows_of},
        claim::{Claim, ClaimKind, ClaimState},
        code::Code,
        fact::Value,
        flow::{self, Flow},
    },
    StatementReader, checker,
    gate_name::{BEFORE, GateClaim, IS, called, stands},
    mood::{BlockSetting, CountShape, Mood, sentences},
    signs::{gate_signs, may_speak_of_gates},
    token::{TextToken, tokens},
};

/// How far what stops others may stand before a gate.
const BACK: usize = 8;

/// The state of a gate that the checker of the tree does not have.
pub const ABSENT: &str = "absent";

/// The gates of which a document says whether they pass, so that they have to be asked.
pub fn spoken_gates(text: &str) -> BTreeSet<&'static str> {
    let mut res = BTreeSet::new();
    let mut places: Vec<usize> = gate_signs(text).collect();
    places.sort_unstable();
    let is_read =
        |it: &&Flow| !it.is_ignored && !matches!(it.kind, flow::BlockKind::Code(_)) && may_speak_of_gates(&it.text);
    for block in blocks(text, places.into_iter()) {
        for flow in flows_of(block, text).iter().filter(is_read) {
            let all = tokens(&flow.text);
            res.extend(sentences(&all).iter().flat_map(|it| said(&all, it)).flat_map(|it| it.gates));
        }
    }
    res
}

/// What a sentence says of gates.
pub(super) fn said(all: &[TextToken<'_>], sentence: &Range<usize>) -> Vec<GateClaim> {
    let is = |at: usize, words: &[&str]| sentence.contains(&at) && all[at].is(words);
    let mut res = checker::said(all, sentence);
    for head in sentence.clone().filter(|it| all[*it].is(&["gate", "gates"]) && !all[*it].is_code) {
        let Some((gates, start)) = called(all, sentence, head) else { continue };
        // "the gate is now green"
        if let Some((passes, at)) = stands(all, sentence, head) {
            res.push(GateClaim { gates, passes, at, part: start..at + 1 });
            continue;
        }
        // "CI is blocked by the gate"
        let mut back = start;
        while back > sentence.start && all[back - 1].is(BEFORE) {
            back -= 1;
        }
        let has_way = (back..start).any(|it| all[it].is(&["on", "by", "at", "in"]));
        let stops = back.checked_sub(1).filter(|it| {
            is(*it, &["blocked", "failing", "fails", "blocks", "stuck", "red", "stopped"])
                || (is(*it, &["fail", "block"]) && is(it.wrapping_sub(1), &["now", "currently", "still"]))
        });
        if let Some(at) = stops.filter(|_| has_way) {
            let near = &all[sentence.start.max(at.saturating_sub(BACK))..at];
            let is_state = is(at, &["fails", "blocks", "fail", "block"]) || near.iter().any(|it| it.is(IS));
            if is_state && !is(head + 1, &["if", "when", "whenever", "unless"]) {
                res.push(GateClaim { gates, passes: false, at, part: at..head + 1 });
            }
        }
    }
    res
}

/// Compares what a sentence says of gates with what they say.
pub(super) fn states(
    flow: &Flow,
    (part, all, sentence): (&Range<usize>, &[TextToken<'_>], &Range<usize>),
    setting: &dyn Fn() -> BlockSetting,
    reader: &mut StatementReader<'_>,
) {
    for said in said(all, sentence) {
        let mood =
            setting().mood(all, (sentence.clone(), said.part.clone(), said.part.end), CountShape::Status, &|_| false);
        // of a day, nothing is known
        if matches!(mood, Mood::Unsaid | Mood::Part | Mood::Day(_)) {
            continue;
        }
        let at = part.start + all[said.at].at.start..part.start + all[said.at].at.end;
        let whole = part.start + all[said.part.start].at.start..part.start + all[said.part.end - 1].at.end;
        let claim =
            Claim::new(ClaimKind::Status, &reader.document.path, flow.place(at.clone()), &flow.text[at.clone()]);
        let mut claim = claim.in_sentence(&flow.text, whole, at);
        claim.facts = said.gates.iter().map(|it| format!("gate.{it}.state")).collect();
        claim.binding = said.gates.join(",");
        let state = |id: &String| match &reader.rules.facts.get(id)?.value {
            Value::Text(word) => Some(word.clone()),
            _ => None,
        };
        let mut states: Vec<(&str, Option<String>)> =
            said.gates.iter().copied().zip(claim.facts.iter().map(state)).collect();
        // where the checker has one part of a gate and not another one, the gate is the part that it has
        if states.iter().any(|(_, it)| it.as_deref() != Some(ABSENT)) {
            states.retain(|(_, it)| it.as_deref() != Some(ABSENT));
        }
        // a gate of several parts fails where one of them does, and passes where all of them do
        let fail = states.iter().any(|(_, it)| it.as_deref() == Some("fails"));
        let all_pass = states.iter().all(|(_, it)| it.as_deref() == Some("passes"));
        // of what was not judged, nothing is known
        if !(fail || all_pass) {
            let open = states.iter().filter(|(_, it)| it.as_deref() != Some("passes")).map(|(id, _)| *id);
            reader.open.extend(open.map(|id| (claim.span.start, id)));
            continue;
        }
        let words = |(id, it): &(&str, Option<String>)| Some(format!("{id} {}", it.as_deref()?));
        let is_wrong = if said.passes { fail } else { all_pass };
        let why = is_wrong.then(|| states.iter().filter_map(words).collect::<Vec<_>>().join(", "));
        if let Some(why) = why {
            claim = claim.wrong(ClaimState::HandEdited, Code::Contradicted, why);
            claim.repair = "say there by hand how the gate stands; `molt-sync gates` says it".into();
            claim.holds_nothing_up = true;
        }
        reader.done.push(claim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_found_wherever_in_a_document_they_are_spoken_of() {
        let said = "The ratchet\ngate is green.";
        let long = "Some words.\n\n".repeat(50);
        for text in [
            format!("# T\n\n{long}- a\n\n      - {}\n\n{long}", said.replace('\n', "\n        ")),
            format!("{long}> {}\n>\n> {long}", said.replace('\n', "\n> ")),
            format!("{long}| a | b |\n|---|---|\n| {} | x |\n", said.replace('\n', " ")),
            format!("{long}```\na\n\nb\n```\n{said}\n"),
            format!("{long}The ratchet gate is [**green**][g].\n\n{long}\n\n[g]: x.md\n"),
            format!("a\r\n\r\n{said}\r\n\r\nb\r\n"),
        ] {
            assert_eq!(spoken_gates(&text), ["intrinsic-partial-ratchet"].into(), "{text}");
        }
        assert!(spoken_gates(&long).is_empty());
    }

    #[test]
    fn what_a_gate_does_now_is_told_from_what_it_is_there_for() {
        let shown = |text: &str| {
            let all = tokens(text);
            let found = sentences(&all).iter().flat_map(|it| said(&all, it)).collect::<Vec<_>>();
            let one = |it: &GateClaim| format!("{}{}", it.gates[0], if it.passes { "+" } else { "-" });
            assert_eq!(spoken_gates(text).is_empty(), found.is_empty(), "{text}");
            found.iter().map(one).collect::<Vec<_>>().join(" ")
        };
        for (text, wanted) in [
            ("The probe-only gate currently fails.", "probe-only-"),
            ("The `probe-only` gate is red again.", "probe-only-"),
            ("The zero non-intrinsic gate fails, and we work on it.", "zero-non-intrinsic-"),
            ("The core-lane strict lowering gate is green and enforced.", "core-lane+"),
            ("Bootstrap/critical strict-import gates are still active blockers.", "strict-implemented-"),
            ("CI is blocked by the ratchet gate.", "intrinsic-partial-ratchet-"),
            ("CI blocks on the bootstrap gate.", "bootstrap-roots-"),
            ("Today the union coverage gate passes.", "top-level-coverage+"),
            ("The submodule coverage gate still blocks CI.", "submodule-coverage-"),
            ("The stdlib intrinsic-partial ratchet gate now holds.", "intrinsic-partial-ratchet+"),
            // a rule is in force although what it forbids is there
            ("The ratchet gate is enforced in CI.", ""),
            ("The zero non-intrinsic gate enforces this.", ""),
            ("The core-lane gate is now mandatory.", ""),
            ("The core-lane gate is required to pass.", ""),
            ("`core-lane` is required to pass before a release.", ""),
            ("CI blocks on `python-only` modules.", ""),
            ("CI now fails on any `probe-only` and `python-only` modules.", ""),
            ("`python-only` modules are rejected in CI.", ""),
            ("Probe-only modules are now blocked by CI.", ""),
            ("CI blocks on new `python-only` modules.", ""),
            ("CI fails on `python-only` modules if they are imported.", ""),
            ("The ratchet gate is not enforced.", ""),
            ("The ratchet gate is enforced only in strict runs.", ""),
            // a rule, another gate, a message
            ("The ratchet gate fails on any growth.", ""),
            ("The ratchet gate fails closed.", ""),
            ("The bootstrap gate blocks modules that are not on intrinsics.", ""),
            ("The god-file ratchet gate is red.", ""),
            ("The perf gate fails.", ""),
            ("`stdlib top-level coverage gate violated`", ""),
            ("The bootstrap gate is there for start-up.", ""),
            // the same in other words
            ("It has `python-only=0` and zero fallback violations.", "strict-fallback+"),
            ("There are no stdlib coverage violations left.", "top-level-coverage+"),
            ("There are 3 fallback-pattern violations.", "strict-fallback-"),
            ("The intrinsics checker is green.", "checker+"),
            ("`python3 tools/check_stdlib_intrinsics.py` is green again.", "checker+"),
            ("`tools/check_stdlib_intrinsics.py --critical-allowlist` currently fails.", "checker.critical-"),
            ("`check_stdlib_intrinsics.py --fallback-intrinsic-backed-only` passes.", "checker.backed+"),
            ("All stdlib gates are green.", "checker+"),
            ("Bootstrap checker blocker remains `re`.", "bootstrap-roots-"),
            (
                "The current global checker blocker remains `re` not yet intrinsic-backed in bootstrap gate.",
                "bootstrap-roots-",
            ),
            ("The only checker blocker is `socket`.", "checker-"),
            // other things go by these names
            ("No fallback violations are allowed.", ""),
            ("Zero critical violations.", ""),
            ("The type checker is green.", ""),
            ("Run `tools/check_stdlib_intrinsics.py` when it fails.", ""),
            ("`tools/check_stdlib_intrinsics.py` fails on any new module.", ""),
            ("`tools/check_stdlib_intrinsics.py --update-doc` passes.", ""),
            ("All gates are green.", ""),
            ("The main blocker remains `tkinter`.", ""),
            ("Blockers are listed below.", ""),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }
}
