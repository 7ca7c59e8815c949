//! The few file operations that a changeset is applied with, so that a simulated file system can stand in for the real one.

use std::io;

/// A place: in the tree that is changed, or in the store of the changeset. Both lie on one file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At<'a> {
    /// Relative to the workspace; empty for its root.
    Tree(&'a str),
    /// Relative to the store; empty for the store itself.
    Store(&'a str),
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    Missing,
    /// With its permission bits, where the system has them.
    File(u32),
    Folder,
    Link,
    Other,
}

/// Nothing here follows a symbolic link at the end of a path, and nothing but [`Fs::sync`] and [`Fs::sync_folder`] makes
/// anything durable.
pub(super) trait Fs {
    fn kind(&self, at: At<'_>) -> io::Result<NodeKind>;
    /// None where there is no such file.
    fn read(&self, at: At<'_>) -> io::Result<Option<Vec<u8>>>;
    /// The same of a file of the store that says what is to happen: it must be the user's own, under this name alone, and short.
    fn read_own(&self, name: &str) -> io::Result<Option<Vec<u8>>>;
    /// The names in a folder.
    fn list(&self, at: At<'_>) -> io::Result<Vec<String>>;
    /// A new file; an error where there is one already.
    fn create(&self, at: At<'_>, bytes: &[u8], mode: Option<u32>) -> io::Result<()>;
    fn sync(&self, at: At<'_>) -> io::Result<()>;
    fn sync_folder(&self, at: At<'_>) -> io::Result<()>;
    fn rename(&self, from: At<'_>, to: At<'_>) -> io::Result<()>;
    /// An error where there is something at `to`.
    fn rename_new(&self, from: At<'_>, to: At<'_>) -> io::Result<()>;
    /// Each takes the other's place.
    fn exchange(&self, a: At<'_>, b: At<'_>) -> io::Result<()>;
    /// A second name of a file.
    fn link(&self, from: At<'_>, to: At<'_>) -> io::Result<()>;
    fn remove(&self, at: At<'_>) -> io::Result<()>;
    fn make_folder(&self, at: At<'_>) -> io::Result<()>;
    /// An error where it is not empty.
    fn remove_folder(&self, at: At<'_>) -> io::Result<()>;
    /// Whether a folder and the store are on one file system, so that files can change places.
    fn is_beside_store(&self, at: At<'_>) -> bool;
    /// A place as people would look for it.
    fn shown(&self, at: At<'_>) -> String;
    /// Whether this process may make and remove names in a folder.
    fn is_writable(&self, at: At<'_>) -> bool;
}

/// Whether the file system does not know an operation, which is not the same as refusing it.
pub(super) fn is_unsupported(error: &io::Error) -> bool {
    // EINVAL is what Linux says of a flag that a file system does not know
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}
