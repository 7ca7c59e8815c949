//! Facts of anything, believed by nobody.

use super::read::{facts_of, read_interpreter, read_path, sbom_of};
use crate::{
    command::support::{
        failure::{Exit, Failure},
        source::Source,
    },
    stdlib::{Baseline, Provenance, ReleaseFacts},
};

/// Facts of anything, believed by nobody: for a look.
pub(in crate::command) fn look(source: &Source) -> Result<Baseline, Failure> {
    let read = match source {
        Source::Path(path) => read_path(path)?,
        Source::Interpreter(path) => read_interpreter(path)?,
        Source::Mirror | Source::Bundled => {
            return Err(Failure::new(
                Exit::Usage,
                "there is nothing to look into",
                "name an archive, a source tree or interpreter:PATH",
            ));
        }
    };
    let sbom = sbom_of(&read, None)?;
    let facts = facts_of(&read, None, sbom.as_ref())?;
    baseline(
        &read.artifact,
        facts,
        Provenance {
            source: read.kind,
            artifact: Some(read.artifact.clone()),
            sha256: Some(read.sha256),
            verified_by: None,
            note: None,
        },
    )
}

/// The facts as a baseline, checked as one that is read from a file: cached facts have to make sense too.
pub(super) fn baseline(name: &str, facts: ReleaseFacts, provenance: Provenance) -> Result<Baseline, Failure> {
    let release =
        facts.release.ok_or_else(|| Failure::new(Exit::Usage, format!("{name} names no release"), "name a release"))?;
    let res = Baseline { series: release.series, provenance, facts };
    Baseline::parse(&res.render()).map_err(|error| {
        let hint = "if they came from the cache, remove its folder and run it again";
        Failure::new(Exit::Trust, format!("the facts of {name} make no sense: {error}"), hint)
    })
}
