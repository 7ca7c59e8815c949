//! A name that some supported series has and the tree has not: importing it would fail at build time only.

use super::{Facts, Level};

pub(super) fn run(facts: &Facts<'_>, level: Level) -> Vec<(String, String)> {
    let required = match level {
        Level::Top => facts.union.top_level(),
        Level::Below => facts.union.submodules(),
    };
    let missing = required.into_iter().filter(|name| !facts.layout.places(name).exist());
    missing.map(|name| (name.to_owned(), format!("`{name}` is required and there is no file for it"))).collect()
}
