//! Clean relative paths: UTF-8, forward slashes, no empty, `.` or `..` part, so that joining one to a root stays below it.

use std::{collections::BTreeSet, fmt};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A path relative to the workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct RelPath(String);

/// A text that is not a clean relative path.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is not a clean relative path (no leading slash, no empty, `.` or `..` part, no backslash, nothing that macOS takes for `.git`)"
)]
pub struct PathError(String);

impl RelPath {
    /// Checks `text`.
    pub fn new(text: impl Into<String>) -> Result<Self, PathError> {
        let text = text.into();
        let clean = |part: &str| {
            let is_odd = |it: char| it == '\\' || it.is_control();
            !matches!(part, "" | "." | "..") && !part.contains(is_odd) && !is_disguised(part)
        };
        let drive = text.as_bytes().get(1) == Some(&b':');
        if text.split('/').all(clean) && !drive { Ok(Self(text)) } else { Err(PathError(text)) }
    }

    /// The root itself, for messages: joining it to a root stays there, and nothing is below it.
    pub fn root() -> Self {
        Self(".".into())
    }

    /// This path with `rest`, itself clean, below it.
    #[must_use]
    pub fn join(&self, rest: &str) -> Self {
        debug_assert!(Self::new(rest).is_ok(), "{rest}");
        Self(format!("{}/{rest}", self.0))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What follows the last dot of the file name.
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, it)| it)
    }

    /// The folder that holds it; none for a path of one part.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// The folder in the root that holds it; none for a path of one part.
    pub fn top(&self) -> Option<Self> {
        self.0.split_once('/').map(|(top, _)| Self(top.to_owned()))
    }

    /// The file of that name beside this path.
    #[must_use]
    pub fn parent_file(&self, name: &str) -> Self {
        self.parent().map_or_else(|| Self(name.to_owned()), |parent| parent.join(name))
    }

    /// Whether it is one of `places`, or lies below one.
    pub fn is_within(&self, places: &BTreeSet<Self>) -> bool {
        places.contains(self) || self.parent().is_some_and(|it| it.is_within(places))
    }

    /// What follows `root/`, where this path is below `root`.
    pub fn below<'a>(&'a self, root: &Self) -> Option<&'a str> {
        self.0.strip_prefix(&root.0)?.strip_prefix('/')
    }
}

/// Whether a part is one of git's or of molt-sync's own with characters that file systems of macOS leave out of a name, as git's
/// `core.protectHFS` has them.
fn is_disguised(part: &str) -> bool {
    let is_left_out = |it: char| matches!(it, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    if part.is_ascii() || !part.contains(is_left_out) {
        return false;
    }
    let plain: String = part.chars().filter(|it| !is_left_out(*it)).collect();
    let plain = plain.to_ascii_lowercase();
    [".git", ".molt-sync"].iter().any(|it| plain.starts_with(it))
}

/// Whether a path, as text, leads into a folder of git's or of molt-sync's own, which is not part of a workspace: nothing there is
/// read for a report, and no changeset writes there.
pub fn is_off_limits(path: &str) -> bool {
    path.split('/').any(|it| it.eq_ignore_ascii_case(".git") || it.eq_ignore_ascii_case(".molt-sync"))
}

impl fmt::Display for RelPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl TryFrom<String> for RelPath {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        Self::new(text)
    }
}

impl From<RelPath> for String {
    fn from(it: RelPath) -> Self {
        it.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clean_paths_pass() {
        for good in ["a", "a/b.py", "docs/spec/STATUS.md", ".github/x"] {
            assert_eq!(RelPath::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "/", "/a", "a/", "a//b", "./a", "a/../b", "..", "a\\b", "C:/x", "a\0b", "a\nb"] {
            assert!(RelPath::new(bad).is_err(), "{bad:?}");
        }
        for bad in [".g\u{200c}it/config", "a/.GI\u{feff}T", "\u{202e}.github/x", ".molt-\u{206a}sync/txn"] {
            assert!(RelPath::new(bad).is_err(), "{bad:?}");
        }
        assert!(RelPath::new("docs/\u{645}\u{200c}\u{645}.md").is_ok(), "it joins no letters, as some languages write");
    }

    #[test]
    fn below_needs_a_whole_part() {
        let root = RelPath::new("src/molt").unwrap();
        assert_eq!(RelPath::new("src/molt/a.py").unwrap().below(&root), Some("a.py"));
        assert_eq!(RelPath::new("src/molten/a.py").unwrap().below(&root), None);
    }
}
