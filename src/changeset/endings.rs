//! A patch whose lines end as they do in git's index: for `git apply --cached`, which knows no work tree and its carriage returns.

use crate::base::RelPath;

/// The part of a patch that is about one file, and the file.
fn parts(patch: &str) -> Vec<(Option<RelPath>, Vec<&str>)> {
    let mut res: Vec<(Option<RelPath>, Vec<&str>)> = Vec::new();
    for line in patch.split_inclusive('\n') {
        // a line of a file stands behind a mark, so that none of them is a header
        if let Some(names) = line.strip_prefix("diff --git a/") {
            // the same name twice, with ` b/` between
            let name = names.get(..(names.trim_end().len().saturating_sub(3)) / 2);
            res.push((name.and_then(|it| RelPath::new(it).ok()), Vec::new()));
        }
        match res.last_mut() {
            Some((_, lines)) => lines.push(line),
            None => res.push((None, vec![line])),
        }
    }
    res
}

/// The files of which a line that was there before ends in a carriage return.
pub fn with_returns(patch: &str) -> Vec<RelPath> {
    let has_return = |line: &&str| line.starts_with([' ', '-']) && line.ends_with("\r\n");
    parts(patch).into_iter().filter(|(_, lines)| lines.iter().any(has_return)).filter_map(|(path, _)| path).collect()
}

/// The patch without the carriage returns of these files.
pub fn without_returns(patch: &str, files: &[RelPath]) -> String {
    let mut res = String::with_capacity(patch.len());
    for (path, lines) in parts(patch) {
        let is_one = path.is_some_and(|it| files.contains(&it));
        for line in lines {
            match line.strip_suffix("\r\n") {
                Some(text) if is_one => res.extend([text, "\n"]),
                _ => res.push_str(line),
            }
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_files_that_are_named_lose_their_carriage_returns() {
        let one = |name: &str| {
            format!("diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n")
        };
        let patch = [one("a b/a b"), one("ü"), one("c").replace('\r', "")].concat();
        let all = with_returns(&patch);
        assert_eq!(all.iter().map(RelPath::as_str).collect::<Vec<_>>(), ["a b/a b", "ü"]);
        let expected = [one("a b/a b").replace('\r', ""), one("ü"), one("c").replace('\r', "")].concat();
        assert_eq!(without_returns(&patch, &all[..1]), expected);
        assert!(without_returns("no patch\r\n", &all) == "no patch\r\n" && with_returns(" \r\n").is_empty());
    }
}
