//! Points 6 and 7: the two lanes of Molt's checker are green for the touched modules. A tree that is red elsewhere is told, and does
//! not count against the family.

use std::collections::HashMap;

use crate::{
    acceptance::{
        checker_lane::CheckerLane,
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence},
    },
    base::number_of,
    gates::Place,
};

pub(in crate::acceptance) fn fallback_lane(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    judge(&facts.fallback, subject, "--fallback-intrinsic-backed-only")
}

pub(in crate::acceptance) fn critical_lane(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    judge(&facts.critical, subject, "--critical-allowlist")
}

fn judge(lane: &CheckerLane<'_>, subject: &Subject<'_>, name: &str) -> Judgement {
    let mut found = Findings::default();
    for (gate, why) in &lane.not_judged {
        found.not_measured(PointEvidence::words(format!("gate {gate} was not judged: {why}")));
    }
    found.unread(subject);
    let own = lane.about(subject.members.iter().map(|it| it.record));
    let members = || subject.members.iter().map(|it| (&it.record.path, it));
    let members: HashMap<_, _> = if own.is_empty() { HashMap::new() } else { members().collect() };
    for (gate, finding) in own.iter().filter_map(|at| lane.findings.get(*at)) {
        let line = match finding.place {
            Place::File => None,
            Place::Line(line) | Place::Point(line, _) => Some(line),
            Place::Span(span) => finding.path.as_ref().and_then(|it| members.get(it)).map(|it| it.line(span.start)),
        };
        let text = format!("{gate}: {}", finding.message);
        found.missing(PointEvidence { path: finding.path.clone(), line, text });
    }
    let rest = match lane.findings.len() - own.len() {
        0 => "the tree is green".to_owned(),
        count => format!("the tree is red with {} elsewhere, none of them in the family", number_of(count, "finding")),
    };
    let gates = number_of(lane.judged, "gate");
    found.met(PointEvidence::words(format!("{gates} of `molt-sync gates {name}`: {rest}")));
    found.outcome()
}
