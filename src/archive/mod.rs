//! Bytes of a source archive to its entries, refusing anything that no CPython release has.
//!
//! In: a whole archive in memory, whose digest was checked by the caller. Out: each regular file once, in order, as a
//! reader, to a closure. Nothing is written, nothing is executed, and the archive is read to its last byte even when
//! all that was wanted has been seen, because only then have its checksums and its end been checked.
//!
//! The list of what an entry may be is closed: a file, a folder, and a symbolic link that `link` lets pass without following
//! it.

mod decode;
mod entry;
mod header;
mod limits;
mod link;
mod path;
mod pax;
mod refusal;
mod scan;
mod stated;
mod tar;
mod zip;
mod zip_list;

pub use entry::{ArchiveSummary, Entry};
pub use limits::Limits;
pub use refusal::{Refusal, SinkError};
pub use scan::{scan, scan_tar};
pub use stated::scan_stated;
