//! `molt-sync docs explain`: a diagnostic by its code, or what is claimed at a line, with its source and its history.

use super::{
    check::{Check, judged},
    load::present,
};
use crate::{
    base::RelPath,
    command::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs::{Claim, Code},
    host,
    report::DocsReport,
};

/// Runs it for `DOC005`, `FILE:LINE`, or the id of a claim.
pub fn run(context: &Context, what: &str) -> Result<(), Failure> {
    if let Some(code) = Code::by_id(what) {
        let (title, meaning, repair) = code.page();
        if context.options.format == Format::Json {
            let value = serde_json::json!({ "schema": 1, "code": code.id(), "title": title, "meaning": meaning, "repair": repair });
            return context.print(&format!("{value:#}\n"));
        }
        return context.print(&format!("{}: {title}\n\n{meaning}\n\ndo: {repair}\n", code.id()));
    }
    let workspace = context.workspace()?;
    let (state, loaded) = present(&workspace, context.command_line)?;
    let claims = judged(context, &workspace, &state, &loaded, &Check::default())?;
    let place =
        what.rsplit_once(':').and_then(|(path, line)| Some((RelPath::new(path).ok()?, line.parse::<usize>().ok()?)));
    let chosen: Vec<Claim> = match &place {
        Some((path, line)) => {
            let lines = |it: &Claim| {
                let text = loaded.documents.iter().find(|doc| doc.path == it.path).map_or("", |doc| doc.text.as_str());
                let span = text.get(it.span.clone()).unwrap_or_default();
                it.line..=it.line + span.trim_end().matches('\n').count()
            };
            claims.into_iter().filter(|it| it.path == *path && lines(it).contains(line)).collect()
        }
        None => claims.into_iter().filter(|it| it.id() == what).collect(),
    };
    if chosen.is_empty() {
        let hint = "name a code (DOC005), a place (docs/spec/STATUS.md:12) or the id of a claim from `docs check -v --format json`";
        return Err(Failure::new(Exit::Usage, format!("nothing is claimed at {what}"), hint));
    }
    if context.options.format == Format::Json {
        let report =
            DocsReport { claims: chosen, documents: loaded.documents.len(), facts: loaded.facts.iter().count() };
        return context.print(&report.json(true));
    }
    let mut text = String::new();
    let mut blamed = None;
    for claim in &chosen {
        text += &format!("{}:{}:{}  {}\n", claim.path, claim.line, claim.column, claim.id());
        text += &format!(
            "   state   {}{}\n",
            claim.state.word(),
            claim.code.map_or(String::new(), |it| format!(", {} {}", it.id(), it.title()))
        );
        if !claim.binding.is_empty() {
            text += &format!("   bound   {}\n", claim.binding);
        }
        if let Some(day) = &claim.as_of {
            text += &format!("   speaks  of {day}\n");
        }
        text += &format!("   says    {}\n", claim.stated);
        for fact in claim.facts.iter().filter_map(|id| loaded.facts.get(id)) {
            text += &format!("   fact    {} = {}\n", fact.id, fact.value);
            text += &format!("   source  {} ({})\n   see     {}\n", fact.source, fact.derivation, fact.command);
        }
        for why in &claim.why {
            text += &format!("   why     {why}\n");
        }
        // mostly all of them are on one line
        let place = (&claim.path, claim.line);
        if blamed.as_ref().is_none_or(|(last, _)| *last != place) {
            let written = host::git::blame(&workspace.root, &claim.path, claim.line);
            blamed = Some((place, written.ok().flatten()));
        }
        if let Some((_, Some(written))) = &blamed {
            text += &format!("   written {} ({} \"{}\")\n", written.date, written.commit, written.subject);
        }
        if claim.is_wrong() {
            text += &format!("   do      {}\n", claim.repair);
        }
    }
    context.print(&text)
}
