//! One edit as git shows it: an extended header, then unified hunks with three lines of context.

use std::fmt::Write as _;

use similar::TextDiff;

use crate::base::{Change, Edit};

pub(super) fn of(edit: &Edit) -> String {
    let Some(change) = edit.change() else { return String::new() };
    let path = edit.path.as_str();
    let (old_name, new_name) = (format!("a/{path}"), format!("b/{path}"));
    let mut out = format!("diff --git {old_name} {new_name}\n");
    match change {
        Change::Create => out.push_str("new file mode 100644\n"),
        Change::Delete => out.push_str("deleted file mode 100644\n"),
        Change::Replace => {}
    }
    let text = |bytes: &Option<Vec<u8>>| String::from_utf8_lossy(bytes.as_deref().unwrap_or_default()).into_owned();
    let (old, new) = (text(&edit.before), text(&edit.after));
    // for git a line ends in a line feed and in nothing else; the crate's own split has one end in a lone return too
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut hunks = String::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let _ = writeln!(hunks, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let line = change.value();
            let end = if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
            let _ = write!(hunks, "{}{line}{end}", change.tag());
        }
    }
    if !hunks.is_empty() {
        // a name with a blank in it ends in a tab there, or its end could not be told
        let tab = if path.contains(' ') { "\t" } else { "" };
        let old_name = if change == Change::Create { "/dev/null".into() } else { format!("{old_name}{tab}") };
        let new_name = if change == Change::Delete { "/dev/null".into() } else { format!("{new_name}{tab}") };
        let _ = write!(out, "--- {old_name}\n+++ {new_name}\n{hunks}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RelPath;

    fn diff(before: Option<&str>, after: Option<&str>) -> String {
        let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
        of(&Edit { path: RelPath::new("d/f").unwrap(), before: bytes(before), after: bytes(after) })
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
