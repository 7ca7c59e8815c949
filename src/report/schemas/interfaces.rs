//! The forms of what `impact`, `surface` and `api show` print with `--format json`, as types from which JSON Schemas are made.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::{
    impact::{
        SurfaceRow, SurfaceTotals, Unseen, Weighed,
        api::{Note, Removal},
    },
    python::Deprecated,
    report::Tightened,
};

/// `molt-sync impact`
#[derive(Debug, JsonSchema)]
pub struct ImpactForm {
    /// The version of this form.
    pub schema: u32,
    /// The older side.
    pub old: SideForm,
    /// The newer side.
    pub new: SideForm,
    /// How many changes of each kind there are.
    pub counts: BTreeMap<String, usize>,
    /// The changes, most important first.
    pub changes: Vec<Weighed>,
    /// What could not be compared.
    pub not_looked_at: Vec<Unseen>,
}

/// A release, and what it was read from.
#[derive(Debug, JsonSchema)]
pub struct SideForm {
    /// The release.
    pub release: String,
    /// The file.
    pub artifact: String,
    /// Whether its digest was verified.
    pub verified: bool,
}

/// `molt-sync surface`
#[derive(Debug, JsonSchema)]
pub struct SurfaceForm {
    /// The version of this form.
    pub schema: u32,
    /// The releases whose names are required.
    pub releases: Vec<SideForm>,
    /// Each module whose names are known.
    pub modules: Vec<SurfaceRow>,
    /// Sums over the modules.
    pub totals: SurfaceTotals,
    /// The modules that are attested and lack a name.
    pub attested_with_missing: Vec<String>,
    /// The most names that may be missing; null where the settings say none.
    pub max_missing: Option<u64>,
    /// How many names all modules lack together, also those that are not shown; null where only some modules were asked for.
    pub missing_in_all: Option<u64>,
    /// Of how many names their text does not show whether they are bound, of those that every usual build has; null as above.
    pub uncounted_in_all: Option<u64>,
    /// Series and modules that were not looked at.
    pub not_looked_at: Vec<UnseenPart>,
    /// What became of that number, with `--tighten` alone.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub tightened: Option<Tightened>,
}

/// A series or a module that was not looked at.
#[derive(Debug, JsonSchema)]
pub struct UnseenPart {
    /// The series, where it is one.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// The module, where it is one.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Why.
    pub why: String,
}

/// `molt-sync api show`
#[derive(Debug, JsonSchema)]
pub struct ApiShowForm {
    /// The version of this form.
    pub schema: u32,
    /// The module.
    pub module: String,
    /// The release.
    pub release: Option<String>,
    /// The file that was read.
    pub artifact: String,
    /// Whether its digest was verified.
    pub verified: bool,
    /// The module's file, if it is Python.
    pub path: Option<String>,
    /// The module that it is another name of.
    pub same_as: Option<String>,
    /// That it is deprecated.
    pub deprecated: Option<Deprecated>,
    /// Its public names, and those of its classes.
    pub names: Vec<NameForm>,
    /// What the documentation dates.
    pub notes: Vec<Note>,
    /// What is announced to be removed.
    pub removals: Vec<Removal>,
    /// What of it was not looked at.
    pub not_looked_at: Vec<Unseen>,
}

/// One name.
#[derive(Debug, JsonSchema)]
pub struct NameForm {
    /// The name, dotted for what is of a class.
    pub name: String,
    /// `function`, `class`, `method`, `property`, `data` or `module`.
    pub kind: String,
    /// What it takes, as it is written; null where that is not known.
    pub signature: Option<String>,
    /// The same, one by one.
    pub parameters: Option<Vec<ParameterForm>>,
    /// The places that say so.
    pub provenance: Vec<String>,
    /// Where it is defined, if not here.
    pub origin: Option<String>,
    /// What it depends on, in words.
    pub condition: Option<String>,
    /// That it is deprecated.
    pub deprecated: Option<Deprecated>,
}

/// One parameter.
#[derive(Debug, JsonSchema)]
pub struct ParameterForm {
    /// Its name.
    pub name: String,
    /// How it is given: `positional-only`, `plain`, `variadic`, `keyword-only` or `keywords`.
    pub kind: String,
    /// Its default, as it is written.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}
