//! The lock of a checkout for a run in a work tree of its own, which has the last commit's: what this program itself has
//! written to it here goes along, and what somebody else has is theirs to commit first.

use crate::{
    base::{Edit, RelPath, git_word, path_word, shell_word},
    command::support::{context::Context, failure::Failure, uncommitted::own},
    host::git,
};

/// The lock as it is here.
pub(in crate::command) struct LockHere {
    path: RelPath,
    /// What this program wrote to it and is not committed.
    own: Option<Edit>,
    /// Whether somebody else has changes in it that are not committed.
    is_edited: bool,
}

impl LockHere {
    /// Reads it off the checkout.
    pub(in crate::command) fn read(context: &Context) -> Result<Self, Failure> {
        let workspace = context.workspace()?;
        let (root, path) = (&workspace.root, workspace.config.paths.lock.clone());
        let own = own(root)?.into_iter().find(|it| it.path == path);
        let is_edited =
            own.is_none() && git::is_repository(root)? && !git::uncommitted(root, &[&path], true)?.is_empty();
        Ok(Self { path, own, is_edited })
    }

    /// Its text, where that is this program's own.
    pub(in crate::command) fn own(&self) -> Option<&str> {
        self.own.as_ref().and_then(|it| std::str::from_utf8(it.after.as_deref()?).ok())
    }

    /// Says what became of it: how this checkout gets the branch, or what a person has to commit first.
    pub(in crate::command) fn told(
        &self,
        context: &Context,
        branch: &str,
        made: Result<Option<String>, Failure>,
    ) -> Result<Option<String>, Failure> {
        let path = git_word(self.path.as_str());
        match made {
            Ok(Some(made)) => {
                if let Some(own) = &self.own {
                    let typed = path_word(self.path.as_str());
                    let way = if own.before.is_some() { format!("git restore {path}") } else { format!("rm {typed}") };
                    context.note(&format!(
                        "that commit also has what molt-sync wrote to {typed} here and is not committed; here, take that away with `{way}` before `git merge {}`",
                        shell_word(branch)
                    ));
                }
                Ok(Some(made))
            }
            Err(failure) if failure.unreviewed.is_some() && self.is_edited => {
                let hint = format!(
                    "{path} has changes here that are not committed, and a new work tree has none of them: once they are reviewed, `git add {path} && git commit -m 'Review a release' -- {path}`, and run it again"
                );
                Err(Failure { hint: Some(hint), ..failure })
            }
            other => other,
        }
    }
}
