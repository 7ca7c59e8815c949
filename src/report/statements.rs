//! What of the documents changes, line by line: the old words, the new ones, and where.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use similar::{DiffOp, TextDiff};

use crate::{base::Edit, changeset::Changeset};

/// One line of a document that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Statement {
    /// The document.
    pub path: String,
    /// Its line, one-based, in the new text, or in the old one where it goes away.
    pub line: usize,
    /// What it says before; none where it is new.
    pub old: Option<String>,
    /// What it says afterwards; none where it goes away.
    pub new: Option<String>,
    /// Whether what it says before was wrong already, whatever the change brings.
    pub was_wrong: bool,
    /// Its line in the old text, where it has one there.
    #[serde(skip)]
    old_line: Option<usize>,
}

/// Pairs of lines that are compared at most in one document: the shortest difference of two long texts takes time by the
/// square of their length, and whoever wants to see that one looks at the patch.
const EFFORT: usize = 20_000_000;

impl Statement {
    /// Those of every document that is there before and afterwards; `older` are those that would have changed without any release.
    pub fn of(changeset: &Changeset, older: &[Self]) -> Vec<Self> {
        let documents = changeset.edits.iter().filter(|it| it.path.extension() == Some("md"));
        let older: BTreeSet<(&str, Result<usize, Option<&str>>)> = older.iter().map(Self::key).collect();
        let mut res: Vec<Self> = documents.flat_map(Self::in_one).collect();
        for it in &mut res {
            it.was_wrong = older.contains(&it.key());
        }
        res
    }

    /// What tells whether two changes of a text are about the same place of it.
    fn key(&self) -> (&str, Result<usize, Option<&str>>) {
        (&self.path, self.old_line.ok_or(self.new.as_deref()))
    }

    fn in_one(edit: &Edit) -> Vec<Self> {
        let (Some(old), Some(new)) = (&edit.before, &edit.after) else { return Vec::new() };
        Self::between(edit.path.as_str(), &String::from_utf8_lossy(old), &String::from_utf8_lossy(new))
    }

    /// The lines in which two texts of a document differ.
    pub fn between(path: &str, old: &str, new: &str) -> Vec<Self> {
        let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
        if old.len().saturating_mul(new.len()) > EFFORT {
            return Vec::new();
        }
        let mut res = Vec::new();
        for op in TextDiff::from_slices(&old, &new).ops() {
            let (from, to) = match op {
                DiffOp::Equal { .. } => continue,
                _ => (op.old_range(), op.new_range()),
            };
            for at in 0..from.len().max(to.len()) {
                let word = |lines: &[&str], range: &std::ops::Range<usize>| {
                    lines[range.clone()].get(at).map(|it| it.trim().to_owned())
                };
                let (old, new) = (word(&old, &from), word(&new, &to));
                if [&old, &new].into_iter().flatten().all(|it| it.is_empty() || is_marker(it)) {
                    continue;
                }
                let line = if new.is_some() { to.start } else { from.start } + at + 1;
                let old_line = old.is_some().then_some(from.start + at + 1);
                res.push(Self { path: path.to_owned(), line, old, new, was_wrong: false, old_line });
            }
        }
        res
    }

    /// A line of a text that was wrong before.
    pub fn wrong_at(path: &str, line: usize) -> Self {
        Self { path: path.to_owned(), line, old: None, new: None, was_wrong: true, old_line: Some(line) }
    }

    /// Its place.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A comment that says what a tool fills is not a statement.
fn is_marker(line: &str) -> bool {
    line.starts_with("<!--") && line.ends_with("-->")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RelPath;

    #[test]
    fn each_line_is_told_with_its_place_and_both_its_words() {
        let edit = |path: &str, before: &str, after: &str| Edit {
            path: RelPath::new(path).unwrap(),
            before: Some(before.into()),
            after: Some(after.into()),
        };
        let edits = vec![
            edit("a.md", "<!-- sum=1 -->\nsame\n- 3 wheels\nlast\n", "<!-- sum=2 -->\nsame\n- 4 wheels\n- a bell\n"),
            edit("b.py", "x = 1\n", "x = 2\n"),
        ];
        let older = [Statement::wrong_at("a.md", 3), Statement::wrong_at("c.md", 4)];
        let all = Statement::of(&Changeset { edits }, &older);
        assert_eq!(all.iter().map(|it| it.was_wrong).collect::<Vec<_>>(), [true, false]);
        let found = all;
        let found: Vec<_> = found.iter().map(|it| (it.place(), it.old.as_deref(), it.new.as_deref())).collect();
        assert_eq!(
            found,
            [
                ("a.md:3".to_owned(), Some("- 3 wheels"), Some("- 4 wheels")),
                ("a.md:4".to_owned(), Some("last"), Some("- a bell")),
            ]
        );
    }
}
