//! From what a user asked for to verified facts. Every source ends in the same place: bytes, their digest held against
//! what is pinned or locked, and only then a look inside.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use super::{
    context::Context,
    failure::{Exit, Failure, collected, refused},
};
use crate::{
    archive::{self, Limits},
    base::{Files as _, RelPath, Request, Sha256, Version},
    host::{self, Disk, Mirror},
    release::{
        Artifact, Expected, Lock, Locked, RECONSTRUCTED, Suffix, TrustError, by_digest, check, expected, newest,
        pinned_versions,
    },
    stdlib::{Answer, Baseline, Collector, Facts, Provenance, QUERY, SourceKind, bundled_series, reconstruct},
};

/// Where the facts are to come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The mirror.
    Mirror,
    /// An archive or an unpacked tree.
    Path(PathBuf),
    /// A live interpreter.
    Interpreter(PathBuf),
    /// The recorded baseline of the binary.
    Bundled,
}

/// Verified facts and what the lock is to remember of them.
pub(super) struct Acquired {
    pub(super) baseline: Baseline,
    pub(super) lock_entry: Option<Locked>,
}

const TREE: &str = "source-tree";
const INTERPRETER: &str = "interpreter";

impl std::str::FromStr for Source {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix("interpreter:") {
            Some(path) => Self::Interpreter(path.into()),
            None if text == "bundled" => Self::Bundled,
            None => Self::Path(text.into()),
        })
    }
}

/// What was read, before anybody believes it.
struct Read {
    kind: SourceKind,
    artifact: String,
    sha256: Sha256,
    size: u64,
    content: Content,
}

enum Content {
    Archive(Vec<u8>),
    Tree(Vec<(String, Vec<u8>)>),
    Answer(Box<Answer>),
}

/// Facts of a release that a digest vouches for.
pub(super) fn acquire(
    context: &Context,
    lock: &Lock,
    configured: Option<&str>,
    source: &Source,
    request: Request,
    pre: bool,
) -> Result<Acquired, Failure> {
    match source {
        Source::Mirror => from_mirror(context, lock, configured, request, pre),
        Source::Bundled => from_bundled(context, request),
        Source::Path(path) => from_read(context, lock, read_path(path)?, request),
        Source::Interpreter(path) => from_read(context, lock, read_interpreter(path)?, request),
    }
}

/// Facts of anything, believed by nobody: for a look.
pub(super) fn look(source: &Source) -> Result<Baseline, Failure> {
    let read = match source {
        Source::Path(path) => read_path(path)?,
        Source::Interpreter(path) => read_interpreter(path)?,
        Source::Mirror | Source::Bundled => {
            return Err(Failure::new(
                Exit::Usage,
                "there is nothing to look into",
                "name an archive, a source tree or interpreter:PATH",
            ));
        }
    };
    let facts = facts_of(&read, None)?;
    baseline(
        &read.artifact,
        facts,
        Provenance {
            source: read.kind,
            artifact: Some(read.artifact.clone()),
            sha256: Some(read.sha256),
            verified_by: None,
            note: None,
        },
    )
}

fn from_bundled(context: &Context, request: Request) -> Result<Acquired, Failure> {
    let Some(recorded) = request.series().and_then(bundled_series) else {
        return Err(Failure::new(
            Exit::Usage,
            format!("there is no bundled baseline for {request}"),
            "the bundled series are 3.12, 3.13 and 3.14",
        ));
    };
    let release = recorded.facts.release;
    if let Request::Exact(wanted) = request
        && release != Some(wanted)
    {
        let message = format!(
            "the bundled baseline of {} is of release {}, not {wanted}",
            recorded.series,
            recorded.release_text()
        );
        return Err(Failure::new(Exit::Usage, message, format!("ask for {}", recorded.series)));
    }
    context.terminal.note(&format!("using the bundled baseline of {}, as a reconstructed release", recorded.series));
    let bytes = reconstruct(&recorded)
        .map_err(|error| Failure::new(Exit::Io, format!("cannot rebuild the release: {error}"), "run it again"))?;
    let artifact = release.map_or_else(String::new, |version| Artifact { version, suffix: Suffix::Tgz }.to_string());
    let read = archive_read(artifact, bytes);
    let facts = facts_of(&read, release)?;
    let provenance =
        Provenance { verified_by: Some("bundled".into()), ..reconstructed(&read, recorded.provenance.note) };
    Ok(Acquired { baseline: baseline(&read.artifact, facts, provenance)?, lock_entry: None })
}

