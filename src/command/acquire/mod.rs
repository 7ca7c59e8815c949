//! From what a user asked for to verified facts. Every source ends in the same place: bytes, their digest held against
//! what is pinned or locked, and only then a look inside.

mod absent;
mod api_digest;
mod calendar;
mod interface;
mod mirror;
mod out_of_reach;
mod public_names;
mod read;
mod unknown;
mod unvouched;
mod verify;

use self::read::{
    SourceContent, UnverifiedSource, archive_read, facts_of, look_inside, read_interpreter, read_path, sbom_name,
    sbom_of,
};
use self::unknown::{artifact_of, called, unknown};
use self::verify::{Vouched, vouch};
pub(super) use self::{
    calendar::{CalendarOutcome, recalls},
    interface::{Interface, interface_at_hand, interface_known, interface_named, interface_of, module_in, module_of},
    out_of_reach::{calendar_out_of_reach, out_of_reach},
    public_names::{NamesReach, missing_names, names_in, recorded_names},
    read::{ask, no_answer, refuse_address},
    unvouched::{NOBODY, unvouched},
    verify::is_rebuilt,
};
use crate::{
    base::{Request, Sha256, Version, number_of},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        source::Source,
    },
    config::Config,
    host::{self, shell_word},
    impact::api::{self, Api},
    release::{
        Artifact, Ground, Lock, LockClaim, Locked, RECONSTRUCTED, Recalls, Suffix, by_digest,
        sigstore::{BUNDLE_LIMIT, Signed},
    },
    stdlib::{Baseline, Provenance, ReleaseFacts, SourceKind, bundled_series, reconstruct},
};

/// An artifact that is believed, before anything looks inside.
pub(super) struct Believed {
    /// Its name as it is published.
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) read: UnverifiedSource,
    pub(super) vouched: Vouched,
    /// Whether the release API states its digest.
    pub(super) is_listed: bool,
    /// Where a signature was looked for and not found, in words.
    pub(super) unsigned: Option<String>,
}

impl Believed {
    /// Everything that agrees about it.
    pub(super) fn agree(&self) -> Vec<&str> {
        let listed = self.is_listed.then_some(api_digest::API);
        self.vouched.checked.iter().map(String::as_str).chain(listed).collect()
    }
}

/// Verified facts and what the lock is to remember of them.
pub(super) struct Acquired {
    pub(super) baseline: Baseline,
    pub(super) lock_entry: Option<Locked>,
    /// Who signed it, where this run verified that.
    pub(super) signed: Option<Signed>,
    /// What this run held its digest against.
    pub(super) ground: &'static str,
    /// What the lock says of it, which is no more than what it says.
    pub(super) claim: Option<LockClaim>,
    /// Whether the release API names it.
    pub(super) is_listed: bool,
    /// What was checked besides, a sentence each. It is of this run only: the lock and the baseline are the same without.
    pub(super) checked: Vec<String>,
    /// Its interface, where this run looked inside.
    pub(super) api: Option<Box<Api>>,
}

/// Facts of a release that a digest vouches for.
pub(super) fn acquire(
    context: &Context,
    lock: &Lock,
    config: &Config,
    source: &Source,
    request: Request,
    (pre, recalls): (bool, &Recalls),
) -> Result<Acquired, Failure> {
    match source {
        Source::Mirror => verified(context, mirror::find(context, lock, config, request, pre, recalls)?),
        Source::Bundled => from_bundled(context, request),
        Source::Path(path) => {
            let again = format!("molt-sync refresh VERSION --source {}", shell_word(&path.display().to_string()));
            from_read(context, lock, (read_path(path)?, &again), request)
        }
        Source::Interpreter(path) => from_read(context, lock, (read_interpreter(path)?, ""), request),
    }
}

