//! Which documents went by another name in another revision: what was wrong in one is no news under its new name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::rules::Document;
use crate::base::RelPath;

/// The most lines that are held against each other; what is beyond them is no renamed document.
const MOST_LINES: usize = 4_000_000;

/// The new names of those of `before` that are gone from `now`, by their names of before. A document that is new is taken for one
/// that is gone where it has the same text, or where at least half of the lines of the longer one are the other's too, which is what
/// git takes for a renamed file.
pub fn renamed(before: &[Document], now: &[Document]) -> BTreeMap<RelPath, RelPath> {
    let mut res = BTreeMap::new();
    let mut gone = only_in(before, now);
    let mut new = only_in(now, before);
    let mut same: HashMap<&str, Vec<&Document>> = HashMap::new();
    for it in new.iter().rev().filter(|it| !it.text.is_empty()) {
        same.entry(&it.text).or_default().push(it);
    }
    gone.retain(|old| {
        let found = same.get_mut(old.text.as_str()).and_then(Vec::pop);
        res.extend(found.map(|it| (old.path.clone(), it.path.clone())));
        found.is_none()
    });
    let taken: BTreeSet<&RelPath> = res.values().collect();
    new.retain(|it| !taken.contains(&it.path));
    let counts = |all: &[&Document]| -> Vec<usize> { all.iter().map(|it| it.text.lines().count()).collect() };
    let (old_counts, new_counts) = (counts(&gone), counts(&new));
    let mut left = MOST_LINES;
    let mut known: HashMap<usize, LineCounts<'_>> = HashMap::new();
    let mut pairs = Vec::new();
    'all: for (from, old) in gone.iter().enumerate() {
        let (old_lines, old_count) = counted(&old.text);
        for (to, it) in new.iter().enumerate() {
            if old_counts[from] > 3 * new_counts[to] + 3 || new_counts[to] > 3 * old_counts[from] + 3 {
                continue;
            }
            let Some(rest) = left.checked_sub(old_counts[from] + 1) else { break 'all };
            left = rest;
            let (new_lines, new_count) = known.entry(to).or_insert_with(|| counted(&it.text));
            let common: usize =
                old_lines.iter().map(|(line, count)| count.min(new_lines.get(line).unwrap_or(&0))).sum();
            let longer = old_count.max(*new_count);
            if longer > 0 && common * 2 >= longer {
                pairs.push((common * 1000 / longer, from, to));
            }
        }
    }
    pairs.sort_by_key(|it| std::cmp::Reverse(it.0));
    let (mut from_taken, mut to_taken) = (BTreeSet::new(), BTreeSet::new());
    for (_, from, to) in pairs {
        if !from_taken.contains(&from) && to_taken.insert(to) {
            from_taken.insert(from);
            res.insert(gone[from].path.clone(), new[to].path.clone());
        }
    }
    res
}

/// How often each line stands in a text, and how many there are.
type LineCounts<'t> = (HashMap<&'t str, usize>, usize);

fn only_in<'d>(all: &'d [Document], others: &[Document]) -> Vec<&'d Document> {
    let others: BTreeSet<&RelPath> = others.iter().map(|it| &it.path).collect();
    all.iter().filter(|it| !others.contains(&it.path)).collect()
}

/// Blank lines are none.
fn counted(text: &str) -> LineCounts<'_> {
    let mut res: HashMap<&str, usize> = HashMap::new();
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    let count = lines.map(|it| *res.entry(it).or_default() += 1).count();
    (res, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, text: &str) -> Document {
        Document { path: RelPath::new(path).unwrap(), text: text.into() }
    }

    #[test]
    fn a_document_is_known_under_its_new_name_by_half_of_its_lines() {
        let old =
            [document("a.md", "one\ntwo\n\nthree\nfour\n"), document("b.md", "five\nsix\n"), document("c.md", "x\n")];
        let is = |now: &[Document], wanted: &[(&str, &str)]| {
            let mut found: Vec<_> =
                renamed(&old, now).into_iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
            found.sort();
            let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!(found, wanted);
        };
        is(&[document("a.md", ""), document("b.md", ""), document("d.md", "x\n")], &[("c.md", "d.md")]);
        is(
            &[document("n.md", "one\ntwo\nnine\nten\n"), document("m.md", "five\n")],
            &[("a.md", "n.md"), ("b.md", "m.md")],
        );
        // the more alike goes first, and one is taken once
        is(&[document("n.md", "one\ntwo\nthree\nfour\n"), document("m.md", "one\ntwo\n")], &[("a.md", "n.md")]);
        is(&[document("n.md", "one\nnine\nten\n")], &[]);
        is(&[document("n.md", "\n\n")], &[]);
    }
}