fn reconstructed(read: &Read, note: Option<String>) -> Provenance {
    Provenance {
        source: SourceKind::Reconstructed,
        artifact: Some(read.artifact.clone()),
        sha256: Some(read.sha256),
        verified_by: Some(RECONSTRUCTED.into()),
        note,
    }
}

/// An archive, a tree or an interpreter that a user named: its digest says which release it may be.
fn from_read(context: &Context, lock: &Lock, read: Read, request: Request) -> Result<Acquired, Failure> {
    let exact = if let Request::Exact(version) = request { Some(version) } else { None };
    let (version, stated) = match by_digest(lock, &read.artifact, read.sha256)? {
        Some(found) => found,
        None => return Err(unknown(lock, &read, exact)),
    };
    let fits = match request {
        Request::Latest => true,
        Request::Series(series) => version.series == series,
        Request::Exact(wanted) => version == wanted,
    };
    if !fits {
        let message = format!("{} is CPython {version}, not {request}", read.artifact);
        return Err(Failure::new(Exit::Usage, message, format!("ask for {version}")));
    }
    check(&read.artifact, read.sha256, read.size, &stated)?;
    verified(context, read, version, stated)
}

/// Nobody vouches for the digest: say whose it should be, if that is known.
fn unknown(lock: &Lock, read: &Read, exact: Option<Version>) -> Failure {
    let named = Artifact::parse(&read.artifact).map(|it| it.version).or(exact);
    let version = match (&read.content, named) {
        (_, Some(version)) => Some(version),
        (Content::Answer(answer), None) => Some(answer.release),
        (Content::Tree(files), None) => tree_version(files),
        (Content::Archive(_), None) => None,
    };
    let Some(version) = version else {
        let message = format!("{} has digest {}, which is neither pinned nor in the lock", read.artifact, read.sha256);
        return Failure::new(
            Exit::Trust,
            message,
            "name the exact release that it is, and add its digest with `molt-sync trust add`",
        );
    };
    match expected(lock, version, &read.artifact) {
        Ok(stated) => check(&read.artifact, read.sha256, read.size, &stated).err().map_or_else(
            || Failure::new(Exit::Trust, format!("{} is not believed", read.artifact), "see the lock"),
            Failure::from,
        ),
        Err(TrustError::Unknown { version, artifact, .. }) => {
            TrustError::Unknown { version, artifact, found: Some(read.sha256) }.into()
        }
        Err(other) => other.into(),
    }
}

fn verified(context: &Context, read: Read, version: Version, stated: Expected) -> Result<Acquired, Failure> {
    let cache = context.cache();
    let facts = match cache.facts(read.sha256).and_then(|text| serde_json::from_str::<Facts>(&text).ok()) {
        Some(facts) if facts.release == Some(version) => facts,
        _ => {
            let facts = facts_of(&read, Some(version))?;
            keep_facts(context, read.sha256, &facts);
            facts
        }
    };
    finish(&read.artifact, read.kind, read.sha256, Some(read.size), stated, facts)
}

fn keep_facts(context: &Context, digest: Sha256, facts: &Facts) {
    let text = serde_json::to_string(facts).unwrap_or_default();
    if let Err(error) = context.cache().put_facts(digest, &text) {
        context.terminal.detail(&format!("the facts were not cached: {error}"));
    }
}

