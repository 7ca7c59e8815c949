//! Who wrote a line.

use std::path::Path;

use super::{
    error::GitError,
    filters::without_filters,
    patterns,
    program::{git, git_with},
    versions::FileVersion,
};
use crate::base::RelPath;

/// The commit that wrote a line of the working tree's file; none for one that is not committed.
pub fn blame(root: &Path, path: &RelPath, line: usize) -> Result<Option<FileVersion>, GitError> {
    let range = format!("{line},{line}");
    let what = "find who wrote a line";
    patterns::must_be_plain(root, what)?;
    let arguments = ["blame", "--porcelain", "--no-textconv", "-L", &range, "--", path.as_str()];
    let said = git_with(root, what, &without_filters(root, what)?, &arguments)?;
    let said = String::from_utf8_lossy(&said);
    let commit = said.split([' ', '\n']).next().unwrap_or_default().to_owned();
    if commit.bytes().all(|it| it == b'0') {
        return Ok(None);
    }
    let shown = git(
        root,
        "read a commit",
        &["log", "--max-count=1", concat!("--format=%cs%x00", subject!()), &commit, "--"],
        None,
    )?;
    let shown = String::from_utf8_lossy(&shown);
    let (date, subject) = shown.trim_end().split_once('\0').unwrap_or_default();
    Ok(Some(FileVersion { commit, date: date.to_owned(), subject: subject.to_owned(), bytes: None }))
}
