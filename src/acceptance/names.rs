//! What of CPython's public names the modules of a tree lack, as point 9 needs it.

use std::collections::BTreeMap;

use crate::base::Series;

/// What is known of the names.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    /// Each module that a release has, with what is lacking.
    pub modules: BTreeMap<String, LackingNames>,
    /// The series whose names were compared.
    pub series: Vec<Series>,
    /// The recorded series whose names are not at hand, with the reason.
    pub absent: BTreeMap<Series, String>,
}

impl KnownNames {
    /// The public names that a module lacks; none where that is not known.
    pub fn missing(&self, module: &str) -> Option<Vec<String>> {
        Some(self.modules.get(module)?.missing.iter().map(|it| it.0.clone()).collect())
    }
}

/// One module.
#[derive(Debug, Clone, Default)]
pub struct LackingNames {
    /// How many public names it has to have.
    pub required: usize,
    /// Those that it lacks, each with the series that require it.
    pub missing: Vec<(String, Vec<Series>)>,
    /// Those of which its syntax does not say whether it has them.
    pub unknown: Vec<String>,
    /// What of the module was not looked at, in words.
    pub not_looked_at: Vec<String>,
}
