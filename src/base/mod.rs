//! Small values that every stage shares: versions, paths, digests, edits and the view of the workspace.

pub mod alone;
mod day;
mod dialect;
pub mod digest;
pub mod edit;
pub mod likeness;
pub mod limits;
pub mod path;
pub mod template;
pub mod text;
pub mod tree;
pub mod version;
mod words;

pub use day::day;
pub use dialect::{Dialect, DialectError, Traits};
pub use digest::Sha256;
pub use edit::{Edit, FileChange};
pub use likeness::most_like;
pub use path::{RelPath, is_off_limits};
pub use text::{
    Lines, git_word, line, number_of, percent, printable, says_something, shell_word, short_commit, shortened,
};
pub use tree::{Below, FileError, Files, Memory, Staged, TopOdd, Unfollowed};
pub use version::{Pre, Request, Series, Version, VersionError};
pub use words::{attributes_of, name_word, one_file, only_file, option_word, path_word};
