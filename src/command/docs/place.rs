//! The documents that a command line names: from the current folder, as a shell completes them, or from the workspace's root, as
//! reports show them.

use std::path::Path;

use super::load::LoadedDocs;
use crate::{
    base::{RelPath, one_file},
    command::support::{context::Context, workspace::Workspace},
    docs::patterns,
    host,
};

/// What a path on the command line can stand for, the likelier first. Below `-C DIR` that is a file of DIR.
pub(super) fn candidates(context: &Context, workspace: &Workspace, text: &str) -> Vec<RelPath> {
    // `./-x` is how a name is told from an option
    let from_root = RelPath::new(text.strip_prefix("./").unwrap_or(text)).ok();
    // without a folder to start from, a path is one of the workspace
    let here = host::current_dir().ok().map(|it| host::absolute(&it.join(Path::new(text))));
    let root = host::absolute(&workspace.root);
    let from_here = here.as_deref().and_then(|it| it.strip_prefix(&root).ok()).and_then(Path::to_str);
    let from_here = from_here.and_then(|it| RelPath::new(it.replace('\\', "/")).ok());
    let mut res: Vec<RelPath> = if context.options.root.is_some() {
        from_root.into_iter().chain(from_here).collect()
    } else {
        from_here.into_iter().chain(from_root).collect()
    };
    res.dedup();
    res
}

/// What a command line names, as patterns from the workspace's root: a document and a folder of documents by their paths from the
/// current folder too, and everything else as it stands.
pub(super) fn from_root(
    context: &Context,
    workspace: &Workspace,
    loaded: &LoadedDocs,
    files: &[String],
) -> Vec<String> {
    let is_there = |it: &RelPath| loaded.documents.iter().any(|document| document.path == *it) || loaded.is_told(it);
    let has_some = |it: &RelPath| loaded.documents.iter().any(|document| document.path.below(it).is_some());
    let root = host::absolute(&workspace.root);
    let is_dot = |text: &str| context.options.root.is_some() && [".", "./"].contains(&text);
    // without a folder to start from, a path is one of the workspace
    let here = host::current_dir().ok();
    let is_root =
        |text: &str| !text.is_empty() && here.as_ref().is_some_and(|it| host::absolute(&it.join(text)) == root);
    // a pattern that nothing fits from the root is one from the current folder
    let from_here = |text: &String| {
        let folder = host::absolute(here.as_deref()?).strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        let below = format!("{}/{}", one_file(&folder), text.strip_prefix("./").unwrap_or(text));
        let fits = |pattern: &String| {
            // one that cannot be used is told where it is
            let set = patterns([pattern]).ok();
            set.is_some_and(|set| loaded.documents.iter().any(|it| set.is_match(it.path.as_str())))
        };
        (!folder.is_empty() && !fits(text) && fits(&below)).then_some(below)
    };
    let one = |text: &String| {
        if is_dot(text) || is_root(text) {
            return "**".to_owned();
        }
        let all = candidates(context, workspace, text);
        if let Some(document) = all.iter().find(|it| is_there(it)) {
            return one_file(document.as_str());
        }
        match all.iter().find(|it| has_some(it)) {
            Some(folder) => format!("{}/**", one_file(folder.as_str())),
            None => from_here(text).unwrap_or_else(|| text.clone()),
        }
    };
    files.iter().map(one).collect()
}

/// `docs/spec/STATUS.md:12`, or with a column as reports show it, `docs/spec/STATUS.md:12:40`: the path, the line, and the column
/// where one is named.
pub(super) fn split(text: &str) -> Option<(&str, usize, Option<usize>)> {
    let number = |text| -> Option<(&str, usize)> {
        let (rest, number) = str::rsplit_once(text, ':')?;
        Some((rest, number.parse().ok()?))
    };
    let (rest, last) = number(text)?;
    Some(number(rest).map_or((rest, last, None), |(path, line)| (path, line, Some(last))))
}
