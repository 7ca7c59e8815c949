//! Three-way merges.

use std::path::Path;

use super::{error::GitError, process::run_told, program::outside};

/// A three-way merge of three files, with conflict markers where they do not agree.
pub fn merge(root: &Path, base: &Path, ours: &Path, theirs: &Path) -> Result<Vec<u8>, GitError> {
    let mut program = outside(root);
    // the files of a merge driver have names that say nothing
    program.args(["merge-file", "--stdout", "--diff3", "-L", "ours", "-L", "base", "-L", "theirs"]);
    program.args([ours, base, theirs]);
    let output = run_told(&mut program, "merge")?;
    // the code is the number of conflicts, and 255 for an error
    match output.status.code() {
        Some(0..=127) => Ok(output.stdout),
        _ => Err(GitError::Failed {
            what: "merge".into(),
            why: String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned(),
            more: Vec::new(),
        }),
    }
}

/// The same of three texts.
pub fn merge_texts(root: &Path, base: &str, ours: &str, theirs: &str) -> Result<String, GitError> {
    let failed =
        |error: std::io::Error| GitError::Failed { what: "merge".into(), why: error.to_string(), more: Vec::new() };
    let dir = crate::host::temporary::Folder::new_in(&std::env::temp_dir()).map_err(failed)?;
    let file = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).map(|()| path).map_err(failed)
    };
    let (base, ours, theirs) = (file("base", base)?, file("ours", ours)?, file("theirs", theirs)?);
    merge(root, &base, &ours, &theirs).map(|it| String::from_utf8_lossy(&it).into_owned())
}
