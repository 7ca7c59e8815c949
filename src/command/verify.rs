//! `molt-sync verify`: only the verification, of a file or of a release on a mirror.

use std::path::{Path, PathBuf};

use super::{
    acquire::{Believed, at_hand, believe_file, believe_release},
    context::{Context, Format},
    failure::{Exit, Failure},
};
use crate::{base::Version, host};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Verify {
    /// A file, or a release.
    pub what: String,
    /// The release that a file is; its name says so by default.
    pub version: Option<Version>,
    /// The signature bundle of a file; by default the one beside it.
    pub bundle: Option<PathBuf>,
}

/// Runs it.
pub fn run(context: &Context, request: &Verify) -> Result<(), Failure> {
    let it = verify(context, request)?;
    if context.options.format == Format::Json {
        let value = serde_json::json!({
            "schema": 1, "artifact": it.name, "version": it.version, "sha256": it.read.sha256, "size": it.read.size,
            "verified_by": it.vouched.stated.by.name(), "checked": it.agree(), "signed": it.vouched.signed,
            "lock_says": it.vouched.stated.claim,
        });
        return context.print(&format!("{value:#}\n"));
    }
    let mut text = format!("{} is CPython {}\n", it.name, it.version);
    text += &format!("  sha256     {}, {} bytes\n", it.read.sha256, it.read.size);
    if let Some(signed) = &it.vouched.signed {
        text += &format!("  signed     {signed}\n");
    }
    text += &format!("  agree      {}\n", it.agree().join(", "));
    text += &format!("  stands on  {}\n", it.vouched.stated.by.name());
    if let Some(claim) = &it.vouched.stated.claim {
        text += &format!("  lock says  {claim} (not checked by this run)\n");
    }
    context.print(&text)
}

fn verify(context: &Context, request: &Verify) -> Result<Believed, Failure> {
    let (lock, config) = at_hand(context)?;
    let path = Path::new(&request.what);
    let is_file = host::is_there(path).map_err(|error| Failure::io("read", path, &error))?;
    match request.what.parse() {
        Ok(version) if !is_file => {
            if request.bundle.is_some() || request.version.is_some() {
                let message = format!("cannot use --bundle and --as with the release {version}");
                return Err(Failure::new(Exit::Usage, message, "name a file with them"));
            }
            believe_release(context, &lock, &config, version)
        }
        _ => believe_file(context, &lock, path, request.version, request.bundle.as_deref()),
    }
}
