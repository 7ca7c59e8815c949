//! The stub file that is generated from the manifest says what the manifest says.

use std::collections::HashMap;

use super::manifest::whole;
use crate::gates::{
    finding::{Finding, Place},
    gate::{Gate, GateFacts, Verdict},
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "bindings-stub",
    title: "the generated stub file is in step with the manifest",
    why: "Type checkers and editors read it instead of the manifest.",
    repair: "Run `python3 tools/gen_intrinsics.py`.",
    is_hard: false,
    molt: None,
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let manifest = match whole(facts) {
        Ok(manifest) => manifest,
        Err(verdict) => return verdict,
    };
    let path = &facts.inputs.sources.bindings_stub;
    let text = match &facts.inputs.bindings_stub {
        Ok(text) => text,
        Err(fault) => return Verdict::Judged(vec![Finding::fault(fault, path)]),
    };
    // one header line of its own, and then the manifest
    let (own, wanted) = (body(text), body(&manifest.text));
    let surplus = difference(&own, &wanted).map(|(line, text)| {
        let message = format!("it says `{text}`, which the manifest does not have");
        Finding::new(message).at(path).place(Place::Line(line)).related([text])
    });
    let missing = difference(&wanted, &own)
        .map(|(_, text)| Finding::new(format!("it lacks `{text}` of the manifest")).at(path).related([text]));
    let mut findings: Vec<Finding> = surplus.chain(missing).collect();
    if findings.is_empty() {
        let moved = own.iter().zip(&wanted).find(|((_, own), (_, wanted))| own != wanted);
        findings.extend(moved.map(|((line, own), (_, wanted))| {
            let message = format!("it says `{own}` where the manifest has `{wanted}`: the order is another one");
            Finding::new(message).at(path).place(Place::Line(*line))
        }));
    }
    findings.into()
}

/// Lines that `of` has more often than `from`.
fn difference<'a>(of: &[(usize, &'a str)], from: &[(usize, &'a str)]) -> impl Iterator<Item = (usize, &'a str)> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for (_, text) in from {
        *left.entry(text).or_default() += 1;
    }
    of.iter().copied().filter(move |(_, text)| match left.get_mut(text) {
        Some(count @ 1..) => {
            *count -= 1;
            false
        }
        _ => true,
    })
}

/// The lines behind the comments at the start and a blank one, without blanks at the end, each with its number.
fn body(text: &str) -> Vec<(usize, &str)> {
    let lines = text.trim_end().lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
    let mut lines = lines.skip_while(|(_, line)| line.starts_with('#')).peekable();
    lines.next_if(|(_, line)| line.is_empty());
    lines.collect()
}
