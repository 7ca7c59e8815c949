//! A read-only view of the workspace, and the same view with pending edits laid over it.
//!
//! Stages see files only through [`Files`]; what they want changed they say to a [`Staged`], which remembers the bytes
//! that each edit was computed from. Nothing here touches a disk: `host` brings the implementation that does.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use super::{
    Edit, RelPath,
    text::{BYTE_ORDER_MARK, conflict, in_the_form_of},
};

/// What is said of a file in the place of a folder.
pub const NOT_A_FOLDER: &str = "it is not a folder";

/// What is wrong with a file that was read and does not say what it should.
#[derive(Debug, thiserror::Error)]
enum TextFault {
    #[error("a merge left a conflict at line {0}")]
    Conflict(usize),
    #[error("{0}")]
    Unusable(String),
}

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {source}")]
pub struct FileError {
    /// Which.
    pub path: RelPath,
    /// Why.
    pub source: io::Error,
}

impl FileError {
    /// Of a file that was read and does not say what it should. A text that a merge has left both sides in is told as that, and not
    /// by what a parser thinks of it.
    pub fn unusable(path: &RelPath, text: &str, why: impl Into<String>) -> Self {
        let fault = conflict(text).map_or_else(|| TextFault::Unusable(why.into()), TextFault::Conflict);
        Self { path: path.clone(), source: io::Error::new(io::ErrorKind::InvalidData, fault) }
    }

    /// Refuses a text that a merge has left both sides in, where each side by itself could be taken for the whole.
    ///
    /// # Errors
    /// When it has.
    pub fn unless_merged(path: &RelPath, text: &str) -> Result<(), Self> {
        Some(Self::unusable(path, text, "")).filter(Self::is_conflict).map_or(Ok(()), Err)
    }

    fn fault(&self) -> Option<&TextFault> {
        self.source.get_ref()?.downcast_ref()
    }

    /// Whether it was read, and what it says cannot be used.
    pub fn is_about_the_text(&self) -> bool {
        self.fault().is_some()
    }

    /// Whether a merge has left both sides in it.
    pub fn is_conflict(&self) -> bool {
        matches!(self.fault(), Some(TextFault::Conflict(_)))
    }

    /// Whether it says something about what is there, and the same at each run: it is not text, too large, a link that leads
    /// out of the workspace. Everything else is a failure, which another run may not have.
    pub fn is_about_the_file(&self) -> bool {
        use io::ErrorKind as Kind;
        matches!(self.source.kind(), Kind::InvalidData | Kind::IsADirectory | Kind::FileTooLarge)
    }
}

/// What stands in a tree and is not looked into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unfollowed {
    /// Where.
    pub path: RelPath,
    /// Whether it is a link; else it is a folder without anything in it.
    pub is_link: bool,
}

/// What stands directly in the root and is not looked at.
#[derive(Debug, Default)]
pub struct TopOdd {
    /// Links, sorted.
    pub links: Vec<RelPath>,
    /// What has no name that a path here can have, in words and sorted, and whether it is a folder.
    pub unnameable: Vec<(String, bool)>,
}

/// What stands below a folder.
#[derive(Debug, Default)]
pub struct Below {
    /// The files of a suffix.
    pub files: BTreeSet<RelPath>,
    /// Those of them that are links.
    pub links: BTreeSet<RelPath>,
    /// What has no name that a path here can have.
    pub unnameable: Vec<String>,
    /// What is not looked into.
    pub unfollowed: Vec<Unfollowed>,
}

/// Files by relative path.
pub trait Files: Sync {
    /// The bytes of a file; none where there is none.
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError>;

    /// Every file below `dir` whose name ends in `suffix`, sorted; symbolic links to folders are not followed.
    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError>;

    /// What stands directly in the root, sorted: files, then folders; links are left out.
    fn top_level(&self) -> Result<(BTreeSet<RelPath>, BTreeSet<RelPath>), FileError>;

    /// What stands below `dir` under a name that no path here can have, in words: folders, and files whose name ends in
    /// `suffix`. None of it is in [`Files::list`].
    fn unnameable(&self, dir: &RelPath, suffix: &str) -> Result<Vec<String>, FileError> {
        let _ = (dir, suffix);
        Ok(Vec::new())
    }

