//! A mirror's answer to a request: which release it is, and its archive, unless the cache has what was asked for.

use super::{
    super::{
        context::Context,
        doubts,
        failure::{Exit, Failure},
    },
    Believed, Source, listed,
    proof::{bundle_of, sought, stated, vouch},
    read::{Content, Read, archive_read, sbom_name},
};
use crate::{
    archive::Limits,
    base::{Request, Version},
    config::Config,
    host::Mirror,
    release::{
        Artifact, Lock, Recalls, SBOM_LIMIT, Suffix, TrustError, newest, pinned_versions, sigstore::BUNDLE_SUFFIX,
    },
};

/// What a mirror has, or what the cache has of it.
pub(super) fn find(
    context: &Context,
    lock: &Lock,
    config: &Config,
    request: Request,
    pre: bool,
    recalls: &Recalls,
) -> Result<Believed, Failure> {
    let known = |version: Version| Suffix::PUBLISHED.map(|suffix| Artifact { version, suffix }).to_vec();
    if let Request::Exact(version) = request
        && let Some(believed) = from_cache(context, lock, &known(version))?
    {
        return Ok(believed);
    }
    if context.options.offline && context.options.releases_from.is_none() {
        return offline(context, lock, &|names| newest(request, names, pre, recalls), request, &known);
    }
    let mirror = context.open_mirror(config.releases_from.as_deref())?;
    let candidates = match request {
        Request::Exact(version) => vec![(version, known(version))],
        _ => resolve(context, &mirror, lock, (request, pre, recalls), &known)?,
    };
    let mut passed = Vec::new();
    for (version, artifacts) in &candidates {
        context.terminal.note(&match passed.last() {
            None => format!("{request} is CPython {version} at {}", mirror.name()),
            Some(newer) => format!("{} lists nothing and has no {newer}; asking for {version}", mirror.name()),
        });
        if let Some(believed) = from_cache(context, lock, artifacts)? {
            return Ok(believed);
        }
        if let Some(believed) = from_mirror(context, lock, config, &mirror, *version, artifacts)? {
            return Ok(believed);
        }
        passed.push(version);
    }
    Err(match passed.as_slice() {
        [version] => Failure::new(
            Exit::Usage,
            format!("{} has no source archive of CPython {version}", mirror.name()),
            "check the version, or name another mirror",
        ),
        _ => nothing(&mirror, request),
    })
}

/// One release, if the mirror has it.
fn from_mirror(
    context: &Context,
    lock: &Lock,
    config: &Config,
    mirror: &Mirror,
    version: Version,
    artifacts: &[Artifact],
) -> Result<Option<Believed>, Failure> {
    let (mut unknown, mut absent): (Option<(TrustError, bool)>, bool) = (None, false);
    for artifact in artifacts {
        let name = artifact.to_string();
        let (stated, bundle) = (stated(lock, version, &name)?, bundle_of(mirror, *artifact)?);
        let wanted = match (&stated, &bundle) {
            (Some(stated), _) => stated.sha256,
            (None, Some(bundle)) => sought(lock, *artifact, bundle)?,
            (None, None) => {
                // who has to review something is told of a file that is there
                let is_there =
                    unknown.as_ref().is_none_or(|(_, is_there)| !*is_there) && mirror.size(&artifact.path())?.is_some();
                if is_there || unknown.is_none() {
                    let sought = Some(format!("{name}{BUNDLE_SUFFIX} at {}", mirror.name()));
                    unknown = Some((TrustError::Unknown { version, artifact: name, found: None, sought }, is_there));
                }
                continue;
            }
        };
        let Some((bytes, sha256)) = mirror.fetch(&artifact.path(), Limits::default().compressed, wanted)? else {
            absent = true;
            continue;
        };
        let mut read = archive_read(name.clone(), bytes, sha256);
        let vouched = vouch(context, lock, version, &name, (sha256, read.size), bundle.as_deref())?;
        let is_listed = listed::hold(context, &config.feeds.api, mirror, *artifact, (sha256, read.size))?;
        read.sbom = sbom_beside(context, mirror, *artifact);
        if let Mirror::Url(..) = mirror {
            keep(context, &read, bundle.as_deref());
        }
        return Ok(Some(Believed { name, version, read, vouched, is_listed }));
    }
    match unknown {
        Some((error, is_there)) if !absent && (is_there || is_listed(mirror, version)?) => {
            Err(with_known_releases(error.into(), lock, version))
        }
        _ => Ok(None),
    }
}

/// The SBOM of an artifact. Who can keep it away can just as well say that there is none, so a run goes on without it.
fn sbom_beside(context: &Context, mirror: &Mirror, artifact: Artifact) -> Option<Vec<u8>> {
    mirror.small(&sbom_name(&artifact.path()), SBOM_LIMIT).unwrap_or_else(|error| {
        context.terminal.warn(&format!("the files are not checked one by one: {error}"));
        None
    })
}

fn keep(context: &Context, read: &Read, bundle: Option<&[u8]>) {
    let Content::Archive(bytes) = &read.content else { return };
    let cache = context.cache();
    let bundle = bundle.map(String::from_utf8_lossy);
    let kept = cache.put_archive(read.sha256, bytes);
    if let Err(error) = kept.and_then(|()| bundle.map_or(Ok(()), |it| cache.put_bundle(read.sha256, &it))) {
        context.terminal.warn(&format!("the archive was not cached: {error}"));
    }
}

