//! A release that nobody vouches for, for a look at what it would change: its facts, which nothing may write down as those of
//! a release, and its digest nowhere, because whoever reviews it has to take that from elsewhere.

use super::{
    believed::Acquired,
    look::{baseline, look},
    read::{archive_read, facts_of},
};
use crate::{
    archive::Limits,
    base::{Request, Sha256, Version},
    command::support::{context::Context, failure::Failure, source::Source},
    config::Config,
    release::Artifact,
    stdlib::{Provenance, SourceKind},
};

/// What a report says of who vouches for it.
pub(in crate::command) const NOBODY: &str = "nobody";

/// The facts of what was asked for; none where there is nothing to look into, or where it is not an answer.
pub(in crate::command) fn unvouched(
    context: &Context,
    config: &Config,
    (source, request): (&Source, Request),
    (version, artifact): &(Version, String),
) -> Result<Option<Acquired>, Failure> {
    let found = match source {
        Source::Path(_) | Source::Interpreter(_) => look(source)?,
        Source::Bundled => return Ok(None),
        Source::Mirror => {
            let Some(published) = Artifact::parse(artifact) else { return Ok(None) };
            let mirror = context.open_mirror(config.releases_from.as_deref())?;
            context
                .terminal
                .note(&format!("getting {artifact} from {} for a look; nothing vouches for it", mirror.name()));
            let Some(bytes) = mirror.small(&published.path(), Limits::default().compressed)? else { return Ok(None) };
            let sha256 = Sha256::of(&bytes);
            let read = archive_read(artifact.clone(), bytes, sha256);
            let facts = facts_of(&read, Some(*version), None)?;
            let provenance = Provenance {
                source: SourceKind::ReleaseArchive,
                artifact: Some(artifact.clone()),
                sha256: None,
                verified_by: None,
                note: None,
            };
            baseline(artifact, facts, provenance)?
        }
    };
    let fits = match request {
        Request::Latest => true,
        Request::Series(series) => found.series == series,
        Request::Exact(wanted) => found.facts.release == Some(wanted),
    };
    if !fits {
        return Ok(None);
    }
    let provenance = Provenance { sha256: None, ..found.provenance.clone() };
    Ok(Some(Acquired {
        baseline: crate::stdlib::Baseline { provenance, ..found },
        lock_entry: None,
        signed: None,
        ground: NOBODY,
        claim: None,
        is_listed: false,
        checked: Vec::new(),
        api: None,
    }))
}
