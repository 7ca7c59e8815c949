//! Other repositories in the workspace, submodules most of all: git knows one commit of each and none of its files, so that what lay
//! there at another commit is not known.

use std::{collections::BTreeSet, path::Path};

use crate::{
    base::RelPath,
    command::support::failure::{Exit, Failure},
    docs::patterns,
    host::git,
};

/// Those of the work tree, and those of a commit that it is compared with.
#[derive(Clone, Default)]
pub(in crate::command) struct OtherRepositories {
    now: BTreeSet<RelPath>,
    then: BTreeSet<RelPath>,
}

impl OtherRepositories {
    /// Asks git for them.
    pub(in crate::command) fn of(root: &Path, commit: &str) -> Result<Self, Failure> {
        if !git::is_repository(root)? {
            return Ok(Self::default());
        }
        let now = git::repositories_in(root, &RelPath::root())?.into_iter().collect();
        Ok(Self { now, then: git::repositories_at(root, commit)? })
    }

    /// Refuses a comparison where one is at one of these places, in one of them, or around it, unless it is spared.
    pub(in crate::command) fn refuse_at(
        &self,
        places: &BTreeSet<RelPath>,
        is_spared: &dyn Fn(&RelPath) -> bool,
    ) -> Result<(), Failure> {
        self.refuse(&|it| {
            let is_at = |place: &RelPath| place == it || place.below(it).is_some() || it.below(place).is_some();
            !is_spared(it) && places.iter().any(is_at)
        })
    }

    /// The same where documents of these patterns could lie in one.
    pub(in crate::command) fn refuse_documents(&self, roots: &[String]) -> Result<(), Failure> {
        let folders: Vec<String> = roots.iter().flat_map(|it| folders_of(it)).collect();
        // what is no pattern once it is cut could be any folder
        let folders = patterns(&folders).ok();
        self.refuse(&|it| folders.as_ref().is_none_or(|all| all.is_match(it.as_str())))
    }

    fn refuse(&self, matters: &dyn Fn(&RelPath) -> bool) -> Result<(), Failure> {
        let Some(first) = self.now.union(&self.then).find(|it| matters(it)) else { return Ok(()) };
        let place = if self.then.contains(first) { "at the base" } else { "in the work tree" };
        let message = format!(
            "cannot compare with the base: {first} is another repository {place}, and git does not know here what its files were"
        );
        let hint = "put its files into this repository, or name other paths in molt-sync.toml";
        Err(Failure::new(Exit::Usage, message, hint))
    }
}

/// The patterns of the folders in which a file of this pattern can lie: `docs` and `docs/**` for `docs/**/*.md`.
fn folders_of(pattern: &str) -> Vec<String> {
    let names: Vec<&str> = pattern.split('/').collect();
    let any = names.iter().position(|it| *it == "**");
    let last = any.map_or(names.len() - 1, |it| it + 1);
    (1..=last).map(|count| names[..count].join("/")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_a_pattern_are_those_in_which_its_files_can_lie() {
        for (pattern, inside, outside) in [
            ("*.md", &[][..], &["docs", "a/b"][..]),
            ("docs/**/*.md", &["docs", "docs/a", "docs/a/b"], &["doc", "a", "a/docs"]),
            ("**/*.md", &["a", "a/b"], &[]),
            ("a/*/c/x.md", &["a", "a/b", "a/b/c"], &["b", "a/b/d", "a/b/c/x.md"]),
            ("docs/README.md", &["docs"], &["docs/a"]),
        ] {
            let folders = patterns(&folders_of(pattern)).unwrap();
            for it in inside {
                assert!(folders.is_match(it), "{pattern}: {it}");
            }
            for it in outside {
                assert!(!folders.is_match(it), "{pattern}: {it}");
            }
        }
    }
}