fn nothing(mirror: &Mirror, request: Request) -> Failure {
    Failure::new(
        Exit::Usage,
        format!("{} has no release of {request}", mirror.name()),
        "check the version, or name another mirror",
    )
}

/// What can be the newest release of what was asked for, with its archives: the one that the mirror lists, or, of a mirror
/// that lists nothing, each that is known to exist, newest first.
fn resolve(
    context: &Context,
    mirror: &Mirror,
    lock: &Lock,
    (request, pre, recalls): (Request, bool, &Recalls),
    known: &dyn Fn(Version) -> Vec<Artifact>,
) -> Result<Vec<(Version, Vec<Artifact>)>, Failure> {
    let Some(folders) = mirror.list("")? else {
        let versions = newest(request, known_versions(lock), pre, recalls);
        return Ok(versions.into_iter().map(|version| (version, known(version))).collect());
    };
    let mut taken_back = Vec::new();
    // a folder is named by the final release, and has its pre-releases where that one was recalled too
    for folder in newest(request, folders, false, &Recalls::none()) {
        let Some(names) = mirror.list(&folder.to_string())? else { continue };
        let mut artifacts: Vec<Artifact> = names.iter().filter_map(|it| Artifact::parse(it)).collect();
        artifacts.retain(|it| it.version.base() == folder && (pre || !it.version.is_pre()) && it.suffix != Suffix::Zip);
        artifacts.retain(|it| {
            let is_recalled = recalls.is_recalled(it.version);
            taken_back.extend(Some(it.version).filter(|_| is_recalled));
            !is_recalled
        });
        let Some(version) = artifacts.iter().map(|it| it.version).max() else { continue };
        artifacts.retain(|it| it.version == version);
        artifacts.sort_unstable();
        return Ok(vec![(version, artifacts)]);
    }
    taken_back.sort_unstable();
    taken_back.dedup();
    let newest = taken_back.last().and_then(|it| Some((*it, recalls.of(*it)?)));
    Err(newest.map_or_else(
        || nothing(mirror, request),
        |(version, doubt)| {
            let what = if request == Request::Latest { String::new() } else { format!(" of {request}") };
            let note = &doubt.note;
            let message = match taken_back.as_slice() {
                [_] => format!("the only release{what} there, {version}, was recalled: \"{note}\""),
                _ => format!("every release{what} there was recalled, the newest, {version}, too: \"{note}\""),
            };
            let hint = doubts::hint(context, &Source::Mirror, version);
            Failure::new(Exit::Person, message, hint).with_details([mirror.name()])
        },
    ))
}

/// Every release with a pinned or a locked digest of what a mirror can have.
fn known_versions(lock: &Lock) -> Vec<String> {
    let published = |name: &str| Artifact::parse(name).is_some_and(|it| it.suffix != Suffix::Zip);
    let locked = lock.releases.iter().filter(|it| published(&it.artifact)).map(|it| it.version);
    pinned_versions().into_iter().chain(locked).map(|it| it.to_string()).collect()
}

/// An archive with the digest that is stated now, if the cache has it. Cached facts alone are not enough: without the
/// archive nothing vouches for them.
fn from_cache(context: &Context, lock: &Lock, artifacts: &[Artifact]) -> Result<Option<Believed>, Failure> {
    let cache = context.cache();
    for artifact in artifacts {
        let name = artifact.to_string();
        let Some(stated) = stated(lock, artifact.version, &name)? else { continue };
        if let Some(bytes) = cache.archive(stated.sha256, Limits::default().compressed) {
            let read = archive_read(name.clone(), bytes, stated.sha256);
            let bundle = cache.bundle(stated.sha256);
            let found = (read.sha256, read.size);
            let vouched = vouch(context, lock, artifact.version, &name, found, bundle.as_deref())?;
            return Ok(Some(Believed { name, version: artifact.version, read, vouched, is_listed: false }));
        }
    }
    Ok(None)
}

fn offline(
    context: &Context,
    lock: &Lock,
    newest: &dyn Fn(Vec<String>) -> Vec<Version>,
    request: Request,
    known: &dyn Fn(Version) -> Vec<Artifact>,
) -> Result<Believed, Failure> {
    for version in newest(known_versions(lock)) {
        if let Some(believed) = from_cache(context, lock, &known(version))? {
            return Ok(believed);
        }
    }
    let message = format!("no release of {request} is in the cache, and this run is offline");
    Err(Failure::new(
        Exit::Usage,
        message,
        "name an archive with --source, a folder with --mirror, or leave --offline out",
    ))
}

fn with_known_releases(failure: Failure, lock: &Lock, version: Version) -> Failure {
    let locked = lock.releases.iter().map(|it| it.version);
    let known =
        pinned_versions().into_iter().chain(locked).filter(|it| it.series == version.series && !it.is_pre()).max();
    failure.with_details(
        known.map(|it| format!("the newest release of {} with a reviewed digest is {it}", version.series)),
    )
}

/// Whether the mirror lists an archive of `version`; true where it lists nothing at all.
fn is_listed(mirror: &Mirror, version: Version) -> Result<bool, Failure> {
    let folder = mirror.list(&version.base().to_string())?;
    let top = if folder.is_none() { mirror.list("")? } else { None };
    Ok(match folder {
        Some(names) => names.iter().filter_map(|it| Artifact::parse(it)).any(|it| it.version == version),
        None => top.is_none(),
    })
}
