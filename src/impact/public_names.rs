//! The public names that a release requires of each module: the small part of its interface by which a tree is judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::api::{Api, Kind, MEMBERS_OF};
use crate::base::Version;

/// The public names of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicNames {
    /// Which release.
    pub release: Option<Version>,
    /// Each module that was looked at.
    pub modules: BTreeMap<String, NamesOfModule>,
    /// Each module that was not, with the reason.
    pub not_looked_at: BTreeMap<String, String>,
}

/// The public names of a module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamesOfModule {
    /// Each name, and whether every usual build has it.
    pub names: BTreeMap<String, bool>,
    /// The platforms that the module is limited to, as `sys.platform` spells them; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// What of the module was not looked at, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_looked_at: Vec<String>,
}

impl PublicNames {
    /// Those of an interface: names of modules, without what a usual build for Linux does not have.
    pub fn of(api: &Api) -> Self {
        let of_module = |(module, it): (&String, &super::api::ModuleApi)| {
            let names =
                it.names.iter().filter(|(name, it)| !name.contains('.') && it.is_usual() && it.kind != Kind::Module);
            let names = names.map(|(name, it)| (name.clone(), it.condition.is_none())).collect();
            let unseen = it.not_looked_at.iter().filter(|it| !it.starts_with(MEMBERS_OF)).cloned();
            let platforms = it.platforms.clone();
            (module.clone(), NamesOfModule { names, platforms, not_looked_at: unseen.collect() })
        };
        Self {
            release: api.release,
            modules: api.modules.iter().map(of_module).collect(),
            not_looked_at: api.not_looked_at.clone(),
        }
    }

    /// Whether the release has a module.
    pub fn has(&self, module: &str) -> bool {
        self.modules.contains_key(module) || self.not_looked_at.contains_key(module)
    }
}
