//! Point 1: the Rust intrinsic is implemented. A definition with a body counts; a declaration and a stub that only raises, never
//! returns or only returns do not. What takes no argument and returns a constant may be one, as pi is, or stand for what is still to
//! be written: that is to be judged.

use crate::{
    acceptance::{
        facts::{SharedFacts, Subject},
        point::{Findings, Judgement, PointEvidence, PointVerdict},
        rust::{BodyVerdict, FunctionDefinition},
    },
    base::number_of,
};

pub(in crate::acceptance) fn implementation(facts: &SharedFacts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    if facts.runtime.sources == 0 {
        let folder = &facts.inputs.sources.runtime;
        found.not_measured(PointEvidence::of(folder, format!("there is no Rust source below {folder}")));
        return found.outcome();
    }
    found.unread(subject);
    let own: Vec<&str> = subject.own_loads().map(|(name, _)| name).collect();
    if own.is_empty()
        && let Some(first) = subject.members.first()
    {
        let text = format!("no module of the family of `{}` loads an intrinsic of its own", subject.module);
        found.missing(PointEvidence::at(&first.record.path, 1, text));
    }
    for (name, (path, line)) in subject.loads() {
        judge(&mut found, facts, name, &PointEvidence::at(path, line, format!("`{name}` is loaded here")));
    }
    let (count, members) = (number_of(own.len(), "intrinsic"), number_of(subject.members.len(), "module"));
    found.met(PointEvidence::words(format!("{count} of its own in {members}")));
    for member in subject.members.iter().filter(|it| it.record.is_stub) {
        let text = format!("`{}` is only a stub, which loads nothing of its own", member.record.name);
        found.met(PointEvidence::at(&member.record.path, 1, text));
    }
    found.outcome()
}

fn judge(found: &mut Findings, facts: &SharedFacts<'_>, name: &str, load: &PointEvidence) {
    let symbol = facts.symbol(name);
    let all = facts.runtime.definitions(symbol);
    // what only tells that the runtime is there returns no more than that
    let is_common = Subject::is_common(name);
    let is_enough = |body: Option<BodyVerdict>| {
        let says = matches!(body, Some(BodyVerdict::Returns | BodyVerdict::Constant));
        body == Some(BodyVerdict::Works) || (is_common && says)
    };
    let native: Vec<&FunctionDefinition> = all.iter().filter(|it| it.is_native).collect();
    let here = |it: &FunctionDefinition, text: String| PointEvidence::at(&it.path, it.line, text);
    if let Some(own) = native.iter().copied().find(|it| is_enough(it.native_body)) {
        found.met(here(own, format!("`{symbol}` is defined{}", condition(own))));
        for it in all {
            if it.is_native && it.native_body != Some(BodyVerdict::Works) && !std::ptr::eq(it, own) {
                found.met(here(it, format!("its twin{} {}", condition(it), words(it.native_body))));
            } else if it.is_wasm && !is_enough(it.wasm_body) {
                let who = if it.is_native { "as WebAssembly, it".into() } else { format!("its twin{}", condition(it)) };
                found.met(here(it, format!("{who} {}", words(it.wasm_body))));
            }
        }
        return;
    }
    let constant = native.iter().copied().find(|it| it.native_body == Some(BodyVerdict::Constant));
    match constant.or(native.first().copied()).or(all.first()) {
        Some(it) if it.is_native && it.native_body == Some(BodyVerdict::Constant) => {
            let text =
                format!("`{symbol}` returns a constant, and takes no argument: whether it is one is to be judged");
            found.add(PointVerdict::ToJudge, here(it, text));
        }
        Some(it) if it.is_native => found.missing(here(it, format!("`{symbol}` {}", words(it.native_body)))),
        Some(it) => found.missing(here(it, format!("`{symbol}` is defined for {} alone", it.cfg))),
        None => {
            let declared = facts.runtime.declarations(symbol).first();
            if let Some((path, line)) = declared {
                let text = format!("`{symbol}` is declared here and defined nowhere");
                found.missing(PointEvidence::at(path, *line, text));
            } else {
                let text = format!("`{name}` is loaded here, and no source of the runtime defines `{symbol}`");
                found.missing(PointEvidence { text, ..load.clone() });
            }
        }
    }
}

/// What a definition is compiled for, in words; nothing where that is everything.
fn condition(it: &FunctionDefinition) -> String {
    if it.cfg.is_empty() { String::new() } else { format!(" for {}", it.cfg) }
}

/// What a body that does nothing does.
pub(super) fn words(body: Option<BodyVerdict>) -> &'static str {
    match body {
        Some(BodyVerdict::Raises) => "only raises",
        Some(BodyVerdict::Ends) => "never returns",
        Some(BodyVerdict::Constant) => "returns a constant",
        Some(BodyVerdict::Returns) => "only returns",
        Some(BodyVerdict::Works) => "works",
        None => "cannot be parsed",
    }
}
