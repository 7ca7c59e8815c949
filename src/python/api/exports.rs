//! What `__all__` is put together from.

use std::{cell::Cell, collections::BTreeMap};

use ruff_python_ast::{Expr, ExprCall, Operator};
use ruff_text_size::Ranged as _;

use super::{super::string, ImportOrigin};

/// A part of the exports.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Export {
    /// These names.
    Names(Vec<String>),
    /// The exports of this module, which has this name here.
    Of(String),
    /// The exports of this module.
    From(ImportOrigin),
    /// The public names of this module or instance, which has this name here.
    Public(String),
    /// The public names that the file has bound so far.
    Own(Filter),
    /// All but these.
    Without(Vec<String>),
    /// Something that syntax does not show.
    Unknown(String),
}

/// Which of the file's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filter {
    /// All that do not begin with `_` and are not modules.
    Public,
    /// Those in capital letters.
    Capitals,
}

/// Lists of names by the variable that holds them.
pub(super) struct ExportLists {
    all: BTreeMap<String, Vec<Export>>,
    /// How many more names may be taken from them: a list can be put into another one again and again.
    left: Cell<usize>,
}

/// How many names a file may take from its lists; the most that one of 3.13.5 takes is some hundred.
const TAKEN: usize = 200_000;

impl ExportLists {
    pub(super) fn new() -> Self {
        Self { all: BTreeMap::new(), left: Cell::new(TAKEN) }
    }

    pub(super) fn insert(&mut self, name: String, list: Vec<Export>) {
        self.all.insert(name, list);
    }

    /// What a variable holds; none where it is no list.
    pub(super) fn take(&self, name: &str) -> Option<Vec<Export>> {
        let list = self.all.get(name)?;
        let names: usize = list.iter().map(|it| if let Export::Names(all) = it { 1 + all.len() } else { 1 }).sum();
        match self.left.get().checked_sub(names) {
            Some(left) => self.left.set(left),
            None => return Some(vec![Export::Unknown("more names than are read".into())]),
        }
        Some(list.clone())
    }
}

/// How deep an expression is looked into; the deepest real one has 30 terms.
const DEEPEST: u8 = 100;

/// What an expression adds.
pub(super) fn of(expr: &Expr, lists: &ExportLists, text: &str) -> Vec<Export> {
    below(expr, lists, text, DEEPEST)
}

fn below(expr: &Expr, lists: &ExportLists, text: &str, depth: u8) -> Vec<Export> {
    let Some(depth) = depth.checked_sub(1) else { return vec![Export::Unknown("it is nested too deeply".into())] };
    let unknown = || vec![Export::Unknown(text[expr.range()].chars().take(80).collect())];
    match expr {
        Expr::List(it) => items(&it.elts, lists, text, depth),
        Expr::Tuple(it) => items(&it.elts, lists, text, depth),
        Expr::Set(it) => items(&it.elts, lists, text, depth),
        Expr::BinOp(it) if it.op == Operator::Add => {
            let mut res = below(&it.left, lists, text, depth);
            res.extend(below(&it.right, lists, text, depth));
            res
        }
        Expr::Attribute(it) if it.attr.as_str() == "__all__" => match dotted(&it.value) {
            Some(module) => vec![Export::Of(module)],
            None => unknown(),
        },
        Expr::Name(it) => lists.take(it.id.as_str()).unwrap_or_else(unknown),
        Expr::Call(call) => of_call(call, lists, text, depth).unwrap_or_else(unknown),
        Expr::ListComp(it) => filtered(&text[it.range()]).unwrap_or_else(unknown),
        Expr::Generator(it) => filtered(&text[it.range()]).unwrap_or_else(unknown),
        Expr::Dict(it) => {
            let keys: Option<Vec<String>> =
                it.items.iter().map(|it| it.key.as_ref().and_then(string).map(str::to_owned)).collect();
            keys.map_or_else(unknown, |it| vec![Export::Names(it)])
        }
        _ => unknown(),
    }
}

fn items(all: &[Expr], lists: &ExportLists, text: &str, depth: u8) -> Vec<Export> {
    let mut res = Vec::new();
    let mut names = Vec::new();
    for item in all {
        match (string(item), item) {
            (Some(name), _) => names.push(name.to_owned()),
            (None, Expr::Starred(it)) => res.extend(below(&it.value, lists, text, depth)),
            (None, _) => res.push(Export::Unknown(text[item.range()].chars().take(80).collect())),
        }
    }
    res.push(Export::Names(names));
    res
}

