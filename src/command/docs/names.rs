//! How many of CPython's public names the modules bind, as facts: asked only where a document or a template states them, because that
//! takes as long as reading the tree.

use std::collections::BTreeSet;

use aho_corasick::packed::Searcher;
use rayon::prelude::*;

use crate::{
    base::{Files, RelPath, name_word},
    command::support::{failure::Failure, public_names::cached_names, state::WorkspaceState},
    docs::{Binding, Document, Fact, Facts, Value},
    impact::{Shims, SurfaceTotals},
};

/// What whoever states one of them writes.
const MARK: &str = "api.names";
/// The same, and what is written of a single module.
pub(super) const MARKS: &[&str] = &[MARK, ".names.required", ".names.present"];

/// Whether an id is of one of these facts, or of those that they lie below.
pub(super) fn is_one(id: &str) -> bool {
    let of_module = id.strip_prefix("module.").is_some_and(|it| it.split('.').skip(1).any(|it| it == "names"));
    id == "api" || id == MARK || id.strip_prefix(MARK).is_some_and(|it| it.starts_with('.')) || of_module
}

/// Whether somebody states facts whose ids have one of each of these marks: a document, a binding, a setting, or a template.
pub(super) fn are_stated<const N: usize>(
    marks: [&[&str]; N],
    (files, state): (&dyn Files, &WorkspaceState),
    documents: &[Document],
    bindings: &[Binding],
) -> Result<[bool; N], Failure> {
    // all at once; none of them begins within one of others
    let each = marks.iter().enumerate().flat_map(|(at, all)| all.iter().map(move |it| (at, *it)));
    let (of, words): (Vec<usize>, Vec<&str>) = each.unzip();
    // not every processor can
    let searcher = Searcher::new(&words);
    let states = |text: &str| {
        let mut res = [false; N];
        match &searcher {
            Some(it) => it.find_iter(text).for_each(|it| res[of[it.pattern()]] = true),
            None => of.iter().zip(&words).for_each(|(at, word)| res[*at] |= text.contains(word)),
        }
        res
    };
    let or = |a: [bool; N], b: [bool; N]| std::array::from_fn(|at| a[at] || b[at]);
    let options = &state.config.docs;
    let settings =
        options.facts.values().map(|it| it.source.as_str()).chain(options.invariants.iter().map(|it| it.expr.as_str()));
    let own = bindings.iter().map(|it| it.phrase.as_str()).chain(settings);
    let mut res = own.map(states).fold([false; N], or);
    res = or(res, documents.par_iter().map(|it| states(&it.text)).reduce(|| [false; N], or));
    let templates = options.blocks.values().map(|it| it.template.as_str());
    for template in templates.chain(options.files.values().map(|it| it.template.as_str())) {
        let Ok(path) = RelPath::new(template) else { continue };
        if let Some(text) = files.text(&path)? {
            res = or(res, states(&text));
        }
    }
    Ok(res)
}

/// Adds them; why that cannot be done, where a recorded release is not at hand.
pub(super) fn add(facts: &mut Facts, files: &dyn Files, state: &WorkspaceState) -> Result<Result<(), String>, Failure> {
    let names = match cached_names(&state.cache, &state.lock, state.baselines.values()) {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let stdlib = &state.paths.stdlib;
    let rows = names.rows(&Shims::read(files, stdlib)?, &BTreeSet::new(), &[]);
    let totals = SurfaceTotals::of(&rows);
    let series: Vec<String> = names.by_series.keys().map(ToString::to_string).collect();
    let series = series.join(", ");
    let size = |count: usize| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let fact = |id: String, count: usize, source: &dyn std::fmt::Display, what: &str, command: String| {
        Fact::new(id, size(count), source, format!("public names of {series} {what}")).with_command(command)
    };
    for (id, count, what) in [
        ("required", totals.required, "in all modules"),
        ("present", totals.present, "that the modules here bind"),
        ("missing", totals.missing, "that they do not"),
        ("unknown", totals.unknown, "of which their syntax does not say it"),
    ] {
        facts.add(fact(format!("{MARK}.{id}"), count, stdlib, what, "molt-sync surface".into()));
    }
    for it in rows.iter().filter(|it| it.not_looked_at.is_none()) {
        let command = format!("molt-sync surface {}", name_word(&it.module));
        let id = |what: &str| format!("module.{}.names.{what}", it.module);
        facts.add(fact(id("required"), it.required, stdlib, "in the module", command.clone()));
        facts.add(fact(id("present"), it.present.len(), stdlib, "that the module here binds", command));
    }
    Ok(Ok(()))
}
