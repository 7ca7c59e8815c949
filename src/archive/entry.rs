//! The entries of an archive, one after the other, and what was in it as a whole.

use std::{collections::BTreeMap, io::Read};

use super::refusal::Refusal;

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

/// Where entries go.
pub(super) type Sink<'a> = &'a mut dyn FnMut(Entry<'_>) -> Result<(), Refusal>;
