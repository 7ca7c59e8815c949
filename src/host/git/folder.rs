//! Where git's folder of a work tree is, and whether it is this tree's own. What an archive or a proposal holds is not to
//! decide which repository is read: it could be another one of the user's, or one that was made for the purpose.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    error::GitError,
    plain::{is_absence, lenders, must_be_plain},
};
use crate::host::plain::read_own;

/// The longest path that a file of git's names.
const LIMIT: u64 = 4096;

/// The repository of a work tree.
pub(super) struct Repository {
    /// The top of the work tree.
    pub(super) top: PathBuf,
    /// Git's folder.
    pub(super) folder: PathBuf,
}

/// The folder at or above `root` that has a `.git`; none where there is none. One that cannot be looked at is an error.
pub(super) fn top_of(root: &Path) -> Result<Option<PathBuf>, GitError> {
    let failed = |path: &Path, error: io::Error| {
        GitError::failed(&format!("look for a repository at {}", path.display()), error.to_string())
    };
    let root = fs::canonicalize(root).map_err(|error| failed(root, error))?;
    for folder in root.ancestors() {
        let place = folder.join(".git");
        if is_there(&place).map_err(|error| failed(&place, error))? {
            return Ok(Some(folder.to_path_buf()));
        }
    }
    Ok(None)
}

/// The repository that `root` lies in, if any.
///
/// # Errors
/// When it is not this tree's own, when git would take another for it, and when git would wait for ever.
pub(super) fn repository(root: &Path) -> Result<Option<Repository>, GitError> {
    let top = top_of(root)?;
    let refused = |top: &Path, why| GitError::failed(&format!("use the repository at {}", top.display()), why);
    // git looks at each folder on its way up, and at each it takes a `.git` first
    let full = fs::canonicalize(root).map_err(|error| refused(root, error.to_string()))?;
    let below = full.ancestors().take_while(|it| top.as_deref() != Some(*it));
    for folder in below {
        if looks_bare(folder).map_err(|error| refused(folder, error.to_string()))? {
            let why = format!("{} looks like a repository without a work tree", folder.display());
            return Err(refused(top.as_deref().unwrap_or(folder), why));
        }
    }
    let Some(top) = top else { return Ok(None) };
    let found = own_folder(&top).map_err(|it| it.to_string()).and_then(|folder| {
        let shared = path_in(&folder.join("commondir")).map_err(|error| error.to_string())?;
        must_be_plain(&top, &folder, shared.as_deref())?;
        Ok(folder)
    });
    match found {
        Ok(folder) => Ok(Some(Repository { top, folder })),
        Err(why) => Err(refused(&top, why)),
    }
}

/// Why git's folder of a work tree is not used.
#[derive(Debug, thiserror::Error)]
pub(in crate::host) enum NotOwn {
    /// It leads to another tree's, or it can.
    #[error("{0}")]
    Foreign(String),
    /// Whether it is this tree's cannot be told.
    #[error("{0}: {1}")]
    Unknown(String, io::Error),
}

/// Git's folder for the work tree at `top`, whose path is a full one; why not where it is not this tree's own.
pub(in crate::host) fn own_folder(top: &Path) -> Result<PathBuf, NotOwn> {
    let unknown = |what: &str, error| NotOwn::Unknown(format!("{what} cannot be looked at"), error);
    let foreign = |why: &str| NotOwn::Foreign(why.to_owned());
    let entry = top.join(".git");
    let found = fs::symlink_metadata(&entry).map_err(|error| unknown("`.git`", error))?;
    if found.is_symlink() {
        return Err(foreign("`.git` is a link, which can lead to another tree's repository"));
    }
    if found.is_dir() {
        return match is_there(&entry.join("commondir")) {
            Ok(false) => Ok(entry),
            Ok(true) => Err(foreign("`.git/commondir` leads to another tree's repository")),
            Err(error) => Err(unknown("`.git/commondir`", error)),
        };
    }
    // a linked work tree or a submodule; anybody can write such a file, and it can name anything
    let text = read_own(&entry, LIMIT).map_err(|error| {
        let is_odd = matches!(error.kind(), io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidInput);
        if is_odd { NotOwn::Foreign(format!("`.git` cannot be read: {error}")) } else { unknown("`.git`", error) }
    })?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let named = text.strip_prefix("gitdir:").ok_or(foreign("`.git` is a file that names no folder"))?.trim();
    let target = fs::canonicalize(top.join(named)).map_err(|error| {
        if is_absence(&error) {
            NotOwn::Foreign(format!("`.git` names {named}: {error}"))
        } else {
            unknown(named, error)
        }
    })?;
    let is_own = || -> io::Result<bool> {
        if names_back(&target, &entry)? {
            return is_of_its_repository(&target);
        }
        Ok(is_module(&target, top)? && !is_there(&target.join("commondir"))?)
    };
    match is_own() {
        Ok(true) => Ok(target),
        Ok(false) => Err(NotOwn::Foreign(format!("`.git` names {named}, which can be another tree's repository"))),
        Err(error) => Err(unknown(named, error)),
    }
}

