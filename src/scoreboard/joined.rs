//! What two rows of one week come to. Two branches that both recorded leave two rows, of which neither is that of the merged tree: what
//! is shown and judged is the worse of both by name, and what is compared with is the better, so that a merge hides no worsening.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    figure::{FIGURES, Figure, FigureScope},
    lane::{LaneFigures, is_compared, is_pass},
    number::Number,
    row::{Measured, Row, missing_key},
    tree::rank,
};
use crate::audit::Status;

/// Which of two values is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TakenValue {
    Better,
    Worse,
}

/// What all of them come to, joined in pairs: a large one among many is joined as often as there are levels of pairs, and not with each.
pub(super) fn in_pairs<T>(mut all: Vec<T>, join: impl Fn(T, &T) -> T) -> Option<T> {
    while all.len() > 1 {
        let mut rest = all.into_iter();
        let mut next = Vec::with_capacity(rest.len().div_ceil(2));
        while let Some(first) = rest.next() {
            next.push(match rest.next() {
                Some(second) => join(first, &second),
                None => first,
            });
        }
        all = next;
    }
    all.pop()
}

/// The row of two rows of one week: of each figure the worse value, and of each set what is worse by name. Nothing in it is better than
/// either of them has it.
pub(super) fn worse_row(a: Row, b: &Row) -> Row {
    let mut res = Row { modules: worse_modules(&a, b), missing: a.missing.clone(), ..a.clone() };
    for (key, names) in &b.missing {
        res.missing.entry(key.clone()).or_default().extend(names.iter().cloned());
    }
    for (name, lane) in &b.lanes {
        let joined = match res.lanes.remove(name) {
            Some(known) => joined_lane(&known, lane, TakenValue::Worse),
            None => lane.clone(),
        };
        res.lanes.insert(name.clone(), joined);
    }
    let known: HashSet<&String> = a.offenders.iter().collect();
    let more = b.offenders.iter().filter(|it| !known.contains(it)).cloned();
    res.offenders.extend(more);
    for figure in &FIGURES {
        if let Some(measured) = worse_figure(figure, &a, b, &res) {
            res.figures.insert(figure.id.to_owned(), measured);
        }
    }
    for (id, theirs) in &b.beside {
        let mine = res.beside.entry(id.clone()).or_insert_with(|| theirs.clone());
        let is_more_better =
            id == Status::Support.word() || (id.ends_with("-compared") && !id.ends_with("-not-compared"));
        if let (Some(x), Some(y)) = (mine.value.map(Number::value), theirs.value.map(Number::value))
            && (if is_more_better { y < x } else { y > x })
        {
            mine.clone_from(theirs);
        }
    }
    let (a_word, b_word) = (commit_word(&a), commit_word(b));
    let first = if b.date > a.date { a_word } else { b_word };
    res.others = [vec![first], a.others, b.others.clone()].concat();
    if b.date > a.date {
        res.date.clone_from(&b.date);
        res.commit.clone_from(&b.commit);
        res.modified = b.modified;
    }
    res.public_names = match (a.public_names, &b.public_names) {
        (Some(a), Some(b)) if a.present <= b.present => Some(a),
        (a, b) => b.clone().or(a),
    };
    res.releases.extend(b.releases.iter().map(|(series, it)| (series.clone(), it.clone())));
    res.budget = a.budget.max(b.budget);
    res
}

/// The commit of a row, in words.
fn commit_word(row: &Row) -> String {
    row.commit.clone().unwrap_or_else(|| format!("the tree of {}", row.date))
}

