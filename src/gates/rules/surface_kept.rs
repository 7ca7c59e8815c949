//! No more public names are missing than the workspace allows itself.

use crate::{
    base::number_of,
    gates::{
        finding::Finding,
        gate::{Gate, GateFacts, Verdict},
        inputs::{MissingNames, ModuleLack},
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
    let count: u64 = by_module.iter().map(|it| it.missing).sum();
    let uncounted: u64 = by_module.iter().map(|it| it.uncounted).sum();
    let Some(room) = most.checked_sub(count) else {
        let over = count - most;
        let message = format!(
            "{} missing, {over} more than surface.max_missing of {most}; most of them in {}",
            number_of(count, "public name"),
            largest(by_module, |it| it.missing)
        );
        // names that come to be not counted take nothing from it
        return Verdict::Judged(vec![Finding::new(message).at(settings).weight(over + uncounted)]);
    };
    if uncounted <= room {
        return Verdict::Judged(Vec::new());
    }
    Verdict::NotJudged(format!(
        "{} missing, and {uncounted} more could not be counted, with which they may be {} more than surface.max_missing of {most}; most of those in {}",
        number_of(count, "public name"),
        uncounted - room,
        largest(by_module, |it| it.uncounted)
    ))
}

/// The modules with the largest numbers, in words.
fn largest(by_module: &[ModuleLack], number: impl Fn(&ModuleLack) -> u64) -> String {
    let mut all: Vec<(&str, u64)> = by_module.iter().map(|it| (it.module.as_str(), number(it))).collect();
    all.retain(|(_, count)| *count > 0);
    all.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let words: Vec<String> = all.iter().take(NAMED).map(|(name, count)| format!("{name} ({count})")).collect();
    words.join(", ")
}
