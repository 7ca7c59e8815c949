//! Whether what git reads is files and folders of this tree's own, of a size that it can read: git waits for whoever writes to
//! a pipe, follows a link to another tree's commits, and takes a file of settings or a branch into memory as a whole.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{error::GitError, installed::on_the_path, process::run_told};
use crate::host::plain::{read_own, read_plain};

/// Files and folders of git's that have to lie in its own folder.
const OWN: [&str; 11] = [
    "HEAD",
    "config",
    "config.worktree",
    "index",
    "packed-refs",
    "shallow",
    "objects",
    "refs",
    "reftable",
    "logs",
    "info",
];

/// Files of the tree that git reads whatever it is asked.
const OF_THE_TREE: [&str; 4] = [".gitattributes", ".gitignore", ".gitmodules", ".mailmap"];

/// Entries that are looked at. A repository with more of them is packed badly, and git is not waited for without an end.
const MOST: usize = 400_000;

/// Settings that name files.
const NAMES_FILES: &str = r"^(include\.path|includeif\..*\.path|core\.(attributesfile|excludesfile)|diff\.orderfile|commit\.template|mailmap\.file|blame\.ignorerevsfile)$";

/// Words without any of which settings name no file. Git takes names in any case, and as they stand.
const NAMES: [&str; 7] =
    ["include", "attributesfile", "excludesfile", "orderfile", "template", "mailmap", "ignorerevsfile"];

/// Files of settings that may name each other.
const MOST_SETTINGS: usize = 30;

/// Bytes of a file that names one thing: a branch, a folder.
const NAME: u64 = 4096;
/// Bytes of a file of settings or patterns, and of all others that git reads as a whole.
const SETTINGS: u64 = 1 << 20;
/// Bytes of the branches in one file; a million of them have as many.
const BRANCHES: u64 = 64 << 20;
/// Bytes of the index; that of five million files has as many.
pub(super) const INDEX: u64 = 512 << 20;

/// The stars of one pattern, at most: people write three or four.
const MOST_STARS: usize = 12;

/// Folders that were found to be plain by this run.
static PLAIN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Refuses what git would wait for, and what leads to another tree's repository, in git's folder and in that of the
/// repository which it is part of.
pub(super) fn must_be_plain(top: &Path, folder: &Path, common: Option<&Path>) -> Result<(), String> {
    // whoever asks in the meantime waits for the answer, and does not look again
    let mut known = PLAIN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.contains(folder) {
        return Ok(());
    }
    for name in OF_THE_TREE {
        patterns_are_plain(&top.join(name))?;
    }
    for base in [Some(folder), common].into_iter().flatten() {
        for name in OWN {
            leads_nowhere_else(&base.join(name), base)?;
            if let Some(most) = longest(Path::new(name)) {
                must_be_short(&base.join(name), most)?;
            }
        }
        let mut left = MOST;
        below(base, base, &mut left, longest)?;
        borrowed(&base.join("objects"), &mut left)?;
        let mut files = MOST_SETTINGS;
        for name in ["config", "config.worktree"] {
            settings(&base.join(name), &mut files)?;
        }
    }
    known.insert(folder.to_path_buf());
    Ok(())
}

/// Refuses a file of patterns that git would read as a whole, or would wait for, and patterns whose cost is a power of their stars.
pub(super) fn patterns_are_plain(place: &Path) -> Result<(), String> {
    // most folders have none
    if fs::symlink_metadata(place).is_err_and(|error| is_absence(&error)) {
        return Ok(());
    }
    must_not_wait(place)?;
    must_be_short(place, SETTINGS)?;
    let Ok(bytes) = read_plain(place, SETTINGS) else { return Ok(()) };
    let stars = |it: &[u8]| it.split(|it| *it != b'*').filter(|it| !it.is_empty()).count();
    // a comment is no pattern
    let mut lines = bytes.split(|it| *it == b'\n').filter(|it| !it.starts_with(b"#"));
    let is_odd = lines.any(|it| stars(it) > MOST_STARS);
    if is_odd {
        Err(format!(
            "{} has a pattern with more than {MOST_STARS} stars, for which git takes too long",
            place.display()
        ))
    } else {
        Ok(())
    }
}

