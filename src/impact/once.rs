//! What classes of one module have in common, told once: they are one class under several names, or inherit from the same private one.

use std::collections::BTreeMap;

use super::{
    api::Api,
    change::{ApiChange, ChangeKind, Unseen, differences},
};

/// All differences of public modules, by module and name; and what was not looked at.
pub fn changes(old: &Api, new: &Api) -> (Vec<ApiChange>, Vec<Unseen>) {
    let (changes, unseen) = differences(old, new);
    (once(changes), unseen)
}

/// The changes without those that are the same member of another class of the module, which the first one names.
fn once(changes: Vec<ApiChange>) -> Vec<ApiChange> {
    let mut same: BTreeMap<ChangeKey, Vec<usize>> = BTreeMap::new();
    for (at, it) in changes.iter().enumerate() {
        if let Some(key) = key(it) {
            same.entry(key).or_default().push(at);
        }
    }
    let mut others: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut gone = vec![false; changes.len()];
    for all in same.into_values().filter(|it| it.len() > 1) {
        // where the documentation has it, that is the class to tell it of; else the one with the shortest name
        let rank = |at: &usize| {
            let it = &changes[*at];
            (!it.provenance.iter().any(|it| it.starts_with("D ")), it.name.len(), it.name.clone())
        };
        let Some(first) = all.iter().copied().min_by_key(rank) else { continue };
        for at in all.into_iter().filter(|it| *it != first) {
            gone[at] = true;
            others.entry(first).or_default().push(format!("`{}`", changes[at].name));
        }
    }
    let kept = changes.into_iter().enumerate().filter(|(at, _)| !gone[*at]);
    kept.map(|(at, mut it)| {
        if let Some(others) = others.get(&at) {
            it.text.push_str(&format!("; the same of {}", others.join(", ")));
        }
        it
    })
    .collect()
}

/// The module, what happened, the name of the member, and where it is.
type ChangeKey = (String, ChangeKind, String, String);

fn key(it: &ApiChange) -> Option<ChangeKey> {
    let is_of_names =
        matches!(it.kind, ChangeKind::Added | ChangeKind::Removed | ChangeKind::Signature | ChangeKind::Kind);
    let (_, member) = it.name.rsplit_once('.').filter(|_| is_of_names)?;
    let place = it.provenance.first().filter(|it| !it.starts_with("D "))?;
    Some((it.module.clone(), it.kind, member.to_owned(), place.clone()))
}

#[cfg(test)]
mod tests {
    use crate::impact::{api::tests::api_of, changes};

    #[test]
    fn what_classes_share_is_told_once() {
        let lib = |more: &str| {
            format!(
                "class _B:\n    def g(self): pass\n{more}class Ab(_B): pass\nclass A(_B): pass\nclass C:\n    def g(self): pass\n"
            )
        };
        let of = |text: &str, doc: &str| api_of(&[("Lib/m.py", text), ("Doc/library/m.rst", doc)]);
        let old = of(&lib(""), "");
        for (doc, expected) in
            [("", "A.f|; the same of `Ab.f`"), (".. module:: m\n\n.. method:: Ab.f()\n", "Ab.f|; the same of `A.f`")]
        {
            let new = of(&lib("    def f(self): pass\n"), doc);
            let all: Vec<String> = changes(&old, &new)
                .0
                .into_iter()
                .map(|it| format!("{}|{}", it.name, it.text.replace(&format!("new method `{}()`", it.name), "")))
                .collect();
            assert_eq!(all, [expected], "{doc}");
        }
    }
}
