//! Why an artifact is believed to be a release, and whether that is what is in it.

use super::{
    believed::Believed,
    mirror,
    read::{UnverifiedSource, look_inside, read_path, sbom_of},
    unknown::{artifact_of, called, unknown},
    verify::vouch,
};
use crate::{
    base::{Request, Version, path_word},
    command::support::{
        context::Context,
        failure::{Exit, Failure},
    },
    config::Config,
    host,
    impact::api,
    release::{Artifact, Lock, Recalls, Sbom, by_digest, sigstore::BUNDLE_LIMIT},
    stdlib::ReleaseFacts,
};

/// Its digest says which release it may be, or the signature beside it does. `again` is the command that says so, with
/// `VERSION` in it.
pub(super) fn believe(
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
pub(in crate::command) fn believe_file(
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
    let again = format!("molt-sync verify {} --as VERSION", path_word(&path.display().to_string()));
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
pub(in crate::command) fn believe_release(
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
pub(super) fn held(
    believed: &Believed,
    sbom: Option<&Sbom>,
    interface: Option<&mut api::ApiCollector>,
) -> Result<ReleaseFacts, Failure> {
    let facts = look_inside(&believed.read, Some(believed.version), sbom, interface);
    facts.map_err(|failure| match believed.vouched.signed {
        Some(_) => Failure { exit: Exit::Trust, ..failure },
        None => failure,
    })
}
