//! `molt-sync trust`: the lock, and a digest that a person reviewed.

use clap::{Subcommand, builder::NonEmptyStringValueParser as Text};

use crate::{
    base::{RelPath, Sha256, Staged, Version, digest::DigestError, line, printable, says_something},
    command::{
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
            workspace::Workspace,
        },
        trust_resolve,
        trust_signer::SignerArgs,
    },
    release::{Artifact, Expected, Ground, Lock, LockClaim, Locked, RECONSTRUCTED, REVIEWED, ReviewedSigner, expected},
    report::{envelope, json_document},
    workspace::{lock, lock_text},
};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Show the releases and signers in the lock
    Show,
    /// Add a digest that a person reviewed
    Add {
        /// The release that the artifact is of (3.14.10)
        version: String,
        /// The artifact's file name, or `source-tree` or `interpreter`
        #[arg(long, value_name = "NAME")]
        artifact: String,
        /// The artifact's SHA-256 digest, in hex
        #[arg(long, value_name = "HEX")]
        sha256: String,
        /// The name of the person who reviewed it
        #[arg(long, value_name = "NAME", value_parser = Text::new())]
        by: String,
    },
    /// Add a signer that a person reviewed, where a series has changed hands and this molt-sync does not know yet
    Signer(SignerArgs),
    /// Join both sides of the lock where a merge has left a conflict in it
    Resolve,
}

/// Runs it.
pub fn run(context: &Context, command: TrustCommand) -> Result<(), Failure> {
    match command {
        TrustCommand::Show => {
            let (workspace, lock) = opened(context, false)?;
            show(context, &lock, &workspace.config.paths.lock)
        }
        TrustCommand::Add { version, artifact, sha256, by } => {
            let version = version.parse()?;
            let sha256 = sha256.parse().map_err(|error: DigestError| {
                Failure::new(Exit::Usage, error.to_string(), "copy it from where you reviewed it")
            })?;
            add(context, (version, &artifact, sha256), by.trim())
        }
        TrustCommand::Signer(it) => add_signer(context, &it.signer()?),
        TrustCommand::Resolve => trust_resolve::run(context),
    }
}

fn opened(context: &Context, writes: bool) -> Result<(Workspace, Lock), Failure> {
    let workspace = context.workspace_for(writes)?;
    let lock = lock(&workspace.disk, &workspace.config.paths)?;
    Ok((workspace, lock))
}

fn add_signer(context: &Context, signer: &ReviewedSigner) -> Result<(), Failure> {
    let (workspace, mut lock) = opened(context, true)?;
    let path = &workspace.config.paths.lock;
    let is_new = lock.add_signer(signer.clone());
    let mut staged = Staged::new(&workspace.disk);
    staged.write(path, lock_text(&lock, &workspace.config.paths)?)?;
    workspace.apply(&staged.into_edits())?;
    if context.options.format == Format::Json {
        let value = envelope(
            serde_json::json!({ "series": signer.series, "identity": signer.identity, "issuer": signer.issuer, "changed": is_new }),
        );
        return context.print(&json_document(&value));
    }
    let done = if is_new { "was added" } else { "was there already" };
    context.print(&format!("{} of {} {done} in {path}\n", signer.identity, signer.part()))
}

/// Adds the digest of an artifact of a release, which that person reviewed.
fn add(context: &Context, (version, artifact, sha256): (Version, &str, Sha256), by: &str) -> Result<(), Failure> {
    let (workspace, mut lock) = opened(context, true)?;
    let path = &workspace.config.paths.lock;
    let is_archive = Artifact::parse(artifact).map(|it| it.version);
    let is_zip = artifact.strip_suffix(".zip").is_some_and(|it| !it.is_empty() && !it.contains(['/', '\\']));
    let is_known = matches!(artifact, "source-tree" | "interpreter") || (is_archive.is_none() && is_zip);
    if !is_known && is_archive != Some(version) {
        let message = format!("`{artifact}` is not an artifact of CPython {version}");
        let hint = format!("name Python-{version}.tgz, Python-{version}.tar.xz, a .zip, source-tree or interpreter");
        return Err(Failure::new(Exit::Usage, message, hint));
    }
    if !says_something(by) {
        return Err(Failure::new(Exit::Usage, "a reviewed digest needs the reviewer's name", "add --by NAME"));
    }
    if let Ok(known) = expected(&lock, version, artifact)
        && known.sha256 != sha256
        && known.claim.as_ref().is_none_or(|it| it.verified_by != RECONSTRUCTED)
    {
        return Err(contradicted(artifact, sha256, &known, path));
    }
    let entry = Locked::new(version, artifact, sha256, REVIEWED);
    lock.record(Locked { reviewed_by: Some(by.to_owned()), ..entry });
    // refuses a digest that contradicts what is pinned or locked already
    expected(&lock, version, artifact)?;
    let mut staged = Staged::new(&workspace.disk);
    staged.write(path, lock_text(&lock, &workspace.config.paths)?)?;
    let edits = staged.into_edits();
    workspace.apply(&edits)?;
    let done = if edits.is_empty() { "was there already" } else { "was added" };
    if context.options.format == Format::Json {
        let text = envelope(
            serde_json::json!({ "version": version, "artifact": artifact, "sha256": sha256, "changed": !edits.is_empty() }),
        );
        return context.print(&json_document(&text));
    }
    context.print(&line(&format!("{artifact} of CPython {version} with digest {sha256} {done} in {path}")))
}

