//! `molt-sync docs facts`: what documents may state, with source, derivation and command.

use super::{load::present, names};
use crate::{
    base::line,
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs::Fact,
};

/// Runs it: one fact, those below a name (`stdlib`), or all but those about single modules.
pub fn run(context: &Context, id: Option<&str>) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let (state, mut loaded) = present(&workspace, context.command_line)?;
    if loaded.facts.get("api.names.required").is_none()
        && let Err(why) = names::add(&mut loaded.facts, &workspace.disk, &state)?
    {
        let asked = id.is_some_and(|it| it.starts_with("api") || it.contains(".names."));
        let told = format!("the facts api.names are not listed: {why}");
        if asked { context.terminal.warn(&told) } else { context.terminal.note(&told) }
    }
    let below = id.map(|it| format!("{it}."));
    let chosen: Vec<&Fact> = loaded
        .facts
        .iter()
        .filter(|it| match (id, &below) {
            (Some(id), Some(below)) => it.id == id || it.id.starts_with(below),
            _ => !it.id.starts_with("module."),
        })
        .collect();
    if let (Some(id), true) = (id, chosen.is_empty()) {
        let like = loaded.facts.like(id).map_or(String::new(), |it| format!("did you mean `{it}`? "));
        let hint = format!("{like}`molt-sync docs facts` lists them");
        return Err(Failure::new(Exit::Usage, format!("there is no fact `{id}`"), hint));
    }
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
        return context.print(&format!("{:#}\n", serde_json::json!({ "schema": 1, "facts": rows })));
    }
    let text: String = match (id, &chosen[..]) {
        (Some(_), [one]) => [
            line(&format!("{}: {}", one.id, one.value)),
            line(&format!("source: {} ({})", one.source, one.derivation)),
            line(&format!("command: {}", one.command)),
        ]
        .concat(),
        _ => chosen.iter().map(|it| line(&format!("{:<32} {}", it.id, it.value))).collect(),
    };
    context.print(&text)
}
