//! The manifest of intrinsics is there, can be read, and names functions that the runtime has.

use crate::audit::Manifest;
use crate::base::{Dialect, FileError};
use crate::gates::{
    finding::{Finding, Place},
    gate::{Gate, GateFacts, Headline, Verdict},
};

pub(in crate::gates) const PRESENT: Gate = Gate {
    id: "manifest",
    title: "there is a manifest of intrinsics",
    why: "It says which intrinsics there are; without it any name would do.",
    repair: "Restore the file from git, or set paths.manifest in molt-sync.toml.",
    is_hard: false,
    molt: Some(("8", Headline::Crash)),
    run: run_present,
};

pub(in crate::gates) const FORM: Gate = Gate {
    id: "manifest-form",
    title: "the manifest is well-formed",
    why: "Molt's generator stops at a definition that it cannot read or that is there twice.",
    repair: "Write each intrinsic once, as `def name(parameters) -> type: ...`.",
    is_hard: false,
    molt: None,
    run: run_form,
};

pub(in crate::gates) const SYMBOLS: Gate = Gate {
    id: "manifest-symbols",
    title: "every intrinsic is a function of the runtime",
    why: "An intrinsic without a function does not link.",
    repair: "Write the function in the runtime, or take the definition out of the manifest.",
    is_hard: false,
    molt: None,
    run: run_symbols,
};

fn run_present(facts: &GateFacts<'_>) -> Verdict {
    let path = &facts.inputs.sources.manifest;
    match &facts.inputs.manifest {
        Err(fault) => Verdict::Judged(vec![Finding::fault(fault, path)]),
        // Molt's checker goes on with it, and knows no name
        Ok(manifest) if manifest.names.is_empty() => {
            Verdict::Judged(vec![Finding::new("it defines no intrinsic").at(path).ours()])
        }
        Ok(_) => Verdict::Judged(Vec::new()),
    }
}

/// The manifest, or why no gate compares anything with it.
pub(super) fn whole<'a>(facts: &GateFacts<'a>) -> Result<&'a Manifest, Verdict> {
    let Ok(manifest) = &facts.inputs.manifest else {
        return Err(unread(facts));
    };
    match manifest.damage().filter(|_| !facts.mode.as_molt) {
        Some(why) => Err(Verdict::NotJudged(format!("the manifest is damaged: {why}"))),
        None => Ok(manifest),
    }
}

fn unread(facts: &GateFacts<'_>) -> Verdict {
    Verdict::NotJudged(format!("{} cannot be read", facts.inputs.sources.manifest))
}

fn run_form(facts: &GateFacts<'_>) -> Verdict {
    let Ok(manifest) = &facts.inputs.manifest else { return unread(facts) };
    let path = &facts.inputs.sources.manifest;
    if let Err(error) = FileError::unless_merged(path, &manifest.text) {
        return Verdict::Judged(vec![Finding::new(error.to_string()).at(path)]);
    }
    let fault = |(line, what): &(usize, String)| {
        Finding::new(what.clone()).at(path).place(Place::Line(*line)).related([what.clone()])
    };
    manifest.faults.iter().map(fault).collect()
}

/// The function behind an intrinsic: of the same name, with one exception in February (a fact of Molt's generator).
pub fn symbol(name: &str, dialect: Dialect) -> &str {
    if name == "molt_async_sleep" && !dialect.is_late() { "molt_async_sleep_new" } else { name }
}

fn run_symbols(facts: &GateFacts<'_>) -> Verdict {
    let manifest = match whole(facts) {
        Ok(manifest) => manifest,
        Err(verdict) => return verdict,
    };
    let functions = match &facts.inputs.runtime_functions {
        Ok(Some(functions)) => functions,
        Ok(None) => {
            return Verdict::NotJudged(format!("there is no Rust source below {}", facts.inputs.sources.runtime));
        }
        // the gate of the table says so
        Err(error) if error.path == facts.inputs.sources.bindings_table => {
            return Verdict::NotJudged(format!("{} cannot be read", error.path));
        }
        Err(error) => return Verdict::Judged(vec![Finding::new(error.to_string()).at(&error.path)]),
    };
    let symbol = |name: &'_ str| symbol(name, facts.audit().dialect).to_owned();
    let lost = manifest.definitions.iter().filter(|it| !functions.contains(&symbol(&it.name)));
    lost.map(|it| {
        let message = format!("no function `{}` is in {}", symbol(&it.name), facts.inputs.sources.runtime);
        let finding = Finding::new(message).at(&facts.inputs.sources.manifest).place(Place::Line(it.line));
        finding.related([it.name.clone()])
    })
    .collect()
}
