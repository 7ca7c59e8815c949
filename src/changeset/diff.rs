//! One edit as git shows it: an extended header, then unified hunks with three lines of context.

use std::fmt::Write as _;

use similar::TextDiff;

use crate::base::{Edit, FileChange};

/// How many pairs of lines all edits together may have compared. The shortest patch of two long texts without a line in
/// common takes time by the square of their length; a longer one says the same.
pub(super) const EFFORT: usize = 400_000_000;

pub(super) fn of(edit: &Edit, left: &mut usize) -> String {
    let Some(change) = edit.change() else { return String::new() };
    let path = edit.path.as_str();
    let (old_name, new_name) = (format!("a/{path}"), format!("b/{path}"));
    let mut out = format!("diff --git {old_name} {new_name}\n");
    match change {
        FileChange::Create => out.push_str("new file mode 100644\n"),
        FileChange::Delete => out.push_str("deleted file mode 100644\n"),
        FileChange::Replace => {}
    }
    let text = |bytes: &Option<Vec<u8>>| String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
    let (old, new) = (text(&edit.before), text(&edit.after));
    // for git a line ends in a line feed and in nothing else; the crate's own split has one end in a lone return too
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let same = same_ends(&old, &new);
    let pairs = (old.len() - same.0 - same.1).saturating_mul(new.len() - same.0 - same.1);
    let hunks = match left.checked_sub(pairs) {
        Some(rest) => {
            *left = rest;
            shortest(&old, &new)
        }
        None => whole(&old, &new, same),
    };
    if !hunks.is_empty() {
        // a name with a blank in it ends in a tab there, or its end could not be told
        let tab = if path.contains(' ') { "\t" } else { "" };
        let old_name = if change == FileChange::Create { "/dev/null".into() } else { format!("{old_name}{tab}") };
        let new_name = if change == FileChange::Delete { "/dev/null".into() } else { format!("{new_name}{tab}") };
        let _ = write!(out, "--- {old_name}\n+++ {new_name}\n{hunks}");
    }
    out
}

/// Lines of context around a change.
const CONTEXT: usize = 3;

fn shortest(old: &[&str], new: &[&str]) -> String {
    let diff = TextDiff::from_slices(old, new);
    let mut hunks = String::new();
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(hunks, "{}", hunk.header());
        hunk.iter_changes().for_each(|it| line(&mut hunks, &it.tag().to_string(), it.value()));
    }
    hunks
}

fn line(hunks: &mut String, tag: &str, line: &str) {
    let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
    let _ = write!(hunks, "{tag}{line}{end}");
}

/// How many lines at the start and at the end are the same.
fn same_ends(old: &[&str], new: &[&str]) -> (usize, usize) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[start..].iter().rev().zip(new[start..].iter().rev());
    (start, rest.take_while(|(a, b)| a == b).count())
}

/// One hunk in which everything between the ends that are the same is replaced.
fn whole(old: &[&str], new: &[&str], (start, end): (usize, usize)) -> String {
    let from = start.saturating_sub(CONTEXT);
    let behind = end.min(CONTEXT);
    let (old_end, new_end) = (old.len() - end, new.len() - end);
    let range = |to: usize| match to + behind - from {
        // what is empty stands behind the line before it
        0 => format!("{from},0"),
        1 => (from + 1).to_string(),
        count => format!("{},{count}", from + 1),
    };
    let mut hunk = format!("@@ -{} +{} @@\n", range(old_end), range(new_end));
    old[from..start].iter().for_each(|it| line(&mut hunk, " ", it));
    old[start..old_end].iter().for_each(|it| line(&mut hunk, "-", it));
    new[start..new_end].iter().for_each(|it| line(&mut hunk, "+", it));
    old[old_end..old_end + behind].iter().for_each(|it| line(&mut hunk, " ", it));
    hunk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RelPath;
    use proptest::prelude::*;

    fn diff(before: Option<&str>, after: Option<&str>) -> String {
        diff_within(before, after, EFFORT)
    }

    fn diff_within(before: Option<&str>, after: Option<&str>, mut left: usize) -> String {
        let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        let edit = Edit { path: RelPath::new("d/f").unwrap(), before: bytes(before), after: bytes(after) };
        of(&edit, &mut left)
    }

    #[test]
    fn two_texts_that_are_too_long_are_replaced_as_a_whole() {
        let (old, new) = ("1\n2\n3\n4\nx\ny\nz\n5\n", "1\n2\n3\n4\ny\nx\nw\n5\n");
        let body = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-x\n-y\n-z\n+y\n+x\n+w\n 5\n";
        assert!(diff_within(Some(old), Some(new), 8).ends_with(body), "{}", diff_within(Some(old), Some(new), 8));
        assert!(!diff_within(Some(old), Some(new), 9).ends_with(body));
        assert!(
            diff_within(Some("a"), Some("b\nc\n"), 0)
                .ends_with("@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+b\n+c\n")
        );
    }

    proptest! {
        #[test]
        fn a_part_that_is_added_or_taken_out_is_written_alike(a in "(x\n|y\n){0,6}", b in "(u\n|v\n){1,4}", c in "(z\n|w\n){0,6}") {
            let (short, long) = (format!("{a}{c}"), format!("{a}{b}{c}"));
            for (old, new) in [(&short, &long), (&long, &short)] {
                let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
                prop_assert_eq!(whole(&old, &new, same_ends(&old, &new)), shortest(&old, &new));
            }
        }
    }

    #[test]
    fn each_change_has_the_header_that_git_wants() {
        assert_eq!(
            diff(None, Some("a\n")),
            "diff --git a/d/f b/d/f\nnew file mode 100644\n--- /dev/null\n+++ b/d/f\n@@ -0,0 +1 @@\n+a\n"
        );
        assert_eq!(
            diff(Some("a\n"), None),
            "diff --git a/d/f b/d/f\ndeleted file mode 100644\n--- a/d/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        );
        assert!(diff(Some("a\n"), Some("a")).ends_with("@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"));
        assert!(diff(Some("a\n"), Some("a\r")).ends_with("@@ -1 +1 @@\n-a\n+a\r\n\\ No newline at end of file\n"));
        assert_eq!(diff(Some("a"), Some("a")), "");
        assert_eq!(diff(None, Some("")), "diff --git a/d/f b/d/f\nnew file mode 100644\n");
    }
}
