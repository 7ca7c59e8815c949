//! Every module of a tree with its status, by the settings of that tree, for who asks for no more of it.

use crate::{
    audit::{Attestation, Audit, Rules},
    base::Files,
    command::support::{
        failure::Failure,
        records::{attestation, dialect},
        unknown::{Of, refuse, unknown},
        workspace::stub_templates,
    },
    config::Config,
};

/// The audit, and what is attested.
///
/// # Errors
/// When something that the statuses follow from is missing or cannot be read.
pub(in crate::command) fn audited(files: &dyn Files, config: &Config) -> Result<(Audit, Attestation), Failure> {
    let unknown: Vec<_> = unknown(files, config, true)?.into_iter().filter(|it| it.of == Of::Statuses).collect();
    refuse(&unknown)?;
    let attestation = attestation(files, &config.paths)?;
    let templates = stub_templates(files, &config.paths)?;
    let rules = Rules {
        dialect: dialect(files, config)?,
        attested: &attestation.modules,
        stubs: Some(&templates),
        is_early: attestation.is_unread,
    };
    let audit = Audit::run(files, &config.paths.stdlib, rules)?;
    Ok((audit, attestation))
}
