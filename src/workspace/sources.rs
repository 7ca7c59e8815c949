//! What cannot be read off a tree: where a source is missing or strange, what follows from it is not known, and nothing is
//! written that states it.

use super::damage::Reading;
use crate::{
    audit::{Spoken, reads, spoken},
    base::{Dialect, Files, RelPath},
    config::Config,
    docs::Facts,
};

/// What follows from a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceEffect {
    /// The states of the modules.
    Statuses,
    /// What the union of the supported series requires.
    Union,
    /// The same where the tree's own checker reads no union: no document of such a tree can be expected to state it.
    NoUnion,
}

/// The constant of the attestation, by which a checker that reads it is known.
pub const ATTESTED: &str = "STDLIB_FULLY_COVERED_MODULES";
/// That of the union.
const UNION: &str = "STDLIB_MODULE_UNION";

/// A source that does not say it.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Which.
    pub path: RelPath,
    /// What is not known for it, in words.
    pub why: String,
    /// What puts it right.
    pub repair: String,
    /// What follows from it.
    pub of: SourceEffect,
}

/// The sources of a tree that do not say what they should; `has_union` where there is a union file.
pub fn unknown(files: &dyn Files, config: &Config, has_union: bool) -> Reading<Vec<Unknown>> {
    let paths = &config.paths;
    let mut res = Vec::new();
    let mut add = |path: &RelPath, why: String, repair: String, of: SourceEffect| {
        res.push(Unknown { path: path.clone(), why, repair, of });
    };
    let restore = |path: &RelPath, key: &str| {
        format!("restore {path} from git, or set {key} below [paths] in molt-sync.toml to where it is")
    };
    if config.audit.dialect.is_none()
        && let Spoken::Unknown(_, why) = spoken(files, &paths.stdlib, &paths.checker)?
    {
        let why = format!("{why}, so the states of the modules are not known");
        let names = Dialect::ALL.map(|it| format!("\"{it}\"")).join(" or ");
        let repair = format!(
            "use a molt-sync that knows these rules, or set dialect = {names} below [audit] in molt-sync.toml, where {} still judges by those",
            paths.checker
        );
        add(&paths.checker, why, repair, SourceEffect::Statuses);
    }
    // one that cannot be used is told by whoever reads it
    let is_missing = match files.read(&paths.attestation) {
        Err(error) if error.is_about_the_file() => false,
        other => other?.is_none(),
    };
    let reads = |name: &str| reads(files, &paths.stdlib, &paths.checker, name);
    if is_missing && reads(ATTESTED)? {
        let path = &paths.attestation;
        let why = format!("there is no {path}, so which modules are finished is not known");
        add(path, why, restore(path, "attestation"), SourceEffect::Statuses);
    }
    if !has_union {
        let path = &paths.union;
        let of = if reads(UNION)? { SourceEffect::Union } else { SourceEffect::NoUnion };
        let why = format!("there is no {path}, so what the supported series require is not known");
        add(path, why, restore(path, "union"), of);
    }
    Ok(res)
}

impl SourceEffect {
    /// Whether it is what a fact says.
    pub fn has(self, id: &str) -> bool {
        const COUNTED: [&str; 4] =
            ["stdlib.total", "stdlib.extras", "stdlib.missing-top-level", "stdlib.missing-submodules"];
        const OF_UNION: [&str; 5] =
            ["series", "newest-series", "stdlib.extras", "stdlib.missing-top-level", "stdlib.missing-submodules"];
        match self {
            Self::Statuses => {
                let is_status = id.starts_with("stdlib.") && !COUNTED.contains(&id);
                is_status || id.starts_with("module.") || id.starts_with("cluster.") || id == "ratchet.slack"
            }
            Self::Union | Self::NoUnion => OF_UNION.contains(&id) || id.starts_with("union."),
        }
    }
}

/// Takes out of the facts what is not known.
pub fn forget(facts: &mut Facts, all: &[Unknown]) {
    if !all.is_empty() {
        facts.forget(|it| all.iter().any(|unknown| unknown.of.has(&it.id)));
    }
}
