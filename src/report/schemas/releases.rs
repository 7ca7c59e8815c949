//! What is printed of releases: what is recorded, what is believed, and what is newer.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::{
    release::{LockClaim, sigstore::Signed},
    stdlib::{Delta, ModuleKind},
};

/// `molt-sync baseline diff`
#[derive(Debug, JsonSchema)]
pub struct DifferenceForm {
    /// The version of this form.
    pub schema: u32,
    /// The older side.
    pub old: String,
    /// The newer side.
    pub new: String,
    /// What changed, sorted by name.
    pub delta: Delta,
}

/// `molt-sync baseline show`
#[derive(Debug, JsonSchema)]
pub struct Baselines {
    /// The version of this form.
    pub schema: u32,
    /// The records that were asked for.
    pub baselines: Vec<RecordForm>,
}

/// The record of a series, or what a release holds.
#[derive(Debug, JsonSchema)]
pub struct RecordForm {
    /// The series.
    pub series: String,
    /// Where the facts came from.
    pub provenance: ProvenanceForm,
    /// Always false: to show a record checks nothing.
    pub checked_by_this_run: bool,
    /// The release; null where only names are known.
    pub release: Option<String>,
    /// The names of `sys.stdlib_module_names`.
    pub top_level: Vec<String>,
    /// Every required name.
    pub modules: BTreeMap<String, StdlibModuleForm>,
    /// Names that are left out, and why they are known to be tests.
    pub test_only: BTreeMap<String, String>,
    /// Files that are not modules although they end in `.py`, each with the reason.
    pub not_importable: BTreeMap<String, String>,
}

