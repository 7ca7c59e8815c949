//! A patch about a folder of a repository. Git counts the names in it from the top, wherever it is applied, and passes over those
//! that it does not find there without a word.

/// The patch with every name below `folder`: `compiler/`, or empty for the top.
pub fn below(patch: &str, folder: &str) -> String {
    if folder.is_empty() {
        return patch.to_owned();
    }
    let mut res = String::with_capacity(patch.len());
    // a line of a file can look like a name, but only behind the first hunk
    let mut is_header = false;
    for line in patch.split_inclusive('\n') {
        is_header = line.starts_with("diff --git ") || (is_header && !line.starts_with("@@ "));
        match (is_header, line.get(..6), line.strip_prefix("diff --git a/")) {
            (true, _, Some(names)) => {
                // the same name twice, with ` b/` between
                let name = names.get(..names.trim_end().len().saturating_sub(3) / 2).unwrap_or_default();
                res += &format!("diff --git a/{folder}{name} b/{folder}{name}\n");
            }
            (true, Some(mark @ ("--- a/" | "+++ b/")), _) => {
                let name = line[6..].trim_end_matches(['\t', '\n']);
                // a name with a blank in it ends in a tab there
                let tab = if name.contains(' ') || folder.contains(' ') { "\t" } else { "" };
                res.extend([mark, folder, name, tab, "\n"]);
            }
            _ => res.push_str(line),
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use crate::{
        base::{Edit, RelPath},
        changeset::Changeset,
    };

    #[test]
    fn names_get_their_folder_and_lines_that_look_like_names_do_not() {
        let edit = |path: &str, before: Option<&str>, after: Option<&str>| Edit {
            path: RelPath::new(path).unwrap(),
            before: before.map(|it| it.as_bytes().to_vec()),
            after: after.map(|it| it.as_bytes().to_vec()),
        };
        let edits = vec![
            edit("a b/b", Some("-- a/x\n++ b/x\n@@ a\n"), Some("++ b/x\ndiff --git a/x b/x\n")),
            edit("empty", None, Some("")),
            edit("gone", Some("x"), None),
            edit("new", None, Some("x\n")),
        ];
        let there = Changeset { edits: edits.clone() };
        let mut moved = edits;
        for it in &mut moved {
            it.path = RelPath::new(format!("my (c)/d/{}", it.path)).unwrap();
        }
        assert_eq!(super::below(&there.diff(), "my (c)/d/"), Changeset { edits: moved }.diff());
        assert_eq!(super::below(&there.diff(), ""), there.diff());
    }
}
