//! The exceptions in the folder of sign-offs.

use crate::{
    base::{Files, RelPath, limits::too_long, text::conflict},
    command::support::{
        failure::{Exit, Failure},
        unmerged::merged,
    },
    scoreboard::Exception,
};

/// The most files of sign-offs that are read.
const MOST: usize = 10_000;
/// The most bytes of one: that of a whole tree that falls back has fewer.
const LONGEST: usize = 256 << 10;
/// The most bytes of all.
const ALL: usize = 4 << 20;

/// Every exception of `files`. One that cannot be read is a failure: what it allows, and until when, is not known.
pub(super) fn exceptions(files: &dyn Files, folder: &RelPath) -> Result<Vec<Exception>, Failure> {
    let mut res = Vec::new();
    let paths = files.list(folder, ".toml")?;
    if paths.len() > MOST {
        let message = format!("cannot read the {} sign-offs in {folder}: more than {MOST} are not read", paths.len());
        return Err(Failure::new(Exit::Usage, message, "delete those that were needed long ago; git keeps them"));
    }
    let mut left = ALL;
    for path in paths {
        let text = files.text(&path)?.unwrap_or_default();
        let bytes = text.len();
        let why = too_long(bytes, LONGEST).or_else(|| {
            (bytes > left).then(|| format!("all sign-offs together have more than {ALL} bytes, and that is not read"))
        });
        if let Some(why) = why {
            let message = format!("cannot read {path}: {why}");
            return Err(Failure::new(Exit::Usage, message, "delete those that were needed long ago; git keeps them"));
        }
        left -= bytes;
        if let Some(line) = conflict(&text) {
            return Err(merged(path.as_str(), line));
        }
        let read = Exception::parse(&path, &text).map_err(|error| {
            let message = format!("cannot read {path}: {error}");
            Failure::new(Exit::Usage, message, "correct that line, or remove the exception")
        })?;
        res.extend(read);
    }
    Ok(res)
}
