//! No more public names are missing than the workspace allows itself.

use crate::{
    base::number_of,
    gates::{
        finding::Finding,
        gate::{Gate, GateFacts, Verdict},
        inputs::MissingNames,
    },
};

/// Its id.
pub const ID: &str = "surface-kept";

pub(in crate::gates) const GATE: Gate = Gate {
    id: ID,
    title: "no more public names are missing than surface.max_missing allows",
    why: "A module can be there and lack half of its functions. The number of public names that the tree lacks may only go down.",
    repair: "Bind the names again: `molt-sync surface` lists them by module. After progress, `molt-sync surface --tighten` lowers the number.",
    is_hard: false,
    molt: None,
    run,
};

/// The modules that a finding names.
const NAMED: usize = 5;

fn run(facts: &GateFacts<'_>) -> Verdict {
    let Some(MissingNames { most, settings, by_module }) = &facts.inputs.surface else {
        return Verdict::NotJudged("surface.max_missing is not set in molt-sync.toml".into());
    };
    let by_module = match by_module {
        Ok(it) => it,
        Err(why) => return Verdict::NotJudged(why.clone()),
    };
    let count: u64 = by_module.iter().map(|(_, count)| *count as u64).sum();
    let Some(over) = count.checked_sub(*most).filter(|it| *it > 0) else { return Verdict::Judged(Vec::new()) };
    let mut largest: Vec<&(String, usize)> = by_module.iter().filter(|(_, count)| *count > 0).collect();
    largest.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name));
    let words: Vec<String> = largest.iter().take(NAMED).map(|(name, count)| format!("{name} ({count})")).collect();
    let message = format!(
        "{} missing, {over} more than surface.max_missing of {most}; most of them in {}",
        number_of(count, "public name"),
        words.join(", ")
    );
    Verdict::Judged(vec![Finding::new(message).at(settings).weight(over)])
}
