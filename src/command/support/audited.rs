//! Every module of a tree with its status, by the settings of that tree, for who asks for no more of it.

use crate::{
    audit::{Attestation, Audit, Rules},
    base::Files,
    command::support::{
        failure::{Exit, Failure},
        unknown::refuse,
    },
    config::Config,
    workspace::{SourceEffect, attestation, dialect, stub_templates, unknown},
};

/// The audit, and what is attested.
///
/// # Errors
/// When something that the statuses follow from is missing or cannot be read.
pub(in crate::command) fn audited(files: &dyn Files, config: &Config) -> Result<(Audit, Attestation), Failure> {
    let unknown: Vec<_> =
        unknown(files, config, true)?.into_iter().filter(|it| it.of == SourceEffect::Statuses).collect();
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

/// The most modules of a tree that is looked through: each is held against all that it imports.
const MOST_MODULES: usize = 10_000;

/// Refuses a tree that is too large to be looked through.
pub(in crate::command) fn bounded(audit: &Audit) -> Result<(), Failure> {
    let count = audit.records.len();
    if count <= MOST_MODULES {
        return Ok(());
    }
    let message = format!("cannot plan for {count} modules: more than {MOST_MODULES} are not looked through");
    Err(Failure::new(Exit::Usage, message, "name the folder of the modules in [paths] of molt-sync.toml"))
}
