//! Files that a user named, wherever they are.

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use super::limited::too_large;
use crate::base::{Sha256, is_off_limits, number_of};

/// When a file was written last, in seconds since 1970.
pub fn modified(path: &Path) -> io::Result<i64> {
    let since = std::fs::metadata(path)?.modified()?.duration_since(std::time::SystemTime::UNIX_EPOCH);
    // what is older than that is as old as can be
    Ok(since.map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(i64::MAX)))
}

/// Reads a plain file with its digest, which a second thread computes while the first still reads.
pub fn read_hashed(path: &Path, limit: u64) -> io::Result<(Vec<u8>, Sha256)> {
    hashed(super::plain::open(path, std::fs::OpenOptions::new().read(true))?, limit)
}

/// The same of a file that is open.
pub(super) fn hashed(mut file: std::fs::File, limit: u64) -> io::Result<(Vec<u8>, Sha256)> {
    const PART: usize = 1 << 20;
    let about = file.metadata()?;
    if about.len() > limit {
        return Err(too_large(about.len(), limit));
    }
    let mut bytes = vec![0; usize::try_from(about.len()).unwrap_or_default()];
    let digest = thread::scope(|scope| {
        let (sender, parts) = mpsc::channel::<&[u8]>();
        let hasher = scope.spawn(move || Sha256::of_parts(parts));
        for part in bytes.chunks_mut(PART) {
            file.read_exact(part)?;
            // the receiver lives until this sender is gone
            let _ = sender.send(part);
        }
        drop(sender);
        hasher.join().map_err(|_| io::Error::other("the digest was not computed"))
    })?;
    if file.read(&mut [0])? != 0 {
        return Err(io::Error::other("it grew while it was read"));
    }
    Ok((bytes, digest))
}

/// Adds text to the end of a file that somebody else made.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    use io::Write as _;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// A runner shows nothing of a summary that is longer, all steps of a job that append to one file together.
const SUMMARY: u64 = 1_000_000;

/// Appends to the summary that a runner shows of a step, as many whole lines as it takes. What is left out is counted.
///
/// # Errors
/// When it cannot be read or written.
pub fn append_summary(path: &Path, text: &str) -> io::Result<()> {
    let before = match std::fs::metadata(path) {
        Ok(about) => about.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    let room = usize::try_from(SUMMARY.saturating_sub(before)).unwrap_or(0);
    if text.len() <= room {
        return append(path, text);
    }
    let whole = text[..text.floor_char_boundary(room)].rfind('\n').map_or(0, |it| it + 1);
    let left = text[whole..].lines().count();
    append(
        path,
        &format!("{}\n\n{} more in the log: a runner shows no more here\n", &text[..whole], number_of(left, "line")),
    )
}

/// Tries whether a file can be made in a folder, or in the nearest one above it that is there: nothing stays of it.
pub fn try_to_write(folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|it| it.symlink_metadata().is_ok()).unwrap_or(Path::new("."));
    super::temporary::temporary(there).map(drop)
}

/// Writes a file of git's own, which it reads next.
pub fn overwrite(path: &Path, bytes: &[u8]) -> io::Result<()> {
    std::fs::write(path, bytes)
}

/// Writes a file in one step, with the folders that hold it.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use io::Write as _;
    let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let mut file = super::temporary::temporary(dir)?;
    file.write_all(bytes)?;
    file.persist(path)
}

/// A file that a user named, such as a report, for which there is room and which is not there yet.
pub struct Prepared {
    /// It has no name, so that nothing is left over where the run is cut off.
    room: std::fs::File,
    bytes: Vec<u8>,
    path: PathBuf,
    /// What begins the file that it replaces; none where there is no file.
    replaces: Option<Vec<u8>>,
}

/// So much of a file tells what kind it is.
const HEAD: u64 = 1 << 16;

/// What the file at `path` begins with; none where nothing is there. A link, a pipe or a device is somebody's, whatever it leads to.
pub(super) fn head_of(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let other = || io::Error::new(io::ErrorKind::AlreadyExists, "another file is there");
    match std::fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(about) if !about.is_file() => return Err(other()),
        Ok(_) => {}
        Err(error) if super::door::is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    }
    let file = super::plain::open_own(path, std::fs::OpenOptions::new().read(true))?;
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    Ok(Some(head))
}