/// A digest that another one stands against already: nothing of it is in the lock.
fn contradicted(artifact: &str, sha256: Sha256, known: &Expected, path: &RelPath) -> Failure {
    let (by, is) = (known.stated_by(), known.sha256);
    let message = format!("cannot add {sha256} for {artifact}: the digests disagree, because {is} is known ({by})");
    let hint = if known.by == Ground::Pinned {
        "nothing was added; compare the digest with where it comes from: the one in molt-sync is that of python.org's release"
            .to_owned()
    } else {
        format!(
            "nothing was added; compare the digest with where it comes from; where the entry in {path} is the wrong one, take that out first"
        )
    };
    Failure::new(Exit::Trust, message, hint)
}

/// The lock as what it is, words of whoever wrote it, and beside each entry what this run could check by itself.
fn show(context: &Context, lock: &Lock, path: &RelPath) -> Result<(), Failure> {
    let rows = lock.releases.iter().map(|it| TrustRow::new(context, lock, it)).collect::<Result<Vec<_>, _>>()?;
    if context.options.format == Format::Json {
        let signers: Vec<_> = lock
            .signers
            .iter()
            .map(|it| {
                serde_json::json!({
                    "series": it.series, "from": it.from, "until": it.until, "identity": it.identity, "issuer": it.issuer,
                    "reviewed_by": it.reviewed_by, "reason": it.reason, "is_built_in": false,
                })
            })
            .collect();
        let value = serde_json::json!({ "schema": 2, "releases": rows, "signers": signers });
        return context.print(&json_document(&value));
    }
    let mut text = String::new();
    if rows.is_empty() && lock.signers.is_empty() {
        text += &context.located(&format!(
            "nothing is locked: {path} has no entry\n  a release that is signed enters it with `molt-sync refresh`, and a digest that a person reviewed with `molt-sync trust add`\n"
        ));
    }
    for it in &rows {
        let name = printable(it.artifact);
        let now = if it.checked_now.is_empty() { "nothing".to_owned() } else { it.checked_now.join(", ") };
        text += &format!("{} {name} {}; the lock says: {}; checked now: {now}\n", it.version, it.sha256, it.lock_says);
    }
    for it in &lock.signers {
        let (identity, issuer) = (printable(&it.identity), printable(&it.issuer));
        let (by, why) = (printable(&it.reviewed_by), printable(&it.reason));
        text += &format!(
            "signer of {}: {identity} ({issuer}), not built in; the lock says: reviewed by {by}: {why}\n",
            it.part()
        );
    }
    context.print(&text)
}

#[derive(serde::Serialize)]
struct TrustRow<'a> {
    version: Version,
    artifact: &'a str,
    sha256: Sha256,
    size: Option<u64>,
    lock_says: LockClaim,
    lock_says_checked: &'a [String],
    names_sha256: Option<Sha256>,
    /// What this run held the digest against.
    checked_now: Vec<String>,
}

impl<'a> TrustRow<'a> {
    fn new(context: &Context, lock: &Lock, it: &'a Locked) -> Result<Self, Failure> {
        let mut checked_now = Vec::new();
        if let Ok(pinned) = expected(&Lock::default(), it.version, &it.artifact) {
            let is_same = pinned.sha256 == it.sha256;
            checked_now
                .push(if is_same { "the built-in digest agrees" } else { "the built-in digest is another" }.to_owned());
        }
        if let Some(bundle) = context.cache().bundle(it.sha256) {
            checked_now.push(
                match context.root_of_trust()?.verify_any(&bundle, it.sha256, &lock.signers_of(it.version)) {
                    Ok(signed) => format!("the signature in the cache holds, {signed}"),
                    Err(refusal) => format!("the signature in the cache is not believed: {refusal}"),
                },
            );
        }
        Ok(Self {
            version: it.version,
            artifact: &it.artifact,
            sha256: it.sha256,
            size: it.size,
            lock_says: it.claim(),
            lock_says_checked: &it.checked,
            names_sha256: it.names_sha256,
            checked_now,
        })
    }
}
