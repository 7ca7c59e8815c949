//! The scripts of the workspace's tools, as far as documents call them.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use crate::{
    base::{Files, RelPath},
    command::support::failure::Failure,
    docs::{self, Document},
};

/// The options of the scripts that manuals call.
pub(super) fn script_options(
    files: &dyn Files,
    (documents, manuals): (&[Document], &GlobSet),
    scripts: &BTreeSet<RelPath>,
) -> Result<BTreeMap<RelPath, Vec<String>>, Failure> {
    let mut res = BTreeMap::new();
    for path in docs::called(documents, manuals, scripts) {
        // of one that is not text nothing is known
        let text = match files.text(&path) {
            Err(error) if error.is_about_the_file() => None,
            text => text?,
        };
        if let Some(options) = text.as_deref().and_then(docs::options_of) {
            res.insert(path, options);
        }
    }
    Ok(res)
}
