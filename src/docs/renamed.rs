//! Which documents went by another name in another revision: what was wrong in one is no news under its new name.

use std::collections::{BTreeSet, HashMap};

use super::rules::Document;
use crate::base::RelPath;

/// The most pairs of a document that is gone and one that is new that are held against each other.
const MOST_PAIRS: usize = 4096;

/// The new names of those of `before` that are gone from `now`, by their names of before. A document that is new is taken for one
/// that is gone where at least half of the lines of the longer one are the other's too, which is what git takes for a renamed file.
pub fn renamed(before: &[Document], now: &[Document]) -> HashMap<RelPath, RelPath> {
    let gone = only_in(before, now);
    let new = only_in(now, before);
    if gone.len() * new.len() > MOST_PAIRS {
        return HashMap::new();
    }
    let lines = |all: &[&'_ Document]| -> Vec<(HashMap<String, usize>, usize)> {
        all.iter().map(|it| counted(&it.text)).collect()
    };
    let (old_lines, new_lines) = (lines(&gone), lines(&new));
    let mut pairs = Vec::new();
    for (from, (old, old_count)) in old_lines.iter().enumerate() {
        for (to, (new, new_count)) in new_lines.iter().enumerate() {
            let common: usize = old.iter().map(|(line, count)| count.min(new.get(line).unwrap_or(&0))).sum();
            let longer = *old_count.max(new_count);
            if longer > 0 && common * 2 >= longer {
                pairs.push((common * 1000 / longer, from, to));
            }
        }
    }
    pairs.sort_by_key(|it| std::cmp::Reverse(it.0));
    let mut res = HashMap::new();
    let (mut from_taken, mut to_taken) = (BTreeSet::new(), BTreeSet::new());
    for (_, from, to) in pairs {
        if !from_taken.contains(&from) && to_taken.insert(to) {
            from_taken.insert(from);
            res.insert(gone[from].path.clone(), new[to].path.clone());
        }
    }
    res
}

fn only_in<'d>(all: &'d [Document], others: &[Document]) -> Vec<&'d Document> {
    let others: BTreeSet<&RelPath> = others.iter().map(|it| &it.path).collect();
    all.iter().filter(|it| !others.contains(&it.path)).collect()
}

/// How often each line stands in a text, and how many there are; blank ones are none.
fn counted(text: &str) -> (HashMap<String, usize>, usize) {
    let mut res: HashMap<String, usize> = HashMap::new();
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    let count = lines.map(|it| *res.entry(it.to_owned()).or_default() += 1).count();
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
