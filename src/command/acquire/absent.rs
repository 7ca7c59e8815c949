//! What is said where a mirror or the cache has nothing that answers a request: what is there, and what gets further.

use crate::{
    base::{Request, Version, path_word},
    command::{
        plan::doubts,
        support::{
            context::Context,
            failure::{Exit, Failure},
            source::Source,
        },
    },
    host::Mirror,
    release::{Artifact, Lock, Recalls, Suffix, expected, pinned_versions},
};

/// All that is there was recalled: a person decides, by naming one.
pub(super) fn recalled(
    context: &Context,
    request: Request,
    place: &str,
    versions: &[Version],
    recalls: &Recalls,
) -> Failure {
    let Some(version) = versions.iter().max().copied() else {
        return Failure::new(Exit::Usage, format!("there is no release of {request} {place}"), "name another one");
    };
    let what = if request == Request::Latest { String::new() } else { format!(" of {request}") };
    let note = recalls.of(version).map(|it| it.note.as_str()).unwrap_or_default();
    let message = match versions {
        [_] => format!("the only release{what} there, {version}, was recalled: \"{note}\""),
        _ => format!("every release{what} there was recalled, the newest, {version}, too: \"{note}\""),
    };
    let hint = doubts::hint(context, request, &Source::Mirror, version);
    Failure::new(Exit::Person, message, hint).with_details([place.to_owned()])
}

/// A release of which no archive is there, with those that were listed all the same.
pub(super) fn absent(mirror: &Mirror, version: Option<Version>, listed: Option<&[Artifact]>) -> Failure {
    let what = version.map_or_else(String::new, |it| format!(" of CPython {it}"));
    let (although, hint) = match listed {
        Some(names) => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let hint = "the listing and the files of the mirror differ: run it again later, or name another mirror with --mirror";
            (format!(", although it lists {}", names.join(" and ")), hint)
        }
        None => (String::new(), "check the version, or name another mirror with --mirror"),
    };
    let hint = side_by_side(mirror).unwrap_or_else(|| hint.to_owned());
    Failure::new(Exit::Usage, format!("{} has no source archive{what}{although}", mirror.name()), hint)
}

/// What gets further with a folder that has archives and no folders of releases; none where a mirror is not like that.
fn side_by_side(mirror: &Mirror) -> Option<String> {
    // it is for the hint alone, and the failure is told already
    let names = if mirror.is_folder() { mirror.list("").ok()?? } else { return None };
    let mut all: Vec<Artifact> = names.iter().filter_map(|it| Artifact::parse(it)).collect();
    all.sort_unstable();
    let newest = all.last()?;
    let (path, file) = (newest.path(), path_word(&format!("{}/{newest}", mirror.name())));
    Some(format!(
        "a mirror has a folder for each release, and there archives lie side by side: lay them out as {path}, or name one by itself: molt-sync refresh {} --source {file}",
        newest.version
    ))
}

/// A mirror that lists nothing was asked for each release that is known, and has none of them.
pub(super) fn unlisted(mirror: &Mirror, request: Request, asked: &[Version]) -> Failure {
    let (name, example) = (mirror.name(), request.series().map_or_else(|| "3.X.Y".to_owned(), |it| format!("{it}.Y")));
    let what = if request == Request::Latest { "release".to_owned() } else { format!("release of {request}") };
    let message = match asked {
        [] => format!("{name} lists nothing, and has no {what} that is known here, so that it could be asked for it"),
        [newest, ..] => {
            let known = asked.len();
            format!(
                "{name} lists nothing, and has no {what} among the {known} that are known here, the newest of them {newest}"
            )
        }
    };
    let hint = format!(
        "check the mirror's address; a release that it has is asked for by its exact name: molt-sync refresh {example}"
    );
    Failure::new(Exit::Usage, message, hint)
}

/// A mirror that lists its folders, and no archive that answers the request. `left_out` is one that is there and is not an answer.
pub(super) fn nothing(mirror: &Mirror, request: Request, left_out: Option<Artifact>) -> Failure {
    let name = mirror.name();
    let what =
        if request == Request::Latest { "has no release".to_owned() } else { format!("has no release of {request}") };
    let (message, hint) = match left_out {
        Some(it) if it.version.is_pre() => {
            let message = format!("{name} {what} but pre-releases, the newest of them {}", it.version);
            (message, format!("name it, or let pre-releases count: molt-sync refresh {}", it.version))
        }
        Some(it) => {
            let message = format!("{name} {what} as .tgz or .tar.xz; there is {it}");
            let file = if mirror.is_folder() { path_word(&format!("{name}/{}", it.path())) } else { "FILE".to_owned() };
            (message, format!("name that archive: molt-sync refresh {} --source {file}", it.version))
        }
        None => {
            let hint = || "check the version, or name another mirror with --mirror".to_owned();
            (format!("{name} {what}"), side_by_side(mirror).unwrap_or_else(hint))
        }
    };
    Failure::new(Exit::Usage, message, hint)
}

/// A release that nobody vouches for, with what somebody vouches for: another archive of it, which is not there, or else the newest
/// other release of the series.
pub(super) fn with_known_releases(failure: Failure, lock: &Lock, mirror: &Mirror, version: Version) -> Failure {
    let others = Suffix::PUBLISHED.map(|suffix| Artifact { version, suffix }.to_string());
    let others: Vec<String> = others.into_iter().filter(|it| expected(lock, version, it).is_ok()).collect();
    if !others.is_empty() {
        let (it, name) = (if others.len() == 1 { "it is" } else { "they are" }, mirror.name());
        let line = format!("there is a reviewed digest of {}; {it} not at {name}", others.join(" and of "));
        return failure.with_details([line]);
    }
    let locked = lock.releases.iter().map(|it| it.version);
    let known = pinned_versions().into_iter().chain(locked);
    let known = known.filter(|it| it.series == version.series && *it != version && !it.is_pre()).max();
    failure.with_details(
        known.map(|it| format!("the newest release of {} with a reviewed digest is {it}", version.series)),
    )
}
