//! The clusters of the execution order, for any reader.

use std::collections::BTreeMap;

use super::super::LandedReport;
use crate::{
    audit::{Audit, Graph, Status},
    base::Series,
    clusters::{Candidate, Chain, Cluster, ModuleStanding, OrderStanding},
};

/// What `plan` found.
pub struct PlanReport<'a> {
    /// Every cluster with its modules.
    pub standing: OrderStanding<'a>,
    /// The cluster that alone is shown.
    pub only: Option<&'a str>,
    /// What to do next, the first to do first.
    pub next: Vec<Candidate<'a>>,
    /// What was asked about one module.
    pub why: Option<ModuleEffect<'a>>,
    /// Every module with its status.
    pub audit: &'a Audit,
    /// Which module imports which.
    pub graph: &'a Graph<'a>,
    /// The recorded series by whose names nothing could be measured, with the reason.
    pub unmeasured: &'a BTreeMap<Series, String>,
    /// The series whose names the modules were held against.
    pub measured: &'a [Series],
    /// What was done since a revision, where that was asked.
    pub since: Option<LandedReport>,
}

/// How one module matters to the order.
pub struct ModuleEffect<'a> {
    /// It.
    pub module: ModuleStanding<'a>,
    /// The shortest chain from each module of the order that imports it.
    pub chains: Vec<Chain<'a>>,
    /// The shortest chain to each module that it waits for.
    pub blockers: Vec<Vec<&'a str>>,
}

impl<'a> PlanReport<'a> {
    /// The clusters that are shown.
    pub(super) fn clusters(&self) -> impl Iterator<Item = (&'a Cluster, &[ModuleStanding<'a>])> {
        let all = self.standing.clusters.iter().map(|(cluster, modules)| (*cluster, modules.as_slice()));
        all.filter(|(cluster, _)| self.only.is_none_or(|id| cluster.id == id))
    }

    /// What keeps the final gate from being set: how many modules of each state are left.
    pub(super) fn left(&self) -> Vec<(&'static str, usize)> {
        let states = [Status::Partial, Status::ProbeOnly, Status::PythonOnly, Status::PolicyGate];
        let known = states.into_iter().filter(|it| Status::of(self.audit.dialect).contains(it));
        let mut res: Vec<(&str, usize)> = known.map(|it| (it.word(), self.audit.count(it))).collect();
        res.push(("unreadable", self.audit.unreadable().count()));
        res.retain(|(_, count)| *count > 0);
        res
    }

    /// Whether the gate `intrinsic-partial == 0` can be set, in words.
    pub(super) fn gate(&self) -> String {
        match self.left().as_slice() {
            [] => "the final gate can be set".to_owned(),
            left => {
                let words: Vec<String> = left.iter().map(|(word, count)| format!("{count} {word}")).collect();
                format!("the final gate cannot be set: {}", words.join(", "))
            }
        }
    }

    /// How many modules of a cluster are finished, and how many were where that was asked.
    pub(super) fn finished(&self, modules: &[ModuleStanding<'_>]) -> (usize, Option<usize>) {
        let now = modules.iter().filter(|it| it.is_finished()).count();
        let before = self.since.as_ref().map(|since| {
            let was = |it: &&ModuleStanding<'_>| match since.landed.modules.iter().find(|change| change.name == it.name)
            {
                Some(change) => matches!(change.status.before, Some(Status::Backed | Status::Support)),
                None => it.is_finished(),
            };
            modules.iter().filter(was).count()
        });
        (now, before)
    }

    /// The same in words.
    pub(super) fn progress(&self, modules: &[ModuleStanding<'_>]) -> Option<String> {
        let (now, before) = self.finished(modules);
        let since = self.since.as_ref()?;
        Some(format!("{now} of {} finished, {} at {}", modules.len(), before?, since.since.0))
    }

    /// Why names missing are not measured, in words.
    pub(super) fn unmeasured(&self) -> Option<String> {
        if self.unmeasured.is_empty() {
            return None;
        }
        let each: Vec<String> = self.unmeasured.iter().map(|(series, why)| format!("{series}: {why}")).collect();
        let measured: Vec<String> = self.measured.iter().map(ToString::to_string).collect();
        Some(match measured.as_slice() {
            [] => format!("names missing are not measured: {}", each.join("; ")),
            some => format!("names missing are those of {}; not looked at: {}", some.join(", "), each.join("; ")),
        })
    }

    /// Where the order comes from, in words.
    pub(super) fn source(&self) -> String {
        match self.standing.source {
            Some(path) => format!("order of {path}"),
            None => format!("no plan document states an order: Molt's of {}", self.audit.dialect),
        }
    }
}

/// The status of a module, in words.
pub(super) fn word(module: &ModuleStanding<'_>) -> &'static str {
    match (module.path, module.status) {
        (None, _) => "not in the tree",
        (_, None) => "not readable",
        (_, Some(status)) => status.word(),
    }
}