impl Prepared {
    /// Makes room for `bytes` on the disk of `path`. A file that is there already is replaced only if it is empty or if `is_ours` says
    /// that it is one of the same kind.
    pub fn new(path: &Path, bytes: &[u8], is_ours: impl Fn(&[u8]) -> bool) -> io::Result<Self> {
        use io::Write as _;
        let replaces = head_of(path)?;
        if replaces.as_ref().is_some_and(|there| !there.is_empty() && !is_ours(there)) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "another file is there"));
        }
        let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !dir.is_dir() {
            let what = if dir.exists() { "is not a folder" } else { "is not there" };
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("the folder {} {what}", dir.display())));
        }
        let mut room = tempfile::tempfile_in(dir).map_err(|error| as_the_system_says(&error))?;
        room.write_all(bytes)?;
        Ok(Self { room, bytes: bytes.to_vec(), path: path.to_path_buf(), replaces })
    }

    /// Puts it in its place.
    pub fn keep(self) -> io::Result<()> {
        use io::Write as _;
        let dir = self.path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        drop(self.room);
        if head_of(&self.path)? != self.replaces {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it was written to in the meantime"));
        }
        let mut file = super::temporary::temporary(dir)?;
        file.write_all(&self.bytes)?;
        file.persist(self.path)
    }
}

/// The system's own answer, without the name of the file in between, which no user has named.
pub(super) fn as_the_system_says(error: &io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|it| it.source()).and_then(|it| it.downcast_ref::<io::Error>());
    match inner.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    }
}

/// Whether a path that names a place in the workspace leads out of it, or into git's folder, through a link of the
/// tree: the user named the place, and the tree is not to choose another.
pub fn leads_out(path: &Path, root: &Path) -> io::Result<bool> {
    let root = root.canonicalize()?;
    let mut named = std::env::current_dir()?.canonicalize()?;
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => _ = named.pop(),
            part => named.push(part),
        }
    }
    // what is not there yet is made below what is there
    let mut above = path.ancestors().skip(1).map(|it| if it.as_os_str().is_empty() { Path::new(".") } else { it });
    let real = loop {
        let Some(dir) = above.next() else { return Ok(false) };
        match dir.canonicalize() {
            Ok(real) => break real,
            Err(error) if super::door::is_absent(&error) => {}
            Err(error) => return Err(error),
        }
    };
    // how a place in the workspace is called from its root; none of one elsewhere
    let is_part = |path: &Path| {
        path.strip_prefix(&root).is_ok_and(|it| !it.iter().any(|it| is_off_limits(&it.to_string_lossy())))
    };
    Ok(is_part(&named) && !is_part(&real))
}

/// The same as an error.
pub fn must_not_lead_out(path: &Path, root: &Path) -> io::Result<()> {
    if leads_out(path, root)? {
        let message = "a link on the way leads out of the workspace, or to what is not part of it";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    Ok(())
}

/// Whether two paths, existing or not, name the same file.
pub fn is_same_file(a: &Path, b: &Path) -> bool {
    let full = |path: &Path| {
        let dir = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some((dir.canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    full(a).is_some_and(|it| Some(it) == full(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_no_longer_than_a_runner_shows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary");
        append_summary(&path, "first\n").unwrap();
        append_summary(&path, &"a line\n".repeat(1_000_000)).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let shown = text.matches("a line\n").count();
        assert!(text.starts_with("first\na line\n") && text.len() < 1 << 20 && shown > 100_000, "{}", text.len());
        assert!(
            text.ends_with(&format!("\n\n{} lines more in the log: a runner shows no more here\n", 1_000_000 - shown))
        );
        append_summary(&path, "last\n").unwrap();
        assert!(
            std::fs::read_to_string(&path)
                .unwrap()
                .ends_with("\n\n1 line more in the log: a runner shows no more here\n")
        );
    }
}
