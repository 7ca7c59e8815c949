//! The stub file that is generated from the manifest says what the manifest says.

use super::{Facts, Finding, Gate, Place, Verdict};

pub(super) const GATE: Gate = Gate {
    id: "bindings-stub",
    title: "the generated stub file is in step with the manifest",
    why: "Type checkers and editors read it instead of the manifest.",
    repair: "Run `python3 tools/gen_intrinsics.py`.",
    is_hard: false,
    molt: None,
    run,
};

fn run(facts: &Facts<'_>) -> Verdict {
    let Ok(manifest) = &facts.inputs.manifest else { return Verdict::NotJudged("the manifest cannot be read".into()) };
    let path = &facts.inputs.sources.bindings_stub;
    let text = match &facts.inputs.bindings_stub {
        Ok(text) => text,
        Err(fault) => return Verdict::Judged(vec![Finding::fault(fault, path)]),
    };
    // one header line of its own, and then the manifest
    let (own, wanted) = (body(text), body(&manifest.text));
    let mut differing = own.iter().zip(&wanted).filter(|((_, a), (_, b))| a != b);
    let finding = match differing.next() {
        Some(((line, own), (_, wanted))) => Some((*line, format!("it says `{own}` where the manifest has `{wanted}`"))),
        None if own.len() > wanted.len() => {
            let (line, extra) = own[wanted.len()];
            Some((line, format!("it says `{extra}`, which the manifest does not have")))
        }
        None if own.len() < wanted.len() => {
            let line = own.last().map_or(1, |(line, _)| *line);
            Some((line, format!("it ends where the manifest goes on with `{}`", wanted[own.len()].1)))
        }
        None => None,
    };
    finding.into_iter().map(|(line, message)| Finding::new(message).at(path).place(Place::Line(line))).collect()
}

/// The lines behind the comments at the start and a blank one, without blanks at the end, each with its number.
fn body(text: &str) -> Vec<(usize, &str)> {
    let lines = text.trim_end().lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
    let mut lines = lines.skip_while(|(_, line)| line.starts_with('#')).peekable();
    lines.next_if(|(_, line)| line.is_empty());
    lines.collect()
}
