//! What a change means for the workspace, and in which order its readers want to hear of it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    change::{ApiChange, ChangeKind},
    shims::{ShimStanding, Shims},
};

/// How much a change concerns the workspace, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Concern {
    /// A module that is attested or on intrinsics lacks a new name.
    LacksName,
    /// A function of a module on intrinsics takes other arguments.
    Parameters,
    /// Something is removed, or has a date for it.
    Removal,
    /// A module that is attested or on intrinsics does something else.
    Behaviour,
    /// A new name in a module that is only a stub.
    Stub,
    /// Anything else.
    Other,
}

impl Concern {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::LacksName, Self::Parameters, Self::Removal, Self::Behaviour, Self::Stub, Self::Other];

    /// Its word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::LacksName => "lacks-name",
            Self::Parameters => "parameters",
            Self::Removal => "removal",
            Self::Behaviour => "behaviour",
            Self::Stub => "stub",
            Self::Other => "other",
        }
    }

    /// The heading of its changes.
    pub fn title(self) -> &'static str {
        match self {
            Self::LacksName => "New names that modules on intrinsics lack",
            Self::Parameters => "Other arguments of functions in modules on intrinsics",
            Self::Removal => "Removals, by date",
            Self::Behaviour => "Other behaviour of modules on intrinsics",
            Self::Stub => "New names in stubs",
            Self::Other => "Everything else",
        }
    }
}

/// What the workspace has of each module.
#[derive(Default)]
pub struct Here<'a> {
    /// The modules that are attested.
    pub attested: BTreeSet<String>,
    /// The modules that are on intrinsics and more than a stub.
    pub lowered: BTreeSet<String>,
    /// What its modules bind.
    pub shims: Option<&'a Shims>,
}

/// A change with what it means.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Weighed {
    /// The change.
    #[serde(flatten)]
    pub change: ApiChange,
    /// How much it concerns the workspace.
    pub concern: Concern,
    /// Whether its module is attested.
    pub attested: bool,
}

/// The changes, most important first.
pub fn weigh(changes: Vec<ApiChange>, here: &Here<'_>) -> Vec<Weighed> {
    let known = changes.clone();
    let lacking = lacking(&known, here);
    let mut res: Vec<Weighed> = Vec::new();
    for change in changes {
        let attested = here.attested.contains(&change.module);
        let is_work = attested || here.lowered.contains(&change.module);
        // what a class has its file's own names do not show
        let lacks = || change.name.contains('.') || lacking.contains(&(change.module.as_str(), change.name.as_str()));
        let concern = match change.kind {
            ChangeKind::Added if is_work && change.condition.is_none() && lacks() => Concern::LacksName,
            ChangeKind::Kind if is_work && !change.name.contains('.') && lacks() => Concern::LacksName,
            ChangeKind::Signature | ChangeKind::Kind if is_work => Concern::Parameters,
            ChangeKind::Removed | ChangeKind::Moved => Concern::Removal,
            ChangeKind::Deprecated if change.removal.is_some() => Concern::Removal,
            ChangeKind::Behaviour | ChangeKind::Deprecated if is_work => Concern::Behaviour,
            ChangeKind::Added if !is_work => Concern::Stub,
            _ => Concern::Other,
        };
        res.push(Weighed { change, concern, attested });
    }
    let date = |it: &Weighed| it.change.removal.as_deref().map(series);
    res.sort_by(|a, b| {
        let key = |it: &Weighed| {
            (it.concern, !it.attested, date(it), it.change.module.clone(), it.change.name.clone(), it.change.kind)
        };
        key(a).cmp(&key(b))
    });
    res
}

/// The new names that the workspace's modules do not bind, as far as their syntax shows it.
fn lacking<'a>(changes: &'a [ApiChange], here: &Here<'_>) -> BTreeSet<(&'a str, &'a str)> {
    let Some(shims) = here.shims else { return BTreeSet::new() };
    let mut asked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let may_lack = |it: &&ApiChange| matches!(it.kind, ChangeKind::Added | ChangeKind::Kind) && !it.name.is_empty();
    for it in changes.iter().filter(may_lack) {
        asked.entry(&it.module).or_default().push(&it.name);
    }
    let asked: Vec<(&str, Vec<&str>)> = asked.into_iter().collect();
    let standings = shims.all(&asked);
    let all = asked.iter().zip(standings).flat_map(|((module, _), all)| {
        let lacked = all.into_iter().filter(|(_, it)| *it != ShimStanding::Present);
        lacked.map(|(name, _)| (*module, name)).collect::<Vec<_>>()
    });
    all.collect()
}

/// A series as it can be compared.
fn series(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|it| it.parse().unwrap_or(u32::MAX));
    (parts.next().unwrap_or(u32::MAX), parts.next().unwrap_or(0))
}
