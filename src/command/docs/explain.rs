//! `molt-sync docs explain`: a diagnostic by its code, or what is claimed at a line, with its source and its history.

use std::collections::BTreeSet;

use super::{
    check::{DocsCheckRequest, judged, located, read, report},
    load::LoadedDocs,
    past::of_files,
    place,
    trail::{FactTrail, TrailStep, Trails, was_so},
};
use crate::{
    base::{RelPath, line, short_commit},
    command::support::{
        context::{Context, Format},
        failure::{Exit, Failure},
        workspace::Workspace,
    },
    docs::{Claim, ClaimKind, Code, Fact},
    host,
    report::{envelope, json_document},
};

/// Runs it for `DOC005`, `FILE:LINE`, or the id of a claim, of which there are more where a commit is compared with.
pub(super) fn run(context: &Context, what: &str, base: Option<&str>) -> Result<(), Failure> {
    if let Some(code) = Code::by_id(what) {
        let (title, meaning, repair) = code.page();
        if context.options.format == Format::Json {
            let value = envelope(
                serde_json::json!({ "code": code.id(), "title": title, "meaning": meaning, "repair": repair }),
            );
            return context.print(&json_document(&value));
        }
        return context.print(&format!("{}: {title}\n\n{meaning}\n\ndo: {repair}\n", code.id()));
    }
    let workspace = context.workspace()?;
    let (state, loaded, asked) = read(context, &workspace, base)?;
    let request = DocsCheckRequest { base: base.map(str::to_owned), ..DocsCheckRequest::default() };
    let (claims, compared, _) = judged(context, &workspace, (&state, &loaded, asked), &request)?;
    let chosen = chosen(context, &workspace, &loaded, (claims, what));
    if chosen.is_empty() {
        let hint = "name a code (DOC005), a place (docs/spec/STATUS.md:12) or the id of a claim from `docs check -v --format json`; what `docs check --base REF` found takes the same --base";
        return Err(Failure::new(Exit::Usage, format!("nothing is claimed at {what}"), hint));
    }
    if context.options.format == Format::Json {
        let report = report(&loaded, chosen, compared);
        return context.print(&located(context, report).json(true));
    }
    let is_repository = host::git::is_repository(&workspace.root)?;
    let told = chosen.iter().flat_map(about);
    let files: BTreeSet<RelPath> =
        told.filter_map(|id| Some(loaded.facts.get(&id)?.history.as_ref()?.0.clone())).collect();
    let files: Vec<RelPath> = files.into_iter().collect();
    let histories = of_files(&loaded, &workspace.root, &context.cache(), &files)?.histories;
    let has_commits = |fact: &Fact| is_repository && (fact.history.is_some() || fact.id.starts_with("module."));
    let told: Vec<String> = chosen.iter().flat_map(about).collect();
    let told = told.iter().filter_map(|id| loaded.facts.get(id)).filter(|it| has_commits(it));
    let known = Trails::read(&workspace, &state, told, &histories)?;
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
        let mut trails = Vec::new();
        for fact in about(claim).iter().filter_map(|id| loaded.facts.get(id)) {
            text += &line(&format!("   fact    {} = {}", fact.id, fact.value));
            text += &line(&format!("   source  {} ({})", fact.source, fact.derivation));
            text += &line(&format!("   see     {}", context.located(&fact.command)));
            let trail = if has_commits(fact) { known.of(fact) } else { FactTrail::default() };
            if let Some(words) = moved(fact, &trail) {
                text += &line(&format!("   moved   {words}"));
            }
            trails.push((fact.id.as_str(), trail.steps));
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
            Some(Ok(Some(it))) => {
                text += &line(&format!("   written {} ({} \"{}\")", it.date, short_commit(&it.commit), it.subject));
                let is_wrong = |(id, steps): &&(&str, Vec<TrailStep>)| {
                    claim.facts.iter().any(|it| it == id) && was_so(steps, &claim.stated, &it.date) == Some(false)
                };
                if let Some((id, _)) =
                    trails.iter().find(is_wrong).filter(|_| claim.as_of.is_none() && claim.is_wrong())
                {
                    text += &line(&format!(
                        "   first   {id} was not {} on the day that the line was written",
                        claim.stated
                    ));
                }
            }
            Some(Err(error)) => text += &line(&format!("   written (not known: {error})")),
        }
        match &claim.waived {
            Some(why) => text += &line(&format!("   waived  {why}")),
            None if claim.is_wrong() => text += &line(&format!("   do      {}", context.located(&claim.repair))),
            None => {}
        }
    }
    context.print(&text)
}

