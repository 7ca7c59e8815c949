//! `molt-sync docs bind FILE:LINE FACT`: a phrase for a value, added to the workspace's bindings.

use super::load::present;
use crate::{
    base::{Files as _, RelPath, Staged},
    changeset::Changeset,
    command::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Bind {
    /// `docs/spec/STATUS.md:12`
    pub place: String,
    /// The fact's id.
    pub fact: String,
    /// Write nothing, and print what would change as a patch.
    pub dry_run: bool,
}

/// Runs it.
pub fn run(context: &Context, request: &Bind) -> Result<(), Failure> {
    let usage =
        |why: String, hint: &str| Failure::new(Exit::Usage, format!("cannot bind {}: {why}", request.place), hint);
    let place =
        request.place.rsplit_once(':').and_then(|(path, line)| Some((RelPath::new(path).ok()?, line.parse().ok()?)));
    let (path, line): (RelPath, usize) =
        place.ok_or_else(|| usage("it is no place".into(), "a place looks like docs/spec/STATUS.md:12"))?;
    let workspace = context.workspace_for(!request.dry_run)?;
    let (state, loaded) = present(&workspace, context.command_line)?;
    let document = loaded.documents.iter().find(|it| it.path == path);
    let document = document.ok_or_else(|| {
        usage("no document is called that".into(), "`docs.roots` in molt-sync.toml lists what is read")
    })?;
    if loaded.facts.get(&request.fact).is_none() {
        let like = loaded.facts.like(&request.fact).map_or(String::new(), |it| format!("did you mean `{it}`? "));
        return Err(usage(
            format!("there is no fact `{}`", request.fact),
            &format!("{like}`molt-sync docs facts` lists them"),
        ));
    }
    let phrase = docs::phrase_at(document, line, &loaded.facts, &request.fact).map_err(|why| {
        usage(why, "name the line that has the value, or write the phrase by hand; README.md shows the form")
    })?;
    let entry = format!("[[bind]]\ndoc = {}\nphrase = {}\n", toml_text(path.as_str()), toml_text(&phrase));
    let file = &state.config.docs.bindings;
    let old = workspace.disk.text(file)?.unwrap_or_default();
    let gap = if old.is_empty() {
        ""
    } else if old.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let new = format!("{old}{gap}{entry}");
    docs::bindings(&new)
        .map_err(|error| usage(error.to_string(), "write the phrase by hand; README.md shows the form"))?;
    let mut staged = Staged::new(&workspace.disk);
    staged.write(file, new)?;
    let changeset = Changeset { edits: staged.into_edits() };
    if request.dry_run {
        return context.print_patch(&changeset.diff());
    }
    workspace.apply(&changeset.edits)?;
    if context.options.format == Format::Json {
        let value = serde_json::json!({ "schema": 1, "file": file, "doc": path, "phrase": phrase });
        return context.print(&format!("{value:#}\n"));
    }
    context.print(&format!("{file}: {phrase}\n"))
}

fn toml_text(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}
