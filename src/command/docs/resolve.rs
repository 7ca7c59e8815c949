//! `molt-sync docs resolve`: settles the merge conflicts that lie in managed regions, as a command or as git's merge driver.

use std::path::PathBuf;

use super::load::present;
use crate::{
    base::{Files as _, RelPath, Staged},
    changeset::Changeset,
    command::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs, host,
};

/// Runs it on documents of the workspace.
pub fn run(context: &Context, files: &[String], driver: &[PathBuf]) -> Result<Exit, Failure> {
    let mut sides = None;
    if let [base, ours, theirs] = driver {
        let read = |path: &PathBuf| {
            let bytes = host::read_file(path, 256 << 20).map_err(|error| Failure::io("read", path, &error))?;
            Ok::<_, Failure>(String::from_utf8_lossy(&bytes).into_owned())
        };
        sides = Some((read(ours)?, read(theirs)?));
        // whatever becomes of the rest, git finds both sides in the file of ours
        let merged = host::git::merge(&context.root()?, base, ours, theirs)?;
        host::overwrite(ours, &merged).map_err(|error| Failure::io("write", ours, &error))?;
    }
    let workspace = context.workspace_for(driver.is_empty())?;
    let (_, loaded) = present(&workspace, context.command_line)?;
    let rules = loaded.rules();
    let fail = |path: &str, why: String| {
        let message = format!("cannot resolve {path}: {why}");
        Failure::new(Exit::Person, message, "resolve it by hand")
    };
    if let [_, ours, _] = driver {
        let merged = host::read_file(ours, 256 << 20).map_err(|error| Failure::io("read", ours, &error))?;
        let text = String::from_utf8(merged).map_err(|error| fail(&ours.display().to_string(), error.to_string()))?;
        let done =
            docs::resolve(&text, rules.blocks, rules.legacy, sides.as_ref().map(|(a, b)| [a.as_str(), b.as_str()]))
                .map_err(|why| fail(&ours.display().to_string(), why))?;
        // git reads the result from the file of our side
        host::overwrite(ours, done.text.as_bytes()).map_err(|error| Failure::io("write", ours, &error))?;
        if context.options.format == Format::Json {
            let value = serde_json::json!({ "schema": 1, "settled": done.settled, "left": done.left.len() });
            context.print(&format!("{value:#}\n"))?;
        }
        return Ok(if done.left.is_empty() { Exit::Done } else { Exit::No });
    }
    let mut staged = Staged::new(&workspace.disk);
    let mut lines = String::new();
    let (mut settled, mut left) = (0, 0);
    for file in files {
        let path = RelPath::new(file.as_str()).map_err(|error| fail(file, error.to_string()))?;
        let text = workspace.disk.text(&path)?.ok_or_else(|| {
            Failure::new(Exit::Usage, format!("there is no {path}"), "name a document from the workspace's root")
        })?;
        let sides = host::git::unmerged(&workspace.root, &path)?;
        let sides = sides.as_ref().map(|[ours, theirs]| [ours.as_str(), theirs.as_str()]);
        let done = docs::resolve(&text, rules.blocks, rules.legacy, sides).map_err(|why| fail(file, why))?;
        settled += done.settled;
        left += done.left.len();
        lines += &format!("{path}: {} settled, {} left\n", done.settled, done.left.len());
        for line in done.left {
            lines += &format!("{path}:{line}: a person has to resolve this\n");
        }
        staged.write(&path, done.text)?;
    }
    let changeset = Changeset { edits: staged.into_edits() };
    workspace.apply(&changeset.edits)?;
    if context.options.format == Format::Json {
        let value = serde_json::json!({ "schema": 1, "settled": settled, "left": left });
        context.print(&format!("{value:#}\n"))?;
    } else {
        context.print(&lines)?;
    }
    Ok(if left == 0 { Exit::Done } else { Exit::Person })
}
