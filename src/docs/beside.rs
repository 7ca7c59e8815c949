//! Numbers that stand beside a value that a change writes, and that were right before, or the sum of such: a sentence or a table of which one
//! number follows and the others stay would contradict itself, and nobody would be told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    bound::BoundSpans,
    census::numbers_in,
    claim::{Claim, ClaimKind},
    fact::{Facts, Value},
    flow::{Flow, flows},
    form,
    rules::Document,
    tense::{day, is_record},
};
use crate::base::Lines;

/// The smallest count that tells a fact from others: one or two of something are in every sentence.
const LEAST: i64 = 10;

/// So many values of one sentence are added up.
const MOST_PARTS: usize = 6;

/// So many of one document are told.
const LISTED: usize = 50;

/// Those of a document, each as `LINE: what about it`. `written` are the claims that the change writes there, and `claims` all of it.
pub fn numbers_beside(
    document: &Document,
    (written, claims): (&[&Claim], &[Claim]),
    (before, after): (&Facts, &Facts),
) -> Vec<String> {
    let written: Vec<&&Claim> =
        written.iter().filter(|it| it.kind == ClaimKind::Phrase && it.path == document.path).collect();
    if written.is_empty() {
        return Vec::new();
    }
    let moved = moved(before, after);
    if moved.is_empty() {
        return Vec::new();
    }
    let flows = flows(&document.text);
    let starts: BTreeSet<usize> = written.iter().map(|it| it.span.start).collect();
    let has_written: Vec<bool> = flows.iter().map(|it| has_any(it, &starts)).collect();
    let groups: BTreeSet<(usize, usize)> =
        flows.iter().zip(&has_written).filter(|(_, has)| **has).map(|(it, _)| group(it)).collect();
    let bound = BoundSpans::new(claims);
    let is_counted = |it: &&Claim| it.kind == ClaimKind::Phrase && it.path == document.path && it.as_of.is_none();
    let mut counted: Vec<&Claim> = claims.iter().filter(is_counted).collect();
    counted.sort_by_key(|it| it.span.start);
    let lines = Lines::new(&document.text);
    let mut res = Vec::new();
    let is_read = |it: &&Flow| !it.is_ignored && day(it).is_none() && !is_record(it);
    for (flow, has_written) in flows.iter().zip(has_written).filter(|(it, _)| is_read(it)) {
        if !(has_written || (group(flow) != (0, 0) && groups.contains(&group(flow)))) {
            continue;
        }
        let sums = if has_written { sums(flow, &counted, &starts) } else { HashMap::new() };
        for part in numbers_in(flow) {
            let at = flow.place(part.clone()).start;
            let stated = &flow.text[part];
            let Some(Value::Int(number)) = form::read(stated, &Value::Int(0)) else { continue };
            let said = moved.get(&number).or_else(|| sums.get(&number));
            if let Some(what) = said.filter(|_| !bound.has(&document.path, at)) {
                if res.len() == LISTED {
                    res.push(format!("{}: and more numbers below", lines.position(at).0));
                    return res;
                }
                res.push(format!(
                    "{}: {stated} stands beside a value that was written, and {what}",
                    lines.position(at).0
                ));
            }
        }
    }
    res
}

/// What values of a part of a document were together, those that are `written` among them, in words. The claims are in their order.
fn sums(flow: &Flow, claims: &[&Claim], written: &BTreeSet<usize>) -> HashMap<i64, String> {
    let whole = flow.place(0..flow.text.len());
    let from = claims.partition_point(|it| it.span.start < whole.start);
    let to = claims.partition_point(|it| it.span.start < whole.end);
    let value = |it: &&Claim| match form::read(&it.stated, &Value::Int(0)) {
        Some(Value::Int(number)) if number >= LEAST && flow.shows(it.span.start) => {
            Some((number, written.contains(&it.span.start)))
        }
        _ => None,
    };
    let parts: Vec<(i64, bool)> = claims[from..to.max(from)].iter().filter_map(value).take(MOST_PARTS).collect();
    let mut res = HashMap::new();
    for chosen in 0_u32..1 << parts.len() {
        let chosen: Vec<&(i64, bool)> =
            (0..parts.len()).filter(|it| chosen & (1 << it) != 0).map(|it| &parts[it]).collect();
        let sum = chosen.iter().try_fold(0_i64, |sum, it| sum.checked_add(it.0));
        if let Some(sum) = sum.filter(|_| chosen.len() > 1 && chosen.iter().any(|it| it.1)) {
            let words = chosen.iter().map(|it| it.0.to_string()).collect::<Vec<_>>().join(" and ");
            res.entry(sum).or_insert(format!("was the sum of {words}"));
        }
    }
    res
}

/// Whether one of these bytes of a document stands in a part of it.
fn has_any(flow: &Flow, starts: &BTreeSet<usize>) -> bool {
    let whole = flow.place(0..flow.text.len());
    starts.range(whole).any(|it| flow.shows(*it))
}

/// The table, or else the list, that a part of a document is in; zeros outside of both.
fn group(flow: &Flow) -> (usize, usize) {
    if flow.table == 0 { (0, flow.list) } else { (flow.table, 0) }
}

/// What the counts that changed were, and what of them is now, in words.
fn moved(before: &Facts, after: &Facts) -> HashMap<i64, String> {
    let mut by_value: HashMap<i64, BTreeMap<i64, Vec<&str>>> = HashMap::new();
    for fact in before.iter().filter(|it| ["stdlib.", "union.", "ratchet."].iter().any(|of| it.id.starts_with(of))) {
        let (Value::Int(was), Some(Value::Int(is))) = (&fact.value, after.get(&fact.id).map(|it| &it.value)) else {
            continue;
        };
        if was != is && *was >= LEAST {
            by_value.entry(*was).or_default().entry(*is).or_default().push(&fact.id);
        }
    }
    let words = |all: BTreeMap<i64, Vec<&str>>| {
        let each = all.into_iter().map(|(now, ids)| {
            let is = if ids.len() == 1 { "is" } else { "are" };
            format!("{} {is} {now} now", ids.join(", "))
        });
        each.collect::<Vec<_>>().join("; ")
    };
    by_value.into_iter().map(|(was, all)| (was, words(all))).collect()
}
