//! A file that the command line names. What lies in the workspace may be a stranger's, whoever names it, and is opened as every file of
//! it is: through no link that leads out. Elsewhere it is a regular file, or what the caller has opened already: a pipe that merely
//! stands in a folder would wait for somebody who writes to it.

use std::{
    fs::{File, OpenOptions},
    io,
    path::{Component, Path, PathBuf},
};

use super::{
    door::{Door, refusal},
    limited::{read_open, read_whole},
    plain,
};
use crate::base::is_off_limits;

/// Where a caller's open files have names.
const OPEN: [&str; 2] = ["/dev/fd", "/proc/self/fd"];

/// Reads at most `limit` bytes of a file that is named on the command line, beside a workspace where there is one.
pub fn read_named(path: &Path, root: Option<&Path>, limit: u64) -> io::Result<Vec<u8>> {
    if is_open_already(path) {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        return read_open(file, length, limit);
    }
    match root.and_then(|root| Some((root, inside(path, root)?))) {
        Some((root, part)) => {
            let part = part.to_str().ok_or_else(|| refusal("its name is not UTF-8"))?;
            Door::new(root.to_path_buf()).read(part, limit)
        }
        None => read_whole(plain::open(path, OpenOptions::new().read(true))?, limit),
    }
}

/// Whether it is a name of what the caller hands over, such as a shell's `<(…)`. A link to one is not.
fn is_open_already(path: &Path) -> bool {
    let is_number = |it: &Path| it.file_name().is_some_and(|it| it.as_encoded_bytes().iter().all(u8::is_ascii_digit));
    path == Path::new("/dev/stdin")
        || is_number(path) && path.parent().is_some_and(|it| OPEN.iter().any(|open| it == Path::new(open)))
}

/// What a path is called in the workspace; none where it is elsewhere, or where no checkout carries anything.
fn inside(path: &Path, root: &Path) -> Option<PathBuf> {
    let (path, root) = (std::path::absolute(path).ok()?, root.canonicalize().ok()?);
    // by the first folder on the way that is the root: a link behind that is the workspace's own
    let above: Vec<&Path> = path.ancestors().collect();
    let top = above.into_iter().rev().find(|it| it.canonicalize().is_ok_and(|it| it == root))?;
    let mut part = PathBuf::new();
    for it in path.strip_prefix(top).ok()?.components() {
        match it {
            Component::ParentDir if !part.pop() => return None,
            Component::ParentDir | Component::CurDir => {}
            it => part.push(it),
        }
    }
    let is_carried = |it: &Path| !it.iter().any(|it| is_off_limits(&it.to_string_lossy()));
    Some(part).filter(|it| !it.as_os_str().is_empty() && is_carried(it))
}
