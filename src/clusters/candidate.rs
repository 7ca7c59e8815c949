//! What to convert next, and why: the order of the clusters first, then what waits for nothing, then by what it brings: names
//! missing, times modules that import it, times tests that are ready.

use std::{cmp::Reverse, collections::HashMap};

use super::{Cluster, KnownTree, ModuleStanding, OrderStanding};
use crate::{base::number_of, stdlib::ROOT_MODULE};

/// One module that could be next.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// The module.
    pub module: ModuleStanding<'a>,
    /// The cluster that it is in, or that waits for it; none where it is in none.
    pub cluster: Option<&'a Cluster>,
    /// The modules of that cluster that wait for it.
    pub blocks: Vec<&'a str>,
    /// What it brings.
    pub score: usize,
}

/// Where a module stands in the order.
#[derive(Default)]
struct OrderPlace<'a> {
    cluster: Option<&'a Cluster>,
    step: usize,
    blocks: Vec<&'a str>,
}

/// Every unfinished module, the first to do first.
pub fn candidates<'a>(standing: &OrderStanding<'a>, known: &KnownTree<'a>) -> Vec<Candidate<'a>> {
    let mut places: HashMap<&'a str, OrderPlace<'a>> = HashMap::new();
    for (cluster, module) in standing.modules().filter(|(_, it)| !it.is_finished()) {
        let own = std::iter::once((module.name, None));
        for (name, waiting) in own.chain(module.blocked_by.iter().map(|it| (*it, Some(module.name)))) {
            let place = places.entry(name).or_insert_with(|| OrderPlace {
                cluster: Some(cluster),
                step: module.step,
                ..OrderPlace::default()
            });
            // what waits in a later cluster is not what makes it urgent
            let is_same = place.cluster.is_some_and(|it| it.order == cluster.order);
            place.blocks.extend(waiting.filter(|_| is_same));
        }
    }
    let unfinished = known.audit.by_name().map(|it| it.name.as_str()).filter(|it| *it != ROOT_MODULE);
    let absent = standing.modules().map(|(_, it)| it).filter(|it| it.path.is_none()).map(|it| it.name);
    let mut res: Vec<Candidate<'a>> = Vec::new();
    for name in unfinished.chain(absent) {
        let place = places.remove(name).unwrap_or_default();
        let module = ModuleStanding::new(name, place.step, known, (&standing.dependents, &standing.unconverted));
        if module.is_finished() {
            continue;
        }
        let missing = module.missing_names.as_ref().map_or(1, Vec::len);
        let score = missing.saturating_mul(1 + module.dependents).saturating_mul(1 + module.tests.targeted);
        res.push(Candidate { module, cluster: place.cluster, blocks: place.blocks, score });
    }
    res.sort_by_key(|it| {
        let order = it.cluster.map_or(usize::MAX, |it| it.order);
        (order, it.module.step, !it.module.blocked_by.is_empty(), Reverse(it.score), it.module.name)
    });
    res
}

impl Candidate<'_> {
    /// Why it is where it is, in words.
    pub fn reason(&self) -> String {
        let it = &self.module;
        let state = match (it.path, it.is_stub, it.has_marker) {
            (None, ..) => "the tree does not have it",
            (_, true, _) => "it is only a stub",
            (_, _, true) => "it says itself that it is not finished",
            _ => "it is not attested",
        };
        let missing = match &it.missing_names {
            Some(names) => format!("{} missing", number_of(names.len(), "name")),
            None => "names missing not measured".to_owned(),
        };
        let importers = match it.dependents {
            1 => "1 module imports it".to_owned(),
            count => format!("{count} modules import it"),
        };
        let mut parts = vec![state.to_owned(), missing, importers];
        parts.push(format!("{} ready", number_of(it.tests.targeted, "test")));
        if !self.blocks.is_empty() {
            parts.push(format!("{} waits for it", self.blocks.join(", ")));
        }
        if !it.blocked_by.is_empty() {
            parts.push(format!("it waits for {}", it.waits_for()));
        }
        parts.join("; ")
    }
}
