//! Point 1: the Rust intrinsic is implemented. A definition with a body counts; a declaration and a stub that only raises or
//! returns do not.

use crate::{
    acceptance::{
        facts::{Facts, Subject},
        point::{Evidence, Findings, Judgement},
        rust::{Body, Definition},
    },
    base::number_of,
};

pub(in crate::acceptance) fn implementation(facts: &Facts<'_>, subject: &Subject<'_>) -> Judgement {
    let mut found = Findings::default();
    if facts.runtime.sources == 0 {
        let folder = &facts.inputs.sources.runtime;
        found.not_measured(Evidence::of(folder, format!("there is no Rust source below {folder}")));
        return found.outcome();
    }
    let own: Vec<&str> = subject.own_loads().map(|(name, _)| name).collect();
    if own.is_empty()
        && let Some(first) = subject.members.first()
    {
        let text = format!("no module of the family of `{}` loads an intrinsic of its own", subject.module);
        found.missing(Evidence::at(&first.record.path, 1, text));
    }
    for (name, (path, line)) in subject.loads() {
        judge(&mut found, facts, name, &Evidence::at(path, line, format!("`{name}` is loaded here")));
    }
    let (count, members) = (number_of(own.len(), "intrinsic"), number_of(subject.members.len(), "module"));
    found.met(Evidence::words(format!("{count} of its own in {members}")));
    for member in subject.members.iter().filter(|it| it.record.is_stub) {
        let text = format!("`{}` is only a stub, which loads nothing of its own", member.record.name);
        found.met(Evidence::at(&member.record.path, 1, text));
    }
    found.outcome()
}

fn judge(found: &mut Findings, facts: &Facts<'_>, name: &str, load: &Evidence) {
    let symbol = facts.symbol(name);
    let all = facts.runtime.definitions(symbol);
    // what only tells that the runtime is there returns no more than that
    let is_common = Subject::is_common(name);
    let works = |it: &&Definition| it.body == Some(Body::Works) || (is_common && it.body == Some(Body::Returns));
    let native: Vec<&Definition> = all.iter().filter(|it| it.is_native).collect();
    let here = |it: &Definition, text: String| Evidence::at(&it.path, it.line, text);
    match native.iter().copied().find(works) {
        Some(it) => {
            let more = if it.cfg.is_empty() { String::new() } else { format!(" for {}", it.cfg) };
            found.met(here(it, format!("`{symbol}` is defined{more}")));
            let others = all.iter().filter(|it| it.body != Some(Body::Works));
            for it in others {
                let cfg = if it.cfg.is_empty() { String::new() } else { format!(" for {}", it.cfg) };
                found.met(here(it, format!("its twin{cfg} {}", words(it))));
            }
        }
        None => match native.first().or(all.first().as_ref()) {
            Some(it) if it.is_native => found.missing(here(it, format!("`{symbol}` {}", words(it)))),
            Some(it) => found.missing(here(it, format!("`{symbol}` is defined for {} alone", it.cfg))),
            None => {
                let declared = facts.runtime.declarations(symbol).first();
                if let Some((path, line)) = declared {
                    let text = format!("`{symbol}` is declared here and defined nowhere");
                    found.missing(Evidence::at(path, *line, text));
                } else {
                    let text = format!("`{name}` is loaded here, and no source of the runtime defines `{symbol}`");
                    found.missing(Evidence { text, ..load.clone() });
                }
            }
        },
    }
}

/// What a definition that does nothing does.
pub(super) fn words(it: &Definition) -> &'static str {
    match it.body {
        Some(Body::Raises) => "only raises",
        Some(Body::Returns) => "only returns",
        Some(Body::Works) => "works",
        None => "cannot be parsed",
    }
}
