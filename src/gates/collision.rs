//! A name that is both a file and a package: which of them is imported would depend on the importer.

use super::{Facts, Level};
use crate::stdlib::ROOT_MODULE;

pub(super) fn run(facts: &Facts<'_>, level: Level) -> Vec<(String, String)> {
    let names = facts.layout.names.iter().filter(|(name, _)| level.has(name) && *name != ROOT_MODULE);
    let both = names.filter_map(|(name, places)| Some((name, places.module.as_ref()?, places.package.as_ref()?)));
    both.map(|(name, module, package)| (name.clone(), format!("`{name}` is both {module} and {package}"))).collect()
}