/// What tells a repository, and those from which it borrows objects, from any other that stood or will stand at its place.
/// None where the system does not know, and where a lender borrows in turn.
///
/// # Errors
/// When it is not this tree's own, or cannot be looked at.
pub fn identity(root: &Path) -> Result<Option<String>, GitError> {
    let Some(found) = repository(root)? else { return Ok(None) };
    let failed = |error: io::Error| {
        GitError::failed(&format!("look at the repository at {}", found.top.display()), error.to_string())
    };
    let shared = path_in(&found.folder.join("commondir")).map_err(failed)?;
    let objects = shared.as_ref().unwrap_or(&found.folder).join("objects");
    let mut res = String::new();
    let borrowed = lenders(&objects).map_err(failed)?;
    let is_flat = borrowed.iter().all(|it| lenders(it).is_ok_and(|it| it.is_empty()));
    for place in std::iter::once(&objects).chain(&borrowed) {
        let about = fs::metadata(place).map_err(failed)?;
        // no archive and no program sets the time at which a folder was made
        let made = about.created().ok().and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
        let Some(made) = made.filter(|_| is_flat) else { return Ok(None) };
        res += &format!("{} {}\n", made.as_nanos(), number_of_folder(&about));
    }
    Ok(Some(res))
}

#[cfg(unix)]
fn number_of_folder(about: &fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt as _;
    format!("{}:{}", about.dev(), about.ino())
}

#[cfg(not(unix))]
fn number_of_folder(_: &fs::Metadata) -> String {
    String::new()
}

/// Whether git's folder says that it belongs to the work tree of this file.
fn names_back(target: &Path, entry: &Path) -> io::Result<bool> {
    // newer versions of git may write it relative to their folder
    Ok(path_in(&target.join("gitdir"))?.is_some_and(|it| it == *entry))
}

/// Whether the folder of a linked work tree lies in the repository that it says it is part of.
fn is_of_its_repository(target: &Path) -> io::Result<bool> {
    let place = target.join("commondir");
    if !is_there(&place)? {
        return Ok(true);
    }
    Ok(path_in(&place)?.is_some_and(|it| target.parent() == Some(&it.join("worktrees"))))
}

/// Whether git's folder lies where a repository that holds `top` keeps those of its submodules.
fn is_module(target: &Path, top: &Path) -> io::Result<bool> {
    for holder in top.ancestors().skip(1) {
        if !is_there(&holder.join(".git"))? {
            continue;
        }
        // one that is itself a submodule or a linked work tree keeps them in the folder that its own file names
        match own_folder(holder) {
            Ok(it) if target.starts_with(it.join("modules")) => return Ok(true),
            Ok(_) | Err(NotOwn::Foreign(_)) => {}
            Err(NotOwn::Unknown(_, error)) => return Err(error),
        }
    }
    Ok(false)
}

/// The full path that a file of git's names, relative to its folder; none where it is not there, or names nothing.
pub(super) fn path_in(file: &Path) -> io::Result<Option<PathBuf>> {
    let odd = [io::ErrorKind::FileTooLarge, io::ErrorKind::InvalidInput, io::ErrorKind::IsADirectory];
    let text = match read_own(file, LIMIT) {
        Ok(it) => it,
        Err(error) if is_absence(&error) || odd.contains(&error.kind()) || is_loop(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let (Ok(named), Some(folder)) = (String::from_utf8(text), file.parent()) else { return Ok(None) };
    match fs::canonicalize(folder.join(named.trim())) {
        Ok(it) => Ok(Some(it)),
        Err(error) if is_absence(&error) || is_loop(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a link stands where a file was to be, or links lead nowhere.
fn is_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error());
    #[cfg(not(unix))]
    return false;
}

/// Whether git can take a folder for a repository as it is.
fn looks_bare(folder: &Path) -> io::Result<bool> {
    let has = |name: &str| is_there(&folder.join(name));
    Ok(has("HEAD")? && (has("commondir")? || (has("objects")? && has("refs")?)))
}

pub(super) fn is_there(place: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(place) {
        Ok(_) => Ok(true),
        Err(error) if is_absence(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
