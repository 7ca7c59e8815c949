//! What of the documents changes, line by line: the old words, the new ones, and where.

use serde::Serialize;
use similar::{DiffOp, TextDiff};

use crate::{base::Edit, changeset::Changeset};

/// One line of a document that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// The document.
    pub path: String,
    /// Its line, one-based, in the new text, or in the old one where it goes away.
    pub line: usize,
    /// What it says before; none where it is new.
    pub old: Option<String>,
    /// What it says afterwards; none where it goes away.
    pub new: Option<String>,
}

/// Pairs of lines that are compared at most in one document: the shortest difference of two long texts takes time by the
/// square of their length, and whoever wants to see that one looks at the patch.
const EFFORT: usize = 20_000_000;

impl Statement {
    /// Those of every document that is there before and afterwards.
    pub fn of(changeset: &Changeset) -> Vec<Self> {
        let documents = changeset.edits.iter().filter(|it| it.path.extension() == Some("md"));
        documents.flat_map(Self::in_one).collect()
    }

    fn in_one(edit: &Edit) -> Vec<Self> {
        let (Some(old), Some(new)) = (&edit.before, &edit.after) else { return Vec::new() };
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
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
                res.push(Self { path: edit.path.to_string(), line, old, new });
            }
        }
        res
    }

    /// Its place.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A comment that says what a tool fills is no statement.
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
        let found = Statement::of(&Changeset { edits });
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
