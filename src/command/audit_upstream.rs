//! `molt-sync audit-upstream`: every locked release against what is published now.

use super::{
    context::{Context, Format},
    failure::{Exit, Failure},
    state::lock,
};
use crate::{
    archive::Limits,
    base::number_of,
    host::{Mirror, MirrorError},
    release::{
        Artifact, Locked, Published, RECONSTRUCTED, Standing, compare, signer,
        sigstore::{BUNDLE_LIMIT, BUNDLE_SUFFIX},
    },
};

/// Runs it: 0 where nothing changed, 3 where something is gone, 4 where something is not what it was. With `downloads` the
/// archives are read whole; without, their lengths and what their signatures are about have to do.
pub fn run(context: &Context, downloads: bool) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let lock = lock(&workspace.disk, &workspace.config.paths)?;
    let mirror = context.open_mirror(workspace.config.releases_from.as_deref())?;
    let root = context.root_of_trust()?;
    let mut rows = Vec::new();
    for locked in lock.releases.iter().filter(|it| it.verified_by != RECONSTRUCTED) {
        let Some(artifact) = Artifact::parse(&locked.artifact) else { continue };
        let published = published(&mirror, artifact, locked, downloads)?;
        rows.push((locked, compare(locked, &published, &root, signer(locked.version).as_ref())));
    }
    let worst = rows.iter().map(|(_, (standing, _))| *standing).max().unwrap_or(Standing::Same);
    let exit = match worst {
        Standing::Same | Standing::NewSignature => Exit::Done,
        Standing::Gone | Standing::SignatureGone => Exit::Person,
        Standing::SignatureChanged | Standing::Uploaded => Exit::Trust,
    };
    let text = if context.options.format == Format::Json { json(&rows) } else { human(&rows, &mirror.name()) };
    context.print(&text).map(|()| exit)
}

type Row<'a> = (&'a Locked, (Standing, String));

fn json(rows: &[Row<'_>]) -> String {
    let row = |(locked, (standing, why)): &Row<'_>| serde_json::json!({ "version": locked.version, "artifact": locked.artifact, "sha256": locked.sha256, "standing": standing, "why": why });
    let rows: Vec<_> = rows.iter().map(row).collect();
    format!("{:#}\n", serde_json::json!({ "schema": 1, "releases": rows }))
}

fn human(rows: &[Row<'_>], name: &str) -> String {
    let mut text = String::new();
    for (locked, (standing, why)) in rows {
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        text += &format!("{} {}{why}\n", locked.artifact, standing.name());
    }
    let changed = rows.iter().filter(|(_, (it, _))| *it > Standing::NewSignature).count();
    text + &format!("{} compared with {name}, {changed} not as locked\n", number_of(rows.len(), "release"))
}

fn published(mirror: &Mirror, artifact: Artifact, locked: &Locked, downloads: bool) -> Result<Published, MirrorError> {
    let path = artifact.path();
    let bundle = mirror.small(&format!("{path}{BUNDLE_SUFFIX}"), BUNDLE_LIMIT)?;
    if downloads {
        let read = mirror.whole(&path, Limits::default().compressed)?;
        let (sha256, size) = read.map_or((None, None), |(bytes, sha256)| (Some(sha256), Some(bytes.len() as u64)));
        return Ok(Published { archive: sha256.is_some(), sha256, size, bundle });
    }
    let names = mirror.list(&artifact.version.base().to_string())?;
    let archive = names.is_none_or(|names| names.contains(&locked.artifact));
    Ok(Published { archive, sha256: None, size: mirror.size(&path)?, bundle })
}
