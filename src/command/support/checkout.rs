//! What a plan asks of the checkout that its files lie in, besides the files themselves. It comes as a value, so that a plan can be made
//! of a tree in memory, which has no history.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    base::{FileError, Files as _, RelPath},
    command::support::failure::Failure,
    host::{
        Disk,
        git::{self, VersionBudget},
    },
};

/// The checkout around a tree.
pub(in crate::command) trait Checkout: fmt::Debug + Send + Sync {
    /// Whether the tree lies in a repository.
    fn is_repository(&self) -> Result<bool, Failure>;

    /// The names of all files that it knows.
    fn names(&self) -> Result<Vec<String>, Failure>;

    /// Other repositories that lie below a folder.
    fn repositories_in(&self, folder: &RelPath) -> Result<Vec<RelPath>, Failure>;

    /// What a file said in each commit that changed it, newest first, as far as that can be looked at; what is not text is left out.
    fn earlier_texts(&self, path: &RelPath) -> Result<Vec<String>, Failure>;

    /// Two changes of one text in one, with marks where they do not go together.
    fn merge(&self, base: &str, ours: &str, theirs: &str) -> Result<String, Failure>;

    /// The bytes of a file of the checkout; none of a link, and no bytes where the file is not there, or longer than `longest`.
    fn glance(&self, path: &RelPath, longest: u64) -> Result<Option<Vec<u8>>, FileError>;
}

/// One on disk, which git knows more of.
#[derive(Debug, Clone)]
pub(in crate::command) struct GitCheckout {
    root: PathBuf,
    disk: Disk,
}

impl GitCheckout {
    /// The checkout at `root`, or around it.
    pub(in crate::command) fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf(), disk: Disk::new(root) }
    }
}

impl Checkout for GitCheckout {
    fn is_repository(&self) -> Result<bool, Failure> {
        Ok(git::is_repository(&self.root)?)
    }

    fn names(&self) -> Result<Vec<String>, Failure> {
        Ok(git::names(&self.root)?)
    }

    fn repositories_in(&self, folder: &RelPath) -> Result<Vec<RelPath>, Failure> {
        Ok(git::repositories_in(&self.root, folder)?)
    }

    fn earlier_texts(&self, path: &RelPath) -> Result<Vec<String>, Failure> {
        let found = git::versions(&self.root, &[vec![path]], &mut VersionBudget::default())?;
        let bytes = found.into_iter().flat_map(|it| it.0).filter_map(|it| it.bytes);
        Ok(bytes.filter_map(|it| String::from_utf8(it).ok()).collect())
    }

    fn merge(&self, base: &str, ours: &str, theirs: &str) -> Result<String, Failure> {
        Ok(git::merge_texts(&self.root, base, ours, theirs)?)
    }

    fn glance(&self, path: &RelPath, longest: u64) -> Result<Option<Vec<u8>>, FileError> {
        if self.disk.is_link(path)? {
            return Ok(None);
        }
        Ok(Some(self.disk.glance(path, longest)?.unwrap_or_default()))
    }
}
