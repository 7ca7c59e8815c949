//! Points 6 and 7: the two lanes of Molt's checker are green for the touched modules. A tree that is red elsewhere is told, and does
//! not count against the family.

use crate::{
    acceptance::{
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence},
    },
    base::number_of,
    gates::{self, Finding, Place},
};

/// The gate that Molt's checker turns off in the first lane, and since 2026-08 in the second one too.
const LEFT_OUT: &str = "stdlib-fallback";

pub(in crate::acceptance) fn fallback_lane(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    lane(facts.fallback, subject, "--fallback-intrinsic-backed-only")
}

pub(in crate::acceptance) fn critical_lane(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    lane(facts.critical, subject, "--critical-allowlist")
}

fn lane(outcomes: &[gates::GateOutcome], subject: &Subject<'_>, name: &str) -> Judgement {
    let mut found = Findings::default();
    let (mut elsewhere, mut judged) = (0, 0);
    // those of Molt's checker alone: the lane is a run of it
    for outcome in outcomes.iter().filter(|it| it.gate.molt.is_some()) {
        // what the lane itself leaves out is not a part of it
        if outcome.not_judged.is_some() && outcome.gate.id == LEFT_OUT {
            continue;
        }
        if let Some(why) = &outcome.not_judged {
            found.not_measured(PointEvidence::words(format!("gate {} was not judged: {why}", outcome.gate.id)));
            continue;
        }
        judged += 1;
        for finding in outcome.findings.iter().filter(|it| !it.is_ours) {
            if concerns(finding, subject) {
                let text = format!("{}: {}", outcome.gate.id, finding.message);
                found.missing(PointEvidence { path: finding.path.clone(), line: line(finding, subject), text });
            } else {
                elsewhere += 1;
            }
        }
    }
    let gates = number_of(judged, "gate");
    let rest = match elsewhere {
        0 => "the tree is green".to_owned(),
        count => format!("the tree is red with {} elsewhere, none of them in the family", number_of(count, "finding")),
    };
    found.met(PointEvidence::words(format!("{gates} of `molt-sync gates {name}`: {rest}")));
    found.outcome()
}

/// Whether a finding is about the family: about one of its modules or files, or about what one of them loads.
fn concerns(finding: &Finding, subject: &Subject<'_>) -> bool {
    let is_module = finding.module.as_deref().is_some_and(|it| subject.has(it));
    let is_file = finding.path.as_ref().is_some_and(|path| subject.members.iter().any(|it| it.record.path == *path));
    // a finding without a module names what it is about
    let is_named = finding.module.is_none() && finding.related.iter().any(|it| subject.has(it));
    is_module || is_file || is_named
}

fn line(finding: &Finding, subject: &Subject<'_>) -> Option<usize> {
    match finding.place {
        Place::File => None,
        Place::Line(line) | Place::Point(line, _) => Some(line),
        Place::Span(span) => {
            let member = subject.members.iter().find(|it| finding.path.as_ref() == Some(&it.record.path));
            member.map(|it| it.line(span.start))
        }
    }
}
