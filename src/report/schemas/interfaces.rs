//! The forms of what `impact`, `surface` and `api show` print with `--format json`, as types from which JSON Schemas are made.

use std::collections::BTreeMap;

use schemars::JsonSchema;

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
    pub changes: Vec<ApiChangeForm>,
    /// What could not be compared.
    pub not_looked_at: Vec<UnseenForm>,
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

/// One difference.
#[derive(Debug, JsonSchema)]
pub struct ApiChangeForm {
    /// The module.
    pub module: String,
    /// The name in it, dotted; empty for the module itself.
    pub name: String,
    /// What happened.
    pub kind: ChangeKindForm,
    /// The same in words; what is deprecated in part, the words say.
    pub text: String,
    /// What the name depends on, in words.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The series in which it is to be removed, or takes effect.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
    /// The places that say so: P and a file of the library, C and one of C code, D and one of the documentation, W and a list of what is
    /// to be removed.
    pub provenance: Vec<String>,
    /// How much it concerns the workspace.
    pub concern: ConcernForm,
    /// Whether its module is attested.
    pub attested: bool,
}

/// What happened to a name.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum ChangeKindForm {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It is elsewhere, or called otherwise.
    Moved,
    /// It takes other arguments.
    Signature,
    /// It is another kind of thing, or it is public and was not, or the other way round.
    Kind,
    /// It, or a use of it, is deprecated.
    Deprecated,
    /// It does something else, as the documentation says.
    Behaviour,
}

/// How much a change concerns the workspace, the most urgent first.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum ConcernForm {
    /// A module that is attested or on intrinsics lacks a new name.
    LacksName,
    /// A function of a module on intrinsics takes other arguments.
    Parameters,
    /// Something is removed, or has a date for it.
    Removal,
    /// A module in work does something else.
    Behaviour,
    /// A new name in a module that is only a stub.
    Stub,
    /// Anything else.
    Other,
}

/// What was not looked at.
#[derive(Debug, JsonSchema)]
pub struct UnseenForm {
    /// The module.
    pub module: String,
    /// Why.
    pub why: String,
}

/// `molt-sync surface`
#[derive(Debug, JsonSchema)]
pub struct SurfaceForm {
    /// The version of this form.
    pub schema: u32,
    /// The releases whose names are required.
    pub releases: Vec<SideForm>,
    /// Each module whose names are known.
    pub modules: Vec<ModuleSurface>,
    /// Sums over the modules.
    pub totals: TotalsForm,
    /// The modules that are attested and lack a name.
    pub attested_with_missing: Vec<String>,
    /// The most names that may be missing; null where the settings say none.
    pub max_missing: Option<u64>,
    /// How many names all modules lack together, also those that are not shown; null where only some modules were asked for.
    pub missing_in_all: Option<u64>,
    /// Series and modules that were not looked at.
    pub not_looked_at: Vec<UnseenPart>,
    /// What became of that number, with `--tighten` alone.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub tightened: Option<TightenedForm>,
}

/// What a module binds.
#[derive(Debug, JsonSchema)]
pub struct ModuleSurface {
    /// The module.
    pub module: String,
    /// How many public names it has to have.
    pub required: usize,
    /// Those that it binds.
    pub present: Vec<String>,
    /// Those that it does not.
    pub missing: Vec<String>,
    /// Those of which its syntax does not say it.
    pub unknown: Vec<String>,
    /// Whether it is attested as fully covered.
    pub attested: bool,
    /// The series that require each missing name, where those are not all.
    pub required_by: BTreeMap<String, Vec<String>>,
    /// What of the module in CPython was not looked at.
    #[schemars(skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<String>,
}

/// Sums over modules.
#[derive(Debug, JsonSchema)]
pub struct TotalsForm {
    /// Modules whose names are known.
    pub modules: usize,
    /// Public names that they have to have.
    pub required: usize,
    /// Names that are bound.
    pub present: usize,
    /// Names that are not.
    pub missing: usize,
    /// Names of which it is not known.
    pub unknown: usize,
    /// Modules whose names are not known.
    pub not_looked_at: usize,
    /// Attested modules that lack a name.
    pub attested_with_missing: usize,
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

/// How the ratchet was tightened.
#[derive(Debug, JsonSchema)]
pub struct TightenedForm {
    /// The number before; null where there was none.
    pub before: Option<u64>,
    /// The number now.
    pub after: u64,
    /// The change, where it is only shown.
    pub patch: Option<String>,
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
    pub deprecated: Option<DeprecatedForm>,
    /// Its public names, and those of its classes.
    pub names: Vec<NameForm>,
    /// What the documentation dates.
    pub notes: Vec<NoteForm>,
    /// What is announced to be removed.
    pub removals: Vec<RemovalForm>,
    /// What of it was not looked at.
    pub not_looked_at: Vec<UnseenForm>,
}

/// That something is deprecated.
#[derive(Debug, JsonSchema)]
pub struct DeprecatedForm {
    /// The series in which it is to be removed, or takes effect.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
    /// The series since which it is deprecated.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// True where only a use of it is; not there otherwise.
    #[schemars(skip_serializing_if = "std::ops::Not::not")]
    pub partly: bool,
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
    pub deprecated: Option<DeprecatedForm>,
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

/// One dated directive of the documentation.
#[derive(Debug, JsonSchema)]
pub struct NoteForm {
    /// The module.
    pub module: String,
    /// The object of it, dotted; empty for the module itself.
    pub name: String,
    /// `added`, `changed`, `deprecated` or `removed`.
    pub kind: String,
    /// Since when.
    pub version: String,
    /// When it is to be removed.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub removal: Option<String>,
    /// Its words.
    pub text: String,
    /// Where it stands.
    pub place: String,
}

/// One announcement of a removal.
#[derive(Debug, JsonSchema)]
pub struct RemovalForm {
    /// The series in which it is to be removed.
    pub version: String,
    /// The module under which it is listed.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// The objects that its words link to.
    pub targets: Vec<String>,
    /// Its words.
    pub text: String,
    /// Where it stands.
    pub place: String,
}
