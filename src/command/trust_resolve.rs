//! `molt-sync trust resolve`: a lock in which a merge has left both sides, joined.

use crate::{
    base::{Files as _, RelPath, Staged, git_word, number_of, printable, text::conflict},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    host::git,
    release::{Lock, Merged, by_hand, merge},
    report::{envelope, json_document},
    workspace::lock_text,
};

/// Runs it.
pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let workspace = context.workspace_for(true)?;
    let path = &workspace.config.paths.lock;
    let text = workspace.disk.text(path)?.unwrap_or_default();
    if conflict(&text).is_none() {
        return print(context, path, None);
    }
    // the whole files, where git still has them: what it has joined between two conflicts is in both
    let (base, sides) = match git::stages(&workspace.root, path)? {
        [base, Some(ours), Some(theirs)] => (base, [ours, theirs]),
        _ => (None, sides(&text)),
    };
    // where several commits are the base, what git makes of them can have conflicts of its own, and says nothing
    let base = base.and_then(|text| Lock::parse(&text).ok());
    let [ours, theirs] = sides.map(|text| Lock::parse(&text));
    let side = |which: &str, error: String| {
        let message = format!("cannot join the two sides of {path}: {which} cannot be read: {error}");
        Failure::new(Exit::Person, message, by_hand(path))
    };
    let ours = ours.map_err(|error| side("our side", error.to_string()))?;
    let theirs = theirs.map_err(|error| side("their side", error.to_string()))?;
    let merged = merge(base.as_ref(), ours, &theirs).map_err(|error| {
        Failure::new(Exit::Person, format!("cannot join the two sides of {path}: {error}"), error.hint(path))
    })?;
    let mut staged = Staged::new(&workspace.disk);
    staged.write(path, lock_text(&merged.lock, &workspace.config.paths)?)?;
    workspace.apply(&staged.into_edits())?;
    print(context, path, Some(&merged))
}

/// Both sides of a text with conflict markers.
fn sides(text: &str) -> [String; 2] {
    let mut res = [String::new(), String::new()];
    let mut side = None;
    for line in text.split_inclusive('\n') {
        let is = |marker: &str| line.trim_end() == marker || line.starts_with(&format!("{marker} "));
        match side {
            None if is("<<<<<<<") => side = Some(0),
            None => res.iter_mut().for_each(|it| *it += line),
            Some(_) if is("|||||||") => side = Some(2),
            Some(_) if is("=======") => side = Some(1),
            Some(_) if is(">>>>>>>") => side = None,
            Some(at) => {
                if let Some(it) = res.get_mut(at) {
                    *it += line;
                }
            }
        }
    }
    res
}

fn print(context: &Context, path: &RelPath, merged: Option<&Merged>) -> Result<(), Failure> {
    if context.options.format == Format::Json {
        let value = envelope(
            serde_json::json!({ "path": path, "settled": merged.is_some(), "added": merged.map_or(0, |it| it.added), "signers": merged.map_or(&[][..], |it| &it.signers) }),
        );
        return context.print(&json_document(&value));
    }
    let Some(merged) = merged else { return context.print(&format!("{path} has no conflict\n")) };
    let entries = if merged.added == 1 { "1 entry".to_owned() } else { format!("{} entries", merged.added) };
    let mut text = format!(
        "{path}: both sides are joined, and {entries} of theirs came in; `git add {}` settles it\n",
        git_word(path.as_str())
    );
    for signer in &merged.signers {
        text += &format!("  the signer {} is theirs alone and came in: review it\n", printable(signer));
    }
    for (series, release) in &merged.chosen {
        text += &format!("  the last refresh of {series} is the one to {release}, the newer of the two\n");
    }
    let total = number_of(merged.lock.releases.len(), "release");
    text += &format!("  it locks {total} now\n");
    context.print(&context.located(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_read_off_the_markers() {
        let text = "a\n<<<<<<< HEAD\nb\n||||||| base\nx\n=======\nc\n>>>>>>> other\nd\n";
        assert_eq!(sides(text), ["a\nb\nd\n".to_owned(), "a\nc\nd\n".to_owned()]);
    }
}
