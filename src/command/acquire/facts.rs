//! Facts from the source that a user named, verified before they are believed.

use super::{
    believe::{believe, held},
    believed::{Acquired, Believed},
    interface,
    look::baseline,
    mirror,
    read::{SourceContent, UnverifiedSource, archive_read, facts_of, read_interpreter, read_path, sbom_name, sbom_of},
    verify::Vouched,
};
use crate::{
    base::{Request, Sha256, number_of, path_word},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
        source::Source,
    },
    config::Config,
    impact::api,
    release::{Artifact, Ground, Lock, Locked, RECONSTRUCTED, Recalls, Suffix},
    stdlib::{Provenance, ReleaseFacts, SourceKind, bundled_series, reconstruct},
};

/// Facts of a release that a digest vouches for.
pub(in crate::command) fn acquire(
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
            let again = format!("molt-sync refresh VERSION --source {}", path_word(&path.display().to_string()));
            from_read(context, lock, (read_path(path)?, &again), request)
        }
        Source::Interpreter(path) => from_read(context, lock, (read_interpreter(path)?, ""), request),
    }
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
