//! The workspace as a folder of its repository: what git and forges are told counts from the top.

use std::path::Path;

use crate::{
    changeset::below,
    command::support::{context::Context, failure::Failure},
    host,
};

/// Where a workspace lies in its repository, `compiler/`; empty at the top of one, and where there is none.
pub(in crate::command) fn folder(root: &Path) -> Result<String, Failure> {
    let Some((top, _)) = host::git::places(root)? else { return Ok(String::new()) };
    let root = host::full_path(root);
    let folder = root.strip_prefix(&top).map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(if folder.is_empty() { folder } else { folder + "/" })
}

impl Context {
    /// A patch as git takes it, from the top of the repository on, of which the workspace may be a folder.
    pub(in crate::command) fn for_git(&self, patch: &str) -> Result<String, Failure> {
        let root = self.root()?;
        Ok(below(patch, &folder(&root)?))
    }
}
