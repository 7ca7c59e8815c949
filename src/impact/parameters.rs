//! What differs between two signatures, in words.

use crate::python::{Parameter, ParameterKind, Signature};

/// Each difference that a caller can notice.
pub(super) fn differences(old: &Signature, new: &Signature) -> Vec<String> {
    let mut res = Vec::new();
    let find = |all: &Signature, name: &str| all.0.iter().find(|it| it.name == name).cloned();
    let is_star = |it: &Parameter| matches!(it.kind, ParameterKind::Variadic | ParameterKind::Keywords);
    let gone: Vec<&Parameter> = old.0.iter().filter(|it| find(new, &it.name).is_none()).collect();
    let added: Vec<&Parameter> = new.0.iter().filter(|it| find(old, &it.name).is_none()).collect();
    // what is given by its place, or collects the rest, may be called otherwise without anybody noticing
    let is_nameless = |it: &Parameter| it.kind == ParameterKind::PositionalOnly || is_star(it);
    let place = |all: &Signature, it: &Parameter| all.0.iter().position(|other| other.name == it.name);
    let renamed = |a: &Parameter, b: &Parameter| {
        let is_same_star = is_star(a) && a.kind == b.kind;
        is_same_star
            || (is_nameless(a) && is_nameless(b) && place(old, a) == place(new, b) && !is_star(a) && !is_star(b))
    };
    // what collects the rest may take what is not named any more
    let collects = |it: &Parameter| {
        let by_name = matches!(it.kind, ParameterKind::Plain | ParameterKind::KeywordOnly);
        let by_place = matches!(it.kind, ParameterKind::Plain | ParameterKind::PositionalOnly);
        added.iter().find(|other| match other.kind {
            ParameterKind::Keywords => by_name,
            ParameterKind::Variadic => by_place,
            _ => false,
        })
    };
    for it in &gone {
        if added.iter().any(|other| renamed(it, other)) {
            continue;
        }
        match collects(it) {
            Some(other) => {
                res.push(format!(
                    "parameter `{}` is not named any more, and `{}` may take it",
                    shown(it),
                    shown(other)
                ));
            }
            None => res.push(format!("parameter `{}` is gone", shown(it))),
        }
    }
    for it in &added {
        if !gone.iter().any(|other| renamed(other, it)) {
            let default = it.default.as_ref().map_or(String::new(), |it| format!(" = {it}"));
            res.push(format!("parameter `{}` is new ({}{default})", shown(it), kind(it.kind)));
        }
    }
    for was in &old.0 {
        let Some(is) = find(new, &was.name) else { continue };
        if was.kind != is.kind {
            res.push(format!("`{}` is {} and was {}", was.name, kind(is.kind), kind(was.kind)));
        }
        let known = |it: &Option<String>| it.as_deref().is_none_or(|it| !it.contains('…') && it != "...");
        match (&was.default, &is.default) {
            (None, Some(it)) => res.push(format!("`{}` has the default {it}", was.name)),
            (Some(_), None) => res.push(format!("`{}` has no default any more", was.name)),
            (Some(a), Some(b)) if normal(a) != normal(b) && known(&was.default) && known(&is.default) => {
                res.push(format!("the default of `{}` is {b} and was {a}", was.name));
            }
            _ => {}
        }
    }
    let positional = |all: &Signature| -> Vec<String> {
        let is_placed = |it: &&Parameter| matches!(it.kind, ParameterKind::Plain | ParameterKind::PositionalOnly);
        all.0.iter().filter(is_placed).map(|it| it.name.clone()).collect()
    };
    let (a, b) = (positional(old), positional(new));
    if res.is_empty() && a.len() == b.len() && a != b && a.iter().all(|it| b.contains(it)) {
        res.push("its parameters are in another order".into());
    }
    res
}

/// A default without what its writing alone tells apart, on Linux.
fn normal(text: &str) -> String {
    let text = text.split_whitespace().collect::<String>().replace('"', "'");
    match text.as_str() {
        "False" | "os.SEEK_SET" => "0".into(),
        "True" | "os.name!='nt'" | "(os.name!='nt')" => "1".into(),
        _ => text,
    }
}

fn shown(it: &Parameter) -> String {
    match it.kind {
        ParameterKind::Variadic => format!("*{}", it.name),
        ParameterKind::Keywords => format!("**{}", it.name),
        _ => it.name.clone(),
    }
}

fn kind(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::PositionalOnly => "positional-only",
        ParameterKind::Plain => "positional or keyword",
        ParameterKind::Variadic => "any more positional ones",
        ParameterKind::KeywordOnly => "keyword-only",
        ParameterKind::Keywords => "any more keywords",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::text_signature;

    #[test]
    fn what_a_caller_can_notice_is_told() {
        for (old, new, expected) in [
            ("f(a)", "f(a, *, b=None)", "parameter `b` is new (keyword-only = None)"),
            ("f(a, b)", "f(a)", "parameter `b` is gone"),
            ("f(a)", "f(a, /)", "`a` is positional-only and was positional or keyword"),
            ("f(a=1)", "f(a=2)", "the default of `a` is 2 and was 1"),
            ("f(a)", "f(a=2)", "`a` has the default 2"),
            ("f(a=2)", "f(a)", "`a` has no default any more"),
            ("f(a='x')", "f(a=\"x\")", ""),
            ("f(a=True)", "f(a=1)", ""),
            (
                "f(a, *, b)",
                "f(a, **kw)",
                "parameter `b` is not named any more, and `**kw` may take it; parameter `**kw` is new (any more keywords)",
            ),
            ("f(a=...)", "f(a=2)", ""),
            ("f(a, /)", "f(b, /)", ""),
            ("f(*args)", "f(*rest)", ""),
            ("f(a, b)", "f(b, a)", "its parameters are in another order"),
            (
                "f(a)",
                "f(a, *rest, **kw)",
                "parameter `*rest` is new (any more positional ones); parameter `**kw` is new (any more keywords)",
            ),
        ] {
            let (a, b) = (text_signature(old).unwrap(), text_signature(new).unwrap());
            assert_eq!(differences(&a, &b).join("; "), expected, "{old} {new}");
        }
    }
}