fn failed(place: &Path, error: &io::Error) -> String {
    format!("{} cannot be looked at: {error}", place.display())
}

/// Looks at what a folder holds.
fn below(folder: &Path, base: &Path, left: &mut usize, longest: fn(&Path) -> Option<u64>) -> Result<(), String> {
    let odd = |error: io::Error| failed(folder, &error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(()),
        Err(error) => return Err(odd(error)),
    };
    for entry in entries {
        let entry = entry.map_err(odd)?;
        let Some(rest) = left.checked_sub(1) else { return Ok(()) };
        *left = rest;
        let (place, kind) = (entry.path(), entry.file_type().map_err(odd)?);
        if kind.is_dir() {
            below(&place, base, left, longest)?;
        } else if kind.is_symlink() {
            must_not_wait(&place)?;
            if ["refs", "objects", "logs", "reftable"].iter().any(|it| place.starts_with(base.join(it))) {
                leads_nowhere_else(&place, base)?;
                // what a folder behind a link holds would not be looked at
                if place.is_dir() {
                    let what = "is a link to a folder, which can lead to another tree's repository";
                    return Err(format!("{} {what}", place.display()));
                }
            }
        } else if !kind.is_file() {
            must_not_wait(&place)?;
        }
        let most = place.strip_prefix(base).ok().filter(|_| !kind.is_dir()).and_then(longest);
        if let Some(most) = most {
            must_be_short(&place, most)?;
        }
    }
    Ok(())
}

/// How many bytes a file in git's folder may have, by its path in there; none where git reads no more of it than it needs.
fn longest(path: &Path) -> Option<u64> {
    let mut parts = path.iter().filter_map(|it| it.to_str());
    let (first, second) = (parts.next()?, parts.next());
    match (first, second) {
        ("refs", _) | ("HEAD" | "commondir" | "gitdir", None) => Some(NAME),
        ("packed-refs" | "FETCH_HEAD", None) => Some(BRANCHES),
        ("index", None) => Some(INDEX),
        (name, None) if name.starts_with("sharedindex.") => Some(INDEX),
        ("config" | "config.worktree" | "shallow" | "locked", None)
        | ("info", Some(_))
        | ("reftable", Some("tables.list")) => Some(SETTINGS),
        (name, None) if name.ends_with("_HEAD") => Some(SETTINGS),
        // what git keeps of a linked work tree
        ("worktrees", Some(name)) => longest(path.strip_prefix(Path::new(first).join(name)).ok()?),
        _ => None,
    }
}

/// Refuses a file that git would read as a whole, and that is too long for it. One of all holes is short in an archive.
fn must_be_short(place: &Path, most: u64) -> Result<(), String> {
    match fs::metadata(place) {
        Ok(about) if about.is_file() && about.len() > most => Err(format!(
            "{} has {} bytes, and git would read more than {most} as a whole",
            place.display(),
            about.len()
        )),
        Ok(_) => Ok(()),
        Err(error) if is_absence(&error) => Ok(()),
        Err(error) => Err(failed(place, &error)),
    }
}

/// Looks at the objects that a repository borrows: whoever made it may have made them too.
fn borrowed(objects: &Path, left: &mut usize) -> Result<(), String> {
    for place in lenders(objects).map_err(|error| failed(&objects.join("info/alternates"), &error))? {
        below(&place, &place, left, |_| None)?;
    }
    Ok(())
}

