//! A mirror's answer to a request: which release it is, and its archive, unless the cache has what was asked for.

use crate::{
    archive::Limits,
    base::{Request, Version},
    command::{
        acquire::{
            absent::{absent, nothing, recalled, unlisted, with_known_releases},
            api_digest,
            believed::Believed,
            out_of_reach::out_of_reach,
            read::{SourceContent, UnverifiedSource, archive_read, sbom_name},
            verify::{bundle_of, sought, stated, vouch},
        },
        support::{
            context::Context,
            failure::{Exit, Failure},
        },
    },
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
        return offline(context, lock, (request, pre, recalls), &known);
    }
    out_of_reach(context, config)?;
    let mirror = context.open_mirror(config.releases_from.as_deref())?;
    let candidates = match request {
        Request::Exact(version) => Candidates { all: vec![(version, known(version))], is_listed: None },
        _ => resolve(context, &mirror, lock, (request, pre, recalls), &known)?,
    };
    let mut passed = Vec::new();
    for (version, artifacts) in &candidates.all {
        context.terminal.note(&match passed.last() {
            None if matches!(request, Request::Exact(_)) => format!("asking {} for CPython {version}", mirror.name()),
            None => format!("{request} is CPython {version} at {}", mirror.name()),
            Some(newer) => format!("{} lists nothing and has no {newer}; asking for {version}", mirror.name()),
        });
        if let Some(believed) = from_cache(context, lock, artifacts)? {
            return Ok(believed);
        }
        if let Some(believed) = from_mirror(context, lock, config, &mirror, *version, artifacts)? {
            return Ok(believed);
        }
        passed.push(*version);
    }
    match candidates.is_listed {
        None => {
            let zip = passed.first().map(|version| Artifact { version: *version, suffix: Suffix::Zip });
            // a folder is looked into for nothing
            let there = zip.filter(|_| mirror.is_folder()).map(|it| mirror.is_there(&it.path())).transpose()?;
            Err(match zip.filter(|_| there == Some(true)) {
                Some(zip) => nothing(&mirror, request, Some(zip)),
                None => absent(&mirror, passed.first().copied(), None),
            })
        }
        Some(true) => Err(absent(&mirror, passed.first().copied(), candidates.all.first().map(|it| it.1.as_slice()))),
        Some(false) => {
            let there = |version: Version| -> Result<bool, Failure> {
                for artifact in known(version) {
                    if mirror.is_there(&artifact.path())? {
                        return Ok(true);
                    }
                }
                Ok(false)
            };
            let taken_back = among_recalled(lock, (request, pre, recalls), there)?;
            Err(match taken_back.as_slice() {
                [] => unlisted(&mirror, request, &passed),
                all => recalled(context, request, &mirror.name(), all, recalls),
            })
        }
    }
}

/// What can be the release that was asked for, newest first.
struct Candidates {
    all: Vec<(Version, Vec<Artifact>)>,
    /// Whether the mirror lists them; none where an exact release was asked for, which needs no listing.
    is_listed: Option<bool>,
}

/// The releases that are known to exist, that answer the request, that were recalled, and that are there, newest first.
fn among_recalled(
    lock: &Lock,
    (request, pre, recalls): (Request, bool, &Recalls),
    there: impl Fn(Version) -> Result<bool, Failure>,
) -> Result<Vec<Version>, Failure> {
    let mut res = Vec::new();
    for version in newest(request, known_versions(lock), pre, &Recalls::none()) {
        if recalls.is_recalled(version) && there(version)? {
            res.push(version);
        }
    }
    Ok(res)
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
    let mut unknown = None;
    for artifact in artifacts {
        let name = artifact.to_string();
        let (stated, bundle) = (stated(lock, version, &name)?, bundle_of(mirror, *artifact)?);
        let wanted = match (&stated, &bundle) {
            (Some(stated), _) => stated.sha256,
            (None, Some(bundle)) => sought(lock, *artifact, bundle)?,
            (None, None) => {
                // who has to review something is told of a file that is there
                if unknown.is_none() && mirror.is_there(&artifact.path())? {
                    let sought = Some(format!("{name}{BUNDLE_SUFFIX} at {}", mirror.name()));
                    unknown = Some(TrustError::Unknown { version, artifact: name, found: None, sought });
                }
                continue;
            }
        };
        let Some((bytes, sha256)) = mirror.fetch(&artifact.path(), Limits::default().compressed, wanted)? else {
            continue;
        };
        let mut read = archive_read(name.clone(), bytes, sha256);
        let found = (name.clone(), sha256, read.size);
        let vouched = vouch(context, lock, version, &name, found, bundle.as_deref())?;
        let is_listed = api_digest::hold(context, &config.feeds.api, mirror, *artifact, (sha256, read.size))?;
        read.sbom = sbom_beside(context, mirror, *artifact);
        if let Mirror::Url(..) = mirror {
            keep(context, &read, bundle.as_deref());
        }
        let unsigned =
            bundle.is_none().then(|| format!("a signature: there is no {name}{BUNDLE_SUFFIX} at {}", mirror.name()));
        return Ok(Some(Believed { name, version, read, vouched, is_listed, unsigned }));
    }
    match unknown {
        Some(error) => Err(with_known_releases(error.into(), lock, mirror, version)),
        None => Ok(None),
    }
}

