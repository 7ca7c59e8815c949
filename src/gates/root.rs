//! There is a tree to judge.

use super::{Facts, Finding, Gate, Headline, Verdict};

pub(super) const GATE: Gate = Gate {
    id: "stdlib-root",
    title: "there is a tree of modules",
    why: "Without the tree every other gate would pass by not looking.",
    repair: "Run it in a Molt checkout, or set paths.stdlib in molt-sync.toml.",
    is_hard: false,
    molt: Some(("1", Headline::Line)),
    run,
};

fn run(facts: &Facts<'_>) -> Verdict {
    let sources = &facts.inputs.sources;
    let line = format!("stdlib root missing: {}/{}", sources.root, sources.stdlib);
    let finding = || Finding::new(format!("there is no folder {}", sources.stdlib)).at(&sources.stdlib).headline(line);
    Verdict::Judged((!facts.inputs.has_root).then(finding).into_iter().collect())
}
