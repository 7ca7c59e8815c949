//! The history as it lies in the workspace, or at a commit.

use crate::{
    base::{Files, RelPath, text::conflict},
    command::support::{
        failure::{Exit, Failure},
        unmerged::merged,
    },
    scoreboard::History,
};

/// The history; an empty one where there is no file.
pub(super) fn history(files: &dyn Files, path: &RelPath) -> Result<History, Failure> {
    let text = files.text(path)?.unwrap_or_default();
    if let Some(line) = conflict(&text) {
        let hint = format!(
            "keep the rows of both sides: take the marker lines out of {path}; `molt-sync scoreboard merge-driver` does it by itself"
        );
        return Err(Failure { hint: Some(hint), ..merged(path.as_str(), line) });
    }
    History::parse(&text).map_err(|error| {
        let message = format!("cannot read {path}: {error}");
        let hint = if error.is_newer {
            "a newer molt-sync wrote it: install that one".to_owned()
        } else {
            format!("restore it with `git checkout HEAD -- {path}`")
        };
        Failure::new(Exit::Usage, message, hint)
    })
}