fn finish(
    artifact: &str,
    kind: SourceKind,
    sha256: Sha256,
    size: Option<u64>,
    stated: Expected,
    facts: Facts,
) -> Result<Acquired, Failure> {
    let kind = if stated.by == RECONSTRUCTED { SourceKind::Reconstructed } else { kind };
    let lock_entry = facts.release.map(|version| Locked {
        version,
        artifact: artifact.to_owned(),
        sha256,
        size: size.filter(|_| kind == SourceKind::ReleaseArchive).or(stated.size),
        verified_by: stated.by.clone(),
        reviewed_by: None,
    });
    let provenance = Provenance {
        source: kind,
        artifact: Some(artifact.to_owned()),
        sha256: Some(sha256),
        verified_by: Some(stated.by),
        note: None,
    };
    Ok(Acquired { baseline: baseline(artifact, facts, provenance)?, lock_entry })
}

fn baseline(name: &str, facts: Facts, provenance: Provenance) -> Result<Baseline, Failure> {
    let release =
        facts.release.ok_or_else(|| Failure::new(Exit::Usage, format!("{name} names no release"), "name a release"))?;
    Ok(Baseline { series: release.series, provenance, facts })
}

fn archive_read(artifact: String, bytes: Vec<u8>) -> Read {
    let kind = SourceKind::ReleaseArchive;
    Read { kind, artifact, sha256: Sha256::of(&bytes), size: bytes.len() as u64, content: Content::Archive(bytes) }
}

fn read_path(path: &Path) -> Result<Read, Failure> {
    if path.is_dir() {
        return read_tree(path);
    }
    let bytes = host::read_file(path, Limits::default().compressed).map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => Failure::new(
            Exit::Trust,
            format!("cannot use {}: {error}", path.display()),
            "no CPython release is that large: name a source archive",
        ),
        _ => Failure::io("read", path, &error),
    })?;
    Ok(archive_read(path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default(), bytes))
}

/// Reads the files of a tree that count. Their digest is that of one line a file, its path and its digest.
fn read_tree(root: &Path) -> Result<Read, Failure> {
    let limits = Limits::default();
    let disk = Disk::new(root);
    let mut files = Vec::new();
    let mut index = String::new();
    let mut size = 0;
    for top in ["Include", "Lib", "Python"] {
        let folder =
            RelPath::new(top).map_err(|error| Failure::new(Exit::Usage, error.to_string(), "check the path"))?;
        for path in disk.list(&folder, "")?.into_iter().filter(|path| Collector::wants(path.as_str())) {
            let on_disk = disk.locate(&path);
            let bytes =
                host::read_file(&on_disk, limits.file).map_err(|error| Failure::io("read", &on_disk, &error))?;
            size += bytes.len() as u64;
            if size > limits.total || files.len() as u64 > limits.entries {
                let message = format!("{} is larger than any source tree of CPython", root.display());
                return Err(Failure::new(Exit::Trust, message, "name the folder that has Include, Lib and Python"));
            }
            index += &format!("{} {path}\n", Sha256::of(&bytes));
            files.push((path.to_string(), bytes));
        }
    }
    if files.is_empty() {
        let message = format!("{} is no source tree of CPython: it has no Lib/*.py", root.display());
        return Err(Failure::new(Exit::Usage, message, "name the folder that has Include, Lib and Python"));
    }
    let sha256 = Sha256::of(index.as_bytes());
    Ok(Read { kind: SourceKind::SourceTree, artifact: TREE.into(), sha256, size, content: Content::Tree(files) })
}

fn read_interpreter(path: &Path) -> Result<Read, Failure> {
    let (answer, text) = ask(path)?;
    let (sha256, size) = (Sha256::of(text.as_bytes()), text.len() as u64);
    Ok(Read {
        kind: SourceKind::Interpreter,
        artifact: INTERPRETER.into(),
        sha256,
        size,
        content: Content::Answer(Box::new(answer)),
    })
}

