//! What a refresh does not do unasked, because only a person can know that it is right: to take an older release than the recorded
//! one, and to take one that was recalled. A mirror that is stale, or that lies, can offer both with a good signature. A person accepts it
//! by naming the exact release, with a name and a reason that are kept among the sign-offs.

use std::collections::BTreeMap;

use crate::{
    base::{Files, Request, Series, Staged, Version},
    command::{
        plan::refresh_request::Refresh,
        support::{
            accepted_doubt::AcceptedDoubt,
            context::Context,
            failure::{Exit, Failure},
            obstacles::Obstacles,
            source::Source,
            state::WorkspaceState,
            typed::Typed,
            way::Way,
        },
    },
    release::Recalls,
    workspace::{OLDER, OnFile, RECALLED, SignedToday, doubts_on_file, free_sign_off, on_file},
};

/// Whether a release may be taken. Returns what a person accepts with that.
pub(in crate::command) fn judge(
    files: &dyn Files,
    state: &WorkspaceState,
    (version, refresh, recalls): (Version, &Refresh, &Recalls),
    obstacles: &mut Obstacles,
) -> Result<Vec<AcceptedDoubt>, Failure> {
    let on_file = on_file(files, &state.paths)?;
    let mut res = Vec::new();
    if let Some((known, place)) = newer(state, &on_file, version, refresh) {
        let why = if known.series == version.series {
            format!("CPython {version} is older than {known}, which {place}")
        } else {
            let place = if place == RECORDED { "that is recorded" } else { "that the lock has" };
            format!("CPython {version} is older than {known}, the newest {place}, and `latest` never goes back")
        };
        res.push(AcceptedDoubt { word: OLDER, release: version, before: Some(known), why });
    }
    if let Some(doubt) = recalls.of(version) {
        let is_known = doubts_on_file(&on_file).covers(version, doubt);
        if !is_known {
            let why = format!("{}: CPython {version}", doubt.words());
            res.push(AcceptedDoubt { word: RECALLED, release: version, before: None, why });
        }
    }
    let is_exact = matches!(refresh.request, Request::Exact(_));
    if !(is_exact && refresh.accepted.sign_off.is_some()) {
        for it in &res {
            let hint = "nothing was changed; where a person accepts it, by the exact release and a sign-off";
            obstacles.note(Failure::new(Exit::Person, it.why.clone(), hint), Way::Exact(version));
        }
    }
    Ok(res)
}

/// Which command takes a release nevertheless: the one that was typed, with the exact release and a sign-off.
pub(in crate::command) fn hint(context: &Context, asked: Request, source: &Source, version: Version) -> String {
    let line = Typed::refresh(context, asked, source, false).with(std::iter::once(&Way::Exact(version)));
    format!("nothing was changed; where a person accepts it: {line}")
}

/// Where a release is known from, in words.
const RECORDED: &str = "is recorded";

/// The newest release that is known here and that `version` would step back from, and where it is known from.
fn newer(
    state: &WorkspaceState,
    on_file: &[OnFile],
    version: Version,
    refresh: &Refresh,
) -> Option<(Version, &'static str)> {
    let mut known: BTreeMap<Series, (Version, &'static str)> = BTreeMap::new();
    let mut learn = |version: Version, place| {
        let newest = known.entry(version.series).or_insert((version, place));
        if version > newest.0 {
            *newest = (version, place);
        }
    };
    let is_exact = matches!(refresh.request, Request::Exact(_));
    for baseline in state.baselines.values() {
        // what a new workspace begins with was recorded by nobody here, and gives way to a release that is named
        let is_own = !crate::stdlib::bundled_series(baseline.series).is_some_and(|it| it == *baseline);
        if let Some(release) = baseline.facts.release.filter(|_| is_own || !is_exact) {
            learn(release, RECORDED);
        }
    }
    state.aside.iter().for_each(|it| learn(*it, RECORDED));
    // a person may have gone back from what the lock still has
    let is_left = |it: Version| {
        let covers = |file: &OnFile| file.release < it && file.before.is_some_and(|before| it <= before);
        on_file.iter().any(|file| file.gate == OLDER && file.release.series == it.series && covers(file))
    };
    let locked = state.lock.releases.iter().filter(|it| it.is_recorded()).map(|it| it.version);
    let last = state.last.as_ref().and_then(|it| it.release);
    locked.chain(last).filter(|it| !is_left(*it)).for_each(|it| learn(it, "the lock has"));
    let same = known.get(&version.series).copied().filter(|it| it.0 > version);
    // `latest` is at least the newest of all that are known
    let is_final = |it: &&(Version, &'static str)| refresh.pre || !it.0.is_pre();
    let newest = known.values().filter(is_final).max_by_key(|it| it.0).copied();
    same.or_else(|| newest.filter(|it| refresh.request == Request::Latest && it.0 > version))
}

/// Writes down what was accepted. Returns what is to be said of it.
pub(in crate::command) fn write(
    staged: &mut Staged<'_>,
    state: &WorkspaceState,
    signed: SignedToday<'_>,
) -> Result<Vec<String>, Failure> {
    let mut notes = Vec::new();
    for it in &state.accepted {
        let (release, before) = (it.release.to_string(), it.before.map(|it| it.to_string()));
        let own: Vec<(&str, &str)> =
            before.iter().map(|it| ("before", it.as_str())).chain([("why", it.why.as_str())]).collect();
        let text = signed.text("A release that a person took", (it.word, &release), &own, "");
        let path = free_sign_off(staged, &state.paths, &release, it.word)?;
        staged.write(&path, text)?;
        if let Some(sign_off) = signed.sign_off {
            notes.push(format!("{} accepts that {}: {}", sign_off.name, it.why, sign_off.reason));
        }
    }
    Ok(notes)
}
