//! The sign-offs on file for releases that a refresh does not take unasked.

use serde::Deserialize;

use crate::{
    base::{Files, Version, says_something},
    command::support::failure::{Exit, Failure},
    config::Paths,
};

/// The word for an older release in a sign-off.
pub(in crate::command) const OLDER: &str = "older-release";

/// The word for one that the calendar says something against.
pub(in crate::command) const RECALLED: &str = "recalled-release";

/// The most sign-offs that are read.
const MOST: usize = 10_000;

/// A sign-off that is on file.
#[derive(Debug, Deserialize)]
pub(in crate::command) struct OnFile {
    pub(in crate::command) gate: String,
    pub(in crate::command) release: Version,
    pub(in crate::command) before: Option<Version>,
    signed_off_by: String,
    reason: String,
}

/// Releases that a person took although the calendar says something against them.
pub(in crate::command) fn accepted_recalls(files: &dyn Files, paths: &Paths) -> Result<Vec<Version>, Failure> {
    Ok(on_file(files, paths)?.into_iter().filter(|it| it.gate == RECALLED).map(|it| it.release).collect())
}

/// Older releases that a person took.
pub(in crate::command) fn accepted_older(files: &dyn Files, paths: &Paths) -> Result<Vec<Version>, Failure> {
    Ok(on_file(files, paths)?.into_iter().filter(|it| it.gate == OLDER).map(|it| it.release).collect())
}

/// The sign-offs of these two kinds. What is none of them, or is not whole, accepts nothing.
pub(in crate::command) fn on_file(files: &dyn Files, paths: &Paths) -> Result<Vec<OnFile>, Failure> {
    let mut res = Vec::new();
    let all = files.list(&paths.exceptions, ".toml")?;
    if all.len() > MOST {
        let message =
            format!("cannot read the {} sign-offs in {}: more than {MOST} are not read", all.len(), paths.exceptions);
        let hint = "delete those whose release was taken long ago; git keeps them";
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    for path in all {
        let text = files.text(&path)?.unwrap_or_default();
        if let Ok(it) = toml::from_str::<OnFile>(&text)
            && says_something(&it.signed_off_by)
            && says_something(&it.reason)
        {
            res.push(it);
        }
    }
    Ok(res)
}
