//! A changeset as data, to be looked at, kept, and carried out later or elsewhere: each file with the digest of what it
//! was computed from and with its new bytes. The same changeset gives the same bytes, wherever and whenever.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::base::{Edit, RelPath, Sha256, is_off_limits, text::commands_terminal};

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// The version of this form: 1.
    pub schema: u32,
    /// What it does, in words: `Refresh to CPython 3.13.5`.
    pub title: String,
    /// The message of a commit of it.
    pub message: String,
    /// The report in Markdown.
    pub report: String,
    /// Its edits, by path.
    pub edits: Vec<PlannedEdit>,
}

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedEdit {
    /// Where.
    pub path: RelPath,
    /// The digest of the bytes that it was computed from; none where there was no file.
    pub before: Option<Sha256>,
    /// The new bytes; none where the file goes away.
    pub after: Option<Content>,
}

/// Bytes that JSON can hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// UTF-8.
    Text(String),
    /// Anything else, two digits a byte.
    Hex(String),
}

/// A plan that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    /// It is not in the form of a plan.
    #[error("{0}")]
    Form(String),
    /// Its version is not known.
    #[error("its schema is {0}, and 1 is known")]
    Schema(u32),
    /// A path that no changeset may touch, or one that comes twice.
    #[error("{0} {1}")]
    Path(RelPath, &'static str),
}

impl PlanFile {
    /// The plan of `edits`.
    pub fn new(title: String, message: String, report: String, edits: &[Edit]) -> Self {
        let edit = |it: &Edit| PlannedEdit {
            path: it.path.clone(),
            before: it.before_digest(),
            after: it.after.clone().map(Content::new),
        };
        Self { schema: 1, title, message, report, edits: edits.iter().map(edit).collect() }
    }

    /// Its text.
    pub fn encode(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads it.
    ///
    /// # Errors
    /// When it is not a plan, or one that would write where no changeset may.
    pub fn decode(bytes: &[u8]) -> Result<Self, PlanFileError> {
        let plan: Self = serde_json::from_slice(bytes).map_err(|error| PlanFileError::Form(error.to_string()))?;
        if plan.schema != 1 {
            return Err(PlanFileError::Schema(plan.schema));
        }
        if plan.title.chars().any(char::is_control) {
            return Err(PlanFileError::Form("its title is not one line of text".into()));
        }
        if plan.message.lines().any(|it| it.chars().any(commands_terminal)) {
            return Err(PlanFileError::Form("its message has characters that command a terminal".into()));
        }
        let mut seen = BTreeSet::new();
        for PlannedEdit { path, after, .. } in &plan.edits {
            if is_off_limits(path.as_str()) {
                return Err(PlanFileError::Path(path.clone(), "is not a file of the workspace"));
            }
            if !seen.insert(path) {
                return Err(PlanFileError::Path(path.clone(), "comes twice"));
            }
            if after.as_ref().is_some_and(|it| it.bytes().is_none()) {
                return Err(PlanFileError::Path(path.clone(), "has bytes that are not hexadecimal digits"));
            }
        }
        let written: BTreeSet<&str> =
            plan.edits.iter().filter(|it| it.after.is_some()).map(|it| it.path.as_str()).collect();
        for PlannedEdit { path, .. } in plan.edits.iter().filter(|it| it.after.is_some()) {
            let mut above = path.parent();
            while let Some(folder) = above {
                if written.contains(folder.as_str()) {
                    return Err(PlanFileError::Path(path.clone(), "lies below another file of the plan"));
                }
                above = folder.parent();
            }
        }
        Ok(plan)
    }
}

impl Content {
    fn new(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text),
            Err(other) => Self::Hex(other.as_bytes().iter().map(|it| format!("{it:02x}")).collect()),
        }
    }

    /// The bytes; none where the digits are none.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let digits = match self {
            Self::Text(text) => return Some(text.clone().into_bytes()),
            Self::Hex(digits) => digits.as_bytes(),
        };
        let digit = |it: &u8| char::from(*it).to_digit(16).and_then(|it| u8::try_from(it).ok());
        let (pairs, []) = digits.as_chunks::<2>() else { return None };
        pairs.iter().map(|[a, b]| Some(digit(a)? << 4 | digit(b)?)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(path: &str, after: &[u8]) -> PlanFile {
        let path = RelPath::new(path).unwrap();
        let edits = [Edit { path, before: Some(b"x".to_vec()), after: Some(after.to_vec()) }];
        PlanFile::new("t".into(), "m".into(), "r".into(), &edits)
    }

    #[test]
    fn a_plan_is_read_back_as_it_was() {
        for bytes in [&b"text\n"[..], b"\xff\x00\x10", b""] {
            let plan = plan("a/b", bytes);
            assert_eq!(PlanFile::decode(plan.encode().as_bytes()), Ok(plan.clone()));
            assert_eq!(plan.edits[0].after.as_ref().unwrap().bytes().unwrap(), bytes);
        }
    }

    #[test]
    fn what_no_changeset_may_write_is_refused() {
        let no = |plan: PlanFile| PlanFile::decode(plan.encode().as_bytes()).unwrap_err().to_string();
        assert_eq!(no(plan(".git/hooks/post-commit", b"")), ".git/hooks/post-commit is not a file of the workspace");
        assert_eq!(no(plan("a/.GIT/config", b"")), "a/.GIT/config is not a file of the workspace");
        let mut twice = plan("a", b"");
        twice.edits.push(twice.edits[0].clone());
        assert_eq!(no(twice), "a comes twice");
        let mut below = plan("a", b"");
        below.edits.extend(plan("a/b/c", b"").edits);
        assert_eq!(no(below.clone()), "a/b/c lies below another file of the plan");
        below.edits[0].after = None;
        assert!(PlanFile::decode(below.encode().as_bytes()).is_ok(), "a file that goes may make room");
        assert_eq!(no(PlanFile { schema: 2, ..plan("a", b"") }), "its schema is 2, and 1 is known");
        assert!(no(PlanFile { title: "a\u{1b}[31m".into(), ..plan("a", b"") }).contains("one line of text"));
        for odd in ["a\u{1b}[8m\n", "a\rb\n", "a\u{202e}b\n", "a\u{7f}"] {
            assert!(no(PlanFile { message: odd.into(), ..plan("a", b"") }).contains("command a terminal"), "{odd:?}");
        }
        let lines = PlanFile { message: "Größe ⚙\u{fe0f}\r\n\n\tx\n".into(), ..plan("a", b"") };
        assert!(PlanFile::decode(lines.encode().as_bytes()).is_ok());
        let text = plan("a", b"").encode();
        assert!(PlanFile::decode(text.replace("\"a\"", "\"../a\"").as_bytes()).is_err());
        assert!(PlanFile::decode(text.replace("\"text\": \"\"", "\"hex\": \"0\"").as_bytes()).is_err());
        assert!(PlanFile::decode(text.replace("\"title\"", "\"titel\"").as_bytes()).is_err());
        assert!(PlanFile::decode(&text.as_bytes()[..text.len() - 3]).is_err());
    }
}
