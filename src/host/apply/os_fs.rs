//! The file system of the machine. Every folder on the way to a file is opened in the one that holds it, without following
//! a link, at each step: what is checked is what is used.

use std::{io, io::Write as _, os::unix::fs::PermissionsExt as _, path::PathBuf};

use super::{
    dir::{Dir, FileStat, odd},
    fs::{At, Fs, NodeKind},
};

/// The longest file that is read.
const LIMIT: u64 = 256 << 20;
/// The longest file that molt-sync keeps for itself.
pub(super) const OWN_LIMIT: u64 = 16 << 20;

/// A tree and its store, both held open.
#[derive(Debug)]
pub(super) struct OsFs {
    pub(super) tree: Dir,
    pub(super) store: Dir,
    /// Where they are, for people.
    pub(super) root: PathBuf,
    pub(super) place: PathBuf,
}

impl OsFs {
    /// Does `work` in the folder that holds a file, under the file's own name.
    fn beside<T>(&self, at: At<'_>, work: impl FnOnce(&Dir, &str) -> io::Result<T>) -> io::Result<T> {
        let (start, path) = match at {
            At::Tree(path) => (&self.tree, path),
            At::Store(path) => (&self.store, path),
        };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match start.walk(folder)? {
            None => work(start, name),
            Some(folder) => {
                if matches!(at, At::Store(_)) {
                    folder.about_itself()?.must_be_own(path)?;
                }
                work(&folder, name)
            }
        }
    }

    /// Does `work` in a folder.
    fn inside<T>(&self, at: At<'_>, work: impl FnOnce(&Dir) -> io::Result<T>) -> io::Result<T> {
        match at {
            At::Tree("") => work(&self.tree),
            At::Store("") => work(&self.store),
            _ => self.beside(at, |dir, name| work(&dir.folder(name)?)),
        }
    }

    fn both<T>(
        &self,
        a: At<'_>,
        b: At<'_>,
        work: impl FnOnce(&Dir, &str, &Dir, &str) -> io::Result<T>,
    ) -> io::Result<T> {
        self.beside(a, |one, name| self.beside(b, |other, target| work(one, name, other, target)))
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl Fs for OsFs {
    fn kind(&self, at: At<'_>) -> io::Result<NodeKind> {
        if matches!(at, At::Tree("") | At::Store("")) {
            return Ok(NodeKind::Folder);
        }
        match self.beside(at, Dir::about) {
            Ok(found) => Ok(found.map_or(NodeKind::Missing, |it| it.kind)),
            Err(error) if is_absent(&error) => Ok(NodeKind::Missing),
            // what lies behind a link is not a file of the tree
            Err(error) if matches!(at, At::Tree(_)) && error.kind() == io::ErrorKind::InvalidData => {
                Ok(NodeKind::Other)
            }
            Err(error) => Err(error),
        }
    }

    fn read(&self, at: At<'_>) -> io::Result<Option<Vec<u8>>> {
        match self.beside(at, |dir, name| dir.read(name, LIMIT, |_| Ok(()))) {
            Err(error) if is_absent(&error) => Ok(None),
            other => other,
        }
    }

    fn read_own(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let accept = |it: &FileStat| it.must_be_own_alone(name);
        match self.beside(At::Store(name), |dir, last| dir.read(last, OWN_LIMIT, accept)) {
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(odd(error)),
            other => other,
        }
    }

    fn list(&self, at: At<'_>) -> io::Result<Vec<String>> {
        self.inside(at, Dir::list)
    }

    fn create(&self, at: At<'_>, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
        let mut file = self.beside(at, |dir, name| dir.create(name, 0o666))?;
        file.write_all(bytes)?;
        mode.map_or(Ok(()), |mode| file.set_permissions(std::fs::Permissions::from_mode(mode)))
    }

    fn sync(&self, at: At<'_>) -> io::Result<()> {
        self.beside(at, Dir::sync_file)
    }

    fn sync_folder(&self, at: At<'_>) -> io::Result<()> {
        self.inside(at, Dir::sync)
    }

    fn rename(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        self.both(from, to, Dir::rename)
    }

    fn rename_new(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        self.both(from, to, Dir::rename_new)
    }

    fn exchange(&self, a: At<'_>, b: At<'_>) -> io::Result<()> {
        self.both(a, b, Dir::exchange)
    }

    fn link(&self, from: At<'_>, to: At<'_>) -> io::Result<()> {
        self.both(from, to, Dir::link)
    }

    fn remove(&self, at: At<'_>) -> io::Result<()> {
        self.beside(at, Dir::remove)
    }

    fn make_folder(&self, at: At<'_>) -> io::Result<()> {
        self.beside(at, Dir::make_folder)
    }

    fn remove_folder(&self, at: At<'_>) -> io::Result<()> {
        self.beside(at, Dir::remove_folder)
    }

    fn is_beside_store(&self, at: At<'_>) -> bool {
        let both = || Ok::<_, io::Error>((self.inside(at, Dir::about_itself)?, self.store.about_itself()?));
        both().is_ok_and(|(folder, store)| folder.is_beside(&store))
    }

    fn shown(&self, at: At<'_>) -> String {
        let (start, path) = match at {
            At::Tree(path) => (&self.root, path),
            At::Store(path) => (&self.place, path),
        };
        if path.is_empty() { start.display().to_string() } else { start.join(path).display().to_string() }
    }

    fn is_writable(&self, at: At<'_>) -> bool {
        self.inside(at, |dir| Ok(dir.is_writable())).unwrap_or(false)
    }
}
