//! Point 5: differential tests for the edges of the module exist, and ran. Probes that a generator wrote do not count: they only
//! ask which names there are.

use crate::{
    acceptance::{
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence, PointVerdict},
        runs::{TestEnd, TestLane},
    },
    base::{RelPath, number_of},
    clusters::is_probe,
};

pub(in crate::acceptance) fn targeted_tests(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    let targeted = targeted(facts, subject);
    if targeted.is_empty() {
        let probes: usize = all(facts, subject).filter(|(path, _)| is_probe(path.as_str())).count();
        let text = format!(
            "the index names no targeted test of the family of `{}`, {} apart",
            subject.module,
            number_of(probes, "generated probe")
        );
        found.missing(PointEvidence::of(facts.index, text));
        return found.outcome();
    }
    let Some(ran) = facts.ran else {
        for (path, line) in targeted {
            exists(&mut found, facts, path, *line);
        }
        found.not_measured(PointEvidence::words(
            "no report says whether they ran: run `molt-sync differential run` on them, or Molt's tests/molt_diff.py, and name the report with --report",
        ));
        return found.outcome();
    };
    for (path, line) in targeted {
        if !exists(&mut found, facts, path, *line) {
            continue;
        }
        let ends: Vec<_> =
            [TestLane::Native, TestLane::Wasm].into_iter().filter_map(|it| ran.of(path.as_str(), it)).collect();
        let did_run = |it: &TestEnd| !matches!(it, TestEnd::Skipped | TestEnd::OfCpython);
        let all = || ends.iter().filter(|(end, _)| did_run(end));
        // what ran before the module was changed ran other code
        let now = all().find(|(_, report)| report.is_before(subject.changed).is_none());
        match (now.or_else(|| all().next()), ends.first()) {
            (Some((_, report)), _) => match report.is_before(subject.changed) {
                None => found.met(PointEvidence::of(path, format!("it ran in {}", report.name))),
                Some(why) => found.not_measured(PointEvidence::of(path, format!("{} {why}", report.name))),
            },
            (None, None) => found.not_measured(PointEvidence::of(path, "no report says that it ran")),
            (None, Some((TestEnd::OfCpython, report))) => {
                let text = format!("it {} in {}", TestEnd::OfCpython.word(), report.name);
                found.not_measured(PointEvidence::of(path, text));
            }
            (None, Some(_)) => found.not_measured(PointEvidence::of(path, "it was left out of the run")),
        }
    }
    found.outcome()
}

/// Whether a test is there.
fn exists(found: &mut Findings, facts: &SharedFacts<'_>, path: &RelPath, line: usize) -> bool {
    let is_there = facts.present.contains(path);
    let place = PointEvidence::at(facts.index, line, format!("{path}{}", if is_there { "" } else { " is not there" }));
    found.add(if is_there { PointVerdict::Met } else { PointVerdict::Missing }, place);
    is_there
}

/// The tests of the family by the index, generated ones left out.
pub(super) fn targeted<'f>(facts: &'f SharedFacts<'_>, subject: &Subject<'_>) -> Vec<&'f (RelPath, usize)> {
    let mut res: Vec<_> = all(facts, subject).filter(|(path, _)| !is_probe(path.as_str())).collect();
    res.sort();
    res.dedup_by(|later, first| later.0 == first.0);
    res
}

fn all<'f>(facts: &'f SharedFacts<'_>, subject: &Subject<'_>) -> impl Iterator<Item = &'f (RelPath, usize)> {
    subject.members.iter().filter_map(|it| facts.tests.get(&it.record.name)).flatten()
}