    /// What stands below `dir` and is not looked into, sorted: links that lead to no file and whose name does not end in
    /// `suffix`, and folders without anything in them, as git leaves one in the place of another repository.
    fn unfollowed(&self, dir: &RelPath, suffix: &str) -> Result<Vec<Unfollowed>, FileError> {
        let _ = (dir, suffix);
        Ok(Vec::new())
    }

    /// What stands directly in the root and is not in [`Files::top_level`]: links whose name ends in `suffix` or that lead to no
    /// file, and under a name that no path here can have folders, and files whose name ends in `suffix`.
    fn top_odd(&self, suffix: &str) -> Result<TopOdd, FileError> {
        let _ = suffix;
        Ok(TopOdd::default())
    }

    /// Whether a path is a symbolic link.
    fn is_link(&self, path: &RelPath) -> Result<bool, FileError> {
        let _ = path;
        Ok(false)
    }

    /// What [`Files::list`], [`Files::unnameable`] and [`Files::unfollowed`] say, in one.
    fn below(&self, dir: &RelPath, suffix: &str) -> Result<Below, FileError> {
        let files = self.list(dir, suffix)?;
        let mut links = BTreeSet::new();
        for path in &files {
            if self.is_link(path)? {
                links.insert(path.clone());
            }
        }
        let (unnameable, unfollowed) = (self.unnameable(dir, suffix)?, self.unfollowed(dir, suffix)?);
        Ok(Below { files, links, unnameable, unfollowed })
    }

    /// Whether `dir` is a folder.
    fn has_folder(&self, dir: &RelPath) -> Result<bool, FileError> {
        Ok(!self.list(dir, "")?.is_empty())
    }

    /// A file's text without a byte order mark; none where there is none.
    fn text(&self, path: &RelPath) -> Result<Option<String>, FileError> {
        self.read(path)?.map(|bytes| utf8(path, bytes)).transpose()
    }
}

/// How the error of a text in another encoding begins.
pub const NOT_UTF_8: &str = "it is not UTF-8";

fn utf8(path: &RelPath, bytes: Vec<u8>) -> Result<String, FileError> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let (before, byte) = (&error.as_bytes()[..at], error.as_bytes()[at]);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let why = format!("{NOT_UTF_8} at line {line}: the byte 0x{byte:02x}");
        FileError { path: path.clone(), source: io::Error::new(io::ErrorKind::InvalidData, why) }
    })?;
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(text)
}

/// A view with pending edits laid over it.
pub struct Staged<'a> {
    below: &'a dyn Files,
    edits: BTreeMap<RelPath, Edit>,
}

impl<'a> Staged<'a> {
    /// `below` without any edit.
    pub fn new(below: &'a dyn Files) -> Self {
        Self { below, edits: BTreeMap::new() }
    }

    /// From now on `path` holds `bytes`, in the form of what it held: line ends of a checkout are not a change.
    pub fn write(&mut self, path: &RelPath, bytes: impl Into<Vec<u8>>) -> Result<(), FileError> {
        self.put(path, Some(bytes.into()))
    }

    /// From now on there is no `path`.
    pub fn delete(&mut self, path: &RelPath) -> Result<(), FileError> {
        self.put(path, None)
    }

    fn put(&mut self, path: &RelPath, after: Option<Vec<u8>>) -> Result<(), FileError> {
        let before = match self.edits.remove(path) {
            Some(edit) => edit.before,
            None => self.below.read(path)?,
        };
        let after = match (&before, after) {
            (Some(old), Some(new)) => Some(in_the_form_of(old, new)),
            (_, after) => after,
        };
        self.edits.insert(path.clone(), Edit { path: path.clone(), before, after });
        Ok(())
    }

    /// The edits that change something, sorted by path.
    pub fn into_edits(self) -> Vec<Edit> {
        self.edits.into_values().filter(|edit| edit.change().is_some()).collect()
    }
}

