//! Other repositories in the workspace, submodules most of all: git knows one commit of each and none of its files, so that what lay
//! there at another commit is not known.

use std::{collections::BTreeSet, path::Path};

use crate::{
    base::RelPath,
    command::support::failure::{Exit, Failure},
    docs::patterns,
    host::git,
};

/// Refuses a comparison with `commit` where another repository is, here or there, at one of these places, in one of them, or around it,
/// unless it is spared.
pub(in crate::command) fn refuse_at(
    root: &Path,
    commit: &str,
    places: &BTreeSet<RelPath>,
    is_spared: &dyn Fn(&RelPath) -> bool,
) -> Result<(), Failure> {
    let touches = |it: &RelPath| {
        let is_at = |place: &RelPath| place == it || place.below(it).is_some() || it.below(place).is_some();
        !is_spared(it) && places.iter().any(is_at)
    };
    refuse(root, commit, &touches)
}

/// The same where documents of these patterns could lie in another repository.
pub(in crate::command) fn refuse_documents(root: &Path, commit: &str, roots: &[String]) -> Result<(), Failure> {
    let folders: Vec<String> = roots.iter().flat_map(|it| folders_of(it)).collect();
    // what is no pattern once it is cut could be any folder
    let folders = patterns(&folders).ok();
    refuse(root, commit, &|it| folders.as_ref().is_none_or(|all| all.is_match(it.as_str())))
}

fn refuse(root: &Path, commit: &str, matters: &dyn Fn(&RelPath) -> bool) -> Result<(), Failure> {
    if !git::is_repository(root)? {
        return Ok(());
    }
    let now: BTreeSet<RelPath> = git::repositories_in(root, &RelPath::root())?.into_iter().collect();
    let then = git::repositories_at(root, commit)?;
    let Some(first) = now.union(&then).find(|it| matters(it)) else { return Ok(()) };
    let place = if then.contains(first) { commit.get(..9).unwrap_or(commit) } else { "the work tree" };
    let message = format!(
        "cannot compare with the base: {first} is another repository in {place}, and git does not know here what its files were"
    );
    let hint = "put its files into this repository, or name other paths in molt-sync.toml";
    Err(Failure::new(Exit::Usage, message, hint))
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
