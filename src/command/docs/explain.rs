//! `molt-sync docs explain`: a diagnostic by its code, or what is claimed at a line, with its source and its history.

use super::{
    check::{Check, judged, located, read, report},
    place,
};
use crate::{
    base::line,
    command::{
        context::{Context, Format},
        failure::{Exit, Failure},
    },
    docs::{Claim, Code},
    host,
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
    let (state, loaded, asked) = read(context, &workspace, None)?;
    let (claims, compared) = judged(context, &workspace, (&state, &loaded, asked), &Check::default())?;
    let place = place::split(what).and_then(|(name, line)| {
        let names = place::candidates(context, &workspace, name);
        let there = names.iter().find(|path| loaded.documents.iter().any(|it| it.path == **path));
        Some((there.or(names.first())?.clone(), line))
    });
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
        let report = report(&loaded, chosen, compared);
        return context.print(&located(context, report).json(true));
    }
    let is_repository = host::git::is_repository(&workspace.root)?;
    let mut text = String::new();
    let mut blamed = None;
    for claim in &chosen {
        text += &line(&format!("{}:{}:{}  {}", claim.path, claim.line, claim.column, claim.id()));
        let code = claim.code.map_or(String::new(), |it| format!(", {} {}", it.id(), it.title()));
        text += &line(&format!("   state   {}{code}", claim.state.word()));
        if !claim.binding.is_empty() {
            text += &line(&format!("   bound   {}", claim.binding));
        }
        if let Some(day) = &claim.as_of {
            text += &line(&format!("   speaks  of {day}"));
        }
        text += &line(&format!("   says    {}", claim.stated));
        for fact in claim.facts.iter().filter_map(|id| loaded.facts.get(id)) {
            text += &line(&format!("   fact    {} = {}", fact.id, fact.value));
            text += &line(&format!("   source  {} ({})", fact.source, fact.derivation));
            text += &line(&format!("   see     {}", context.located(&fact.command)));
        }
        for why in &claim.why {
            text += &line(&format!("   why     {why}"));
        }
        // mostly all of them are on one line
        let place = (&claim.path, claim.line);
        if is_repository && blamed.as_ref().is_none_or(|(last, _)| *last != place) {
            blamed = Some((place, host::git::blame(&workspace.root, &claim.path, claim.line)));
        }
        match blamed.as_ref().map(|(_, it)| it) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(it))) => text += &line(&format!("   written {} ({} \"{}\")", it.date, it.commit, it.subject)),
            Some(Err(error)) => text += &line(&format!("   written (not known: {error})")),
        }
        if claim.is_wrong() {
            text += &line(&format!("   do      {}", context.located(&claim.repair)));
        }
    }
    context.print(&text)
}
