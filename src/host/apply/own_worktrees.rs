//! The work trees that runs make for themselves. Each is written down in the store before it is made, and signed, so that a
//! later run knows what was left behind by this user's molt-sync. Whatever only looks like one is a person's.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    ApplyError,
    fs::{At, Fs as _},
    place::{full, opened, optional, place, shown},
    seal::Sealed,
};
use crate::base::Sha256;

/// What a run makes for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnWorktree {
    /// The folder of the work tree, in a temporary one of its own.
    pub place: PathBuf,
    /// The branch that is made for it.
    pub branch: String,
    /// The commit that the branch starts at.
    pub start: String,
}

/// What the name of such a file begins with.
const PREFIX: &str = "worktree-";

impl OwnWorktree {
    /// Writes it down for the workspace at `root`, before anything is made.
    pub fn note(&self, root: &Path) -> Result<(), ApplyError> {
        let root = full(root)?;
        let place = place(&root)?;
        let failed = |source| ApplyError::store("write to", source, || shown(&place.path()));
        let text = serde_json::to_vec(self).map_err(|error| failed(error.into()))?;
        drop(place.make().map_err(failed)?);
        let Some((files, seal)) = opened(&root, &place)? else {
            return Err(failed(std::io::ErrorKind::NotFound.into()));
        };
        let (name, text) = (self.name(), seal.seal(Sealed::Worktree, [&text[..], b"\n"].concat()));
        let write = || {
            files.create(At::Store(&name), &text, None)?;
            files.sync(At::Store(&name))?;
            files.sync_folder(At::Store(""))
        };
        write().map_err(failed)
    }

    /// Forgets it, because it is gone.
    pub fn forget(&self, root: &Path) -> Result<(), ApplyError> {
        let root = full(root)?;
        let place = place(&root)?;
        let Some((files, _)) = opened(&root, &place)? else { return Ok(()) };
        let removed = optional(files.remove(At::Store(&self.name())));
        removed.map(drop).map_err(|source| ApplyError::store("write to", source, || shown(&place.path())))
    }

    /// Those that were written down for the workspace at `root` and not forgotten, by this user's molt-sync.
    pub fn noted(root: &Path) -> Result<Vec<Self>, ApplyError> {
        let root = full(root)?;
        let place = place(&root)?;
        let failed = |source| ApplyError::store("read", source, || shown(&place.path()));
        let Some((files, seal)) = opened(&root, &place)? else { return Ok(Vec::new()) };
        let mut res = Vec::new();
        for name in files.list(At::Store("")).map_err(failed)?.iter().filter(|it| it.starts_with(PREFIX)) {
            let Some(bytes) = files.read_own(name).map_err(failed)? else { continue };
            let (text, verdict) = seal.open(Sealed::Worktree, &bytes);
            // what nobody signed is not carried out, and one that was cut off comes before everything that is made
            let Ok(it) = serde_json::from_slice::<Self>(text) else { continue };
            if verdict.is_ok() && it.name() == *name {
                res.push(it);
            }
        }
        Ok(res)
    }

    fn name(&self) -> String {
        format!("{PREFIX}{}", Sha256::of(self.place.as_os_str().as_encoded_bytes()).short(16))
    }
}
