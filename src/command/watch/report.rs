//! What a look found, for people, programs and GitHub's runner.

use std::collections::{BTreeMap, BTreeSet};

use super::{Watch, bring::Brought, moment::jiff_text};
use crate::{
    base::{Series, Version, number_of, printable},
    command::support::{
        context::{Context, Format},
        failure::Failure,
    },
    host,
    report::envelope,
    watch::{Polled, QueryOutcome},
};

/// The outcome's name in reports.
pub(super) fn outcome_name(outcome: QueryOutcome) -> &'static str {
    match outcome {
        QueryOutcome::Nothing => "nothing",
        QueryOutcome::New => "new",
        QueryOutcome::Person => "person",
        QueryOutcome::Blind => "blind",
    }
}

/// What a run has to say.
pub(super) struct WatchFindings<'a> {
    pub(super) look: &'a Polled,
    pub(super) brought: &'a [Brought],
    /// Series that were not looked for, because their record cannot be read.
    pub(super) damages: &'a BTreeMap<Series, Failure>,
    /// What a person has to know and was not told before.
    pub(super) notices: Vec<String>,
}

/// Prints it.
pub(super) fn print(context: &Context, request: &Watch, seen: &WatchFindings<'_>, today: u32) -> Result<(), Failure> {
    if request.github {
        tell_runner(context, seen)?;
    }
    let text = match context.options.format {
        // of many polls each is a line, so that whoever reads them sees where one ends
        Format::Json if request.every.is_some() => format!("{}\n", json(seen, today)),
        Format::Json => format!("{:#}\n", json(seen, today)),
        _ => context.located(&human(seen, today)),
    };
    context.print(&text)
}

fn new_series(version: Version) -> String {
    let series = version.series;
    format!("nothing is recorded of {series}; this is told once. To support it: molt-sync refresh {series}")
}

/// What is not looked for, and what is told late.
fn first(seen: &WatchFindings<'_>) -> impl Iterator<Item = String> {
    let damaged = seen.damages.keys().map(|it| format!("{it} was not looked for: its record cannot be read"));
    let late = seen.look.late.iter();
    damaged.chain(late.map(|it| format!("{it} is out, and no longer waits: it or a newer one is recorded")))
}

/// What of releases that nobody has recorded is for a person.
fn odd(look: &Polled) -> impl Iterator<Item = String> {
    let recalled = look.recalled.iter().map(|it| format!("{it} was recalled before it was recorded"));
    let withheld = look.withheld.iter().map(|it| format!("{it} is named as out, and the mirror lacks a part of it"));
    let unnamed = look.unnamed.iter().map(|it| format!("{it} was out, and nobody names it any more"));
    recalled.chain(withheld).chain(unnamed)
}

fn human(seen: &WatchFindings<'_>, today: u32) -> String {
    let WatchFindings { look, brought, .. } = *seen;
    let mut text = String::new();
    for it in first(seen) {
        text += &format!("{it}\n");
    }
    for it in &look.found {
        text += &format!("{} {}: {}\n", it.version, it.verdict.name(), it.evidence.words());
        if it.is_new_series {
            text += &format!("  {}\n", new_series(it.version));
        }
    }
    for it in &look.before {
        text += &format!("{}\n", before(it));
    }
    for it in odd(look) {
        text += &format!("{it}\n");
    }
    for (version, doubt) in &look.doubted {
        text += &format!("{version} is recorded, and {}\n", doubt.words());
    }
    for (version, date) in &look.missed {
        text += &format!("{version} was planned for {date}, and nothing of it is there\n");
    }
    for it in brought {
        text += &format!("{} {}\n", it.version, printable(&it.words));
    }
    for (source, why) in &look.silent {
        text += &format!("{source} was silent: {}\n", printable(why));
    }
    let waiting = number_of(look.waiting().count() + look.before.len(), "release");
    let requests = number_of(look.requests as usize, "request");
    let as_of = look.before.iter().map(|it| it.1).min();
    let as_of = as_of.map(|it| format!(", as of {}", jiff_text(it))).unwrap_or_default();
    text + &format!("{waiting} waiting{as_of}; {requests}, {today} today\n")
}

