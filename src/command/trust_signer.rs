//! `molt-sync trust signer`, as it is asked for.

use clap::Args;

use crate::{
    base::Version,
    command::support::failure::{Exit, Failure},
    release::ReviewedSigner,
};

/// A signer, as a person names it.
#[derive(Debug, Args)]
pub struct SignerArgs {
    /// The series that the signer signs (3.15)
    series: String,
    /// The first release that this signer signs; the first of the series by default
    #[arg(long, value_name = "VERSION")]
    from: Option<String>,
    /// The last release that this signer signs; all that come by default
    #[arg(long, value_name = "VERSION")]
    until: Option<String>,
    /// The e-mail address in the signing certificate
    #[arg(long, value_name = "EMAIL")]
    identity: String,
    /// The issuer in the signing certificate, who vouches for that address
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// The name of the person who reviewed it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The reason why the signer is trusted, recorded with it
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl SignerArgs {
    /// The signer that enters the lock.
    pub(super) fn signer(self) -> Result<ReviewedSigner, Failure> {
        let end = |it: Option<String>| it.map(|text| text.parse::<Version>()).transpose();
        let ends = (end(self.from)?, end(self.until)?);
        let texts = [self.identity, self.issuer, self.by, self.reason];
        ReviewedSigner::new(self.series.parse()?, ends, texts)
            .map_err(|why| Failure::new(Exit::Usage, format!("cannot take the signer: {why}"), "correct that option"))
    }
}
