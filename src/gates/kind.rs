//! A package of CPython that is a single file here: its submodules could not be imported. The other way round is fine.

use super::{Facts, Level};

pub(super) fn run(facts: &Facts<'_>, level: Level) -> Vec<(String, String)> {
    let packages = match level {
        Level::Top => facts.union.packages(),
        Level::Below => facts.union.subpackages(),
    };
    let wrong = packages.into_iter().filter_map(|name| {
        let places = facts.layout.places(name);
        let module = places.module.filter(|_| places.package.is_none())?;
        Some((name.to_owned(), format!("`{name}` is a package in CPython and {module} is a single file")))
    });
    wrong.collect()
}
