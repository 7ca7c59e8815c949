//! What worsened, by name: sets are compared and never counts, so that one module that was finished does not pay for another one that
//! fell back.

use std::collections::BTreeMap;

use super::{
    figure::{Better, FigureScope, by_id, of_state},
    lane::{LaneFigures, is_compared, is_pass},
    tree::{Tree, rank},
};
use crate::audit::Status;

/// One thing that worsened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worsening {
    /// The id of the figure.
    pub figure: &'static str,
    /// The module, the name, or the test.
    pub identity: String,
    /// What became of it, in words.
    pub what: String,
}

impl Worsening {
    fn new(figure: &'static str, identity: impl Into<String>, what: impl Into<String>) -> Self {
        Self { figure, identity: identity.into(), what: what.into() }
    }
}

/// Where a module stands in one tree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ModulePlace {
    In(Status),
    /// There is a file, and it cannot be judged.
    Unreadable,
    /// It is required, and there is no file.
    Missing,
    /// There is no file, and none is required.
    Nowhere,
}

impl ModulePlace {
    fn of(tree: &Tree, name: &str) -> Self {
        match tree.states.get(name) {
            Some(Some(status)) => Self::In(*status),
            Some(None) => Self::Unreadable,
            None if tree.misses(name) => Self::Missing,
            None => Self::Nowhere,
        }
    }

    fn rank(self) -> u8 {
        if let Self::In(status) = self { rank(status) } else { 0 }
    }

    fn word(self) -> &'static str {
        match self {
            Self::In(status) => status.word(),
            Self::Unreadable => "not readable",
            Self::Missing => "missing",
            Self::Nowhere => "not there",
        }
    }
}

/// What worsened from one tree to another one.
pub fn of_trees(before: &Tree, now: &Tree) -> Vec<Worsening> {
    let mut res = Vec::new();
    let names: std::collections::BTreeSet<&String> = before.states.keys().chain(now.states.keys()).collect();
    for name in names {
        module(name, ModulePlace::of(before, name), ModulePlace::of(now, name), &mut res);
        lost_names(name, before, now, &mut res);
    }
    for (figure, old, new) in [
        ("missing-top-level", &before.missing_top, &now.missing_top),
        ("missing-submodules", &before.missing_below, &now.missing_below),
    ] {
        for name in new.difference(old) {
            let was = ModulePlace::of(before, name).word();
            res.push(Worsening::new(
                figure,
                name,
                format!("{was} before; it is required, and there is no file for it"),
            ));
        }
    }
    res.sort();
    res
}

fn module(name: &str, before: ModulePlace, now: ModulePlace, res: &mut Vec<Worsening>) {
    let what = format!("{} before, {} now", before.word(), now.word());
    let is_new = before == ModulePlace::Nowhere;
    if before == now || (!is_new && now.rank() >= before.rank()) {
        return;
    }
    let figure = |place: ModulePlace| if let ModulePlace::In(status) = place { of_state(status) } else { None };
    let count = res.len();
    if let Some(left) = figure(before).filter(|it| it.better == Better::More) {
        res.push(Worsening::new(left.id, name, what.clone()));
    }
    if let Some(entered) = figure(now).filter(|it| it.better == Better::Fewer) {
        res.push(Worsening::new(entered.id, name, what.clone()));
    }
    // what cannot be judged any more, and what refuses to be imported, is on no figure of its own
    let is_on_board = matches!(now, ModulePlace::Missing | ModulePlace::Nowhere);
    if res.len() == count && !is_on_board && !(is_new && now != ModulePlace::Unreadable) {
        let figure = figure(before).map_or("python-only", |it| it.id);
        res.push(Worsening::new(figure, name, what));
    }
}

/// The public names that an attested module had and does not have.
fn lost_names(module: &str, before: &Tree, now: &Tree, res: &mut Vec<Worsening>) {
    let (Some(old), Some(new)) = (before.names.get(module), now.names.get(module)) else { return };
    for name in old.difference(new) {
        let what = format!("{module} is intrinsic-backed, and has lost this name");
        res.push(Worsening::new("intrinsic-backed", format!("{module}.{name}"), what));
    }
}

