//! Points 6 and 7: the two lanes of Molt's checker are green for the touched modules. A tree that is red elsewhere is told, and does
//! not count against the family.

use std::collections::{BTreeSet, HashMap};

use crate::{
    acceptance::{
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence},
    },
    base::{RelPath, number_of},
    gates::{self, Finding, Place},
};

/// The gate that Molt's checker turns off in the first lane, and since 2026-08 in the second one too.
const LEFT_OUT: &str = "stdlib-fallback";

/// What the gates of Molt's checker say in one lane, each finding by what it is about: a tree has as many findings as modules.
pub struct CheckerLane<'a> {
    /// The gates that were not judged, each with the reason.
    not_judged: Vec<(&'a str, &'a str)>,
    judged: usize,
    /// Each finding with its gate.
    findings: Vec<(&'a str, &'a Finding)>,
    by_name: HashMap<&'a str, Vec<usize>>,
    by_path: HashMap<&'a RelPath, Vec<usize>>,
}

impl<'a> CheckerLane<'a> {
    /// The outcomes of a run of all gates.
    pub fn new(outcomes: &'a [gates::GateOutcome]) -> Self {
        let mut res = Self {
            not_judged: Vec::new(),
            judged: 0,
            findings: Vec::new(),
            by_name: HashMap::new(),
            by_path: HashMap::new(),
        };
        // those of Molt's checker alone: the lane is a run of it
        for outcome in outcomes.iter().filter(|it| it.gate.molt.is_some()) {
            match &outcome.not_judged {
                // what the lane itself leaves out is not a part of it
                Some(_) if outcome.gate.id == LEFT_OUT => {}
                Some(why) => res.not_judged.push((outcome.gate.id, why)),
                None => {
                    res.judged += 1;
                    for finding in outcome.findings.iter().filter(|it| !it.is_ours) {
                        res.add(outcome.gate.id, finding);
                    }
                }
            }
        }
        res
    }

    fn add(&mut self, gate: &'a str, finding: &'a Finding) {
        let at = self.findings.len();
        self.findings.push((gate, finding));
        if let Some(path) = &finding.path {
            self.by_path.entry(path).or_default().push(at);
        }
        match &finding.module {
            Some(name) => self.by_name.entry(name).or_default().push(at),
            // a finding without a module names what it is about
            None => finding.related.iter().for_each(|it| self.by_name.entry(it).or_default().push(at)),
        }
    }

    /// Those about the family, in their order: about one of its modules or files, or about what one of them loads.
    fn about(&self, subject: &Subject<'_>) -> BTreeSet<usize> {
        let records = || subject.members.iter().map(|it| it.record);
        let by_name = records().filter_map(|it| self.by_name.get(it.name.as_str()));
        let by_path = records().filter_map(|it| self.by_path.get(&it.path));
        by_name.chain(by_path).flatten().copied().collect()
    }
}

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
    let own = lane.about(subject);
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
