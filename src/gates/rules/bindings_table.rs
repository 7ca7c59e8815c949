//! The Rust table that is generated from the manifest has the same intrinsics, each with its function and parameters.

use std::collections::HashSet;

use super::manifest::{symbol, whole};
use crate::gates::{
    finding::{Finding, Place},
    gate::{Gate, GateFacts, Verdict},
};
use crate::{
    audit::{Arm, TableBinding, bindings},
    base::number_of,
};

pub(in crate::gates) const GATE: Gate = Gate {
    id: "bindings-table",
    title: "the generated table is in step with the manifest",
    why: "The runtime resolves intrinsics by it: a name that it lacks fails in the user's program.",
    repair: "Run `python3 tools/gen_intrinsics.py`.",
    is_hard: false,
    molt: None,
    run,
};

fn run(facts: &GateFacts<'_>) -> Verdict {
    let manifest = match whole(facts) {
        Ok(manifest) => manifest,
        Err(verdict) => return verdict,
    };
    let path = &facts.inputs.sources.bindings_table;
    let finding = |line: usize, message: String, name: &str| {
        Finding::new(message).at(path).place(Place::Line(line)).related([name])
    };
    let text = match &facts.inputs.bindings_table {
        Ok(text) => text,
        Err(fault) => return Verdict::Judged(vec![Finding::fault(fault, path)]),
    };
    let (table, arms) = match bindings(text) {
        Ok(found) => found,
        Err(error) => return Verdict::Judged(vec![finding(error.line, error.message, "")]),
    };
    let by_name = manifest.by_name();
    let resolved: HashSet<&str> = arms.iter().map(|it| it.symbol.as_str()).collect();
    let symbols: HashSet<&str> = table.iter().map(|it| it.symbol.as_str()).collect();
    let of_entry = |it: &TableBinding| {
        let Some(definition) = by_name.get(it.name.as_str()) else {
            return Some(format!("`{}` is not in the manifest", it.name));
        };
        if it.symbol != symbol(&it.name, facts.audit().dialect) {
            return Some(format!("`{}` is bound to `{}`", it.name, it.symbol));
        }
        if it.arity != definition.arity {
            let (own, wanted) = (it.arity, definition.arity);
            return Some(format!("`{}` has {} and {wanted} in the manifest", it.name, number_of(own, "parameter")));
        }
        // in August a folder of other files resolves the symbols
        let is_elsewhere = arms.is_empty() && facts.audit().dialect.is_late();
        let is_lost = !is_elsewhere && !resolved.contains(it.symbol.as_str());
        is_lost.then(|| format!("`{}` is in the table and cannot be resolved", it.symbol))
    };
    let of_arm = |it: &Arm| {
        if !symbols.contains(it.symbol.as_str()) {
            return Some(format!("`{}` can be resolved and is not in the table", it.symbol));
        }
        match &it.function {
            Some(function) if *function == it.symbol => None,
            Some(function) => Some(format!("`{}` is resolved to `{function}`", it.symbol)),
            None => Some(format!("`{}` is resolved to no function of the runtime", it.symbol)),
        }
    };
    let mut findings: Vec<Finding> =
        table.iter().filter_map(|it| Some(finding(it.line, of_entry(it)?, &it.name))).collect();
    findings.extend(arms.iter().filter_map(|it| Some(finding(it.line, of_arm(it)?, &it.symbol))));
    let bound: HashSet<&str> = table.iter().map(|it| it.name.as_str()).collect();
    let lost = manifest.definitions.iter().filter(|it| !bound.contains(it.name.as_str()));
    findings.extend(lost.map(|it| finding(1, format!("`{}` of the manifest is not in the table", it.name), &it.name)));
    let order = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let wanted = order(manifest.definitions.iter().map(|it| it.name.as_str()).collect());
    if findings.is_empty() && order(table.iter().map(|it| it.name.as_str()).collect()) != wanted {
        findings.push(finding(1, "its entries are in another order than the manifest's".into(), ""));
    }
    findings.into()
}
