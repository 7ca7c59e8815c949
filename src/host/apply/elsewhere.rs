//! What the last run made elsewhere: the commit of one that worked in a work tree of its own and changed nothing here. It counts
//! for as long as nothing was applied here since. It is told, and nothing is done because of it.

use std::{fs, io, io::Write as _, path::Path};

use super::{
    dir::{Dir, FileStat},
    journal_dir::JournalPlace,
    os_fs::OWN_LIMIT,
    transaction::LAST,
};
use crate::base::Sha256;

const NAME: &str = "elsewhere";

/// A commit on a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its full name.
    pub commit: String,
    /// The branch that it was made on.
    pub branch: String,
}

/// Writes down what a run made for the workspace at `root` and not in it.
pub fn note_elsewhere(root: &Path, commit: &str, branch: &str) -> io::Result<()> {
    let store = JournalPlace::of(&fs::canonicalize(root)?)?.make()?;
    let text = format!("{} {commit} {branch}\n", last(&store)?);
    drop(store.remove(NAME));
    store.create(NAME, 0o600)?.write_all(text.as_bytes())
}

/// What was written down so, where it is still the last that was done; none where that cannot be read.
pub fn elsewhere(root: &Path) -> Option<Elsewhere> {
    let store = JournalPlace::of(&fs::canonicalize(root).ok()?).ok()?.open().ok()??;
    let text = store.read(NAME, 4096, |it: &FileStat| it.must_be_own_alone(NAME)).ok()??;
    let text = String::from_utf8(text).ok()?;
    let mut words = text.trim_end().splitn(3, ' ');
    let (before, commit, branch) = (words.next()?, words.next()?, words.next()?);
    let is_last = before == last(&store).ok()? && commit.bytes().all(|it| it.is_ascii_hexdigit());
    is_last.then(|| Elsewhere { commit: commit.to_owned(), branch: branch.to_owned() })
}

/// What tells the changeset that was applied last from any other.
fn last(store: &Dir) -> io::Result<String> {
    let done = match store.folder(LAST) {
        Ok(folder) => folder.read("done", OWN_LIMIT, |it: &FileStat| it.must_be_own_alone("done"))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(done.map_or_else(|| "none".to_owned(), |it| Sha256::of(&it).to_string()))
}