/// What worsened in the lanes of one side against those of the other one. A lane that the later side has not run is not looked at
/// here.
pub fn of_lanes(before: &BTreeMap<String, &LaneFigures>, now: &BTreeMap<String, &LaneFigures>) -> Vec<Worsening> {
    let mut res = Vec::new();
    for (name, new) in now {
        let Some(old) = before.get(name).filter(|old| **old != *new) else { continue };
        let Some(figure) = super::FIGURES.iter().find(|it| it.of == FigureScope::Lane(lane_of(name))) else { continue };
        tests(figure.id, old, new, &mut res);
        for (test, old, new) in new.grown(old) {
            let what = format!("{name}: a peak of {old} KiB before, {new} KiB now");
            res.push(Worsening::new("memory-regressions", test, what));
        }
    }
    res.sort();
    res.dedup_by(|a, b| a.figure == b.figure && a.identity == b.identity);
    res
}

/// The name of a lane that has a figure; an empty one for others.
fn lane_of(name: &str) -> &'static str {
    let id = format!("{name}-pass");
    match by_id(&id).map(|it| it.of) {
        Some(FigureScope::Lane(it)) => it,
        _ => "",
    }
}

fn tests(figure: &'static str, before: &LaneFigures, now: &LaneFigures, res: &mut Vec<Worsening>) {
    let (old, new) = (before.by_test(), now.by_test());
    for (test, was) in &old {
        let passed = is_pass(was);
        match new.get(test) {
            Some(is) if passed && !is_pass(is) => {
                let word = if is_compared(is) { "broken" } else { "not compared any more" };
                res.push(Worsening::new(figure, *test, format!("{word}: {was} before, {is} now")));
            }
            // a test that failed and is not looked at any more makes the percentage better, and nothing else
            Some(is) if is_compared(was) && !is_compared(is) => {
                res.push(Worsening::new(figure, *test, format!("not compared any more: {was} before, {is} now")));
            }
            // where passes are counted and not named, a test that is not named can have passed
            None if is_compared(was) && now.names_passes() => {
                res.push(Worsening::new(figure, *test, format!("gone: {was} before, and not in {}", now.report)));
            }
            _ => {}
        }
    }
    if !before.names_passes() {
        for (test, is) in new.iter().filter(|(test, is)| is_compared(is) && !is_pass(is) && !old.contains_key(*test)) {
            let what = format!("{is} now; {} names no test that passed, and not this one", before.report);
            res.push(Worsening::new(figure, *test, what));
        }
    }
    // what has no name can only be counted
    let (unnamed, unnamed_before) = (now.unnamed_failures(), before.unnamed_failures());
    if unnamed > unnamed_before && !res.iter().any(|it| it.figure == figure) {
        let what = format!("{unnamed} that {} does not name failed, {unnamed_before} before", now.report);
        res.push(Worsening::new(figure, "unnamed", what));
    }
    if now.compared < before.compared {
        let what = format!("{} tests were compared, {} before: not comparable", now.compared, before.compared);
        if !res.iter().any(|it| it.figure == figure) {
            res.push(Worsening::new(figure, "coverage", what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(states: &[(&str, Option<Status>)], missing: &[&str]) -> Tree {
        Tree {
            states: states.iter().map(|(name, it)| ((*name).to_owned(), *it)).collect(),
            missing_top: missing.iter().map(|it| (*it).to_owned()).collect(),
            ..Tree::default()
        }
    }

    fn found(before: &Tree, now: &Tree) -> Vec<String> {
        of_trees(before, now).into_iter().map(|it| format!("{} {}", it.figure, it.identity)).collect()
    }

    #[test]
    fn a_module_that_falls_back_is_named_on_each_figure_that_it_worsens() {
        use Status::{Backed, Partial, PolicyGate, ProbeOnly, PythonOnly, Support};
        let one = |it| tree(&[("m", it)], &[]);
        for (before, now, expected) in [
            (one(Some(Backed)), one(Some(Partial)), &["intrinsic-backed m", "intrinsic-partial m"][..]),
            (one(Some(Backed)), one(Some(Support)), &["intrinsic-backed m"]),
            (one(Some(Partial)), one(Some(ProbeOnly)), &["probe-only m"]),
            (one(Some(ProbeOnly)), one(Some(PythonOnly)), &["python-only m"]),
            (one(Some(Partial)), one(Some(PolicyGate)), &["intrinsic-partial m"]),
            (one(Some(Partial)), one(None), &["intrinsic-partial m"]),
            (one(Some(Backed)), tree(&[], &[]), &["intrinsic-backed m"]),
            (one(Some(Partial)), tree(&[], &["m"]), &["missing-top-level m"]),
            (tree(&[], &[]), one(Some(Partial)), &["intrinsic-partial m"]),
            (tree(&[], &[]), one(Some(Backed)), &[]),
            (tree(&[], &["m"]), one(Some(Partial)), &[]),
            (one(Some(PythonOnly)), one(Some(Partial)), &[]),
            (one(Some(Partial)), tree(&[], &[]), &[]),
            (one(Some(Partial)), one(Some(Partial)), &[]),
        ] {
            assert_eq!(found(&before, &now), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn one_that_is_finished_does_not_pay_for_another() {
        let before = tree(&[("a", Some(Status::Backed)), ("b", Some(Status::Partial))], &[]);
        let now = tree(&[("a", Some(Status::Partial)), ("b", Some(Status::Backed))], &[]);
        assert_eq!(found(&before, &now), ["intrinsic-backed a", "intrinsic-partial a"]);
    }

    #[test]
    fn failures_without_a_name_are_counted() {
        let lane = |passed, failed| LaneFigures { passed, compared: passed + failed, ..LaneFigures::default() };
        let worse = |before: &LaneFigures, now: &LaneFigures| {
            let mut res = Vec::new();
            tests("native-pass", before, now, &mut res);
            res.into_iter().map(|it| it.identity).collect::<Vec<_>>()
        };
        assert_eq!(worse(&lane(200, 0), &lane(150, 50)), ["unnamed"]);
        assert_eq!(worse(&lane(150, 50), &lane(200, 0)), [""; 0]);
        assert_eq!(worse(&lane(200, 0), &lane(150, 0)), ["coverage"]);
        let named = [("pass", 0..200)].map(|(word, all)| (word.to_owned(), all.map(|it| format!("a{it}")).collect()));
        let named = LaneFigures::of_tests("r", named.into());
        assert_eq!(worse(&named, &lane(150, 50)), ["unnamed"]);
    }

    #[test]
    fn tests_are_compared_by_name() {
        let lane = |all: &[(&str, &[&str])]| {
            let outcomes =
                all.iter().map(|(word, tests)| ((*word).to_owned(), tests.iter().map(|it| (*it).to_owned()).collect()));
            LaneFigures::of_tests("r", outcomes.collect())
        };
        let before = lane(&[("pass", &["a", "b", "c"]), ("fail", &["d", "e"])]);
        let now = lane(&[("pass", &["a", "d"]), ("fail", &["b", "new"]), ("vacuous", &["c"])]);
        let found = of_lanes(&[("native".to_owned(), &before)].into(), &[("native".to_owned(), &now)].into());
        let words: Vec<_> =
            found.iter().map(|it| format!("{}: {}", it.identity, it.what.split(':').next().unwrap())).collect();
        assert_eq!(words, ["b: broken", "c: not compared any more", "e: gone"]);
        // one that passes although nobody expects it to is no worse than one of which it is expected
        let unexpected = lane(&[("xpass", &["a", "b", "c"]), ("fail", &["d", "e"])]);
        let both = |old: &LaneFigures, new: &LaneFigures| {
            of_lanes(&[("native".to_owned(), old)].into(), &[("native".to_owned(), new)].into())
        };
        assert_eq!((unexpected.passed, both(&before, &unexpected), both(&unexpected, &before)), (3, vec![], vec![]));
    }
}
