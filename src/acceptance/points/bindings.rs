//! Point 3: the generated files say of each intrinsic what the manifest says: the stub file, the table, and what resolves the
//! symbols, which is a part of the table in 2026-02 and a folder beside it in 2026-08.

use crate::{
    acceptance::{
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence},
    },
    base::number_of,
};

pub(in crate::acceptance) fn bindings(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    let sources = &facts.inputs.sources;
    if let Err(fault) = &facts.inputs.bindings_stub {
        found.missing(PointEvidence::of(&sources.bindings_stub, fault.message.clone()));
    }
    if let Err(why) = &facts.table {
        found.missing(PointEvidence::of(&sources.bindings_table, why.clone()));
    }
    found.unread(subject);
    for name in subject.loads().into_keys() {
        let Some(entry) = facts.manifest.get(name) else {
            // what point 2 says is missing has nothing to be in step with
            found.missing(PointEvidence::of(&sources.manifest, format!("`{name}` is not in the manifest")));
            continue;
        };
        if let Some(stub) = &facts.stub {
            let path = &sources.bindings_stub;
            match stub.get(name) {
                None => found.missing(PointEvidence::of(path, format!("it lacks `{name}`"))),
                Some(it) if it.arity != entry.arity => {
                    let (own, wanted) = (number_of(it.arity, "parameter"), entry.arity);
                    let text = format!("`{name}` has {own} here and {wanted} in the manifest");
                    found.missing(PointEvidence::at(path, it.line, text));
                }
                Some(_) => {}
            }
        }
        if let Ok(table) = &facts.table {
            in_table(&mut found, facts, name, entry.arity, table.get(name).copied());
        }
    }
    let count = number_of(subject.loads().len(), "intrinsic");
    found.met(PointEvidence::words(format!(
        "{count} looked for in the stub file, the table and what resolves the symbols"
    )));
    found.outcome()
}

fn in_table(
    found: &mut Findings,
    facts: &SharedFacts<'_>,
    name: &str,
    arity: usize,
    bound: Option<&crate::audit::TableBinding>,
) {
    let path = &facts.inputs.sources.bindings_table;
    let symbol = facts.symbol(name);
    let Some(it) = bound else {
        found.missing(PointEvidence::of(path, format!("it lacks `{name}`")));
        return;
    };
    if it.arity != arity {
        let own = number_of(it.arity, "parameter");
        found.missing(PointEvidence::at(path, it.line, format!("`{name}` has {own} here and {arity} in the manifest")));
    }
    if it.symbol != symbol {
        found.missing(PointEvidence::at(path, it.line, format!("`{name}` is bound to `{}` here", it.symbol)));
    }
    match facts.arms.get(it.symbol.as_str()) {
        None => {
            let text = format!("`{}` is in the table, and nothing resolves it", it.symbol);
            found.missing(PointEvidence::at(path, it.line, text));
        }
        Some((file, arm)) => {
            // where the arms are apart, they hand the function to another one first
            let other = arm.function.as_deref().filter(|function| *function != it.symbol && *file == path);
            match other {
                Some(function) => {
                    let text = format!("`{}` is resolved to `{function}` here", it.symbol);
                    found.missing(PointEvidence::at(file, arm.line, text));
                }
                None => found.met(PointEvidence::at(
                    path,
                    it.line,
                    format!("`{name}` is bound, and resolved ({file}:{})", arm.line),
                )),
            }
        }
    }
}
