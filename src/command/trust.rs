//! `molt-sync trust`: the lock, and a digest that a person reviewed.

use super::{
    context::{Context, Format},
    failure::{Exit, Failure},
    state::lock,
};
use crate::{
    base::{Sha256, Staged, Version, line},
    release::{Artifact, Locked, expected},
};

/// One of the subcommands.
#[derive(Debug, Clone)]
pub enum TrustCommand {
    /// What is locked.
    Show,
    /// A reviewed digest enters the lock.
    Add {
        /// The release.
        version: Version,
        /// The file name, or `source-tree` or `interpreter`.
        artifact: String,
        /// Its digest.
        sha256: Sha256,
        /// Who reviewed it.
        by: String,
    },
}

/// Runs it.
pub fn run(context: &Context, command: &TrustCommand) -> Result<(), Failure> {
    let workspace = context.workspace_for(matches!(command, TrustCommand::Add { .. }))?;
    let path = &workspace.config.paths.lock;
    let mut lock = lock(&workspace.disk, &workspace.config.paths)?;
    match command {
        TrustCommand::Show => {
            if context.options.format == Format::Json {
                let rows: Vec<_> = lock.releases.iter().map(Row::new).collect();
                let text = serde_json::json!({ "schema": 1, "releases": rows });
                return context.print(&format!("{text:#}\n"));
            }
            let rows = lock.releases.iter().map(|it| {
                let by = it.reviewed_by.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
                let signer = it.identity.as_deref().map(|name| format!(", signed by {name}")).unwrap_or_default();
                line(&format!("{} {} {} {}{by}{signer}", it.version, it.artifact, it.sha256, it.verified_by))
            });
            context.print(&rows.collect::<String>())
        }
        TrustCommand::Add { version, artifact, sha256, by } => {
            let is_archive = Artifact::parse(artifact).map(|it| it.version);
            let is_zip = artifact.strip_suffix(".zip").is_some_and(|it| !it.is_empty() && !it.contains(['/', '\\']));
            let is_known =
                matches!(artifact.as_str(), "source-tree" | "interpreter") || (is_archive.is_none() && is_zip);
            if !is_known && is_archive != Some(*version) {
                let message = format!("`{artifact}` is no artifact of CPython {version}");
                let hint =
                    format!("name Python-{version}.tgz, Python-{version}.tar.xz, a .zip, source-tree or interpreter");
                return Err(Failure::new(Exit::Usage, message, hint));
            }
            if by.trim().is_empty() {
                return Err(Failure::new(Exit::Usage, "a reviewed digest needs the reviewer's name", "add --by NAME"));
            }
            let entry = Locked::new(*version, artifact, *sha256, "reviewed");
            lock.record(Locked { reviewed_by: Some(by.trim().to_owned()), ..entry });
            // refuses a digest that contradicts what is pinned or locked already
            expected(&lock, *version, artifact)?;
            let mut staged = Staged::new(&workspace.disk);
            staged.write(path, lock.text())?;
            let edits = staged.into_edits();
            workspace.apply(&edits)?;
            let done = if edits.is_empty() { "was there already" } else { "was added" };
            if context.options.format == Format::Json {
                let text = serde_json::json!({ "schema": 1, "version": version, "artifact": artifact, "sha256": sha256, "changed": !edits.is_empty() });
                return context.print(&format!("{text:#}\n"));
            }
            context.print(&line(&format!("{artifact} of CPython {version} with digest {sha256} {done} in {path}")))
        }
    }
}

#[derive(serde::Serialize)]
struct Row<'a> {
    version: Version,
    artifact: &'a str,
    sha256: Sha256,
    size: Option<u64>,
    verified_by: &'a str,
    reviewed_by: Option<&'a str>,
    identity: Option<&'a str>,
    issuer: Option<&'a str>,
    log_index: Option<u64>,
    signed_at: Option<&'a str>,
    checked: &'a [String],
    names_sha256: Option<Sha256>,
}

impl<'a> Row<'a> {
    fn new(it: &'a Locked) -> Self {
        let (artifact, verified_by) = (it.artifact.as_str(), it.verified_by.as_str());
        Self {
            version: it.version,
            artifact,
            sha256: it.sha256,
            size: it.size,
            verified_by,
            reviewed_by: it.reviewed_by.as_deref(),
            identity: it.identity.as_deref(),
            issuer: it.issuer.as_deref(),
            log_index: it.log_index,
            signed_at: it.signed_at.as_deref(),
            checked: &it.checked,
            names_sha256: it.names_sha256,
        }
    }
}
