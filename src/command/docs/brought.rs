//! The bindings and templates that a branch has otherwise than its base: they decide what is said and what is compared with what, as
//! the settings do.

use std::collections::BTreeSet;

use super::load::bindings_of;
use crate::{
    base::{Files, RelPath, text::with_carriage_returns},
    command::support::{base_commit::Base, failure::Failure, workspace::Workspace},
    config::Config,
    docs::Binding,
    host::git,
};

/// Their paths, sorted.
///
/// # Errors
/// When git does not answer, or the disk.
pub(super) fn other_texts(workspace: &Workspace, then: &Base) -> Result<Vec<String>, Failure> {
    let configs = [&workspace.config, &then.config];
    let single: BTreeSet<RelPath> = configs.into_iter().flat_map(named).collect();
    let folders: BTreeSet<&RelPath> = configs.into_iter().map(|it| &it.paths.doc_templates).collect();
    let places: Vec<&RelPath> = single.iter().chain(folders.iter().copied()).collect();
    let before = git::files(&workspace.root, &then.commit, &places)?;
    let mut all = single.clone();
    for folder in &folders {
        for files in [&before as &dyn Files, &workspace.disk] {
            all.extend(files.list(folder, ".j2")?);
        }
    }
    let mut res = Vec::new();
    for path in all {
        let now = match workspace.disk.read(&path) {
            Err(error) if error.is_about_the_file() => None,
            read => read?,
        };
        let was = before.0.get(&path);
        let is_same = was == now.as_ref() || was.is_some_and(|it| Some(with_carriage_returns(it)) == now);
        if !is_same {
            res.push(path.to_string());
        }
    }
    Ok(res)
}

/// The bindings of the base; none where they cannot be read, which have bound nothing then.
///
/// # Errors
/// When git does not answer.
pub(super) fn bindings_then(workspace: &Workspace, then: &Base) -> Result<Vec<Binding>, Failure> {
    let docs = &then.config.docs;
    let files = git::files(&workspace.root, &then.commit, &[&docs.bindings])?;
    // one that is no text is none
    let text = files.text(&docs.bindings).ok().flatten();
    Ok(bindings_of(false, text.as_deref(), &docs.bindings).unwrap_or_default())
}

/// Those that the settings name one by one.
fn named(config: &Config) -> Vec<RelPath> {
    let docs = &config.docs;
    let files = docs.files.values().filter_map(|it| RelPath::new(it.template.as_str()).ok());
    let blocks = docs.blocks.values().map(|it| it.template.clone());
    [docs.bindings.clone()].into_iter().chain(blocks).chain(files).collect()
}
