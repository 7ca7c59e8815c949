//! Point 8: the tests of the module pass natively and as WebAssembly, in reports that are not older than the module. It is refuted
//! without a run where the WebAssembly twin of an intrinsic only raises or returns.

use super::{implementation::words, targeted_tests::targeted};
use crate::acceptance::{
    facts::{SharedFacts, Subject},
    point::{Findings, Judgement, PointEvidence},
    runs::{TestEnd, TestLane},
    rust::BodyVerdict,
};

pub(in crate::acceptance) fn parity(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    for (name, _) in subject.own_loads() {
        let symbol = facts.symbol(name);
        let all = facts.runtime.definitions(symbol);
        let wasm: Vec<_> = all.iter().filter(|it| it.is_wasm).collect();
        // what is a constant natively may be one here
        let is_constant = all.iter().any(|it| it.is_native && it.native_body == Some(BodyVerdict::Constant));
        let is_enough = |body| body == Some(BodyVerdict::Works) || (is_constant && body == Some(BodyVerdict::Constant));
        if wasm.iter().any(|it| is_enough(it.wasm_body)) {
            continue;
        }
        match (wasm.first(), all.first()) {
            (Some(it), _) if all.iter().any(|it| it.is_native && it.native_body == Some(BodyVerdict::Works)) => {
                let text = format!("as WebAssembly, `{symbol}` {}", words(it.wasm_body));
                found.missing(PointEvidence::at(&it.path, it.line, text));
            }
            (None, Some(it)) => {
                let text = format!("`{symbol}` is defined for {} alone, and not for WebAssembly", it.cfg);
                found.missing(PointEvidence::at(&it.path, it.line, text));
            }
            // what no target has is missing at point 1
            _ => {}
        }
    }
    let targeted = targeted(facts, subject);
    let Some(ran) = facts.ran else {
        found.not_measured(PointEvidence::words(
            "no report says how the tests end: run `molt-sync differential run` in both lanes, and name the reports with --report",
        ));
        return found.outcome();
    };
    for (path, _) in &targeted {
        for (lane, word) in [(TestLane::Native, "native"), (TestLane::Wasm, "wasm")] {
            let Some((end, report)) = ran.of(path.as_str(), lane) else {
                found.not_measured(PointEvidence::of(path, format!("no report says how it ends in the lane {word}")));
                continue;
            };
            let text = format!("{} in the lane {word} ({})", end.word(), report.shown(lane));
            match end {
                _ if let Some(why) = report.is_before(subject.changed) => {
                    found.not_measured(PointEvidence::of(path, format!("{} {why}: lane {word}", report.name)));
                }
                TestEnd::Passed => found.met(PointEvidence::of(path, text)),
                TestEnd::Skipped | TestEnd::OfCpython => found.not_measured(PointEvidence::of(path, text)),
                TestEnd::Failed | TestEnd::ExpectedToFail => found.missing(PointEvidence::of(path, text)),
            }
        }
    }
    if targeted.is_empty() {
        found.not_measured(PointEvidence::words("there is no targeted test that could run in either lane"));
    }
    found.outcome()
}