/// Refuses a link that leads out of git's folder.
fn leads_nowhere_else(place: &Path, base: &Path) -> Result<(), String> {
    match fs::symlink_metadata(place) {
        Ok(about) if about.is_symlink() => {}
        Ok(_) => return must_not_wait(place),
        Err(error) if is_absence(&error) => return Ok(()),
        Err(error) => return Err(failed(place, &error)),
    }
    must_not_wait(place)?;
    match fs::canonicalize(place) {
        Ok(target) if target.starts_with(base) => Ok(()),
        // a link that leads nowhere is read by nobody, and HEAD once was one before the first commit
        Err(error) if is_absence(&error) => Ok(()),
        Err(error) => Err(failed(place, &error)),
        Ok(_) => Err(format!("{} is a link, which can lead to another tree's repository", place.display())),
    }
}

/// Refuses a pipe or a device, also behind a link. A socket cannot be opened, so that nobody waits for it; git has one where
/// it watches files.
fn must_not_wait(place: &Path) -> Result<(), String> {
    match fs::metadata(place) {
        Ok(about) if about.is_file() || about.is_dir() || is_socket(&about) => Ok(()),
        Ok(_) => Err(format!("{} is not a regular file", place.display())),
        Err(error) if is_absence(&error) => Ok(()),
        Err(error) => Err(failed(place, &error)),
    }
}

#[cfg(unix)]
fn is_socket(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    about.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_socket(_: &fs::Metadata) -> bool {
    false
}

/// Whether settings can name a file at all: most do not, and git need not be asked.
fn may_name_files(file: &Path) -> bool {
    let Ok(bytes) = read_plain(file, SETTINGS) else { return true };
    let lower = bytes.to_ascii_lowercase();
    NAMES.iter().any(|it| memchr::memmem::find(&lower, it.as_bytes()).is_some())
}

/// Refuses settings that name a pipe or a device, also in files that they name.
fn settings(file: &Path, left: &mut usize) -> Result<(), String> {
    if !file.is_file() {
        return Ok(());
    }
    must_be_short(file, SETTINGS)?;
    *left = left.checked_sub(1).ok_or_else(|| {
        format!("{} names more than {MOST_SETTINGS} files of settings, one after the other", file.display())
    })?;
    if !may_name_files(file) {
        return Ok(());
    }
    // a file that is read alone has nothing to do with any repository, and nothing that it names is read
    let mut git = on_the_path();
    git.arg("config").arg("--file").arg(file).args(["--no-includes", "-z", "--get-regexp", NAMES_FILES]);
    git.env("GIT_DIR", "/dev/null").env_remove("GIT_CONFIG");
    let said = match run_told(&mut git, "read git's settings") {
        Ok(said) => said,
        // without a git nothing is asked that could wait
        Err(GitError::Start(_)) => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    for entry in String::from_utf8_lossy(&said.stdout).split('\0').filter(|it| !it.is_empty()) {
        let Some((name, value)) = entry.split_once('\n') else { continue };
        // git looks up the home folder of whomever it names
        if value.starts_with('~') && !value.starts_with("~/") {
            return Err(format!("{} names a file in another user's home folder ({name})", file.display()));
        }
        let home = || std::env::home_dir().unwrap_or_default();
        let named = value.strip_prefix("~/").map_or_else(|| PathBuf::from(value), |rest| home().join(rest));
        let place = file.parent().map_or_else(|| named.clone(), |it| it.join(&named));
        must_not_wait(&place)?;
        must_be_short(&place, SETTINGS)?;
        if name.starts_with("include") {
            settings(&place, left)?;
        }
    }
    Ok(())
}

/// The folders from which a folder of objects borrows some.
pub(super) fn lenders(objects: &Path) -> io::Result<Vec<PathBuf>> {
    let bytes = match read_own(&objects.join("info/alternates"), 1 << 20) {
        Ok(bytes) => bytes,
        Err(error) if is_absence(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(text.lines().filter(|it| !it.is_empty() && !it.starts_with('#')).map(|it| objects.join(it)).collect())
}

pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
