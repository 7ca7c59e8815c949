//! A workspace that lay in another folder of the repository at a commit: nothing of it would be found there, and all that a branch
//! changed would be new.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    base::{Files as _, RelPath},
    command::support::{
        failure::{Exit, Failure},
        links::link_on_the_way,
    },
    config::{Config, FILE},
    host::{self, Disk, git},
};

/// Folders whose own settings of then are read: each is a question to git.
const MOST_SETTINGS: usize = 32;

/// The settings at a path of the commit, where there are any.
pub(in crate::command) type SettingsThen<'a> = &'a dyn Fn(&Path, &RelPath) -> Result<Option<Config>, Failure>;

/// Refuses a commit that has no workspace in the folder `root`, and has one in a folder above it, or in one in which it is not all
/// there any more. One without settings of its own has those of `config`.
///
/// # Errors
/// When it is so, or git or the disk does not answer.
pub(in crate::command) fn refuse(
    root: &Path,
    commit: &str,
    config: &Config,
    settings: SettingsThen<'_>,
) -> Result<(), Failure> {
    let (mut marks, usual) = (marks(config), self::marks(&Config::default()));
    let then = git::names_at(root, commit, &marks.iter().collect::<Vec<_>>())?;
    let was_here = |mark: &RelPath| then.iter().any(|name| folder_of(name.as_str(), mark) == Some(""));
    // one file in a place that the settings name now is no workspace, and where there is all of it nothing was moved
    if marks.iter().filter(|it| it.as_str() != FILE).all(was_here) {
        return Ok(());
    }
    marks.extend(usual);
    let Some((top, _)) = git::places(root)? else { return Ok(()) };
    let names = git::names_at(&top, commit, &[])?;
    let (shown, root) = (host::absolute(&top), host::absolute(root));
    let disk = Disk::new(&top);
    let mut own_settings = 0;
    for (folder, usual) in by_folder(&names, &marks) {
        let place = if folder.is_empty() { shown.clone() } else { shown.join(folder) };
        if root == place {
            continue;
        }
        let path = in_folder(folder, FILE).filter(|it| own_settings < MOST_SETTINGS && names.contains(it));
        let own = match path {
            Some(path) => settings(&top, &path)?.map(|it| self::marks(&it)),
            None => None,
        };
        own_settings += usize::from(own.is_some());
        let is_there = match &own {
            Some(own) => {
                let then = by_folder(&names, own).remove(folder).unwrap_or_default();
                are_there(&disk, folder, then)?
            }
            None => are_there(&disk, folder, usual)?,
        };
        if root.starts_with(&place) || !is_there {
            return Err(elsewhere(commit, &place, &root));
        }
    }
    Ok(())
}

/// What tells that a folder is a workspace.
fn marks(config: &Config) -> Vec<RelPath> {
    let settings = RelPath::new(FILE).ok();
    settings.into_iter().chain([config.paths.stdlib.clone(), config.paths.ratchet.clone()]).collect()
}

/// The folder of a workspace in which `name` is `mark` or a module below it; empty for the top.
fn folder_of<'a>(name: &'a str, mark: &RelPath) -> Option<&'a str> {
    let mark = mark.as_str();
    let is_end = |at: usize| name.len() == at || (name[at..].starts_with('/') && name.strip_suffix(".py").is_some());
    let mut found = name.match_indices(mark).filter(|(at, _)| is_end(at + mark.len()));
    found.find_map(|(at, _)| if at == 0 { Some("") } else { name[..at].strip_suffix('/') })
}

/// What of `marks` each folder has.
fn by_folder<'a, 'b>(names: &'a BTreeSet<RelPath>, marks: &'b [RelPath]) -> BTreeMap<&'a str, BTreeSet<&'b RelPath>> {
    let mut res: BTreeMap<&str, BTreeSet<&RelPath>> = BTreeMap::new();
    for (name, mark) in names.iter().flat_map(|name| marks.iter().map(move |mark| (name, mark))) {
        if let Some(folder) = folder_of(name.as_str(), mark) {
            res.entry(folder).or_default().insert(mark);
        }
    }
    res
}

fn in_folder(folder: &str, name: &str) -> Option<RelPath> {
    RelPath::new(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }).ok()
}

/// Whether all of this lies in that folder of the repository now, and not behind a link: what it leads to is another folder. A part
/// that stayed is no workspace.
fn are_there(disk: &Disk, folder: &str, marks: BTreeSet<&RelPath>) -> Result<bool, Failure> {
    marks.into_iter().try_fold(true, |are, mark| {
        let Some(path) = in_folder(folder, mark.as_str()) else { return Ok(are) };
        Ok(are && link_on_the_way(disk, &path)?.is_none() && has_any(disk, &path)?)
    })
}

/// Whether there is a file of that name, or modules below it. What is left over of a folder is none.
fn has_any(disk: &Disk, path: &RelPath) -> Result<bool, Failure> {
    Ok(if disk.has_folder(path)? { !disk.list(path, ".py")?.is_empty() } else { disk.read(path)?.is_some() })
}

fn elsewhere(commit: &str, then: &Path, now: &Path) -> Failure {
    let commit = &commit[..commit.len().min(9)];
    let message =
        format!("cannot compare with {commit}: its workspace is {}, and this one is {}", then.display(), now.display());
    let hint = "name the same workspace with --root, or compare with a commit that has this one; a branch that moves it is judged by a person";
    Failure::new(Exit::Person, message, hint)
}
