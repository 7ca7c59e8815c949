//! Bytes of a source archive to its entries, refusing anything that no CPython release has.
//!
//! In: a whole archive in memory, whose digest was checked by the caller. Out: each regular file once, in order, as a
//! reader, to a closure. Nothing is written, nothing is executed, and the archive is read to its last byte even when
//! all that was wanted has been seen, because only then have its checksums and its end been checked.
//!
//! The list of what an entry may be is closed: a file, a folder, and a symbolic link that `link` lets pass without following
//! it.

mod decode;
mod header;
mod limits;
mod link;
mod path;
mod pax;
mod stated;
mod tar;
mod zip;
mod zip_list;

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

pub use limits::Limits;
pub use stated::scan_stated;

use crate::base::Sha256;

/// One file of an archive, offered to the caller.
pub struct Entry<'a> {
    /// Its path below the archive's single top folder.
    pub path: &'a str,
    /// Its length in bytes, already within the limits.
    pub size: u64,
    /// Its bytes; what is left unread is skipped.
    pub bytes: &'a mut dyn Read,
}

/// What was in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveSummary {
    /// The single folder that everything is in, such as `Python-3.14.10`.
    pub top: String,
    /// Regular files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Symbolic links and where they lead to, both below the top folder. None is followed, and none is where files are
    /// read.
    pub links: BTreeMap<String, String>,
}

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The first bytes are of no known format.
    #[error("it is not a .tgz, .tar.xz or .zip archive")]
    Format,
    /// The stream ends early or its checksums are wrong.
    #[error("its data is damaged: {0}")]
    Damaged(String),
    /// It is packed in a way that is known and that no release has.
    #[error("it is packed in a way that no release is: {0}")]
    Packed(&'static str),
    /// There are bytes where the archive should have ended.
    #[error("it has data after its end")]
    Trailing,
    /// A header that CPython's own releases never have.
    #[error("entry `{path}` {what}")]
    Entry {
        /// The entry's path, escaped.
        path: String,
        /// What is wrong with it.
        what: String,
    },
    /// A limit of [`Limits`].
    #[error("it breaks a safety limit: {what} is over {limit}")]
    Limit {
        /// What was measured.
        what: &'static str,
        /// The greatest value allowed.
        limit: u64,
    },
    /// Damage, packing, more data or a limit, with the entry where it was met.
    #[error("{refusal}, {place} entry `{path}`")]
    Near {
        /// What it is.
        refusal: Box<Refusal>,
        /// `at` or `after`.
        place: &'static str,
        /// The entry's path, escaped.
        path: String,
    },
    /// A file is not the one that is stated.
    #[error("file `{path}` has digest {found}, and {stated} is stated for it")]
    Differs {
        /// Its path below the top folder.
        path: String,
        /// What it has.
        found: Sha256,
        /// What it should have.
        stated: Sha256,
    },
    /// A file that nobody states.
    #[error("file `{path}` is not among those that are stated (its digest is {found})")]
    Unstated {
        /// Its path below the top folder.
        path: String,
        /// What it has.
        found: Sha256,
    },
    /// A file that is stated and not there.
    #[error("file `{path}` is missing, and digest {stated} is stated for it")]
    Missing {
        /// Its path below the top folder.
        path: String,
        /// What it should have.
        stated: Sha256,
    },
    /// The caller's closure gave up.
    #[error("{0}")]
    Sink(#[from] SinkError),
}

/// What a sink reports when it does not want to go on.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Reads the whole archive, offering each regular file to `sink`.
///
/// # Errors
/// A [`Refusal`] for anything that is not exactly what a CPython source release looks like.
pub fn scan(
    archive: &[u8],
    limits: &Limits,
    mut sink: impl FnMut(Entry<'_>) -> Result<(), SinkError>,
) -> Result<ArchiveSummary, Refusal> {
    scan_with(archive, limits, &mut |entry| sink(entry).map_err(from_sink))
}

/// The same of a tar stream that is decoded already.
pub fn scan_tar(
    stream: &mut dyn Read,
    limits: &Limits,
    mut sink: impl FnMut(Entry<'_>) -> Result<(), SinkError>,
) -> Result<ArchiveSummary, Refusal> {
    tar::scan(stream, limits, &mut |entry| sink(entry).map_err(from_sink))
}

type Sink<'a> = &'a mut dyn FnMut(Entry<'_>) -> Result<(), Refusal>;

fn scan_with(archive: &[u8], limits: &Limits, sink: Sink<'_>) -> Result<ArchiveSummary, Refusal> {
    limits::check("the compressed size in bytes", archive.len() as u64, limits.compressed)?;
    match archive {
        [0x1f, 0x8b, ..] | [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            decode::with_stream(archive, limits, |stream| tar::scan(stream, limits, sink))
        }
        [b'P', b'K', 3, 4, ..] => zip::scan(archive, limits, sink),
        _ => Err(Refusal::Format),
    }
}

/// A sink that could not read on passes on what the archive is refused for.
fn from_sink(error: SinkError) -> Refusal {
    match error.downcast::<io::Error>() {
        Ok(error) => Refusal::from(*error),
        Err(error) => Refusal::Sink(error),
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Refusal>() {
            Ok(refusal) => refusal,
            Err(error) => Self::Damaged(error.to_string()),
        }
    }
}

impl Refusal {
    fn entry(path: &[u8], what: impl Into<String>) -> Self {
        let path = String::from_utf8_lossy(path).escape_debug().take(300).collect();
        Self::Entry { path, what: what.into() }
    }

    /// The same, saying where, if it does not say so yet; an empty path is not an entry.
    fn near(self, place: &'static str, path: &[u8]) -> Self {
        match self {
            Self::Damaged(_) | Self::Packed(_) | Self::Trailing | Self::Limit { .. } if !path.is_empty() => {
                let path = String::from_utf8_lossy(path).escape_debug().take(300).collect();
                Self::Near { refusal: Box::new(self), place, path }
            }
            other => other,
        }
    }
}
