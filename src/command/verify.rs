//! `molt-sync verify`: only the verification, of a file or of a release on a mirror.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    base::{Request, Version},
    command::{
        acquire::{Believed, at_hand, believe_file, believe_release, refuse_address},
        support::{
            context::{Context, Format},
            failure::{Exit, Failure},
        },
    },
    host,
    release::Artifact,
    report::{envelope, json_document},
};

/// What is asked for.
#[derive(Debug, Args)]
pub struct Verify {
    /// A source archive, or a release (3.14.10) to get from the mirror
    #[arg(value_name = "FILE|VERSION")]
    pub what: String,
    /// The release that the file is, where its name does not say so
    #[arg(long = "as", value_name = "VERSION")]
    pub version: Option<String>,
    /// The signature bundle of the file [default: FILE.sigstore]
    #[arg(long, value_name = "FILE")]
    pub bundle: Option<PathBuf>,
}

/// Runs it.
pub fn run(context: &Context, request: &Verify) -> Result<(), Failure> {
    let it = verify(context, request)?;
    if context.options.format == Format::Json {
        let value = envelope(serde_json::json!({
            "artifact": it.name, "version": it.version, "sha256": it.read.sha256, "size": it.read.size,
            "verified_by": it.vouched.stated.by.name(), "checked": it.agree(), "signed": it.vouched.signed,
            "found": checked(&it), "unsigned": it.unsigned, "lock_says": it.vouched.stated.claim,
        }));
        return context.print(&json_document(&value));
    }
    let mut text = format!("{} is CPython {}\n", it.name, it.version);
    text += &format!("  sha256     {}, {} bytes\n", it.read.sha256, it.read.size);
    if let Some(signed) = &it.vouched.signed {
        text += &format!("  signed     {signed}\n");
    }
    text += &format!("  agree      {}\n", it.agree().join(", "));
    text += &format!("  this run   {}\n", checked(&it));
    if let Some(unsigned) = &it.unsigned {
        text += &format!("  not found  {unsigned}\n");
    }
    if let Some(claim) = &it.vouched.stated.claim {
        text += &format!("  lock says  {claim} (not checked by this run)\n");
    }
    context.print(&text)
}

/// What this run checked, in one sentence.
fn checked(it: &Believed) -> String {
    it.vouched.stated.checked_words(it.vouched.signed.as_ref().map(|it| it.identity.as_str()))
}

fn verify(context: &Context, request: &Verify) -> Result<Believed, Failure> {
    let version = request.version.as_deref().map(str::parse::<Version>).transpose()?;
    let (lock, config) = at_hand(context)?;
    let path = Path::new(&request.what);
    match request.what.parse() {
        // whatever the workspace holds: `./3.14.10` is a file
        Ok(Request::Exact(version)) => {
            if request.bundle.is_some() || request.version.is_some() {
                let message = format!("cannot use --bundle and --as with the release {version}");
                return Err(Failure::new(Exit::Usage, message, "name a file with them"));
            }
            believe_release(context, &lock, &config, version)
        }
        Ok(Request::Series(_) | Request::Latest) => Err(no_file(&request.what)),
        Err(_) if !host::is_there(path).map_err(|error| Failure::io("read", path, &error))? => {
            Err(no_file(&request.what))
        }
        Err(_) => believe_file(context, &lock, path, version, request.bundle.as_deref()),
    }
}

/// What was named is neither a file nor an exact release: a series, an archive of a mirror, or nothing.
fn no_file(what: &str) -> Failure {
    if what.is_empty() {
        let hint = "name a file or an exact release: molt-sync verify 3.14.10";
        return Failure::new(Exit::Usage, "cannot verify what has no name", hint);
    }
    if let Err(failure) = refuse_address(what) {
        return failure;
    }
    if let Some(artifact) = Artifact::parse(what) {
        let message = format!("cannot verify {what}: there is no such file");
        let hint = format!(
            "check the path; what a mirror has is verified by its number: molt-sync verify {}",
            artifact.version
        );
        return Failure::new(Exit::Usage, message, hint);
    }
    let hint = "name an exact release: molt-sync verify 3.14.10";
    if let Ok(Request::Series(_) | Request::Latest) = what.parse() {
        let message = format!("cannot verify {what}: that is not an exact release");
        return Failure::new(Exit::Usage, message, hint);
    }
    let message = format!("cannot verify {what}: there is no such file");
    Failure::new(Exit::Usage, message, format!("check the path, or {hint}"))
}
