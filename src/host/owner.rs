//! Whose files are, and who is who.

use std::{io, path::Path};

/// The number of the user that owns a file or a folder; none where files have none.
///
/// # Errors
/// When it cannot be looked at.
pub fn owner(path: &Path) -> io::Result<Option<u32>> {
    let about = std::fs::metadata(path)?;
    #[cfg(unix)]
    return Ok(Some(std::os::unix::fs::MetadataExt::uid(&about)));
    #[cfg(not(unix))]
    return Ok(about.is_dir().then_some(0).and(None));
}

/// The number of the user that runs this program.
pub fn user_id() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    return None;
}

/// The number of the user of this name, wherever the system looks it up; none where there is none.
///
/// # Errors
/// When nobody can be asked.
pub fn id_of(name: &str) -> io::Result<Option<u32>> {
    let said = std::process::Command::new("id").args(["-u", "--", name]).output()?;
    let number = String::from_utf8_lossy(&said.stdout).trim().parse().ok();
    Ok(number.filter(|_| said.status.success()))
}
