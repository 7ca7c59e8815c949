//! The tree as the scoreboard counts it, of the workspace or of a commit.

use crate::{
    audit::{Audit, Rules},
    base::Files,
    command::{
        gates::OtherUnion,
        support::{
            failure::{Exit, Failure},
            records::{attestation, dialect},
            unknown::{Of, refuse, unknown},
            workspace::stub_templates,
        },
    },
    config::Config,
    gates::Required,
    python::Meter,
    scoreboard::Tree,
    stdlib::Layout,
};

/// The tree of `files`.
pub(super) fn tree(files: &dyn Files, config: &Config) -> Result<Tree, Failure> {
    let paths = &config.paths;
    // a checker that has statuses which are not known leaves the states in doubt; without the attestation there are none
    let (doubts, none): (Vec<_>, Vec<_>) = unknown(files, config, true)?
        .into_iter()
        .filter(|it| it.of == Of::Statuses)
        .partition(|it| it.path == paths.checker);
    refuse(&none)?;
    let attestation = attestation(files, paths)?;
    let templates = stub_templates(files, paths)?;
    let rules = Rules {
        dialect: dialect(files, config)?,
        attested: &attestation.modules,
        stubs: Some(&templates),
        is_early: attestation.is_unread,
    };
    let layout = Layout::read(files, &paths.stdlib)?;
    let audit = Audit::of_layout(files, &paths.stdlib, &layout, rules, &Meter::default())?;
    let other = OtherUnion::new(files, config);
    let (required, fault) = Required::of_workspace(files, &paths.union, || other.get());
    other.whole()?;
    // a union that is not there is another one; one that is damaged is none
    if let (Some(fault), true) = (fault, files.read(&paths.union)?.is_some()) {
        let message = format!("cannot count the names that are missing: {}", fault.message);
        return Err(Failure::new(Exit::Usage, message, format!("restore {} from git", paths.union)));
    }
    let doubt = doubts.first().map(|it| format!("by the rules of {}: {}", audit.dialect, it.why));
    Ok(Tree { doubt, ..Tree::new(&audit, &layout, &required) })
}
