//! The scripts of the workspace's tools, as far as documents call them.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use crate::{
    base::{Files, RelPath},
    command::support::failure::Failure,
    docs::{self, Document, Script},
};

/// How many bytes of scripts are kept; the options of what is beyond them are found out at once.
const KEPT: usize = 16 << 20;

/// The scripts that manuals call.
pub(super) fn called_scripts(
    files: &dyn Files,
    (documents, manuals): (&[Document], &GlobSet),
    scripts: &BTreeSet<RelPath>,
) -> Result<BTreeMap<RelPath, Script>, Failure> {
    let mut res = BTreeMap::new();
    let mut room = KEPT;
    for path in docs::called(documents, manuals, scripts) {
        // of one that is not text nothing is known
        let text = match files.text(&path) {
            Err(error) if error.is_about_the_file() => None,
            text => text?,
        };
        let Some(text) = text else { continue };
        let script = match room.checked_sub(text.len()) {
            Some(left) => {
                room = left;
                Script::new(text)
            }
            None => Script::of_long(&text),
        };
        res.insert(path, script);
    }
    Ok(res)
}