/// The SBOM of an artifact. Who can keep it away can just as well say that there is none, so a run goes on without it.
fn sbom_beside(context: &Context, mirror: &Mirror, artifact: Artifact) -> Option<Vec<u8>> {
    mirror.small(&sbom_name(&artifact.path()), SBOM_LIMIT).unwrap_or_else(|error| {
        context.terminal.warn(&format!("the files are not checked one by one: {error}"));
        None
    })
}

fn keep(context: &Context, read: &UnverifiedSource, bundle: Option<&[u8]>) {
    let SourceContent::Archive(bytes) = &read.content else { return };
    let cache = context.cache();
    let bundle = bundle.map(String::from_utf8_lossy);
    let kept = cache.put_archive(read.sha256, bytes);
    if let Err(error) = kept.and_then(|()| bundle.map_or(Ok(()), |it| cache.put_bundle(read.sha256, &it))) {
        context.terminal.warn(&format!("the archive was not cached: {error}"));
    }
}

/// What can be the newest release of what was asked for, with its archives: the one that the mirror lists, or, of a mirror
/// that lists nothing, each that is known to exist, newest first.
fn resolve(
    context: &Context,
    mirror: &Mirror,
    lock: &Lock,
    (request, pre, recalls): (Request, bool, &Recalls),
    known: &dyn Fn(Version) -> Vec<Artifact>,
) -> Result<Candidates, Failure> {
    let Some(folders) = mirror.list("")? else {
        let versions = newest(request, known_versions(lock), pre, recalls);
        let all = versions.into_iter().map(|version| (version, known(version))).collect();
        return Ok(Candidates { all, is_listed: Some(false) });
    };
    let (mut taken_back, mut left_out) = (Vec::new(), None);
    // a folder is named by the final release, and has its pre-releases where that one was recalled too
    for folder in newest(request, folders, false, &Recalls::none()) {
        let Some(names) = mirror.list(&folder.to_string())? else { continue };
        let mut artifacts: Vec<Artifact> = names.iter().filter_map(|it| Artifact::parse(it)).collect();
        artifacts.retain(|it| it.version.base() == folder);
        left_out = left_out.max(artifacts.iter().copied().max());
        artifacts.retain(|it| (pre || !it.version.is_pre()) && it.suffix != Suffix::Zip);
        artifacts.retain(|it| {
            let is_recalled = recalls.is_recalled(it.version);
            taken_back.extend(Some(it.version).filter(|_| is_recalled));
            !is_recalled
        });
        let Some(version) = artifacts.iter().map(|it| it.version).max() else { continue };
        artifacts.retain(|it| it.version == version);
        artifacts.sort_unstable();
        return Ok(Candidates { all: vec![(version, artifacts)], is_listed: Some(true) });
    }
    taken_back.sort_unstable();
    taken_back.dedup();
    Err(match taken_back.as_slice() {
        [] => nothing(mirror, request, left_out),
        all => recalled(context, request, &mirror.name(), all, recalls),
    })
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
            let found = (name.clone(), read.sha256, read.size);
            let vouched = vouch(context, lock, artifact.version, &name, found, bundle.as_deref())?;
            return Ok(Some(Believed {
                name,
                version: artifact.version,
                read,
                vouched,
                is_listed: false,
                unsigned: None,
            }));
        }
    }
    Ok(None)
}

fn offline(
    context: &Context,
    lock: &Lock,
    (request, pre, recalls): (Request, bool, &Recalls),
    known: &dyn Fn(Version) -> Vec<Artifact>,
) -> Result<Believed, Failure> {
    for version in newest(request, known_versions(lock), pre, recalls) {
        if let Some(believed) = from_cache(context, lock, &known(version))? {
            return Ok(believed);
        }
    }
    let there = |version: Version| Ok(from_cache(context, lock, &known(version))?.is_some());
    let taken_back = among_recalled(lock, (request, pre, recalls), there)?;
    if !taken_back.is_empty() {
        return Err(recalled(context, request, "in the cache", &taken_back, recalls));
    }
    let what = match request {
        Request::Latest => "no release that can be used".to_owned(),
        _ => format!("no release of {request}"),
    };
    let message = format!("{what} is in the cache, and this run is offline");
    let hint = "name a folder with --mirror, or leave --offline out";
    let why = "an archive counts there only where its digest is pinned in molt-sync or in the lock";
    Err(Failure::new(Exit::Usage, message, hint).with_details([why.to_owned()]))
}
