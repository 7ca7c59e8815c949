//! `molt-sync docs facts`: what documents may state, with source, derivation and command.

use super::load::present;
use crate::{
    command::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs::Fact,
};

/// Runs it: one fact, those below a name (`stdlib`), or all but those about single modules.
pub fn run(context: &Context, id: Option<&str>) -> Result<(), Failure> {
    let workspace = context.workspace()?;
    let (_, loaded) = present(&workspace, context.command_line)?;
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
        (Some(_), [one]) => format!(
            "{}: {}\nsource: {} ({})\ncommand: {}\n",
            one.id, one.value, one.source, one.derivation, one.command
        ),
        _ => chosen.iter().map(|it| format!("{:<32} {}\n", it.id, it.value)).collect(),
    };
    context.print(&text)
}
