//! What differs between two signatures, in words.

use std::collections::{HashMap, HashSet};

use crate::python::{Parameter, ParameterKind, Signature};

/// The place of each parameter in its signature, by its name.
struct Places<'a> {
    all: &'a [Parameter],
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    fn of(signature: &'a Signature) -> Self {
        let mut by_name = HashMap::with_capacity(signature.0.len());
        for (at, it) in signature.0.iter().enumerate() {
            by_name.entry(it.name.as_str()).or_insert(at);
        }
        Self { all: &signature.0, by_name }
    }

    fn find(&self, name: &str) -> Option<&'a Parameter> {
        Some(&self.all[*self.by_name.get(name)?])
    }

    /// What the other signature does not have.
    fn without(&self, other: &Places<'_>) -> Vec<&'a Parameter> {
        self.all.iter().filter(|it| !other.by_name.contains_key(it.name.as_str())).collect()
    }

    /// What stands for a parameter that no caller can name: its place, or what it collects.
    fn nameless(&self, it: &Parameter) -> Option<Nameless> {
        match it.kind {
            ParameterKind::PositionalOnly => self.by_name.get(it.name.as_str()).copied().map(Nameless::At),
            ParameterKind::Variadic => Some(Nameless::Variadic),
            ParameterKind::Keywords => Some(Nameless::Keywords),
            ParameterKind::Plain | ParameterKind::KeywordOnly => None,
        }
    }
}

/// What is given by its place, or collects the rest, may be called otherwise without anybody noticing.
#[derive(PartialEq, Eq, Hash)]
enum Nameless {
    At(usize),
    Variadic,
    Keywords,
}

/// Each difference that a caller can notice.
pub(super) fn differences(old: &Signature, new: &Signature) -> Vec<String> {
    let mut res = Vec::new();
    let (before, after) = (Places::of(old), Places::of(new));
    let (gone, added) = (before.without(&after), after.without(&before));
    let nameless = |places: &Places<'_>, all: &[&Parameter]| -> HashSet<Nameless> {
        all.iter().filter_map(|it| places.nameless(it)).collect()
    };
    let (gone_nameless, added_nameless) = (nameless(&before, &gone), nameless(&after, &added));
    // what collects the rest may take what is not named any more
    let is_star = |it: &&&Parameter| matches!(it.kind, ParameterKind::Variadic | ParameterKind::Keywords);
    let stars: Vec<&Parameter> = added.iter().filter(is_star).copied().collect();
    let collects = |it: &Parameter| {
        let by_name = matches!(it.kind, ParameterKind::Plain | ParameterKind::KeywordOnly);
        let by_place = matches!(it.kind, ParameterKind::Plain | ParameterKind::PositionalOnly);
        stars.iter().find(|other| match other.kind {
            ParameterKind::Keywords => by_name,
            ParameterKind::Variadic => by_place,
            _ => false,
        })
    };
    for it in &gone {
        if before.nameless(it).is_some_and(|it| added_nameless.contains(&it)) {
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
        if !after.nameless(it).is_some_and(|it| gone_nameless.contains(&it)) {
            let default = it.default.as_ref().map_or(String::new(), |it| format!(" = {it}"));
            res.push(format!("parameter `{}` is new ({}{default})", shown(it), kind(it.kind)));
        }
    }
    for was in &old.0 {
        let Some(is) = after.find(&was.name) else { continue };
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
    let is_placed = |it: &&Parameter| matches!(it.kind, ParameterKind::Plain | ParameterKind::PositionalOnly);
    let positional = |all: &Signature| all.0.iter().filter(is_placed).map(|it| it.name.clone()).collect::<Vec<_>>();
    let (a, b) = (positional(old), positional(new));
    if res.is_empty() && a != b && sorted(a) == sorted(b) {
        res.push("its parameters are in another order".into());
    }
    res
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
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
            ("f(a, b, /)", "f(c, /)", "parameter `b` is gone"),
            ("f(a, /)", "f(c, d, /)", "parameter `d` is new (positional-only)"),
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

    #[test]
    fn long_signatures_are_compared_in_one_walk() {
        let signature = |kind: ParameterKind, names: &mut dyn Iterator<Item = usize>| {
            Signature(names.map(|it| Parameter { name: format!("p{it}"), kind, default: None }).collect())
        };
        let many = 200_000;
        let plain = |names: &mut dyn Iterator<Item = usize>| signature(ParameterKind::Plain, names);
        let turned = differences(&plain(&mut (0..many)), &plain(&mut (0..many).rev()));
        assert_eq!(turned, ["its parameters are in another order"]);
        let placed = |names: &mut dyn Iterator<Item = usize>| signature(ParameterKind::PositionalOnly, names);
        assert_eq!(differences(&placed(&mut (0..many)), &placed(&mut (many..2 * many))), [""; 0]);
    }
}
