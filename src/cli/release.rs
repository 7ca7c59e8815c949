//! The arguments of what deals with releases as they are published.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::{
    base::Version,
    command::{Failure, Verify},
};

#[derive(Debug, ClapArgs)]
pub(super) struct VerifyArgs {
    /// A source archive, or a release (3.14.10) to get from the mirror
    #[arg(value_name = "FILE|VERSION")]
    what: String,
    /// The release that the file is, where its name does not say so
    #[arg(long = "as", value_name = "VERSION")]
    version: Option<String>,
    /// The signature bundle of the file [default: FILE.sigstore]
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

impl VerifyArgs {
    pub(super) fn request(self) -> Result<Verify, Failure> {
        let version = self.version.map(|text| text.parse::<Version>()).transpose()?;
        Ok(Verify { what: self.what, version, bundle: self.bundle })
    }
}
