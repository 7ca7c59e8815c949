//! What a lane of Molt's checker says, found by module and by file.

use std::collections::{BTreeSet, HashMap};

use crate::{
    audit::Record,
    base::RelPath,
    gates::{self, Finding},
};

/// The gate that Molt's checker turns off in the first lane, and since 2026-08 in the second one too.
const LEFT_OUT: &str = "stdlib-fallback";

/// What the gates of Molt's checker say in one lane, each finding by what it is about: a tree has as many findings as modules.
pub struct CheckerLane<'a> {
    /// The gates that were not judged, each with the reason.
    pub(super) not_judged: Vec<(&'a str, &'a str)>,
    /// How many were.
    pub(super) judged: usize,
    /// Each finding with its gate.
    pub(super) findings: Vec<(&'a str, &'a Finding)>,
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
    pub(super) fn about<'r>(&self, members: impl Iterator<Item = &'r Record>) -> BTreeSet<usize> {
        let of = |it: &'r Record| [self.by_name.get(it.name.as_str()), self.by_path.get(&it.path)];
        members.flat_map(of).flatten().flatten().copied().collect()
    }
}
