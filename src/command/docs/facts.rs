//! `molt-sync docs facts`: what documents may state, with source, derivation and command.

use super::{on_disk::present, stated};
use crate::{
    base::{line, most_like, name_word},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs::{Fact, Facts},
    report::{envelope, json_document},
};

/// Runs it: one fact, those below a name (`stdlib`), or all but those about single modules.
pub(super) fn run(context: &Context, id: Option<&str>) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let (state, mut loaded) = present(&workspace, context.command_line)?;
    for why in loaded.damaged_sources() {
        context.warn(why);
    }
    // a list has the names too, as far as they are at hand
    let why = stated::asked(&mut loaded.facts, (&workspace.disk, &state), id.unwrap_or("api"))?;
    let below = id.map(|it| format!("{it}."));
    let chosen: Vec<&Fact> = loaded
        .facts
        .iter()
        .filter(|it| match (id, &below) {
            (Some(id), Some(below)) => it.id == id || it.id.starts_with(below),
            _ => !it.id.starts_with("module."),
        })
        .collect();
    match (id, why) {
        (Some(id), why) if chosen.is_empty() => return Err(absent(&loaded.facts, id, why)),
        (Some(_), Some(why)) => context.terminal.warn(&format!("some facts are not listed: {why}")),
        (None, Some(why)) => context.terminal.note(&format!("the facts api.names are not listed: {why}")),
        (_, None) => {}
    }
    // those that were not looked for, because nothing states them
    let apart = || stated::where_asked().filter(|(it, _)| id.is_none() && loaded.facts.get(it).is_none());
    if context.options.format == Format::Json {
        let rows: Vec<_> = chosen
            .iter()
            .map(|it| {
                serde_json::json!({
                    "id": it.id,
                    "type": it.value.kind(),
                    "value": it.value.json(),
                    "source": it.source,
                    "derivation": it.derivation,
                    "command": it.command,
                })
            })
            .collect();
        let mut value = envelope(serde_json::json!({ "facts": rows }));
        if id.is_none() {
            value["where-stated"] = apart().map(|(id, what)| serde_json::json!({ "id": id, "what": what })).collect();
        }
        return context.print(&json_document(&value));
    }
    let text: String = if let (Some(_), [one]) = (id, &chosen[..]) {
        [
            line(&format!("{}: {}", one.id, one.value)),
            line(&format!("source: {} ({})", one.source, one.derivation)),
            line(&format!("command: {}", one.command)),
        ]
        .concat()
    } else {
        let known = chosen.iter().map(|it| line(&format!("{:<32} {}", it.id, it.value)));
        let apart =
            apart().map(|(id, what)| line(&format!("{id:<32} ({what}: `molt-sync docs facts {}`)", name_word(id))));
        known.chain(apart).collect()
    };
    context.print(&text)
}

/// What is said of a fact that there is not, or that has no value.
pub(super) fn absent(facts: &Facts, id: &str, why: Option<String>) -> Failure {
    if let Some(why) = why {
        return Failure::new(
            Exit::Usage,
            format!("cannot tell `{id}`: {why}"),
            "`molt-sync docs facts` lists the others",
        );
    }
    if facts.is_unknown(id) {
        let message = format!("the value of `{id}` is not known: what it comes from cannot be read");
        return Failure::new(Exit::Usage, message, "`molt-sync docs check` names the file (DOC017): repair it");
    }
    let apart = stated::where_asked().map(|(it, _)| it);
    let like = most_like(id, facts.iter().map(|it| it.id.as_str()).chain(apart), 0.6);
    let like = like.map_or(String::new(), |it| format!("did you mean `{it}`? "));
    let hint = format!("{like}`molt-sync docs facts` lists them");
    Failure::new(Exit::Usage, format!("there is no fact `{id}`"), hint)
}
