//! Sources that cannot know all of a release, and whose facts only a person can know to be right: a source tree that lacks
//! modules which its own list of names and the last record have, and an interpreter, which knows the platform that it runs on.

use crate::{
    base::{Series, number_of},
    command::{
        plan::refresh_request::Refresh,
        support::{
            accepted_doubt::AcceptedDoubt,
            failure::{Exit, Failure},
            obstacles::Obstacles,
            state::WorkspaceState,
            way::Way,
        },
    },
    stdlib::{Baseline, ModuleKind, ReleaseFacts, SourceKind, bundled_series},
};

/// The word for such a source in a sign-off.
const WORD: &str = "partial-source";

/// Names that the reason in a sign-off has; the others are counted.
const SHOWN: usize = 12;

/// Whether the facts of a tree or an interpreter may be recorded. Returns what a person accepts with that, if anything.
pub(in crate::command) fn judge(
    state: &WorkspaceState,
    refresh: &Refresh,
    new: &Baseline,
    obstacles: &mut Obstacles,
) -> Option<AcceptedDoubt> {
    let version = new.facts.release?;
    let recorded = state.baselines.get(&new.series);
    // what is recorded already was accepted
    if recorded.is_some_and(|it| it.facts == new.facts) {
        return None;
    }
    let known = last_record(state, new.series);
    let lost = known.as_ref().map(|it| lost(it, new)).unwrap_or_default();
    let of = known.as_ref().map(|it| format!("CPython {}", it.release_text())).unwrap_or_default();
    let (why, advice) = match new.provenance.source {
        SourceKind::SourceTree if !lost.is_empty() => {
            let names = number_of(lost.len(), "name");
            let why = format!("the source tree of CPython {version} lacks {names} that the record of {of} has");
            (why, "name a whole tree, or the archive")
        }
        SourceKind::Interpreter => {
            let lacks = match lost.len() {
                0 => String::new(),
                n => format!(", and it differs from the record of {of} in {}", number_of(n, "name")),
            };
            let why = format!(
                "an interpreter knows one platform only: what CPython {version} has on others is not in its answer{lacks}"
            );
            (why, "refresh from the archive")
        }
        _ => return None,
    };
    let names: Vec<&str> = lost.iter().map(|it| it.0.as_str()).collect();
    let accepted = AcceptedDoubt { word: WORD, release: version, before: None, why: with_names(&why, &names) };
    if refresh.accepted.sign_off.is_none() {
        let hint =
            format!("nothing was changed; {advice}, or where a person accepts it, by the exact release and a sign-off");
        let details = lost.into_iter().map(|(name, what)| format!("{name}: {what}"));
        obstacles.note(Failure::new(Exit::Person, why, hint).with_details(details), Way::Exact(version));
    }
    Some(accepted)
}

fn with_names(why: &str, names: &[&str]) -> String {
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().checked_sub(SHOWN) {
        _ if names.is_empty() => why.to_owned(),
        Some(more) if more > 0 => format!("{why} ({shown} and {more} more)"),
        _ => format!("{why} ({shown})"),
    }
}

/// What was recorded last of a series, or else of the nearest one before it, or else after it.
fn last_record(state: &WorkspaceState, series: Series) -> Option<Baseline> {
    let own = state.baselines.get(&series).cloned().or_else(|| bundled_series(series));
    let before = || state.baselines.range(..series).next_back().map(|it| it.1.clone());
    let after = || state.baselines.range(series..).next().map(|it| it.1.clone());
    own.or_else(before).or_else(after)
}

/// Names of the record that a source should have and has not, or knows less of, each with what is the matter. Between two series
/// a name may go, so that only those count which the source itself lists.
fn lost(known: &Baseline, new: &Baseline) -> Vec<(String, String)> {
    let is_interpreter = new.provenance.source == SourceKind::Interpreter;
    let (old, facts) = (&known.facts, &new.facts);
    let is_same_series = known.series == new.series;
    let top = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    let is_hollow = |name: &str| has_file_in(old, name) && !has_file_in(facts, name) && facts.top_level.contains(name);
    let mut res = Vec::new();
    if is_same_series {
        let what = if is_interpreter { "sys.stdlib_module_names" } else { "Python/stdlib_module_names.h" };
        let gone = old.top_level.difference(&facts.top_level);
        res.extend(gone.map(|it| (it.clone(), format!("{what} does not list it"))));
    }
    let place = if is_interpreter { "the interpreter" } else { "the tree" };
    for (name, module) in &old.modules {
        let below = top(name);
        if *name == below && is_hollow(name) {
            let kind = module.kind.word();
            res.push((name.clone(), format!("a {kind} in the record, and listed, but {place} has no file of it")));
        } else if is_same_series
            && has_file_in(old, name)
            && *name != below
            && facts.top_level.contains(&below)
            && !is_hollow(&below)
            && !facts.modules.contains_key(name)
            && !facts.test_only.contains_key(name)
        {
            res.push((name.clone(), format!("a {} in the record, and {place} does not have it", module.kind.word())));
        } else if is_interpreter
            && is_same_series
            && let Some(now) = facts.modules.get(name)
            && !module.platforms.is_empty()
            && now.platforms.is_empty()
        {
            let platforms = module.platforms.join(", ");
            res.push((name.clone(), format!("limited to {platforms} in the record, which {place} does not know")));
        }
    }
    res.sort();
    res
}

fn has_file_in(facts: &ReleaseFacts, name: &str) -> bool {
    facts.modules.get(name).is_some_and(|it| matches!(it.kind, ModuleKind::Module | ModuleKind::Package))
}