/// Where facts came from and what was checked when they were recorded.
#[derive(Debug, JsonSchema)]
pub struct ProvenanceForm {
    /// The kind of source: `release-archive`, `source-tree`, `interpreter`, `assembled`, `reconstructed` or `imported`.
    pub source: String,
    /// The file that they came from.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub artifact: Option<String>,
    /// Its digest.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// What the digest was compared with.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<String>,
    /// What a reader has to know besides.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One importable name.
#[derive(Debug, JsonSchema)]
pub struct StdlibModuleForm {
    /// How it comes to be importable.
    pub kind: ModuleKind,
    /// Its file inside the release.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The platforms that it is limited to, as `sys.platform` spells them.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub platforms: Option<Vec<String>>,
}

/// `molt-sync baseline verify`
#[derive(Debug, JsonSchema)]
pub struct InterpreterForm {
    /// The version of this form.
    pub schema: u32,
    /// The interpreter, in words.
    pub interpreter: String,
    /// The recorded release.
    pub baseline: String,
    /// How many differences nothing explains.
    pub unexplained: usize,
    /// Every difference.
    pub differences: Vec<Unlike>,
    /// Names that were not imported, because that does more than import them.
    pub not_imported: Vec<String>,
}

/// One name in which they differ.
#[derive(Debug, JsonSchema)]
pub struct Unlike {
    /// The name.
    pub name: String,
    /// The difference in words, seen from the record.
    pub difference: String,
    /// What explains it; null where nothing does.
    pub because: Option<String>,
}

/// `molt-sync verify`
#[derive(Debug, JsonSchema)]
pub struct Verified {
    /// The version of this form.
    pub schema: u32,
    /// The file.
    pub artifact: String,
    /// The release.
    pub version: String,
    /// Its digest.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is believed by.
    pub verified_by: String,
    /// What was compared, and agrees.
    pub checked: Vec<String>,
    /// Who signed it, where this run verified that.
    pub signed: Option<Signed>,
    /// What this run checked, in one sentence.
    pub found: String,
    /// Why there is no signature, where there is none.
    pub unsigned: Option<String>,
    /// What the lock says of it, which this run did not check.
    pub lock_says: Option<LockClaim>,
}

/// `molt-sync trust show`
#[derive(Debug, JsonSchema)]
pub struct Trusted {
    /// The version of this form.
    pub schema: u32,
    /// The releases of the lock.
    pub releases: Vec<LockedRelease>,
    /// The signers that the lock names.
    pub signers: Vec<SignerForm>,
}

/// A release of the lock, and what this run could check of it.
#[derive(Debug, JsonSchema)]
pub struct LockedRelease {
    /// The release.
    pub version: String,
    /// The file.
    pub artifact: String,
    /// Its digest.
    pub sha256: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// What the lock says of it.
    pub lock_says: LockClaim,
    /// What was checked when it was locked, as the lock says.
    pub lock_says_checked: Vec<String>,
    /// The digest of the public names that were read of it.
    pub names_sha256: Option<String>,
    /// What this run held the digest against.
    pub checked_now: Vec<String>,
}

/// A signer that a person reviewed.
#[derive(Debug, JsonSchema)]
pub struct SignerForm {
    /// The series.
    pub series: String,
    /// The first release that it may have signed.
    pub from: Option<String>,
    /// The last one.
    pub until: Option<String>,
    /// Who signs.
    pub identity: String,
    /// Who vouches for them.
    pub issuer: String,
    /// Who reviewed it.
    pub reviewed_by: String,
    /// Why.
    pub reason: String,
    /// Always false: the lock names it.
    pub is_built_in: bool,
}

/// `molt-sync trust add`
#[derive(Debug, JsonSchema)]
pub struct DigestAdded {
    /// The version of this form.
    pub schema: u32,
    /// The release.
    pub version: String,
    /// The file.
    pub artifact: String,
    /// Its digest.
    pub sha256: String,
    /// Whether it was not there before.
    pub changed: bool,
}

/// `molt-sync trust signer`
#[derive(Debug, JsonSchema)]
pub struct SignerAdded {
    /// The version of this form.
    pub schema: u32,
    /// The series.
    pub series: String,
    /// Who signs.
    pub identity: String,
    /// Who vouches for them.
    pub issuer: String,
    /// Whether it was not there before.
    pub changed: bool,
}

/// `molt-sync trust resolve`
#[derive(Debug, JsonSchema)]
pub struct LockResolved {
    /// The version of this form.
    pub schema: u32,
    /// The lock.
    pub path: String,
    /// Whether there was a conflict, which is settled.
    pub settled: bool,
    /// How many entries of the other side came in.
    pub added: usize,
    /// The signers, by their identity, that the other side alone believes and that came in.
    pub signers: Vec<String>,
}

/// `molt-sync audit-upstream`
#[derive(Debug, JsonSchema)]
pub struct Upstream {
    /// The version of this form.
    pub schema: u32,
    /// Releases that were compared.
    pub releases: Vec<PublishedForm>,
    /// Archives at which it could not be looked.
    pub unseen: Vec<LeftOut>,
    /// Those that were not, and why.
    pub left_out: Vec<LeftOut>,
    /// Releases that are recorded from an archive of which the lock has no entry.
    pub unlocked: Vec<UnlockedRecord>,
    /// How many archives were not read whole.
    pub unread: usize,
    /// Releases against which the calendar says something.
    pub doubted: Vec<Doubted>,
    /// Whether the calendar was asked, in words.
    pub recalls: String,
}

/// A record of which nothing is compared.
#[derive(Debug, JsonSchema)]
pub struct UnlockedRecord {
    /// The release.
    pub version: String,
    /// The file that it was made from.
    pub artifact: String,
}

/// A release of the lock, and what is published of it.
#[derive(Debug, JsonSchema)]
pub struct PublishedForm {
    /// The release.
    pub version: String,
    /// The file.
    pub artifact: String,
    /// The digest that is locked.
    pub sha256: String,
    /// `same`, `new-signature`, `gone`, `signature-gone`, `signature-changed` or `uploaded`
    pub standing: String,
    /// Why.
    pub why: String,
}

/// A release that was not compared.
#[derive(Debug, JsonSchema)]
pub struct LeftOut {
    /// The release.
    pub version: String,
    /// The file.
    pub artifact: String,
    /// Why.
    pub why: String,
}

/// What the calendar says against a release.
#[derive(Debug, JsonSchema)]
pub struct Doubted {
    /// The release.
    pub version: String,
    /// Whether it was recalled; else a note is not understood.
    pub is_recalled: bool,
    /// The note.
    pub note: String,
}