/// The lock and the configuration of the workspace, where there is one around.
pub(super) fn at_hand(context: &Context) -> Result<(Lock, Config), Failure> {
    match context.workspace_around()? {
        Some(workspace) => {
            Ok((crate::command::support::records::lock(&workspace.disk, &workspace.config.paths)?, workspace.config))
        }
        None => Ok(Default::default()),
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
    let sbom = sbom_of(&read, None)?;
    let facts = facts_of(&read, None, sbom.as_ref())?;
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
    let sha256 = Sha256::of(&bytes);
    let read = archive_read(artifact, bytes, sha256);
    let facts = facts_of(&read, release, None)?;
    let provenance =
        Provenance { verified_by: Some("bundled".into()), ..reconstructed(&read, recorded.provenance.note) };
    Ok(Acquired {
        baseline: baseline(&read.artifact, facts, provenance)?,
        lock_entry: None,
        signed: None,
        ground: "bundled",
        claim: None,
        is_listed: false,
        checked: Vec::new(),
        api: None,
    })
}

fn reconstructed(read: &UnverifiedSource, note: Option<String>) -> Provenance {
    Provenance {
        source: SourceKind::Reconstructed,
        artifact: Some(read.artifact.clone()),
        sha256: Some(read.sha256),
        verified_by: Some(RECONSTRUCTED.into()),
        note,
    }
}

/// An archive, a tree or an interpreter that a user named.
fn from_read(
    context: &Context,
    lock: &Lock,
    (read, again): (UnverifiedSource, &str),
    request: Request,
) -> Result<Acquired, Failure> {
    let exact = if let Request::Exact(version) = request { Some(version) } else { None };
    let believed = believe(context, lock, (read, again), exact)?;
    let version = believed.version;
    let fits = match request {
        Request::Latest => true,
        Request::Series(series) => version.series == series,
        Request::Exact(wanted) => version == wanted,
    };
    if !fits {
        let message = format!("{} is CPython {version}, not {request}", believed.read.artifact);
        return Err(Failure::new(Exit::Usage, message, format!("ask for {version}")));
    }
    verified(context, believed)
}

/// Its digest says which release it may be, or the signature beside it does. `again` is the command that says so, with
/// `VERSION` in it.
fn believe(
    context: &Context,
    lock: &Lock,
    (read, again): (UnverifiedSource, &str),
    exact: Option<Version>,
) -> Result<Believed, Failure> {
    let named = Artifact::parse(&read.artifact);
    let (version, name) = match (by_digest(lock, &read.artifact, read.sha256)?, named) {
        (Some((version, _, _)), Some(named)) if named.version != version => {
            let message = format!(
                "{} is named like CPython {}, and its digest is that of {version}",
                read.artifact, named.version
            );
            return Err(Failure::new(
                Exit::Trust,
                message,
                format!("name the file {}, or get the right one", version.stem()),
            ));
        }
        (Some((version, name, _)), _) => (version, name),
        (None, _) => match artifact_of(&read, exact) {
            Some(artifact) if read.bundle.is_some() => (artifact.version, artifact.to_string()),
            _ => return Err(unknown(lock, &read, exact, again)),
        },
    };
    let found = (called(&read, &name), read.sha256, read.size);
    let vouched = vouch(context, lock, version, &name, found, read.bundle.as_deref())?;
    let absent = read.bundle_name.as_ref().filter(|_| read.bundle.is_none());
    let unsigned = absent.map(|it| format!("a signature: there is no {it} beside it"));
    Ok(Believed { name, version, read, vouched, is_listed: false, unsigned })
}

/// A file that a user named, as the release that it is said to be.
pub(super) fn believe_file(
    context: &Context,
    lock: &Lock,
    path: &std::path::Path,
    version: Option<Version>,
    bundle: Option<&std::path::Path>,
) -> Result<Believed, Failure> {
    let mut read = read_path(path)?;
    if let Some(path) = bundle {
        read.bundle = Some(host::read_plain(path, BUNDLE_LIMIT).map_err(|error| Failure::io("read", path, &error))?);
    }
    let again = format!("molt-sync verify {} --as VERSION", shell_word(&path.display().to_string()));
    let believed = inside(believe(context, lock, (read, &again), version)?)?;
    if bundle.is_some() && believed.vouched.signed.is_none() {
        let message = format!("no signer is known for CPython {}, so the bundle was not checked", believed.version);
        return Err(Failure::new(
            Exit::Trust,
            message,
            "leave --bundle out to hold the digest alone against what is known",
        ));
    }
    match version {
        Some(wanted) if wanted != believed.version => {
            let message = format!("{} is CPython {}, not {wanted}", path.display(), believed.version);
            Err(Failure::new(Exit::Trust, message, "leave --as out, or name another file"))
        }
        _ => Ok(believed),
    }
}

/// A release, from the cache or from the mirror.
pub(super) fn believe_release(
    context: &Context,
    lock: &Lock,
    config: &Config,
    version: Version,
) -> Result<Believed, Failure> {
    inside(mirror::find(context, lock, config, Request::Exact(version), true, &Recalls::none())?)
}

/// Holds what an artifact is called, and believed to be, against what is in it.
fn inside(believed: Believed) -> Result<Believed, Failure> {
    let sbom = sbom_of(&believed.read, Some(&believed.name))?;
    held(&believed, sbom.as_ref(), None)?;
    Ok(believed)
}

/// The facts of what is believed to be a release, which has to be that one. What a signature is about is not a release where
/// nothing inside says so.
fn held(
    believed: &Believed,
    sbom: Option<&crate::release::Sbom>,
    interface: Option<&mut api::ApiCollector>,
) -> Result<ReleaseFacts, Failure> {
    let facts = look_inside(&believed.read, Some(believed.version), sbom, interface);
    facts.map_err(|failure| match believed.vouched.signed {
        Some(_) => Failure { exit: Exit::Trust, ..failure },
        None => failure,
    })
}

/// The facts of what is believed.
fn verified(context: &Context, believed: Believed) -> Result<Acquired, Failure> {
    let sbom = sbom_of(&believed.read, Some(&believed.name))?;
    let digest = believed.read.sha256;
    let known = context.cache().facts(digest).and_then(|text| serde_json::from_str::<ReleaseFacts>(&text).ok());
    let (facts, api) = match known {
        // an SBOM at hand is held against every file, also when the facts are known
        Some(facts) if facts.release == Some(believed.version) && sbom.is_none() => (facts, None),
        _ => {
            let _stage = context.terminal.stage(&format!("reading the modules of {}", believed.name));
            // what the release changes inside of modules is asked next, and the archive need not be read again for that
            let mut collector =
                matches!(believed.read.content, SourceContent::Archive(_)).then(api::ApiCollector::default);
            let facts = held(&believed, sbom.as_ref(), collector.as_mut())?;
            keep_facts(context, digest, &facts);
            let api = collector.map(|it| Box::new(it.interface(&facts)));
            if let Some(api) = &api {
                interface::keep(context, digest, &facts, api);
            }
            (facts, api)
        }
    };
    let Believed { name, read, vouched, is_listed, unsigned, .. } = believed;
    let unsigned = unsigned.map(|it| format!("looked for and not found: {it}"));
    let listed = is_listed.then(|| "api: python.org's API states the same digest".to_owned());
    let sbom = sbom.map(|sbom| {
        let (files, sbom) = (number_of(sbom.files.len(), "file"), sbom_name(&read.artifact));
        format!("sbom: all of {files} have the digests that {sbom} states")
    });
    let acquired = finish(&name, &read, vouched, facts)?;
    Ok(Acquired { is_listed, checked: listed.into_iter().chain(sbom).chain(unsigned).collect(), api, ..acquired })
}

fn keep_facts(context: &Context, digest: Sha256, facts: &ReleaseFacts) {
    let text = serde_json::to_string(facts).unwrap_or_default();
    if let Err(error) = context.cache().put_facts(digest, &text) {
        context.terminal.detail(&format!("the facts were not cached: {error}"));
    }
}

fn finish(artifact: &str, read: &UnverifiedSource, vouched: Vouched, facts: ReleaseFacts) -> Result<Acquired, Failure> {
    let (Vouched { stated, signed, checked }, sha256) = (vouched, read.sha256);
    let kind = if stated.by == Ground::Reconstructed { SourceKind::Reconstructed } else { read.kind };
    let names: String = facts.top_level.iter().flat_map(|it| [it.as_str(), "\n"]).collect();
    let lock_entry = facts.release.map(|version| Locked {
        size: Some(read.size).filter(|_| kind != SourceKind::Reconstructed).or(stated.size),
        identity: signed.as_ref().map(|it| it.identity.clone()),
        issuer: signed.as_ref().map(|it| it.issuer.clone()),
        log_index: signed.as_ref().map(|it| it.log_index),
        signed_at: signed.as_ref().map(|it| it.signed_at.clone()),
        // what is rebuilt here agrees with itself
        checked: if kind == SourceKind::Reconstructed { Vec::new() } else { checked },
        names_sha256: Some(Sha256::of(names.as_bytes())),
        ..Locked::new(version, artifact, sha256, stated.word())
    });
    let provenance = Provenance {
        source: kind,
        artifact: Some(artifact.to_owned()),
        sha256: Some(sha256),
        verified_by: Some(stated.word().to_owned()),
        note: None,
    };
    let (ground, claim) = (stated.by.name(), stated.claim);
    Ok(Acquired {
        baseline: baseline(artifact, facts, provenance)?,
        lock_entry,
        signed,
        ground,
        claim,
        is_listed: false,
        checked: Vec::new(),
        api: None,
    })
}

/// The facts as a baseline, checked as one that is read from a file: cached facts have to make sense too.
fn baseline(name: &str, facts: ReleaseFacts, provenance: Provenance) -> Result<Baseline, Failure> {
    let release =
        facts.release.ok_or_else(|| Failure::new(Exit::Usage, format!("{name} names no release"), "name a release"))?;
    let res = Baseline { series: release.series, provenance, facts };
    Baseline::parse(&res.render()).map_err(|error| {
        let hint = "if they came from the cache, remove its folder and run it again";
        Failure::new(Exit::Trust, format!("the facts of {name} make no sense: {error}"), hint)
    })
}