/// One query to an interpreter.
pub(super) fn ask(path: &Path) -> Result<(Answer, String), Failure> {
    let text = host::run_query(path, QUERY, std::time::Duration::from_secs(60))?;
    let text = text.trim().to_owned();
    let answer = serde_json::from_str(&text).map_err(|error| {
        let message = format!("{} did not answer the query: {error}", path.display());
        Failure::new(Exit::Usage, message, "name a CPython interpreter, 3.10 or newer")
    })?;
    Ok((answer, text))
}

fn tree_version(files: &[(String, Vec<u8>)]) -> Option<Version> {
    let mut collector = Collector::default();
    let (path, bytes) = files.iter().find(|(path, _)| path.ends_with("patchlevel.h"))?;
    collector.offer(path, bytes.len() as u64, &mut bytes.as_slice()).ok()?;
    collector.version().ok()
}

/// Looks inside. Whether that may be believed is the caller's business.
fn facts_of(read: &Read, wanted: Option<Version>) -> Result<Facts, Failure> {
    let name = &read.artifact;
    let mut collector = Collector::default();
    match &read.content {
        Content::Answer(answer) => {
            let facts = answer.facts().map_err(|error| collected(name, &error))?;
            return Ok(facts);
        }
        Content::Tree(files) => {
            for (path, bytes) in files {
                let offered = collector.offer(path, bytes.len() as u64, &mut bytes.as_slice());
                offered.map_err(|error| {
                    Failure::new(Exit::Usage, format!("cannot read {path} of {name}: {error}"), "check the file")
                })?;
            }
        }
        Content::Archive(bytes) => {
            let summary = archive::scan(bytes, &Limits::default(), |entry| {
                Ok(collector.offer(entry.path, entry.size, &mut entry.bytes.take(entry.size))?)
            });
            let summary = summary.map_err(|refusal| refused(name, &refusal))?;
            let version = collector.version().map_err(|error| collected(name, &error))?;
            let is_zip = bytes.starts_with(b"PK");
            if !is_zip && wanted.is_some() && summary.top != version.stem() {
                let message =
                    format!("cannot use {name}: its top folder is `{}`, not `{}`", summary.top, version.stem());
                return Err(Failure::new(
                    Exit::Trust,
                    message,
                    "get the archive again, from python.org if this was a mirror",
                ));
            }
        }
    }
    collector.finish(wanted).map_err(|error| collected(name, &error))
}

