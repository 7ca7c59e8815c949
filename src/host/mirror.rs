//! A python.org-style mirror: a folder, or an address that keeps the paths of python.org.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    files::read_hashed,
    http::{Client, FetchError, shown},
};
use crate::{base::Sha256, release::parse_listing};

/// The largest listing that is read; python.org's has 100 KB.
const LISTING: u64 = 8 << 20;

/// Where releases come from.
pub enum Mirror {
    /// A folder that the caller named.
    Folder(PathBuf),
    /// A folder that the settings of a workspace name: nothing in it is read by way of a link that leads out of it.
    OwnFolder(PathBuf),
    /// An address without a slash at its end.
    Url(Client, String),
}

/// Why a mirror does not give what it should.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The network.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The disk.
    #[error("cannot read {path}: {source}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl Mirror {
    /// The names in a folder of the mirror; none where it cannot be listed.
    pub fn list(&self, folder: &str) -> Result<Option<Vec<String>>, MirrorError> {
        match self {
            Self::Folder(root) | Self::OwnFolder(root) => {
                let path = self.place(root, folder)?;
                let entries = match std::fs::read_dir(&path) {
                    Ok(entries) => entries,
                    Err(error) if error.kind() == io::ErrorKind::NotFound && !folder.is_empty() => return Ok(None),
                    Err(source) => return Err(MirrorError::Disk { path, source }),
                };
                let names = entries.map(|it| it.map(|it| it.file_name().to_string_lossy().into_owned()));
                names.collect::<Result<_, _>>().map(Some).map_err(|source| MirrorError::Disk { path, source })
            }
            Self::Url(client, base) => {
                let slash = if folder.is_empty() { "" } else { "/" };
                let html = client.text(&format!("{base}/{folder}{slash}"), LISTING)?;
                Ok(html.map(|html| parse_listing(&html)).filter(|it| !it.is_empty()))
            }
        }
    }

    /// The bytes of a file and the digest that they have; none where there is none. An address is asked until it is the
    /// expected one, a folder gives what it has.
    pub fn fetch(&self, path: &str, limit: u64, expected: Sha256) -> Result<Option<(Vec<u8>, Sha256)>, MirrorError> {
        match self {
            Self::Folder(root) | Self::OwnFolder(root) => {
                let path = self.place(root, path)?;
                match read_hashed(&path, limit) {
                    Ok(read) => Ok(Some(read)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(source) => Err(MirrorError::Disk { path, source }),
                }
            }
            Self::Url(client, base) => {
                let bytes = client.archive(&format!("{base}/{path}"), limit, expected)?;
                Ok(bytes.map(|bytes| (bytes, expected)))
            }
        }
    }

    /// A small file that may be there; none where it is not, or where the mirror gives it to nobody.
    pub fn small(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, MirrorError> {
        match self {
            Self::Folder(root) | Self::OwnFolder(root) => {
                let path = self.place(root, path)?;
                match super::plain::read_plain(&path, limit) {
                    Ok(bytes) => Ok(Some(bytes)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(source) => Err(MirrorError::Disk { path, source }),
                }
            }
            Self::Url(client, base) => match client.bytes(&format!("{base}/{path}"), limit) {
                // stores of files answer so for what they do not have
                Err(FetchError::Status { status, .. }) if status.as_u16() == 403 => Ok(None),
                other => Ok(other?),
            },
        }
    }

    /// A whole archive, whatever it is, with its digest; none where it is not there.
    pub fn whole(&self, path: &str, limit: u64) -> Result<Option<(Vec<u8>, Sha256)>, MirrorError> {
        match self {
            Self::Folder(_) | Self::OwnFolder(_) => self.fetch(path, limit, Sha256::of(b"")),
            Self::Url(client, base) => {
                let bytes = client.packed(&format!("{base}/{path}"), limit)?;
                Ok(bytes.map(|bytes| {
                    let sha256 = Sha256::of(&bytes);
                    (bytes, sha256)
                }))
            }
        }
    }

    /// The length of a file without reading it, in bytes; none where it is not known.
    pub fn size(&self, path: &str) -> Result<Option<u64>, MirrorError> {
        match self {
            Self::Folder(root) | Self::OwnFolder(root) => {
                let path = self.place(root, path)?;
                match std::fs::metadata(&path) {
                    Ok(about) => Ok(Some(about.len()).filter(|_| about.is_file())),
                    Err(error) if super::door::is_absent(&error) => Ok(None),
                    Err(source) => Err(MirrorError::Disk { path, source }),
                }
            }
            Self::Url(client, base) => Ok(client.size(&format!("{base}/{path}"))?),
        }
    }

    /// Where a file of a folder is.
    ///
    /// # Errors
    /// When a link leads out of a folder that a workspace names.
    pub(super) fn place(&self, root: &Path, name: &str) -> Result<PathBuf, MirrorError> {
        let path = root.join(name);
        if let (Self::OwnFolder(_), Ok(full)) = (self, path.canonicalize()) {
            let top = root.canonicalize().map_err(|source| MirrorError::Disk { path: root.to_path_buf(), source })?;
            if !full.starts_with(top) {
                let source = super::door::refusal("a symbolic link on the way leads out of the mirror");
                return Err(MirrorError::Disk { path, source });
            }
        }
        Ok(path)
    }

    /// Whether it is a folder of this machine.
    pub fn is_folder(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::OwnFolder(_))
    }

    /// Its name in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Folder(root) | Self::OwnFolder(root) => root.display().to_string(),
            Self::Url(_, base) => shown(base),
        }
    }
}