/// What a look that could not look knows of a release from an earlier one.
fn before((version, at): &(Version, i64)) -> String {
    format!("{version} could not be looked at, and was announced at {}", jiff_text(*at))
}

fn json(seen: &WatchFindings<'_>, today: u32) -> serde_json::Value {
    let WatchFindings { look, brought, notices, damages } = seen;
    let damages: Vec<_> =
        damages.iter().map(|(series, it)| serde_json::json!({ "series": series, "why": it.message })).collect();
    let silent: Vec<_> =
        look.silent.iter().map(|(source, why)| serde_json::json!({ "source": source, "why": why })).collect();
    let missed: Vec<_> =
        look.missed.iter().map(|(version, date)| serde_json::json!({ "version": version, "date": date })).collect();
    let doubted: Vec<_> = look
        .doubted
        .iter()
        .map(|(version, it)| serde_json::json!({ "version": version, "is_recalled": it.is_recalled, "note": it.note }))
        .collect();
    let before: Vec<_> = look
        .before
        .iter()
        .map(|(version, at)| serde_json::json!({ "version": version, "as_of": jiff_text(*at) }))
        .collect();
    let brought: Vec<_> = brought
        .iter()
        .map(|it| serde_json::json!({ "version": it.version, "done": it.is_done(), "exit": it.exit().map(|it| it as u8), "words": it.words }))
        .collect();
    envelope(serde_json::json!({
        "outcome": look.outcome(), "releases": look.found, "waited_before": before, "missed": missed, "doubted": doubted, "brought": brought,
        "told_late": look.late, "recalled": look.recalled, "withheld": look.withheld, "unnamed": look.unnamed, "unreadable": damages,
        "notices": notices,
        "silent": silent, "requests": look.requests, "requests_today": today,
    }))
}

/// Words of others on a line of Markdown: no markup, and nobody is called.
fn plain(text: &str) -> String {
    printable(text).replace(['`', '<', '@', '[', ']', '*', '_', '#'], " ")
}

fn markdown(seen: &WatchFindings<'_>) -> String {
    let WatchFindings { look, brought, .. } = *seen;
    let mut text = format!("### CPython releases: {}\n\n", outcome_name(look.outcome()));
    for it in first(seen) {
        text += &format!("- {it}\n");
    }
    for it in &look.found {
        text += &format!("- {} is {}: {}\n", it.version, it.verdict.name(), plain(&it.evidence.words()));
        if it.is_new_series {
            text += &format!("  {}\n", new_series(it.version));
        }
    }
    for it in &look.before {
        text += &format!("- {}\n", before(it));
    }
    for it in odd(look) {
        text += &format!("- {it}\n");
    }
    for (version, doubt) in &look.doubted {
        text += &format!("- {version} is recorded, and {}\n", plain(&doubt.words()));
    }
    for (version, date) in &look.missed {
        text += &format!("- {version} was planned for {date}, and nothing of it is there\n");
    }
    for it in brought {
        text += &format!("- {} {}\n", it.version, plain(&it.words));
    }
    for (source, _) in &look.silent {
        text += &format!("- {source} was silent\n");
    }
    text
}

/// The file of what a runner shows of a step.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The step's summary and its outputs: `outcome`, `series` as a JSON array of those that were brought, and `notices` as one of
/// what a person has to know.
fn tell_runner(context: &Context, seen: &WatchFindings<'_>) -> Result<(), Failure> {
    let WatchFindings { look, brought, notices, .. } = seen;
    let done = brought.iter().filter(|it| it.is_done()).map(|it| it.version.series.to_string());
    let series: BTreeSet<String> = done.collect();
    let outputs = format!(
        "outcome={}\nseries={}\nnotices={}\n",
        outcome_name(look.outcome()),
        serde_json::json!(series),
        serde_json::json!(notices)
    );
    for (name, text) in [("GITHUB_OUTPUT", outputs), (SUMMARY, markdown(seen))] {
        match host::environment(name) {
            Some(path) => {
                let path = std::path::PathBuf::from(path);
                let append = if name == SUMMARY { host::append_summary } else { host::append };
                append(&path, &text).map_err(|error| Failure::io("write", &path, &error))?;
            }
            None => context.terminal.warn(&format!("{name} is not set, so that the runner is not told")),
        }
    }
    Ok(())
}