/// The claims at a place, or the one with an id.
fn chosen(
    context: &Context,
    workspace: &Workspace,
    loaded: &LoadedDocs,
    (claims, what): (Vec<Claim>, &str),
) -> Vec<Claim> {
    let place = place::split(what).and_then(|(name, line, column)| {
        let names = place::candidates(context, workspace, name);
        let there = names.iter().find(|path| loaded.documents.iter().any(|it| it.path == **path));
        Some((there.or(names.first())?.clone(), line, column))
    });
    match &place {
        Some((path, line, column)) => {
            let lines = |it: &Claim| {
                let text = loaded.documents.iter().find(|doc| doc.path == it.path).map_or("", |doc| doc.text.as_str());
                let span = text.get(it.span.clone()).unwrap_or_default();
                it.line..=it.line + span.trim_end().matches('\n').count()
            };
            let document = loaded.documents.iter().find(|it| it.path == *path);
            let at = document.and_then(|it| offset(&it.text, *line, (*column)?));
            let covers = |it: &Claim, at: usize| (it.span.start..it.span.end.max(it.span.start + 1)).contains(&at);
            // a place as reports show it need not be one of a text: the claim can be about a whole file
            let is_shown = |it: &Claim| it.line == *line && Some(it.column) == *column;
            let is_meant = |it: &Claim| column.is_none() || is_shown(it) || at.is_some_and(|at| covers(it, at));
            claims.into_iter().filter(|it| it.path == *path && lines(it).contains(line) && is_meant(it)).collect()
        }
        None => claims.into_iter().filter(|it| it.id() == what).collect(),
    }
}

/// The byte at which a line and a column of a text are.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let start = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    Some(start + text[start..].char_indices().nth(column.checked_sub(1)?)?.0)
}

/// The facts that a claim is about: of a row of modules each, whichever of them is wrong.
fn about(claim: &Claim) -> Vec<String> {
    let mut res = claim.facts.clone();
    if claim.kind == ClaimKind::Status {
        let all = claim.binding.split(',').filter(|it| !it.is_empty()).map(|it| format!("module.{it}.status"));
        for id in all {
            if !res.contains(&id) {
                res.push(id);
            }
        }
    }
    res
}

/// The last commit that moved a fact, in words.
fn moved(fact: &Fact, trail: &FactTrail) -> Option<String> {
    let Some(last) = trail.steps.first() else {
        return trail.is_cut.then(|| "not known: its history was not looked at".to_owned());
    };
    let whose = if trail.is_trees { "" } else { ", by the record of it" };
    let shown = |it: &Option<String>| it.as_deref().map_or_else(|| "nothing".to_owned(), shortened);
    let now = fact.value.to_string();
    // what is not committed yet has moved it since
    if last.value.as_ref().is_some_and(|it| *it != now) {
        let (date, commit) = (&last.date, &last.commit);
        // a record of what lies elsewhere lags behind commits too
        let is_source = fact.history.as_ref().is_some_and(|(path, _)| fact.source.contains(path.as_str()));
        let since = if trail.is_trees || is_source { "commit" } else { "record of it" };
        return Some(format!("since the last {since}, from {} of {date} ({commit})", shown(&last.value)));
    }
    let (date, commit, subject) = (&last.date, &last.commit, &last.subject);
    Some(match trail.steps.get(1) {
        Some(before) => {
            let (from, to) = (shown(&before.value), shown(&last.value));
            format!("{date} ({commit} \"{subject}\") from {from} to {to}{whose}")
        }
        None if trail.is_cut => format!(
            "not in what was looked at of its history; it was {} on {date} ({commit} \"{subject}\"){whose}",
            shown(&last.value)
        ),
        None => format!("never; it has been {} since {date} ({commit} \"{subject}\"){whose}", shown(&last.value)),
    })
}

/// A value, cut where it is long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}