/// `list(x)` and the like, `x.keys()`, `"a b".split()`, and a function of one module that gives what it exports.
fn of_call(call: &ExprCall, lists: &ExportLists, text: &str, depth: u8) -> Option<Vec<Export>> {
    if let Expr::Attribute(method) = &*call.func
        && call.arguments.is_empty()
    {
        return match (method.attr.as_str(), string(&method.value)) {
            ("split", Some(words)) => Some(vec![Export::Names(words.split_whitespace().map(str::to_owned).collect())]),
            ("keys" | "copy", _) => Some(below(&method.value, lists, text, depth)),
            _ => None,
        };
    }
    // `dict(a=…, b=…)`
    if call.arguments.args.is_empty() && call.func.as_name_expr().is_some_and(|it| it.id.as_str() == "dict") {
        let names = call.arguments.keywords.iter().filter_map(|it| Some(it.arg.as_ref()?.to_string()));
        return Some(vec![Export::Names(names.collect())]);
    }
    let [argument] = &*call.arguments.args else { return None };
    let name = call.func.as_name_expr().map_or("", |it| it.id.as_str());
    if name == "dir" {
        return dotted(argument).map(|of| vec![Export::Public(of)]);
    }
    if ["list", "tuple", "sorted", "set", "frozenset"].contains(&name) {
        return Some(below(argument, lists, text, depth));
    }
    dotted(argument).map(|module| vec![Export::Public(module)])
}

/// The names that parts state, and whether those are all.
pub(super) fn names(parts: Vec<Export>) -> (Vec<String>, bool) {
    let is_whole = parts.iter().all(|it| matches!(it, Export::Names(_)));
    let names = parts.into_iter().filter_map(|it| if let Export::Names(all) = it { Some(all) } else { None });
    (names.flatten().collect(), is_whole)
}

/// A comprehension over the file's own names.
fn filtered(written: &str) -> Option<Vec<Export>> {
    if !["globals()", "dir()", "vars()", "locals()"].iter().any(|it| written.contains(it)) {
        // over those of a module or of an instance
        let inside = written.split_once(" in dir(")?.1.split(')').next()?.trim();
        let is_name = |it: u8| it == b'_' || it == b'.' || it.is_ascii_alphanumeric();
        let is_dotted = !inside.is_empty() && inside.bytes().all(is_name);
        return is_dotted.then(|| vec![Export::Public(inside.to_owned())]);
    }
    let filter =
        if written.contains("[A-Z]") || written.contains("isupper") { Filter::Capitals } else { Filter::Public };
    let mut res = vec![Export::Own(filter)];
    if let Some((_, set)) = written.split_once("not in {") {
        let names = set.split('}').next().unwrap_or_default().split(',');
        res.push(Export::Without(names.map(|it| it.trim().trim_matches(['\'', '"']).to_owned()).collect()));
    }
    Some(res)
}

/// A dotted name.
pub(super) fn dotted(expr: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = expr;
    loop {
        match at {
            Expr::Name(it) => {
                parts.push(it.id.as_str());
                parts.reverse();
                return Some(parts.join("."));
            }
            Expr::Attribute(it) if parts.len() < 16 => {
                parts.push(it.attr.as_str());
                at = &it.value;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::{api::api, parse};

    fn of(text: &str) -> Vec<Export> {
        api(&parse(text).unwrap(), text).exports.unwrap()
    }

    fn names(text: &str) -> Vec<String> {
        let all = of(text).into_iter().map(|it| if let Export::Names(it) = it { it } else { panic!("{it:?}") });
        all.flatten().collect()
    }

    #[test]
    fn lists_are_put_together_as_the_file_does() {
        for text in [
            "__all__ = ['a', 'b']\n",
            "__all__ = 'a', 'b'\n",
            "__all__: list = ['a'] + ['b']\n",
            "__all__ = ['a']\n__all__ += ['b']\n",
            "__all__ = ['a']\n__all__.append('b')\n",
            "__all__ = ['a']\n__all__.extend(('b',))\n",
            "__all__ = ['a']\nif x:\n    __all__ += ('b',)\n",
            "_x = ('a',)\n__all__ = _x + ('b',)\n",
            "_x = {'a': 1, 'b': 2}\n__all__ = sorted(_x)\n",
            "__all__ = 'a b'.split()\n",
            "__all__ = ['a', *['b']]\n",
        ] {
            let mut found = names(text);
            found.sort();
            assert_eq!(found, ["a", "b"], "{text}");
        }
    }

    #[test]
    fn other_modules_and_own_names_are_told() {
        let all = of("from . import x\n__all__ = x.__all__ + ('y',)\n");
        assert_eq!(all, [Export::Of("x".into()), Export::Names(vec!["y".into()])]);
        assert_eq!(of("__all__ = []\n__all__.extend(f(x))\n")[1], Export::Public("x".into()));
        let own = "__all__ = [n for n, o in globals().items() if n not in {'a', \"b\"}]\n";
        assert_eq!(of(own), [Export::Own(Filter::Public), Export::Without(vec!["a".into(), "b".into()])]);
        assert!(matches!(of("__all__ = f()\n")[0], Export::Unknown(_)));
        assert_eq!(of("__all__ = ['a', 'b']\n__all__.remove('b')\n")[1], Export::Without(vec!["b".into()]));
    }
}