impl Files for Staged<'_> {
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        match self.edits.get(path) {
            Some(edit) => Ok(edit.after.clone()),
            None => self.below.read(path),
        }
    }

    fn unnameable(&self, dir: &RelPath, suffix: &str) -> Result<Vec<String>, FileError> {
        self.below.unnameable(dir, suffix)
    }

    fn unfollowed(&self, dir: &RelPath, suffix: &str) -> Result<Vec<Unfollowed>, FileError> {
        self.below.unfollowed(dir, suffix)
    }

    fn top_odd(&self, suffix: &str) -> Result<TopOdd, FileError> {
        self.below.top_odd(suffix)
    }

    fn top_level(&self) -> Result<(BTreeSet<RelPath>, BTreeSet<RelPath>), FileError> {
        let (mut files, mut folders) = self.below.top_level()?;
        for edit in self.edits.values() {
            match (edit.path.top(), &edit.after) {
                (Some(folder), Some(_)) => _ = folders.insert(folder),
                (None, Some(_)) => _ = files.insert(edit.path.clone()),
                (None, None) => _ = files.remove(&edit.path),
                (Some(_), None) => {}
            }
        }
        Ok((files, folders))
    }

    fn is_link(&self, path: &RelPath) -> Result<bool, FileError> {
        Ok(!self.edits.contains_key(path) && self.below.is_link(path)?)
    }

    fn has_folder(&self, dir: &RelPath) -> Result<bool, FileError> {
        Ok(self.below.has_folder(dir)? || !self.list(dir, "")?.is_empty())
    }

    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError> {
        let mut res = self.below.list(dir, suffix)?;
        for edit in self.edits.values().filter(|edit| edit.path.below(dir).is_some()) {
            if edit.after.is_none() {
                res.remove(&edit.path);
            } else if edit.path.as_str().ends_with(suffix) {
                res.insert(edit.path.clone());
            }
        }
        Ok(res)
    }
}

/// Files that are only in memory: what `init` starts from, and what tests use.
#[derive(Debug, Default, Clone)]
pub struct Memory(pub BTreeMap<RelPath, Vec<u8>>);

impl Files for Memory {
    fn read(&self, path: &RelPath) -> Result<Option<Vec<u8>>, FileError> {
        Ok(self.0.get(path).cloned())
    }

    fn list(&self, dir: &RelPath, suffix: &str) -> Result<BTreeSet<RelPath>, FileError> {
        let inside = |it: &&RelPath| it.below(dir).is_some() && it.as_str().ends_with(suffix);
        Ok(self.0.keys().filter(inside).cloned().collect())
    }

    fn top_level(&self) -> Result<(BTreeSet<RelPath>, BTreeSet<RelPath>), FileError> {
        let files = self.0.keys().filter(|it| it.top().is_none()).cloned().collect();
        Ok((files, self.0.keys().filter_map(RelPath::top).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileChange;

    #[test]
    fn edits_lie_over_the_files_and_remember_what_was_below() {
        let path = |it: &str| RelPath::new(it).unwrap();
        let below = Memory([("d/a.py", "1"), ("d/b.py", "2"), ("e.py", "3")].map(|(p, t)| (path(p), t.into())).into());
        let mut staged = Staged::new(&below);
        staged.write(&path("d/c.py"), "new").unwrap();
        staged.write(&path("d/a.py"), "x").unwrap();
        staged.write(&path("d/a.py"), "1").unwrap();
        staged.delete(&path("d/b.py")).unwrap();
        staged.delete(&path("d/none.py")).unwrap();
        assert_eq!(staged.text(&path("d/c.py")).unwrap().as_deref(), Some("new"));
        assert_eq!(staged.text(&path("d/b.py")).unwrap(), None);
        let listed: Vec<String> = staged.list(&path("d"), ".py").unwrap().into_iter().map(String::from).collect();
        assert_eq!(listed, ["d/a.py", "d/c.py"]);
        let edits = staged.into_edits();
        let seen: Vec<_> = edits.iter().map(|it| (it.path.as_str(), it.change().unwrap())).collect();
        assert_eq!(seen, [("d/b.py", FileChange::Delete), ("d/c.py", FileChange::Create)]);
        assert_eq!(edits[0].before.as_deref(), Some(&b"2"[..]));
    }
}