/// The worse of the two values and of what the joined sets come to.
fn worse_figure(figure: &Figure, a: &Row, b: &Row, joined: &Row) -> Option<Measured> {
    let (mine, theirs) = (a.figures.get(figure.id), b.figures.get(figure.id));
    let (Some(x), Some(y)) = (a.value(figure.id), b.value(figure.id)) else {
        let measured = if b.value(figure.id).is_some() { theirs } else { mine };
        return measured.or(theirs).cloned();
    };
    let is_worse = |now: Number, before: Number| figure.is_worse(now.value(), before.value());
    let worse = if is_worse(y, x) { theirs? } else { mine? };
    let count = match figure.of {
        FigureScope::State(_) if a.modules.is_empty() || b.modules.is_empty() => None,
        FigureScope::State(status) => {
            Some(Number::Count(joined.modules.get(status.word()).map_or(0, |it| it.len() as u64)))
        }
        FigureScope::MissingTop | FigureScope::MissingBelow => {
            joined.missing.get(missing_key(figure.of)).map(|it| Number::Count(it.len() as u64))
        }
        FigureScope::Lane(name) => joined.lanes.get(name).and_then(|it| it.percent().ok()),
        FigureScope::Memory => Some(Number::Count(joined.offenders.len() as u64)),
    };
    let Some(count) = count.filter(|it| worse.value.is_some_and(|known| is_worse(*it, known))) else {
        return Some(worse.clone());
    };
    let sources = [mine?.source.as_deref(), theirs?.source.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    Some(Measured { value: Some(count), source: Some(sources.join("; ")), note: worse.note.clone() })
}

/// Each module in the worse of its two states. One that only one of the rows has counts where it makes a figure worse.
fn worse_modules(a: &Row, b: &Row) -> BTreeMap<String, BTreeSet<String>> {
    if a.modules.is_empty() || b.modules.is_empty() {
        return if a.modules.is_empty() { b.modules.clone() } else { a.modules.clone() };
    }
    let states = |row: &Row| -> BTreeMap<String, String> {
        let each = |(word, names): (&String, &BTreeSet<String>)| {
            names.iter().map(|it| (it.clone(), word.clone())).collect::<Vec<_>>()
        };
        row.modules.iter().flat_map(each).collect()
    };
    let place = |word: &String| Status::from_word(word).map_or(0, rank);
    let (mine, theirs) = (states(a), states(b));
    let mut res: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in mine.keys().chain(theirs.keys()) {
        let word = match (mine.get(name), theirs.get(name)) {
            (Some(x), Some(y)) => std::cmp::min_by_key(x, y, |it| (place(it), (*it).clone())),
            (Some(only), None) | (None, Some(only)) if place(only) < rank(Status::Support) => only,
            _ => continue,
        };
        res.entry(word.clone()).or_default().insert(name.clone());
    }
    res
}

/// How good an outcome is.
fn standing(outcome: &str) -> u8 {
    match outcome {
        it if is_pass(it) => 3,
        "xfail" | "flaky" => 2,
        it if is_compared(it) => 1,
        _ => 0,
    }
}

/// The lane of two runs of one week, test by test. A test that one of them does not have is gone by the worse, and there by the better.
/// Where one of them counts what passed without naming it, what is not named there may have passed.
pub(super) fn joined_lane(a: &LaneFigures, b: &LaneFigures, take: TakenValue) -> LaneFigures {
    if a == b {
        return a.clone();
    }
    let is_named = a.names_passes() && b.names_passes();
    let (mine, theirs) = (a.by_test(), b.by_test());
    let mut outcomes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for test in mine.keys().chain(theirs.keys()) {
        let word = match (mine.get(test), theirs.get(test)) {
            (Some(x), Some(y)) if take == TakenValue::Worse => std::cmp::min_by_key(*x, *y, |it| (standing(it), *it)),
            (Some(x), Some(y)) => std::cmp::max_by_key(*x, *y, |it| (standing(it), *it)),
            (Some(only), None) | (None, Some(only)) if is_named == (take == TakenValue::Better) => *only,
            _ => continue,
        };
        if is_named || !is_pass(word) {
            outcomes.entry(word.to_owned()).or_default().insert((*test).to_owned());
        }
    }
    let report = if a.report == b.report { a.report.clone() } else { format!("{} and {}", a.report, b.report) };
    let mut res = LaneFigures::of_tests(&report, outcomes);
    if !is_named {
        let failed = res.compared;
        (res.compared, res.passed) = match take {
            TakenValue::Better => (a.compared.max(b.compared), a.passed.max(b.passed)),
            TakenValue::Worse => (a.compared.min(b.compared), a.passed.min(b.passed)),
        };
        if take == TakenValue::Worse {
            res.passed = res.passed.min(res.compared.saturating_sub(failed));
        }
    }
    res.there = a.there.max(b.there);
    res.peaks.clone_from(&a.peaks);
    for (test, peak) in &b.peaks {
        let known = res.peaks.entry(test.clone()).or_insert(*peak);
        *known = if take == TakenValue::Worse { *peak.max(known) } else { *peak.min(known) };
    }
    res.owners.clone_from(&a.owners);
    for (owner, tests) in &b.owners {
        res.owners.entry(owner.clone()).or_default().extend(tests.iter().cloned());
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(backed: &[&str], partial: &[&str], fails: &[&str]) -> Row {
        let set = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<BTreeSet<String>>();
        let text = "{\"schema\": 1, \"date\": \"2026-02-12\", \"commit\": null, \"figures\": {}}";
        let figure = |all: &[&str]| Measured { value: Some(Number::Count(all.len() as u64)), source: None, note: None };
        let passes: Vec<&str> = ["t1", "t2"].into_iter().filter(|it| !fails.contains(it)).collect();
        let outcomes = [("pass".to_owned(), set(&passes)), ("fail".to_owned(), set(fails))];
        Row {
            figures: [
                ("intrinsic-backed".to_owned(), figure(backed)),
                ("intrinsic-partial".to_owned(), figure(partial)),
            ]
            .into(),
            modules: [("intrinsic-backed".to_owned(), set(backed)), ("intrinsic-partial".to_owned(), set(partial))]
                .into(),
            lanes: [("native".to_owned(), LaneFigures::of_tests("r", outcomes.into()))].into(),
            ..serde_json::from_str(text).unwrap()
        }
    }

    #[test]
    fn many_are_joined_in_their_order_and_none_is_left_out() {
        for count in 0..20 {
            let all: Vec<String> = (0..count).map(|it| format!("{it} ")).collect();
            let whole = all.concat();
            let found = in_pairs(all, |a, b| a + b);
            assert_eq!(found.unwrap_or_default(), whole, "{count}");
        }
    }

    #[test]
    fn who_offends_in_either_row_is_named_once() {
        let with =
            |names: &[&str]| Row { offenders: names.iter().map(|it| (*it).to_owned()).collect(), ..row(&[], &[], &[]) };
        assert_eq!(worse_row(with(&["x", "y"]), &with(&["y", "z"])).offenders, ["x", "y", "z"]);
    }

    #[test]
    fn what_each_of_two_rows_has_worse_is_worse_in_both() {
        let (one, two) = (row(&["a", "b"], &["c"], &["t1"]), row(&["a", "c"], &["b"], &["t2"]));
        let joined = worse_row(one.clone(), &two);
        let names = |word: &str| joined.modules[word].iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        assert_eq!((names("intrinsic-backed"), names("intrinsic-partial")), ("a".to_owned(), "b c".to_owned()));
        let value = |id: &str| joined.value(id).map(Number::value);
        assert_eq!((value("intrinsic-backed"), value("intrinsic-partial")), (Some(1.0), Some(2.0)));
        let outcome = |row: &Row, test: &str| row.lanes["native"].by_test()[test].to_owned();
        assert_eq!((outcome(&joined, "t1"), outcome(&joined, "t2")), ("fail".to_owned(), "fail".to_owned()));
        let better = joined_lane(&one.lanes["native"], &two.lanes["native"], TakenValue::Better);
        assert_eq!((better.by_test()["t1"], better.by_test()["t2"]), ("pass", "pass"));
    }

    #[test]
    fn of_two_outcomes_the_worse_and_the_better_are_known_whatever_they_are_called() {
        let lane = |outcome: &str| LaneFigures::of_tests("r", [(outcome.to_owned(), ["t".to_owned()].into())].into());
        let joined = |a, b, take| joined_lane(&lane(a), &lane(b), take).by_test()["t"].to_owned();
        for (worse, better) in
            [("timeout", "pass"), ("fail", "xfail"), ("skip", "fail"), ("xfail", "pass"), ("flaky", "xpass")]
        {
            for (a, b) in [(worse, better), (better, worse)] {
                assert_eq!(joined(a, b, TakenValue::Worse), worse, "{a} and {b}");
                assert_eq!(joined(a, b, TakenValue::Better), better, "{a} and {b}");
            }
        }
    }
}
