//! What a changeset is about to do, written down before it does it, so that a run that is cut off can be finished or
//! taken back: each file with the digests of its bytes before and after. The bytes themselves lie beside it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::base::{Edit, RelPath, Sha256, is_off_limits};

/// One changeset on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// The run that wrote it, in words: `molt-sync refresh 3.14`.
    pub run: String,
    /// Its edits, in order; the bytes of each lie under its number.
    pub entries: Vec<JournalEntry>,
    /// Folders that it has to make, each behind the one that holds it.
    pub folders: Vec<RelPath>,
    /// What this one and the ones before it wrote: each file as it was before the first of an unbroken row of changesets, and
    /// as the last of them left it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrote: Vec<WrittenFile>,
}

/// A file as an unbroken row of changesets had it: nobody else changed it in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenFile {
    /// Where.
    pub path: RelPath,
    /// The bytes before the first of them; none where there was no file.
    pub before: Option<Sha256>,
    /// The bytes that the last of them left; none where the file went away.
    pub after: Option<Sha256>,
    /// What the others left, in their order: any of it may have been committed since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Option<Sha256>>,
}

/// Files of earlier changesets that are remembered at most.
const MOST_WROTE: usize = 20_000;

/// States of a file that are remembered at most, besides the first and the last.
const MOST_STATES: usize = 14;

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    /// Where.
    pub path: RelPath,
    /// The bytes before; none where there was no file.
    pub before: Option<Sha256>,
    /// The bytes afterwards; none where the file goes away.
    pub after: Option<Sha256>,
}

/// A journal that is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its journal is damaged")]
pub struct JournalError;

const HEAD: &str = "molt-sync journal 1\n";

impl Journal {
    /// The journal of `edits`.
    pub fn new(run: &str, edits: &[Edit], folders: Vec<RelPath>) -> Self {
        let entry = |it: &Edit| JournalEntry {
            path: it.path.clone(),
            before: it.before_digest(),
            after: it.after.as_deref().map(Sha256::of),
        };
        Self { run: run.to_owned(), entries: edits.iter().map(entry).collect(), folders, wrote: Vec::new() }
    }

    /// The same behind the changeset that was applied last, whose files are remembered with its own.
    #[must_use]
    pub fn behind(self, last: Option<Self>) -> Self {
        let earlier = last.map(|it| it.wrote).unwrap_or_default();
        let mut wrote: BTreeMap<RelPath, WrittenFile> = earlier.into_iter().map(|it| (it.path.clone(), it)).collect();
        for entry in &self.entries {
            let known = wrote.remove(&entry.path).filter(|it| it.after == entry.before);
            let (before, mut between) = known.map_or((entry.before, Vec::new()), |mut it| {
                it.between.push(it.after);
                (it.before, it.between)
            });
            let oldest = between.len().saturating_sub(MOST_STATES);
            between.drain(..oldest);
            // as it was at first, and nothing that could have been committed since
            if before != entry.after || !between.is_empty() {
                let (path, after) = (entry.path.clone(), entry.after);
                wrote.insert(path.clone(), WrittenFile { path, before, after, between });
            }
        }
        // what is not remembered counts as a person's
        if wrote.len() > MOST_WROTE {
            let own: BTreeSet<&RelPath> = self.entries.iter().map(|it| &it.path).collect();
            wrote.retain(|path, _| own.contains(path));
        }
        let wrote = wrote.into_values().collect();
        Self { wrote, ..self }
    }

    /// Its text: a head, one JSON value, and the digest of both.
    pub fn encode(&self) -> Vec<u8> {
        let body = serde_json::to_string(self).unwrap_or_default();
        let text = format!("{HEAD}{body}\n");
        let end = Sha256::of(text.as_bytes());
        format!("{text}{end}\n").into_bytes()
    }

    /// Reads it.
    ///
    /// # Errors
    /// When a byte of it is missing or another one, and when it would write where no changeset may.
    pub fn decode(bytes: &[u8]) -> Result<Self, JournalError> {
        let text = std::str::from_utf8(bytes).map_err(|_| JournalError)?;
        let (body, end) = text.strip_suffix('\n').and_then(|it| it.rsplit_once('\n')).ok_or(JournalError)?;
        let body = &text[..=body.len()];
        if Sha256::of(body.as_bytes()).to_string() != end {
            return Err(JournalError);
        }
        let res: Self = serde_json::from_str(body.strip_prefix(HEAD).ok_or(JournalError)?).map_err(|_| JournalError)?;
        let paths = res.entries.iter().map(|it| &it.path).chain(&res.folders);
        if paths.into_iter().any(|it| is_off_limits(it.as_str())) { Err(JournalError) } else { Ok(res) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_changesets_is_remembered_from_its_beginning() {
        let edit = |path: &str, before: Option<&str>, after: Option<&str>| {
            let bytes = |it: Option<&str>| it.map(|it| it.as_bytes().to_vec());
            Edit { path: RelPath::new(path).unwrap(), before: bytes(before), after: bytes(after) }
        };
        let digest = |it: &str| Some(Sha256::of(it.as_bytes()));
        let mut last = None;
        for (edits, wanted) in [
            (vec![edit("a", Some("1"), Some("2")), edit("b", None, Some("x"))], vec![("a", "1", "2"), ("b", "", "x")]),
            (vec![edit("a", Some("2"), Some("3"))], vec![("a", "1", "3"), ("b", "", "x")]),
            // somebody wrote in between
            (vec![edit("a", Some("p"), Some("4"))], vec![("a", "p", "4"), ("b", "", "x")]),
            // and what is as it was before may differ from what was committed in between
            (vec![edit("a", Some("4"), Some("p"))], vec![("a", "p", "p"), ("b", "", "x")]),
            (vec![edit("c", Some("1"), Some("1"))], vec![("a", "p", "p"), ("b", "", "x")]),
        ] {
            let journal = Journal::new("x", &edits, Vec::new()).behind(last);
            let found: Vec<_> = journal.wrote.iter().map(|it| (it.path.to_string(), it.before, it.after)).collect();
            let of = |it: &str| if it.is_empty() { None } else { digest(it) };
            let wanted: Vec<_> = wanted.iter().map(|(path, a, b)| ((*path).to_owned(), of(a), of(b))).collect();
            assert_eq!(found, wanted);
            assert_eq!(Journal::decode(&journal.encode()), Ok(journal.clone()));
            last = Some(journal);
        }
    }

    #[test]
    fn a_journal_is_read_back_whole_or_not_at_all() {
        let edits = [
            Edit { path: RelPath::new("a b/ü").unwrap(), before: Some(b"x".to_vec()), after: None },
            Edit { path: RelPath::new("c").unwrap(), before: None, after: Some(Vec::new()) },
        ];
        let journal = Journal::new("molt-sync refresh", &edits, vec![RelPath::new("d").unwrap()]);
        let bytes = journal.encode();
        assert_eq!(Journal::decode(&bytes), Ok(journal));
        for at in 0..bytes.len() {
            assert_eq!(Journal::decode(&bytes[..at]), Err(JournalError), "cut at {at}");
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(Journal::decode(&other), Err(JournalError), "changed at {at}");
        }
        assert_eq!(Journal::decode(&[&bytes[..], b"\n"].concat()), Err(JournalError));
        for path in [".git/hooks/post-commit", "a/.Git/config", ".molt-sync/lock"] {
            let edit = Edit { path: RelPath::new(path).unwrap(), before: None, after: Some(Vec::new()) };
            assert_eq!(Journal::decode(&Journal::new("x", &[edit], vec![]).encode()), Err(JournalError), "{path}");
        }
    }
}
