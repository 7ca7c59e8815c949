//! A file beside another one, of which it takes the place in one step.

use std::{io, path::Path};

use tempfile::NamedTempFile;

/// A file that goes away unless it is kept, readable by others as the user's umask has it.
pub(super) fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".molt-sync-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