fn from_mirror(
    context: &Context,
    lock: &Lock,
    configured: Option<&str>,
    request: Request,
    pre: bool,
) -> Result<Acquired, Failure> {
    let known = |version: Version| Suffix::PUBLISHED.map(|suffix| Artifact { version, suffix }).to_vec();
    if let Request::Exact(version) = request
        && let Some(acquired) = from_cache(context, lock, &known(version))?
    {
        return Ok(acquired);
    }
    if context.options.offline && context.options.mirror.is_none() {
        return offline(context, lock, request, &known);
    }
    let mirror = context.mirror(configured)?;
    let (version, artifacts) = match request {
        Request::Exact(version) => (version, known(version)),
        _ => resolve(&mirror, lock, request, pre)?,
    };
    context.terminal.note(&format!("{request} is CPython {version} at {}", mirror.name()));
    if let Some(acquired) = from_cache(context, lock, &artifacts)? {
        return Ok(acquired);
    }
    let mut unknown = None;
    for artifact in artifacts {
        let name = artifact.to_string();
        let stated = match expected(lock, version, &name) {
            Ok(stated) => stated,
            Err(error @ TrustError::Unknown { .. }) => {
                unknown.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let Some(bytes) = mirror.fetch(&artifact.path(), Limits::default().compressed, stated.sha256)? else {
            continue;
        };
        let read = archive_read(name, bytes);
        check(&read.artifact, read.sha256, read.size, &stated)?;
        if let (Content::Archive(bytes), Mirror::Url(..)) = (&read.content, &mirror)
            && let Err(error) = context.cache().put_archive(read.sha256, bytes)
        {
            context.terminal.warn(&format!("the archive was not cached: {error}"));
        }
        return verified(context, read, version, stated);
    }
    match unknown {
        Some(error) => Err(with_known_releases(error.into(), lock, version)),
        None => Err(Failure::new(
            Exit::Usage,
            format!("{} has no source archive of CPython {version}", mirror.name()),
            "check the version, or name another mirror",
        )),
    }
}

/// The newest release of what was asked for that the mirror has an archive of.
fn resolve(mirror: &Mirror, lock: &Lock, request: Request, pre: bool) -> Result<(Version, Vec<Artifact>), Failure> {
    let nothing = || {
        Failure::new(
            Exit::Usage,
            format!("{} has no release of {request}", mirror.name()),
            "check the version, or name another mirror",
        )
    };
    let listed = mirror.list("")?;
    let is_listed = listed.is_some();
    // a mirror that lists nothing is asked for what is known to exist
    let folders = listed.unwrap_or_else(|| {
        let locked = lock.releases.iter().map(|it| it.version);
        pinned_versions().into_iter().chain(locked).map(|it| it.base().to_string()).collect()
    });
    for folder in newest(request, folders, pre) {
        let names = if is_listed { mirror.list(&folder.to_string())? } else { None };
        let Some(names) = names else {
            if !is_listed {
                return Ok((folder, Suffix::PUBLISHED.map(|suffix| Artifact { version: folder, suffix }).to_vec()));
            }
            continue;
        };
        let mut artifacts: Vec<Artifact> = names.iter().filter_map(|it| Artifact::parse(it)).collect();
        artifacts.retain(|it| it.version.base() == folder && (pre || !it.version.is_pre()) && it.suffix != Suffix::Zip);
        let Some(version) = artifacts.iter().map(|it| it.version).max() else { continue };
        artifacts.retain(|it| it.version == version);
        artifacts.sort_unstable();
        return Ok((version, artifacts));
    }
    Err(nothing())
}

/// Facts that were extracted before from an archive with the digest that is stated now, or the archive itself.
fn from_cache(context: &Context, lock: &Lock, artifacts: &[Artifact]) -> Result<Option<Acquired>, Failure> {
    let cache = context.cache();
    for artifact in artifacts {
        let name = artifact.to_string();
        let stated = match expected(lock, artifact.version, &name) {
            Ok(stated) => stated,
            Err(TrustError::Unknown { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        let facts = cache.facts(stated.sha256).and_then(|text| serde_json::from_str::<Facts>(&text).ok());
        if let Some(facts) = facts.filter(|it| it.release == Some(artifact.version)) {
            context.terminal.detail(&format!("the facts of {name} are in the cache"));
            let kind = SourceKind::ReleaseArchive;
            return finish(&name, kind, stated.sha256, stated.size, stated.clone(), facts).map(Some);
        }
        if let Some(bytes) = cache.archive(stated.sha256, Limits::default().compressed) {
            let read = archive_read(name, bytes);
            check(&read.artifact, read.sha256, read.size, &stated)?;
            return verified(context, read, artifact.version, stated).map(Some);
        }
    }
    Ok(None)
}

fn offline(
    context: &Context,
    lock: &Lock,
    request: Request,
    known: &dyn Fn(Version) -> Vec<Artifact>,
) -> Result<Acquired, Failure> {
    let locked = lock.releases.iter().map(|it| it.version);
    let names = pinned_versions().into_iter().chain(locked).map(|it| it.to_string());
    for version in newest(request, names, false) {
        if let Some(acquired) = from_cache(context, lock, &known(version))? {
            return Ok(acquired);
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
