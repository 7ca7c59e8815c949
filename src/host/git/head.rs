//! What is checked out.

use std::path::Path;

use super::{
    error::GitError,
    path::path,
    program::{ask, git},
};

/// The commit that is checked out, and whether older commits are not here; none before the first commit.
pub fn head(root: &Path) -> Result<Option<(String, bool)>, GitError> {
    let what = "ask what is checked out";
    // both in one question: a program is started for each
    let asked = ["rev-parse", "--is-shallow-repository", "--verify", "--quiet", "HEAD"];
    let Some(said) = ask(root, what, &asked)? else {
        unborn(root, what)?;
        return Ok(None);
    };
    let said = String::from_utf8_lossy(&said);
    let Some((is_shallow, commit)) = said.trim().split_once('\n') else {
        return Err(GitError::failed(what, format!("it says `{}` and nothing else", said.trim())));
    };
    Ok(Some((commit.trim().to_owned(), is_shallow.trim() == "true")))
}

/// A branch without a commit has no file; one whose file says nothing that git understands is damaged.
fn unborn(root: &Path, what: &str) -> Result<(), GitError> {
    let name = git(root, what, &["symbolic-ref", "HEAD"], None)?;
    let name = String::from_utf8_lossy(&name).trim().to_owned();
    let place = git(root, what, &["rev-parse", "--git-path", &name], None)?;
    let place = root.join(path(place.trim_ascii_end()));
    if place.is_file() {
        return Err(GitError::failed(what, format!("{} is damaged", place.display())));
    }
    Ok(())
}
